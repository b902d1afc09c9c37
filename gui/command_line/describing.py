"""From the options to the experiment that they describe, and whether it can be one."""

import argparse
import difflib
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...engine import inputs
from ...engine.experiment import Experiment, PoolSettings, without_effect
from ...engine.experiment_file import SUFFIX, open_experiment
from ...engine.problem import Kind, Problem, ProblemError
from ...engine.tasks import catalogue
from ...engine.tasks.reading import address, read_file

AUTO = "auto"
CLOSE = 5
"""Functions of a file that are suggested, if none is like what was asked for."""


def experiment_of(arguments: argparse.Namespace) -> Experiment:
    """The experiment that the options describe. Raises ProblemError, naming the field, if none.

    Nothing is read but the experiment's file, if TASK is one.
    """
    expression = _inputs(arguments)
    first = _first(arguments.task, expression)
    changes: dict[str, Any] = {} if expression is None else {"inputs": expression}
    if arguments.order is not None:
        changes["order"] = arguments.order
    for option, field in (("seed", "seed"), ("inputs_limit", "listing_s")):
        if getattr(arguments, option) is not None:
            changes[field] = _integer(field, getattr(arguments, option))
    pool = replace(first.pool, **_pool(arguments))
    place = replace(first.place, **_place(arguments, first))
    experiment = replace(first, pool=pool, place=place, **changes)
    experiment.pool.check_here()
    inputs.check_syntax(experiment.inputs)
    _check_initargs(experiment.pool)
    _check_effects(experiment, arguments)
    return experiment


def _first(task: str, expression: str | None) -> Experiment:
    """What TASK alone describes: a saved experiment, or a task with the inputs to begin with."""
    if Path(task).suffix.lower() == SUFFIX:
        return open_experiment(Path(task))
    where = address(task)
    is_own = where.file is not None or bool(where.module)
    begin_with = "" if is_own else catalogue_inputs(task)
    return Experiment(task, begin_with if expression is None else expression)


def catalogue_inputs(task: str) -> str:
    """The inputs to begin with of a task of the catalogue. Raises ProblemError if it is none."""
    try:
        return catalogue.find(task).inputs
    except LookupError as error:
        unknown = Problem(Kind.UNKNOWN_TASK, "task", {"value": task, "close": _close(task)})
        raise ProblemError(unknown) from error


def _close(task: str) -> list[str]:
    """What may have been meant: the functions of a file, or catalogue tasks of a similar name."""
    path = Path(task)
    if path.suffix == ".py" and path.is_file():
        return [f"{task}:{function.name}" for function in read_file(path).functions][:CLOSE]
    return difflib.get_close_matches(task, [one.name for one in catalogue.CATALOGUE])


def _inputs(arguments: argparse.Namespace) -> str | None:
    """The expression, with absolute paths: the run takes place somewhere else."""
    if arguments.lines is not None:
        return f"lines({_absolute(arguments.lines)!r})"
    if arguments.csv is not None:
        path, name = arguments.csv
        return f"column({_absolute(path)!r}, {name!r})"
    return None if arguments.inputs is None else str(arguments.inputs)


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _pool(arguments: argparse.Namespace) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name in ("processes", "maxtasksperchild"):
        if getattr(arguments, name) is not None:
            given[name] = _integer(name, getattr(arguments, name))
    if arguments.chunksize is not None:
        auto = arguments.chunksize == AUTO
        given["chunksize"] = None if auto else _integer("chunksize", arguments.chunksize)
    for name in ("start_method", "method", "initializer", "initargs"):
        if getattr(arguments, name) is not None:
            given[name] = getattr(arguments, name)
    if arguments.preload:
        names = (name.strip() for words in arguments.preload for name in words.split(","))
        given["preload"] = tuple(names)
    return given


def _place(arguments: argparse.Namespace, first: Experiment) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if arguments.python is not None:
        given["python"] = arguments.python
    if arguments.cwd is not None:
        given["cwd"] = _absolute(arguments.cwd)
    if arguments.env:
        own = tuple(_variable(words) for words in arguments.env)
        names = [name for name, _ in own]
        given["env"] = (*(pair for pair in first.place.env if pair[0] not in names), *own)
    return given


def _variable(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not name or not equals:
        raise ProblemError(Problem(Kind.NOT_A_VARIABLE, "env", {"value": words}))
    return name, value


def _integer(field: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ProblemError(Problem(Kind.NOT_A_NUMBER, field, {"value": text})) from error


def _check_initargs(pool: PoolSettings) -> None:
    try:
        inputs.check_syntax(pool.initargs.strip() or "()")
    except ProblemError as error:
        values = {"error": f"SyntaxError: {error.problem.values['error']}"}
        raise ProblemError(Problem(Kind.INITARGS_RAISED, "initargs", values)) from error


def _check_effects(experiment: Experiment, arguments: argparse.Namespace) -> None:
    """Raise ProblemError for an option that was given and does nothing."""
    for field, ruler in without_effect(experiment).items():
        if getattr(arguments, field) not in (None, [], AUTO):
            owner = experiment if ruler == "order" else experiment.pool
            values = {"ruler": ruler, "value": getattr(owner, ruler)}
            raise ProblemError(Problem(Kind.WITHOUT_EFFECT, field, values))
