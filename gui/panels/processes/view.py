"""The tree of processes on the screen: its columns, its keys, and which rows are in view."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from ...theme import SMALL_PT, body_font
from .model import ProcessesModel
from .words import AGE, CPU, DOES, EXIT, MEMORY, NAME, NUMBERS, TASKS, THREADS

ROW_PX = 24
INDENT_PX = 10
PAD_PX = 14
"""Beside what a cell of a column of numbers shows."""
WIDEST = {
    CPU: "999 %",
    MEMORY: "1023 MB",
    THREADS: "128",
    AGE: "990 ms",
    TASKS: "9,999",
    EXIT: "SIGTERM",
}
"""Columns are as wide from the beginning as they will ever be: nothing jumps."""
DOES_PART, DOES_LEAST_PX = 0.41, 100
"""Of what the numbers leave; the rest is the name's."""
NAME_LEAST_PX = 170
FIRST_TO_GO = (THREADS, AGE)
"""Columns that are left out, one after the other, where a narrow window has no room for all."""


class ProcessesView(QTreeView):
    """Double click and Enter want a row, Ctrl+C copies its PID; the menu is somebody else's."""

    wanted = Signal(QModelIndex)
    copy_wanted = Signal()
    menu_wanted = Signal(QModelIndex, QPoint)

    def __init__(self, model: ProcessesModel) -> None:
        super().__init__()
        self._widest = dict(WIDEST)
        self._by_hand: set[int] = set()
        self._sharing = False
        self._scrolled = 0  # by `show_from`
        self.setModel(model)
        self.setFont(body_font(SMALL_PT))
        self.setUniformRowHeights(True)
        self.setIndentation(INDENT_PX)
        self.setAllColumnsShowFocus(True)
        self.setExpandsOnDoubleClick(False)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Processes of the run"))
        header = self.header()
        header.setFont(body_font(SMALL_PT))
        header.setStretchLastSection(False)
        header.setHighlightSections(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(ROW_PX)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(self._note)
        self.doubleClicked.connect(self._act)
        model.rowsInserted.connect(self._open_first)
        model.modelReset.connect(self._begin)
        self._share_width()

    # --- columns

    def _share_width(self) -> None:
        """A column whose width a person has set keeps it; where there is little room, some go."""
        self._sharing = True
        header, left = self.header(), self.viewport().width()
        for column in NUMBERS:
            if column not in self._by_hand:
                header.resizeSection(column, self._needed(column))
            left -= self._width_of(column)
        for column in FIRST_TO_GO:
            hidden = left < NAME_LEAST_PX + DOES_LEAST_PX
            header.setSectionHidden(column, hidden)
            left += self._width_of(column) if hidden else 0
        if DOES not in self._by_hand:
            wanted = min(int(left * DOES_PART), left - NAME_LEAST_PX)
            header.resizeSection(DOES, max(wanted, DOES_LEAST_PX))
        self._sharing = False

    def _needed(self, column: int) -> int:
        """Pixels for all that a column of numbers will ever say."""
        widest = self.fontMetrics().horizontalAdvance(self._widest[column]) + PAD_PX
        return max(widest, self.header().sectionSizeFromContents(column).width())

    def _width_of(self, column: int) -> int:
        """Of a column of numbers, also of one that is hidden."""
        header = self.header()
        by_hand = column in self._by_hand and not header.isSectionHidden(column)
        return header.sectionSize(column) if by_hand else self._needed(column)

    def make_room_for(self, tasks: int) -> None:
        """Of the run that is shown from now on: one worker may run all of them."""
        widest = max(f"{tasks:,}", WIDEST[TASKS], key=len)
        if len(widest) != len(self._widest[TASKS]):
            self._widest[TASKS] = widest
            self._share_width()

    def _note(self, column: int, _old: int, _new: int) -> None:
        if not self._sharing and column != NAME and not self.header().isSectionHidden(column):
            self._by_hand.add(column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
        chosen, before, now = self.currentIndex(), event.oldSize().height(), event.size().height()
        place = self.visualRect(chosen)
        if chosen.isValid() and place.top() >= 0 and now < place.bottom() < before:
            self.scrollTo(chosen)  # what is said of it below must not cover it

    # --- rows

    def _begin(self) -> None:
        """Another run is shown."""
        self._scrolled = 0

    def show_from(self, index: QModelIndex) -> None:
        """Have this row at the top, if not all have room, and until a person scrolls."""
        bar = self.verticalScrollBar()
        if index.isValid() and bar.value() == self._scrolled:
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)
            self._scrolled = bar.value()

    def visible_handles(self) -> list[int]:
        """Of the rows in view, from the top."""
        index, bottom = self.indexAt(QPoint(0, 0)), self.viewport().height()
        found = []
        while index.isValid() and self.visualRect(index).top() < bottom:
            found.append(index.internalId())
            index = self.indexBelow(index)
        return found

    def nearest(self, index: QModelIndex) -> QModelIndex:
        """The row itself, or what is closed above it."""
        nearest = index
        while index.parent().isValid():
            index = index.parent()
            if not self.isExpanded(index):
                nearest = index
        return nearest

    def _open_first(self, parent: QModelIndex, first: int, last: int) -> None:
        """Processes are open from the beginning; crowds when somebody opens them."""
        model = self.model()
        assert isinstance(model, ProcessesModel)
        if parent.isValid() and model.opens(parent) and model.rowCount(parent) == last - first + 1:
            self.expand(parent)  # these are its first; later on a person may have closed it
        for row in range(first, last + 1):
            index = model.index(row, NAME, parent)
            if model.opens(index):
                self.expandRecursively(index)
            elif model.is_of_many(index):
                self.setFirstColumnSpanned(row, parent, True)

    def _act(self, index: QModelIndex) -> None:
        if index.isValid():
            self.wanted.emit(index.siblingAtColumn(NAME))

    # --- keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._act(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index, place = self.indexAt(event.pos()), event.globalPos()
        else:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        if index.isValid():
            self.menu_wanted.emit(index.siblingAtColumn(NAME), place)
