"""Draws the minimap: the overview as an image, the mark of what is in view, and a caption."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from ...theme import SMALL_PT, Theme, body_font
from ..drawing.lane_axis import MARGIN_PX
from ..drawing.trouble_painter import faded
from ..scene.palette import rgb
from .overview_image import BAD, IDLE, STEPS, Levels
from .window import MapWindow

Floats = npt.NDArray[np.float64]

FAINTEST, STRONGEST = 0.2, 0.8
"""How much of their colour the least busy share and the whole of it show: it is a background."""
VEIL, IDLE_VEIL, BAD_VEIL = 0.55, 0.2, 0.15
"""How much paler it is out of view; where it ends, and what went wrong, is seen there, too."""
OTHER_LANES = 0.5
"""How much of its strength the map has where only the lanes are out of view."""
LANES_TINT = 0.12
CORNER_PX = 4.0
GRIP_WIDTH_PX, GRIP_HEIGHT_PX = 5.0, 16.0


class MapImages(NamedTuple):
    """The map as it looks in view, and out of it."""

    seen: QImage
    veiled: QImage


def images_of(levels: Levels, theme: Theme, ratio: float) -> MapImages:
    """The levels in the colours of `theme`."""
    colours = _colours(theme)
    veil = np.full((len(colours), 1), VEIL)
    veil[IDLE], veil[BAD] = IDLE_VEIL, BAD_VEIL
    veiled = colours * (1 - veil) + np.array(rgb(theme.card)) * veil
    return MapImages(_image(colours, levels, ratio), _image(veiled, levels, ratio))


def _image(colours: Floats, levels: Levels, ratio: float) -> QImage:
    red, green, blue = np.rint(colours).astype(np.uint32).T
    pixels = (np.uint32(0xFF000000) | red << 16 | green << 8 | blue)[levels]
    height, width = levels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
    image.setDevicePixelRatio(ratio)
    return image


def _colours(theme: Theme) -> Floats:
    """Red, green, blue by level: nobody, idle, up to always busy, something raised or lost."""
    card, track, busy, failure = (
        np.array(rgb(text), float) for text in (theme.card, theme.track, theme.muted, theme.failure)
    )
    colours = np.tile(card, (256, 1))
    strength = np.linspace(FAINTEST, STRONGEST, STEPS)[:, None]
    colours[IDLE] = track
    colours[IDLE + 1 : IDLE + 1 + STEPS] = track + (busy - track) * strength
    colours[BAD] = failure
    return colours


def paint_ground(painter: QPainter, theme: Theme, place: QRectF) -> None:
    """An empty map."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.track))
    painter.drawRoundedRect(place, CORNER_PX, CORNER_PX)


def paint_map(painter: QPainter, theme: Theme, images: MapImages | None, window: MapWindow) -> None:
    """The map, paler where it is out of view, and the mark of what is in view.

    Where lanes scroll, those in view have a frame of their own within the stretch of time.
    """
    place = QRectF(window.left, 0, window.width, window.height)
    left, top, right, bottom = window.rect
    times = QRectF(left, 0, right - left, place.height())
    seen = QRectF(left, top, right - left, bottom - top)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(place, CORNER_PX, CORNER_PX)
    painter.setClipPath(path)
    if images is not None:
        painter.drawImage(place.topLeft(), images.veiled)
        painter.setClipRect(times, Qt.ClipOperation.IntersectClip)
        painter.setOpacity(OTHER_LANES if window.scrolls else 1.0)
        painter.drawImage(place.topLeft(), images.seen)
        painter.setOpacity(1.0)
        if window.scrolls:
            painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
            painter.drawImage(place.topLeft(), images.seen)
    painter.setClipping(False)
    if window.scrolls:
        painter.fillRect(seen, faded(theme.accent, LANES_TINT))
        _paint_frame(painter, theme, seen)
    _paint_frame(painter, theme, times)
    _paint_grips(painter, theme, times)
    painter.restore()


def _paint_frame(painter: QPainter, theme: Theme, place: QRectF) -> None:
    painter.setPen(QPen(QColor(theme.accent), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)


def _paint_grips(painter: QPainter, theme: Theme, times: QRectF) -> None:
    painter.setPen(QPen(QColor(theme.card), 1))
    painter.setBrush(QColor(theme.accent))
    y = times.center().y() - GRIP_HEIGHT_PX / 2
    for x in (times.left(), times.right() - GRIP_WIDTH_PX):
        painter.drawRoundedRect(QRectF(x, y, GRIP_WIDTH_PX, GRIP_HEIGHT_PX), 2.5, 2.5)


def paint_caption(painter: QPainter, theme: Theme, room: QRectF, lines: tuple[str, ...]) -> None:
    """What the map is of, beside it, in the manner of a lane's label."""
    painter.setFont(body_font(SMALL_PT))
    step = painter.fontMetrics().height()
    if len(lines) * step > room.height():
        lines = (" · ".join(lines),)
    y = room.center().y() - len(lines) * step / 2
    painter.setPen(QColor(theme.muted))
    for number, line in enumerate(lines):
        place = QRectF(room.left(), y + number * step, room.width() - MARGIN_PX, step)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(place, flags | Qt.TextFlag.TextDontClip, line)


def paint_focus_ring(painter: QPainter, theme: Theme, place: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), CORNER_PX, CORNER_PX)
