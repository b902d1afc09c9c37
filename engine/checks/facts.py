"""What is known about an experiment, its file and its machine when it is checked."""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..experiment import SINGLE_CALLS, Experiment
from ..inputs import static_count
from ..interpreters import Interpreter, own
from ..machine import Machine
from ..problem import Problem
from ..tasks.reading import Source


@dataclass(frozen=True)
class Facts:
    """Each is optional but the machine: what is not known is not checked.

    inputs: how many there are. first_bytes: of the first one, pickled.
    source: what the file of the task, or the text written in the window, holds; the Problem when
    it cannot be read.
    interpreter: the one that the run will take; the Problem when it cannot be used. None: our own
    unless the experiment names another.
    knows_durations: whether a former run tells how long each task takes.
    available_bytes: memory that can be had without pushing other programs out.
    environment: variables that the run inherits; the experiment's own are set on top of them.
    """

    machine: Machine
    inputs: int | None = None
    first_bytes: int | None = None
    source: Source | Problem | None = None
    interpreter: Interpreter | Problem | None = None
    knows_durations: bool | None = None
    available_bytes: int | None = None
    environment: Mapping[str, str] = dataclasses.field(default_factory=lambda: dict(os.environ))

    def tasks(self, experiment: Experiment) -> int | None:
        """How many tasks there will be, as told or as the text tells."""
        return static_count(experiment.inputs) if self.inputs is None else self.inputs

    def python(self, experiment: Experiment) -> Interpreter | None:
        """The interpreter of the run, if that is known and can be used."""
        if self.interpreter is None and not experiment.place.python:
            return own()
        return self.interpreter if isinstance(self.interpreter, Interpreter) else None

    def variables(self, experiment: Experiment) -> dict[str, str]:
        """The environment of the run."""
        return {**self.environment, **dict(experiment.place.env)}


class Cut(NamedTuple):
    """The tasks as the pool cuts them: so many chunks of at most so many tasks."""

    tasks: int
    chunksize: int
    chunks: int


def cut(experiment: Experiment, facts: Facts) -> Cut | None:
    """How the tasks are cut into chunks; None while nobody knows how many there are."""
    tasks = facts.tasks(experiment)
    if tasks is None:
        return None
    chunksize = max(1, experiment.pool.chunksize_for(tasks))
    return Cut(tasks, chunksize, -(-tasks // chunksize))


def has_chunks(experiment: Experiment) -> bool:
    """The method hands tasks out in chunks whose size can be chosen."""
    return experiment.pool.method not in SINGLE_CALLS
