"""Finds the processes of a run and puts them into the tree: what is new, and who has gone.

Costs by what is new and by those that live, not by those that have gone.
"""

import os
from array import array
from collections import deque
from collections.abc import Sequence

import numpy as np

from ....engine.recording import Recording
from ....engine.sampling.layout import Role
from ....engine.sampling.samples import SampledProcess
from ....engine.trace.lane import Lane
from ...timeline.scene.life import Parting, parting
from .known import ABOVE, Known
from .node import Node
from .places import Subject, Which
from .tree import Tree

AT_ONCE = 1_000
"""Processes and workers that one update takes in; some milliseconds."""
STAY = 24
"""Of those that died while the run went on, the latest stay where they were; the others are kept
together in one row."""
HANDFUL = 6
"""Of workers that left when they had done their chunks so many keep their rows; when there are
more, all of them are kept together, too."""
STAY_WITH_RUN = 2_000
"""Of those that ended with the run; more than a pool has."""


BORN_SLACK_NS = 100_000_000
"""The system tells the birth of a process in ticks."""


class Gathering:
    """The tree of one run. live: it is the one that is on, and not read from a file.

    behind: there is more already than the last update took in. crowd_has_died: not all of the
    workers that are kept together left by themselves.
    """

    def __init__(self, tree: Tree, recording: Recording, *, live: bool) -> None:
        self.known = Known(tree, recording)
        self._tree, self._recording, self._live = tree, recording, live
        self._living_workers: list[Node] = []
        self._living_others: list[Node] = []
        self._left: list[Node] = []
        self._fallen: tuple[deque[Node], deque[Node]] = deque(), deque()
        self._with_run = [0, 0]
        self._early: dict[int, list[Node]] = {}  # by the PID of a parent that nobody knows yet
        self._met_processes = self._met_workers = self._met_helpers = 0
        self.behind = self.crowd_has_died = False

    def update(self, *, over: bool) -> None:
        """Take in what is new. over: the run is; nobody lives any more.

        Workers come before what they have started, so that this finds its parent.
        """
        self._meet_told()
        met = self._meet_workers(AT_ONCE)
        trace, samples = self._recording.trace, self.known.samples
        if trace is None or self._met_workers == len(trace.lanes):
            self._meet_sampled(self._new_processes(max(AT_ONCE - met, 1)))
        self._see_dead_workers(over=over)
        self._see_dead_others(over=over)
        self.behind = (trace is not None and self._met_workers < len(trace.lanes)) or (
            samples is not None and self._met_processes < len(samples.processes)
        )

    # --- app, keeper, host and helpers

    def _meet_told(self) -> None:
        """As the host has told of them."""
        journal = self._recording.journal
        host = journal.host
        if self._live or host:
            self._meet_first(Role.APP, os.getpid() if self._live else 0)
        if host:
            if os.name == "posix":
                self._meet_first(Role.KEEPER, int(host.get("ppid", 0)))
            self._meet_first(Role.HOST, int(host.get("pid", 0)))
        for helper in journal.helpers[self._met_helpers :]:
            if helper["role"] in ABOVE:
                self._meet_first(Role(helper["role"]), int(helper.get("pid", 0)))
        self._met_helpers = len(journal.helpers)
        self._tree.settle()

    def _meet_first(self, role: Role, pid: int, number: int | None = None) -> None:
        """There is one; told a second time, it is the same."""
        known = self.known
        node = known.first.get(role)
        if node is None:
            node = self._tree.add(Subject(role, pid), known.nearest(ABOVE[role]))
            known.first[role] = node
            self._living_others.append(node)
        if node.subject.number is None and number is not None:
            node.subject = node.subject._replace(pid=pid, number=number)
            known.others[number] = node
        if pid and node.subject.pid == pid and pid not in known.by_pid:
            known.by_pid[pid] = node
            self._take_in(pid, node)

    def _is_first(self, process: SampledProcess) -> bool:
        """Whether it is the one of its role that is known already, or will be."""
        if process.role not in ABOVE:
            return False
        node = self.known.first.get(process.role)
        return node is None or (
            node.subject.number is None and node.subject.pid in (0, process.pid)
        )

    def _take_in(self, pid: int, parent: Node) -> None:
        """Workers that were met before the fork server, whose children they are."""
        early = [node for node in self._early.pop(pid, ()) if node.serial in self._tree]
        self._tree.settle()
        for node in early:
            for below in self._tree.remove(node, keep=True):
                self._tree.move(below, node)
            self._tree.move(node, parent)

    # --- workers

    def _meet_workers(self, limit: int) -> int:
        """How many there were."""
        trace = self._recording.trace
        if trace is None:
            return 0
        new = trace.lanes[self._met_workers : self._met_workers + limit]
        partings = [parting(lane, self._recording.journal) for lane in new]
        fates = list(zip(new, partings, strict=True))
        fallen = [lane.ordinal for lane, how in fates if how is Parting.DIED]
        at_once = set(fallen[:-STAY])
        self.crowd_has_died |= bool(at_once)
        left = {lane.ordinal for lane, how in fates if how is Parting.LEFT and self._is_known(lane)}
        if len(left) + len(self._left) > HANDFUL or self._are_together:
            at_once |= left
        for lane in new:
            if lane.ordinal not in at_once:
                self._meet_worker(lane)
        self._met_workers += len(new)
        self._tree.settle()
        self._join(Which.WORKERS, sorted(at_once))
        return len(new)

    def _meet_worker(self, lane: Lane) -> None:
        known, pid, ppid = self.known, lane.pid, lane.ppid
        self._name(lane)
        above = known.by_pid.get(ppid)
        subject = Subject(Role.WORKER, pid, lane.ordinal, known.number_of(lane.ordinal))
        node = self._tree.add(subject, above or known.nearest(Role.HOST))
        known.workers[lane.ordinal] = node
        self._living_workers.append(node)
        if pid:
            known.by_pid[pid] = node
        if above is None and ppid and Role.FORK_SERVER not in known.first:
            self._early.setdefault(ppid, []).append(node)

    def _name(self, lane: Lane) -> None:
        """A worker that was seen before it had said its PID has an ordinal from now on."""
        node = self.known.by_pid.get(lane.pid)
        if node is None or node.gone or node.subject.role is not Role.WORKER:
            return  # most, and at once
        number, samples = node.subject.number, self.known.samples
        if node.subject.ordinal is not None or number is None or samples is None:
            return
        if _may_be(samples.processes[number], lane):
            self._living_others.remove(node)
            self._leave(node)
            self.known.call(number, lane.ordinal)

    # --- what was sampled

    def _new_processes(self, limit: int) -> list[SampledProcess]:
        samples = self.known.samples
        if samples is None:
            return []
        first = self._met_processes
        new = samples.processes[first : first + limit]
        self._met_processes += len(new)
        return new

    def _meet_sampled(self, processes: list[SampledProcess]) -> None:
        """What tasks have started; and which of those that are known has which number."""
        others = []
        for process in processes:
            ordinal = self.known.ordinal_of(process)
            if ordinal is None:
                ordinal = self._ordinal_of(process)
            if self._is_first(process):
                self._meet_first(process.role, process.pid, process.number)
            elif ordinal is not None:
                self.known.call(process.number, ordinal)
            else:
                others.append(process)
        fallen = [one.number for one in others if not self._ended_with_run(one.gone_ns)]
        at_once = set(fallen[:-STAY])
        for process in others:
            if process.number not in at_once:
                self._meet_other(process)
        self._tree.settle()
        self._join(Which.OTHERS, sorted(at_once))

    def _ordinal_of(self, process: SampledProcess) -> int | None:
        """Of a worker that is known, and that the sampler does not know yet."""
        node, trace = self.known.by_pid.get(process.pid), self._recording.trace
        if process.role is not Role.WORKER or node is None or trace is None:
            return None
        ordinal = node.subject.ordinal
        if ordinal is None or node.subject.number is not None:
            return None
        return ordinal if _may_be(process, trace.lanes[ordinal - 1]) else None

    def _meet_other(self, process: SampledProcess) -> None:
        known = self.known
        above = known.parent_row(process) or known.nearest(Role.HOST)
        subject = Subject(process.role, process.pid, None, process.number)
        node = self._tree.add(subject, above)
        known.others[process.number] = known.by_pid[process.pid] = node
        self._living_others.append(node)

    # --- who has gone

    def _ended_with_run(self, gone_ns: int) -> bool:
        """It lives, or it ended when the run was over."""
        over_ns = self._recording.journal.over_ns
        return not gone_ns or (over_ns is not None and gone_ns >= over_ns)

    def _see_dead_workers(self, *, over: bool) -> None:
        trace = self._recording.trace
        if trace is None or not self._living_workers:
            return
        ordinals = np.array([node.subject.ordinal for node in self._living_workers], np.int64)
        dead = trace.workers["died"][ordinals - 1] != 0
        if over:
            dead[:] = True
        elif not dead.any():
            return
        living = []
        for node, ordinal, gone in zip(
            self._living_workers, ordinals.tolist(), dead.tolist(), strict=True
        ):
            if not gone:
                living.append(node)
                continue
            node.gone = True
            lane = trace.lanes[ordinal - 1]
            how = parting(lane, self._recording.journal)
            if how is not Parting.LEFT:
                self._end(Which.WORKERS, node, with_run=how is not Parting.DIED)
            elif over or self._is_known(lane):
                self._left.append(node)
            else:
                living.append(node)
        self._living_workers = living
        self._put_together()
        self._let_go(Which.WORKERS)

    def _is_known(self, lane: Lane) -> bool:
        """Why it left: its death may be seen before the host has said that the run is over."""
        return lane.replaced or not self._live or self._recording.journal.over_ns is not None

    @property
    def _are_together(self) -> bool:
        """Workers that left by themselves do not keep their rows any more."""
        return self._tree.crowd_node(Which.WORKERS) is not None

    def _put_together(self) -> None:
        """Workers that left, when they are many; not those that have something below them."""
        if not self._left or (len(self._left) <= HANDFUL and not self._are_together):
            return
        gone = array("q")
        for node in self._left:
            if node.children:
                self._fallen[Which.WORKERS].append(node)
            else:
                assert node.subject.ordinal is not None
                gone.append(node.subject.ordinal)
                self._leave(node)
        self._left = []
        self._join(Which.WORKERS, gone)

    def _see_dead_others(self, *, over: bool) -> None:
        samples = self.known.samples
        living, known_better = [], []
        for node in self._living_others:
            number = node.subject.number
            process = None if samples is None or number is None else samples.processes[number]
            gone_ns = 0 if process is None else process.gone_ns
            node.gone = bool(gone_ns) or over
            if process is not None and self._is_another(process, node.subject):
                known_better.append(process)
                self._leave(node)
            elif not node.gone:
                living.append(node)
            elif self.known.first.get(node.subject.role or Role.OF_TASK) is not node:
                self._end(Which.OTHERS, node, with_run=self._ended_with_run(gone_ns))
        self._living_others = living
        if known_better:
            self._meet_sampled(known_better)
        self._let_go(Which.OTHERS)

    def _is_another(self, process: SampledProcess, subject: Subject) -> bool:
        """More is known of it than when it was met."""
        known = process.role, self.known.ordinal_of(process)
        return known != (subject.role, subject.ordinal)

    def _end(self, which: Which, node: Node, *, with_run: bool) -> None:
        """It keeps its row if it ended with the run, or is among the latest of the others."""
        if with_run and self._with_run[which] < STAY_WITH_RUN:
            self._with_run[which] += 1
        else:
            self._fallen[which].append(node)

    def _let_go(self, which: Which) -> None:
        """Only the latest of the fallen keep a row of their own."""
        fallen, gone = self._fallen[which], array("q")
        while len(fallen) > STAY:
            node = fallen.popleft()
            member = node.subject.ordinal if which is Which.WORKERS else node.subject.number
            assert member is not None
            self._leave(node)
            gone.append(member)
            self.crowd_has_died |= which is Which.WORKERS and self._has_died(member)
        self._join(which, gone)

    def _has_died(self, ordinal: int) -> bool:
        trace = self._recording.trace
        assert trace is not None
        return parting(trace.lanes[ordinal - 1], self._recording.journal) is not Parting.LEFT

    def _leave(self, node: Node) -> None:
        """Give up its row; what is below it goes to whoever takes in orphans."""
        above = self.known.nearest(Role.KEEPER) or self._tree.root
        for orphan in self._tree.remove(node):
            self._tree.move(orphan, above)
        self.known.forget(node)
        self._tree.settle()

    def _join(self, which: Which, members: Sequence[int]) -> None:
        above = self.known.nearest(Role.HOST)
        if which is Which.WORKERS and Role.FORK_SERVER in self.known.first:
            above = self.known.first[Role.FORK_SERVER]
        self._tree.join_crowd(which, members, above)


def _may_be(process: SampledProcess, lane: Lane) -> bool:
    """Whether a process with the worker's PID lived when the worker did: PIDs come again."""
    was_born = (process.born_ns or process.first_ns) >= lane.born_ns - BORN_SLACK_NS
    return was_born and not (lane.died_ns and process.first_ns > lane.died_ns)
