"""The last word on a trace, when no process is left that could write to it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..problem import ProblemError
from .columns import Ints
from .layout import TASKS, WORKERS, TaskState
from .reader import Columns, mapped
from .writer import not_recorded

BLOCK = 65_536
"""Rows looked at in one step."""


def finish(folder: Path) -> None:
    """Write into the task table what became of the tasks that never ended.

    One that had begun is LOST, and ended when its worker died, or at the latest time known when
    nobody saw that; one that had not is NOT_RUN. Doing it again changes nothing.

    The tables may be torn, when the machine went down. Raises ProblemError: NOT_A_RUN when they are
    none, RUN_NOT_RECORDED or DISK_FULL when there is something to write and it cannot be.
    """
    for _ in steps(folder):
        pass


def steps(folder: Path) -> Iterator[int]:
    """The same bit by bit; gives how many rows each step has looked at."""
    tasks = Columns(folder, TASKS)
    first_open, stop = tasks.rows, 0
    for part in _blocks(0, tasks.rows):
        still_open = np.flatnonzero(tasks["state"][part] == TaskState.OPEN)
        if len(still_open):
            first_open = min(first_open, part.start + int(still_open[0]))
            stop = part.start + int(still_open[-1]) + 1
        yield part.stop - part.start
    latest = 0
    for part in _blocks(0, tasks.rows if stop else 0):
        latest = max([latest, *(int(tasks[name][part].max()) for name in ("begun", "ended"))])
        yield part.stop - part.start
    if stop:
        yield from _write(folder, tasks, slice(first_open, stop), latest)


def _write(folder: Path, tasks: Columns, rows: slice, latest: int) -> Iterator[int]:
    try:
        data = mapped(folder / TASKS.file_name, TASKS, "r+")
    except (OSError, ValueError) as error:
        raise ProblemError(not_recorded(folder, error)) from error
    columns = {name: data[:, number] for number, name in enumerate(TASKS.columns)}
    for part in _blocks(rows.start, rows.stop):
        still_open = np.flatnonzero(tasks["state"][part] == TaskState.OPEN) + part.start
        begun = tasks["begun"][still_open]
        lost = still_open[begun != 0]
        died = _died(folder, tasks["worker"][lost])
        columns["ended"][lost] = np.maximum(np.where(died, died, latest), tasks["begun"][lost])
        columns["state"][lost] = TaskState.LOST
        columns["state"][still_open[begun == 0]] = TaskState.NOT_RUN
        yield part.stop - part.start


def _blocks(first: int, stop: int) -> Iterator[slice]:
    for start in range(first, stop, BLOCK):
        yield slice(start, min(start + BLOCK, stop))


def _died(folder: Path, ordinals: Ints) -> Ints:
    """When each of these workers died; 0 where nobody saw it, or there is no such worker."""
    died = np.zeros(len(ordinals), np.int64)
    if not len(ordinals):  # a host that ended early has made no table of them
        return died
    workers = Columns(folder, WORKERS)
    known = (ordinals >= 1) & (ordinals <= workers.rows)
    died[known] = workers["died"][ordinals[known] - 1]
    return died
