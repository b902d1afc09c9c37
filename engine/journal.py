"""The story of a run so far, read off the host's events."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from .messages import Event, LineTail
from .names import EVENTS_FILE
from .plain import plain_facts
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


MOST_TOLD = 10_000
"""Helpers, faults or kills that are kept; no run of ours has as many."""
MOST_NS = 1 << 60
"""36 years: times are below, so that they can be added and subtracted in 64 bits."""
MOST_PID = 1 << 32


class Fault(NamedTuple):
    """Something that went wrong while the run went on, such as the death of a worker."""

    problem: Problem
    at_ns: int


class Kill(NamedTuple):
    """A signal that the person sent to a worker."""

    ordinal: int
    pid: int
    signal: int
    at_ns: int


@dataclass
class Journal:
    """What the host has told; None or empty where it has not got so far. Times in ns.

    faults: what went wrong while the run went on, as it was found. problem: why the run failed.
    kills: what the person has done to workers; told by the app.
    """

    host: dict[str, Any] = field(default_factory=dict)
    loaded_ns: int | None = None
    inputs: int | None = None
    items: list[str] = field(default_factory=list)
    first_bytes: int | None = None
    chunksize: int | None = None
    chunks: int | None = None
    function_bytes: int | None = None
    """Of the pickled function; None in a run from before it was told."""
    pool_ns: int | None = None
    called_ns: int | None = None
    returned_ns: int | None = None
    helpers: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    fault_count: int = 0
    """Of all faults; the host tells only the first ones one by one."""
    problem: Problem | None = None
    problem_ns: int | None = None
    stopped: bool = False
    stopped_ns: int | None = None
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
    """Keeps `journal` up to date with the events file of a run folder.

    What is no event, or has facts that cannot be, is passed over, but for troubles: a run that did
    not end well must not look as if it had.
    """

    def __init__(self, folder: Path) -> None:
        self.journal = Journal()
        self._tail = LineTail(folder / EVENTS_FILE)

    def update(self) -> bool:
        """Take in new events; True when there were any.

        Raises ValueError for a trouble that cannot be read.
        """
        changed = False
        for event in self._tail.read():
            event = _sane(event)
            self._take(event)
            self._take_trouble(event)
            changed = True
        return changed

    def _take(self, event: dict[str, Any]) -> None:
        journal = self.journal
        match event:
            case {"event": str(name), "at_ns": int(at_ns)} if name in MOMENTS:
                setattr(journal, MOMENTS[name], at_ns)
            case {"event": Event.HOST, "pid": int(), "ppid": int()}:
                journal.host = event
            case {
                "event": Event.PREVIEW,
                "items": list(items),
                "first_bytes": int() | None as first_bytes,
            }:
                journal.items, journal.first_bytes = list(map(str, items)), first_bytes
            case {"event": Event.INPUTS, "count": int(count)}:
                journal.inputs = count
            case {"event": Event.TRACE, "chunksize": int(chunksize), "chunks": int(chunks)}:
                journal.chunksize, journal.chunks = chunksize, chunks
                function_bytes = event.get("function_bytes")
                journal.function_bytes = function_bytes if isinstance(function_bytes, int) else None
            case {"event": Event.HELPER, "pid": int(), "ppid": int(), "role": str()}:
                if len(journal.helpers) < MOST_TOLD:
                    journal.helpers.append(event)

    def _take_trouble(self, event: dict[str, Any]) -> None:
        """What went wrong, and how it ended."""
        journal = self.journal
        match event:
            case {"event": Event.FAULT, "count": int(count), "at_ns": int(at_ns)}:
                journal.fault_count = count
                if "problem" in event and len(journal.faults) < MOST_TOLD:
                    journal.faults.append(Fault(_problem(event["problem"]), at_ns))
            case {"event": Event.KILLED, "ordinal": int(), "pid": int(), "signal": int()}:
                if isinstance(event.get("at_ns"), int) and len(journal.kills) < MOST_TOLD:
                    journal.kills.append(Kill(*(event[name] for name in Kill._fields)))
            case {"event": Event.PROBLEM, "problem": problem, "at_ns": int(at_ns)}:
                if journal.problem is None:
                    journal.problem, journal.problem_ns = _problem(problem), at_ns
            case {"event": Event.STOPPED}:
                journal.stopped = True
                if journal.stopped_ns is None and isinstance(event.get("at_ns"), int):
                    journal.stopped_ns = event["at_ns"]
            case {"event": Event.ENDED}:
                journal.ended = True


def _sane(event: dict[str, Any]) -> dict[str, Any]:
    """`event` without the facts that cannot be: it may come from anywhere."""
    sane = plain_facts(event)
    for name, value in list(sane.items()):
        if isinstance(value, int):
            if not 0 <= value < (MOST_PID if name in ("pid", "ppid") else MOST_NS):
                del sane[name]
    if "problem" in event:
        sane["problem"] = event["problem"]
    return sane


def _problem(data: Any) -> Problem:
    """A problem that was told. Raises ValueError when it cannot be read."""
    match data:
        case {"kind": str(kind)} if kind not in {known.value for known in Kind}:
            raise ValueError(f"it tells of {kind[:40]!r}, as another version of Poolscope does")
        case {"kind": str(kind), "field": field, "values": dict(values)}:
            facts = {"kind": kind, "field": field, "values": plain_facts(values)}
            return Problem.from_json(facts)
    raise ValueError("it tells of a problem that cannot be read")
