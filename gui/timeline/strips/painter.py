"""Draws strips, and what stands beside them."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ....engine.over_time.curve import Curve
from ...theme import SMALL_PT, Theme, body_font
from ..drawing.device import pixel_ratio
from ..drawing.lane_axis import MARGIN_PX
from ..drawing.time_axis import paint_grid
from ..scene.time_scale import TimeScale
from . import words
from .kinds import StripKind, StripLayout
from .raster import levels_of, shades_of, strengths
from .strip import Strip

FILL = 0.22
"""Of the colour under a curve: grid and words stay readable on it."""
BEYOND = 1.05
"""So many times the upper edge is above it; what is measured is not as exact as an edge."""
LINE_PX = 13.0
"""A line of small text."""
PAD_PX = 4.0
SAMPLE_PX = 12.0
"""Of the line that stands before its name."""
POINT_PX, POINT_EVERY_PX = 2.0, 16.0
"""The radius of the point that marks a look, and how far apart they are at least on average."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_strips(
    painter: QPainter,
    theme: Theme,
    scale: TimeScale,
    layout: StripLayout,
    strips: tuple[Strip, ...],
    top: float,
) -> None:
    """Draw `strips` one under the other, from `top` on."""
    left, right = scale.left_px, scale.right_px
    painter.save()
    painter.setClipRect(QRectF(left, top, right - left, layout.height))
    paint_grid(painter, theme, scale, top, top + layout.height)
    for number, strip in enumerate(strips):
        below, height = layout.place(number)
        _Painting(painter, theme, scale, strip, QRectF(left, top + below, right - left, height))
    painter.restore()


class _Painting:
    """One strip, in its room."""

    def __init__(
        self, painter: QPainter, theme: Theme, scale: TimeScale, strip: Strip, room: QRectF
    ) -> None:
        self.painter, self.theme, self.scale, self.strip = painter, theme, scale, strip
        self.room, self.ratio = room, pixel_ratio(painter)
        painter.setFont(body_font(SMALL_PT))
        if not strip.recorded:
            self._say_not_recorded()
            return
        limits = sorted(_limits_of(strip), reverse=True)
        self._ground()
        for value, _ in limits:
            self._level(value)
        self._draw(strip.curve, theme.accent, FILL)
        if strip.of_moments:
            self._mark_looks(strip.curve)
        self._draw(strip.beside, theme.muted)
        self._name_all(limits)

    def _y_of(self, value: float) -> float:
        """The middle of the line of a curve with this value."""
        share = value / self.strip.top
        return self.room.top() + 0.5 + (1 - share) * (self.room.height() - 1)

    def _draw(self, curve: Curve, colour: str, fill: float = 0.0) -> None:
        if not curve:
            return
        room, ratio = self.room, self.ratio
        columns, height = round(room.width() * ratio), round(room.height() * ratio)
        levels = levels_of(curve, self.scale, columns)
        strong = strengths(levels, self.strip.top, height, max(round(ratio), 1), fill)
        ink = QColor(colour)
        pixels = shades_of((ink.red(), ink.green(), ink.blue())).take(strong)
        form = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(pixels.data, columns, height, columns * 4, form)
        self.painter.drawImage(room, image)

    def _mark_looks(self, curve: Curve) -> None:
        """A point at each, where they are so few that people would take the line for measured."""
        if not curve or len(curve.values) * POINT_EVERY_PX > self.room.width():
            return
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        for time_ns, value in zip(curve.times_ns.tolist(), curve.values.tolist(), strict=False):
            y = min(
                max(self._y_of(value), self.room.top() + POINT_PX), self.room.bottom() - POINT_PX
            )
            painter.drawEllipse(QPointF(self.scale.x_of(time_ns / 1e9), y), POINT_PX, POINT_PX)

    def _ground(self) -> None:
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        ground = QRectF(self.room.left(), self.room.bottom() - 1, self.room.width(), 1)
        painter.fillRect(ground, QColor(self.theme.line))

    def _name_all(self, limits: list[tuple[float, str]]) -> None:
        """At the left, where the latest of a run that goes on is not; in a row if they touch."""
        taken: list[QRectF] = []
        for value, text in limits:
            beyond = value > self.strip.top
            y = self.room.top() if beyond else self._y_of(value)
            self._name(f"{text} ↑" if beyond else text, y, taken)
        if self.strip.beside:
            self._name_beside(taken)

    def _level(self, value: float) -> None:
        """A line across; none where it would be beyond the upper edge."""
        if value > self.strip.top:
            return
        y = round(self._y_of(value) * self.ratio) / self.ratio
        painter = self.painter
        painter.setPen(QPen(QColor(self.theme.muted), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(self.room.left(), y, self.room.right(), y))

    def _name(self, text: str, y: float, taken: list[QRectF], before: float = 0.0) -> QRectF:
        """Under its line where there is room, else over it; on a ground of its own, so that it can
        be read over a curve. before: pixels of that at the left of the text.
        """
        width = self.painter.fontMetrics().horizontalAdvance(text) + before
        top = y + 1 if y + 1 + LINE_PX <= self.room.bottom() else y - LINE_PX
        place = QRectF(self.room.left() + 2 * PAD_PX, top, width, LINE_PX)
        for other in taken:
            if place.adjusted(-PAD_PX, 0, PAD_PX, 0).intersects(other):
                place.moveLeft(other.right() + 2 * PAD_PX)  # grounds touch
        taken.append(place)
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.card))  # no line runs through the words
        painter.drawRoundedRect(place.adjusted(-PAD_PX, 0, PAD_PX, 0), PAD_PX, PAD_PX)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(place, _RIGHT | Qt.TextFlag.TextDontClip, text)
        return place

    def _name_beside(self, taken: list[QRectF]) -> None:
        """The name of the second line, behind a piece of it."""
        y = taken[0].top() - 1 if taken else self.room.top()
        beyond = self.strip.beside.highest > BEYOND * self.strip.top
        text = f"{words.machine_name()} ↑" if beyond else words.machine_name()
        place = self._name(text, y, taken, SAMPLE_PX + PAD_PX)
        painter, middle = self.painter, round(place.center().y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLine(QLineF(place.left(), middle, place.left() + SAMPLE_PX, middle))

    def _say_not_recorded(self) -> None:
        self._ground()
        self.painter.setPen(QColor(self.theme.muted))
        room = self.room.adjusted(2 * PAD_PX, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.painter.drawText(room, flags, words.not_recorded())


def _limits_of(strip: Strip) -> list[tuple[float, str]]:
    """Values that are told by lines, and what they are."""
    limits: list[tuple[float, str]] = []
    if strip.pool is not None:
        limits.append((float(strip.pool), words.workers_text(strip.pool)))
    if strip.cpus is not None:
        limits.append((float(strip.cpus), words.cpus_text(strip.cpus)))
    if strip.limit is not None:
        limits.append((strip.limit, words.limit_text(strip.limit)))
    return limits


def paint_strip_names(
    painter: QPainter,
    theme: Theme,
    layout: StripLayout,
    said: tuple[tuple[StripKind, str], ...],
    rect: QRectF,
) -> None:
    """In the column at the left: the name of each strip, and what it says under it."""
    painter.save()
    painter.setFont(body_font(SMALL_PT))
    metrics = painter.fontMetrics()
    width = rect.width() - MARGIN_PX
    for number, (kind, value) in enumerate(said):
        below, height = layout.place(number)
        lines = [(words.name_of(kind), theme.muted)]
        lines += [(value, theme.text)] if value else []
        step = min(LINE_PX + 1, height / len(lines))
        y = rect.top() + below + (height - step * len(lines)) / 2
        for text, colour in lines:
            painter.setPen(QColor(colour))
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width))
            room = QRectF(rect.left(), y, width, step)
            painter.drawText(room, _RIGHT | Qt.TextFlag.TextDontClip, text)
            y += step
    painter.restore()
