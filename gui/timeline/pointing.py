"""What a drawing shows at a place: the lane, the task, and the words for it."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from ...engine.recording import Recording
from ...engine.trace.lane import Lane
from .scene.lanes import task_at
from .scene.scene import LaneScene
from .scene.trouble_marks import snag_at, unrun_at
from .scene.ways import LEAST_PX, way_at
from .words.tooltip import as_html, task_lines
from .words.way_text import snag_lines, way_lines
from .words.worker_text import stage_lines, unrun_lines, worker_lines

translate = QCoreApplication.translate

HIT_SLACK_PX = 3.0
"""A bar counts as hit this far beside it: some are a pixel wide."""


def row_at(scene: LaneScene, plot: QRectF, place: QPointF) -> int | None:
    """The row of the task at `place`; `plot` is where the lanes are."""
    lane = _lane_at(scene, plot, place)
    if lane is None or place.x() < plot.left():
        return None
    slack_ns = HIT_SLACK_PX * scene.scale.seconds_per_px * 1e9
    return task_at(lane, _time_at(scene, place), slack_ns, scene.now_ns)


def text_at(recording: Recording, scene: LaneScene, plot: QRectF, place: QPointF) -> str:
    """What a tooltip says at `place`, "" for nothing; left of the lanes, all about the worker."""
    lane = _lane_at(scene, plot, place)
    if lane is None:
        return ""
    y = (place.y() - plot.top() + scene.scroll) % scene.layout.pitch
    number = unrun_at(scene, lane, place.x(), y)
    if number is not None:
        return as_html(unrun_lines(recording, scene, lane, number))
    told_ns = snag_at(scene, lane, place.x(), y)
    if told_ns is not None:
        return as_html(snag_lines(recording, scene, lane, told_ns))
    row = row_at(scene, plot, place)
    if row is not None:
        return as_html(task_lines(recording, scene.trace, row, scene.now_ns))
    if place.x() < plot.left():
        help_text = translate("Timeline", "Click to see all that it did; right-click for more.")
        return as_html([*worker_lines(recording, scene, lane), help_text])
    time_ns = _time_at(scene, place)
    digest, least_ns = scene.digests[lane.ordinal - 1], LEAST_PX * scene.scale.seconds_per_px * 1e9
    way = way_at(scene.trace, lane, digest, time_ns, least_ns, scene.now_ns)
    if way is not None:
        return as_html(way_lines(scene, lane, way))
    lines = stage_lines(recording, scene, lane, time_ns)
    return as_html(lines) if lines else ""


def ordinal_at(scene: LaneScene, plot: QRectF, place: QPointF) -> int | None:
    """The worker whose lane or label is at `place`."""
    lane = _lane_at(scene, plot, place)
    return None if lane is None else lane.ordinal


def _lane_at(scene: LaneScene, plot: QRectF, place: QPointF) -> Lane | None:
    """Also where the lane's label is."""
    if place.x() > plot.right() or not plot.top() <= place.y() <= plot.bottom():
        return None
    number = scene.layout.lane_at(place.y() - plot.top() + scene.scroll)
    return None if number is None else scene.lane(number)


def _time_at(scene: LaneScene, place: QPointF) -> float:
    return scene.trace.origin_ns + scene.scale.time_of(place.x()) * 1e9
