"""The numbers of the colours of what is in view. Pure."""

import numpy as np

from ....engine.trace.columns import Ints
from ....engine.trace.lane import Lane
from ..scene.digests import Digests
from ..scene.in_view import Bytes
from ..scene.palette import DONE, ColourBy, by_worker, level_of


class Colouring:
    """Knows the colours of finished tasks; their numbers are small enough for a byte each."""

    def __init__(self, by: ColourBy, digests: Digests) -> None:
        self._by, self._digests = by, digests

    def _turns(self, lane: Lane) -> Bytes:
        digest = self._digests[lane.ordinal - 1]
        return digest.turns_by_task(lane) if self._by is ColourBy.TASK else digest.turns_by_chunk()

    def _same(self, lane: Lane) -> int:
        return by_worker(lane) if self._by is ColourBy.WORKER else DONE

    def between(self, lane: Lane, first: int, last: int) -> Bytes:
        """Of those at the places from `first` to before `last`."""
        if self._by in (ColourBy.TASK, ColourBy.CHUNK):
            return self._turns(lane)[first:last]
        if self._by is ColourBy.DURATION:
            lasted_ns = lane.ended[first:last] - lane.begun[first:last]
            return level_of(lasted_ns, self._digests.longest_ns).astype(np.int8)
        return np.full(last - first, self._same(lane), np.int8)

    def at(self, lane: Lane, places: Ints) -> Bytes:
        """Of those at some places."""
        if self._by in (ColourBy.TASK, ColourBy.CHUNK):
            return self._turns(lane).take(places)
        if self._by is ColourBy.DURATION:
            lasted_ns = lane.ended.take(places) - lane.begun.take(places)
            return level_of(lasted_ns, self._digests.longest_ns).astype(np.int8)
        return np.full(len(places), self._same(lane), np.int8)
