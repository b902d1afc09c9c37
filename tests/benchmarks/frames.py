"""What a frame costs while a person pans and zooms, and what `BarGraphItem` takes for the same."""

from collections.abc import Iterator
from dataclasses import dataclass

import recordings
from child import ChildError, answer
from figures import percentile
from options import Options, Say
from report import Row, Section, judged

from poolscope.engine import run_folder

WIDTH, HEIGHT = 1600, 1000
TASKS = (100_000, 1_000_000, 10_000_000)
LANES = (2, 8, 64, 512)
MOST_MS = {(1_000_000, 64): 16.0, (10_000_000, 8): 16.0, (1_000_000, 512): 33.0}
"""Targets of DESIGN.md for the 95th percentile, by tasks and lanes."""
BARS_S = 20.0
"""What BarGraphItem gets for a recording, from its first bar to its last frame."""


@dataclass(frozen=True)
class Sizes:
    """frames: of a sweep. bars_lanes: with so many lanes BarGraphItem draws the same."""

    tasks: tuple[int, ...] = TASKS
    lanes: tuple[int, ...] = LANES
    frames: int = 120
    bars_lanes: int = 8
    bars_s: float = BARS_S


QUICK = Sizes((10_000, 100_000), (2, 64), 40, 2, 5.0)

COLUMNS = {
    "tasks": "tasks",
    "lanes": "lanes",
    "lanes_seen": "lanes in view",
    "frames": "frames",
    "median_ms": "median, ms",
    "p95_ms": "95th, ms",
    "p99_ms": "99th, ms",
    "first_ms": "first frame, ms",
}
BARS_COLUMNS = {
    "tasks": "tasks",
    "lanes": "lanes",
    "frames": "frames",
    "making_ms": "making the item, ms",
    "median_ms": "median, ms",
    "p95_ms": "95th, ms",
    "p99_ms": "99th, ms",
    "to_ours": "median : ours",
    "note": "",
}


def measure(options: Options, say: Say, sizes: Sizes | None = None) -> Iterator[Section]:
    """Two tables: the timeline's frames, and those of BarGraphItem."""
    sizes = sizes or (QUICK if options.quick else Sizes())
    ours, bars = [], []
    for tasks in sizes.tasks:
        for lanes in sizes.lanes:
            say(f"frames: {tasks:,} tasks in {lanes} lanes")
            folder = recordings.write(tasks, lanes)
            try:
                row = _sweep(str(folder), tasks, lanes, sizes.frames)
                ours.append(row)
                if lanes == sizes.bars_lanes:
                    bars.append(_bars(str(folder), tasks, lanes, sizes, row))
            finally:
                run_folder.delete(folder)
    yield Section(
        "Frames: pan and zoom",
        f"The timeline alone, {WIDTH} × {HEIGHT} pixels at device ratio 1, all lanes at once where"
        " it offers that; per frame from the call that moves the view to its last pixel.",
        COLUMNS,
        ours,
    )
    yield Section(
        "Frames: the same in pyqtgraph's BarGraphItem",
        f"A bar a task and one brush for all, the same spans, within {sizes.bars_s:.0f} s.",
        BARS_COLUMNS,
        bars,
    )


def _sweep(folder: str, tasks: int, lanes: int, frames: int) -> Row:
    found = answer("frame_sweep", folder, WIDTH, HEIGHT, frames)
    times = found["frames_ms"]
    row: Row = {"tasks": tasks, "lanes": lanes, "lanes_seen": found["lanes_seen"]}
    row |= {"frames": len(times), "first_ms": found["first_ms"]}
    row |= _percentiles(times)
    most_ms = MOST_MS.get((tasks, lanes))
    return row if most_ms is None else row | judged(row["p95_ms"], most_ms, "ms at the 95th")


def _bars(folder: str, tasks: int, lanes: int, sizes: Sizes, ours: Row) -> Row:
    row: Row = {"tasks": tasks, "lanes": lanes}
    arguments = (folder, WIDTH, HEIGHT, sizes.frames, sizes.bars_s)
    try:  # a single frame can take longer than all that it gets
        found = answer("bar_graph", *arguments, timeout_s=3 * sizes.bars_s)
    except ChildError as error:
        return row | {"frames": 0, "note": f"none: {error}"}
    times = found["frames_ms"]
    row |= {"frames": len(times), "making_ms": found["making_ms"]}
    if not times:
        return row | {"note": f"no frame within {sizes.bars_s:.0f} s"}
    row |= _percentiles(times)
    row["to_ours"] = row["median_ms"] / ours["median_ms"]
    note = None if len(times) == sizes.frames else f"out of time, {sizes.frames} were wanted"
    return row | {"note": note}


def _percentiles(times_ms: list[float]) -> Row:
    columns = {"median_ms": 50, "p95_ms": 95, "p99_ms": 99}
    return {name: percentile(times_ms, percent) for name, percent in columns.items()}
