"""The `poolscope` command: which of its commands is meant, and what its end means to a shell."""

import argparse
import difflib
import sys
from importlib import import_module
from pathlib import Path

from ...engine.problem import ProblemError
from .. import wording
from . import console, words
from .arguments import Parser, UsageError
from .helps import help_for

COMMANDS = ("run", "code", "tasks", "desktop")
"""Each is a module of this package, imported only when it is asked for."""
OPENED = (".poolscope", ".json", ".py")
USAGE = 2
INTERRUPTED = 130


def main(argv: list[str] | None = None) -> int:
    """Do what the arguments (of the process, by default) ask for; return the exit status.

    0: done. 1: it ran, but not every task was done. 2: bad usage. 128 + n: ended by signal n.
    """
    console.tolerant()
    try:
        return _dispatch(sys.argv[1:] if argv is None else argv)
    except UsageError as error:
        console.complain(str(error))
        return USAGE
    except ProblemError as error:
        console.complain(wording.sentence(error.problem))
        return USAGE
    except console.OutputError as error:
        console.complain(words.output_failed(error))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as leaving:  # argparse, after --help
        return int(leaving.code or 0)
    finally:
        console.flush()


def _dispatch(argv: list[str]) -> int:
    first = argv[0] if argv else None
    if first in COMMANDS:
        command = import_module(f".{first}", __package__)
        parser = Parser(f"poolscope {first}", help_for(first))
        command.add_arguments(parser)
        return int(command.run(parser.parse_args(argv[1:])))
    parser = Parser("poolscope", help_for("poolscope"))
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = [f"  {name:10}  {help_for(f'command {name}')}" for name in COMMANDS]
    parser.epilog = "\n".join([help_for("commands"), *commands, "", help_for("see")])
    parser.add_argument("file", nargs="?", help=help_for("file"))
    parser.add_argument("--version", action="store_true", help=help_for("version"))
    arguments = parser.parse_args(argv)
    if arguments.version:
        console.say(f"poolscope {_version()}")
        return 0
    path = None if arguments.file is None else _file(arguments.file)
    return int(import_module(".window", __package__).run(path))


def _file(name: str) -> Path:
    path = Path(name)
    if path.is_file():
        if path.suffix.lower() in OPENED:
            return path
        raise UsageError(words.not_opened(name))
    if path.suffix.lower() in OPENED:
        raise UsageError(words.no_such_file(name))
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    raise UsageError(words.no_such_command(name, close[0] if close else None))


def _version() -> str:
    from importlib import metadata  # dear, and seldom needed

    try:
        return metadata.version("poolscope")
    except metadata.PackageNotFoundError:
        return "(not installed)"
