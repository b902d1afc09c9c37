"""The pixels of what is painted on."""

from PySide6.QtGui import QPainter


def pixel_ratio(painter: QPainter) -> float:
    """The device's pixels per logical pixel."""
    return float(painter.device().devicePixelRatioF() * painter.worldTransform().m11())
