"""What sets the task that is selected, or under the mouse, apart from the others. No painting."""

from dataclasses import dataclass, field

import numpy as np

from ....engine.trace.lane import Lane
from ....engine.trace.layout import TaskState
from ..scene.scene import LaneScene
from .drawn import Rect
from .marks import LEAST_WAIT_PX, bar_at, scene_shows_waits


@dataclass
class Outlines:
    """frames: where its bar is, and whether it is selected. waits: the line from its end to when
    its result was taken.
    """

    frames: list[tuple[Rect, bool]] = field(default_factory=list)
    waits: list[Rect] = field(default_factory=list)


def outlines_of(scene: LaneScene, top: float, ratio: float) -> Outlines:
    """Of `scene`, whose lanes begin at `top`, for a device with `ratio` pixels a pixel."""
    outlines = Outlines()
    for row in dict.fromkeys((scene.hovered, scene.selected)):
        found = None if row is None else _lane_in_view(scene, row)
        if row is None or found is None:
            continue
        lane, lane_top = found
        span_ns = _span_of(scene, lane, row)
        if span_ns is None:
            continue
        rect = bar_at(scene, top + lane_top, span_ns, ratio)
        outlines.frames.append((rect, row == scene.selected))
        if scene_shows_waits(scene) and span_ns[1] - span_ns[0] >= scene.wide_ns:
            _add_wait(scene, outlines, row, span_ns[1], top + lane_top, ratio)
    return outlines


def _lane_in_view(scene: LaneScene, row: int) -> tuple[Lane, float] | None:
    """The lane that ran the task, and where it begins below the top of the view."""
    ordinal = int(scene.trace.tasks["worker"][row])
    for lane, top in zip(scene.lanes(), scene.tops(0.0).tolist(), strict=True):
        if lane.ordinal == ordinal:
            return lane, top
    return None


def _span_of(scene: LaneScene, lane: Lane, row: int) -> tuple[int, int] | None:
    if lane.running is not None and lane.running[0] == row:
        return lane.running[1], max(scene.now_ns, lane.running[1])
    place = lane.place_of(row)
    return None if place is None else (int(lane.begun[place]), int(lane.ended[place]))


def _add_wait(
    scene: LaneScene, outlines: Outlines, row: int, ended_ns: int, top: float, ratio: float
) -> None:
    trace = scene.trace
    until_ns = 0 if trace.fetched is None else int(trace.fetched[row])
    if not until_ns and trace.tasks["state"][row] == TaskState.DONE:
        until_ns = scene.waiting_ns or 0
    left, right = scene.snapped(np.array([ended_ns, max(until_ns, ended_ns)]), ratio).tolist()
    if not until_ns or right - left < LEAST_WAIT_PX - 1:
        return
    foot, gap = top + scene.layout.pitch - scene.layout.gap, scene.layout.gap
    y = float(np.rint((foot + gap / 2 - 0.5) * ratio) / ratio)
    outlines.waits.append((left - 1, y - 0.5, right - left + 1, 2.0))
