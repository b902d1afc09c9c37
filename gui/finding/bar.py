"""The bar above the lanes that finds tasks: by number or input, the longest, those that failed."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ...resources import resource_path
from ..theme import STEP
from ..widgets.elided_label import ElidedLabel
from ..widgets.labels import set_wrong
from .finding import Finding
from .order_walk import Goal
from .words import Said

FIELD_LEAST_PX = 148
ARROW_PX = 26


class FindBar(QWidget):
    """What somebody looks for, which one of how many it is, and buttons for what keys do, too.

    Hidden until it is opened. Escape closes it, wherever in it the focus is.
    """

    shown = Signal()
    closed = Signal()

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finding = finding
        self._make_field()
        self._make_buttons()
        self._arrange()
        self.setAccessibleName(self.tr("Find a task"))
        self.hide()
        finding.said.connect(self._show_said)
        finding.possible_changed.connect(self._show_possible)
        self._show_possible()

    def _make_field(self) -> None:
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Task number, or part of an input"))
        self.field.setAccessibleName(self.tr("Find a task by its number, or by part of its input"))
        self.field.setToolTip(
            self.tr("Inputs are searched as they are shown, shortened to 200 characters.")
        )
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumWidth(FIELD_LEAST_PX)
        self.field.textChanged.connect(self._finding.search_for)
        self.status = ElidedLabel()
        self.status.setObjectName("muted")
        self.status.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def _make_buttons(self) -> None:
        up, down = Qt.ArrowType.UpArrow, Qt.ArrowType.DownArrow
        self.previous = _arrow(up, self.tr("Previous hit (Shift+F3)"))
        self.next = _arrow(down, self.tr("Next hit (F3)"))
        self.longest = _named(self.tr("Longest"), self.tr("The longest task (Ctrl+F7)"))
        self.slower = _arrow(up, self.tr("The next slower task (Shift+F7)"))
        self.faster = _arrow(down, self.tr("The next faster task (F7)"))
        help_text = self.tr("The first task that failed (Ctrl+F8)")
        self.failure = _named(self.tr("Failure"), help_text)
        self.failure_before = _arrow(up, self.tr("The failure before (Shift+F8)"))
        self.failure_after = _arrow(down, self.tr("The next failure (F8)"))
        self.away = QToolButton()
        self.away.setIcon(QIcon(str(resource_path("icons/close.svg"))))
        self.away.setIconSize(QSize(12, 12))
        self.away.setFixedWidth(ARROW_PX)
        _dress(self.away, self.tr("Close (Esc)"))
        self.previous.clicked.connect(lambda: self._finding.go_to_hit(-1))
        self.next.clicked.connect(lambda: self._finding.go_to_hit(1))
        self.away.clicked.connect(self.close_bar)
        for button, goal in (
            (self.longest, Goal.LONGEST),
            (self.slower, Goal.SLOWER),
            (self.faster, Goal.FASTER),
            (self.failure, Goal.FIRST_FAILURE),
            (self.failure_before, Goal.PREVIOUS_FAILURE),
            (self.failure_after, Goal.NEXT_FAILURE),
        ):
            button.clicked.connect(lambda _=False, goal=goal: self._finding.go(goal))

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.field, 1)  # what the words leave: so no button moves when they change
        row.addSpacing(2 * STEP)
        row.addWidget(self.status)
        for group in (
            (self.previous, self.next),
            (self.longest, self.slower, self.faster),
            (self.failure, self.failure_before, self.failure_after),
            (self.away,),
        ):
            row.addSpacing(STEP)
            for button in group:
                row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def open(self) -> None:
        """Come up, ready to be typed into."""
        self._come_up()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_bar(self) -> None:
        """Go away, and look no further."""
        if not self.isHidden():
            self._finding.end_search()
            self.forget_said()
            self.hide()
            self.closed.emit()

    def go_to_hit(self, step: int) -> None:
        """The next or, with -1, the previous hit; shows the bar, for it says which one that is."""
        self._come_up()
        self._finding.go_to_hit(step)

    def _come_up(self) -> None:
        if self.isHidden():
            self.show()
            self.shown.emit()

    def forget_said(self) -> None:
        """Another run is shown: what was said is about none of its tasks."""
        self._show_said(Said(""))

    def _show_said(self, said: Said) -> None:
        self.status.setText(said.text)
        self.status.set_shorter(said.shorter)
        self.status.setAccessibleName(said.text)
        set_wrong(self.status, said.nothing)
        set_wrong(self.field, said.nothing)

    def _show_possible(self) -> None:
        possible = self._finding.possible
        for button in (self.previous, self.next):
            button.setEnabled(possible.hits)
        for button in (self.longest, self.slower, self.faster):
            button.setEnabled(possible.ended)
        for button in (self.failure, self.failure_before, self.failure_after):
            button.setEnabled(possible.failures)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if _is_escape(event):
                event.accept()  # elsewhere in the window it stops the run
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_escape(event):
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = QApplication.focusWidget()
            if isinstance(focused, QAbstractButton):
                focused.click()
            elif self._finding.possible.hits:
                back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                self._finding.go_to_hit(-1 if back else 1)
        else:
            super().keyPressEvent(event)


def _is_escape(event: QKeyEvent) -> bool:
    plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
    return plain and event.key() == Qt.Key.Key_Escape


def _arrow(arrow: Qt.ArrowType, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setArrowType(arrow)
    button.setFixedWidth(ARROW_PX)
    _dress(button, help_text)
    return button


def _named(text: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    _dress(button, help_text)
    return button


def _dress(button: QToolButton, help_text: str) -> None:
    button.setObjectName("step")
    button.setToolTip(help_text)
    button.setAccessibleName(help_text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
