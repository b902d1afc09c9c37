"""The tasks of a run as a table that is read off the recording cell by cell."""

from collections.abc import Iterator

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from ....engine.recording import Recording
from ....engine.trace.layout import TaskState
from ... import wording
from ...theme import Theme, fixed_font
from ...timeline.scene.time_scale import duration_text
from ...widgets.labels import plain_tip

Index = QModelIndex | QPersistentModelIndex
INDEX, INPUT, RESULT, WORKER, DURATION, HANDED = range(6)


class ResultsModel(QAbstractTableModel):
    """Rows are the tasks, or those that a search has found. Nothing is copied but row numbers.

    A task is its row in the trace, in the order of handing out; the table goes by the tasks'
    indices, or, after `go_by`, by that order.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.recording: Recording | None = None
        self._found: list[int] | None = None  # None: all
        self._shown = 0
        self._by_handing_out = False
        self.theme = theme

    def show(self, recording: Recording | None) -> None:
        self.beginResetModel()
        self.recording, self._found = recording, None
        self._shown = self._count()
        self.endResetModel()

    def go_by(self, *, handing_out: bool) -> None:
        """Have the table in the order of handing out, or in that of the inputs as given."""
        self.beginResetModel()
        self._by_handing_out = handing_out
        self.endResetModel()

    def show_found(self, rows: list[int] | None) -> None:
        """Show these tasks only; None for all."""
        self.beginResetModel()
        self._found = rows
        self._shown = self._count()
        self.endResetModel()

    def add_found(self, rows: list[int]) -> None:
        """More tasks that a search has found."""
        if self._found is not None and rows:
            self.beginInsertRows(QModelIndex(), self._shown, self._shown + len(rows) - 1)
            self._found += rows
            self._shown = len(self._found)
            self.endInsertRows()

    def refresh(self) -> None:
        """The recording has got something new."""
        if (count := self._count()) != self._shown:
            self.beginResetModel()
            self._shown = count
            self.endResetModel()
        elif count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, HANDED))

    def _count(self) -> int:
        if self._found is not None:
            return len(self._found)
        return self.total

    @property
    def total(self) -> int:
        """All tasks of the run."""
        return 0 if self.recording is None else self.recording.counts.total

    @property
    def _reordered(self) -> bool:
        return self.recording is not None and self.recording.reordered

    def task_of(self, row: int) -> int:
        """The task that is shown in the table's row."""
        return self._task_at(row) if self._found is None else self._found[row]

    def _task_at(self, place: int) -> int:
        """The task at a place of the whole table."""
        if self._by_handing_out or self.recording is None:
            return place
        return self.recording.row_of(place)

    def row_of(self, task: int) -> int | None:
        """Where the table shows a task; None when it does not."""
        if self._found is not None:
            return self._found.index(task) if task in self._found else None
        if self.recording is None or task >= self._shown:
            return None
        return task if self._by_handing_out else self.recording.index_of(task)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._shown

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else HANDED + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            names = (self.tr("task"), self.tr("input"), self.tr("result"))
            more = (self.tr("worker"), self.tr("duration"), self.tr("handed out as"))
            name = str((*names, *more)[section])
            sorted_by = HANDED if self._by_handing_out else INDEX
            return f"{name} ▴" if self._reordered and section == sorted_by else name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.recording is None or not index.isValid():
            return None
        task, column = self.task_of(index.row()), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(task, column)
            case Qt.ItemDataRole.ToolTipRole if column in (INPUT, RESULT):
                return plain_tip(self._tip(task, column))
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(column)
            case Qt.ItemDataRole.FontRole if column in (INPUT, RESULT, WORKER):
                return fixed_font()
            case Qt.ItemDataRole.ForegroundRole if column == RESULT:
                return self._colour(task)
        return None

    def text(self, task: int, column: int) -> str:
        """What a cell shows."""
        recording = self.recording
        assert recording is not None
        match column:
            case 0:
                return f"{recording.index_of(task):,}"
            case 1:
                return recording.inputs[task] or ""
            case 2:
                return self._result(task)
            case 5:
                return f"{task:,}"
        trace = recording.trace
        found = None if trace is None else trace.find(task)
        if found is None:
            return self._pid_of_running(task) if column == WORKER else ""
        lane, place = found
        if column == WORKER:
            return str(lane.pid)
        return duration_text(float(lane.ended[place] - lane.begun[place]) / 1e9)

    def _state(self, task: int) -> TaskState:
        assert self.recording is not None
        trace = self.recording.trace
        return TaskState.OPEN if trace is None else TaskState(int(trace.tasks["state"][task]))

    def _result(self, task: int) -> str:
        assert self.recording is not None
        state = self._state(task)
        if state == TaskState.RAISED and task in self.recording.failures:
            return self.recording.failures[task].line
        value = self.recording.results[task]
        if value is not None:
            return value
        trace = self.recording.trace
        if state == TaskState.DONE:
            if trace is None or not trace.ended:
                return self.tr("done")
            arrived = trace.result_arrived(task)
            return self.tr("done, result not saved") if arrived else self.tr("result lost")
        if state == TaskState.OPEN:
            if self._pid_of_running(task):
                return self.tr("running")
            lost = trace is not None and trace.find(task) is not None  # in a lane, and no state
            return wording.state_name(TaskState.LOST) if lost else ""
        return wording.state_name(state)

    def _tip(self, task: int, column: int) -> str:
        """The whole of what a cell shows."""
        text = self.text(task, column)
        if column == RESULT and text == self.tr("done, result not saved"):
            return self.tr("done, but its result was not saved before the run broke off")
        return text

    def _pid_of_running(self, task: int) -> str:
        """Of the worker that is in the task; "" while none is. Costs nothing by other tasks."""
        trace = None if self.recording is None else self.recording.trace
        if trace is None or trace.ended or not trace.tasks["begun"][task]:
            return ""
        ordinal = int(trace.tasks["worker"][task])
        known = 1 <= ordinal <= len(trace.lanes) and not trace.lanes[ordinal - 1].died_ns
        return str(trace.lanes[ordinal - 1].pid) if known else ""

    def _colour(self, task: int) -> QColor | None:
        state = self._state(task)
        if state in (TaskState.RAISED, TaskState.LOST):
            return QColor(self.theme.failure)
        lost = state == TaskState.DONE and self.recording and self.recording.results[task] is None
        return QColor(self.theme.muted) if state == TaskState.NOT_RUN or lost else None

    @staticmethod
    def _alignment(column: int) -> Qt.AlignmentFlag:
        right = column in (INDEX, WORKER, DURATION, HANDED)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def search(self, text: str, start: int, stop: int) -> Iterator[int]:
        """Tasks of a part of the table whose index, input, result or PID holds `text`."""
        wanted = text.casefold()
        for task in map(self._task_at, range(start, stop)):
            if any(wanted in self.text(task, column).casefold() for column in (0, 1, 2, 3)):
                yield task
