"""The overview in pixels: by how busy its lanes were, and where something went wrong. Pure."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ....engine.over_time.grid import Bools
from ....engine.trace.columns import Ints
from .overview import Snapshot

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.uint8]
"""What a pixel shows, see below; rows from the top, columns from the left."""

NOBODY, IDLE, BAD = 0, 1, 255
STEPS = 60
"""Levels from IDLE + 1 to IDLE + STEPS: the busy share, in steps upwards from above 0 to 1."""
TINY = 1e-9
ROUNDING = 1e-8
"""Of a pixel's time: differences of large sums are that exact."""


class Groups(NamedTuple):
    """Which rows share pixels: group n has those from first[n] to last[n] - 1.

    of_pixel: the group of each row of pixels.
    """

    first: Ints
    last: Ints
    of_pixel: Ints


def groups_of(counts: Ints, height: int) -> Groups:
    """Rows in `height` pixels, each as high as it has lanes; those below a pixel share theirs.

    >>> groups_of(np.array([1, 1]), 5).of_pixel, groups_of(np.ones(6, int), 3).last
    (array([0, 0, 1, 1, 1]), array([2, 4, 6]))
    """
    ends = np.cumsum(counts) * height / max(int(counts.sum()), 1)
    below = np.floor(ends + TINY).astype(np.int64)
    top = np.concatenate(([0], below[:-1]))
    top = np.minimum(top, height - 1)
    bottom = np.maximum(below, top + 1)
    pixels = np.arange(height)
    first = np.searchsorted(bottom, pixels, side="right")
    last = np.searchsorted(top, pixels, side="right")
    new = (np.diff(first, prepend=-1) != 0) | (np.diff(last, prepend=-1) != 0)
    return Groups(first[new], last[new], np.cumsum(new) - 1)


def levels_of(shot: Snapshot, span_ns: int, columns: int, height: int, ratio: float) -> Levels:
    """The first `span_ns` of the run in so many device pixels, `ratio` of them a logical one.

    A raised or lost task is two logical pixels wide and high, at least.
    """
    if not len(shot.counts):
        return np.zeros((height, columns), np.uint8)
    groups = groups_of(shot.counts, height)
    edges = np.arange(columns + 1) * (max(span_ns, 1) / columns / shot.bin_ns)
    edges = np.minimum(edges, shot.busy.shape[1])
    bins = min(int(edges[-1]) + 1, shot.busy.shape[1])  # those that are seen
    busy = _by_column(_by_group(shot.busy[:, :bins], groups), edges)
    if shot.alive is None:
        lanes = _by_group(shot.counts[:, None], groups)
        room = lanes * (np.diff(edges) * shot.bin_ns)
    else:
        room = _by_column(_by_group(shot.alive[:, :bins], groups), edges)
    there = room > ROUNDING * shot.bin_ns * np.maximum(np.diff(edges), TINY)
    shares = np.clip(busy / np.where(there, room, 1.0), 0.0, 1.0)
    steps = np.ceil(shares * STEPS - ROUNDING).astype(np.uint8)
    levels = np.where(there, IDLE + steps, NOBODY).astype(np.uint8)[groups.of_pixel]
    least = max(1, round(2 * ratio))
    if shot.bad.any():
        bad = _bad_columns(_by_group(shot.bad[:, :bins], groups), edges)
        bad = _widened(bad, least)[groups.of_pixel]
        if len(groups.first) * least > height:
            bad = _widened(bad.T, least).T
        levels[bad] = BAD
    _cut_gaps(levels, groups, max(1, round(ratio)))
    return levels


def _by_group(table: npt.NDArray[np.generic], groups: Groups) -> Ints:
    """The sums of the rows of each group."""
    if len(groups.first) == len(table) and (groups.last - groups.first == 1).all():
        return table.astype(np.int64, copy=False)
    room = np.zeros((1, table.shape[1]), table.dtype)  # where the last group may end
    borders = np.stack([groups.first, groups.last], axis=1).ravel()
    sums: Ints = np.add.reduceat(np.vstack([table, room]), borders, axis=0, dtype=np.int64)
    return sums[::2]


def _until(table: Ints) -> Floats:
    """For each edge of a bin the sums of what is before it.

    Turned, for the edges of pixels are picked out next: whole rows are picked faster.
    """
    sums: Floats = np.zeros((table.shape[1] + 2, len(table)))
    sums[1:-1] = np.cumsum(table, axis=1).T
    sums[-1] = sums[-2]
    return sums


def _by_column(table: Ints, edges: Floats) -> Floats:
    """How much of each row lies between neighbouring edges, counted in bins."""
    sums = _until(table)
    whole = edges.astype(np.int64)
    part = (edges - whole)[:, None]
    until: Floats = sums[whole] * (1 - part) + sums[whole + 1] * part
    return np.diff(until, axis=0).T


def _bad_columns(bad: Ints, edges: Floats) -> Bools:
    """Which columns touch a bad bin."""
    sums = _until(bad)
    first = np.floor(edges[:-1] + TINY).astype(np.int64)
    after = np.maximum(np.ceil(edges[1:] - TINY).astype(np.int64), first)
    found: Bools = sums[after] > sums[first]
    return found.T


def _widened(bad: Bools, least: int) -> Bools:
    """Each mark goes on for `least` columns, at least."""
    wide = bad.copy()
    for shift in range(1, least):
        wide[:, shift:] |= bad[:, :-shift]
    return wide


def _cut_gaps(levels: Levels, groups: Groups, gap: int) -> None:
    """What keeps lanes apart, where they have room for it."""
    ends = np.flatnonzero(np.diff(groups.of_pixel, append=-1)) + 1
    for end, size in zip(ends.tolist(), np.diff(ends, prepend=0).tolist(), strict=True):
        if size >= 4 * gap and end < len(levels):
            levels[end - gap : end] = NOBODY
