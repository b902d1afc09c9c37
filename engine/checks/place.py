"""Is there an interpreter, a working directory, and what the order of the inputs needs?"""

import os
from collections.abc import Iterator

from ..experiment import Experiment
from ..interpreters import OLDEST, program_of
from ..problem import Kind, Problem, ProblemError
from .facts import Facts
from .finding import Finding, stopping


def check_place(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """Each of these ends a run before it begins."""
    problem = _python_problem(experiment, facts)
    if problem is not None:
        yield stopping(problem)
    folder = experiment.place.cwd
    if folder and not os.path.isdir(folder):
        yield stopping(Problem(Kind.NO_CWD, "cwd", {"path": folder}))
    if experiment.order == "longest" and facts.knows_durations is False:
        yield stopping(Problem(Kind.NO_FORMER_RUN, "order"))


def _python_problem(experiment: Experiment, facts: Facts) -> Problem | None:
    """What a probe has said, or else only whether there is a program."""
    path, told = experiment.place.python, facts.interpreter
    if isinstance(told, Problem):
        return told
    if told is not None:
        version = ".".join(map(str, told.version))
        values = {"path": told.path, "version": version}
        old = told.version[:2] < OLDEST
        return Problem(Kind.PYTHON_TOO_OLD, "python", values) if old else None
    try:
        program_of(path) if path else None
    except ProblemError as error:
        return error.problem
    return None
