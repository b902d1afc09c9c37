"""Curves of what was seen of processes now and then. Pure."""

import numpy as np

from ..sampling.samples import Series
from .curve import NO_CURVE, Curve, Floats
from .steps import Steps


def mean_curve(series: Series, origin_ns: int, steps: Steps) -> Curve:
    """Of values that each tell of the time since the look before, such as CPU time.

    Looks that share a step are one: their mean over time. What the first tells of began at a time
    that nobody knows, so it is taken for as long as what the second tells of.
    """
    times, values = series.at_ns - origin_ns, series.values
    if len(times) < 2:
        return NO_CURVE
    times = np.concatenate(([max(2 * times[0] - times[1], 0)], times))
    low = max(int(times.searchsorted(steps.begin_ns, side="right")) - 1, 0)
    high = min(int(times.searchsorted(steps.end_ns, side="left")) + 1, len(times))
    times, values = times[low:high], values[low : high - 1]
    if len(values) < 1:
        return NO_CURVE
    if len(values) > steps.count:
        areas = np.concatenate(([0.0], np.cumsum(values * np.diff(times))))
        last = np.flatnonzero(np.diff(times // steps.step_ns, append=-1))  # look of each step
        last = np.unique(np.concatenate(([0], last)))
        times = times[last]
        values = _by(np.diff(areas[last]), np.diff(times).astype(np.float64))
    return Curve(times, values)


def _by(areas: Floats, lengths: Floats) -> Floats:
    return areas / np.maximum(lengths, 1.0)


def line(series: Series, origin_ns: int, steps: Steps) -> Curve:
    """Of values that each are of a moment, such as memory. Of a step the highest is kept."""
    times, values = series.at_ns - origin_ns, series.values
    low = max(int(times.searchsorted(steps.begin_ns, side="right")) - 1, 0)
    high = min(int(times.searchsorted(steps.end_ns, side="left")) + 1, len(times))
    times, values = times[low:high], values[low:high]
    if len(times) < 2:
        return NO_CURVE
    if len(times) > 2 * steps.count:
        first = np.flatnonzero(np.diff(times // steps.step_ns, prepend=-1))
        times, values = times[first], np.maximum.reduceat(values, first)
    return Curve(times, values, stepped=False)
