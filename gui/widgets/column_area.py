"""A column of a card that scrolls upwards and downwards, never sideways."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

BAR_PX = 10
"""The width of scroll bars in the style sheet."""


class ColumnArea(QScrollArea):
    """Put widgets into `column`. The bar takes its room from the margin: nothing moves for it."""

    def __init__(self, margin: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._margin = margin
        self.page = QWidget()
        self.page.setObjectName("scrolled")
        self.column = QVBoxLayout(self.page)
        self.setWidget(self.page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self._make_room(0, 0)

    def _make_room(self, _first: int, last: int) -> None:
        margin = self._margin - (BAR_PX if last > 0 else 0)
        self.column.setContentsMargins(0, 0, margin, 0)
