"""What each worker did, as a table."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QTableView, QVBoxLayout, QWidget

from ....engine.metrics.numbers import WorkerNumbers
from ...theme import SMALL_PT, body_font, fixed_font
from ...timeline.scene.time_scale import duration_text, share_text
from .words import UNKNOWN

Index = QModelIndex | QPersistentModelIndex
PID, TASKS, BUSY, SHARE = range(4)
ROW_PX, MOST_ROWS = 24, 8
"""More rows are shown when somebody asks for them."""
ALL_ROWS = 1000
"""Of more than so many the table has to scroll by itself."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class WorkersModel(QAbstractTableModel):
    """Rows are workers in the order of birth, until somebody sorts them."""

    def __init__(self) -> None:
        super().__init__()
        self._workers: tuple[WorkerNumbers, ...] = ()
        self._shown: list[WorkerNumbers] = []
        self.sorted_by: tuple[int, Qt.SortOrder] | None = None

    def show_workers(self, workers: tuple[WorkerNumbers, ...]) -> None:
        self.beginResetModel()
        self._workers = workers
        self._shown = self._sorted()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; one that is not there is the order of births."""
        self.sorted_by = (column, order) if column >= 0 else None
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        chosen = [self._shown[at.row()].ordinal for at in before]
        self._shown = self._sorted()
        rows = {worker.ordinal: row for row, worker in enumerate(self._shown)} if before else {}
        after = [
            self.index(rows[ordinal], at.column())
            for ordinal, at in zip(chosen, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, SHARE)

    def _sorted(self) -> list[WorkerNumbers]:
        if self.sorted_by is None:
            return list(self._workers)
        column, order = self.sorted_by
        down = order == Qt.SortOrder.DescendingOrder
        return sorted(self._workers, key=lambda worker: _value(worker, column), reverse=down)

    def ordinal_of(self, row: int) -> int:
        """The worker that is shown in a row."""
        return self._shown[row].ordinal

    def row_of(self, ordinal: int) -> int | None:
        """Where a worker is shown."""
        if self.sorted_by is None:
            return ordinal - 1 if 0 < ordinal <= len(self._shown) else None
        rows = (row for row, worker in enumerate(self._shown) if worker.ordinal == ordinal)
        return next(rows, None)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else SHARE + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._titles()[section] + self._arrow(section)
            case Qt.ItemDataRole.ToolTipRole:
                return self._helps()[section]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT
            case Qt.ItemDataRole.FontRole:
                return body_font(SMALL_PT)
        return None

    def _arrow(self, section: int) -> str:
        if self.sorted_by is None or self.sorted_by[0] != section:
            return ""
        return " ▴" if self.sorted_by[1] == Qt.SortOrder.AscendingOrder else " ▾"

    def _titles(self) -> tuple[str, ...]:
        return self.tr("worker"), self.tr("tasks"), self.tr("busy"), self.tr("share")

    def _helps(self) -> tuple[str, ...]:
        return (
            self.tr("Its PID. A click, or Enter, selects the worker."),
            self.tr("Those that it began"),
            self.tr("How long it was in tasks"),
            self.tr(
                "Its utilisation: busy time by the time for which it lived between the call of the"
                " Pool method and its return"
            ),
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(index.row(), index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT
            case Qt.ItemDataRole.FontRole if index.column() == PID:
                return fixed_font(SMALL_PT)
        return None

    def text(self, row: int, column: int) -> str:
        """What a cell shows."""
        worker = self._shown[row]
        match column:
            case 0:
                return str(worker.pid or UNKNOWN)
            case 1:
                return f"{worker.tasks:,}"
            case 2:
                return duration_text(worker.busy_s)
            case _:
                share = worker.utilisation
                return UNKNOWN if share is None else share_text(share)

    def as_lines(self) -> list[str]:
        """For a spreadsheet: what the columns are, and a line a worker, with tabs between."""
        titles = self.tr("worker (PID)"), self.tr("tasks"), self.tr("busy (s)")
        lines = ["\t".join((*titles, self.tr("utilisation (%)")))]
        for worker in self._shown:
            share = "" if worker.utilisation is None else f"{worker.utilisation * 100:.4g}"
            lines.append(f"{worker.pid}\t{worker.tasks}\t{worker.busy_s:.9g}\t{share}")
        return lines


def _value(worker: WorkerNumbers, column: int) -> float:
    values = worker.pid, worker.tasks, worker.busy_s, worker.utilisation or 0.0
    return float(values[column])


class WorkersTable(QTableView):
    """A click on a title sorts by it, the largest first; then the smallest; then by births.

    worker_wanted: the ordinal of one that was chosen by a click or Enter.
    """

    worker_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rows = WorkersModel()
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(self.tr("Workers of the run"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.shows_all = False
        self.setFont(body_font(SMALL_PT))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(ROW_PX)
        header.sectionClicked.connect(self._sort)
        self.clicked.connect(self._choose)

    def show_workers(self, workers: tuple[WorkerNumbers, ...]) -> None:
        """Show others; it is as high as these, up to a few."""
        self.rows.show_workers(workers)
        self.show_all(on=False)

    def show_all(self, *, on: bool) -> None:
        """All rows, or a few; it does not scroll by itself, for what it stands in does."""
        self.shows_all, count = on, self.rows.rowCount()
        rows = min(max(count, 1), ALL_ROWS if on else MOST_ROWS)
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(head + rows * ROW_PX + 2 * self.frameWidth() + 2)
        policy = Qt.ScrollBarPolicy
        bar = policy.ScrollBarAsNeeded if self._scrolls else policy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(bar)
        self._share_width()

    @property
    def _scrolls(self) -> bool:
        return self.shows_all and self.rows.rowCount() > ALL_ROWS

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._scrolls:
            super().wheelEvent(event)
        else:
            event.ignore()

    def show_worker(self, ordinal: int | None) -> None:
        """Select a worker's row, or none."""
        row = None if ordinal is None else self.rows.row_of(ordinal)
        if row is None:
            self.clearSelection()
        else:
            self.selectRow(row)

    def _sort(self, column: int) -> None:
        down, up = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
        if self.rows.sorted_by == (column, down):
            self.rows.sort(column, up)
        elif self.rows.sorted_by == (column, up):
            self.rows.sort(-1)
        else:
            self.rows.sort(column, down)
        self._share_width()

    def _choose(self, index: QModelIndex) -> None:
        self.worker_wanted.emit(self.rows.ordinal_of(index.row()))

    def _share_width(self) -> None:
        titles = QFontMetrics(self.font())
        needed = []
        for column in range(self.rows.columnCount()):
            title = str(self.rows.headerData(column, Qt.Orientation.Horizontal))
            width = titles.horizontalAdvance(title) + 2 * 6
            needed.append(max(self.sizeHintForColumn(column), width))
        count = len(needed)
        more = max(self.viewport().width() - sum(needed), 0)
        for column, width in enumerate(needed):
            part = more * (column + 1) // count - more * column // count
            self.setColumnWidth(column, width + part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)


class WorkersPart(QWidget):
    """The table, and a line below it that shows its other rows."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.more = WorkersTable(), QPushButton()
        self.more.setObjectName("link")
        self.more.setProperty("flush", True)
        self.more.clicked.connect(self._turn)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_workers(self, workers: tuple[WorkerNumbers, ...]) -> None:
        """Show others: a few rows of them."""
        self.table.show_workers(workers)
        self._show_more()

    def _turn(self) -> None:
        self.table.show_all(on=not self.table.shows_all)
        self._show_more()

    def _show_more(self) -> None:
        count = self.table.rows.rowCount()
        text = self.tr("All {0} workers").format(f"{count:,}")
        self.more.setText(self.tr("Fewer rows") if self.table.shows_all else text)
        self.more.setVisible(count > MOST_ROWS)
