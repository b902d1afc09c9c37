"""The run in all of its figures."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...lab import Lab
from ...theme import STEP, Theme

if TYPE_CHECKING:
    from .page import NumbersPage

LOWEST_PX = 64


class NumbersPanel(QWidget):
    """Its page is made when somebody first looks at it: the start of the window need not wait. It
    is loaded, made and shown one after the other: so none of it holds the window up for long.

    page: None until then. task_wanted: the row of a task that is to be shown; it is selected.
    """

    task_wanted = Signal(int)

    def __init__(self, lab: Lab, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab, self._theme = lab, theme
        self.page: NumbersPage | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 2 * STEP, 0, 0)
        self._soon = QTimer(self, singleShot=True)
        self._steps = iter((_load, self._make, self._show))
        self._soon.timeout.connect(self._go_on)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.page is None:
            self._soon.start(0)

    def _go_on(self) -> None:
        step = next(self._steps, None)
        if step is not None:
            step()
            self._soon.start(0)

    def _make(self) -> None:
        from .page import NumbersPage

        self.page = NumbersPage(self._lab, self._theme, self)
        self.page.hide()
        self.page.task_wanted.connect(self.task_wanted)

    def _show(self) -> None:
        assert self.page is not None
        self._box.addWidget(self.page)
        self.page.show()

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), LOWEST_PX)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if self.page is not None:
            self.page.set_theme(theme)


def _load() -> None:
    from . import page

    assert page
