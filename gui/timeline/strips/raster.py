"""A curve as pixels of the device: a line, and what lies under it. No painting.

A painter takes several milliseconds for a curve with a corner at every pixel; this takes a tenth.
"""

import numpy as np
import numpy.typing as npt

from ....engine.over_time.curve import Curve, Floats
from ..drawing.pixels import Pixels
from ..scene.time_scale import TimeScale


def levels_of(curve: Curve, scale: TimeScale, columns: int) -> Floats:
    """The curve's value in the middle of each of these columns; nan where there is none."""
    middles_s = scale.begin_s + (np.arange(columns) + 0.5) * (
        (scale.end_s - scale.begin_s) / columns
    )
    middles_ns, times = middles_s * 1e9, curve.times_ns
    if not curve:
        return np.full(columns, np.nan)
    if not curve.stepped:
        return np.interp(middles_ns, times, curve.values, left=np.nan, right=np.nan)
    place = times.searchsorted(np.rint(middles_ns).astype(np.int64), side="right") - 1
    there = (place >= 0) & (place < len(curve.values))
    return np.where(there, curve.values.take(place, mode="clip"), np.nan)


def strengths(
    levels: Floats, top: float, height: int, line: int, fill: float
) -> npt.NDArray[np.uint8]:
    """How strong each pixel is, 0 to 255, by row and column.

    top: the value at the upper edge. line: how thick it is; neighbours at other heights are joined.
    fill: of what lies under it, 0 to 1.
    """
    y = (line / 2 + (1 - levels / top) * (height - line)).astype(np.float32)
    before = np.concatenate((y[:1], y[:-1]))
    before = np.where(np.isnan(before), y, before)
    above, below = np.minimum(y, before) - line / 2, np.maximum(y, before) + line / 2
    rows = np.arange(height, dtype=np.float32)[:, None]
    lines = np.minimum(rows + 1, below) - np.maximum(rows, above)
    under = np.clip(rows + 1 - y, 0.0, 1.0) * np.float32(fill)
    covered = np.clip(np.maximum(lines, under), 0.0, 1.0)
    return np.rint(np.nan_to_num(covered) * 255).astype(np.uint8)


def shades_of(rgb: tuple[int, int, int]) -> Pixels:
    """A colour at each strength from 0 to 255, premultiplied."""
    alpha = np.arange(256, dtype=np.uint32)
    red, green, blue = (np.rint(alpha * (part / 255)).astype(np.uint32) for part in rgb)
    return alpha << 24 | red << 16 | green << 8 | blue
