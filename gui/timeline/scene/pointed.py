"""What of a run is pointed at, as arrays: which stretches of which lanes, and which tasks. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ....engine.explain.reason import Evidence
from ....engine.trace.columns import Ints
from ....engine.trace.trace import Trace
from .scene import LaneScene

LEAST_PX = 3.0
"""A stretch is drawn at least so wide: it is seen at any zoom."""
MOST = 50_000
"""Stretches of lanes that are drawn; evidence holds a few hundred."""


class Strokes(NamedTuple):
    """Stretches of lanes: the ordinals of their workers, and times in ns; end 0 is now."""

    ordinal: Ints
    begin: Ints
    end: Ints


@dataclass(frozen=True)
class Pointed:
    """spans: of lanes. tasks: the same of single tasks. whole: begin and end of what is pointed at
    from the first lane to the last.
    """

    spans: Strokes
    tasks: Strokes
    whole: tuple[tuple[int, int], ...]


def pointed_at(trace: Trace, evidence: Evidence) -> Pointed:
    """What `evidence` names, as far as there is such; tasks that never began have no place."""
    spans = evidence.spans
    triples = [(which, span.begin_ns, span.end_ns) for span in spans for which in span.ordinals]
    whole = tuple((span.begin_ns, span.end_ns) for span in spans if not span.ordinals)
    return Pointed(
        _strokes(trace, np.array(triples[:MOST], np.int64).reshape(-1, 3)),
        _of_tasks(trace, np.array(evidence.rows[:MOST], np.int64)),
        whole,
    )


def _strokes(trace: Trace, triples: Ints) -> Strokes:
    ordinal, begin, end = triples.T
    there = (ordinal >= 1) & (ordinal <= len(trace.lanes))
    return Strokes(ordinal[there], begin[there], end[there])


def _of_tasks(trace: Trace, rows: Ints) -> Strokes:
    rows = rows[(rows >= 0) & (rows < trace.total)]
    begun, ended = trace.tasks["begun"][rows], trace.tasks["ended"][rows]
    triples = np.stack([trace.tasks["worker"][rows], begun, ended], axis=1)
    for place in np.flatnonzero((begun > 0) & (ended == 0)).tolist():
        found = trace.find(int(rows[place]))  # a lost one: its end is its worker's
        if found is not None:
            triples[place, 2] = found[0].ended[found[1]]
    return _strokes(trace, triples[begun > 0])


class Seen(NamedTuple):
    """What of strokes is in view: places of lanes, and left and right in pixels; none of those of
    one lane overlap. before, after: the places of lanes that have some beyond an edge.
    above, below: there is some in lanes that are out of view.
    """

    place: Ints
    left: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]
    before: tuple[int, ...]
    after: tuple[int, ...]
    above: bool
    below: bool


def seen_of(scene: LaneScene, strokes: Strokes, ratio: float) -> Seen:
    """Of `strokes` in `scene`, for a device with `ratio` pixels a pixel."""
    places = scene.places
    end = np.where(strokes.end == 0, max(scene.now_ns, 0), strokes.end)
    place = places_of(scene, strokes.ordinal)
    inside = (place >= places.start) & (place < places.stop)
    begin_ns, end_ns = scene.span_ns
    before, after = inside & (end < begin_ns), inside & (strokes.begin > end_ns)
    there = inside & ~before & ~after
    left, right = scene.snapped(strokes.begin[there], ratio), scene.snapped(end[there], ratio)
    return Seen(
        *joined(place[there], *wide_enough(left, right)),
        before=tuple(np.unique(place[before]).tolist()),
        after=tuple(np.unique(place[after]).tolist()),
        above=bool((place < places.start).any()),
        below=bool((place >= places.stop).any()),
    )


def places_of(scene: LaneScene, ordinals: Ints) -> Ints:
    """Where the lanes of these workers stand, from the top."""
    if scene.order is None:
        return ordinals - 1
    stands = np.empty_like(scene.order)
    stands[scene.order] = np.arange(len(scene.order))
    return stands[ordinals - 1]


Px = npt.NDArray[np.float64]


def wide_enough(left: Px, right: Px) -> tuple[Px, Px]:
    short = np.maximum(LEAST_PX - (right - left), 0.0)
    return left - np.floor(short / 2), right + np.ceil(short / 2)


def joined(place: Ints, left: Px, right: Px) -> tuple[Ints, Px, Px]:
    """Stretches that overlap or touch, as one.

    >>> [part.tolist() for part in joined(np.array([0, 1, 0]), np.array([5.0, 1, 0]),
    ...     np.array([9.0, 2, 5]))]
    [[0, 1], [0.0, 1.0], [9.0, 2.0]]
    """
    if not len(place):
        return place, left, right
    order = np.lexsort((left, place))
    place, left, right = place[order], left[order], right[order]
    # Each lane has its own range of numbers, so that one running maximum serves all.
    room = float(right.max() - left.min()) + 1.0
    reach = np.maximum.accumulate(right + place * room)
    first = np.append(True, left[1:] + place[1:] * room > reach[:-1])
    starts = np.flatnonzero(first)
    lasts = np.append(starts[1:], len(place)) - 1
    return place[starts], left[starts], reach[lasts] - place[starts] * room
