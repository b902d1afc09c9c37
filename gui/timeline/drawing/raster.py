"""Lays strips of pixels out: the picture of all lanes, as large as they are seen. Pure."""

from dataclasses import dataclass

import numpy as np

from ....engine.trace.columns import Ints
from ..scene.bars import Bars, Bools, Floats, radius_px
from .pixels import Pixels, faded, over, spread
from .strips import DASH_PX, DASH_STEP_PX, FRAME_PX, LOST_FRAME_PX, Strip, Strips

FRAMED_FROM = 5
"""Bars of fewer rows have no room for an outline."""
LEAST_LOSS = 0.02
"""A corner that takes less of a pixel than that is not seen."""


@dataclass(frozen=True)
class Heights:
    """Where lanes stand in a picture of `rows` rows of pixels; may be out of it. By lane.

    top, bottom: of the bars. strike, chunk, wait: of these lines.
    """

    rows: int
    top: Ints
    bottom: Ints
    strike: Ints
    chunk: Ints
    wait: Ints


def laid_out(strips: Strips, heights: Heights, room: Pixels | None = None) -> Pixels:
    """The picture: rows x columns; in `room` if that is as large, for new memory costs time."""
    by_kind = strips.by_kind()
    numbers = {kind: number * strips.lanes for number, kind in enumerate(by_kind)}
    which = np.full(heights.rows, len(by_kind) * strips.lanes)  # which is empty

    def lay(kind: Strip, top: Ints, bottom: Ints) -> None:
        if kind in numbers:
            rows, lanes = spread(top, bottom, np.zeros_like(top), heights.rows)
            which[rows] = lanes + numbers[kind]

    top, bottom = heights.top, heights.bottom
    lay(Strip.HOOK, bottom, heights.wait)
    lay(Strip.BODY, top, bottom)
    if Strip.OFF in numbers:
        rows, lanes = spread(top, bottom, np.zeros_like(top), heights.rows)
        off = (rows - top.take(lanes)) / strips.ratio % DASH_STEP_PX >= DASH_PX
        which[rows[off]] = lanes[off] + numbers[Strip.OFF]
    if (bottom - top).min(initial=FRAMED_FROM) >= FRAMED_FROM:
        for kind, px in ((Strip.INNER, LOST_FRAME_PX), (Strip.EDGE, FRAME_PX)):
            frame = strips.device(px)
            lay(kind, top, top + frame)
            lay(kind, bottom - frame, bottom)
    line = strips.device(1.0)
    lay(Strip.STRIKE, heights.strike, heights.strike + line)
    lay(Strip.CHUNK, heights.chunk, heights.chunk + line)
    lay(Strip.WAIT, heights.wait, heights.wait + line)
    empty = np.zeros((1, strips.columns), np.uint32)
    if room is None or room.shape != (heights.rows, strips.columns):
        room = np.empty((heights.rows, strips.columns), np.uint32)
    together = np.concatenate([*by_kind.values(), empty])
    return together.take(which, axis=0, out=room, mode="clip")


def hatch(picture: Pixels, hatched: Bools, heights: Heights, tile: Pixels) -> None:
    """Draw `tile`, again and again, over the columns of bars in which `hatched` (by lane) is."""
    rows, lanes = spread(heights.top, heights.bottom, np.zeros_like(heights.top), heights.rows)
    some = hatched.any(axis=1).take(lanes)
    rows, lanes = rows[some], lanes[some]
    columns = np.flatnonzero(hatched.any(axis=0))
    if not len(rows):
        return
    left, right = int(columns[0]), int(columns[-1]) + 1
    size = len(tile)
    tiled = tile[:, np.arange(left, right) % size]
    part = picture[rows, left:right]
    np.copyto(part, tiled[rows % size], where=hatched[lanes, left:right])
    picture[rows, left:right] = part


def round_corners(picture: Pixels, bars: Bars, heights: Heights, ratio: float) -> None:
    """Take what the corners of bars are round by."""
    stop, _ = bars.inked(ratio)
    lane = bars.tasks.lane
    height = (heights.bottom - heights.top).take(lane)
    radius = ratio * radius_px(bars.width_px, float(height.max(initial=0)) / ratio)
    rounded = np.flatnonzero(radius > 0.5)
    if not len(rounded):
        return
    bar, down, across, left_over = _corners(radius[rounded])
    bar = rounded[bar]
    top, bottom = heights.top.take(lane[bar]), heights.bottom.take(lane[bar])
    begin, end = bars.begin[bar], stop[bar]
    rows_count, columns = picture.shape
    flat = picture.ravel()
    for x, cut in (
        (begin + across, begin < 0),
        (end - 1 - across, bars.end[bar] > columns),
    ):
        for y in (top + down, bottom - 1 - down):
            seen = (x >= 0) & (x < columns) & (y >= 0) & (y < rows_count) & ~cut
            places = y[seen] * columns + x[seen]
            flat[places] = faded(flat[places], left_over[seen])


def _corners(radius: Floats) -> tuple[Ints, Ints, Ints, Floats]:
    """Pixels of the corners of bars that are not wholly covered: whose they are, how far they are
    from the corner down and across, and how much of each is covered.
    """
    reach = int(np.ceil(radius.max()))
    middle = np.arange(reach) + 0.5
    rest = np.maximum(radius[:, None] - middle, 0.0)  # to where the arc begins
    off = np.hypot(rest[:, :, None], rest[:, None, :])
    covered = np.clip(radius[:, None, None] - off + 0.5, 0.0, 1.0)
    covered[(rest[:, :, None] == 0) | (rest[:, None, :] == 0)] = 1.0
    bar, down, across = np.nonzero(covered < 1.0 - LEAST_LOSS)
    return bar, down, across, covered[bar, down, across]


def stamp(picture: Pixels, tile: Pixels, middle_x: Ints, middle_y: Ints) -> None:
    """Draw a small picture, whose sides are odd, over each of these places."""
    rows_count, columns = picture.shape
    half = len(tile) // 2
    flat = picture.ravel()
    for down, across in zip(*np.nonzero(tile), strict=True):
        x, y = middle_x + (int(across) - half), middle_y + (int(down) - half)
        seen = (x >= 0) & (x < columns) & (y >= 0) & (y < rows_count)
        places = y[seen] * columns + x[seen]
        flat[places] = over(np.broadcast_to(tile[down, across], places.shape), flat[places])
