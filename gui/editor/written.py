"""Which function of a text is the task. No Qt."""

from collections.abc import Sequence

from ...engine.experiment import STAR_METHODS
from ...engine.tasks.reading import Function, Source


def task_of(source: Source, task: str, earlier: Sequence[str], method: str) -> str | None:
    """`task` while it is defined, also under the new name it got; else the first that fits.

    earlier: names of the functions of the text as it was before.
    None: there is no function.
    """
    names = [function.name for function in source.functions]
    if task in source.names:
        return task
    if task in earlier and len(earlier) == len(names):
        place = earlier.index(task)
        if names[:place] + names[place + 1 :] == [name for name in earlier if name != task]:
            return names[place]
    fitting = [function.name for function in source.functions if fits(function, method)]
    return next(iter(fitting or names), None)


def fits(function: Function, method: str) -> bool:
    """Whether a pool's method can call it: with the input, or (starmap) with all of its parts."""
    if function.is_generator or function.is_async:
        return False
    if method in STAR_METHODS:
        return function.most is None or function.most > 0
    return function.takes(1)
