"""The results: a row a task, searchable."""

from collections.abc import Hashable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ...lab import Lab
from ...theme import STEP, Theme
from .model import DURATION, HANDED, INDEX, INPUT, RESULT, WORKER, ResultsModel
from .widths import ColumnWidths

SEARCH_STEP = 1_000
"""Tasks looked at between two events of the window."""
REFRESH_MS = 250
ROW_PX = 24


class ResultsPanel(QWidget):
    """Shows the lab's run. Clicking a row selects the task everywhere."""

    def __init__(self, lab: Lab, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.model = ResultsModel(theme)
        self._searched = 0
        self._seen: Hashable = None  # when it was last refreshed
        self._search_timer = QTimer(self, interval=0)
        self._search_timer.timeout.connect(self._search_on)
        self._refresh_timer = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._refresh_timer.timeout.connect(self._refresh)
        self._make()
        lab.recording_changed.connect(self._show_recording)
        lab.trace_changed.connect(self._refresh_soon)
        lab.status_changed.connect(self._refresh)
        lab.selection_changed.connect(self._show_selection)

    def _make(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search index, input, result or PID"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search the results"))
        self.search.textChanged.connect(self._start_search)
        self.found = QLabel()
        self.found.setObjectName("muted")
        self.found.hide()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName(self.tr("Results"))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.moveSection(HANDED, INDEX + 1)
        header.hideSection(HANDED)
        self._widths = ColumnWidths(self.table)
        header.sectionClicked.connect(self._go_by)
        selection: QItemSelectionModel = self.table.selectionModel()
        selection.currentRowChanged.connect(self._choose)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.found)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2 * STEP, 0, 0)
        box.setSpacing(STEP)
        box.addLayout(top)
        box.addWidget(self.table, 1)

    def set_theme(self, theme: Theme) -> None:
        self.model.theme = theme
        self.model.refresh()

    def _show_recording(self) -> None:
        recording = self._lab.recording
        self.model.show(recording)
        self._seen = None
        self.table.scrollToTop()
        self.found.hide()
        self._offer_order(reordered=recording is not None and recording.experiment.order != "given")
        self._widths.begin()

    def _offer_order(self, *, reordered: bool) -> None:
        """Show in which order the inputs were handed out, to sort by it, where that is another."""
        header = self.table.horizontalHeader()
        header.setSectionHidden(HANDED, not reordered)
        header.setSectionsClickable(reordered)
        self._go_by(INDEX)

    def _go_by(self, column: int) -> None:
        """Sort by index or by handing out; no other column is sorted."""
        if column in (INDEX, HANDED):
            self.model.go_by(handing_out=column == HANDED)
            if self.search.text():
                self._start_search(self.search.text())
            self._show_selection()

    def _refresh_soon(self) -> None:
        if not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def _refresh(self) -> None:
        if self.search.text():
            if not self._search_timer.isActive():
                self._start_search(self.search.text())  # there may be more now
        elif not self.table.isVisible():
            self.model.refresh()
        elif (seen := self._what_is_seen()) != self._seen:
            self._seen = seen
            self.model.refresh()
        else:
            return  # most of a long table is done, or not begun, and painting it costs much
        self._widths.share()

    def _what_is_seen(self) -> Hashable:
        """All that the rows in view say, and how many rows there are."""
        model, table = self.model, self.table
        first, fit = max(table.rowAt(0), 0), table.viewport().height() // ROW_PX + 2
        stop = min(first + fit, model.rowCount())
        tasks = [model.task_of(row) for row in range(first, stop)]
        columns = (INPUT, RESULT, WORKER, DURATION)
        texts = tuple(model.text(task, column) for task in tasks for column in columns)
        return model.total, model.rowCount(), first, texts

    def _choose(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            self._lab.select(self.model.task_of(index.row()))

    def _show_selection(self) -> None:
        task = self._lab.selection
        row = None if task is None else self.model.row_of(task)
        if row is None:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
        elif row != self.table.currentIndex().row():
            self.table.selectRow(row)

    def _start_search(self, text: str) -> None:
        self._searched = 0
        if not text or self._lab.recording is None:
            self._search_timer.stop()
            self.model.show_found(None)
            self.found.hide()
            return
        self.model.show_found([])
        self.found.setText(self.tr("searching…"))
        self.found.show()
        self._search_timer.start()

    def _search_on(self) -> None:
        """Look at a few more tasks, so that a million of them never hold the window up."""
        recording = self._lab.recording
        total = 0 if recording is None else recording.counts.total
        stop = min(self._searched + SEARCH_STEP, total)
        self.model.add_found(list(self.model.search(self.search.text(), self._searched, stop)))
        self._searched = stop
        self.found.setText(self._found_text(stop, total))
        if stop >= total:
            self._search_timer.stop()

    def _found_text(self, searched: int, total: int) -> str:
        found = f"{self.model.rowCount():,}"
        if searched >= total:
            return self.tr("{0} of {1}").format(found, f"{total:,}")
        return self.tr("{0} so far, searched {1} %").format(found, 100 * searched // total)
