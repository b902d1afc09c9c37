"""Whether the tables of an opened run can be true: what a trace relies on and never looks at again.

A run of ours passes, however it ended: stopped, killed, or left behind by an app that was killed.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil

from ..breaking_off import Watch, go_on
from ..experiment import PROCESSES_LIMIT
from ..journal import MOST_NS, MOST_PID, Journal
from ..problem import Kind, Problem, ProblemError
from .columns import Ints
from .layout import (
    CHUNKS,
    FETCHED,
    NO_CHUNK,
    TASKS,
    WORKERS,
    ChunkOutcome,
    Phase,
    Table,
    TaskState,
)
from .reader import Columns

BLOCK = 1 << 15
"""Rows looked at in one go; of more a processor's cache holds not all."""
MOST_TASKS = 50_000_000
"""As many as host/listing.py lets through."""
MOST_WORKERS = 250_000
"""A lane takes about 2 kB and, until it is drawn, 0.1 ms; starting so many takes ten minutes."""
MOST_BUSY_NS = float(1 << 62)
TASK_BYTES, WORKER_BYTES = 44, 2500
"""Of memory that a trace takes for a task that ran, and for a worker."""

NO_TIMES = {
    TASKS: ("worker", "state", "chunk"),
    CHUNKS: ("first", "size", "worker", "outcome"),
    WORKERS: ("pid", "ppid", "slot", "phase", "chunk", "exit_code"),
    FETCHED: (),
}
"""Columns with limits of their own. The others hold times, durations and sizes."""

Bools = npt.NDArray[np.bool_]


class _Watched(Columns):
    """A table during whose reading `watch` is asked, at each look at a column."""

    def __init__(self, folder: Path, table: Table, watch: Watch) -> None:
        super().__init__(folder, table)
        self._watch = watch

    def __getitem__(self, column: str) -> Ints:
        self._watch()
        return super().__getitem__(column)


def check(folder: Path, journal: Journal, watch: Watch = go_on) -> None:
    """Look through the tables in `folder`, a block at a time; `watch` may end it.

    Raises ProblemError (NOT_A_RUN) when they are no tables, hold what cannot be, disagree with one
    another or with `journal`, or need more memory than there is.
    """
    try:
        _check(folder, journal, watch)
    except ValueError as error:
        if isinstance(error, ProblemError):
            raise
        values = {"path": str(folder), "error": str(error)}
        raise ProblemError(Problem(Kind.NOT_A_RUN, None, values)) from error


def _check(folder: Path, journal: Journal, watch: Watch) -> None:
    tables = (TASKS, CHUNKS, WORKERS)
    tasks, chunks, workers = (_Watched(folder, table, watch) for table in tables)
    _demand(tasks.rows <= MOST_TASKS, TASKS, "more rows than a run can have")
    _demand(tasks.rows == journal.inputs, TASKS, "another number of rows than there are inputs")
    _demand(chunks.rows == journal.chunks, CHUNKS, "another number of rows than there are chunks")
    _demand(chunks.rows <= tasks.rows, CHUNKS, "more rows than there are tasks")
    lanes = _check_workers(workers, chunks.rows)
    _check_chunks(chunks, tasks.rows, lanes)
    ran = _check_tasks(tasks, chunks, workers, lanes)
    if (folder / FETCHED.file_name).exists():
        fetched = _Watched(folder, FETCHED, watch)
        _demand(fetched.rows == tasks.rows, FETCHED, "another number of rows than there are tasks")
        _check_times(fetched, FETCHED)
    needed = ran * TASK_BYTES + tasks.rows + lanes * WORKER_BYTES
    if needed > psutil.virtual_memory().available:
        raise ValueError(f"showing it would take {needed:,} bytes of memory")


def _check_workers(workers: Columns, chunks: int) -> int:
    """Returns how many workers there were."""
    _demand(1 <= workers.rows <= 2 * MOST_WORKERS, WORKERS, "a number of rows that cannot be")
    _check_times(workers, WORKERS)
    unborn = np.flatnonzero(workers["born"] == 0)
    lanes = int(unborn[0]) if len(unborn) else workers.rows
    _demand(len(unborn) == workers.rows - lanes, WORKERS, "a worker after rows without one")
    _demand(lanes <= MOST_WORKERS, WORKERS, f"more than {MOST_WORKERS:,} workers")
    limits = {
        "pid": (0, MOST_PID),
        "ppid": (0, MOST_PID),
        "slot": (0, PROCESSES_LIMIT - 1),
        "phase": (0, max(Phase)),
        "chunk": (NO_CHUNK, max(chunks - 1, 0)),
        "exit_code": (-MOST_PID, MOST_PID),
    }
    for name, (low, high) in limits.items():
        _check_range(workers, WORKERS, name, low, high)
    return lanes


def _check_chunks(chunks: Columns, tasks: int, lanes: int) -> None:
    """Those that were handed out have their tasks one after the other; the rest have none yet."""
    _check_times(chunks, CHUNKS)
    _check_range(chunks, CHUNKS, "worker", 0, lanes)
    _check_range(chunks, CHUNKS, "outcome", 0, max(ChunkOutcome))
    _check_range(chunks, CHUNKS, "first", 0, tasks)
    _check_range(chunks, CHUNKS, "size", 0, tasks)
    before, more = 0, True
    for part in _blocks(chunks.rows):
        sizes, firsts = chunks["size"][part], chunks["first"][part]
        ends = np.cumsum(sizes) + before
        there = sizes > 0
        follows = (firsts == ends - sizes) & (ends <= tasks)
        _demand(bool(follows[there].all()), CHUNKS, "a chunk whose tasks are not its own")
        cut = np.flatnonzero(~there)
        rest = there[int(cut[0]) :] if len(cut) else there[:0]
        _demand(not rest.any() and (more or not there.any()), CHUNKS, "a chunk after an empty one")
        before, more = int(ends[-1]), more and not len(cut)


def _check_tasks(tasks: Columns, chunks: Columns, workers: Columns, lanes: int) -> int:
    """Returns how many tasks had begun."""
    _check_times(tasks, TASKS)
    _check_range(tasks, TASKS, "worker", 0, lanes)
    _check_range(tasks, TASKS, "chunk", 0, max(chunks.rows - 1, 0))
    reached = np.zeros(lanes + 1, np.int64)  # by worker: when its last task began or ended
    busy = np.zeros(lanes + 1)  # by worker: ns
    latest = max((int(tasks["ended"][part].max()) for part in _blocks(tasks.rows)), default=0)
    count = 0
    for part in _blocks(tasks.rows):
        ran = tasks["begun"][part] != 0
        _check_states(tasks["state"][part], ran, tasks["ended"][part])
        rows = np.flatnonzero(ran) + part.start
        if len(rows):
            _check_owners(tasks, chunks, rows)
            _check_order(tasks, rows, reached)
            _add_busy(tasks, workers, rows, busy, latest)
            count += len(rows)
    _demand(float(busy.max()) < MOST_BUSY_NS, TASKS, "more work than there is time")
    return count


def _check_states(states: Ints, ran: Bools, ended: Ints) -> None:
    known = np.isin(states, [state.value for state in TaskState], kind="table")
    _demand(bool(known.all()), TASKS, "a state that there is not")
    over = (states == TaskState.DONE) | (states == TaskState.RAISED) | (states == TaskState.LOST)
    fits = np.where(ran, states != TaskState.NOT_RUN, ~over & (ended == 0))
    _demand(bool(fits.all()), TASKS, "a task that ended and never began")


def _check_owners(tasks: Columns, chunks: Columns, rows: Ints) -> None:
    """Of tasks that began: their times, their chunk, and their worker, which is the chunk's."""
    begun, ended = tasks["begun"][rows], tasks["ended"][rows]
    still_open = (ended == 0) & (tasks["state"][rows] == TaskState.OPEN)
    _demand(bool(((ended >= begun) | still_open).all()), TASKS, "a task that ended before it began")
    chunk, worker = tasks["chunk"][rows], tasks["worker"][rows]
    first = chunks["first"][chunk]
    inside = (rows >= first) & (rows < first + chunks["size"][chunk])
    _demand(bool(inside.all()), TASKS, "a task that is not in its chunk")
    follows = (rows == first) | (tasks["begun"][rows - 1] != 0)
    _demand(bool(follows.all()), TASKS, "a task that began before the one in front of it")
    owned = (worker > 0) & (worker == chunks["worker"][chunk])
    _demand(bool(owned.all()), TASKS, "a task whose worker did not have its chunk")


def _check_order(tasks: Columns, rows: Ints, reached: Ints) -> None:
    """No worker ran two tasks at once. `reached` is brought up to date.

    A lost task's end is what its worker's death says, which a worker can have outlived that could
    not note what its task had raised.
    """
    workers = tasks["worker"][rows]
    low = int(workers.min())
    close = int(workers.max()) - low < 1 << 16  # such short numbers are sorted much faster
    order = np.argsort((workers - low).astype(np.uint16) if close else workers, kind="stable")
    rows, workers = rows[order], workers[order]
    begun, states = tasks["begun"][rows], tasks["state"][rows]
    noted = (states == TaskState.DONE) | (states == TaskState.RAISED)
    until = np.where(noted, tasks["ended"][rows], begun)
    firsts = np.flatnonzero(np.diff(workers, prepend=0))
    before = np.concatenate(([0], until[:-1]))
    before[firsts] = reached[workers[firsts]]
    _demand(bool((begun >= before).all()), TASKS, "a worker that ran two tasks at once")
    lasts = np.append(firsts[1:], len(rows)) - 1
    reached[workers[lasts]] = until[lasts]


def _add_busy(
    tasks: Columns, workers: Columns, rows: Ints, busy: npt.NDArray[np.float64], latest: int
) -> None:
    """What tasks took, as a trace adds it up; too much of it would not fit into 64 bits."""
    begun, ended, worker = tasks["begun"][rows], tasks["ended"][rows], tasks["worker"][rows]
    died = workers["died"][worker - 1]
    ended = np.where(ended == 0, np.maximum(np.where(died == 0, latest, died), begun), ended)
    busy += np.bincount(worker, ended - begun, len(busy))


def _check_times(columns: Columns, table: Table) -> None:
    """No column holds a negative number, or one that could not be added to another."""
    for name in set(table.columns) - set(NO_TIMES[table]):
        _check_range(columns, table, name, 0, MOST_NS)


def _check_range(columns: Columns, table: Table, name: str, low: int, high: int) -> None:
    for part in _blocks(columns.rows):
        values = columns[name][part]
        if values.min() < low or values.max() > high:
            raise ValueError(f"{table.file_name} has a value in the column {name} that cannot be")


def _blocks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, BLOCK):
        yield slice(start, min(start + BLOCK, rows))


def _demand(holds: bool, table: Table, found: str) -> None:
    if not holds:
        raise ValueError(f"{table.file_name} has {found}")
