"""Finds the bracket that belongs to the one at the caret."""

from PySide6.QtGui import QTextBlock, QTextCursor

from .highlighter import inks_of
from .lexing import Ink

PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = {closer: opener for opener, closer in PAIRS.items()}
LINES_SEARCHED = 400
CHARACTERS_SEARCHED = 100_000
"""Beyond them nobody sees the other one, and every move of the caret would cost."""


def matched(cursor: QTextCursor) -> tuple[int, int] | None:
    """Positions of the bracket beside the caret, the one before it first, and of its other one."""
    block, column = cursor.block(), cursor.positionInBlock()
    for at, character in _brackets(block):
        if at in (column - 1, column):
            other = _other(block, at, character)
            if other is not None:
                return block.position() + at, other
    return None


def _other(block: QTextBlock, column: int, character: str) -> int | None:
    forward, depth, seen = character in PAIRS, 0, 0
    for _ in range(LINES_SEARCHED):
        brackets = _brackets(block)
        for at, found in brackets if forward else reversed(brackets):
            if column >= 0 and (at < column if forward else at > column):
                continue
            depth += 1 if (found in PAIRS) == forward else -1
            if depth == 0:
                pairs = PAIRS if forward else CLOSERS
                return block.position() + at if found == pairs[character] else None
        seen += block.length()
        block, column = block.next() if forward else block.previous(), -1
        if not block.isValid() or seen > CHARACTERS_SEARCHED:
            return None
    return None


def _brackets(block: QTextBlock) -> list[tuple[int, str]]:
    """Column (as Qt counts it) and character of those that are code, in the order of reading."""
    ink_at, column = inks_of(block), 0
    found = []
    for character in block.text():
        if character in PAIRS or character in CLOSERS:
            if ink_at(column) not in (Ink.STRING, Ink.COMMENT):
                found.append((column, character))
        column += 1 if character <= "\uffff" else 2
    return found
