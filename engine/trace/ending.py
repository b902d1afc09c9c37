"""The last word on a trace, when no process is left that could write to it."""

from pathlib import Path

import numpy as np

from ..problem import ProblemError
from .columns import Ints
from .layout import TASKS, WORKERS, TaskState
from .reader import Columns, mapped
from .writer import not_recorded


def finish(folder: Path) -> None:
    """Write into the task table what became of the tasks that never ended.

    One that had begun is LOST, and ended when its worker died, or at the latest time known when
    nobody saw that; one that had not is NOT_RUN. Doing it again changes nothing.

    The tables may be torn, when the machine went down. Raises ProblemError: NOT_A_RUN when they are
    none, RUN_NOT_RECORDED or DISK_FULL when there is something to write and it cannot be.
    """
    tasks = Columns(folder, TASKS)
    still_open = tasks["state"] == TaskState.OPEN
    if not still_open.any():
        return
    begun = tasks["begun"] != 0
    lost = np.flatnonzero(still_open & begun)
    died = _died(folder, tasks["worker"][lost])
    latest = max(int(tasks["begun"].max()), int(tasks["ended"].max()))
    ended = np.maximum(np.where(died, died, latest), tasks["begun"][lost])
    try:
        data = mapped(folder / TASKS.file_name, TASKS, "r+")
    except (OSError, ValueError) as error:
        raise ProblemError(not_recorded(folder, error)) from error
    columns = {name: data[:, number] for number, name in enumerate(TASKS.columns)}
    columns["ended"][lost] = ended
    columns["state"][lost] = TaskState.LOST
    columns["state"][np.flatnonzero(still_open & ~begun)] = TaskState.NOT_RUN


def _died(folder: Path, ordinals: Ints) -> Ints:
    """When each of these workers died; 0 where nobody saw it, or there is no such worker."""
    died = np.zeros(len(ordinals), np.int64)
    if not len(ordinals):  # a host that ended early has made no table of them
        return died
    workers = Columns(folder, WORKERS)
    known = (ordinals >= 1) & (ordinals <= workers.rows)
    died[known] = workers["died"][ordinals[known] - 1]
    return died
