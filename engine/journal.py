"""The story of a run so far, read off the host's events."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from .messages import Event, LineTail
from .names import EVENTS_FILE
from .problem import Kind, Problem


class Status(StrEnum):
    """Where a run is. The last three are ends."""

    PREPARING = "preparing"
    RUNNING = "running"
    ENDING = "ending"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"


MOMENTS = {
    Event.LOADED.value: "loaded_ns",
    Event.POOL.value: "pool_ns",
    Event.CALLED.value: "called_ns",
    Event.RETURNED.value: "returned_ns",
}
"""Events that are a moment, by the field that keeps it."""


class Fault(NamedTuple):
    """Something that went wrong while the run went on, such as the death of a worker."""

    problem: Problem
    at_ns: int


@dataclass
class Journal:
    """What the host has told; None or empty where it has not got so far. Times in ns.

    faults: what went wrong while the run went on, as it was found. problem: why the run failed.
    """

    host: dict[str, Any] = field(default_factory=dict)
    loaded_ns: int | None = None
    inputs: int | None = None
    items: list[str] = field(default_factory=list)
    first_bytes: int | None = None
    chunksize: int | None = None
    chunks: int | None = None
    pool_ns: int | None = None
    called_ns: int | None = None
    returned_ns: int | None = None
    helpers: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    """Of all faults; the host tells only the first ones one by one."""
    problem: Problem | None = None
    problem_ns: int | None = None
    stopped: bool = False
    ended: bool = False

    @property
    def over_ns(self) -> int | None:
        """When the Pool method returned, or the host found that it never would."""
        return self.returned_ns if self.returned_ns is not None else self.problem_ns

    @property
    def makespan_s(self) -> float | None:
        """Seconds from the call of the Pool method to its return."""
        if self.called_ns is None or self.returned_ns is None:
            return None
        return (self.returned_ns - self.called_ns) / 1e9

    def conclusion(self) -> tuple[Status, Problem | None]:
        """How the run ended, when nobody writes any more, and why it failed."""
        if self.problem is not None:
            return Status.FAILED, self.problem
        if self.stopped:
            return Status.STOPPED, None
        if self.ended and self.returned_ns is not None:
            return Status.FINISHED, None
        return Status.FAILED, Problem(Kind.APP_ENDED)


class JournalReader:
    """Keeps `journal` up to date with the events file of a run folder."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal()
        self._tail = LineTail(folder / EVENTS_FILE)

    def update(self) -> bool:
        """Take in new events; True when there were any."""
        changed = False
        for event in self._tail.read():
            self._take(event)
            self._take_trouble(event)
            changed = True
        return changed

    def _take(self, event: dict[str, Any]) -> None:
        journal = self.journal
        match event:
            case {"event": str(name), "at_ns": int(at_ns)} if name in MOMENTS:
                setattr(journal, MOMENTS[name], at_ns)
            case {"event": Event.HOST}:
                journal.host = event
            case {"event": Event.PREVIEW, "items": list(items), "first_bytes": first_bytes}:
                journal.items, journal.first_bytes = list(map(str, items)), first_bytes
            case {"event": Event.INPUTS, "count": int(count)}:
                journal.inputs = count
            case {"event": Event.TRACE, "chunksize": int(chunksize), "chunks": int(chunks)}:
                journal.chunksize, journal.chunks = chunksize, chunks
            case {"event": Event.HELPER, "pid": int(), "ppid": int(), "role": str()}:
                journal.helpers.append(event)

    def _take_trouble(self, event: dict[str, Any]) -> None:
        """What went wrong, and how it ended."""
        journal = self.journal
        match event:
            case {"event": Event.FAULT, "count": int(count), "at_ns": int(at_ns)}:
                journal.fault_count = count
                if "problem" in event:
                    journal.faults.append(Fault(Problem.from_json(event["problem"]), at_ns))
            case {"event": Event.PROBLEM, "problem": problem, "at_ns": int(at_ns)}:
                if journal.problem is None:
                    journal.problem, journal.problem_ns = Problem.from_json(problem), at_ns
            case {"event": Event.STOPPED}:
                journal.stopped = True
            case {"event": Event.ENDED}:
                journal.ended = True
