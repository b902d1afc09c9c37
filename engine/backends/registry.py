"""The back ends by name. A back end's module is imported only when it is chosen."""

from importlib import import_module

from ..problem import Kind, Problem, ProblemError
from .base import Backend, Job

BACKENDS = {"pool": "PoolBackend"}
"""Module of this package to its class."""


def make(name: str, job: Job) -> Backend:
    """The back end called `name` for `job`. Raises ProblemError for a name that is not known."""
    if name not in BACKENDS:
        values = {"value": name, "choices": list(BACKENDS)}
        raise ProblemError(Problem(Kind.UNKNOWN_CHOICE, "backend", values))
    module = import_module(f".{name}", __package__)
    backend: Backend = getattr(module, BACKENDS[name])(job)
    return backend
