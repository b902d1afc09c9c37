"""Equal steps of time, in which something is added up. Pure."""

from dataclasses import dataclass

import numpy as np

from ..trace.columns import Ints


@dataclass(frozen=True)
class Steps:
    """`count` steps of `step_ns` each; number `first` begins so many of them after the origin.

    Times are ns since the run's origin.
    """

    first: int
    step_ns: int
    count: int

    @property
    def begin_ns(self) -> int:
        return self.first * self.step_ns

    @property
    def end_ns(self) -> int:
        return (self.first + self.count) * self.step_ns

    @property
    def edges_ns(self) -> Ints:
        """Where they begin, and where the last one ends."""
        return (self.first + np.arange(self.count + 1, dtype=np.int64)) * self.step_ns


def steps_in(begin_ns: int, end_ns: int, most: int) -> Steps:
    """Steps that cover this time from 0 on: about `most` of them, or down to half as many.

    They are a power of two long and stand at multiples of that. So a view that moves keeps its
    steps, and what they hold does not flicker.

    >>> steps_in(5, 40, 10), steps_in(-20, 3, 10)
    (Steps(first=1, step_ns=4, count=9), Steps(first=0, step_ns=4, count=1))
    """
    step_ns = 1
    while end_ns - begin_ns > most * step_ns:
        step_ns *= 2
    first = max(begin_ns, 0) // step_ns
    return Steps(first, step_ns, max(-(-end_ns // step_ns) - first, 0))
