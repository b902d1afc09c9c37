"""The marked stretch of time, as a band over the lanes with its duration in the axis."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from ...theme import SMALL_PT, Theme, body_font
from ..scene.time_scale import TimeScale, duration_text
from .placed_item import PlacedItem
from .trouble_painter import faded

STRENGTH = 0.12
"""Of the band's colour: bars stay readable below it."""
LABEL_PX, PAD_PX, RADIUS_PX = 18.0, 6.0, 4.0
RULE_PX = 2.0
_CENTRED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip


@dataclass(frozen=True)
class Band:
    """What of a stretch is in view, in pixels.

    left, right: its edges, on pixels of the device, and outside of `low` to `high` where they are
    not in view. axis: the top of the time axis. text: its duration. label: where that is.
    hand_y: how high the hand is that drags it over the lanes; None otherwise.
    """

    left: float
    right: float
    low: float
    high: float
    axis: float
    text: str
    label: QRectF
    hand_y: float | None = None


def edges_px(stretch_s: tuple[float, float], scale: TimeScale, ratio: float) -> tuple[float, float]:
    """Where the edges of a stretch (seconds from the origin) are, on pixels of the device.

    They are cut off out of sight, and never at the same place.
    """
    low, high = scale.left_px - 2 * PAD_PX, scale.right_px + 2 * PAD_PX
    left, right = (min(max(scale.x_of(time_s), low), high) for time_s in stretch_s)
    left = round(left * ratio) / ratio
    return left, max(round(right * ratio) / ratio, left + 1 / ratio)


def band_of(
    stretch_s: tuple[float, float],
    scale: TimeScale,
    axis: float,
    ratio: float,
    hand_y: float | None = None,
) -> Band | None:
    """None for a stretch that is not in view. `axis`: the top of the time axis."""
    left, right = edges_px(stretch_s, scale, ratio)
    low, high = scale.left_px, scale.right_px
    if right <= low or left >= high:
        return None
    text = duration_text(stretch_s[1] - stretch_s[0])
    width = QFontMetricsF(body_font(SMALL_PT)).horizontalAdvance(text) + 2 * PAD_PX
    middle = (max(left, low) + min(right, high)) / 2
    x = min(max(middle - width / 2, low), high - width)
    label = QRectF(x, axis + RULE_PX + 2, width, LABEL_PX)
    return Band(left, right, low, high, axis, text, label, hand_y)


class StretchBand(PlacedItem):
    """The band as an item."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.band: Band | None = None

    def show_band(self, band: Band | None, rect: QRectF) -> None:
        """Draw again if anything differs from what is there."""
        self.place(rect)
        if band != self.band:
            self.band = band
            self.update()

    def draw(self, painter: QPainter) -> None:
        band = self.band
        if band is None:
            return
        painter.save()
        painter.setClipRect(QRectF(band.low, 0, band.high - band.low, self.rect.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._draw_ground(painter, band)
        painter.restore()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(body_font(SMALL_PT))
        self._draw_label(painter, band.label, band.text)
        if band.hand_y is not None:
            self._draw_label(painter, self._tag(band), band.text)
        painter.restore()

    def _draw_ground(self, painter: QPainter, band: Band) -> None:
        """The edges stand outside, so that nothing of a narrow stretch is hidden by them."""
        accent, width = QColor(self.theme.accent), band.right - band.left
        painter.fillRect(QRectF(band.left, 0, width, band.axis), faded(self.theme.accent, STRENGTH))
        for x in (band.left - 1, band.right):
            painter.fillRect(QRectF(x, 0, 1, band.axis + 3 * RULE_PX), accent)
        painter.fillRect(QRectF(band.left - 1, band.axis, width + 2, RULE_PX), accent)

    def _tag(self, band: Band) -> QRectF:
        """Beside the hand that drags."""
        assert band.hand_y is not None
        y = min(max(band.hand_y - LABEL_PX / 2, 0.0), max(band.axis - LABEL_PX, 0.0))
        return QRectF(band.label.left(), y, band.label.width(), LABEL_PX)

    def _draw_label(self, painter: QPainter, room: QRectF, text: str) -> None:
        painter.setPen(QColor(self.theme.accent))
        painter.setBrush(QColor(self.theme.selection))
        painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(room, _CENTRED, text)
