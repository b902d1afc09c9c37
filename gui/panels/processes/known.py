"""Who is known of a run's processes, and where each of them is in the tree."""

from ....engine.recording import Recording
from ....engine.sampling.layout import Role
from ....engine.sampling.samples import SampledProcess, Samples
from .node import Node
from .places import MEMBER, PAGE, Subject, Which, member_handle, page_handle, parts_of
from .tree import Tree

ABOVE: dict[Role, Role | None] = {
    Role.APP: None,
    Role.KEEPER: Role.APP,
    Role.HOST: Role.KEEPER,
    Role.RESOURCE_TRACKER: Role.HOST,
    Role.FORK_SERVER: Role.HOST,
}
"""The roles of which there is one, and who has started it."""


class Known:
    """first: the row of each role of ABOVE. by_pid: who has a PID now, or had it last.

    workers: rows by ordinal, of those that have one of their own. others: rows by number in the
    samples, without the workers'.
    """

    def __init__(self, tree: Tree, recording: Recording) -> None:
        self.tree = tree
        self._recording = recording
        self.first: dict[Role, Node] = {}
        self.by_pid: dict[int, Node] = {}
        self.workers: dict[int, Node] = {}
        self.others: dict[int, Node] = {}
        self._numbers: dict[int, int] = {}  # of workers in the samples, by ordinal
        self._ordinals: dict[int, int] = {}  # the same the other way round

    @property
    def samples(self) -> Samples | None:
        """None for a run that nobody has looked at."""
        samples = self._recording.samples
        return samples if samples.processes else None

    def nearest(self, role: Role | None) -> Node | None:
        """The row of a role, or of the one above it."""
        while role is not None:
            if role in self.first:
                return self.first[role]
            role = ABOVE[role]
        return None

    # --- what becomes known

    def call(self, number: int, ordinal: int) -> None:
        """The sampled process of this number is that worker."""
        self._numbers[ordinal], self._ordinals[number] = number, ordinal
        worker = self.workers.get(ordinal)
        if worker is not None:
            worker.subject = worker.subject._replace(number=number)

    def number_of(self, ordinal: int) -> int | None:
        """Of a worker in the samples."""
        return self._numbers.get(ordinal)

    def forget(self, node: Node) -> None:
        """It has no row of its own any more."""
        subject = node.subject
        if subject.ordinal is not None:
            self.workers.pop(subject.ordinal, None)
        elif subject.number is not None:
            self.others.pop(subject.number, None)
        if self.by_pid.get(subject.pid) is node:
            del self.by_pid[subject.pid]

    def ordinal_of(self, process: SampledProcess) -> int | None:
        """Of a worker, as the samples tell it; a file may tell of one that there never was."""
        trace, ordinal = self._recording.trace, process.ordinal
        if process.role is not Role.WORKER or ordinal is None or trace is None:
            return None
        return ordinal if 1 <= ordinal <= len(trace.lanes) else None

    # --- whose child it is

    def parent_row(self, process: SampledProcess) -> Node | None:
        """The row below which a sampled process belongs; None where nobody knows."""
        parent = self._sampled_parent(process)
        if parent is None:
            return self.by_pid.get(process.ppid)
        ordinal = self.ordinal_of(parent)
        return self.others.get(parent.number) if ordinal is None else self.workers.get(ordinal)

    def _sampled_parent(self, process: SampledProcess) -> SampledProcess | None:
        samples, number = self.samples, process.parent
        if samples is None or number is None or not 0 <= number < len(samples.processes):
            return None
        return samples.processes[number]

    def parent_of(self, subject: Subject, ppid: int) -> Subject | None:
        """Whose child it is, or was; None where nobody knows."""
        samples = self.samples
        if samples is not None and subject.number is not None:
            parent = self._sampled_parent(samples.processes[subject.number])
            if parent is not None:
                return Subject(parent.role, parent.pid, self.ordinal_of(parent), parent.number)
        node = self.by_pid.get(ppid)
        return None if node is None or node.subject == subject else node.subject

    # --- who is where

    def subject(self, handle: int) -> Subject:
        """What a row is about."""
        node = self.tree.node(handle)
        if node is not None and node.subject.which is None:
            return node.subject
        kind, _, _ = parts_of(handle)
        if kind != MEMBER:
            return self.tree.span(handle)
        which, member = self.tree.member(handle)
        if which is Which.WORKERS:
            pid = self._recording.pid_of(member) or 0
            return Subject(Role.WORKER, pid, member, self._numbers.get(member))
        samples = self.samples
        assert samples is not None  # it told of them
        process = samples.processes[member]
        return Subject(process.role, process.pid, self.ordinal_of(process), member)

    def renewed(self, subject: Subject) -> Subject:
        """The same process with all that is known of it now."""
        ordinal = None if subject.number is None else self._ordinals.get(subject.number)
        if subject.ordinal is None and ordinal is not None:
            subject = Subject(Role.WORKER, subject.pid, ordinal, subject.number)
        handle = self.handle_of(subject)
        return subject if handle is None else self.subject(handle)

    def handle_of(self, subject: Subject) -> int | None:
        """Where it is now: it may have gone into a crowd. None when it is not there."""
        if subject.which is not None and subject.page:
            return page_handle(subject.which, (subject.first - 1) // PAGE)
        if subject.which is not None:
            crowd = self.tree.crowd_node(subject.which)
            return None if crowd is None else crowd.handle
        if subject.ordinal is not None:
            which, member = Which.WORKERS, subject.ordinal
            found = self.workers.get(member)
        elif subject.number is not None:
            which, member = Which.OTHERS, subject.number
            found = self.others.get(member)
        else:
            found = None if subject.role is None else self.first.get(subject.role)
            return None if found is None else found.handle
        if found is not None and found.shown:
            return found.handle
        place = self.tree.crowds[which].place_of(member)
        return None if place is None else member_handle(which, place)

    def is_gone(self, handle: int) -> bool:
        """Of a process; who is in a crowd has gone."""
        node = self.tree.node(handle)
        return node is None or node.gone
