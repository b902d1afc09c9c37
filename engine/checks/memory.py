"""Is there memory for the inputs, and for what is on its way to the workers?"""

from collections.abc import Iterator

from ..experiment import Experiment
from ..inputs import static_bytes
from .facts import Facts, cut
from .finding import Advice, Finding

TASK_BYTES = 96
"""Of a task, whatever its input: a place in the list of inputs and of results, and its row."""
LARGE_MESSAGE = 2**30
COPIES = 2
"""Of a chunk at each worker: as it came through the pipe, and unpickled."""


def check_memory(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """Nothing while neither the text nor a preview tells how large the inputs are."""
    known = cut(experiment, facts)
    if known is None or known.tasks == 0:
        return
    inputs = static_bytes(experiment.inputs)
    if inputs is None and facts.first_bytes is not None:
        inputs = facts.first_bytes * known.tasks
    if inputs is None:
        return
    chunk = inputs // known.tasks * min(known.chunksize, known.tasks)
    on_the_way = COPIES * chunk * min(experiment.pool.processes, known.chunks)
    needed = inputs + TASK_BYTES * known.tasks + on_the_way
    available = facts.available_bytes
    if available is not None and needed > available // 2:
        advice = Advice.TOO_MUCH_MEMORY if needed > available else Advice.MUCH_MEMORY
        values = {"bytes": _rounded(needed), "available": _rounded(available)}
        yield Finding(advice, "inputs", values=values)
    if chunk > LARGE_MESSAGE:
        values = {"bytes": _rounded(chunk), "chunksize": known.chunksize}
        yield Finding(Advice.LARGE_CHUNK, "chunksize", values=values)


def _rounded(number: int) -> int:
    """Two digits are enough, and do not change with every look."""
    step = int(10 ** max(len(str(number)) - 2, 0))
    return number // step * step
