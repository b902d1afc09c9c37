"""What is known of a run's function by its name and the text that it was written in."""

from ..checks.task import catalogue_task
from ..experiment import Experiment
from ..problem import ProblemError
from ..tasks.reading import address, read_file, read_text


def is_computing(experiment: Experiment) -> bool:
    """It is a task of the catalogue that only computes."""
    task = catalogue_task(experiment)
    return task is not None and task.kind == "CPU"


def imports_of(experiment: Experiment) -> frozenset[str]:
    """Packages that the task's file imports, as it is now, or the one that the task is of; nothing
    is run. None where that cannot be read.
    """
    try:
        if experiment.source:
            return read_text(experiment.source).imports
        if experiment.file is not None:
            return read_file(experiment.file).imports
    except (ProblemError, OSError, ValueError):
        return frozenset()
    return frozenset({address(experiment.task).module.partition(".")[0]} - {""})
