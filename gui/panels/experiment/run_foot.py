"""The foot of the form: the Run button, and over it why it would not run."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ....engine.checks.finding import Finding
from ....engine.problem import Kind, Problem
from ... import advice, wording
from ...lab import Lab
from ...theme import STEP
from ...widgets.labels import plain_tip, set_state
from ...widgets.remarks import Remarks
from .showing import remarks_on


class RunFoot(QWidget):
    """`wanted` comes with the name of the field to lead to.

    The button can always be pressed: while Run is off, it leads to the field that is in the way.
    """

    run_pressed = Signal()
    stop_pressed = Signal()
    wanted = Signal(str)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._field = ""
        self.other_remarks = Remarks()
        self.reason = QPushButton()
        self.reason.setObjectName("reason")
        self.reason.clicked.connect(lambda: self.wanted.emit(self._field))
        self.as_given = QPushButton(self.tr("Take the order given instead"))
        self.as_given.setObjectName("link")
        self.as_given.setToolTip(self.tr("Sets “Order of inputs” under “More”"))
        self.as_given.clicked.connect(self._take_order_given)
        self.button = QPushButton()
        self.button.setObjectName("run")
        self.button.clicked.connect(self._press)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        for part in (self.other_remarks, self.reason, self.as_given, self.button):
            column.addWidget(part)

    def _press(self) -> None:
        (self.stop_pressed if self._lab.running else self.run_pressed).emit()

    @property
    def is_off(self) -> bool:
        """Run would not start."""
        return not self._lab.running and not self._lab.ready

    def show_rest(self, shown: set[str]) -> None:
        """What was found about fields that are not `shown`, and whether Run would start."""
        lab = self._lab
        named = {*lab.field_problems, *(finding.field for finding in lab.findings)}
        hidden = sorted(named - shown)
        self.other_remarks.show_remarks([one for name in hidden for one in remarks_on(lab, name)])
        self.show_button()

    def show_button(self) -> None:
        """Run or Stop; on or off, with the reason."""
        running = self._lab.running
        self.button.setText(self.tr("Stop   Esc") if running else self.tr("Run   F5"))
        set_state(self.button, "stops", running)
        set_state(self.button, "off", self.is_off)
        line, sentence = ("", "") if running else self._reason()
        self.reason.setVisible(bool(line))
        self.as_given.setVisible(not running and self._lacks_order)
        self.reason.setText(line)
        tip = plain_tip(sentence) if line else ""
        self.reason.setToolTip(tip)
        self.button.setToolTip(tip)
        self.reason.setAccessibleDescription(sentence)
        self.button.setAccessibleDescription(f"{line}. {sentence}" if line else "")

    @property
    def _lacks_order(self) -> bool:
        """Nothing is in the way but an order that no former run tells."""
        found = self._lab.obstacles
        why = found.get("order")
        problem = why.values.get("problem") if isinstance(why, Finding) else why
        return (
            len(found) == 1 and isinstance(problem, Problem) and problem.kind is Kind.NO_FORMER_RUN
        )

    def _take_order_given(self) -> None:
        self._lab.set_experiment(replace(self._lab.experiment, order="given"))

    def _reason(self) -> tuple[str, str]:
        """Which field is in the way, or has ended the last run; and the sentence about it."""
        for text, found in (
            (self.tr("Not yet: {0}"), self._lab.obstacles),
            (self.tr("The last run failed: {0}"), self._lab.told),
        ):
            for self._field, why in found.items():
                return text.format(wording.field_name(self._field)), _sentence(why)
        return "", ""


def _sentence(why: Problem | Finding) -> str:
    return advice.advice(why) if isinstance(why, Finding) else wording.sentence(why)
