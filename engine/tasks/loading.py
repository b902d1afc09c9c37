"""From a task's name to its function. Runs in the host and the workers only: it imports user code.

Standard library only.
"""

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from ..problem import Kind, Problem, ProblemError
from .reading import address


class Loaded(NamedTuple):
    """A function, and what its module defines (empty for the catalogue's)."""

    function: Callable[..., Any]
    names: Mapping[str, Any]


def load(task: str) -> Loaded:
    """Import the function that `task` names. Raises ProblemError, whatever the import raised."""
    where = address(task)
    if where.file is None and not where.module:
        from .catalogue import find

        try:
            return Loaded(find(where.name).function, {})
        except LookupError as error:
            raise ProblemError(Problem(Kind.UNKNOWN_TASK, "task", {"value": task})) from error
    try:
        module = import_file(where.file) if where.file else _import_module(where.module)
        return Loaded(_function(module, where.name), vars(module))
    except BaseException as error:
        values = {"task": task, "error": f"{type(error).__name__}: {error}"}
        raise ProblemError(Problem(Kind.TASK_NOT_LOADED, "task", values)) from error


def load_initializer(name: str, beside: Mapping[str, Any]) -> Callable[..., Any]:
    """The function called `name` in `beside`, or the one that `name` names as a task's name does.

    Raises ProblemError.
    """
    where = address(name)
    try:
        if where.file is None and not where.module:
            if name not in beside:
                raise LookupError(f"there is no {name} beside the task")
            function = beside[name]
            if not callable(function):
                raise TypeError(f"{name} is not a function")
            return function  # type: ignore[no-any-return]
        return load(name).function
    except (LookupError, TypeError) as error:
        text = str(error.args[0])
    except ProblemError as error:
        text = str(error.problem.values["error"])
    values = {"task": name, "error": text}
    raise ProblemError(Problem(Kind.INITIALIZER_NOT_LOADED, "initializer", values))


def _function(module: ModuleType, name: str) -> Callable[..., Any]:
    function: Any = module
    for part in name.split("."):  # a class's method, too
        function = getattr(function, part)
    if not callable(function):
        raise TypeError(f"{name} is not a function")
    return function  # type: ignore[no-any-return]


def _import_module(name: str) -> ModuleType:
    """Import an installed module, or one of the working directory, as `python -m` finds it."""
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    return importlib.import_module(name)


def import_file(path: Path) -> ModuleType:
    """Import `path` under its own name, as its neighbours would."""
    path = path.resolve(strict=True)
    if str(path.parent) not in sys.path[:1]:
        sys.path.insert(0, str(path.parent))
    module = importlib.import_module(path.stem)
    found = Path(module.__file__ or "").resolve()
    if found != path:
        raise ImportError(f"the name {path.stem} belongs to {found}; rename the file")
    return module
