"""Whose initializer it is: a bare name means a function beside the task."""

from ..engine.experiment import Experiment, PoolSettings
from ..engine.tasks.reading import address

Initializer = tuple[str, str]
"""Its name and its arguments, as the form has them."""
NONE: Initializer = ("", PoolSettings().initargs)


class Initializers:
    """Remembers with which initializer the tasks of each module were left."""

    def __init__(self) -> None:
        self._left: dict[str, Initializer] = {}

    def fit(self, before: Experiment, after: Experiment) -> Experiment:
        """`after`, with the initializer of its task's module where that is another than `before`'s.

        One that is named with its module (`numpy.random:seed`) goes with any task, and stays.
        """
        left, found = _place(before), _place(after)
        pool = before.pool
        if left == found or ":" in pool.initializer:
            return after
        self._left[left] = pool.initializer, pool.initargs
        initializer, initargs = self._left.get(found, NONE)
        return after.with_pool(initializer=initializer, initargs=initargs)


def _place(experiment: Experiment) -> str:
    """What tells one module from another: the file, the module, or that it is written here."""
    if experiment.source:
        return ":"
    where = address(experiment.task)
    return where.module if where.file is None else str(where.file.absolute())
