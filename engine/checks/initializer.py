"""Is the initializer there, and can it be called with its arguments?

Pool replaces a worker whose initializer raises, for ever: nothing else ends such a run.
"""

import ast
import os
from collections.abc import Iterator

from ..experiment import Experiment
from ..problem import Kind, Problem
from ..tasks.parsing import parse_expression
from ..tasks.reading import Function, Source, address
from .facts import Facts
from .finding import Advice, Finding, stopping
from .modules import check_module
from .task import check_name, from_catalogue


def check_initializer(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """Nothing without one."""
    name = experiment.pool.initializer
    if not name:
        return
    where = address(name)
    if where.file is not None:
        if not os.path.isfile(where.file):
            yield Finding(Advice.FILE_NOT_THERE, "initializer", True, {"path": str(where.file)})
    elif where.module:
        yield from check_module(experiment, facts, where.module, "initializer")
    elif from_catalogue(experiment):
        yield Finding(Advice.INITIALIZER_WITHOUT_FILE, "initializer", True, {"function": name})
    elif isinstance(facts.source, Source):
        forked = experiment.pool.start_method == "fork"  # nothing is pickled then
        for finding in check_name(facts.source, name, "initializer"):
            if not (forked and finding.advice is Advice.LAMBDA):
                yield finding
        function = facts.source.function(name)
        if function is not None and not function.is_decorated:
            yield from _check_call(function, experiment.pool.initargs)
    yield from _check_initargs(experiment.pool.initargs)


def _check_call(function: Function, initargs: str) -> Iterator[Finding]:
    named = {"function": function.name}
    if function.is_async or function.is_generator:
        yield Finding(Advice.INITIALIZER_NEVER_RUNS, "initializer", values=named)
    given = _count(initargs)
    if function.most == -1:
        yield Finding(Advice.NEEDS_KEYWORDS, "initializer", True, named)
    elif given is not None and not function.takes(given):
        counts = {"given": given, "least": function.least, "most": function.most}
        yield Finding(Advice.INITIALIZER_WIDTH, "initargs", True, {**named, **counts})


def _count(initargs: str) -> int | None:
    try:
        node = parse_expression(initargs.strip() or "()", "<initargs>").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    if isinstance(node, ast.Tuple | ast.List):
        starred = any(isinstance(item, ast.Starred) for item in node.elts)
        return None if starred else len(node.elts)
    return None


def _check_initargs(initargs: str) -> Iterator[Finding]:
    try:
        parse_expression(initargs.strip() or "()", "<initargs>")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        values = {"error": f"{type(error).__name__}: {message}"}
        yield stopping(Problem(Kind.INITARGS_RAISED, "initargs", values))
