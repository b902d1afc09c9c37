"""A value over time. Pure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..trace.columns import Ints

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Corners of a line; times are ns since the run's origin, ascending.

    stepped: values[i] holds from times_ns[i] to times_ns[i + 1], and there is one time more.
    Otherwise the line goes straight from one to the next.
    """

    times_ns: Ints
    values: Floats
    stepped: bool = True

    def __bool__(self) -> bool:
        """There is something to be seen."""
        return len(self.times_ns) > 1

    @property
    def highest(self) -> float:
        """0.0 for none."""
        return float(np.max(self.values, initial=0.0))

    def mean(self, begin_ns: int, end_ns: int) -> float | None:
        """On average over time, as far as it lies between these; None where it does not."""
        times, values = self.times_ns, self.values
        if not self:
            return None
        low, high = max(begin_ns, int(times[0])), min(end_ns, int(times[-1]))
        if high <= low:
            return None
        heights = values if self.stepped else (values[1:] + values[:-1]) / 2
        areas = np.concatenate(([0.0], np.cumsum(heights * np.diff(times))))
        return float(np.diff(np.interp([low, high], times, areas))[0]) / (high - low)

    def at(self, time_ns: float) -> float | None:
        """What it is at a time; None before the first and after the last."""
        times, values = self.times_ns, self.values
        if not self or not times[0] <= time_ns <= times[-1]:
            return None
        if not self.stepped:
            return float(np.interp(time_ns, times, values))
        place = int(times.searchsorted(round(time_ns), side="right")) - 1
        return float(values[min(place, len(values) - 1)])

    def corners(self) -> tuple[Ints, Floats]:
        """The points of the line, without those that it goes straight through."""
        times, values = self.times_ns, self.values
        if self.stepped:
            times, values = times.repeat(2)[1:-1], values.repeat(2)
        if len(values) < 3:
            return times, values
        kept = np.ones(len(values), np.bool_)
        kept[1:-1] = (values[1:-1] != values[:-2]) | (values[1:-1] != values[2:])
        return times[kept], values[kept]


NO_CURVE = Curve(np.zeros(0, np.int64), np.zeros(0))
