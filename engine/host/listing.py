"""Evaluates the expressions of an experiment in the host, before the pool starts."""

import itertools
import math
import random
from array import array
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..experiment import Experiment
from ..problem import Kind, Problem, ProblemError
from ..tasks.files import column, lines
from ..trace.layout import ORDER, clock_ns
from ..trace.mapping import MappedTable

COUNT_LIMIT = 50_000_000
"""Inputs of a run; more would need over 4 GB for the list and the trace alone."""
CHECK_EVERY = 4096
MOST_ARGUMENTS = 10_000
NAMES = {"math": math, "random": random, "itertools": itertools, "lines": lines, "column": column}
"""What an expression may use beside the builtins and what the task's module defines."""


def names_beside(module: Mapping[str, Any]) -> dict[str, Any]:
    """What the expressions of an experiment may use; the names of the task's module win."""
    return NAMES | {name: value for name, value in module.items() if not name.startswith("__")}


def list_inputs(
    expression: str,
    names: Mapping[str, Any],
    keep_on: Callable[[], None],
    limit_s: float,
) -> list[Any]:
    """The values of `expression` as a list.

    `keep_on` is called now and then, and may raise to give up. Raises ProblemError, naming the
    field `inputs`, when the expression raises, is not iterable, never seems to end, or takes more
    than `limit_s` seconds (noticed between two items; the app looks after those that never come).
    """
    deadline_ns = clock_ns() + round(limit_s * 1e9)
    values = _evaluate(expression, names)
    iterator = _iterate(values)
    listed: list[Any] = []
    while True:
        keep_on()
        try:
            part = list(itertools.islice(iterator, CHECK_EVERY))
        except BaseException as error:
            raise ProblemError(_problem(Kind.INPUTS_RAISED, error=_text(error))) from error
        if not part:
            return listed
        listed += part
        if len(listed) > COUNT_LIMIT:
            raise ProblemError(_problem(Kind.INPUTS_TOO_MANY, limit=COUNT_LIMIT))
        if clock_ns() > deadline_ns:
            raise ProblemError(_problem(Kind.INPUTS_TOO_SLOW, seconds=limit_s))


def _evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    try:
        return eval(compile(expression.strip(), "<inputs>", "eval"), dict(names))
    except SyntaxError as error:
        raise ProblemError(_problem(Kind.INPUTS_SYNTAX, error=error.msg)) from error
    except BaseException as error:
        raise ProblemError(_problem(Kind.INPUTS_RAISED, error=_text(error))) from error


def _iterate(values: Any) -> Iterator[Any]:
    try:
        return iter(values)
    except BaseException as error:
        iterable = any(hasattr(type(values), name) for name in ("__iter__", "__getitem__"))
        problem = _problem(Kind.INPUTS_NOT_ITERABLE, type=type(values).__name__)
        if iterable:
            problem = _problem(Kind.INPUTS_RAISED, error=_text(error))
        raise ProblemError(problem) from error


def initargs(expression: str, names: Mapping[str, Any]) -> tuple[Any, ...]:
    """The arguments of the initializer. Raises ProblemError, naming the field."""
    try:
        values = eval(compile(expression.strip() or "()", "<initargs>", "eval"), dict(names))
        arguments = tuple(itertools.islice(values, MOST_ARGUMENTS + 1))
        if len(arguments) > MOST_ARGUMENTS:
            raise ValueError(f"they are more than {MOST_ARGUMENTS:,}")
        return arguments
    except BaseException as error:
        values = {"error": _text(error)}
        raise ProblemError(Problem(Kind.INITARGS_RAISED, "initargs", values)) from error


def positions(experiment: Experiment, count: int, folder: Path) -> "array[int] | None":
    """The position of each task's input among the inputs as given; None when nothing moves.

    The order of the longest first stands in the run folder already, see engine/former.py. Raises
    ProblemError when that is one of another number of inputs.
    """
    if experiment.order == "shuffled":
        shuffled = list(range(count))
        random.Random(experiment.seed).shuffle(shuffled)
        return array("q", shuffled)
    if experiment.order == "longest":
        known = array("q", MappedTable(str(folder), ORDER)["position"])
        if sorted(known) != list(range(count)):
            values = {"count": count, "known": len(known)}
            raise ProblemError(Problem(Kind.ORDER_MISFIT, "order", values))
        return known
    return None


def _problem(kind: Kind, **values: Any) -> Problem:
    return Problem(kind, "inputs", values)


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
