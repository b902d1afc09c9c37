"""A few choices side by side, of which one is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget


class Segments(QWidget):
    """`choices` are (name, text, help). The arrow keys walk along them."""

    chosen = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, str, str]],
        accessible_name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        group = QButtonGroup(self)
        for name, text, help_text in choices:
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(text)
            button.setToolTip(help_text)
            button.setCheckable(True)
            button.setAccessibleName(f"{accessible_name}: {text}")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            group.addButton(button)
            row.addWidget(button)
            self._buttons[name] = button
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
        if self._buttons:
            self.setFocusProxy(next(iter(self._buttons.values())))

    def choose(self, name: str) -> None:
        """Show `name` as chosen, without saying so; one that is not offered is not shown."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    def press(self, name: str) -> None:
        """As if a person clicked it."""
        self._buttons[name].click()
