"""Hatches that stay sharp at every pixel ratio."""

from functools import lru_cache

from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QTransform

STEP_PX = 6


def hatch_brush(colour: QColor, ratio: float, *, cross: bool) -> QBrush:
    """A brush of diagonal lines, one or both ways, for a device with `ratio` pixels a pixel."""
    brush = QBrush(_tile(colour.rgba(), ratio, cross))
    brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
    return brush


@lru_cache(maxsize=16)
def _tile(rgba: int, ratio: float, cross: bool) -> QImage:
    size = max(4, round(STEP_PX * ratio))
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgba(rgba), ratio))
    for shift in (-size, 0, size):  # the neighbours' lines reach into the corners
        painter.drawLine(shift, size, shift + size, 0)
        if cross:
            painter.drawLine(shift, 0, shift + size, size)
    painter.end()
    return image
