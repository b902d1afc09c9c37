"""What recording adds to a task: a recorded run against a bare `Pool.map` of the same tasks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

import runs
from child import answer
from figures import interval, take_turns
from options import Options, Say, processes
from report import Row, Section, judged

from poolscope.engine.experiment import PoolSettings

MOST_US, MOST_US_SINGLE = 0.25, 1.5
"""Targets of DESIGN.md: in chunks of 100 and auto, and at chunksize 1."""


@dataclass(frozen=True)
class Case:
    """`count` inputs `value` for `task`; chunksize None: as Pool chooses."""

    name: str
    task: str
    value: int
    count: int
    chunksize: int | None = None

    @property
    def most_us(self) -> float | None:
        """The target, where there is one: what tasks take hides what is added to them."""
        if self.task != "nothing" or self.chunksize == 10:
            return None
        return MOST_US_SINGLE if self.chunksize == 1 else MOST_US


CASES = (
    Case("empty", "nothing", 0, 10_000, 1),
    Case("empty", "nothing", 0, 100_000, 10),
    Case("empty", "nothing", 0, 400_000, 100),
    Case("empty", "nothing", 0, 1_000_000),
    Case("10 µs", "spin", 10_000, 40_000),
    Case("100 µs", "spin", 100_000, 4_000),
    Case("1 ms", "spin", 1_000_000, 400),
)
QUICK_SHARE = 20
"""Of the tasks, which --quick takes."""

COLUMNS = {
    "task": "task",
    "chunksize": "chunksize",
    "tasks": "tasks",
    "pairs": "pairs",
    "bare_us": "bare Pool, µs a task",
    "recorded_to_bare": "recorded : bare",
    "bare_to_bare": "bare : bare",
    "added_us": "added, µs a task",
    "added_us_interval": "95 % interval",
}


def measure(options: Options, say: Say, cases: tuple[Case, ...] = CASES) -> Iterator[Section]:
    """One table, a row a case. The empty task shows the most that recording can weigh."""
    rows = []
    for case in cases:
        say(f"recorder: {case.name} task, chunksize {case.chunksize or 'auto'}")
        rows.append(_row(case, options))
    yield Section(
        "Recorder: what it adds to a task",
        "Makespans of `map` over equal tasks on all CPUs, fork where there is fork; medians.",
        COLUMNS,
        rows,
    )


def _row(case: Case, options: Options) -> Row:
    count = max(case.count // QUICK_SHARE, 1) if options.quick else case.count
    settings = PoolSettings(processes(), case.chunksize)
    found = take_turns(
        partial(bare_s, case.task, case.value, count, settings),
        partial(recorded_s, case.task, case.value, count, settings),
        options.pairs,
    )
    added_us = [seconds / count * 1e6 for seconds in found.added]
    row: Row = {
        "task": case.name,
        "chunksize": str(case.chunksize or "auto"),
        "tasks": count,
        "pairs": options.pairs,
        "bare_us": median(found.bare) / count * 1e6,
        "recorded_to_bare": found.ratio,
        "bare_to_bare": found.noise,
        "added_us": median(added_us),
        "added_us_interval": interval(added_us),
    }
    if case.most_us is not None:
        row |= judged(row["added_us"], case.most_us, "µs")
    return row


def bare_s(task: str, value: int, count: int, settings: PoolSettings, warm: int = 0) -> float:
    """The makespan of a bare Pool in a fresh process, in seconds."""
    numbers = (value, count, settings.processes, settings.chunksize or 0)
    return float(answer("bare_pool", task, *numbers, settings.start_method, warm))


def recorded_s(task: str, value: int, count: int, settings: PoolSettings) -> float:
    """The makespan of a recorded run, in seconds, with nobody looking."""
    return runs.makespan_s(runs.experiment(task, value, count, settings))
