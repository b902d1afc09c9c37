"""Evaluates the inputs of an experiment and lists them, before the pool starts."""

import itertools
import math
import random
from collections.abc import Callable
from typing import Any

from ..problem import Kind, Problem, ProblemError

COUNT_LIMIT = 50_000_000
"""Inputs of a run; more would need over 4 GB for the list and the trace alone."""
CHECK_EVERY = 65_536
NAMES = {"math": math, "random": random, "itertools": itertools}
"""What an inputs expression may use beside the builtins."""


def list_inputs(expression: str, keep_on: Callable[[], None]) -> list[Any]:
    """The values of `expression` as a list.

    `keep_on` is called now and then, and may raise to give up. Raises ProblemError, naming the
    field `inputs`, when the expression raises, is not iterable, or never seems to end.
    """
    try:
        values = eval(compile(expression.strip(), "<inputs>", "eval"), dict(NAMES))
    except SyntaxError as error:
        raise ProblemError(_problem(Kind.INPUTS_SYNTAX, error=error.msg)) from error
    except (Exception, SystemExit) as error:
        raise ProblemError(_problem(Kind.INPUTS_RAISED, error=_text(error))) from error
    try:
        iterator = iter(values)
    except TypeError as error:
        problem = _problem(Kind.INPUTS_NOT_ITERABLE, type=type(values).__name__)
        raise ProblemError(problem) from error
    listed: list[Any] = []
    while True:
        keep_on()
        try:
            part = list(itertools.islice(iterator, CHECK_EVERY))
        except (Exception, SystemExit) as error:
            raise ProblemError(_problem(Kind.INPUTS_RAISED, error=_text(error))) from error
        if not part:
            return listed
        listed += part
        if len(listed) > COUNT_LIMIT:
            raise ProblemError(_problem(Kind.INPUTS_TOO_MANY, limit=COUNT_LIMIT))


def _problem(kind: Kind, **values: Any) -> Problem:
    return Problem(kind, "inputs", values)


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
