"""Tells the app of troubles while the run goes on: the first ones in full, later ones by number."""

from collections.abc import Callable, Iterable

from ..backends.base import Trouble
from ..messages import Event
from ..problem import Problem
from ..trace.layout import clock_ns

TOLD = 100
"""Troubles told one by one; a pool can lose a worker for each of a million tasks."""
COUNT_EVERY_NS = 500_000_000


class TroubleTeller:
    """`tell` writes an event; `placed` puts a problem's tasks into the order of the inputs."""

    def __init__(self, tell: Callable[..., None], placed: Callable[[Problem], Problem]) -> None:
        self._tell = tell
        self._placed = placed
        self._count = self._told_count = 0
        self._told_ns = 0

    def take(self, troubles: Iterable[Trouble]) -> None:
        """Tell what is new, and now and then how many there are."""
        for trouble in troubles:
            self._count += 1
            if self._count <= TOLD:
                problem = self._placed(trouble.problem).to_json()
                self._tell(Event.FAULT, problem=problem, at_ns=trouble.at_ns, count=self._count)
                self._told_count = self._count
        if clock_ns() > self._told_ns + COUNT_EVERY_NS:
            self.finish()

    def finish(self) -> None:
        """Tell the number, if it has grown since it was told."""
        if self._count > self._told_count:
            self._told_count, self._told_ns = self._count, clock_ns()
            self._tell(Event.FAULT, at_ns=self._told_ns, count=self._count)
