"""Draws what did not go well: each in a way of its own, never told by colour alone."""

from functools import lru_cache
from math import ceil

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from ...theme import Theme
from ..scene.trouble_marks import Cross, Snag
from .device import pixel_ratio
from .drawn import Rect, Rects
from .hatch import hatch_brush
from .strips import VAIN_STRENGTH

ROUND_PX = 7.0
"""From this width on a bar has round corners."""
RADIUS_PX = 3.0


class TroublePainter:
    """Draws in one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme

    @property
    def hatch_ink(self) -> QColor:
        """Of the lines over what raised."""
        return faded("#000000" if self.theme.dark else "#ffffff", 0.5)

    def draw_vain(self, painter: QPainter, rects: Rects, colour: QColor) -> None:
        """Tasks that were done and whose results were lost: faint, with an outline."""
        faint = QColor(colour)
        faint.setAlphaF(VAIN_STRENGTH)
        painter.setBrush(faint)
        draw_bars(painter, rects, rounded=True)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inside = rects[rects[:, 2] >= 3] + [0.5, 0.5, -1, -1]
        if len(inside):
            draw_bars(painter, inside, rounded=True)
        painter.setPen(Qt.PenStyle.NoPen)

    def draw_struck(self, painter: QPainter, lines: list[Rect]) -> None:
        """The line through tasks whose results were lost."""
        if lines:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(QColor(self.theme.text))
            painter.drawRects([QRectF(*line) for line in lines])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def draw_raised(self, painter: QPainter, rects: Rects, ratio: float) -> None:
        """Tasks that raised: the red of failure, and a cross-hatch for whoever sees no red."""
        painter.setBrush(QColor(self.theme.failure))
        draw_bars(painter, rects, rounded=True)
        painter.setBrush(hatch_brush(self.hatch_ink, ratio, cross=True))
        draw_bars(painter, rects, rounded=True)

    def draw_lost(self, painter: QPainter, rects: Rects) -> None:
        """Tasks that were lost: hollow, with a dashed outline."""
        pen = QPen(QColor(self.theme.failure), 1.5)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(QColor(self.theme.card))
        for rect in rects.tolist():
            inside = QRectF(*rect).adjusted(0.75, 0.75, -0.75, -0.75)
            painter.drawRoundedRect(inside, RADIUS_PX, RADIUS_PX)
        painter.setPen(Qt.PenStyle.NoPen)

    def draw_unrun(self, painter: QPainter, boxes: list[Rect]) -> None:
        """Tasks that never ran: a grey outline each."""
        if not boxes:
            return
        ratio = pixel_ratio(painter)
        for x, y, width, height in boxes:
            box = _box(self.theme, width, height, ratio)
            painter.drawPixmap(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), box)

    def draw_crosses(self, painter: QPainter, crosses: list[Cross]) -> None:
        """Where workers died; within a ring where the person did it."""
        for x, y, half, by_hand in crosses:
            ring = QRectF(x - half, y - half, 2 * half, 2 * half)
            painter.setPen(QPen(QColor(self.theme.failure), 1.5) if by_hand else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.card))
            painter.drawEllipse(ring)
            arm = half * (0.45 if by_hand else 0.75)
            painter.setPen(QPen(QColor(self.theme.failure), 1.5 if by_hand else 2.0))
            painter.drawLine(QLineF(x - arm, y - arm, x + arm, y + arm))
            painter.drawLine(QLineF(x - arm, y + arm, x + arm, y - arm))
        painter.setPen(Qt.PenStyle.NoPen)

    def draw_snags(self, painter: QPainter, snags: list[Snag]) -> None:
        """What could not be sent or read: a triangle with an exclamation mark."""
        for x, y, half, _ in snags:
            corners = ((x, y - half), (x + half, y + half), (x - half, y + half))
            painter.setPen(QPen(QColor(self.theme.card), 3))
            painter.setBrush(QColor(self.theme.failure))
            triangle = QPolygonF([QPointF(*corner) for corner in corners])
            painter.drawPolygon(triangle)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(triangle)
            painter.setBrush(QColor(self.theme.card))
            painter.drawRect(QRectF(x - 0.75, y - half * 0.3, 1.5, half * 0.7))
            painter.drawRect(QRectF(x - 0.75, y + half * 0.55, 1.5, 1.5))
        painter.setPen(Qt.PenStyle.NoPen)

    def draw_troubles(
        self, painter: QPainter, places: list[float], top: float, bottom: float
    ) -> None:
        """What went wrong in no lane: a dashed line over all."""
        pen = QPen(QColor(self.theme.failure), 1.5)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLines([QLineF(x, top, x, bottom) for x in places])
        painter.setPen(Qt.PenStyle.NoPen)


def faded(colour: str, opacity: float) -> QColor:
    """`colour`, as much of it as `opacity` (0 to 1) says."""
    result = QColor(colour)
    result.setAlphaF(opacity)
    return result


@lru_cache(maxsize=16)
def _box(theme: Theme, width: float, height: float, ratio: float) -> QPixmap:
    """A task that never ran, drawn once: there can be hundreds in view."""
    picture = QPixmap(ceil(width * ratio), ceil(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), 2, 2)
    return picture


def draw_bars(painter: QPainter, rects: Rects, *, rounded: bool) -> None:
    """Fill rectangles with the painter's brush, in one call or two."""
    round_enough = rects[:, 2] >= ROUND_PX if rounded else np.zeros(len(rects), bool)
    plain = [QRectF(*rect) for rect in rects[~round_enough].tolist()]
    if plain:
        painter.drawRects(plain)
    path = QPainterPath()
    for x, y, width, height in rects[round_enough].tolist():
        radius = min(RADIUS_PX, width / 4, height / 4)
        path.addRoundedRect(x, y, width, height, radius, radius)
    if not path.isEmpty():
        painter.drawPath(path)
