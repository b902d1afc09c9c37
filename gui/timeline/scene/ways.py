"""A chunk's way into its worker and out again: when it was unpickled, pickled, sent. Pure.

Way in: from when the message was taken off the queue until it was unpickled. Way out: from when the
last task ended until the result was pickled, and had been sent.
"""

from typing import NamedTuple

import numpy as np

from ....engine.trace.columns import Ints
from ....engine.trace.lane import Lane
from ....engine.trace.layout import NO_CHUNK, Phase
from ....engine.trace.trace import Trace
from .digests import Digests, LaneDigest
from .in_view import InView

LEAST_PX = 3.0
"""A way that is shorter is not drawn."""
ONE_ON = np.array([0, 1])
"""From the first chunk in view, and to the one after the last: that may be on its way in."""
HANDS = 256
"""Lanes that are looked at for the legend when all are over; no pool has as many."""
OUTWARDS = (Phase.PICKLING, Phase.WAITING_TO_SEND, Phase.SENDING)


class Way(NamedTuple):
    """Of a chunk; times in ns. out: the result's."""

    chunk: int
    begin: int
    end: int
    out: bool


def ways_of(trace: Trace, chunks: Ints) -> Ints:
    """The ways of chunks that are over: chunk, begin, end and 1 for a result's, by row.

    What has no end is left out.
    """
    column = trace.chunks
    sent, pickled = column["sent"][chunks], column["pickled"][chunks]
    ways = [
        np.stack([chunks, begin, end, np.full(len(chunks), out)], axis=1)
        for begin, end, out in (
            (column["taken"][chunks], column["unpickled"][chunks], 0),
            (column["ran"][chunks], np.maximum(sent, pickled), 1),
        )
    ]
    both = np.concatenate(ways)
    return both[(both[:, 1] > 0) & (both[:, 2] > both[:, 1])]


def ways_in_hand(trace: Trace, lane: Lane, now_ns: int) -> list[Way]:
    """The ways of the chunk that the worker has in hand, or had when it died."""
    chunk = lane.chunk
    if chunk is None or not 0 <= chunk < trace.chunks.rows:
        return []
    times = ("taken", "unpickled", "ran", "sent")
    taken, unpickled, ran, sent = (int(trace.chunks[name][chunk]) for name in times)
    phase, end_ns = lane.phase, lane.died_ns or now_ns
    unpickled = unpickled or (end_ns if phase is Phase.UNPICKLING else 0)
    sent = sent or (end_ns if phase in OUTWARDS else 0)
    found = [Way(chunk, taken, unpickled, False), Way(chunk, ran, sent, True)]
    return [way for way in found if way.begin and way.end > way.begin]


def ways_in(
    trace: Trace, lane: Lane, digest: LaneDigest, edges: Ints, least_ns: float, now_ns: int
) -> list[Way]:
    """The ways of one lane between `edges` that took `least_ns` or more."""
    found = ways_in_hand(trace, lane, now_ns)
    chunks = _chunks_near(trace, lane, digest, edges)
    if len(chunks):
        if found or lane.chunk is not None:
            chunks = chunks[chunks != lane.chunk]
        ways = ways_of(trace, chunks)
        for number, begin, end, out in ways[ways[:, 2] - ways[:, 1] >= least_ns].tolist():
            found.append(Way(number, begin, end, bool(out)))
    begin_ns, end_ns = int(edges[0]), int(edges[-1])
    return [
        way
        for way in found
        if way.end >= begin_ns and way.begin <= end_ns and way.end - way.begin >= least_ns
    ]


class Bands(NamedTuple):
    """Ways of many lanes: which, as in InView, and times in ns."""

    lane: Ints
    begin: Ints
    end: Ints


def ways_seen(
    trace: Trace, digests: Digests, seen: InView, least_ns: float, now_ns: int
) -> Bands | None:
    """The ways in view that took `least_ns` or more; None for none."""
    ordinals = np.array([lane.ordinal for lane in seen.lanes], np.int64)
    in_hand = trace.workers["chunk"][ordinals - 1]
    found = []
    for number in np.flatnonzero(in_hand != NO_CHUNK).tolist():
        in_it = ways_in_hand(trace, seen.lanes[number], now_ns)
        found += [(number, way.begin, way.end) for way in in_it]
    parts = [np.array(found, np.int64).reshape(-1, 3)]
    if digests.longest_way_ns >= least_ns:
        for number, lane in enumerate(seen.lanes):
            digest = digests[lane.ordinal - 1]
            chunks = _chunks_near(trace, lane, digest, seen.edges)
            ways = ways_of(trace, chunks[chunks != in_hand[number]])[:, :3]
            ways[:, 0] = number
            parts.append(ways)
    lane, begin, end = np.concatenate(parts).T
    there = (end - begin >= least_ns) & (end >= seen.edges[0]) & (begin <= seen.edges[-1])
    return Bands(lane[there], begin[there], end[there]) if there.any() else None


def _chunks_near(trace: Trace, lane: Lane, digest: LaneDigest, edges: Ints) -> Ints:
    """The chunks that are over and can have a way in view.

    Where they are more than the columns between `edges`, only those at an edge: a way that is as
    wide as a column covers one.
    """
    starts = digest.chunk_starts
    if not len(starts):
        return starts
    ends = lane.begun.searchsorted(edges[[0, -1]], side="right") - 1
    low, high = np.clip(digest.chunk_ranks(ends) + ONE_ON, 0, len(starts) - 1).tolist()
    ranks = np.arange(low, high + 1)
    if len(ranks) > len(edges):
        at = digest.chunk_ranks(lane.begun.searchsorted(edges, side="right") - 1)
        ranks = np.unique(np.clip(np.concatenate((at, at + 1)), low, high))
    return trace.tasks["chunk"][lane.rows[starts[ranks]]]


def longest_way_ns(trace: Trace, digests: Digests, now_ns: int) -> int:
    """Of all ways so far; of chunks in hand only while there are workers, or in the last lanes."""
    lanes = trace.living or trace.lanes[-HANDS:]
    chunks = trace.workers["chunk"][np.array([lane.ordinal for lane in lanes], np.int64) - 1]
    busy = [lanes[number] for number in np.flatnonzero(chunks != NO_CHUNK).tolist()]
    in_hand = (ways_in_hand(trace, lane, now_ns) for lane in busy)
    longest = max((way.end - way.begin for ways in in_hand for way in ways), default=0)
    return max(digests.longest_way_ns, longest)


def way_at(
    trace: Trace, lane: Lane, digest: LaneDigest, time_ns: float, least_ns: float, now_ns: int
) -> Way | None:
    """The way that the worker was at then, if it is long enough to be seen."""
    edges = np.array([int(time_ns), int(time_ns) + 1])
    ways = ways_in(trace, lane, digest, edges, least_ns, now_ns)
    return next((way for way in ways if way.begin <= time_ns <= way.end), None)
