"""A plain editor for Python: it colours, numbers and indents, and never runs what it shows."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QMimeData, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from ..theme import Theme, fixed_font
from ..widgets.labels import plain_tip
from . import indenting
from .brackets import matched
from .highlighter import Highlighter, inks_of
from .margin import Margin

_KEYS = Qt.Key
_NO_KEYS = Qt.KeyboardModifier.NoModifier
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_READING = Qt.TextInteractionFlag.TextSelectableByMouse | (
    Qt.TextInteractionFlag.TextSelectableByKeyboard
)


class CodeEditor(QPlainTextEdit):
    """Tab and Shift+Tab indent; F6 and Shift+F6 lead on and back, out of the editor.

    left: the keyboard focus has gone elsewhere.
    """

    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._error: tuple[QTextCursor, str] | None = None
        self._centres = False  # when it is shown: until then it does not know its height
        self.setObjectName("code")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(fixed_font())
        self.setTabStopDistance(indenting.WIDTH * QFontMetricsF(self.font()).horizontalAdvance(" "))
        self.setAccessibleDescription(
            self.tr("Tab and Shift+Tab indent. F6 leads to the next control, Shift+F6 back.")
        )
        self.highlighter = Highlighter(self.document(), theme)
        self._margin = Margin(self)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scroll_margin)
        self.cursorPositionChanged.connect(self._show_marks)
        self._make_room()
        self._show_marks()

    # --- the text

    def text(self) -> str:
        """The text as it is; `toPlainText` would make common spaces of those that do not break."""
        return self.document().toRawText().replace("\u2029", "\n")

    def set_text(self, text: str) -> None:
        """Show another text, and forget the history."""
        self.mark_error(None, "")
        self.setPlainText(text)

    def replace_text(self, text: str) -> None:
        """Put another text in the place of this one, as one step that can be undone."""
        self.mark_error(None, "")
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def update_text(self, text: str) -> None:
        """Show another state of the same text: what is read stays where it is."""
        if text == self.text():
            return
        bars = self.verticalScrollBar(), self.horizontalScrollBar()
        line, places = self.textCursor().blockNumber(), [bar.value() for bar in bars]
        self.set_text(text)
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(line)))
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)

    def set_editable(self, editable: bool) -> None:
        """Whether the text can be changed; if not, a caret still walks through it, and Tab out."""
        if editable:
            self.setReadOnly(False)
        else:
            self.setTextInteractionFlags(_READING)
        self.setTabChangesFocus(not editable)

    def show_line(self, number: int) -> None:
        """Put the caret into a line, counted from 1, and bring it into view."""
        block = self.document().findBlockByNumber(number - 1)
        if block.isValid():
            self.setTextCursor(QTextCursor(block))
            self.centerCursor()
            self._centres = not self.isVisible()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme`."""
        self.theme = theme
        self.highlighter.set_theme(theme)
        self._margin.update()
        self._show_marks()

    # --- what is wrong

    def mark_error(self, line: int | None, message: str) -> None:
        """Mark a line, counted from 1, as wrong; the mark moves with it. None: mark none."""
        self._error = None
        if line is not None:
            last = self.document().lastBlock().blockNumber()
            number = min(max(line - 1, 0), last)
            self._error = QTextCursor(self.document().findBlockByNumber(number)), message
        self._show_marks()
        self._margin.update()

    @property
    def error_line(self) -> int | None:
        """The line that is marked, from 1."""
        return None if self._error is None else self._error[0].blockNumber() + 1

    def error_at(self, y: int) -> str:
        """What is wrong with the line at the height `y`; "" when it is not marked."""
        if self._error is None:
            return ""
        for block, place in self.lines_in(QRect(0, y, 1, 1)):
            if block.blockNumber() == self._error[0].blockNumber() and place.top() <= y:
                return self._error[1]
        return ""

    def _show_marks(self) -> None:
        marks = []
        if not self.textCursor().hasSelection():
            marks.append(_whole_line(self.textCursor(), self.theme.track))
        if self._error is not None:
            marks.append(_whole_line(self._error[0], self.theme.failure_page))
        brackets, colour = matched(self.textCursor()) or (), self.theme.selection
        marks += [_character(self.textCursor(), position, colour) for position in brackets]
        self.setExtraSelections(marks)

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._act(event)
        if act is None or act() is False:
            super().keyPressEvent(event)
        else:
            event.accept()

    def _act(self, event: QKeyEvent) -> Callable[[], bool | None] | None:
        """What a key does here that no other text field does; False when it does not now."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain, shift = modifiers == _NO_KEYS, modifiers == _SHIFT
        match event.key():
            case _KEYS.Key_F6 if plain or shift:
                return lambda: self._leave(onward=plain)
            case _ if self.isReadOnly():
                return None
            case _KEYS.Key_Tab if plain:
                return lambda: self._edit(indenting.indent)
            case _KEYS.Key_Backtab:
                return lambda: self._edit(indenting.dedent)
            case _KEYS.Key_Return | _KEYS.Key_Enter if plain or shift:
                return self._break_line
            case _KEYS.Key_Backspace if plain:
                return lambda: self._edit(indenting.erase_back)
            case _KEYS.Key_Slash if modifiers & ~_SHIFT == _CONTROL:
                return lambda: self._edit(indenting.toggle_comment)
        return None

    def _edit(self, change: Callable[[QTextCursor], bool | None]) -> bool | None:
        cursor = self.textCursor()
        done = change(cursor)
        self.setTextCursor(cursor)
        return done

    def _break_line(self) -> None:
        self.highlighter.catch_up()  # what was typed last may have opened or closed a string
        cursor = self.textCursor()
        indenting.break_line(cursor, inks_of(cursor.block()))
        self.setTextCursor(cursor)

    def _leave(self, *, onward: bool) -> None:
        before = self.tabChangesFocus()
        self.setTabChangesFocus(True)  # or Qt keeps the focus here
        self.focusNextPrevChild(onward)
        self.setTabChangesFocus(before)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.highlighter.wake()
        if self._centres:
            self._centres = False
            self.centerCursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    # --- what is dropped and pasted

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files are for the window, which opens them."""
        return source.hasText() and not any(url.isLocalFile() for url in source.urls())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Only text, and each of its lines a line: a soft break is none for Python."""
        if self.canInsertFromMimeData(source):
            self.textCursor().insertText(source.text().replace("\u2028", "\n"))
            self.ensureCursorVisible()

    # --- the margin

    def lines_in(self, area: QRect) -> Iterator[tuple[QTextBlock, QRect]]:
        """Each line that is seen in `area` of the viewport, and its place there."""
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset).toRect()
            if place.top() > area.bottom():
                return
            if place.bottom() >= area.top():
                yield block, place
            block = block.next()

    def _make_room(self) -> None:
        self.setViewportMargins(self._margin.sizeHint().width(), 0, 0, 0)
        self._place_margin()

    def _place_margin(self) -> None:
        room = self.contentsRect()
        width = self._margin.sizeHint().width()
        self._margin.setGeometry(room.left(), room.top(), width, self.viewport().height())

    def _scroll_margin(self, area: QRect, by: int) -> None:
        if by:
            self._margin.scroll(0, by)
        else:
            self._margin.update(0, area.y(), self._margin.width(), area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_margin()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.error_at(event.pos().y())
            QToolTip.showText(event.globalPos(), plain_tip(text) if text else "", self)
            return True
        return super().viewportEvent(event)


def _whole_line(cursor: QTextCursor, colour: str) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    mark.cursor = QTextCursor(cursor)
    mark.cursor.clearSelection()
    mark.format.setBackground(QColor(colour))
    mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
    return mark


def _character(cursor: QTextCursor, position: int, colour: str) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    mark.cursor = QTextCursor(cursor)
    mark.cursor.setPosition(position)
    mark.cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
    mark.format.setBackground(QColor(colour))
    return mark
