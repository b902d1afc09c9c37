"""Where a lane's narrow bars were done in vain: their results were lost. Pure."""

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Ints
from .digests import LaneDigest


def vain_in(digest: LaneDigest, edges: Ints, least: int) -> npt.NDArray[np.bool_]:
    """The columns between `edges` in which a chunk ran whose results were lost.

    Each such chunk has at least `least` columns, to be seen at all. Costs by the columns: chunks
    of a worker come one after the other, so the last that had begun is the only one at an edge.
    """
    begun, ended = digest.vain_begun, digest.vain_ended
    low, high = begun.searchsorted(edges[[0, -1]], side="right").tolist()
    if low == high and (not low or ended[low - 1] <= edges[0]):
        return np.zeros(len(edges) - 1, np.bool_)
    after = begun.searchsorted(edges, side="right")
    goes_on = (after[:-1] > 0) & (ended[np.maximum(after[:-1] - 1, 0)] > edges[:-1])
    begins = np.diff(after) > 0
    vain = goes_on | begins
    for shift in range(1, least):
        vain[shift:] |= begins[:-shift]
    return vain
