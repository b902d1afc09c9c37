"""How long tasks took, as bars; median, 95th percentile and longest are marked."""

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ....engine.metrics.numbers import Durations
from ...theme import SMALL_PT, Theme, body_font
from ...timeline.scene.time_scale import duration_text
from .words import bin_text, growing_text, histogram_text, mark_names

BARS_PX, LEAST_PX = 56, 160
SEEN_PX = 2.0
"""A bin with any task in it is at least so high."""
NEAR_PX = 8.0
"""A click so near to the mark of the longest is on it."""
PAD_PX, GAP_PX = 3.0, 6.0
LEADER_PX = 6.0
"""Between the names and the bars: from a name that had to make way a line leads to its mark."""
LOG_FROM = 1.5
"""Bins that grow by so much from the first to the last are of a logarithmic axis."""


class Histogram(QWidget):
    """Bins are equally wide on the screen; where they grow, it says so.

    current: the bin under the mouse or of the arrow keys, which is told below; None without.
    longest_wanted: the longest task is to be shown.
    """

    longest_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.durations: Durations | None = None
        self.current: int | None = None
        self.setFont(body_font(SMALL_PT))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Histogram of durations"))

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(LEAST_PX, BARS_PX + 2 * line + round(3 * PAD_PX + LEADER_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_PX, self.sizeHint().height())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_durations(self, durations: Durations | None) -> None:
        """Show those of another run, or none."""
        self.durations, self.current = durations, None
        text = "" if durations is None else histogram_text(durations)
        self.setAccessibleDescription(text)
        self.update()

    # --- where things are

    @property
    def bars_rect(self) -> QRectF:
        line = float(self.fontMetrics().height())
        top = line + LEADER_PX
        bottom = self.height() - line - 2 * PAD_PX
        return QRectF(PAD_PX, top, max(self.width() - 2 * PAD_PX, 1.0), max(bottom - top, 1.0))

    def x_of(self, took_s: float) -> float:
        """Where a duration is: in its bin, in proportion."""
        assert self.durations is not None
        edges, rect = self.durations.edges_s, self.bars_rect
        place = float(np.interp(took_s, edges, np.arange(len(edges))))
        return rect.left() + place / (len(edges) - 1) * rect.width()

    def bin_at(self, x: float) -> int | None:
        """The bin under a place; None beside all."""
        rect = self.bars_rect
        if self.durations is None or not rect.left() <= x <= rect.right():
            return None
        count = len(self.durations.counts)
        return min(int((x - rect.left()) / rect.width() * count), count - 1)

    def marks(self) -> list[tuple[float, str]]:
        """Median, 95th percentile and longest: their places and names."""
        found = self.durations
        assert found is not None
        times = (found.median_s, found.p95_s, found.longest_s)
        return [(self.x_of(time), name) for time, name in zip(times, mark_names(), strict=True)]

    def name_rects(self) -> list[QRectF]:
        """Where the names of the marks stand: over them, or beside, where they would touch.

        The median is never behind the 95th percentile, nor that behind the longest.
        """
        metrics, rect = QFontMetricsF(self.font()), self.bars_rect
        marks, line = self.marks(), metrics.height()
        widths = [metrics.horizontalAdvance(name) for _, name in marks]
        lefts = [x - width / 2 for (x, _), width in zip(marks, widths, strict=True)]
        right = rect.right()
        for number in reversed(range(len(lefts))):
            lefts[number] = min(lefts[number], right - widths[number])
            right = lefts[number] - GAP_PX
        left = rect.left()
        for number, width in enumerate(widths):
            lefts[number] = max(lefts[number], left)
            left = lefts[number] + width + GAP_PX
        return [QRectF(left, 0.0, width, line) for left, width in zip(lefts, widths, strict=True)]

    def is_on_longest(self, place: QPointF) -> bool:
        """Whether a click there is on the mark of the longest task, or its name."""
        if self.durations is None:
            return False
        x = self.marks()[-1][0]
        near = abs(place.x() - x) <= NEAR_PX and place.y() >= self.bars_rect.top()
        return near or self.name_rects()[-1].adjusted(-4, -4, 4, 4).contains(place)

    # --- mouse and keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self.bin_at(event.pos().x())
            text = "" if number is None else self.bin_text(number)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def bin_text(self, number: int) -> str:
        """The range of a bin, and how many tasks are in it."""
        found = self.durations
        assert found is not None
        begin_s, end_s = found.edges_s[number : number + 2]
        return bin_text(begin_s, end_s, found.counts[number])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        self._go_to(self.bin_at(place.x()))
        on = self.is_on_longest(place)
        self.setCursor(Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._go_to(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if left and self.is_on_longest(event.position()):
            self.longest_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        found = self.durations
        if found is None:
            super().keyPressEvent(event)
            return
        last = len(found.counts) - 1
        at = -1 if self.current is None else self.current
        match event.key():
            case Qt.Key.Key_Left:
                self._walk(max(at - 1, 0))
            case Qt.Key.Key_Right:
                self._walk(min(at + 1, last))
            case Qt.Key.Key_Home:
                self._walk(0)
            case Qt.Key.Key_End:
                self._walk(last)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.longest_wanted.emit()
            case _:
                super().keyPressEvent(event)

    def _walk(self, number: int) -> None:
        """To a bin by keyboard; a reader of the screen says it, too."""
        self._go_to(number)
        self.setAccessibleDescription(self.bin_text(number))

    def _go_to(self, number: int | None) -> None:
        if number != self.current:
            self.current = number
            self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._go_to(None)
        if self.durations is not None:
            self.setAccessibleDescription(histogram_text(self.durations))

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self.durations is not None:
                self._paint_bars(painter, self.durations)
                self._paint_axis(painter, self.durations)
                self._paint_marks(painter)
            if self.hasFocus():
                painter.setPen(QColor(self._theme.accent))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                ring = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
                painter.drawRoundedRect(ring, 3.0, 3.0)

    def _paint_bars(self, painter: QPainter, found: Durations) -> None:
        rect, most = self.bars_rect, max(found.counts)
        places = np.linspace(rect.left(), rect.right(), len(found.counts) + 1)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, (left, right) in enumerate(pairwise(places.tolist())):
            count = found.counts[number]
            if number == self.current:
                shade = QRectF(left, rect.top(), right - left, rect.height())
                painter.fillRect(shade, QColor(self._theme.track))
            if not count:
                continue
            height = max(count / most * rect.height(), SEEN_PX)
            gap = min(1.0, (right - left) / 4)
            bar = QRectF(left, rect.bottom() - height, right - left - gap, height)
            colour = QColor(self._theme.accent)
            colour.setAlphaF(1.0 if number == self.current else 0.55)
            painter.fillRect(bar, colour)

    def _paint_axis(self, painter: QPainter, found: Durations) -> None:
        rect = self.bars_rect
        painter.setPen(QColor(self._theme.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(QColor(self._theme.muted))
        painter.setFont(self.font())
        below = QRectF(rect.left(), rect.bottom() + PAD_PX, rect.width(), self.height())
        top = Qt.AlignmentFlag.AlignTop
        if self.current is not None:
            text = QFontMetricsF(self.font()).elidedText(
                self.bin_text(self.current), Qt.TextElideMode.ElideRight, rect.width()
            )
            painter.setPen(QColor(self._theme.text))
            painter.drawText(below, top | Qt.AlignmentFlag.AlignHCenter, text)
            return
        first, last = duration_text(found.edges_s[0]), duration_text(found.longest_s)
        painter.drawText(below, top | Qt.AlignmentFlag.AlignLeft, first)
        painter.drawText(below, top | Qt.AlignmentFlag.AlignRight, last)
        metrics = QFontMetricsF(self.font())
        between = sum(map(metrics.horizontalAdvance, (first, last, growing_text()))) + 4 * GAP_PX
        if self.grows and between < rect.width():
            painter.drawText(below, top | Qt.AlignmentFlag.AlignHCenter, growing_text())

    @property
    def grows(self) -> bool:
        """Bins are the wider, the longer the durations in them."""
        if self.durations is None or len(self.durations.counts) < 3:
            return False
        widths = np.diff(self.durations.edges_s)
        return bool(widths[-1] > LOG_FROM * widths[0])

    def _paint_marks(self, painter: QPainter) -> None:
        rect = self.bars_rect
        styles = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
        text = QColor(self._theme.text)
        for (x, name), place, style in zip(self.marks(), self.name_rects(), styles, strict=True):
            x = min(max(x, rect.left() + 0.5), rect.right() - 0.5)
            painter.setPen(QPen(text, 1.0, style))
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
            painter.setPen(QPen(text, 1.0))
            painter.drawLine(QPointF(place.center().x(), place.bottom()), QPointF(x, rect.top()))
            painter.setPen(text)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)
