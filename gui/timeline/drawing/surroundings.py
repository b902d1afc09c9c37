"""What stands around tasks: their workers' lives, chunks' ways, troubles. No painting."""

import numpy as np

from ..scene.bars import GAP_PX, Bools, Floats
from ..scene.life import Lives, lives_of
from ..scene.scene import LaneScene
from ..scene.trouble_marks import crosses_of, died_at, snags_of, troubles_in, unrun_of
from ..scene.ways import LEAST_PX, ways_seen
from .drawn import Marks, Rect

LEAST_WAY_PX = 2.0
"""A band is at least this wide."""


def add_lives(scene: LaneScene, marks: Marks, tops: Floats, ratio: float) -> None:
    """Tracks as long as workers live where others took their place, and what was before a task."""
    lives = lives_of(scene.trace, marks.seen.lanes, scene.now_ns)
    left, right = scene.scale.left_px, scene.scale.right_px
    pad, height = scene.layout.bar
    whole = scene.layout.pitch - scene.layout.gap
    marks.top, marks.bottom = float(tops[0]), float(tops[-1]) + whole
    _add_tracks(scene, marks, lives, tops, ratio)
    for spans, to in (
        (lives.starting, marks.starting),
        (lives.initializing, marks.initializing),
    ):
        begin, end = (scene.snapped(times, ratio) for times in spans)
        seen = (spans[0] > 0) & (end - begin >= 1) & (end >= left) & (begin <= right)
        to += _rects(begin, tops + pad, end - begin, height, seen)


def _add_tracks(scene: LaneScene, marks: Marks, lives: Lives, tops: Floats, ratio: float) -> None:
    left, right = scene.scale.left_px, scene.scale.right_px
    height = scene.layout.pitch - scene.layout.gap
    begin = np.where(lives.born_ns > 0, scene.snapped(lives.born_ns, ratio), left)
    end = np.where(lives.gone_ns > 0, scene.snapped(lives.gone_ns, ratio), right)
    begin, end = np.maximum(begin, left), np.minimum(end, right)
    marks.tracks = _rects(begin, tops, end - begin, height, end - begin >= 1)
    short = end - begin < right - left
    middle = np.rint((tops + height / 2) * ratio) / ratio
    widths = np.full(len(tops), right - left)
    marks.rules = _rects(np.full(len(tops), left), middle, widths, 1.0, short)


def _rects(x: Floats, y: Floats, width: Floats, height: float, which: Bools) -> list[Rect]:
    heights = np.full(len(x), height)
    return [tuple(rect) for rect in np.stack([x, y, width, heights], axis=1)[which].tolist()]


def add_ways(scene: LaneScene, marks: Marks, tops: Floats, ratio: float) -> None:
    """Slim bands in the middle of lanes: the worker is busy, and with no task."""
    least_ns = LEAST_PX * scene.scale.seconds_per_px * 1e9
    ways = ways_seen(scene.trace, scene.digests, marks.seen, least_ns, scene.now_ns)
    if ways is None:
        return
    pad, whole = scene.layout.bar
    height = min(max(round(whole * 0.35), 3.0), 12.0, whole)
    y = np.rint((tops + pad + (whole - height) / 2) * ratio) / ratio
    left, right = scene.snapped(ways.begin, ratio), scene.snapped(ways.end, ratio)
    width = np.maximum(right - left - GAP_PX, LEAST_WAY_PX)
    marks.ways = _rects(left, y[ways.lane], width, height, np.ones(len(left), np.bool_))


def add_troubles(scene: LaneScene, marks: Marks, tops: Floats) -> None:
    """How workers died, what could not be sent, and what of broken chunks never ran."""
    marks.troubles = troubles_in(scene)
    pad, height = scene.layout.bar
    dead = died_at(scene, marks.seen.lanes)
    for lane, died, top in zip(marks.seen.lanes, dead.tolist(), tops.tolist(), strict=True):
        if len(lane.broken_at):
            for unrun in unrun_of(scene, lane, top + pad, height):
                marks.unrun += unrun.boxes
        if scene.troubles:
            marks.snags += snags_of(scene, lane, top + pad, height)
        if died:
            marks.crosses += crosses_of(scene, lane, top + pad, height)
