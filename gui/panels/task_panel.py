"""The selected task in full."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from ...engine.recording import Recording
from ...engine.trace.handing_out import chunk_of
from ...engine.trace.lane import Lane
from ...engine.trace.layout import TaskState, clock_ns
from ...engine.trace.trace import Trace
from .. import wording
from ..lab import Lab
from ..theme import STEP, fixed_font
from ..timeline.scene.time_scale import duration_text
from ..timeline.scene.waits import wait_of


class TaskPanel(QWidget):
    """Shows the lab's selection: who ran it, when, on what, and what came of it."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.hint = QLabel(
            self.tr(
                "Click a bar in the timeline or a row of the results. Drag along the time axis to"
                " see what happened in a stretch of time."
            )
        )
        self.hint.setObjectName("muted")
        self.hint.setWordWrap(True)
        self._form = QWidget()
        self._rows: dict[str, QLabel] = {}
        self._layout = form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(3 * STEP)
        form.setVerticalSpacing(STEP)
        for name, title in self._titles():
            value, label = QLabel(), QLabel(title)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            label.setObjectName("muted")
            value.setAccessibleName(title)
            form.addRow(label, value)
            self._rows[name] = value
        for name in ("input", "result", "worker"):
            self._rows[name].setFont(fixed_font())
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(fixed_font())
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(self.tr("Traceback"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.hint)
        column.addWidget(self._form)
        column.addWidget(self.details, 100)
        column.addStretch(1)  # all the room while there is no traceback
        for signal in (lab.selection_changed, lab.recording_changed, lab.status_changed):
            signal.connect(self.refresh)
        self.refresh()

    def _titles(self) -> list[tuple[str, str]]:
        return [
            ("task", self.tr("task")),
            ("handed", self.tr("handed out as")),
            ("input", self.tr("input")),
            ("result", self.tr("result")),
            ("state", self.tr("state")),
            ("worker", self.tr("worker")),
            ("chunk", self.tr("chunk")),
            ("started", self.tr("started")),
            ("took", self.tr("took")),
            ("taken", self.tr("taken")),
        ]

    def refresh(self) -> None:
        recording, task = self._lab.recording, self._lab.selection
        shown = recording is not None and recording.trace is not None and task is not None
        self.hint.setVisible(not shown)
        self._form.setVisible(shown)
        self.details.setVisible(False)
        if recording is None or recording.trace is None or task is None:
            return
        for name, text in self._texts(recording, task).items():
            self._rows[name].setText(text)
        self._layout.setRowVisible(self._rows["handed"], recording.reordered)
        self._layout.setRowVisible(self._rows["taken"], recording.trace.fetched is not None)
        failure = recording.failures.get(task)
        if failure is not None:
            gone = self.tr("The traceback was not kept: a worker keeps its first 1,000.")
            self.details.setPlainText(failure.traceback or gone)
            self.details.setVisible(True)

    def _texts(self, recording: Recording, task: int) -> dict[str, str]:
        trace = recording.trace
        assert trace is not None
        texts = dict.fromkeys(self._rows, "")
        failure = recording.failures.get(task)
        texts["task"] = f"{recording.index_of(task):,}"
        texts["handed"] = f"{task:,}"
        texts["input"] = recording.inputs[task] or ""
        texts["result"] = failure.line if failure else recording.results[task] or ""
        texts["chunk"] = f"{int(trace.tasks['chunk'][task]):,}"
        state = TaskState(int(trace.tasks["state"][task]))
        found = trace.find(task)
        if found is not None:
            lane, place = found
            begun, ended = int(lane.begun[place]), int(lane.ended[place])
            texts |= self._where(lane, begun - trace.origin_ns, ended - begun)
            ended_as = int(trace.state_of(lane.rows[place : place + 1])[0])
            texts["state"] = wording.state_name(TaskState(ended_as))
            texts["taken"] = self._taken(recording, trace, task)
            return texts
        for lane in trace.living:
            if lane.running is not None and lane.running[0] == task:
                begun = lane.running[1]
                texts |= self._where(lane, begun - trace.origin_ns, clock_ns() - begun)
                texts["state"] = self.tr("running")
                return texts
        texts["state"] = wording.state_name(state)
        return texts | self._of_chunk(trace, task)

    def _of_chunk(self, trace: Trace, task: int) -> dict[str, str]:
        """Of a task that never began: who had taken its chunk, if anybody had."""
        chunk = chunk_of(trace, task)
        taker = 0 if chunk is None else int(trace.chunks["worker"][chunk])
        if chunk is None or not 1 <= taker <= len(trace.lanes):
            return {"chunk": ""}
        text = self.tr("{0} had its chunk").format(trace.lanes[taker - 1].pid)
        return {"chunk": f"{chunk:,}", "worker": text}

    def _taken(self, recording: Recording, trace: Trace, task: int) -> str:
        """When imap's iterator gave the result."""
        wait = wait_of(recording, trace, task, clock_ns())
        if wait is None:
            return ""
        waited = duration_text(wait.waited_ns / 1e9)
        if wait.taken_ns is not None:
            time = duration_text((wait.taken_ns - trace.origin_ns) / 1e9)
            return self.tr("from the iterator at {0} (waited {1})").format(time, waited)
        if wait.over:
            return self.tr("never from the iterator")
        return self.tr("not yet from the iterator (waits for {0})").format(waited)

    @staticmethod
    def _where(lane: Lane, started_ns: int, took_ns: int) -> dict[str, str]:
        return {
            "worker": str(lane.pid),
            "started": duration_text(started_ns / 1e9),
            "took": duration_text(took_ns / 1e9),
        }
