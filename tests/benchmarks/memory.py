"""What memory a run takes, by task, and how long it takes to open one."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import recordings
from child import answer
from options import Options, Say
from report import Row, Section, judged

from poolscope.engine import run_folder

MOST_BYTES = 64.0
"""Target of DESIGN.md: a task, beyond the empty application."""
OPEN_S = 300.0


@dataclass(frozen=True)
class Sizes:
    """tasks: of the runs that are opened. few: of the one that is opened before them."""

    tasks: tuple[int, ...] = (1_000_000, 10_000_000)
    lanes: int = 8
    few: int = 1_000


QUICK = Sizes((100_000,))

MEMORY = {
    "tasks": "tasks",
    "lanes": "lanes",
    "trace_bytes": "trace read",
    "trace_arrays_bytes": "of it in arrays",
    "opened_bytes": "shown in the window",
    "swept_bytes": "after pan and zoom",
    "views_arrays_bytes": "arrays of the timeline",
}
OPENING = {
    "tasks": "tasks",
    "file_mb": "file, MB",
    "read_s": "tables and texts read, s",
    "first_frame_s": "to the first frame, s",
    "held_ms": "longest step of the GUI thread, ms",
}


def measure(options: Options, say: Say, sizes: Sizes | None = None) -> Iterator[Section]:
    """Two tables: bytes a task, and seconds."""
    sizes = sizes or (QUICK if options.quick else Sizes())
    memory: list[Row] = []
    opening: list[Row] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        few = Path(name, f"few{run_folder.SUFFIX}")
        _save(sizes.few, sizes.lanes, few)
        for tasks in sizes.tasks:
            say(f"memory: {tasks:,} tasks")
            many = Path(name, f"many{run_folder.SUFFIX}")
            _save(tasks, sizes.lanes, many)
            of_memory, of_time = _rows(tasks, sizes.lanes, many, few)
            memory.append(of_memory)
            opening.append(of_time)
            many.unlink()
    yield Section(
        "Memory: bytes a task",
        "Growth of anonymous memory (files that are mapped do not count) beyond the same program"
        f" with a run of {sizes.few:,} tasks.",
        MEMORY,
        memory,
    )
    yield Section(
        "Opening a saved run",
        "From the call that opens the file to the end of the first painting that shows it.",
        OPENING,
        opening,
    )


def _save(tasks: int, lanes: int, path: Path) -> None:
    folder = recordings.write(tasks, lanes, texts=True)
    try:
        run_folder.save(folder, path)
    finally:
        run_folder.delete(folder)


def _rows(tasks: int, lanes: int, many: Path, few: Path) -> tuple[Row, Row]:
    trace = answer("memory_of", "trace", many, few, timeout_s=OPEN_S)
    window = answer("memory_of", "window", many, few, timeout_s=OPEN_S)
    memory: Row = {
        "tasks": tasks,
        "lanes": lanes,
        "trace_bytes": trace["grown"] / tasks,
        "trace_arrays_bytes": trace["arrays"] / tasks,
        "opened_bytes": window["grown"] / tasks,
        "swept_bytes": window["swept"] / tasks,
        "views_arrays_bytes": window["arrays"] / tasks,
    }
    opening: Row = {
        "tasks": tasks,
        "file_mb": many.stat().st_size / 1e6,
        "read_s": trace["read_s"],
        "first_frame_s": window["first_frame_s"],
        "held_ms": window["held_ms"],
    }
    return memory | judged(memory["swept_bytes"], MOST_BYTES, "bytes a task"), opening
