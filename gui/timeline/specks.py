"""Narrow bars that stand alone: what is not seen at its true width gets the least that is. Pure."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...engine.trace.columns import Ints

Bools = npt.NDArray[np.bool_]


class Specks(NamedTuple):
    """Columns that are shown at full strength, and for each the column whose colour it takes."""

    columns: Ints
    sources: Ints


def specks_in(some: Bools, others: Bools, least: int) -> Specks:
    """Where bars that are together no wider than `least` columns have as much free at both sides.

    some: the columns that have narrow bars. others: those that have wide ones. In a dense lane
    nothing is alone, and what it shows stays as it is.

    >>> specks_in(np.array([0, 1, 0, 0, 0, 0], bool), np.zeros(6, bool), 2).columns
    array([1, 2])
    """
    count = len(some)
    steps = np.diff(some.astype(np.int8), prepend=0, append=0)
    first, after = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    taken = np.concatenate(([0], np.cumsum(some | others)))
    around = taken[np.minimum(after + least, count)] - taken[np.maximum(first - least, 0)]
    alone = (after - first <= least) & (around == after - first) & (count >= least)
    first, after = first[alone], after[alone]
    begin = np.minimum(first, count - least)
    columns = begin[:, None] + np.arange(least)
    sources = np.clip(columns, first[:, None], after[:, None] - 1)
    return Specks(columns.ravel(), sources.ravel())
