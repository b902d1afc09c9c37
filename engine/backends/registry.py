"""The back ends by name. A back end's module is imported only when it is chosen."""

from collections.abc import Callable
from importlib import import_module

from ..problem import Kind, Problem, ProblemError
from .base import Backend, Job

BACKENDS = {"pool": "PoolBackend"}
"""Module of this package to its class."""


def backend_of(name: str) -> Callable[[Job], Backend]:
    """What makes the back end called `name`. Raises ProblemError for a name that is not known.

    Asked for before the user's folders are on the path: a neighbour of the task called queue.py
    would take the place of the standard library's.
    """
    if name not in BACKENDS:
        values = {"value": name, "choices": list(BACKENDS)}
        raise ProblemError(Problem(Kind.UNKNOWN_CHOICE, "backend", values))
    module = import_module(f".{name}", __package__)
    return getattr(module, BACKENDS[name])  # type: ignore[no-any-return]
