"""The time axis: labels below the lanes, faint lines behind their bars."""

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ..theme import SMALL_PT, Theme, body_font
from .placed_item import PlacedItem
from .time_scale import Ticks, TimeScale, ticks

HEIGHT_PX = 26.0
_CENTRED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
LABEL_PX = 90.0
"""Room that a label gets at least."""


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


def paint_time_axis(painter: QPainter, theme: Theme, scale: TimeScale, top: float) -> None:
    """Labels in HEIGHT_PX below `top`; one that would not fit at an end moves inwards."""
    painter.save()
    painter.setFont(body_font(SMALL_PT))
    painter.setPen(QColor(theme.muted))
    metrics = painter.fontMetrics()
    found = ticks_of(scale)
    free = scale.left_px - 30.0
    for time_s, label in found.places:
        width = metrics.horizontalAdvance(label)
        left = min(scale.x_of(time_s) - width / 2, scale.right_px - width)
        if left < free:
            continue
        room = QRectF(left, top, width, HEIGHT_PX)
        painter.drawText(room, _CENTRED, label)
        free = left + width + 8
    if found.base is not None:
        room = QRectF(0, top, scale.left_px - 40, HEIGHT_PX)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, found.base)
    painter.restore()


class TimeAxis(PlacedItem):
    """The axis as an item. scale: what it shows; None for nothing."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.scale: TimeScale | None = None

    def show_scale(self, scale: TimeScale | None, rect: QRectF) -> None:
        """Draw again if anything differs from what is there."""
        self.place(rect)
        if scale != self.scale:
            self.scale = scale
            self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self.scale is not None:
            paint_time_axis(painter, self.theme, self.scale, self.rect.top())
