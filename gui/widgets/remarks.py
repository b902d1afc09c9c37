"""Remarks about a field: what is wrong with it in red, what is worth knowing in amber."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ..theme import STEP
from .labels import set_wrong


class Remark(NamedTuple):
    """A sentence; `wrong`: the run would fail, or cannot begin."""

    text: str
    wrong: bool


class Remarks(QWidget):
    """One under the other; takes no room while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[QLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP)
        self.hide()

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        while len(self._labels) < len(remarks):
            self._labels.append(_label())
            self._column.addWidget(self._labels[-1])
        for label, remark in zip(self._labels, remarks, strict=False):
            label.setText(remark.text)
            set_wrong(label, remark.wrong)
        for place, label in enumerate(self._labels):
            label.setVisible(place < len(remarks))
        self.setVisible(bool(remarks))

    @property
    def text(self) -> str:
        """All that is shown."""
        return "\n".join(label.text() for label in self._labels if not label.isHidden())


def _label() -> QLabel:
    label = QLabel()
    label.setObjectName("remark")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
