"""The time axis: labels below the lanes, faint lines behind their bars."""

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...theme import SMALL_PT, Theme, body_font
from ..scene.time_scale import Ticks, TimeScale, ticks
from .placed_item import PlacedItem

HEIGHT_PX = 26.0
_CENTRED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
LABEL_PX = 90.0
"""Room that a label gets at least."""
GAP_PX = 8.0
"""Between two of them."""


def ticks_of(scale: TimeScale) -> Ticks:
    return ticks(scale.begin_s, scale.end_s, (scale.right_px - scale.left_px) / LABEL_PX)


def paint_grid(
    painter: QPainter, theme: Theme, scale: TimeScale, top: float, bottom: float
) -> None:
    """A faint line at each tick."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(theme.line), 1))
    places = [scale.x_of(time_s) for time_s, _ in ticks_of(scale).places]
    lines = [QLineF(x, top, x, bottom) for x in places if scale.left_px < x < scale.right_px]
    if lines:
        painter.drawLines(lines)
    painter.restore()


def paint_time_axis(
    painter: QPainter, theme: Theme, scale: TimeScale, top: float, taken: QRectF | None = None
) -> None:
    """Labels in HEIGHT_PX below `top`; one that would not fit at an end moves inwards, and one that
    would touch what is in `taken` is left out."""
    painter.save()
    painter.setFont(body_font(SMALL_PT))
    painter.setPen(QColor(theme.muted))
    metrics = painter.fontMetrics()
    found = ticks_of(scale)
    free = scale.left_px - 30.0
    for time_s, label in found.places:
        width = metrics.horizontalAdvance(label)
        left = min(scale.x_of(time_s) - width / 2, scale.right_px - width)
        room = QRectF(left, top, width, HEIGHT_PX)
        beside = taken is None or not room.adjusted(-GAP_PX, 0, GAP_PX, 0).intersects(taken)
        if left < free or not beside:
            continue
        painter.drawText(room, _CENTRED, label)
        free = left + width + GAP_PX
    if found.base is not None:
        room = QRectF(0, top, scale.left_px - 40, HEIGHT_PX)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, found.base)
    painter.restore()


class TimeAxis(PlacedItem):
    """The axis as an item. scale: what it shows; None for nothing. taken: where others write."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.scale: TimeScale | None = None
        self.taken: QRectF | None = None

    def show_scale(
        self, scale: TimeScale | None, rect: QRectF, taken: QRectF | None = None
    ) -> None:
        """Draw again if anything differs from what is there."""
        self.place(rect)
        if (scale, taken) != (self.scale, self.taken):
            self.scale, self.taken = scale, taken
            self.update()

    def draw(self, painter: QPainter) -> None:
        if self.scale is not None:
            paint_time_axis(painter, self.theme, self.scale, self.rect.top(), self.taken)
