"""How well a chunksize fits the number of tasks and of workers, whatever the tasks take."""

from .numbers import Chunking

ONE_AT_A_TIME = "apply"
"""The method that waits for each task before it hands out the next: nothing is shared out."""


def chunking(tasks: int, chunksize: int, workers: int) -> Chunking | None:
    """How so many tasks are cut, and how well that shares them out; None without any.

    Were all tasks alike, workers would run their chunks in rounds. With n tasks in c chunks of s,
    the last of them of `last`, on w workers:

        potential = ((c // w + (c % w > 1)) * s + (c % w == 1) * last) * w
        ADE = n / potential
        RDE = ADE / ADE(chunksize 1)

    potential is what all workers could have run until the last chunk is over. A single worker waits
    for nobody: 1. A chunksize beyond n is n, as there is no more in the chunk.

    Source: absolute and relative distribution efficiency as of "Darkonaut" (2019), section 6.3 of
    "multiprocessing: Understanding logic behind chunksize", https://stackoverflow.com/q/53751050.

    >>> chunking(37, 3, 4)
    Chunking(chunks=13, chunksize=3, last=1, ade=0.925, rde=1.0)
    """
    if tasks < 1:
        return None
    cut = -(-tasks // chunksize)
    ade = _ade(tasks, chunksize, workers)
    rde = ade / _ade(tasks, 1, workers)
    return Chunking(cut, chunksize, tasks - (cut - 1) * chunksize, ade, rde)


def _ade(tasks: int, chunksize: int, workers: int) -> float:
    if workers == 1:
        return 1.0
    size = min(chunksize, tasks)
    chunks = -(-tasks // size)
    last = tasks - (chunks - 1) * size
    rounds, rest = divmod(chunks, workers)
    potential = ((rounds + (rest > 1)) * size + (rest == 1) * last) * workers
    return tasks / potential
