"""The selected worker: its life in words and figures."""

import time

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...engine.details.worker_details import WorkerTally, successor
from ...engine.trace.layout import clock_ns
from ..details.worker_words import life_sentence, worker_facts
from ..lab import Lab
from ..theme import STEP
from ..widgets.fact_groups import Fact, FactGroups, Group

LIVE_MS = 250
"""While a run goes on, it is brought up to date this often."""
BESIDE_PX = 480
"""From this width on it is a tab, wide and low."""
SLICE_S = 0.004
"""Looking through many tasks goes on between the window's events, so long at a time."""


class WorkerPanel(QWidget):
    """Shows the lab's worker, live.

    worker_wanted: the ordinal of the worker that it replaces, or that replaces it. task_wanted: the
    row of its longest task.
    """

    worker_wanted = Signal(int)
    task_wanted = Signal(int)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._tally: WorkerTally | None = None
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setAccessibleName(self.tr("The life of the selected worker"))
        self.facts = FactGroups(self._groups(), self.tr("Figures of the selected worker"))
        self.facts.link_pressed.connect(self._follow_link)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(self.sentence)
        column.addWidget(self.facts, 1)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        for signal in (lab.worker_changed, lab.recording_changed):
            signal.connect(self._begin)
        lab.status_changed.connect(self._go_on_soon)
        for signal in (lab.ticked, lab.trace_changed):
            signal.connect(self._go_on_later)
        self._begin()

    def _groups(self) -> list[Group]:
        show = self.tr("Show what this worker did")
        return [
            Group(
                "",
                [
                    Fact("pid", self.tr("PID")),
                    Fact(
                        "number",
                        self.tr("number"),
                        self.tr(
                            "In the order of birth. A pool has as many places as processes: a"
                            " worker that is replaced leaves its place to the next (“Workers by"
                            " slot” in the menu View)."
                        ),
                    ),
                    Fact("now", self.tr("now")),
                    Fact("replaces", self.tr("replaces"), show, link=True),
                    Fact("successor", self.tr("replaced by"), show, link=True),
                ],
            ),
            Group(self.tr("Work"), self._work()),
            Group(self.tr("Life"), self._life()),
        ]

    def _work(self) -> list[Fact]:
        return [
            Fact("tasks", self.tr("tasks")),
            Fact("chunks", self.tr("chunks"), self.tr("Of which it began a task")),
            Fact(
                "busy",
                self.tr("in tasks"),
                self.tr("From the call of the Pool method to its return, or to now"),
            ),
            Fact(
                "waited",
                self.tr("without work"),
                self.tr(
                    "How long it waited for a chunk in all: at its start, between two of them, and"
                    " at the end when there were no more"
                ),
            ),
            Fact(
                "rest",
                self.tr("with messages"),
                self.tr(
                    "The rest of its time from the end of its start to the end of the Pool method:"
                    " it unpickled inputs, pickled results and sent them, or had no CPU to do so."
                    " With “start took”, the initializer, tasks and waiting, that is all of it."
                ),
            ),
            Fact("longest", self.tr("longest"), self.tr("Select this task and show it"), link=True),
        ]

    def _life(self) -> list[Fact]:
        return [
            Fact(
                "born",
                self.tr("born"),
                self.tr("When Pool started it; 0 is where the time axis has its 0"),
            ),
            Fact(
                "starting",
                self.tr("start took"),
                self.tr("From there until it first asked for work, or called the initializer"),
            ),
            Fact("initializer", self.tr("initializer")),
            Fact("first", self.tr("first task"), self.tr("When its first task began")),
            Fact("gone", self.tr("gone"), self.tr("When its end was seen")),
            Fact(
                "exit",
                self.tr("exit code"),
                self.tr("0 is an orderly end; a negative one is the signal that ended it"),
            ),
        ]

    # --- keeping up

    def _begin(self) -> None:
        """Another worker, or none."""
        recording, ordinal = self._lab.recording, self._lab.worker
        trace = None if recording is None else recording.trace
        self._tally = None
        if trace is not None and ordinal is not None and 1 <= ordinal <= len(trace.lanes):
            self._tally = WorkerTally(trace, trace.lanes[ordinal - 1])
        self.facts.setVisible(self._tally is not None)
        self.sentence.setVisible(self._tally is not None)
        self._go_on()

    def _go_on_soon(self) -> None:
        if self.isVisible():
            self._timer.start(0)

    def _go_on_later(self) -> None:
        if self._tally is not None and not self._timer.isActive() and self.isVisible():
            self._timer.start(LIVE_MS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._go_on()

    def _go_on(self) -> None:
        """Look at what is new, for a bounded time; again at once, while that is not all.

        Only while somebody can see it.
        """
        tally, recording = self._tally, self._lab.recording
        if tally is None or recording is None or recording.trace is None or not self.isVisible():
            return
        until_s = time.perf_counter() + SLICE_S
        while tally.step() and time.perf_counter() < until_s:
            pass
        self.sentence.setText(life_sentence(recording, tally))
        self.facts.show_texts(worker_facts(recording, tally, clock_ns()))
        if tally.behind:
            self._timer.start(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= BESIDE_PX
        self._column.setContentsMargins(0, STEP if beside else 0, 0, 0)

    def minimumSizeHint(self) -> QSize:
        """In a tab that is not open it makes no room for itself: the lanes need that."""
        hint = super().minimumSizeHint()
        return hint if self.isVisible() else QSize(hint.width(), 0)

    def _follow_link(self, name: str) -> None:
        trace = None if self._lab.recording is None else self._lab.recording.trace
        if self._tally is None or trace is None:
            return
        lane, row = self._tally.lane, self._tally.longest_row
        other = lane.replaces if name == "replaces" else successor(trace, lane)
        if name == "longest" and row is not None:
            self.task_wanted.emit(row)
        elif name != "longest" and other is not None:
            self.worker_wanted.emit(other.ordinal)
