"""The `poolscope` command: which of its commands is meant, and what its end means to a shell."""

import argparse
import difflib
import sys
from importlib import import_module, metadata
from pathlib import Path

from ...engine.problem import ProblemError
from .. import wording
from . import console, words
from .arguments import Parser, UsageError

COMMANDS = {
    "run": "run a task in a pool, without a window",
    "tasks": "list the tasks of the catalogue",
    "desktop": "put Poolscope into the applications menu, or take it out",
}
"""Each is a module of this package, imported only when it is asked for."""
OPENED = (".poolscope", ".py")
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
        parser = Parser(f"poolscope {first}", command.DESCRIPTION)
        command.add_arguments(parser)
        return int(command.run(parser.parse_args(argv[1:])))
    parser = Parser("poolscope", "A desktop lab for multiprocessing.Pool.")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = [f"  {name:10}  {about}" for name, about in COMMANDS.items()]
    parser.epilog = "\n".join(["commands:", *commands, "", "See poolscope COMMAND --help."])
    parser.add_argument("file", nargs="?", help="a saved run or a task file to open in the window")
    parser.add_argument("--version", action="store_true", help="say the version and leave")
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
        raise UsageError(f"{name} cannot be opened: Poolscope opens .poolscope and .py files.")
    if path.suffix.lower() in OPENED:
        raise UsageError(f"{name} cannot be opened: there is no such file.")
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"Did you mean {close[0]}?" if close else "See poolscope --help."
    raise UsageError(f"There is no command or file called {name}. {hint}")


def _version() -> str:
    try:
        return metadata.version("poolscope")
    except metadata.PackageNotFoundError:
        return "(not installed)"
