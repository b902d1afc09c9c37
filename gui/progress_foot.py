"""The line at the foot of the timeline: how far the run has got, and what has just been done."""

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from ..engine.journal import Status
from ..engine.metrics.so_far import remaining_s, straggler
from ..engine.recording import Recording
from ..engine.trace.counts import Counts
from ..engine.trace.handing_out import being_pickled
from ..engine.trace.layout import clock_ns
from . import wording
from .lab import Lab
from .theme import STEP, body_font
from .timeline.scene.time_scale import duration_text
from .widgets.elided_label import ElidedLabel
from .widgets.labels import set_state

TEXT_PX = 240
"""Kept free for the words, so that the bar beside them does not change its length."""
SAID_MS = 4_000
LONG_PICKLING_NS = 500_000_000
"""A chunk's pickling that is said."""


class ProgressFoot(QWidget):
    """A bar of the tasks that are done, and words that take its room where they need it."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Tasks that are done"))
        self.text = ElidedLabel()
        self.text.setObjectName("muted")
        self.text.setFont(body_font())
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.text.setMinimumWidth(TEXT_PX)
        self.text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._goes_on = ""
        self._said = QTimer(self, interval=SAID_MS, singleShot=True)
        self._said.timeout.connect(self.refresh)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        row.addWidget(self.bar, 1)
        row.addWidget(self.text)

    def say(self, text: str) -> None:
        """A line that stays for a while, whatever the run has to say."""
        self.text.setText(text)
        self._said.start()

    def say_what_goes_on(self, text: str) -> None:
        """A line that stays until there is another; "" for what the run has to say."""
        self._goes_on = text
        self._said.stop()
        self.refresh()

    def forget_said(self) -> None:
        """Another run is shown: what was said is of no interest any more."""
        self._said.stop()

    def refresh(self) -> None:
        """Bring it up to date."""
        recording, status = self._lab.recording, self._lab.status
        set_state(self.bar, "failed", status == Status.FAILED)
        if recording is None or status is None:
            self.bar.setRange(0, 1)
            self.bar.setValue(0)
            self.text.setText(self._goes_on or self.tr("Not run yet"))
            return
        counts = recording.counts
        with QSignalBlocker(self.bar):
            self.bar.setRange(0, max(counts.total, 1))
            self.bar.setValue(counts.done)
        if not self._said.isActive():
            self.text.setText(self._goes_on or " · ".join([*self._done(), *self._parts()]))

    def _done(self) -> list[str]:
        """How many tasks are done; nothing while nobody knows how many there are."""
        recording = self._lab.recording
        counts = Counts() if recording is None else recording.counts
        if not counts.total:
            return []
        if self._lab.running or counts.done - counts.result_lost == counts.total:
            return [f"{counts.done:,} / {counts.total:,}"]
        text = self.tr("{0} of {1} done").format(f"{counts.done:,}", f"{counts.total:,}")
        if counts.result_lost:  # of those: what follows adds up
            text += f" ({wording.results_lost(counts.result_lost, counts.done)})"
        return [text]

    def _parts(self) -> list[str]:
        recording, status = self._lab.recording, self._lab.status
        assert recording is not None
        counts, journal = recording.counts, recording.journal
        parts = []
        if counts.raised:
            parts.append(self.tr("{0} raised").format(f"{counts.raised:,}"))
        if counts.lost:
            parts.append(self.tr("{0} lost").format(f"{counts.lost:,}"))
        if not self._lab.running and counts.not_run:
            parts.append(self.tr("{0} not run").format(f"{counts.not_run:,}"))
        if self._lab.running and counts.result_lost:
            parts.append(wording.results_lost(counts.result_lost, counts.done))
        parts += self._pickling()
        if status == Status.RUNNING:
            parts.append(self._rest(recording))
        elif status == Status.FINISHED and journal.makespan_s is not None:
            parts.append(self.tr("finished in {0}").format(duration_text(journal.makespan_s)))
        elif status == Status.PREPARING:
            parts.append(self.tr("importing the task, listing the inputs"))
        elif status == Status.ENDING:
            parts.append(self._ending(recording))
        elif status == Status.STOPPED and not counts.total:
            parts.append(self.tr("stopped before the first task"))
        elif status is not None:
            parts.append(wording.status_name(status).lower())
        return parts

    def _ending(self, recording: Recording) -> str:
        """What goes on between the last result and the end of the last process."""
        running = recording.counts.running
        if running:  # as in the plain program: they have been handed out; Stop is the person's
            text = self.tr("{0} has come to its end, {1} handed out before still running")
            tasks = wording.count(running, "task")
            return text.format(recording.experiment.pool.method, tasks)
        if recording.behind:
            return self.tr("reading what the workers wrote")
        return self.tr("writing inputs and results")

    @staticmethod
    def _rest(recording: Recording) -> str:
        """How long it will take; or what it is waiting for, where nobody can tell that."""
        now_ns = clock_ns()
        left_s = remaining_s(recording, now_ns)
        return wording.what_goes_on(recording, straggler(recording, now_ns), left_s)

    def _pickling(self) -> list[str]:
        """Why nothing seems to happen while the host prepares a large chunk."""
        trace = None if self._lab.recording is None else self._lab.recording.trace
        pickling = being_pickled(trace) if trace is not None and self._lab.running else None
        if pickling is None:
            return []
        took_ns = clock_ns() - pickling.since_ns
        if took_ns < LONG_PICKLING_NS:
            return []
        text = self.tr("the host has been pickling the inputs of chunk {0} for {1}")
        return [text.format(f"{pickling.chunk:,}", duration_text(took_ns // 10**8 / 10))]
