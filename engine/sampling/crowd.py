"""Who is there: the processes of a run by PID, each found out and known again by its start time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..journal import Journal
from ..recording import Recording
from ..trace.lane import Lane
from ..trace.layout import clock_ns
from .layout import Role
from .process import SampledProcess, plain_name
from .samples import Samples
from .stored import MOST_PROCESSES
from .system import LISTED_A_LOOK, Seen, System

SLACK_NS = 50_000_000
"""How exact the time is at which a process was started."""
RENAMES = 3
"""A process between fork and exec has its parent's name; one that keeps changing its own is let."""
PARENTS = (Role.KEEPER, Role.HOST, Role.FORK_SERVER)
"""Of workers; the keeper of those whose own has gone."""
ROOTS = (Role.KEEPER, Role.HOST)
"""Everybody descends from them."""
WRITTEN = ("number", "pid", "ppid", "parent", "role", "ordinal", "name", "born_ns")
HELPERS = {role.value: role for role in (Role.KEEPER, Role.FORK_SERVER, Role.RESOURCE_TRACKER)}


@dataclass(slots=True)
class Known:
    """A process that is there. name: as it calls itself. row: of SAMPLES, of the last look at it;
    empty before."""

    process: SampledProcess
    name: str
    row: tuple[int, ...] = ()
    renames: int = 0


class Crowd:
    """living: those of the run that are there, by PID; the app is one of them.

    gone: those that went since somebody emptied this list. lines: what is to be written of them,
    likewise. full: there are more than are followed.

    A worker is known from the trace, the others from the journal; what is left and descends from
    one of them, whatever it calls itself, was started by a task. A process whose parent has ended
    is the keeper's child then, so nothing of it gets lost, where orphans can be adopted.
    """

    def __init__(self, recording: Recording, samples: Samples, system: System, app: int) -> None:
        self._recording, self._samples, self._system = recording, samples, system
        self._app = app
        self.living: dict[int, Known] = {}
        self.gone: list[Known] = []
        self.lines: list[str] = []
        self.full = False
        self._held: dict[int, Seen] = {}  # nobody can tell yet what they are
        self._nameless: dict[int, SampledProcess] = {}  # workers that nobody has told of, by PID
        self._told = self._met = 0  # helpers and lanes that were gone through

    @property
    def _journal(self) -> Journal:
        return self._recording.journal

    def meet(self) -> Iterator[int]:
        """Those whom somebody has told of. Yields the number of looks after each step."""
        if not self.living:
            yield self._greet(self._app, Role.APP)
        told = [(int(one["pid"]), one["role"]) for one in self._journal.helpers[self._told :]]
        self._told += len(told)
        helpers = [(pid, HELPERS[role]) for pid, role in told if role in HELPERS]
        for pid, role in helpers:
            if role is Role.KEEPER:
                yield self._greet(pid, role)
        host = self._journal.host.get("pid")
        if host is not None and self._role(host) is not Role.HOST:
            yield self._greet(host, Role.HOST)
        for pid, role in helpers:
            if role is not Role.KEEPER:
                yield self._greet(pid, role)
        yield from self.meet_workers()

    def meet_workers(self) -> Iterator[int]:
        """Those that the trace has got to know."""
        trace = self._recording.trace
        while trace is not None and self._met < len(trace.lanes):
            lane = trace.lanes[self._met]
            self._met += 1
            process = self._nameless.pop(lane.pid, None)
            if process is not None and process.born_ns >= lane.born_ns - SLACK_NS:
                self._correct(process, Role.WORKER, lane.ordinal)
            if lane.died_ns:
                if not self._met % LISTED_A_LOOK:
                    yield 1
                continue
            seen = self._look(lane.pid)
            if seen is not None and self._is_of(lane, seen):
                self._welcome(lane.pid, seen, Role.WORKER, lane.ordinal)
            yield 1

    def _is_of(self, lane: Lane, seen: Seen) -> bool:
        fits = seen.ppid == lane.ppid or self._role(seen.ppid) in PARENTS
        return fits and self._system.born_ns(seen) >= lane.born_ns - SLACK_NS

    def discover(self) -> Iterator[int]:
        """Those whom nobody has told of. Yields the number of looks after each step."""
        roots = [pid for pid, known in self.living.items() if known.process.role in ROOTS]
        found, self._held = self._held, {}
        for pid in self._system.newcomers(roots):
            if pid is not None and pid not in self.living:
                seen = self._system.look(pid)
                if seen is not None:
                    found[pid] = seen
            yield 1
        yield from self._sort(found)

    def _sort(self, found: dict[int, Seen]) -> Iterator[int]:
        """Those that descend from the run, parents before their children; the rest is strangers."""
        left = dict(sorted(found.items(), key=lambda item: item[1].started))
        grew = True
        while grew:
            grew = False
            for pid, seen in list(left.items()):
                if seen.ppid in self._held:
                    self._held[pid] = left.pop(pid)
                    grew = True
                elif self._role(seen.ppid) not in (None, Role.APP):
                    del left[pid]
                    self._name(pid, seen)
                    grew = True
                    yield 1

    def _name(self, pid: int, seen: Seen) -> None:
        """By its parent. Who starts right below host or keeper may be somebody that is soon told
        of; until then nobody knows."""
        journal, parent = self._journal, self._role(seen.ppid)
        settled = journal.called_ns is not None or journal.over_ns is not None
        if parent in PARENTS and not settled:
            self._held[pid] = seen
        elif parent is Role.FORK_SERVER or (parent is Role.HOST and self._since_pool(seen)):
            self._welcome(pid, seen, Role.WORKER)
        else:
            self._welcome(pid, seen, Role.OF_TASK)

    def _since_pool(self, seen: Seen) -> bool:
        pool_ns = self._journal.pool_ns
        return pool_ns is not None and self._system.born_ns(seen) >= pool_ns - SLACK_NS

    def _role(self, pid: int) -> Role | None:
        known = self.living.get(pid)
        return None if known is None else known.process.role

    def _greet(self, pid: int, role: Role) -> int:
        seen = self._look(pid)
        if seen is not None:
            self._welcome(pid, seen, role)
        return 1

    def _look(self, pid: int) -> Seen | None:
        """At a process that may be known already, or have the PID of one that was."""
        seen = self._system.look(pid)
        known = self.living.get(pid)
        if known is not None and (seen is None or seen.started != known.process.started):
            self.part(known)
        return seen

    def look(self, known: Known) -> Seen | None:
        """At one of the living; None when it is so no longer."""
        process = known.process
        seen = self._system.look(process.pid)
        if seen is None or seen.started != process.started:
            self.part(known)
            return None
        if seen.name != known.name and known.renames < RENAMES:
            known.renames += 1
            known.name, process.name = seen.name, plain_name(seen.name)
            self._note({"number": process.number, "name": process.name})
        return seen

    def part(self, known: Known) -> None:
        """It has gone."""
        process = known.process
        process.gone_ns = clock_ns()
        del self.living[process.pid]
        self._system.forget(process.pid)
        self.gone.append(known)
        self._note({"number": process.number, "gone_ns": process.gone_ns})

    def _welcome(self, pid: int, seen: Seen, role: Role, ordinal: int | None = None) -> None:
        self._held.pop(pid, None)
        known = self.living.get(pid)
        if known is not None:
            self._correct(known.process, role, ordinal)
            return
        number = len(self._samples.processes)
        if number >= MOST_PROCESSES:
            self.full = True
            return
        parent = self.living.get(seen.ppid)
        process = SampledProcess(
            number,
            pid,
            seen.ppid,
            role,
            plain_name(seen.name),
            seen.at_ns,
            ordinal,
            parent=None if parent is None else parent.process.number,
            born_ns=self._system.born_ns(seen),
            started=seen.started,
        )
        self.living[pid] = Known(process, seen.name)
        if role is Role.WORKER and ordinal is None:
            self._nameless[pid] = process
        self._samples.add(process)
        facts = {name: getattr(process, name) for name in WRITTEN} | {"at_ns": process.first_ns}
        self._note({name: value for name, value in facts.items() if value is not None})

    def _correct(self, process: SampledProcess, role: Role, ordinal: int | None) -> None:
        """Somebody has told what it is after it was seen."""
        if (process.role, process.ordinal) != (role, ordinal):
            process.role, process.ordinal = role, ordinal
            self._samples.note_role(process)
            line = {"number": process.number, "role": role.value}
            self._note(line if ordinal is None else line | {"ordinal": ordinal})

    def _note(self, facts: dict[str, Any]) -> None:
        self.lines.append(json.dumps(facts) + "\n")
