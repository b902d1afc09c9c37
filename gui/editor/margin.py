"""The margin of an editor: the numbers of its lines, and a mark at the one that is wrong."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ..theme import STEP
from ..widgets.labels import plain_tip

if TYPE_CHECKING:
    from .code_editor import CodeEditor

MARK_PX = 10
DIGITS_LEAST = 2


class Margin(QWidget):
    """Stands at the left of the editor's text, and scrolls with it."""

    def __init__(self, editor: "CodeEditor") -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        digits = max(DIGITS_LEAST, len(str(self._editor.blockCount())))
        figures = self._editor.fontMetrics().horizontalAdvance("9") * digits
        return QSize(MARK_PX + 2 * STEP + figures + 2 * STEP, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        editor, theme = self._editor, self._editor.theme
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.page))
        painter.setFont(editor.font())
        here, wrong = editor.textCursor().blockNumber(), editor.error_line
        for block, place in editor.lines_in(event.rect()):
            number = block.blockNumber()
            colour = theme.text if number == here else theme.muted
            if number + 1 == wrong:
                colour = theme.failure
                self._mark(painter, place)
            painter.setPen(QColor(colour))
            room = QRect(0, place.top(), self.width() - 2 * STEP, place.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight, str(number + 1))
        painter.end()

    def _mark(self, painter: QPainter, place: QRect) -> None:
        """A disc with a stroke and a dot: it is not told by its colour alone."""
        theme = self._editor.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.failure))
        centre = QPointF(STEP + MARK_PX / 2, place.top() + place.height() / 2)
        painter.drawEllipse(centre, MARK_PX / 2, MARK_PX / 2)
        painter.setBrush(QColor(theme.page))
        painter.drawRect(QRectF(centre.x() - 0.75, centre.y() - 3, 1.5, 3.5))
        painter.drawRect(QRectF(centre.x() - 0.75, centre.y() + 1.5, 1.5, 1.5))
        painter.restore()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self._editor.error_at(event.pos().y())
            QToolTip.showText(event.globalPos(), plain_tip(text) if text else "", self)
            return True
        return super().event(event)
