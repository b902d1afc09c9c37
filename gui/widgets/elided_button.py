"""A button that shortens its text instead of widening its column."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

LEAST_PX = 60
ROUNDED_PX = 2
"""Widths of texts are rounded, and a text without room for its last fraction is shortened."""


class ElidedButton(QPushButton):
    """`whole` is what it says where there is room, and what a screen reader says."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.whole = ""
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        self.whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._shorten()

    @property
    def _around_px(self) -> int:
        """What frame and padding take."""
        return super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())

    def sizeHint(self) -> QSize:
        """As for the whole text."""
        text_px = self.fontMetrics().horizontalAdvance(self.whole) + ROUNDED_PX
        return QSize(self._around_px + text_px, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), LEAST_PX), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room, elide = self.width() - self._around_px, Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self.whole, elide, room))
