"""`poolscope tasks`: the catalogue, or the functions of a file, a line each."""

import argparse
from pathlib import Path

from ...engine.tasks.catalogue import CATALOGUE
from .. import wording
from . import words
from .arguments import UsageError
from .console import say
from .helps import help_for

WIDEST = 60
"""Of a name and its parameters; the help of a longer one stands further to the right."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, if it is not to be the catalogue."""
    parser.add_argument("file", nargs="?", metavar="FILE.py", help=help_for("tasks file"))


def run(arguments: argparse.Namespace) -> int:
    """Print them; 0, or ProblemError when the file is none of Python."""
    if arguments.file is not None:
        _list_file(Path(arguments.file))
        return 0
    name_width = max(len(task.name) for task in CATALOGUE)
    kind_width = max(len(task.kind) for task in CATALOGUE)
    for task in CATALOGUE:
        say(f"{task.name:{name_width}}  {task.kind:{kind_width}}  {wording.translate(task.help)}")
    return 0


def _list_file(path: Path) -> None:
    from ...engine.tasks.reading import read_file  # the catalogue does without

    functions = read_file(path).functions
    if not functions:
        raise UsageError(words.no_functions(path))
    calls = [f"{path}:{function.name}{function.signature}" for function in functions]
    width = min(WIDEST, max(map(len, calls)))
    for call, function in zip(calls, functions, strict=True):
        say(f"{call:{width}}  {function.help}".rstrip())
