"""Is the task's function there, and can a pool call it?"""

import difflib
from collections.abc import Iterator

from ..experiment import STAR_METHODS, Experiment
from ..problem import Kind, Problem
from ..tasks.catalogue import CATALOGUE, CatalogueTask
from ..tasks.reading import Function, Source, address
from .facts import Facts
from .finding import Advice, Finding, stopping

CLOSE = 5


def catalogue_task(experiment: Experiment) -> CatalogueTask | None:
    """The task of the catalogue that the experiment runs, if it is one."""
    if not from_catalogue(experiment):
        return None
    return next((task for task in CATALOGUE if task.name == experiment.task), None)


def from_catalogue(experiment: Experiment) -> bool:
    """The task is named as one of the catalogue, whether it is there or not."""
    return not experiment.source and ":" not in experiment.task


def check_task(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """Whether the function is there, and can be pickled and called as its text stands."""
    source, name = facts.source, address(experiment.task).name
    if from_catalogue(experiment):
        if catalogue_task(experiment) is None:
            yield stopping(Problem(Kind.UNKNOWN_TASK, "task", {"value": experiment.task}))
    elif isinstance(source, Problem):
        yield stopping(source)
    elif source is not None:
        yield from check_name(source, name, "task")
        function = source.function(name)
        if function is not None and not function.is_decorated:
            yield from _check_kind(function)
            yield from _check_arguments(function, experiment.pool.method)


def check_name(source: Source, name: str, field: str) -> Iterator[Finding]:
    """Whether the file's top level binds `name`, and not to a lambda, which cannot be pickled."""
    first, values = name.partition(".")[0], {"function": name}
    if name in source.lambdas and source.function(name) is None:
        yield Finding(Advice.LAMBDA, field, True, values)
    elif first in source.names or source.unknowable:
        return
    elif first in source.main_only:
        yield Finding(Advice.FUNCTION_MAIN_ONLY, field, True, values)
    elif first in (source.inner or {}):
        outer = (source.inner or {})[first]
        yield Finding(Advice.FUNCTION_INSIDE, field, True, {**values, "outer": outer})
    else:
        there = [function.name for function in source.functions]
        close = difflib.get_close_matches(name, there, CLOSE) if name else there[:CLOSE]
        yield Finding(Advice.FUNCTION_NOT_THERE, field, True, {**values, "close": close})


def _check_kind(function: Function) -> Iterator[Finding]:
    values = {"function": function.name}
    if function.is_async:
        yield Finding(Advice.ASYNC, "task", True, values)
    elif function.is_generator:
        yield Finding(Advice.GENERATOR, "task", True, values)


def _check_arguments(function: Function, method: str) -> Iterator[Finding]:
    """What the method hands over against what the function takes; the inputs have their own."""
    values = {"function": function.name, "method": method}
    if function.most == -1:
        yield Finding(Advice.NEEDS_KEYWORDS, "task", True, {"function": function.name})
    elif method in STAR_METHODS:
        return
    elif function.least > 1:
        star = "starmap_async" if method.endswith("_async") else "starmap"
        more = {"least": function.least, "star": star}
        yield Finding(Advice.NEEDS_MORE, "method", True, {**values, **more})
    elif function.most == 0:
        yield Finding(Advice.TAKES_NOTHING, "task", True, values)
