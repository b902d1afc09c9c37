"""Narrow bars that stand alone: what is not seen at its true width gets the least that is. Pure."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Ints

Bools = npt.NDArray[np.bool_]


Spans = tuple[Ints, Ints]


class Specks(NamedTuple):
    """Columns that are shown at full strength, and for each the column whose colour it takes.

    Both count on from lane to lane.
    """

    columns: Ints
    sources: Ints


def specks_in(some: Bools, others: Spans, least: int) -> Specks:
    """Where bars that are together no wider than `least` columns have as much free at both sides.

    some: the columns that have narrow bars, lanes x columns. others: where wide ones are, from
    which to before which; columns count on from lane to lane. In a dense lane nothing is alone, and
    what it shows stays as it is. Costs by those that may be.

    >>> nothing = np.zeros(0, int), np.zeros(0, int)
    >>> specks_in(np.array([[0, 1, 0, 0, 0, 0]], bool), nothing, 2).columns
    array([1, 2])
    """
    count = some.shape[1]
    begins, ends = some.copy(), some.copy()
    begins[:, 1:] &= ~some[:, :-1]
    ends[:, :-1] &= ~some[:, 1:]
    first, after = np.flatnonzero(begins), np.flatnonzero(ends) + 1
    short = (after - first <= least) & (count >= least)
    first, after = first[short], after[short]
    left = first // count * count  # of the lane
    low, high = np.maximum(first - least, left), np.minimum(after + least, left + count)
    flat, alone = some.ravel(), np.ones(len(first), np.bool_)
    for shift in range(least):
        for beside, there in ((first - 1 - shift, low), (after + shift, first)):
            at = np.clip(beside, 0, flat.size - 1)
            alone &= ~(flat[at] & (beside >= there) & (beside < high))
    alone &= ~_touched(low, high, others)
    first, after, left = first[alone], after[alone], left[alone]
    begin = np.minimum(first, left + count - least)
    columns = begin[:, None] + np.arange(least)
    sources = np.clip(columns, first[:, None], after[:, None] - 1)
    return Specks(columns.ravel(), sources.ravel())


def _touched(low: Ints, high: Ints, others: Spans) -> Bools:
    """Which of the stretches have something of `others` in them, which ascend."""
    begins, ends = others
    if not len(begins):
        return np.zeros(len(low), np.bool_)
    next_one = np.searchsorted(ends, low, side="right")
    there = next_one < len(begins)
    return there & (begins[np.minimum(next_one, len(begins) - 1)] < high)
