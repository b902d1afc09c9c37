"""The tasks of the bench. Bare programs import it, and runs load it as a file of a user's."""

from time import perf_counter_ns


def nothing(_: int) -> None:
    """Does nothing: all that is left is the pool itself."""


def spin(ns: int) -> None:
    """Keeps a CPU busy for so many ns by the clock; a task that is interrupted gets less done."""
    until = perf_counter_ns() + ns
    while perf_counter_ns() < until:
        pass
