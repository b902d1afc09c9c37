"""Parts of different heights in as many columns as there is room for; all of it scrolls."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ...theme import STEP
from ...widgets.column_area import BAR_PX, ColumnArea

COLUMN_PX = 196
"""A column has at least this width."""
BETWEEN_PX = 5 * STEP
LOWEST_PX = 64


class Columns(ColumnArea):
    """Each part goes below the shortest column, in their order: what comes first is on top.

    parts: each with about how many lines high it is. So it depends on the width only where a part
    stands, and nothing moves when lines come or go.
    """

    def __init__(self, parts: Sequence[tuple[QWidget, int]], parent: QWidget | None = None) -> None:
        super().__init__(BAR_PX + 2 * STEP, parent)
        self.setObjectName("facts")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # arrow keys scroll
        self._parts = tuple(parts)
        self._columns: list[QWidget] = []
        self._places: list[list[QWidget]] = []
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(BETWEEN_PX)
        self.column.addLayout(self._row)
        self.column.addStretch(1)
        for part, _ in self._parts:
            part.setParent(self.page)
        self.arrange()

    @property
    def count(self) -> int:
        """How many columns there is room for."""
        room = self.viewport().width() + BETWEEN_PX
        return max(1, min(room // (COLUMN_PX + BETWEEN_PX), len(self._parts)))

    def arrange(self) -> None:
        """Put each part where it belongs; nothing moves where that is where it is."""
        places: list[list[QWidget]] = [[] for _ in range(self.count)]
        heights = [0] * len(places)
        for part, lines in self._parts:
            column = heights.index(min(heights))
            places[column].append(part)
            heights[column] += lines + 2
        if places != self._places:
            self._places = places
            self._lay_out()

    def _lay_out(self) -> None:
        while len(self._columns) < len(self._places):
            self._columns.append(_column())
            self._row.addWidget(self._columns[-1], 1)
        for number, column in enumerate(self._columns):
            box = column.layout()
            assert isinstance(box, QVBoxLayout)
            while box.count():
                box.takeAt(0)
            for part in self._places[number] if number < len(self._places) else ():
                box.addWidget(part)
            box.addStretch(1)
            column.setVisible(number < len(self._places))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(COLUMN_PX + BAR_PX + 2 * STEP, LOWEST_PX)


def _column() -> QWidget:
    """As wide as the others, whatever is in it."""
    column = QWidget()
    column.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    box = QVBoxLayout(column)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(4 * STEP)
    return column
