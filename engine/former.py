"""What an earlier run knows of an experiment's durations: its inputs, the longest task first."""

from array import array
from pathlib import Path

import numpy as np

from . import run_folder
from .experiment import STAR_METHODS, Experiment
from .problem import Kind, Problem, ProblemError
from .recording import Recording
from .trace import writer
from .trace.columns import Ints
from .trace.layout import ORDER, TASKS, TaskState
from .trace.mapping import MappedTable
from .trace.reader import Columns


def order_of(experiment: Experiment, parent: Path | None = None) -> list[int] | None:
    """Positions of the inputs, the longest task of the latest whole run first; None without one.

    A run counts when it had the same task, source and inputs, and all of its tasks were done.
    `parent`: the folder of the run folders.
    """
    durations = _durations(experiment, parent)
    if durations is None:
        return None
    return [int(position) for position in np.argsort(-durations, kind="stable")]


def write_order(experiment: Experiment, folder: Path) -> None:
    """Lay that order into the run folder. Raises ProblemError when no former run knows it."""
    positions = order_of(experiment, folder.parent)
    if positions is None:
        raise ProblemError(Problem(Kind.NO_FORMER_RUN, "order"))
    writer.create(folder, ORDER, len(positions))
    MappedTable(str(folder), ORDER)["position"][:] = memoryview(array("q", positions))


def _durations(experiment: Experiment, parent: Path | None) -> Ints | None:
    """ns of each task by the position of its input."""
    wanted = question(experiment)
    for folder in reversed(run_folder.kept(parent)):
        try:
            recording = Recording(folder)
            if question(recording.experiment) != wanted:
                continue
            durations = _of_run(recording, folder)
        except (ProblemError, OSError, ValueError, IndexError):
            continue  # none that can be read, or that fits itself
        if durations is not None:
            return durations
    return None


def question(experiment: Experiment) -> tuple[str, ...]:
    """What makes two experiments have the same tasks: equal for them, and for no others."""
    one = experiment.absolute()
    star = str(one.pool.method in STAR_METHODS)
    return one.task, one.source, one.inputs, star, str(one.folder)


def _of_run(recording: Recording, folder: Path) -> Ints | None:
    if not (folder / TASKS.file_name).exists():
        return None
    tasks = Columns(folder, TASKS)
    if not len(tasks["state"]) or not np.all(tasks["state"] == TaskState.DONE):
        return None
    durations = tasks["ended"] - tasks["begun"]
    if recording.experiment.order == "given":
        return durations
    as_given = np.empty_like(durations)
    as_given[Columns(folder, ORDER)["position"]] = durations
    return as_given
