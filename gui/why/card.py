"""A reason as a card: a line that opens, what happened, and what can be done about it."""

import re

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...engine.explain.reason import Reason
from ..theme import STEP, body_font
from ..widgets.elided_button import ElidedButton
from ..widgets.labels import plain_tip, set_state
from . import words

HEAD_PX = 24
ARROW_PX = 8
BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Head(QAbstractButton):
    """The line of a card: an arrow, the title, and at the right what it cost."""

    def __init__(self, title: str, cost: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self._cost = cost
        self.setCheckable(True)
        self.setFont(body_font(bold=True))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{title}, {cost}" if cost else title)

    def sizeHint(self) -> QSize:
        return QSize(ARROW_PX + 4 * STEP + self.fontMetrics().horizontalAdvance(self.text()), 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, HEAD_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette, room = self.palette(), QRectF(self.rect())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.WindowText))
            painter.drawPolygon(_arrow(room.height() / 2, is_open=self.isChecked()))
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            text = room.adjusted(ARROW_PX + 2 * STEP, 0, -STEP, 0)
            cost_px = self.fontMetrics().horizontalAdvance(self._cost)
            painter.drawText(text, _RIGHT, self._cost)
            text.setRight(text.right() - cost_px - 2 * STEP)
            elide = Qt.TextElideMode.ElideRight
            shown = self.fontMetrics().elidedText(self.text(), elide, int(text.width()))
            painter.drawText(text, _LEFT, shown)
            if self.hasFocus():
                painter.setPen(palette.color(QPalette.ColorRole.Highlight))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)


_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def _arrow(middle: float, *, is_open: bool) -> QPolygonF:
    """Down, or to the right."""
    half, left = ARROW_PX / 2, float(STEP)
    if is_open:
        places = (
            (left, middle - 2),
            (left + 2 * half, middle - 2),
            (left + half, middle + half - 2),
        )
    else:
        places = ((left + 2, middle - half), (left + 2 + half, middle), (left + 2, middle + half))
    return QPolygonF([QPointF(x, y) for x, y in places])


def _with_units(text: str) -> str:
    """No line ends between a number and its unit.

    >>> _with_units("1.2 s of 3 s") == "1.2\\u00a0s of 3\\u00a0s"
    True
    """
    return re.sub(r"(?<=\d) (?=(ns|µs|ms|s|min|h|%|×|bytes|kB|MB|GB|TB)\b|[%×])", "\u00a0", text)


class ReasonCard(QFrame):
    """One reason, folded to a line or open.

    toggled: it was opened, or folded, by the person. pointed: the mouse is over it, or the keyboard
    at it, or no more. show_wanted, remedy_wanted: its buttons.
    """

    toggled = Signal(bool)
    pointed = Signal(bool)
    show_wanted = Signal()
    remedy_wanted = Signal()

    def __init__(
        self, reason: Reason, makespan_s: float | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.reason = reason
        self.setObjectName("reason")
        self._hovered = self._at_keyboard = False
        self.head = Head(words.title_text(reason), words.cost_text(reason))
        self.text = QLabel(_with_units(words.reason_text(reason, makespan_s)))
        self.text.setWordWrap(True)
        self.text.setMinimumWidth(1)  # whatever long word is in it
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.remedy = ElidedButton(words.remedy_text(reason))
        self.remedy.setObjectName("remedy")
        self.remedy.setVisible(reason.remedy is not None)
        self.show_button = QPushButton(self.tr("Show"))
        self.show_button.setObjectName("evidence")
        set_state(self.show_button, "flush", reason.remedy is None)
        self.show_button.setToolTip(self.tr("Zoom the timeline to where this is seen"))
        self.show_button.setVisible(bool(reason.evidence.spans or reason.evidence.rows))
        self._arrange()
        self.head.clicked.connect(self._toggle)
        self.remedy.clicked.connect(self.remedy_wanted)
        self.show_button.clicked.connect(self.show_wanted)
        for part in (self.head, self.remedy, self.show_button):
            part.installEventFilter(self)
        self.set_open(False)

    def _arrange(self) -> None:
        self._buttons = buttons = QBoxLayout(_ACROSS)
        buttons.setSpacing(STEP)
        for button in (self.remedy, self.show_button):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        buttons.addStretch(1)
        self.remedy.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(2 * STEP, 0, STEP, STEP)
        column.setSpacing(STEP)
        column.addWidget(self.text)
        column.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(STEP, STEP, STEP, STEP)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self._body)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        """Side by side where there is room for all that they say."""
        margins = self._body.contentsMargins() + self.contentsMargins()
        hints = [one.sizeHint().width() for one in (self.remedy, self.show_button)]
        room = self.width() - 5 * STEP - margins.left() - margins.right()
        fits = not self.remedy.isVisibleTo(self._body) or sum(hints) + STEP <= room
        self._buttons.setDirection(_ACROSS if fits else _DOWN)

    def offer(self, text: str, help_text: str, *, enabled: bool = True) -> None:
        """What the button of the remedy says and does now."""
        self.remedy.set_whole(text)
        self.remedy.setToolTip(plain_tip(help_text) if help_text else "")
        self.remedy.setAccessibleDescription(help_text)
        self.remedy.setEnabled(enabled)
        self._place_buttons()

    @property
    def is_open(self) -> bool:
        return self.head.isChecked()

    def set_open(self, is_open: bool) -> None:
        self.head.setChecked(is_open)
        self._body.setVisible(is_open)
        self.head.setAccessibleDescription(self.text.text())
        self.head.setToolTip("" if is_open else plain_tip(self.text.text()))

    def _toggle(self, is_open: bool) -> None:
        self.set_open(is_open)
        self.toggled.emit(is_open)

    @property
    def is_pointed(self) -> bool:
        """The mouse is over it, or the keyboard at it."""
        return self._hovered or self._at_keyboard

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._hovered = True
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = False
        self.pointed.emit(self.is_pointed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent):
            self._at_keyboard = event.gotFocus() and event.reason() in BY_KEY
            self.pointed.emit(self.is_pointed)
        return super().eventFilter(watched, event)
