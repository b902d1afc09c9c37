"""A graphics item that fills a rectangle which its owner gives it."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


class PlacedItem(pg.GraphicsObject):
    """Subclasses draw into `rect`."""

    def __init__(self) -> None:
        super().__init__()
        self.rect = QRectF()

    def place(self, rect: QRectF) -> None:
        """Fill `rect` from now on."""
        if rect != self.rect:
            self.prepareGeometryChange()
            self.rect = rect

    def boundingRect(self) -> QRectF:
        return self.rect

    def draw(self, painter: QPainter) -> None:
        """Draw into `rect`; what it raises is raised again from the event loop."""
        raise NotImplementedError

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """An exception that leaves a painting for Qt ends the process (PySide6 6.11, a fault of
        memory), and with it whatever runs: it is held back until the painting is over.
        """
        painter.save()
        try:
            self.draw(painter)
        except Exception as error:
            QTimer.singleShot(0, self, _Raiser(error))
        finally:
            painter.restore()


class _Raiser:
    """Raises an exception when it is called."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(self) -> None:
        raise self._error
