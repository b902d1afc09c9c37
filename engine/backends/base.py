"""What the host asks of a back end: the thing that runs tasks in workers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ..experiment import PoolSettings
from ..problem import Problem


@dataclass(frozen=True)
class Job:
    """What a back end runs: `settings.method(function, inputs)`, recorded into `folder`.

    initializer, initargs: what each worker calls first, if anything.
    """

    folder: Path
    function: Callable[..., Any]
    inputs: list[Any]
    settings: PoolSettings
    initializer: Callable[..., Any] | None = None
    initargs: tuple[Any, ...] = ()


class Trouble(NamedTuple):
    """One thing that went wrong, and when it was found, or happened if that is known."""

    problem: Problem
    at_ns: int


class Helper(NamedTuple):
    """A process that is no worker: the resource tracker, the fork server."""

    pid: int
    ppid: int
    role: str


class ChunkResults(NamedTuple):
    """size: tasks of the chunk. over: nothing more will come of it. values: one for each task, in
    the order of the rows; None when it gave none, or not yet.
    """

    size: int
    over: bool
    values: Sequence[Any] | None


class Backend(Protocol):
    """One pool, from its making to its end. The host calls these in this order."""

    def lay_out(self) -> tuple[int, int]:
        """Make the trace's files; return chunksize and the count of chunks. May raise OSError."""

    def start(self) -> None:
        """Make the pool. Raises ProblemError when it cannot be made."""

    def helpers(self) -> list[Helper]:
        """The helper processes that are there because of the pool."""

    def call(self) -> None:
        """Call the pool's method without waiting for it."""

    def wait(self, seconds: float) -> bool:
        """Wait for the method's return; True when it returned, raised, or never will."""

    def returned(self) -> bool:
        """After `wait`: the method has returned or raised, as against "it never will"."""

    def troubles(self) -> list[Trouble]:
        """What went wrong since the last call, while the run went on: deaths, and what they took
        along; values that cannot travel. Not what tasks raise.
        """

    def problem(self) -> Problem | None:
        """After `wait`: why the method raised or will never return."""

    def leave(self) -> bool:
        """Have the workers leave when no task is left; True when all are gone. Call it until then.

        A method that raised, as imap's iterator does, can leave tasks behind that still run.
        """

    def drained(self) -> bool:
        """No task is left that could still end."""

    def kill(self) -> None:
        """End every worker now, whatever it does."""

    def results_of(self, chunk: int) -> ChunkResults:
        """What `chunk` gave; its numbers go from 0 to the count that `lay_out` returned."""
