"""What Tab, Enter, Backspace and the comment key do to Python text. Each is one step to undo."""

from collections.abc import Callable, Iterator

from PySide6.QtGui import QTextBlock, QTextCursor

from .lexing import Ink, units

WIDTH = 4
"""Spaces of an indentation."""
OPENERS = ":([{"
"""After one of them at the end of a line the next is indented further."""


def indent(cursor: QTextCursor) -> None:
    """Put spaces up to the next stop at the caret, or indent the lines of the selection."""
    cursor.beginEditBlock()
    if cursor.hasSelection():
        for block in _lines(cursor):
            if block.text().strip():
                QTextCursor(block).insertText(" " * WIDTH)
    else:
        cursor.insertText(" " * (WIDTH - cursor.positionInBlock() % WIDTH))
    cursor.endEditBlock()


def dedent(cursor: QTextCursor) -> None:
    """Take the lines of the caret or selection back to the previous stop."""
    cursor.beginEditBlock()
    for block in _lines(cursor):
        text = block.text()
        count = 1 if text.startswith("\t") else _beyond_stop(_margin(text))
        _remove(block, 0, count)
    cursor.endEditBlock()


def break_line(cursor: QTextCursor, ink_of: Callable[[int], Ink]) -> None:
    """Begin a line with the indentation of this one, and more after a colon or open bracket.

    `ink_of(column)`: what the character there is a part of.
    """
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    text = cursor.block().text()
    before = _first_units(text, cursor.positionInBlock())
    margin = before[: len(before) - len(before.lstrip())]
    if _last_of_code(before, ink_of) in tuple(OPENERS):
        margin += " " * WIDTH
    if before.strip():
        spaces = _margin(text[len(before) :])
        right, keep = QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor
        cursor.movePosition(right, keep, spaces)
    cursor.insertText("\n" + margin)
    cursor.endEditBlock()


def erase_back(cursor: QTextCursor) -> bool:
    """Among the leading spaces, erase back to the previous stop; False when it is elsewhere."""
    before = _first_units(cursor.block().text(), cursor.positionInBlock())
    if cursor.hasSelection() or not before or before.strip(" "):
        return False
    left, keep = QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor
    cursor.movePosition(left, keep, _beyond_stop(len(before)))
    cursor.removeSelectedText()
    return True


def toggle_comment(cursor: QTextCursor) -> None:
    """Make comments of the lines of the caret or selection, or lines again of comments."""
    blocks = [block for block in _lines(cursor) if block.text().strip()]
    texts = [block.text() for block in blocks]
    cursor.beginEditBlock()
    if all(text.lstrip().startswith("#") for text in texts):
        for block, text in zip(blocks, texts, strict=True):
            column = len(text) - len(text.lstrip())
            _remove(block, column, 2 if text.startswith("# ", column) else 1)
    else:
        column = min(len(text) - len(text.lstrip()) for text in texts)
        for block in blocks:
            at = QTextCursor(block)
            at.setPosition(block.position() + column)
            at.insertText("# ")
    cursor.endEditBlock()


def _lines(cursor: QTextCursor) -> Iterator[QTextBlock]:
    """The lines of the selection; one that it only touches with its end is none of them."""
    document, end = cursor.document(), cursor.selectionEnd()
    block = document.findBlock(cursor.selectionStart())
    last = document.findBlock(end)
    if last.position() == end and last != block:
        last = last.previous()
    numbers = range(block.blockNumber(), last.blockNumber() + 1)
    yield from (document.findBlockByNumber(number) for number in numbers)


def _margin(text: str) -> int:
    """Leading spaces."""
    return len(text) - len(text.lstrip(" "))


def _beyond_stop(spaces: int) -> int:
    """How many of them stand behind the previous stop."""
    return (spaces - 1) % WIDTH + 1 if spaces else 0


def _remove(block: QTextBlock, column: int, count: int) -> None:
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + column)
    cursor.setPosition(block.position() + column + count, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()


def _first_units(text: str, count: int) -> str:
    """The beginning of `text` that has `count` units, as Qt counts columns."""
    if text.isascii():
        return text[:count]
    return text.encode("utf-16-le", "surrogatepass")[: 2 * count].decode("utf-16-le", "replace")


def _last_of_code(before: str, ink_of: Callable[[int], Ink]) -> str:
    """The last character that is neither space nor in a comment; "" for one in a string."""
    for at in range(len(before) - 1, -1, -1):
        ink = ink_of(units(before[:at]))
        if ink is Ink.STRING:
            return ""
        if ink is not Ink.COMMENT and not before[at].isspace():
            return before[at]
    return ""
