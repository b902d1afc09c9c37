"""When the chunks in view began and ended, of many lanes at once. Pure."""

from typing import NamedTuple

import numpy as np

from ....engine.trace.columns import Ints
from ....engine.trace.lane import NO_TIMES, Lane
from ..scene.digests import LaneDigest
from ..scene.in_view import InView
from ..scene.scene import LaneScene


class Chunks(NamedTuple):
    """By chunk: its lane, as in InView, and times in ns."""

    lane: Ints
    begun: Ints
    ended: Ints


def chunks_in(scene: LaneScene, seen: InView) -> Chunks:
    """The chunks in view that took as long as a task must to be drawn by itself.

    That of a chunk in hand reaches up to now.
    """
    parts = []
    for number, lane in enumerate(seen.lanes):
        digest = scene.digests[lane.ordinal - 1]
        begun, ended = chunks_of(lane, digest, seen, number)
        if lane.running is not None:
            row, begun_ns = lane.running
            starts = digest.chunk_starts
            if digest.running_rank(int(scene.trace.tasks["chunk"][row])) < len(starts):
                begun_ns = int(lane.begun[starts[-1]])
                others = begun != begun_ns
                begun, ended = begun[others], ended[others]
            begun = np.append(begun, begun_ns)
            ended = np.append(ended, max(scene.now_ns, begun_ns))
        if len(begun):
            parts.append((np.full(len(begun), number), begun, ended))
    if not parts:
        return Chunks(NO_TIMES, NO_TIMES, NO_TIMES)
    return Chunks(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def chunks_of(lane: Lane, digest: LaneDigest, seen: InView, number: int) -> tuple[Ints, Ints]:
    """When those of one lane, `number` of those in view, began and ended."""
    starts, begins, ends = digest.chunk_starts, lane.begun, lane.ended
    first, last = seen.first[number], seen.last[number]
    if first == last or not len(starts) or not _some_are_long(begins, ends, digest, seen.wide_ns):
        return NO_TIMES, NO_TIMES
    low, high = starts.searchsorted((first, last - 1), side="right").tolist()
    firsts, nexts = starts[low - 1 : high], np.append(starts[low : high + 1], len(begins))
    if len(firsts) > len(seen.edges):  # as with tasks: a long one covers an edge
        after = begins.searchsorted(seen.edges, side="right")
        ranks = digest.chunk_ranks(np.maximum(after - 1, first))
        ranks = ranks[np.diff(ranks, prepend=-1) > 0]
        firsts, nexts = starts.take(ranks), nexts.take(ranks - low + 1)
    begun, ended = begins.take(firsts), ends.take(nexts[: len(firsts)] - 1)
    long = ended - begun >= seen.wide_ns
    return begun[long], ended[long]


def _some_are_long(begun: Ints, ended: Ints, digest: LaneDigest, least_ns: float) -> bool:
    if digest.longest_chunk_ns >= least_ns:
        return True
    return int(ended[-1]) - int(begun[digest.chunk_starts[-1]]) >= least_ns
