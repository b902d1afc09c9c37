"""A picture that is drawn once, for all paintings that would be equal."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap

from .device import pixel_ratio


class Kept:
    """What moves over a picture, or beside it, costs no more than itself."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._made_of: object = None

    def forget(self) -> None:
        """What is drawn has changed."""
        self._picture = None

    def paint(
        self,
        painter: QPainter,
        rect: QRectF,
        ground: QColor,
        made_of: object,
        draw: Callable[[QPainter], None],
    ) -> None:
        """Show what `draw` draws into `rect` on `ground`; it is called if the last picture was
        forgotten, was `made_of` something else, or for a device of other pixels.
        """
        ratio = pixel_ratio(painter)
        if not _whole(rect.left() * ratio) or not _whole(rect.top() * ratio):
            draw(painter)
            return
        if self._picture is None or self._made_of != (made_of, ratio):
            self._made_of = made_of, ratio
            self._picture = _drawn(rect, ratio, ground, draw)
        painter.drawPixmap(rect.topLeft(), self._picture)


def _drawn(rect: QRectF, ratio: float, ground: QColor, draw: Callable[[QPainter], None]) -> QPixmap:
    size = rect.size() * ratio
    picture = QPixmap(max(round(size.width()), 1), max(round(size.height()), 1))
    picture.setDevicePixelRatio(ratio)
    picture.fill(ground)
    with QPainter(picture) as painter:  # what it raises keeps both, and not in this order
        painter.translate(-rect.topLeft())
        draw(painter)
    return picture


def _whole(number: float) -> bool:
    """Whether it is one, as far as a screen can tell: pixels of a picture then are the screen's."""
    return abs(number - round(number)) < 1e-3
