"""What the tab of numbers shows."""

from enum import StrEnum

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ....engine.journal import Status
from ....engine.metrics.chunking import ONE_AT_A_TIME, chunking
from ....engine.metrics.numbers import Chunking, Numbers
from ....engine.metrics.so_far import measure
from ....engine.recording import Recording
from ....engine.trace.layout import clock_ns
from ...lab import Lab
from ...theme import STEP, Theme
from .columns import Columns
from .figures import Figures
from .histogram import Histogram
from .titles import groups
from .words import longest_text, note_text, values_of, values_so_far
from .workers import MOST_ROWS, WorkersPart

REFRESH_MS = 250
HISTOGRAM_LINES = 6
"""About as high as so many figures."""


class State(StrEnum):
    """What there is to show. BROKEN: of a run in which not all was done."""

    NONE = "none"
    RUNNING = "running"
    WORKING = "working"
    NOTHING = "nothing"
    BROKEN = "broken"
    WHOLE = "whole"


class NumbersPage(QWidget):
    """Shows `lab.explanation.numbers`; while a run goes on, what is known of it so far.

    task_wanted: the row of a task that is to be shown; it is selected.
    """

    task_wanted = Signal(int)

    def __init__(self, lab: Lab, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._shown: Numbers | None = None
        self.note = QLabel()
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.histogram, self.workers = Histogram(theme), WorkersPart()
        self.table = self.workers.table
        self.figures: dict[str, Figures] = {}
        parts: list[tuple[QWidget, int]] = []
        for group in groups():
            above = self.histogram if group.name == "durations" else None
            self.figures[group.name] = figures = Figures(group, ("longest",), above)
            parts.append((figures, len(group.lines) + (HISTOGRAM_LINES if above else 0)))
        self.longest = self.figures["durations"].values["longest"]
        self.columns = Columns([*parts, (self.workers, MOST_ROWS)])
        self.columns.setAccessibleName(self.tr("Figures of the run"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(self.columns, 1)
        column.addWidget(self.note)
        self._add_copy()
        self._timer = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        lab = self._lab
        self.longest.clicked.connect(self._want_longest)  # type: ignore[union-attr]
        self.histogram.longest_wanted.connect(self._want_longest)
        self.table.worker_wanted.connect(lab.select_worker)
        lab.worker_changed.connect(lambda: self.table.show_worker(lab.worker))
        for signal in (lab.recording_changed, lab.status_changed, lab.explanation_changed):
            signal.connect(self.refresh)
        lab.ticked.connect(self._refresh_soon)

    def _add_copy(self) -> None:
        copy = QAction(self.tr("Copy all figures"), self)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.triggered.connect(self.copy_all)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    @property
    def state(self) -> State:
        lab = self._lab
        if lab.recording is None:
            return State.NONE
        if lab.running:
            return State.RUNNING
        if lab.recording.trace is None:
            return State.NOTHING
        if lab.explanation is None:
            return State.WORKING
        return State.WHOLE if lab.status is Status.FINISHED else State.BROKEN

    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        self.histogram.set_theme(theme)

    def refresh(self) -> None:
        """Show what there is; a tab that is not open is brought up to date when it is opened."""
        if not self.isVisible():
            return
        state = self.state
        text = note_text(state)
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.columns.setVisible(state not in (State.NONE, State.NOTHING))
        numbers = self._numbers()
        values = self._values(numbers)
        for figures in self.figures.values():
            figures.show_values(values)
        if numbers is not self._shown:
            self._shown = numbers
            self.histogram.show_durations(None if numbers is None else numbers.durations)
            self.workers.show_workers(() if numbers is None else numbers.workers)
            self.table.show_worker(self._lab.worker)
        self.workers.setVisible(numbers is not None and bool(numbers.workers))

    def _numbers(self) -> Numbers | None:
        explanation = self._lab.explanation
        return None if explanation is None or self._lab.running else explanation.numbers

    def _values(self, numbers: Numbers | None) -> dict[str, str]:
        recording = self._lab.recording
        if recording is None:
            return {}
        if numbers is None:
            return values_so_far(measure(recording, clock_ns()), self._cut(recording))
        values = values_of(numbers)
        if numbers.durations is not None:
            index = recording.index_of(numbers.durations.longest_row)
            values["longest"] = longest_text(numbers.durations, index)
        return values

    @staticmethod
    def _cut(recording: Recording) -> Chunking | None:
        journal, pool = recording.journal, recording.experiment.pool
        if not journal.chunksize or pool.method == ONE_AT_A_TIME:
            return None
        return chunking(journal.inputs or 0, journal.chunksize, pool.processes)

    def _want_longest(self) -> None:
        found = None if self._shown is None else self._shown.durations
        if found is not None:
            self._lab.select(found.longest_row)
            self.task_wanted.emit(found.longest_row)

    def as_text(self) -> str:
        """All that is shown, a line each; groups under their titles, and the table of workers."""
        lines: list[str] = []
        for figures in self.figures.values():
            if found := figures.as_lines():
                lines += [figures.group.title, *found, ""]
        return "\n".join([*lines, *self.table.rows.as_lines(), ""])

    def copy_all(self) -> None:
        """Copy all of it as text for a spreadsheet."""
        if self._lab.recording is not None:
            QGuiApplication.clipboard().setText(self.as_text())
