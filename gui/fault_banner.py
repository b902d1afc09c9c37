"""What has gone wrong, in one sentence under the timeline, while the run goes on and after it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ..engine.consequences import Place, explained, harmless, place_of
from ..engine.problem import Kind, Problem
from ..engine.recording import Recording
from . import wording
from .lab import Lab
from .theme import STEP
from .widgets.elided_label import ElidedLabel
from .widgets.labels import set_state

LEAST_PX = 36
"""As high as its button makes it, also while that is not there."""


class FaultBanner(QFrame):
    """The reason why the lab's run failed; before that, and without one, its newest fault.

    While the run goes on it is one line, so that nothing jumps when another fault is told.
    all_wanted: the person wants to see all of them. place_wanted: the Place of the only one.
    """

    all_wanted = Signal()
    place_wanted = Signal(object)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.setObjectName("banner")
        self.setMinimumHeight(LEAST_PX)
        self._line = ElidedLabel()
        self.label = QLabel()
        self.label.setWordWrap(True)
        for label in (self._line, self.label):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more = QPushButton()
        self.more.setObjectName("link")
        self.more.setToolTip(self.tr("All that went wrong, each with its place on the timeline"))
        self.more.clicked.connect(self._show)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(self._line, 1)
        row.addWidget(self.label, 1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self._shown: tuple[object, ...] = ()
        self._judged_of: Recording | None = None
        self._judged, self._lost = 0, False  # how many of its faults, and whether one lost anything
        for signal in (lab.recording_changed, lab.status_changed, lab.ticked):
            signal.connect(self.refresh)
        self.refresh()

    def text(self) -> str:
        """What it says; "" when there is nothing to say."""
        return self.label.text()

    def refresh(self) -> None:
        """Bring it up to date; costs nothing while nothing has changed."""
        lab, recording = self._lab, self._lab.recording
        count = 0 if recording is None else recording.journal.fault_count
        now = (recording, lab.problem, lab.status, count)
        if now == self._shown:
            return
        self._shown = now
        text = self._text(recording)
        self.setVisible(bool(text))
        for label in (self._line, self.label):
            label.setText(text)
        self._line.setVisible(lab.running)
        self.label.setVisible(not lab.running)
        self.setAccessibleName(text)
        set_state(self, "wrong", self._is_serious(recording))
        more = count - (lab.problem is None)
        place = self._place()
        self.more.setVisible(
            count > 1 or bool(place and (place.row, place.ordinal) != (None, None))
        )
        self.more.setText(self._more_text(count, more))

    def _more_text(self, count: int, more: int) -> str:
        if self._lab.running and more:
            return self.tr("and {0} more").format(f"{more:,}")
        return self.tr("Show all {0}").format(f"{count:,}") if count > 1 else self.tr("Show it")

    def _show(self) -> None:
        """The one thing itself, or the list of all."""
        place = self._place()
        if place is None:
            self.all_wanted.emit()
        else:
            self.place_wanted.emit(place)

    def _place(self) -> Place | None:
        """Of the one thing that went wrong; None when there are several."""
        recording, problem = self._lab.recording, self._lab.problem
        if recording is None or recording.journal.fault_count > 1:
            return None
        at_ns = recording.journal.problem_ns
        if problem is None and recording.journal.faults:
            problem, at_ns = recording.journal.faults[0]
        return None if problem is None else place_of(problem, at_ns, recording)

    def _text(self, recording: Recording | None) -> str:
        problem = self._lab.problem
        if problem is not None:
            told = problem if recording is None else explained(problem, recording)
            return " ".join((wording.sentence(told), *self._others(problem, recording)))
        if recording is None or not recording.journal.faults:
            return ""
        fault = recording.journal.faults[-1]
        told = explained(fault.problem, recording, fault.at_ns)
        return wording.what_happened(told) if self._lab.running else wording.sentence(told)

    def _others(self, problem: Problem, recording: Recording | None) -> list[str]:
        """Pool tells of one exception only, whichever came back first."""
        raised = 0 if recording is None else recording.counts.raised
        if problem.kind is not Kind.TASK_RAISED or raised < 2:
            return []
        text = self.tr("{0} tasks raised in all (F8).")
        return [text.format(f"{raised:,}")]

    def _is_serious(self, recording: Recording | None) -> bool:
        """The run has failed, or it will: something of it is lost."""
        lab = self._lab
        if lab.problem is not None or recording is None or not lab.running:
            return lab.problem is not None
        if recording is not self._judged_of:
            self._judged_of, self._judged, self._lost = recording, 0, False
        faults = recording.journal.faults
        new, self._judged = faults[self._judged :], len(faults)
        self._lost |= not all(harmless(fault.problem, recording, fault.at_ns) for fault in new)
        return self._lost
