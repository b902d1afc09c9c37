"""Run folders as long runs leave them, written by numpy in seconds instead of run for hours."""

import json
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.machine import describe
from poolscope.engine.messages import Event, append_line
from poolscope.engine.names import EVENTS_FILE, FAILURES_FILE, INPUTS_FILE, RESULTS_FILE
from poolscope.engine.trace.layout import (
    CHUNKS,
    NO_CHUNK,
    TASKS,
    WORKERS,
    ChunkOutcome,
    Phase,
    Table,
    TaskState,
    header,
)

CHUNK = 50
ORIGIN_NS = 1_000_000_000_000
MEDIAN_NS, SPREAD = 1e6, 1.0
"""What tasks take, log-normal as times of many kinds of work are: one in fifty over 8 ms."""
GAP_NS = 5e4
"""The mean time from a chunk to the next of the same worker."""
RAISED_EACH = 200
"""One chunk of so many ends with a task that raised: one task of 10,000."""
BLOCK = 1_000_000
SEED = 20_26

Ints = npt.NDArray[np.int64]


def write(tasks: int, lanes: int, *, texts: bool = False) -> Path:
    """A new run folder: `tasks` in chunks of CHUNK on `lanes` workers that take turns.

    Some tasks raised, so that the rest of their chunks never ran, and a worker of many was killed
    in its last chunk. texts: with a line of input and of result for each task.
    The caller deletes it.
    """
    settings = PoolSettings(lanes, CHUNK)
    experiment = Experiment("count_primes", f"range({tasks})", settings)
    folder = run_folder.create(experiment, describe(), Path(tempfile.gettempdir()))
    columns = _tasks(tasks, lanes)
    chunks = _chunks(columns)
    workers = _workers(columns, lanes)
    _write_table(folder, TASKS, columns)
    _write_table(folder, CHUNKS, chunks)
    _write_table(folder, WORKERS, workers)
    _tell(folder, tasks, len(chunks["first"]), int(columns["ended"].max()))
    if texts:
        _write_texts(folder, tasks, np.flatnonzero(columns["state"] == TaskState.RAISED))
    return folder


def _tasks(count: int, lanes: int) -> dict[str, Ints]:
    """Rounds of a chunk for each worker: the task table by column."""
    random = np.random.default_rng(SEED)
    rounds = -(-count // (lanes * CHUNK))
    took = random.lognormal(np.log(MEDIAN_NS), SPREAD, (rounds, lanes, CHUNK)).astype(np.int64)
    states = np.full((rounds * lanes, CHUNK), TaskState.DONE, np.int64)
    broken = random.choice(len(states), len(states) // RAISED_EACH, replace=False)
    at = random.integers(0, CHUNK, len(broken))
    states[np.arange(CHUNK) > _by_row(broken, at, len(states), CHUNK)[:, None]] = TaskState.NOT_RUN
    states[broken, at] = TaskState.RAISED
    took[states.reshape(took.shape) == TaskState.NOT_RUN] = 0
    gaps = random.exponential(GAP_NS, (rounds, lanes)).astype(np.int64) + 1
    before = took.copy()
    before[:, :, 0] += gaps
    ended = before.transpose(1, 0, 2).reshape(lanes, -1).cumsum(axis=1)
    ended = ended.reshape(lanes, rounds, CHUNK).transpose(1, 0, 2).reshape(-1) + ORIGIN_NS
    begun, states = ended - took.reshape(-1), states.reshape(-1)
    rows = np.arange(count)
    columns = {
        "begun": begun[:count],
        "ended": ended[:count],
        "worker": rows // CHUNK % lanes + 1,
        "state": states[:count],
        "chunk": rows // CHUNK,
    }
    _kill(columns)
    for name in ("begun", "ended"):
        columns[name][columns["state"] == TaskState.NOT_RUN] = 0
    return columns


def _by_row(rows: Ints, values: Ints, count: int, otherwise: int) -> Ints:
    found = np.full(count, otherwise, np.int64)
    found[rows] = values
    return found


def _kill(columns: dict[str, Ints]) -> None:
    """The worker of the last chunk was killed in the middle of it."""
    chunk = columns["chunk"] == columns["chunk"][-1]
    rows = np.flatnonzero(chunk)
    columns["state"][rows[len(rows) // 2]] = TaskState.LOST
    columns["state"][rows[len(rows) // 2 + 1 :]] = TaskState.NOT_RUN


def _chunks(tasks: dict[str, Ints]) -> dict[str, Ints]:
    count = len(tasks["begun"])
    firsts = np.arange(0, count, CHUNK)
    begun, states = tasks["begun"][firsts], tasks["state"]
    over = np.maximum.reduceat(tasks["ended"], firsts)
    over = np.maximum(over, begun)
    outcomes = np.full(len(firsts), ChunkOutcome.DONE, np.int64)
    outcomes[tasks["chunk"][states == TaskState.RAISED]] = ChunkOutcome.RAISED
    outcomes[tasks["chunk"][states == TaskState.LOST]] = ChunkOutcome.LOST
    arrived = outcomes != ChunkOutcome.LOST
    return {
        "first": firsts,
        "size": np.diff(firsts, append=count),
        "worker": tasks["worker"][firsts],
        "pickling": begun - 3_000,
        "handed": begun - 2_000,
        "taken": begun - 1_000,
        "unpickled": begun,
        "ran": over,
        "cpu": over - begun,
        "pickled": over,
        "sent": over,
        "received": np.where(arrived, over, 0),
        "bytes_in": np.full(len(firsts), 300),
        "bytes_out": np.full(len(firsts), 400),
        "outcome": outcomes,
    }


def _workers(tasks: dict[str, Ints], lanes: int) -> dict[str, Ints]:
    numbers, end_ns = np.arange(lanes), int(tasks["ended"].max())
    columns = {name: np.zeros(lanes, np.int64) for name in WORKERS.columns}
    columns |= {
        "pid": 10_000 + numbers,
        "ppid": np.full(lanes, 9_999),
        "slot": numbers,
        "born": np.full(lanes, ORIGIN_NS - 2_000_000),
        "ready": np.full(lanes, ORIGIN_NS - 1_000_000),
        "phase": np.full(lanes, Phase.LEAVING),
        "chunk": np.full(lanes, NO_CHUNK),
        "died": np.full(lanes, end_ns + 1_000_000),
    }
    lost = tasks["state"] == TaskState.LOST
    columns["exit_code"][tasks["worker"][lost] - 1] = -9
    columns["died"][tasks["worker"][lost] - 1] = tasks["ended"][lost]
    return columns


def _write_table(folder: Path, table: Table, columns: dict[str, Ints]) -> None:
    with open(folder / table.file_name, "wb") as file:
        file.write(header(table, len(columns[table.columns[0]])))
        in_order = [columns[name].astype(np.int64, copy=False) for name in table.columns]
        if table.by_column:
            for column in in_order:
                column.tofile(file)
        else:
            np.stack(in_order, axis=1).tofile(file)


def _tell(folder: Path, tasks: int, chunks: int, end_ns: int) -> None:
    begin_ns = ORIGIN_NS - 3_000_000
    told: tuple[tuple[Event, dict[str, int]], ...] = (
        (Event.LOADED, {"at_ns": begin_ns}),
        (Event.INPUTS, {"count": tasks}),
        (Event.TRACE, {"tasks": tasks, "chunks": chunks, "chunksize": CHUNK}),
        (Event.POOL, {"at_ns": begin_ns}),
        (Event.CALLED, {"at_ns": ORIGIN_NS}),
        (Event.RETURNED, {"at_ns": end_ns + 500_000}),
        (Event.ENDED, {}),
    )
    for event, facts in told:
        append_line(folder / EVENTS_FILE, {"event": event.value, **facts})


def _write_texts(folder: Path, tasks: int, raised: Ints) -> None:
    with open(folder / FAILURES_FILE, "w", encoding="ascii") as file:
        for row in raised.tolist():
            failure = {"task": row, "type": "ValueError", "message": "no", "traceback": ""}
            file.write(json.dumps(failure) + "\n")
    for name, factor in ((INPUTS_FILE, 1), (RESULTS_FILE, 3)):
        with open(folder / name, "w", encoding="ascii") as file:
            for first in range(0, tasks, BLOCK):
                block = range(first, min(first + BLOCK, tasks))
                file.write("".join(f'"{number * factor}"\n' for number in block))
