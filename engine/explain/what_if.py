"""How long tasks that took so long would have taken otherwise cut, ordered or shared out. Pure.

List scheduling, as Pool does it: whoever is free takes the next chunk (Graham 1969, "Bounds on
multiprocessing timing anomalies").
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_PLAYED = 20_000
"""Chunks that are shared out one by one; of more, the end is uneven by half a chunk."""

MOST_CUT = 1_000_000
"""Chunks of a plan that is worth a look."""


@dataclass(frozen=True)
class Plan:
    """durations_s: in the order of handing out. gap_s: what each chunk costs its worker besides;
    weight_s: and each task of it.
    """

    durations_s: Floats
    gap_s: float
    weight_s: float = 0.0

    def makespan_s(self, chunksize: int, workers: int) -> float:
        """Until the last chunk is over."""
        count = len(self.durations_s)
        starts = np.arange(0, count, chunksize)
        chunks = self.durations_s.copy()
        if chunksize > 1:
            chunks = np.add.reduceat(self.durations_s, starts)
        chunks += self.gap_s + self.weight_s * chunksize
        chunks[-1] -= self.weight_s * (len(starts) * chunksize - count)
        return shared_out_s(chunks, workers)

    def longest_first(self) -> "Plan":
        return Plan(np.sort(self.durations_s)[::-1], self.gap_s, self.weight_s)


def shared_out_s(chunks_s: Floats, workers: int) -> float:
    """When the last of `workers`, all free at 0, is done with these, taken in this order."""
    if len(chunks_s) <= workers:
        return float(chunks_s.max(initial=0.0))
    if len(chunks_s) > MOST_PLAYED:
        longest, even = float(chunks_s.max()), float(chunks_s.sum()) / workers
        return max(longest, even + float(chunks_s.mean()) / 2)
    free = [0.0] * workers
    for chunk_s in chunks_s.tolist():
        heapq.heapreplace(free, free[0] + chunk_s)
    return max(free)


def chunksizes(tasks: int, workers: int) -> list[int]:
    """Those worth a look: round ones, and those that give each worker 1 to 8 chunks. Ascending;
    none that would cut more than MOST_CUT chunks.
    """
    most = -(-tasks // workers)
    found = {size for power in range(len(str(most))) for size in _rounds(10**power)}
    found |= {-(-tasks // (workers * chunks)) for chunks in range(1, 9)}
    return sorted(size for size in found if -(-tasks // MOST_CUT) <= size <= most)


def _rounds(unit: int) -> tuple[int, int, int]:
    return unit, 2 * unit, 5 * unit


def is_round(size: int) -> bool:
    """1, 2 or 5, and zeros: one run advises it as the next one does, though times differ.

    >>> [size for size in range(1, 60) if is_round(size)]
    [1, 2, 5, 10, 20, 50]
    """
    return size in _rounds(10 ** (len(str(size)) - 1))


def round_first(sizes: Iterable[int]) -> list[int]:
    """In that order otherwise."""
    return sorted(sizes, key=lambda size: not is_round(size))


def best(times_s: Iterable[tuple[int, float]], slack: float) -> tuple[int, float]:
    """The first chunksize whose time is at most (1 + slack) of the shortest, and that time."""
    known = list(times_s)
    limit_s = min(time_s for _, time_s in known) * (1 + slack)
    return next((size, time_s) for size, time_s in known if time_s <= limit_s)
