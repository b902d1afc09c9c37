"""Along the order of durations, or that of failures. No widgets, no timers."""

from enum import StrEnum

from ...engine.recording import Recording
from ...engine.trace.ranking import Failed, Longest
from ...engine.trace.trace import Trace
from . import words


class Goal(StrEnum):
    """What can be gone to; all but LONGEST and FIRST_FAILURE from the selected task on."""

    LONGEST = "longest"
    SLOWER = "slower"
    FASTER = "faster"
    FIRST_FAILURE = "first-failure"
    NEXT_FAILURE = "next-failure"
    PREVIOUS_FAILURE = "previous-failure"


FAILURES = (Goal.FIRST_FAILURE, Goal.NEXT_FAILURE, Goal.PREVIOUS_FAILURE)


class OrderWalk:
    """Of the tasks of `recording` that have ended. An order is made when it is first asked for.

    goal: what is asked for, until `arrive`. `step` until it is `ready`.
    """

    def __init__(self, recording: Recording, trace: Trace) -> None:
        self._recording, self._trace = recording, trace
        self._longest: Longest | None = None
        self._failed: Failed | None = None
        self._order: Longest | Failed | None = None
        self.goal: Goal | None = None

    def ask(self, goal: Goal) -> None:
        """Ask for a task; in place of one that was asked for before."""
        self.goal = goal
        if goal in FAILURES:
            self._order = self._failed = self._failed or Failed(self._trace)
        else:
            self._order = self._longest = self._longest or Longest(self._trace)
        self._order.look()

    @property
    def ready(self) -> bool:
        """The order holds all that has ended when it was asked for."""
        return self._order is None or self._order.ready

    def step(self) -> None:
        """Bring the order nearer to that."""
        if self._order is not None:
            self._order.step()

    def arrive(self, selected: int | None) -> tuple[int, words.Said] | None:
        """The row that was asked for, and what there is to say about it; None: there is none."""
        goal, self.goal = self.goal, None
        if goal is None:
            return None
        return self._failure(goal, selected) if goal in FAILURES else self._ranked(goal, selected)

    def _ranked(self, goal: Goal, selected: int | None) -> tuple[int, words.Said] | None:
        ranks = self._longest
        assert ranks is not None
        row, end = ranks.order.first, ""
        if goal is not Goal.LONGEST and selected is not None and ranks.holds(selected):
            row = ranks.slower(selected) if goal is Goal.SLOWER else ranks.faster(selected)
            end = "" if row is not None else goal.value
            row = selected if row is None else row
        if row is None:
            return None
        place, count = ranks.place(row), ranks.order.count
        took_ns = ranks.took_ns_of(row)
        return row, words.rank_text(self._recording, row, took_ns, place, count, end)

    def _failure(self, goal: Goal, selected: int | None) -> tuple[int, words.Said] | None:
        failed, wrapped = self._failed, 0
        assert failed is not None
        first, last = failed.order.first, failed.order.last
        row = last if goal is Goal.PREVIOUS_FAILURE else first
        if goal is not Goal.FIRST_FAILURE and selected is not None:
            step = -1 if goal is Goal.PREVIOUS_FAILURE else 1
            beside = failed.before(selected) if step < 0 else failed.after(selected)
            wrapped = step if beside is None else 0
            row = row if beside is None else beside
        if row is None:
            return None
        place, count = failed.place(row), failed.order.count
        return row, words.failure_text(self._recording, row, place, count, wrapped)
