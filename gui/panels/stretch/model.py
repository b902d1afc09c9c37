"""What each worker did in a stretch of time, as a table that is read off it cell by cell."""

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from ....engine.stretch.stretch import Stretch
from ....engine.trace.columns import Ints
from ....engine.trace.trace import Trace
from ...theme import SMALL_PT, Theme, body_font, fixed_font
from ...timeline.scene.time_scale import duration_text, share_text
from ...timeline.words.worker_text import worker_name
from .words import NOT_YET

Index = QModelIndex | QPersistentModelIndex
WORKER, TASKS, BUSY, LONGEST, FAILED = range(5)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class StretchModel(QAbstractTableModel):
    """Rows are the workers that lived in the stretch, by births until somebody sorts them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._stretch: Stretch | None = None
        self._trace: Trace | None = None
        self._order: Ints = np.zeros(0, np.int64)  # numbers of parts, by row
        self.sorted_by: tuple[int, Qt.SortOrder] | None = None

    def show(self, stretch: Stretch | None, trace: Trace | None) -> None:
        """Show another stretch."""
        self.beginResetModel()
        self._stretch, self._trace = stretch, trace
        self._order = self._sorted()
        self.endResetModel()

    def refresh(self) -> None:
        """The stretch has been looked at further."""
        stretch = self._stretch
        if stretch is None:
            return
        if len(stretch.parts) != len(self._order):
            self.show(stretch, self._trace)
            return
        order = self._sorted()
        if not np.array_equal(order, self._order):
            self._put_in(order)
        if len(order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(order) - 1, FAILED))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; one that is not there is the order of births."""
        self.sorted_by = (column, order) if column >= 0 else None
        self._put_in(self._sorted())
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, FAILED)

    def _put_in(self, order: Ints) -> None:
        """Change the order of rows; what is selected stays selected."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        rows = np.argsort(order, kind="stable")  # by number, its row
        new = [self.index(int(rows[self._order[at.row()]]), at.column()) for at in old]
        self._order = order
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _sorted(self) -> Ints:
        stretch = self._stretch
        if stretch is None:
            return np.zeros(0, np.int64)
        if self.sorted_by is None:
            return np.arange(len(stretch.parts))
        values = self.values(self.sorted_by[0])
        ascending = self.sorted_by[1] == Qt.SortOrder.AscendingOrder
        order: Ints = np.argsort(values if ascending else -values, kind="stable")
        return order

    def values(self, column: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """All of a column as numbers, by births: PID, tasks, share, ns, tasks."""
        assert self._stretch is not None and self._trace is not None
        parts = self._stretch.parts
        match column:
            case 0:
                found = self._trace.workers["pid"][parts["ordinal"] - 1]
            case 1:
                found = parts["ran"]
            case 2:
                return np.minimum(parts["busy"] / np.maximum(parts["lived"], 1), 1.0)
            case 3:
                found = parts["longest"]
            case _:
                found = parts["raised"] + parts["lost"]
        return found.astype(np.float64)

    @property
    def has_failed(self) -> bool:
        """Whether any task failed."""
        stretch = self._stretch
        return stretch is not None and bool(self.values(FAILED).any())

    def ordinal_of(self, row: int) -> int:
        """The worker that is shown in a row."""
        assert self._stretch is not None
        return int(self._stretch.parts["ordinal"][self._order[row]])

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else FAILED + 1

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
        first = (self.tr("worker"), self.tr("tasks"), self.tr("busy"))
        return (*first, self.tr("longest"), self.tr("failed"))

    def _helps(self) -> tuple[str, ...]:
        return (
            self.tr("Its PID. Double click, or Enter, shows its lane."),
            self.tr("Those that were running in the stretch at any time"),
            self.tr("Which share of the time for which it lived in the stretch it was in tasks"),
            self.tr("Of the tasks that ended in the stretch; all of its time"),
            self.tr("Tasks that raised or were lost in the stretch"),
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._stretch is None or not index.isValid() or index.row() >= len(self._order):
            return None
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT
            case Qt.ItemDataRole.FontRole if column == WORKER:
                return fixed_font(SMALL_PT)
            case Qt.ItemDataRole.ToolTipRole if column == WORKER and self._trace is not None:
                return worker_name(self._trace.lanes[self.ordinal_of(row) - 1])
            case Qt.ItemDataRole.ForegroundRole if column == FAILED and self._failed(row):
                return QColor(self.theme.failure)
        return None

    @property
    def _whole(self) -> bool:
        """Whether it is known how tasks ended."""
        figures = None if self._stretch is None else self._stretch.figures
        return figures is not None and figures.ends is not None

    def _failed(self, row: int) -> int:
        assert self._stretch is not None
        parts, number = self._stretch.parts, self._order[row]
        return int(parts["raised"][number] + parts["lost"][number])

    def text(self, row: int, column: int) -> str:
        """What a cell shows."""
        stretch, trace, number = self._stretch, self._trace, int(self._order[row])
        assert stretch is not None and trace is not None
        parts = stretch.parts
        if column == WORKER:
            return str(trace.lanes[self.ordinal_of(row) - 1].pid or NOT_YET)
        if column == TASKS:
            return f"{parts['ran'][number]:,}"
        if column == BUSY:
            return share_text(min(parts["busy"][number] / max(parts["lived"][number], 1), 1.0))
        if not self._whole:
            return NOT_YET
        if column == FAILED:
            return f"{self._failed(row):,}"
        longest_ns = int(parts["longest"][number])
        return duration_text(longest_ns / 1e9) if longest_ns else ""

    def as_lines(self, rows: list[int]) -> str:
        """Rows for a spreadsheet, a line each with tabs between, below one with what they are."""
        assert self._stretch is not None
        titles = (
            self.tr("worker (PID)"),
            self.tr("tasks"),
            self.tr("busy (%)"),
            self.tr("longest (s)"),
            self.tr("failed"),
        )
        pids, tasks, busy, longest, failed = (self.values(column) for column in range(FAILED + 1))
        lines = ["\t".join(titles)]
        for row in rows:
            at = int(self._order[row])
            lines.append(
                f"{pids[at]:.0f}\t{tasks[at]:.0f}\t{busy[at] * 100:.4g}"
                f"\t{longest[at] / 1e9:.9g}\t{failed[at]:.0f}"
            )
        return "\n".join(lines)
