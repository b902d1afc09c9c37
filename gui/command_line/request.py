"""From the arguments of `poolscope run` to a checked request, before anything runs."""

import argparse
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...engine import inputs
from ...engine.experiment import Experiment, PoolSettings
from ...engine.export import registry
from ...engine.export.target import check_ending, check_writable
from ...engine.problem import Kind, Problem, ProblemError
from ...engine.run_folder import SUFFIX
from ...engine.tasks import catalogue, loading
from .exports import EXPORTS

AUTO = "auto"


@dataclass(frozen=True)
class Request:
    """What to run, and which files to write after it."""

    experiment: Experiment
    exports: tuple[Path, ...]
    results: Path | None
    save: Path | None

    @property
    def files(self) -> tuple[Path, ...]:
        """All that is to be written."""
        others = (self.results, self.save)
        return self.exports + tuple(path for path in others if path is not None)


def request_of(arguments: argparse.Namespace) -> Request:
    """The request that the arguments make. Raises ProblemError, naming the field, if none."""
    default_inputs = _check_task(arguments.task)
    expression = default_inputs if arguments.inputs is None else arguments.inputs
    experiment = Experiment(arguments.task, expression, _pool(arguments))
    experiment.pool.check_here()
    inputs.check_syntax(expression)
    return Request(
        experiment,
        tuple(_target(name, EXPORTS) for name in arguments.export),
        None if arguments.results is None else _target(arguments.results, registry.RESULTS),
        None if arguments.save is None else _target(arguments.save, (SUFFIX,)),
    )


def _target(name: str, endings: Iterable[str]) -> Path:
    path = Path(name)
    check_ending(path, endings)
    check_writable(path)
    return path


def _check_task(task: str) -> str:
    """The inputs to begin with; "" for a function of the user's own."""
    path, name = loading.split(task)
    if path is not None:
        if not path.is_file():
            values = {"task": task, "error": f"there is no file {path}"}
            raise ProblemError(Problem(Kind.TASK_NOT_LOADED, "task", values))
        loading.functions_of(path)  # raises when it is not Python
        return ""
    try:
        return catalogue.find(name).inputs
    except LookupError as error:
        unknown = Problem(Kind.UNKNOWN_TASK, "task", {"value": task, "close": _close(task)})
        raise ProblemError(unknown) from error


def _close(task: str) -> list[str]:
    """What may have been meant: the functions of a file, or catalogue tasks of a similar name."""
    path = Path(task)
    if path.suffix == ".py" and path.is_file():
        return [f"{task}:{function.name}" for function in loading.functions_of(path)][:5]
    return difflib.get_close_matches(task, [one.name for one in catalogue.CATALOGUE])


def _pool(arguments: argparse.Namespace) -> PoolSettings:
    given: dict[str, Any] = {}
    if arguments.processes is not None:
        given["processes"] = _integer("processes", arguments.processes)
    if arguments.chunksize not in (None, AUTO):
        given["chunksize"] = _integer("chunksize", arguments.chunksize)
    for name in ("start_method", "method"):
        if getattr(arguments, name) is not None:
            given[name] = getattr(arguments, name)
    return PoolSettings(**given)


def _integer(field: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ProblemError(Problem(Kind.NOT_A_NUMBER, field, {"value": text})) from error
