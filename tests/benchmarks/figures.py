"""What is computed from measurements. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb
from statistics import median
from typing import TypeVar

T = TypeVar("T")
Measure = Callable[[], float]

WARM_FROM = 3
DOUBT = 0.05
"""An interval misses what it is of one time in twenty."""


@dataclass(frozen=True)
class Pairs:
    """Measurements of two programs that took turns: bare, ours, bare, ours, … bare.

    bare has one more than ours: the two that stand around one of ours say what noise alone makes.
    """

    bare: tuple[float, ...]
    ours: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Ours to bare: the median over the pairs."""
        return median(self.ratios)

    @property
    def ratios(self) -> list[float]:
        """Ours to the bare one before it."""
        return [mine / other for mine, other in zip(self.ours, self.bare, strict=False)]

    @property
    def noise(self) -> float:
        """The same of bare to bare, as far apart in time as ours and bare are twice."""
        return median(
            after / before for before, after in zip(self.bare, self.bare[1:], strict=False)
        )

    @property
    def added(self) -> list[float]:
        """What ours took more than the mean of the two bare ones around it."""
        around = zip(self.ours, pairwise(self.bare), strict=True)
        return [mine - (before + after) / 2 for mine, (before, after) in around]


def turns(bare: Callable[[], T], ours: Callable[[], T], pairs: int) -> tuple[list[T], list[T]]:
    """Do both so often: bare, ours, bare, … bare. The machine changes by the second, so nothing
    else is fair. Returns what bare gave, and ours.

    Each is done once before, and not counted: files get into the caches, bytecode is written. Not
    where there are too few pairs to say anything.
    """
    if pairs >= WARM_FROM:
        bare()
        ours()
    others, mine = [bare()], []
    for _ in range(pairs):
        mine.append(ours())
        others.append(bare())
    return others, mine


def take_turns(bare: Measure, ours: Measure, pairs: int) -> Pairs:
    """The same of measurements."""
    others, mine = turns(bare, ours, pairs)
    return Pairs(tuple(others), tuple(mine))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Where the median of what `values` are a sample of is, with 95 % confidence.

    By order statistics, as of the sign test: nothing is assumed of how the values are spread.
    Fewer than six values cannot say so much; these give their least and greatest.

    >>> interval(range(31))
    (9, 21)
    """
    ordered, count = sorted(values), len(values)
    below, rank = 0.0, 0
    while rank < count // 2:
        below += comb(count, rank) / 2**count
        if below > DOUBT / 2:
            break
        rank += 1
    first = max(rank - 1, 0)
    return ordered[first], ordered[count - 1 - first]


def percentile(values: Sequence[float], percent: float) -> float:
    """The least of `values` that so many percent of them do not exceed; of nothing, 0."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    rank = -(-len(ordered) * percent // 100)
    return float(ordered[max(0, min(int(rank) - 1, len(ordered) - 1))])
