"""Is there memory for the inputs, and for what is on its way to the workers?"""

from collections.abc import Iterator
from typing import NamedTuple

from ..experiment import Experiment
from ..inputs import POINTER, static_bytes, static_distinct
from .facts import Cut, Facts, cut
from .finding import Advice, Finding

TASK_BYTES = 96
"""Of a task, whatever its input: a place in the list of inputs and of results, and its row."""
LARGE_MESSAGE = 2**30
COPIES = 2
"""Of a chunk at each worker: as it came through the pipe, and unpickled."""


class Sizes(NamedTuple):
    """Bytes: of all inputs together, of one object among them, and of a chunk's message."""

    inputs: int
    each: int
    chunk: int


def check_memory(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """Nothing while neither the text nor a preview tells how large the inputs are."""
    known = cut(experiment, facts)
    sizes = _sizes(experiment, facts, known) if known is not None and known.tasks else None
    if known is None or sizes is None:
        return
    on_the_way = COPIES * sizes.chunk * min(experiment.pool.processes, known.chunks)
    needed = sizes.inputs + TASK_BYTES * known.tasks + on_the_way
    available = facts.available_bytes
    if available is not None and needed > available // 2:
        advice = Advice.TOO_MUCH_MEMORY if needed > available else Advice.MUCH_MEMORY
        values = {"bytes": _rounded(needed), "available": _rounded(available)}
        yield Finding(advice, "inputs", values=values)
    if sizes.each > LARGE_MESSAGE:
        yield Finding(Advice.LARGE_INPUT, "inputs", values={"bytes": _rounded(sizes.each)})
    elif sizes.chunk > LARGE_MESSAGE:
        values = {"bytes": _rounded(sizes.chunk), "chunksize": known.chunksize}
        yield Finding(Advice.LARGE_CHUNK, "chunksize", values=values)


def _sizes(experiment: Experiment, facts: Facts, known: Cut) -> Sizes | None:
    """A message holds an object once, however many of its tasks share it; the next one again."""
    inputs = static_bytes(experiment.inputs)
    distinct = static_distinct(experiment.inputs) or known.tasks
    if inputs is None:
        if facts.first_bytes is None:
            return None
        inputs, distinct = facts.first_bytes * known.tasks, known.tasks
    each = max(inputs - POINTER * known.tasks, 0) // distinct
    together = min(known.chunksize, known.tasks)
    return Sizes(inputs, each, POINTER * together + each * min(together, distinct))


def _rounded(number: int) -> int:
    """Two digits are enough, and do not change with every look."""
    step = int(10 ** max(len(str(number)) - 2, 0))
    return number // step * step
