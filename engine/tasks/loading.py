"""From a task's name to its function. Runs in the host and the workers only: it imports user code.

Standard library only.
"""

import ast
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ..problem import Kind, Problem, ProblemError


class FileTask(NamedTuple):
    """A function of a file, read off its text: nothing was imported."""

    path: Path
    name: str
    help: str


def split(task: str) -> tuple[Path | None, str]:
    """The file and the function that `task` names; no file for a catalogue task.

    >>> split("jobs/my_tasks.py:crunch")
    (PosixPath('jobs/my_tasks.py'), 'crunch')
    """
    path, _, name = task.rpartition(":")
    return (Path(path) if path else None), name


def functions_of(path: Path) -> list[FileTask]:
    """The top-level functions of `path` that can take one positional argument.

    Raises ProblemError when the file cannot be read or is not Python.
    """
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (OSError, SyntaxError, ValueError, MemoryError, RecursionError) as error:
        values = {"task": str(path), "error": str(error)}
        raise ProblemError(Problem(Kind.TASK_NOT_LOADED, "task", values)) from error
    return [
        FileTask(path, node.name, (ast.get_docstring(node) or "").partition("\n\n")[0])
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and _takes_one(node.args)
    ]


def _takes_one(args: ast.arguments) -> bool:
    places = len(args.posonlyargs) + len(args.args)
    needed = places - len(args.defaults)
    keywords_have_defaults = all(default is not None for default in args.kw_defaults)
    return (places >= 1 or args.vararg is not None) and needed <= 1 and keywords_have_defaults


def load(task: str) -> Callable[[Any], Any]:
    """Import the function that `task` names. Raises ProblemError, whatever the import raised."""
    path, name = split(task)
    if path is None:
        from .catalogue import find

        try:
            return find(name).function
        except LookupError as error:
            raise ProblemError(Problem(Kind.UNKNOWN_TASK, "task", {"value": task})) from error
    try:
        function = getattr(_import_file(path), name)
        if not callable(function):
            raise TypeError(f"{name} is not a function")
    except (Exception, SystemExit) as error:
        values = {"task": task, "error": f"{type(error).__name__}: {error}"}
        raise ProblemError(Problem(Kind.TASK_NOT_LOADED, "task", values)) from error
    return function  # type: ignore[no-any-return]


def _import_file(path: Path) -> Any:
    """Import `path` under its own name, as its neighbours would."""
    path = path.resolve(strict=True)
    sys.path.insert(0, str(path.parent))
    module = importlib.import_module(path.stem)
    found = Path(module.__file__ or "").resolve()
    if found != path:
        raise ImportError(f"the name {path.stem} belongs to {found}; rename the file")
    return module
