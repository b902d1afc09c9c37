"""The middle and the longest of durations that come in blocks, in bounded memory. Pure."""

import math

import numpy as np
import numpy.typing as npt

from ..trace.columns import Growing, Ints

EXACT = 250_000
"""Up to so many durations the median is exact."""
ROUNDED = 0.0005
"""Beyond that it is off by this share of itself at most."""
_FRACTION_BITS = 11
_SHIFT = 52 - _FRACTION_BITS
_BASE = 1022 << _FRACTION_BITS  # below the float 1.0
_BINS = 62 << _FRACTION_BITS


class Durations:
    """Durations in ns, none of them negative.

    count: how many. longest_ns: 0 without any. A median needs all of them: up to EXACT they are
    kept, and from then on counted in bins, 2,048 for each doubling, which are 1 MB whatever their
    number.

    >>> some = Durations(); some.add(np.array([30, 10, 20, 40])); some.median_ns, some.longest_ns
    (25.0, 40)
    """

    def __init__(self, exact: int = EXACT) -> None:
        self._most = exact
        self._kept: Growing | None = Growing(np.int64)
        self._bins: npt.NDArray[np.int64] | None = None
        self._median: tuple[int, float] = 0, 0.0  # of how many, and what
        self.count = self.longest_ns = 0

    @property
    def exact(self) -> bool:
        """Whether the median is; otherwise it is ROUNDED."""
        return self._bins is None

    def add(self, durations: Ints) -> None:
        """Take in some more."""
        if not len(durations):
            return
        self.count += len(durations)
        self.longest_ns = max(self.longest_ns, int(durations.max()))
        if self._kept is not None:
            self._kept.extend(durations)
            if self.count <= self._most:
                return
            durations, self._kept = self._kept.values, None
        if self._bins is None:
            self._bins = np.zeros(_BINS, np.int64)
        self._bins += np.bincount(_bins_of(durations), minlength=_BINS)

    @property
    def median_ns(self) -> float | None:
        """In ns; the mean of the two in the middle where their number is even. None without any."""
        if not self.count:
            return None
        if self._median[0] != self.count:
            self._median = self.count, self.quantile_ns(0.5)
        return self._median[1]

    def quantile_ns(self, share: float) -> float:
        """What this share of them stays below, in ns: between two neighbours in proportion (type 7
        of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", 1996).

        Raises ValueError without any.
        """
        if not self.count:
            raise ValueError("there are none")
        if self._kept is not None:
            return float(np.quantile(self._kept.values, share))
        assert self._bins is not None
        place = share * (self.count - 1)
        ranks = np.array([math.floor(place), math.ceil(place)])
        found = np.searchsorted(np.cumsum(self._bins), ranks, side="right")
        below, above = _middles_of(found)
        found_ns = below + (place - math.floor(place)) * (above - below)
        return float(min(found_ns, self.longest_ns))


def _bins_of(durations: Ints) -> Ints:
    """A float's exponent and the first bits of its fraction, as one number: bins that grow with
    what is in them. Up to 4,096 each whole number has a bin of its own."""
    bits = np.asarray(durations).astype(np.float64).view(np.int64) >> _SHIFT
    bins: Ints = np.clip(bits - _BASE, 0, _BINS - 1)
    return bins


def _middles_of(bins: Ints) -> npt.NDArray[np.float64]:
    """The middle of the whole numbers in each bin."""
    edges = ((np.stack([bins, bins + 1]) + _BASE) << _SHIFT).view(np.float64)
    first, after = np.ceil(edges)
    middles: npt.NDArray[np.float64] = np.where(bins == 0, 0.0, (first + after - 1) / 2)
    return middles
