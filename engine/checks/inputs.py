"""Do the inputs fit the method and the task?"""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from ..experiment import STAR_METHODS, Experiment
from ..inputs import MOST_TEXT, parse
from ..problem import Kind, Problem, ProblemError
from ..tasks.reading import Function, Source, address
from .facts import Facts
from .finding import Advice, Finding, stopping
from .shapes import NO_SEQUENCE, widths
from .task import from_catalogue

READERS = ("lines", "column")
"""Of engine/tasks/files.py: they take the path of a file."""


def check_inputs(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """What their expression shows. One that does not parse is a problem of the form's."""
    if len(experiment.inputs) > MOST_TEXT:
        return
    try:
        node = parse(experiment.inputs).body
    except ProblemError:
        return
    source = facts.source if isinstance(facts.source, Source) else Source()
    if facts.tasks(experiment) == 0:
        yield Finding(Advice.NO_INPUTS, "inputs")
    yield from _check_whole(node, source)
    if isinstance(facts.source, Source) or from_catalogue(experiment):
        yield from _check_files(node, source, experiment)
    if experiment.pool.method in STAR_METHODS:
        yield from _check_widths(experiment, source)


def _check_whole(node: ast.expr, source: Source) -> Iterator[Finding]:
    """A single number, or a function that was meant to be called."""
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | bytes):
        values = {"type": type(node.value).__name__}
        yield stopping(Problem(Kind.INPUTS_NOT_ITERABLE, "inputs", values))
    elif isinstance(node, ast.Name):
        function = source.function(node.id)
        if function is not None and not function.is_decorated:
            yield Finding(Advice.NOT_CALLED, "inputs", True, {"function": node.id})


def _check_files(node: ast.expr, source: Source, experiment: Experiment) -> Iterator[Finding]:
    """Whether the files are there that the helpers are to read; a name of the file's own wins."""
    if not any(f"{name}(" in experiment.inputs for name in READERS):
        return  # it may be long, and this is asked at every keystroke
    for call in ast.walk(node):
        match call:
            case ast.Call(
                func=ast.Name(id=name),
                args=[ast.Constant(value=str(path)), *_],
            ) if name in READERS and name not in source.names:
                folder = experiment.folder or Path.cwd()
                if not os.path.exists(os.path.join(folder, path)):
                    yield Finding(Advice.FILE_NOT_THERE, "inputs", True, {"path": path})


def _check_widths(experiment: Experiment, source: Source) -> Iterator[Finding]:
    """Whether each item can be unpacked into the arguments of the task."""
    found, method = widths(experiment.inputs), experiment.pool.method
    if NO_SEQUENCE in found:
        yield Finding(Advice.STAR_NOT_TUPLES, "inputs", True, {"method": method})
        return
    function = _function(experiment, source)
    wrong = [] if function is None else [one for one in sorted(found) if not function.takes(one)]
    if function is not None and function.most != -1 and wrong:
        values = {
            "function": function.name,
            "given": wrong[0],
            "least": function.least,
            "most": function.most,
            "method": method,
        }
        yield Finding(Advice.STAR_WIDTH, "inputs", True, values)


def _function(experiment: Experiment, source: Source) -> Function | None:
    function = source.function(address(experiment.task).name)
    return None if function is None or function.is_decorated else function
