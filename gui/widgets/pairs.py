"""A small table of names and values that a person fills in."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QToolButton, QWidget

from ..theme import STEP, fixed_font

Pair = tuple[str, str]
NAME_STRETCH, VALUE_STRETCH = 5, 2


class Pairs(QWidget):
    """Rows of a name and a value, each with a button that takes it away.

    `changed` comes with what a person has typed; empty rows do not count.
    adder: what adds a row; it gets the focus in their place while there are none.
    """

    changed = Signal()

    def __init__(self, adder: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._adder = adder
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # or else no label leads here
        self._rows: list[tuple[QLineEdit, QLineEdit, QToolButton]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(STEP)
        self._grid.setColumnStretch(0, NAME_STRETCH)
        self._grid.setColumnStretch(1, VALUE_STRETCH)
        self._lead_focus()

    def _lead_focus(self) -> None:
        self.setFocusProxy(self._rows[0][0] if self._rows else self._adder)  # type: ignore[arg-type]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The rows, without those that hold nothing."""
        rows = [(name.text().strip(), value.text()) for name, value, _ in self._rows]
        return tuple(row for row in rows if any(row))

    def show_pairs(self, pairs: Sequence[Pair]) -> None:
        """Show these, without saying that anything changed."""
        if tuple(pairs) == self.pairs:
            return
        while self._rows:
            self._forget(len(self._rows) - 1)
        for pair in pairs:
            self._add(pair)

    def add(self, name: str = "", value: str = "") -> None:
        """A row more, with the cursor where it is to be filled in; an empty one is not doubled."""
        known = [edit.text().strip() for edit, _, _ in self._rows]
        if name not in known:
            self._add((name, value))
            self.changed.emit()
        edits = self._rows[known.index(name) if name in known else -1]
        edits[1 if name else 0].setFocus()
        edits[1].selectAll()

    def edit(self, row: int) -> tuple[QLineEdit, QLineEdit]:
        """The name and the value of a row."""
        return self._rows[row][:2]

    def _add(self, pair: Pair) -> None:
        name, value, button = QLineEdit(pair[0]), QLineEdit(pair[1]), QToolButton()
        name.setPlaceholderText(self.tr("NAME"))
        value.setPlaceholderText(self.tr("value"))
        name.setAccessibleName(self.tr("Name of the variable"))
        value.setAccessibleName(self.tr("Value of the variable"))
        for edit in (name, value):
            edit.setFont(fixed_font())
            edit.setCursorPosition(0)
            edit.textChanged.connect(self.changed)
        button.setObjectName("flat")
        button.setText("×")
        button.setToolTip(self.tr("Remove this variable"))
        button.setAccessibleName(self.tr("Remove this variable"))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self._remove(name))
        row = self._grid.rowCount()
        for place, part in enumerate((name, value, button)):
            self._grid.addWidget(part, row, place)
            part.show()  # what is not shown yet takes no focus
        self._rows.append((name, value, button))
        self._lead_focus()

    def _remove(self, name: QLineEdit) -> None:
        self._forget([row[0] for row in self._rows].index(name))
        self.changed.emit()

    def _forget(self, place: int) -> None:
        row = self._rows.pop(place)
        self._lead_focus()
        for part in row:
            self._grid.removeWidget(part)
            part.hide()
            part.deleteLater()
