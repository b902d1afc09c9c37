"""What starting workers took: before the first task, and whenever one took another's place."""

import numpy as np

from ..trace.columns import Ints
from .blocks import NS
from .lives import Lives
from .numbers import StartUp


def start_up(
    lives: Lives, processes: int, origin_ns: int, first_ns: int | None, over_ns: int
) -> StartUp:
    """How long it took until work began. origin_ns: Pool was made; first_ns: a task began.

        whole = first_ns - origin_ns
        starting = median over the first workers of (asks for work, or calls the initializer) - born
        initializer = median over the first workers of returned - called
        all = sum over all workers of (asks for work first) - born

    The first workers are those that were born with the pool, `processes` of them. Who never asked
    counts until its death or the end of the run in `all`, and in no median.
    """
    first = slice(0, processes)
    started = np.where(lives.initializing, lives.initializing, lives.ready)[first]
    known = started > 0
    took = (started - lives.born[first])[known]
    returned = lives.initialized[first] > 0
    initializers = (lives.initialized - lives.initializing)[first][returned]
    gone = np.where(lives.died, lives.died, np.maximum(over_ns, lives.born))
    all_ns = np.where(lives.ready, lives.ready, gone) - lives.born
    return StartUp(
        whole_s=None if first_ns is None else (first_ns - origin_ns) / NS,
        starting_s=_median_s(took),
        initializer_s=_median_s(initializers),
        all_s=float(np.maximum(all_ns, 0).sum(dtype=np.float64)) / NS,
    )


def respawn_s(lives: Lives, until_ns: int) -> float:
    """Worker time that passed while workers were replaced, in s.

        sum over replacements of (the successor asks for work) - (the worker had nothing in hand)

    as far as that was before `until_ns`, from when on nothing was left to be taken: until then a
    slot without a worker is work that is not done. A worker without a task counts from its death.
    """
    order = np.argsort(lives.slot, kind="stable")
    before, after = order[:-1], order[1:]
    same = lives.slot[before] == lives.slot[after]
    before, after = before[same], after[same]
    begins = np.where(lives.tasks[before] > 0, lives.free_ns[before], lives.died[before])
    begins = np.where(begins, begins, lives.born[after])
    ready = lives.ready[after]
    ends = np.minimum(np.where(ready, ready, until_ns), until_ns)
    return float(np.maximum(ends - begins, 0).sum(dtype=np.float64)) / NS


def _median_s(times: Ints) -> float | None:
    return float(np.median(np.maximum(times, 0))) / NS if len(times) else None
