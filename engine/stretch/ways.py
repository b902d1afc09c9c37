"""What a chunk's way into its worker and out again took of a stretch of time."""

import numpy as np

from ..trace.columns import Ints
from ..trace.lane import Lane
from ..trace.layout import Phase
from ..trace.trace import Trace
from .parts import WAYS, Span

TIMES = ("taken", "unpickled", "ran", "pickled", "sent")


def ways_of(trace: Trace, chunks: Ints, span: Span) -> Ints:
    """A row (WAYS) for each of some chunks that their workers are done with."""
    taken, unpickled, ran, pickled, sent = (trace.chunks[name][chunks] for name in TIMES)
    last = np.maximum.reduce([unpickled, ran, pickled, sent])
    found = (
        span.overlaps(taken, unpickled),
        span.overlaps(ran, pickled),
        span.overlaps(pickled, sent),
        span.overlaps(taken, last),
    )
    return np.stack(found, axis=1)


def ways_open(trace: Trace, lane: Lane, last: int | None, span: Span) -> list[int]:
    """The times (WAYS) of the chunk in hand, or that the worker had when it died, and of `last`,
    another one that it may still be at."""
    held = lane.chunk
    found = [0] * len(WAYS)
    for chunk in {last, held}:
        if chunk is None or not 0 <= chunk < trace.chunks.rows:
            continue
        taken, unpickled, ran, pickled, sent = (int(trace.chunks[name][chunk]) for name in TIMES)
        ends = max(unpickled, ran, pickled, sent)
        if chunk == held and not sent:
            ends, phase = lane.died_ns or span.until, lane.phase
            if phase is Phase.UNPICKLING:
                unpickled = unpickled or ends
            elif phase is Phase.PICKLING:
                pickled = pickled or ends
            elif phase in (Phase.WAITING_TO_SEND, Phase.SENDING):
                sent = ends
        found[0] += span.overlap(taken, unpickled)
        found[1] += span.overlap(ran, pickled)
        found[2] += span.overlap(pickled, sent)
        found[3] += span.overlap(taken, ends)
    return found
