"""What the host has handed out to its workers, and is about to, read off the chunks."""

import bisect
from typing import NamedTuple

import numpy as np

from .layout import ChunkOutcome
from .trace import Trace


class Pickling(NamedTuple):
    """The host is pickling the inputs of `chunk`, since `since_ns`."""

    chunk: int
    since_ns: int


def being_pickled(trace: Trace) -> Pickling | None:
    """The chunk that the host is pickling now; None when it waits, or has handed out all.

    It pickles them in their order, so the place is found in a few steps among any number.
    """
    if trace.ended:
        return None
    begun = trace.chunks["pickling"]
    count = bisect.bisect_left(range(trace.chunks.rows), True, key=lambda row: not begun[row])
    chunk = count - 1
    if chunk < 0 or trace.chunks["handed"][chunk]:
        return None
    if trace.chunks["outcome"][chunk] != ChunkOutcome.OPEN:  # it could not be pickled
        return None
    return Pickling(chunk, int(begun[chunk]))


def chunk_of(trace: Trace, row: int) -> int | None:
    """The chunk that has the task in `row`; None while it has not been handed out.

    The task's own column says so only when a worker has unpickled it. Chunks are cut one after the
    other, and those that are still to come have neither rows nor a size.
    """
    firsts, sizes = trace.chunks["first"], trace.chunks["size"]
    cut = bisect.bisect_left(range(trace.chunks.rows), True, key=lambda chunk: not sizes[chunk])
    chunk = int(np.searchsorted(firsts[:cut], row, side="right")) - 1
    return chunk if chunk >= 0 and row < firsts[chunk] + sizes[chunk] else None
