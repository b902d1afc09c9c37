"""Puts the equivalent program together."""

from collections.abc import Sequence

from ..experiment import Experiment
from .expressions import free_names
from .names import HELPERS, MODULES, Names, fresh, quoted
from .origins import Origin, origin_of, working_directory
from .pasting import input_functions
from .pooling import body


def program(experiment: Experiment, positions: Sequence[int] | None = None) -> str:
    """The plain Python program that does what a run of `experiment` does, and prints its results.

    positions: the order of the inputs, longest first, as a former run tells it.
    Never raises: what is no Python in the experiment is none in the program either.
    """
    wanted = free_names(experiment.inputs)
    if experiment.pool.initializer:
        wanted |= free_names(experiment.pool.initargs)
    origin = origin_of(experiment, wanted)
    pasted = input_functions((wanted & HELPERS) - origin.bound)
    bound = origin.bound | pasted.bound
    names = Names(bound, wanted | _roots(origin), origin.plain)
    lines = body(experiment, positions, origin, names)
    imports = {f"import {name}" for name in (wanted & MODULES) - bound}
    imports |= names.imports | origin.imports | pasted.imports
    main = "run_experiment" if experiment.source else "main"
    main = fresh(main, bound | origin.words)
    parts = (
        _head(experiment, origin, imports, wanted),
        origin.text,
        pasted.text,
        f"def {main}():\n{lines}",
        f'if __name__ == "__main__":\n    {main}()',
    )
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _roots(origin: Origin) -> set[str]:
    """The names that the two functions are reached by."""
    return {name.partition(".")[0] for name in (origin.task, origin.initializer)}


def _head(experiment: Experiment, origin: Origin, imports: set[str], wanted: frozenset[str]) -> str:
    """Everything above the functions: how to run it, the place, and the imports."""
    place = _place_lines(experiment, wanted)
    if any(line.startswith("sys.path.") for line in origin.loads):
        imports = imports | {"import sys"}
    blocks = (
        "\n".join(_comments(experiment)),
        origin.futures,
        "import os" if place else "",
        "\n".join(place),
        "\n".join(sorted(imports, key=_import_order)),
        "\n".join(origin.loads),
    )
    return "\n\n".join(block for block in blocks if block)


def _import_order(statement: str) -> tuple[bool, str]:
    """Whole modules first, as isort has it."""
    return statement.startswith("from "), statement


def _comments(experiment: Experiment) -> list[str]:
    comments = []
    if python := experiment.place.python:
        comments.append(f"# Run it with {python if python.isprintable() else repr(python)}")
    early = [name for name, _ in experiment.place.env if name.startswith("PYTHON")]
    if early:
        comments.append(f"# Python reads this when it starts, so set it before: {', '.join(early)}")
    return comments


def _place_lines(experiment: Experiment, wanted: frozenset[str]) -> list[str]:
    """The working directory and the environment; before the imports, which may look at both."""
    lines = []
    folder = working_directory(experiment, wanted)
    if folder is not None:
        lines.append(f"os.chdir({quoted(str(folder))})")
    lines += [
        f"os.environ[{quoted(name)}] = {quoted(value)}" for name, value in experiment.place.env
    ]
    return lines
