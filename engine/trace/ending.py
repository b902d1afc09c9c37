"""The last word on a trace, when no process is left that could write to it."""

from pathlib import Path

import numpy as np

from .layout import TASKS, WORKERS, TaskState
from .reader import Columns


def finish(folder: Path) -> None:
    """Write into the task table what became of the tasks that never ended.

    One that had begun is LOST, and ended when its worker died, or at the latest time known when
    nobody saw that; one that had not is NOT_RUN.
    Doing it again changes nothing.
    """
    if Columns(folder, TASKS).rows == 0:
        return
    data = np.load(folder / TASKS.file_name, mmap_mode="r+", allow_pickle=False)
    columns = {name: data[:, number] for number, name in enumerate(TASKS.columns)}
    still_open = columns["state"] == TaskState.OPEN
    begun = columns["begun"] != 0
    lost = np.flatnonzero(still_open & begun)
    died = Columns(folder, WORKERS)["died"][columns["worker"][lost] - 1]
    latest = max(int(columns["begun"].max()), int(columns["ended"].max()))
    columns["ended"][lost] = np.maximum(np.where(died, died, latest), columns["begun"][lost])
    columns["state"][lost] = TaskState.LOST
    columns["state"][np.flatnonzero(still_open & ~begun)] = TaskState.NOT_RUN
    data.flush()
