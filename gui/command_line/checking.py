"""What can be looked at before a run without running any of the user's code."""

import argparse
import difflib
import sys
from pathlib import Path

from ...engine.experiment import Experiment, Place
from ...engine.interpreters import Interpreter, Probe, program_of
from ...engine.problem import Kind, Problem, ProblemError
from ...engine.tasks.reading import Source, address, read_file, read_text
from .describing import CLOSE, catalogue_inputs, experiment_of


def placed_experiment_of(arguments: argparse.Namespace) -> Experiment:
    """The experiment that the options describe, in a place that is there.

    Raises ProblemError if none; what is wrong with its task comes before the inputs that it lacks.
    """
    try:
        return check_place(experiment_of(arguments))
    except ProblemError as error:
        is_without_inputs = (error.problem.kind, error.problem.field) == (Kind.EMPTY, "inputs")
        if is_without_inputs and address(arguments.task).file is not None:
            place = Place(python=arguments.python or "")
            check_function(Experiment(arguments.task, place=place))
        raise


def check_place(experiment: Experiment) -> Experiment:
    """The experiment with its interpreter's own path. Raises ProblemError when there is none.

    So it does without a working directory.
    """
    place = experiment.place
    if place.cwd and not Path(place.cwd).is_dir():
        raise ProblemError(Problem(Kind.NO_CWD, "cwd", {"path": place.cwd}))
    return experiment.with_place(python=program_of(place.python)) if place.python else experiment


def ask_interpreter(experiment: Experiment) -> Interpreter | None:
    """The interpreter of the run; None: our own. Raises ProblemError when it is none to run with.

    The program itself is run for that, with none of the user's code.
    """
    if not experiment.place.python:
        return None
    probe = Probe(experiment.place.python)
    probe.wait()
    if probe.problem is not None:
        raise ProblemError(probe.problem)
    return probe.interpreter


def check_function(experiment: Experiment, interpreter: Interpreter | None = None) -> None:
    """Raise ProblemError when the text of the task's file tells that the function is not there.

    An interpreter that is newer than ours may read what we cannot, so that is left to the run.
    """
    try:
        source = _source(experiment)
    except ProblemError as error:
        if error.problem.kind is Kind.TASK_SYNTAX and _may_be_newer(experiment, interpreter):
            return
        raise
    name, where = experiment.function_name, address(experiment.task)
    if source is None and where.file is None and not where.module:
        catalogue_inputs(name)
    if source is None or source.unknowable or name.partition(".")[0] in source.names:
        return
    functions = [function.name for function in source.functions]
    close = difflib.get_close_matches(name, functions) or functions[:CLOSE]
    place = experiment.task.removesuffix(name)
    values = {"value": experiment.task, "close": [place + one for one in close]}
    raise ProblemError(Problem(Kind.UNKNOWN_TASK, "task", values))


def _source(experiment: Experiment) -> Source | None:
    if experiment.source:
        return read_text(experiment.source)
    return None if experiment.file is None else read_file(experiment.file)


def _may_be_newer(experiment: Experiment, interpreter: Interpreter | None) -> bool:
    if interpreter is None:
        return bool(experiment.place.python)
    return interpreter.version[:2] > sys.version_info[:2]
