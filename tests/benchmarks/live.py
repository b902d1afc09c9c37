"""What a window costs a run that it watches, whether it answers, and how late it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import runs
from child import Conversation, conversation
from figures import interval, take_turns
from options import Options, Say, processes
from report import Row, Section, judged

from poolscope.engine.experiment import PoolSettings

MOST_SHARE, MOST_RATIO = 5.0, 1.05
MOST_BEAT_MS, MOST_HELD_MS = 16.0, 50.0
MOST_LATE_MS = {True: 50.0, False: 250.0}
"""Targets of DESIGN.md; the last at FASTEST tasks a second, by whether a core is free."""
FASTEST = 100_000


@dataclass(frozen=True)
class Sizes:
    """tasks: of an empty task, in chunks of these sizes. rates: tasks a second, for `seconds`.
    rest_ms: what belongs to the end of a run, such as its results, has been done by then.
    """

    tasks: int = 1_000_000
    chunksizes: tuple[int | None, ...] = (100, 10)
    rates: tuple[int, ...] = (1_000, 10_000, FASTEST)
    seconds: float = 3.0
    rest_ms: int = 300


QUICK = Sizes(100_000, (100,), seconds=0.5)

WATCHED = {
    "tasks": "tasks",
    "chunksize": "chunksize",
    "pairs": "pairs",
    "headless_s": "headless, s",
    "watched_to_headless": "watched : headless",
    "ratio_interval": "95 % interval",
    "headless_to_headless": "headless : headless",
}
SHARE = {
    "tasks": "tasks",
    "chunksize": "chunksize",
    "runs": "runs",
    "share": "median, % of the machine",
    "paints_a_second": "paints a second",
}
STALLS = {
    "tasks": "tasks",
    "chunksize": "chunksize",
    "figure": "GUI thread",
    "beats": "beats",
    "p99_ms": "99th, ms",
    "worst_ms": "worst, ms",
}
LATE = {
    "rate": "tasks a second, wanted",
    "rate_seen": "seen",
    "core_free": "a core free",
    "tasks": "tasks",
    "median_ms": "median, ms",
    "p99_ms": "99th, ms",
    "worst_ms": "worst, ms",
    "paints_a_second": "paints a second",
}


def measure(options: Options, say: Say, sizes: Sizes | None = None) -> Iterator[Section]:
    """Four tables: makespans, what the window takes, whether it answers, and how late it shows."""
    sizes = sizes or (QUICK if options.quick else Sizes())
    watched, shares, stalls = [], [], []
    with conversation("live_window", sizes.rest_ms) as window:
        for number, chunksize in enumerate(sizes.chunksizes):
            say(f"live: {sizes.tasks:,} empty tasks, chunksize {chunksize or 'auto'}")
            pairs = options.pairs if number == 0 else options.fewer(3)
            row, answers = _pairs(window, sizes.tasks, chunksize, pairs)
            head = {"tasks": sizes.tasks, "chunksize": str(chunksize or "auto")}
            watched.append(head | row)
            shares.append(head | _share(answers))
            stalls += [head | row for row in _stalls(answers)]
        late = [
            _lateness(window, rate, sizes.seconds, say, core_free=core_free)
            for core_free in (True, False)
            for rate in sizes.rates
        ]
    yield from _sections(watched, shares, stalls, late)


def _sections(
    watched: list[Row], shares: list[Row], stalls: list[Row], late: list[Row]
) -> Iterator[Section]:
    yield Section(
        "Live: a run that a window watches",
        "Makespans of empty tasks on all CPUs, with the whole window open and without one.",
        WATCHED,
        watched,
    )
    yield Section(
        "Live: what the window takes",
        "CPU time of its process between call and return of the Pool method, of all CPUs' time.",
        SHARE,
        shares,
    )
    yield Section(
        "Live: whether the window answers",
        "How late a timer of 5 ms was, from Run until the window was at rest again; and how much"
        " CPU time the thread used from a beat to the next, which no other process can be blamed"
        " for.",
        STALLS,
        stalls,
    )
    yield Section(
        "Live: from a task's end to its pixel",
        "From the end that a task's worker noted to the end of the first painting with the task"
        " in it, each task of a run of busy loops.",
        LATE,
        late,
    )


def _pairs(
    window: Conversation, tasks: int, chunksize: int | None, pairs: int
) -> tuple[Row, list[Any]]:
    wanted = runs.experiment("nothing", 0, tasks, PoolSettings(processes(), chunksize))
    answers: list[Any] = []

    def watched_s() -> float:
        answers.append(window.ask(experiment=wanted.to_json()))
        return float(answers[-1]["makespan_s"])

    found = take_turns(lambda: runs.makespan_s(wanted), watched_s, pairs)
    row: Row = {
        "pairs": pairs,
        "headless_s": median(found.bare),
        "watched_to_headless": found.ratio,
        "ratio_interval": interval(found.ratios),
        "headless_to_headless": found.noise,
    }
    return row | judged(found.ratio, MOST_RATIO, ""), answers[-pairs:]


def _share(answers: list[Any]) -> Row:
    shares = [100 * answer["cpu_s"] / answer["makespan_s"] / processes() for answer in answers]
    rates = [answer["paints"] / answer["makespan_s"] for answer in answers]
    row: Row = {"runs": len(answers), "share": median(shares), "paints_a_second": median(rates)}
    return row | judged(row["share"], MOST_SHARE, "%")


def _stalls(answers: list[Any]) -> Iterator[Row]:
    """All runs together: the beats are counted by ms, so that a long bench stays small."""
    for figure, name in (("late_ms", "later than 5 ms"), ("used_ms", "CPU time between beats")):
        values = sorted(value for answer in answers for value in answer[figure])
        place = max(-(-len(values) * 99 // 100) - 1, 0)
        row: Row = {"figure": name, "beats": len(values)}
        row |= {"p99_ms": values[place], "worst_ms": values[-1]}
        reached = row["p99_ms"] <= MOST_BEAT_MS and row["worst_ms"] <= MOST_HELD_MS
        target = f"≤ {MOST_BEAT_MS:.0f} ms at the 99th, ≤ {MOST_HELD_MS:.0f} ms ever"
        yield row | {"target": target, "reached": reached}


def _lateness(window: Conversation, rate: int, seconds: float, say: Say, *, core_free: bool) -> Row:
    say(f"live: {rate:,} tasks a second, {'a core' if core_free else 'no core'} free")
    workers = max(processes() - core_free, 1)
    each_ns = round(workers / rate * 1e9)
    wanted = runs.experiment("spin", each_ns, round(rate * seconds), PoolSettings(workers))
    answer = window.ask(experiment=wanted.to_json())
    row: Row = {
        "rate": rate,
        "rate_seen": round(answer["tasks"] / answer["makespan_s"]),
        "core_free": "yes" if core_free and processes() > 1 else "no",
        "tasks": answer["tasks"],
        "median_ms": answer["seen_ms"]["50"],
        "p99_ms": answer["seen_ms"]["99"],
        "worst_ms": answer["seen_ms"]["100"],
        "paints_a_second": answer["paints"] / answer["makespan_s"],
    }
    if rate != FASTEST:
        return row
    return row | judged(row["p99_ms"], MOST_LATE_MS[row["core_free"] == "yes"], "ms at the 99th")
