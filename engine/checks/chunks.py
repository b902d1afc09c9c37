"""Are the tasks cut into chunks that the workers can share out?"""

from collections.abc import Iterator

from ..experiment import Experiment, auto_chunksize
from .facts import Cut, Facts, cut, has_chunks
from .finding import Advice, Finding

MANY_TASKS = 10_000
"""A round trip costs about a tenth of a millisecond: from here on a second or more."""
MOST_TOGETHER = 1000
"""Tasks a chunk to be advised, so that the first results come soon, and the rest stays even."""
MANY_BORN = {"fork": 1000, "forkserver": 500, "spawn": 50}
"""Workers whose starts together take seconds."""


def together(tasks: int, processes: int) -> int:
    """Tasks a chunk where each of them is short: no more than Pool would take, a round number."""
    most = min(auto_chunksize(tasks, processes), MOST_TOGETHER)
    unit = 10 ** (len(str(most)) - 1)
    return max((times * unit for times in (1, 2, 5) if times * unit <= most), default=1)


def check_chunks(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """Nothing while nobody knows how many tasks there are."""
    known = cut(experiment, facts)
    if known is None or known.tasks == 0:
        return
    if has_chunks(experiment):
        yield from _check_chunksize(experiment, known)
    yield from _check_births(experiment, known)


def _check_chunksize(experiment: Experiment, known: Cut) -> Iterator[Finding]:
    processes = experiment.pool.processes
    if known.chunks < min(processes, known.tasks):
        values = {
            "chunks": known.chunks,
            "chunksize": known.chunksize,
            "processes": processes,
            "better": max(1, known.tasks // processes),
        }
        yield Finding(Advice.IDLE_CHUNKS, "chunksize", values=values)
    elif known.chunksize == 1 and known.tasks > MANY_TASKS:
        better = together(known.tasks, processes)
        if better > 1:
            values = {"tasks": known.tasks, "better": better}
            yield Finding(Advice.ROUND_TRIPS, "chunksize", values=values)


def _check_births(experiment: Experiment, known: Cut) -> Iterator[Finding]:
    """Each worker is replaced after so many chunks."""
    pool = experiment.pool
    if pool.maxtasksperchild is None:
        return
    born = -(-known.chunks // pool.maxtasksperchild)
    if born > max(MANY_BORN[pool.start_method], pool.processes):
        values = {"born": born, "start_method": pool.start_method}
        yield Finding(Advice.WORKERS_BORN, "maxtasksperchild", values=values)
