"""What recording adds to the start of a worker, for each start method."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from statistics import median

import runs
from child import ChildError, answer
from figures import Pairs, interval, turns
from options import Options, Say
from report import Row, Section, judged

from poolscope.engine.experiment import PoolSettings, start_methods

MOST = 1.1
"""Target of DESIGN.md: a recorded worker's start to a bare one's."""
WORKERS = 3

COLUMNS = {
    "start_method": "start method",
    "worker": "worker",
    "pairs": "pairs",
    "bare_ms": "bare, ms",
    "recorded_ms": "recorded, ms",
    "recorded_to_bare": "recorded : bare",
    "ratio_interval": "95 % interval",
    "bare_to_bare": "bare : bare",
}


def measure(options: Options, say: Say, methods: Sequence[str] = ()) -> Iterator[Section]:
    """One table: of three workers of a pool the first, which may wait for a fork server, and the
    median of all, by method.
    """
    rows = []
    for method in methods or start_methods():
        say(f"starts: {method}")
        rows += _rows(method, options)
    yield Section(
        "Starts: until a worker is ready",
        f"From just before its process object is made until it asks for work, {WORKERS} workers.",
        COLUMNS,
        rows,
    )


def _rows(method: str, options: Options) -> list[Row]:
    bare, recorded = turns(partial(bare_ms, method), partial(recorded_ms, method), options.pairs)
    rows = [_row(method, "the middle one", median, bare, recorded)]
    if method == "forkserver":
        rows.append(_row(method, "the first, with the server", itemgetter(0), bare, recorded))
    return rows


def _row(
    method: str,
    worker: str,
    choose: Callable[[list[float]], float],
    bare: list[list[float]],
    recorded: list[list[float]],
) -> Row:
    found = Pairs(tuple(map(choose, bare)), tuple(map(choose, recorded)))
    return {
        "start_method": method,
        "worker": worker,
        "pairs": len(recorded),
        "bare_ms": median(found.bare),
        "recorded_ms": median(found.ours),
        "recorded_to_bare": found.ratio,
        "ratio_interval": interval(found.ratios),
        "bare_to_bare": found.noise,
    } | judged(found.ratio, MOST, "")


def bare_ms(method: str) -> list[float]:
    """The starts of the workers of a bare pool, by birth."""
    return [taken_ns / 1e6 for taken_ns in answer("bare_starts", WORKERS, method)]


def recorded_ms(method: str) -> list[float]:
    """The same of a recorded run, from its trace."""
    settings = PoolSettings(WORKERS, 1, method)
    with runs.finished(runs.experiment("spin", 1_000_000, 3 * WORKERS, settings)) as run:
        trace = run.recording.trace
        if trace is None or not all(lane.ready_ns for lane in trace.lanes):
            raise ChildError("a worker did not say that it was ready")
        return [(lane.ready_ns - lane.born_ns) / 1e6 for lane in trace.lanes[:WORKERS]]
