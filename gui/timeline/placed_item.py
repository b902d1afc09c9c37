"""A graphics item that fills a rectangle which its owner gives it."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF


class PlacedItem(pg.GraphicsObject):
    """Subclasses paint into `rect`."""

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
