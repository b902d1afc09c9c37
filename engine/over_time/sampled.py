"""Curves of what was seen of processes now and then. Pure."""

import numpy as np

from ..sampling.samples import Series
from .curve import NO_CURVE, Curve, Floats
from .steps import Steps


def mean_curve(series: Series, origin_ns: int, steps: Steps, since_ns: int) -> Curve:
    """Of values that each tell of the time since the look before, such as CPU time.

    Looks that share a step are one: their mean over time. since_ns (the run's clock): since when
    the first one tells; where that is not before it, it is left out.
    """
    times, values = series.at_ns - origin_ns, series.values
    if not len(times):
        return NO_CURVE
    begin_ns = max(since_ns - origin_ns, 0)
    if begin_ns < times[0]:
        times = np.concatenate(([begin_ns], times))
    else:
        values = values[1:]
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


def held_curve(series: Series, origin_ns: int, steps: Steps) -> Curve:
    """Of values that each are of a moment, such as memory: each holds until the next look.

    So nothing is there before the first look, and after the last one: that is of its ns alone. Of
    looks that share a step the highest is kept.
    """
    times, values = series.at_ns - origin_ns, series.values
    if not len(times):
        return NO_CURVE
    low = max(int(times.searchsorted(steps.begin_ns, side="right")) - 1, 0)
    high = min(int(times.searchsorted(steps.end_ns, side="left")) + 1, len(times))
    end_ns = times[high] if high < len(times) else times[-1] + 1
    times, values = times[low:high], values[low:high]
    if len(times) > 2 * steps.count:
        first = np.flatnonzero(np.diff(times // steps.step_ns, prepend=-1))
        times, values = times[first], np.maximum.reduceat(values, first)
    return Curve(np.append(times, end_ns), values)
