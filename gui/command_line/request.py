"""From the arguments of `poolscope run` to a checked request, before anything runs."""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...engine.experiment import Experiment
from ...engine.export import registry
from ...engine.export.target import check_ending, check_writable
from ...engine.interpreters import Interpreter
from ...engine.run_folder import SUFFIX
from .checking import ask_interpreter, check_function, placed_experiment_of
from .exports import EXPORTS


@dataclass(frozen=True)
class Request:
    """What to run, and which files to write after it. interpreter: None for our own."""

    experiment: Experiment
    exports: tuple[Path, ...]
    results: Path | None
    save: Path | None
    interpreter: Interpreter | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """All that is to be written."""
        others = (self.results, self.save)
        return self.exports + tuple(path for path in others if path is not None)


def request_of(arguments: argparse.Namespace) -> Request:
    """The request that the arguments make. Raises ProblemError, naming the field, if none."""
    experiment = placed_experiment_of(arguments)
    files = (
        tuple(_target(name, EXPORTS) for name in arguments.export),
        None if arguments.results is None else _target(arguments.results, registry.RESULTS),
        None if arguments.save is None else _target(arguments.save, (SUFFIX,)),
    )
    interpreter = ask_interpreter(experiment)
    check_function(experiment, interpreter)
    return Request(experiment, *files, interpreter)


def _target(name: str, endings: Iterable[str]) -> Path:
    path = Path(name)
    check_ending(path, endings)
    check_writable(path)
    return path
