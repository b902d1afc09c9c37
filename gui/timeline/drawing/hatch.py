"""Hatches that stay sharp at every pixel ratio."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QTransform

STEP_PX = 6


def hatch_brush(colour: QColor, ratio: float, *, cross: bool) -> QBrush:
    """A brush of diagonal lines, one or both ways, for a device with `ratio` pixels a pixel."""
    brush = QBrush(_tile(colour.rgba(), ratio, cross))
    brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
    return brush


def hatched_tile(ground: QColor, colour: QColor, ratio: float) -> npt.NDArray[np.uint32]:
    """A square of opaque pixels of `ground` under lines both ways, as the brush would repeat it."""
    return _hatched(ground.rgb(), colour.rgba(), ratio)


@lru_cache(maxsize=16)
def _hatched(ground: int, colour: int, ratio: float) -> npt.NDArray[np.uint32]:
    lines = _tile(colour, ratio, True)
    image = QImage(lines.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor.fromRgb(ground))
    with QPainter(image) as painter:
        painter.drawImage(0, 0, lines)
    return pixels_of(image)


def pixels_of(image: QImage) -> npt.NDArray[np.uint32]:
    """A copy of what is in a premultiplied image, rows x columns."""
    data = np.frombuffer(image.constBits(), np.uint32)
    return data.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()].copy()


@lru_cache(maxsize=16)
def _tile(rgba: int, ratio: float, cross: bool) -> QImage:
    size = max(4, round(STEP_PX * ratio))
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor.fromRgba(rgba), ratio))
        for shift in (-size, 0, size):  # the neighbours' lines reach into the corners
            painter.drawLine(shift, size, shift + size, 0)
            if cross:
                painter.drawLine(shift, 0, shift + size, size)
    return image
