"""When the chunks in view began and ended, of many lanes at once. Pure."""

from typing import NamedTuple

import numpy as np

from ....engine.trace.columns import Ints
from ....engine.trace.lane import Lane
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
        nothing = np.zeros(0, np.int64)
        return Chunks(nothing, nothing, nothing)
    return Chunks(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def chunks_of(lane: Lane, digest: LaneDigest, seen: InView, number: int) -> tuple[Ints, Ints]:
    """When those of one lane, `number` of those in view, began and ended."""
    starts = digest.chunk_starts
    first, last = seen.first[number], seen.last[number]
    if first == last or not len(starts) or not _some_are_long(lane, digest, seen.wide_ns):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing
    low, high = digest.chunk_ranks(np.array([first, last - 1])).tolist()
    if high - low < len(seen.edges):
        ranks = np.arange(low, high + 1)
    else:  # as with tasks: a long one covers an edge
        after = lane.begun.searchsorted(seen.edges, side="right")
        ranks = digest.chunk_ranks(np.maximum(after - 1, first))
        ranks = ranks[np.diff(ranks, prepend=-1) > 0]
    stops = np.append(starts[low + 1 : high + 2], len(lane))[ranks - low] - 1
    begun, ended = lane.begun[starts[ranks]], lane.ended[stops]
    long = ended - begun >= seen.wide_ns
    return begun[long], ended[long]


def _some_are_long(lane: Lane, digest: LaneDigest, least_ns: float) -> bool:
    newest_ns = int(lane.ended[-1]) - int(lane.begun[digest.chunk_starts[-1]])
    return max(digest.longest_chunk_ns, newest_ns) >= least_ns
