"""The selected task in full."""

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from ...engine.details.task_details import TaskDetails, task_details
from ...engine.metrics.numbers import Durations
from ...engine.recording import Recording
from ...engine.trace.layout import TaskState, clock_ns
from ..details.task_words import texts_of
from ..lab import Lab
from ..theme import STEP, fixed_font
from ..widgets.fact_groups import Fact, FactGroups, Group

BESIDE_PX = 480
"""From this width on a traceback is beside the facts."""
TRACEBACK_PX = 96
LIVE_MS = 250
"""While the task is not over, what is said of it is brought up to date this often."""


class TaskPanel(QWidget):
    """Shows the lab's selection: who ran it, when, on what, and what came of it.

    worker_wanted: the ordinal of the worker that ran it, or had its chunk.
    """

    worker_wanted = Signal(int)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._details: TaskDetails | None = None
        self.hint = QLabel(
            self.tr(
                "Click a bar in the timeline or a row of the results; the name of a lane tells of"
                " its worker. Drag along the time axis to see what happened in a stretch of time."
            )
        )
        self.hint.setObjectName("muted")
        self.hint.setWordWrap(True)
        self.facts = FactGroups(self._groups(), self.tr("What is known of the selected task"))
        self.facts.link_pressed.connect(self._want_worker)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(fixed_font())
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(self.tr("Traceback"))
        self.details.setMinimumHeight(TRACEBACK_PX)
        self._timer = QTimer(self, interval=LIVE_MS, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        self._arrange()
        for signal in (
            lab.selection_changed,
            lab.recording_changed,
            lab.status_changed,
            lab.explanation_changed,
        ):
            signal.connect(self.refresh)
        lab.ticked.connect(self._refresh_soon)
        self.refresh()

    def _arrange(self) -> None:
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._parts.addWidget(self.facts, 3)
        self._parts.addWidget(self.details, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.hint)
        column.addLayout(self._parts, 100)
        column.addStretch(1)  # all the room while nothing is selected

    def _groups(self) -> list[Group]:
        return [
            Group(
                "",
                [
                    Fact("task", self.tr("task"), self.tr("The position of its input")),
                    Fact("handed", self.tr("handed out as")),
                    Fact("input", self.tr("input"), value=True),
                    Fact("result", self.tr("result"), value=True),
                    Fact("state", self.tr("state")),
                    Fact(
                        "took",
                        self.tr("took"),
                        self.tr("On the clock; half of all tasks took longer than the median"),
                    ),
                    Fact(
                        "worker",
                        self.tr("worker"),
                        self.tr("Show what this worker did"),
                        link=True,
                    ),
                ],
            ),
            Group(self.tr("Time"), self._times()),
            Group(self.tr("Its chunk"), self._of_chunk()),
        ]

    def _times(self) -> list[Fact]:
        return [
            Fact(
                "queued",
                self.tr("in the queue"),
                self.tr("From when its chunk was handed out until a worker took it"),
            ),
            Fact(
                "before",
                self.tr("until it began"),
                self.tr(
                    "From when the worker took its chunk until this task began: it unpickled the"
                    " chunk, and ran the tasks that come before in it"
                ),
            ),
            Fact(
                "started",
                self.tr("started"),
                self.tr("After the pool was being made, where the time axis has its 0"),
            ),
            Fact("taken", self.tr("taken")),
        ]

    def _of_chunk(self) -> list[Fact]:
        return [
            Fact("chunk", self.tr("chunk"), self.tr("Tasks that a worker was handed at once")),
            Fact(
                "cpu",
                self.tr("CPU time"),
                self.tr(
                    "Of the whole chunk: how long its worker's thread had a CPU while the tasks of"
                    " the chunk ran. The rest it waited: for a file, a lock, the network, or for a"
                    " CPU that others had. What other threads of a task compute is not in it."
                ),
            ),
            Fact("bytes_in", self.tr("message in"), self.tr("The chunk's inputs, pickled")),
            Fact("bytes_out", self.tr("message out"), self.tr("The chunk's results, pickled")),
        ]

    # --- keeping up

    def refresh(self) -> None:
        """Show the selection as it is now."""
        recording, row = self._lab.recording, self._lab.selection
        trace = None if recording is None else recording.trace
        shown = trace is not None and row is not None and 0 <= row < trace.total
        self.hint.setVisible(not shown)
        self.facts.setVisible(shown)
        self._details = None
        if recording is None or trace is None or row is None or not shown:
            self.details.setVisible(False)
            return
        now_ns = clock_ns()
        self._details = details = task_details(trace, row, now_ns)
        texts = texts_of(recording, details, self._durations, now_ns)
        self.facts.show_texts(texts | {"worker": self._worker_text(recording, details)})
        self._show_traceback(recording, row)

    @property
    def _durations(self) -> Durations | None:
        explanation = self._lab.explanation
        return None if explanation is None else explanation.numbers.durations

    def _worker_text(self, recording: Recording, details: TaskDetails) -> str:
        """Who ran it; of a task that never began, who had taken its chunk, if anybody had."""
        ordinal = _worker_of(details)
        if not ordinal:
            return ""
        pid = str(recording.pid_of(ordinal) or "…")
        return pid if details.ordinal else self.tr("{0} had its chunk").format(pid)

    def _show_traceback(self, recording: Recording, row: int) -> None:
        failure = recording.failures.get(row)
        self.details.setVisible(failure is not None)
        if failure is not None:
            gone = self.tr("The traceback was not kept: a worker keeps its first 1,000.")
            text = failure.traceback or gone
            if text != self.details.toPlainText():
                self.details.setPlainText(text)

    def _refresh_soon(self) -> None:
        """While it is not over, and somebody can see it."""
        details = self._details
        if details is None or details.state is not TaskState.OPEN or not self.isVisible():
            return
        if not self._timer.isActive():
            self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        directions, beside = QBoxLayout.Direction, event.size().width() >= BESIDE_PX
        self._parts.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self._parts.setSpacing((4 if beside else 2) * STEP)
        self._parts.setContentsMargins(0, STEP if beside else 0, 0, 0)

    def minimumSizeHint(self) -> QSize:
        """In a tab that is not open it makes no room for itself: the lanes need that."""
        hint = super().minimumSizeHint()
        return hint if self.isVisible() else QSize(hint.width(), 0)

    def _want_worker(self, _name: str) -> None:
        if self._details is not None and _worker_of(self._details):
            self.worker_wanted.emit(_worker_of(self._details))


def _worker_of(details: TaskDetails) -> int:
    """The ordinal; 0 for nobody."""
    return details.ordinal or (details.way.taker if details.way is not None else 0)
