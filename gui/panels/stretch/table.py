"""The table of the workers in a stretch of time."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from ...theme import SMALL_PT, body_font
from .model import FAILED, StretchModel

LEAST_PX, FOUR_ROWS_PX = 96, 124
PAD_PX, TITLE_PAD_PX = 0, 12
"""Beside what a cell shows, and its title."""


class StretchTable(QTableView):
    """Ctrl+C copies the selected rows, or all; Enter and a double click choose one.

    A click on a title sorts by it, the largest first and then the smallest; once more goes back to
    the order of births. Columns share the width by what is seen in them.
    """

    copy_wanted = Signal()

    def __init__(self, model: StretchModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight(LEAST_PX)
        self.setAccessibleName(self.tr("Workers in the selected stretch"))
        self.setFont(body_font(SMALL_PT))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(24)
        header.sectionClicked.connect(self._sort)

    def refresh(self) -> None:
        """The stretch has been looked at further."""
        self._model.refresh()
        self.setColumnHidden(FAILED, not self._model.has_failed)
        self._share_width()

    def _sort(self, column: int) -> None:
        descending, ascending = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
        order = self._model.sorted_by
        if order == (column, descending):
            self._model.sort(column, ascending)
        elif order == (column, ascending):
            self._model.sort(-1)
        else:
            self._model.sort(column, descending)
        self._share_width()

    def _share_width(self) -> None:
        """What is left goes to all alike; where there is too little, the table scrolls."""
        columns = [n for n in range(self._model.columnCount()) if not self.isColumnHidden(n)]
        titles = QFontMetrics(self.font())
        needed = []
        for column in columns:
            title = str(self._model.headerData(column, Qt.Orientation.Horizontal))
            width = titles.horizontalAdvance(title) + TITLE_PAD_PX
            needed.append(max(self.sizeHintForColumn(column) + PAD_PX, width))
        more = max(self.viewport().width() - sum(needed), 0)
        for place, (column, width) in enumerate(zip(columns, needed, strict=True)):
            part = more * (place + 1) // len(columns) - more * place // len(columns)
            self.setColumnWidth(column, width + part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    @property
    def chosen(self) -> list[int]:
        """The selected rows, from top to bottom; all where none is."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return rows or list(range(self._model.rowCount()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif enter and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)
