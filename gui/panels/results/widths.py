"""How the columns of the results share the width of their table."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHeaderView, QTableView

from .model import DURATION, HANDED, INDEX, INPUT, RESULT, WORKER, ResultsModel

LIMITS = {INDEX: (48, 96), HANDED: (64, 128), WORKER: (64, 96), DURATION: (72, 104)}
"""Pixels that a column takes, at least and at most, by what is in it."""
LEAST_INPUT = 64
INPUT_SHARE = 0.4
"""Of what the columns above leave: the rest is the result's."""
PAD_PX, NUMBER_PAD_PX = 8, 24


class ColumnWidths(QObject):
    """Each column is as wide as what is seen in it, within limits; the result gets the rest.

    While a run is shown columns only grow, so that nothing jumps when data arrives. One whose width
    a person has set keeps it.
    """

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table, self._header = table, table.horizontalHeader()
        self._widths: dict[int, int] = {}
        self._by_hand: set[int] = set()
        self._sharing = False
        self._header.setSectionResizeMode(RESULT, QHeaderView.ResizeMode.Stretch)
        self._header.setResizeContentsPrecision(0)  # what is seen
        self._header.sectionResized.connect(self._note)
        table.viewport().installEventFilter(self)

    def begin(self) -> None:
        """Another run is shown."""
        self._widths.clear()
        self.share()

    def share(self) -> None:
        """Look at what there is now."""
        if self._sharing or not self._table.isVisible():
            return  # of a table that is not seen, Qt would look at each of a million rows
        self._sharing = True
        left = self._table.viewport().width()
        for column, (least, most) in LIMITS.items():
            if not self._header.isSectionHidden(column):
                self._resize(column, least, most)
                left -= self._header.sectionSize(column)
        self._resize(INPUT, LEAST_INPUT, max(LEAST_INPUT, int(left * INPUT_SHARE)))
        self._sharing = False

    def _resize(self, column: int, least: int, most: int) -> None:
        if column not in self._by_hand:
            needs = max(self._table.sizeHintForColumn(column), self._title_px(column)) + PAD_PX
            if column in (INDEX, HANDED):
                needs = max(needs, self._number_px())
            wanted = max(needs, least, self._widths.get(column, 0))
            self._widths[column] = wanted
            self._header.resizeSection(column, min(wanted, most))

    def _number_px(self) -> int:
        """What the last task's number needs: it may come into view at any time."""
        model = self._table.model()
        total = model.total if isinstance(model, ResultsModel) else 0
        return self._table.fontMetrics().horizontalAdvance(f"{total:,}") + NUMBER_PAD_PX

    def _title_px(self, column: int) -> int:
        return self._header.sectionSizeFromContents(column).width()

    def _note(self, column: int, _old: int, _new: int) -> None:
        if not self._sharing and column != RESULT:
            self._by_hand.add(column)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.share()
        return super().eventFilter(watched, event)
