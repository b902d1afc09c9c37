"""Why the run that is shown took that long: its reasons, or that all is well."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...engine.explain.reason import MOST, Evidence, Explanation, Reason
from ...engine.former import question
from ...engine.journal import Status
from ...engine.problem import ProblemError
from ...engine.recording import Recording
from ...engine.trace.trace import Trace
from ..lab import Lab
from ..theme import STEP
from ..widgets.card import heading
from ..widgets.fitting_area import FittingArea
from ..widgets.labels import set_state
from . import words
from .card import ReasonCard
from .effect import Measured, effect, measured

LEAST_PX = 88
"""An open card's title and first lines, or a sentence; the rest is scrolled to."""

ROOM, LEAST_ROOM = 0.1, 0.01
"""At each side of what is shown: of its length, but no less than this of the run's."""


class WhyPart(QWidget):
    """Shows the lab's explanation, the costliest reason open.

    span_wanted: begin and end, in ns of the run's clock, of what is to be shown. worker_wanted: the
    ordinal of a worker who is to be seen there. remedy_wanted: the Remedy to put into the form.
    """

    span_wanted = Signal(object, object)
    worker_wanted = Signal(int)
    remedy_wanted = Signal(object)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._before: Measured | None = None  # the newest run that is not shown any more
        self._shown: Measured | None = None  # what is to become that one
        self._ran: Recording | None = None  # the run that is shown, if it is of this window
        self.cards: list[ReasonCard] = []
        self.heading = heading(self.tr("Why"))
        self.state = _sentence()
        self.effect = _sentence()
        self.area = FittingArea(LEAST_PX)
        self.area.setAccessibleName(self.tr("Why it took that long"))
        self.area.column.setSpacing(STEP)
        self.area.column.addWidget(self.effect)
        self.area.column.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self.heading)
        column.addWidget(self.area, 1)
        column.addStretch(0)
        lab.recording_changed.connect(self._forget)
        for signal in (lab.recording_changed, lab.status_changed, lab.explanation_changed):
            signal.connect(self.refresh)
        lab.experiment_changed.connect(self._offer_remedies)
        self.refresh()

    def refresh(self) -> None:
        """Bring it up to date."""
        explanation = self._lab.explanation
        reasons = () if explanation is None else explanation.reasons
        if reasons != tuple(card.reason for card in self.cards):
            self._make_cards(reasons, explanation)
        text = self._state_text(explanation)
        self.state.setText(text)
        self.state.setVisible(bool(text))
        calm = explanation is not None and explanation.silence is None
        set_state(self.state, "unusual", calm)
        self._show_effect()

    def _state_text(self, explanation: Explanation | None) -> str:
        lab = self._lab
        if explanation is not None:
            if explanation.silence is not None:
                return words.silence_text(explanation.silence)
            return "" if explanation.reasons else words.all_well_text(explanation)
        if lab.recording is None:
            return self.tr("After a run, it says here why it took that long.")
        if lab.running:
            return self.tr("When the run is over, it says here why it took that long.")
        if lab.recording.trace is None or not lab.recording.trace.ended:
            return self.tr("No task has run, so nothing took time.")
        return self.tr("Finding out…")

    # --- reasons

    def _make_cards(self, reasons: tuple[Reason, ...], explanation: Explanation | None) -> None:
        opened = next((card.reason.cause for card in self.cards if card.is_open), None)
        for card in self.cards:
            self.area.column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        makespan_s = None if explanation is None else explanation.numbers.makespan_s
        for reason in reasons[:MOST]:
            card = ReasonCard(reason, makespan_s)
            card.toggled.connect(partial(self._fold_others, card))
            card.pointed.connect(self._point)
            card.show_wanted.connect(partial(self._show, reason.evidence))
            card.remedy_wanted.connect(partial(self._want_remedy, reason))
            self.area.column.addWidget(card)
            self.cards.append(card)
        still = [card for card in self.cards if card.reason.cause == opened]
        for card in (still or self.cards)[:1]:
            card.set_open(True)
        self._offer_remedies()

    def _fold_others(self, opened: ReasonCard, is_open: bool) -> None:
        """One is open at a time: so the others stay where they can be seen."""
        if not is_open:
            return
        for card in self.cards:
            if card is not opened:
                card.set_open(False)
        QTimer.singleShot(0, opened, partial(self._bring_into_view, opened))

    def _bring_into_view(self, card: ReasonCard) -> None:
        self.area.ensureWidgetVisible(card, 0, 0)
        self.area.ensureWidgetVisible(card.head, 0, 0)

    def _point(self) -> None:
        """The timeline shows what is pointed at."""
        pointed = (card.reason.evidence for card in self.cards if card.is_pointed)
        evidence = next(pointed, Evidence())
        self._lab.show_evidence(evidence if evidence.spans or evidence.rows else None)

    def _show(self, evidence: Evidence) -> None:
        recording = self._lab.recording
        trace = None if recording is None else recording.trace
        if trace is None:
            return
        stretches = [(span.begin_ns, span.end_ns) for span in evidence.spans]
        stretches += [found for row in evidence.rows if (found := _time_of(trace, row))]
        if not stretches:
            return
        begin_ns, end_ns = min(begin for begin, _ in stretches), max(end for _, end in stretches)
        whole_ns = trace.end_ns - trace.origin_ns
        room_ns = max(round(ROOM * (end_ns - begin_ns)), round(LEAST_ROOM * whole_ns), 1)
        self.span_wanted.emit(begin_ns - room_ns, end_ns + room_ns)
        ordinals = [span.ordinals[0] for span in evidence.spans if span.ordinals]
        workers = [int(trace.tasks["worker"][row]) for row in evidence.rows[:1]]
        seen = [ordinal for ordinal in workers + ordinals if 1 <= ordinal <= len(trace.lanes)]
        if seen:
            self.worker_wanted.emit(seen[0])

    # --- remedies

    def _want_remedy(self, reason: Reason) -> None:
        if reason.remedy is not None:
            self.remedy_wanted.emit(reason.remedy)

    def _offer_remedies(self) -> None:
        """A button says what it would do to the form as it is."""
        recording = self._lab.recording
        if recording is None:
            return
        same = bool(self.cards) and question(recording.experiment) == question(self._lab.experiment)
        for card in self.cards:
            text = words.remedy_text(card.reason)
            if not same:
                help_text = self.tr(
                    "The form holds other tasks. This brings back the settings of this run; then"
                    " press here again."
                )
                card.offer(self.tr("Back to this run’s settings"), help_text)
            elif self._is_applied(card.reason):
                help_text = self.tr("It is in the form now. Run to see what it does.")
                card.offer(self.tr("In the form now"), help_text, enabled=False)
            else:
                card.offer(text, self.tr("Set it in the form; Run to see what it does."))

    def _is_applied(self, reason: Reason) -> bool:
        experiment = self._lab.experiment
        try:
            return reason.remedy is not None and reason.remedy.applied(experiment) == experiment
        except ProblemError:
            return False

    # --- the run before

    def _forget(self) -> None:
        """Another run is shown."""
        self._before, self._shown = self._shown or self._before, None
        self._ran = None

    def _show_effect(self) -> None:
        recording, text = self._lab.recording, ""
        if self._lab.running:
            self._ran = recording
        elif recording is not None and self._lab.status == Status.FINISHED:
            self._shown = measured(recording)
            before, now = self._before, self._shown
            own = recording is self._ran  # an opened run does not follow what was shown before it
            if own and before and now:
                text = effect(now, before)
        self.effect.setText(text)
        self.effect.setVisible(bool(text))


def _time_of(trace: Trace, row: int) -> tuple[int, int] | None:
    """When the task ran; None for one that did not come to its end."""
    found = trace.find(row)
    if found is None:
        return None
    lane, place = found
    return int(lane.begun[place]), int(lane.ended[place])


def _sentence() -> QLabel:
    label = QLabel()
    label.setObjectName("muted")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
