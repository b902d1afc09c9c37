"""A label of one line that shortens its text instead of widening the window."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from .labels import plain_tip


class ElidedLabel(QLabel):
    """The whole text is in the tool tip while it is shortened.

    With a shorter text to say the same, that is taken, and shortened, where the text has no room.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._shorter = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_shorter(self, text: str) -> None:
        """Another text for where there is no room; "" for none."""
        self._shorter = text
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    @property
    def shown_text(self) -> str:
        """The text as there is room for it."""
        metrics, text = self.fontMetrics(), self.text()
        if self._shorter and metrics.horizontalAdvance(text) > self.width():
            text = self._shorter
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())
        return shown if shown == text else whole_numbers(shown, text)

    def paintEvent(self, event: QPaintEvent) -> None:
        text = self.shown_text
        self.setToolTip(plain_tip(self.text()) if text != self.text() else "")
        painter = QPainter(self)
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), text)
        painter.end()


def whole_numbers(shown: str, text: str) -> str:
    """The beginning of `text` and "…", without the first digits of a number that goes on.

    >>> whole_numbers("range(1000…", "range(1000000)"), whole_numbers("range(10…", "range(10)")
    ('range(…', 'range(10…')
    """
    end = len(shown) - 1
    if text[end - 1 : end].isdigit() and text[end : end + 1].isdigit():
        return shown[:end].rstrip("0123456789") + shown[end:]
    return shown
