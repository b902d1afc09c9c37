"""A field of a form: its label, its control, what it means, and what is remarkable about it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ..theme import STEP
from .labels import labelled, note, set_wrong
from .remarks import Remark, Remarks

_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class Field(QWidget):
    """`label` stands above `control`, unless it is ""; there is room for `lines` of a note.

    row: what the control stands in, together with others, if anything.
    beside: the label stands at the left of the control instead.

    A field that has no effect is greyed, keeps its value, and says the reason in its note's place.
    """

    def __init__(
        self,
        control: QWidget,
        label: str = "",
        lines: int = 0,
        row: QWidget | None = None,
        beside: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self.label = labelled(label, control) if label else None
        self.note = note(lines)
        self.remarks = Remarks()
        self._lines = lines
        self._meaning = self._reason = ""
        self._tip = control.toolTip()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP)
        head = QBoxLayout(_ACROSS if beside else _DOWN)
        head.setSpacing(2 * STEP if beside else STEP)
        if self.label is not None:
            head.addWidget(self.label, 1)
        head.addWidget(row or control)
        self._column.addLayout(head)
        self._column.addWidget(self.note)
        self._column.addWidget(self.remarks)
        self._show_note()

    def add_below(self, part: QWidget) -> None:
        """Put more of the field between the control and its note."""
        self._column.insertWidget(self._column.indexOf(self.note), part)

    def explain(self, text: str) -> None:
        """What the control, or its value, means."""
        self._meaning = text
        self._show_note()

    def rule_out(self, reason: str) -> None:
        """Grey the field, with its reason; "" takes it back."""
        if reason == self._reason:
            return
        if not self._reason:
            self._tip = self.control.toolTip()
        self._reason = reason
        self.control.setEnabled(not reason)
        self.control.setToolTip(reason or self._tip)
        if self.label is not None:
            self.label.setEnabled(not reason)
        self._show_note()

    @property
    def ruled_out(self) -> bool:
        return bool(self._reason)

    def remark(self, remarks: Sequence[Remark]) -> None:
        """What is wrong or worth knowing, in place of the last remarks."""
        self.remarks.show_remarks(remarks)
        wrong = any(remark.wrong for remark in remarks)
        set_wrong(self.control, wrong)
        said = [self.note.text(), *(remark.text for remark in remarks)]
        self.control.setAccessibleDescription("\n".join(filter(None, said)))

    def _show_note(self) -> None:
        text = self._reason or self._meaning
        self.note.setText(text)
        self.note.setVisible(bool(text) or self._lines > 0)
