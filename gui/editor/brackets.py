"""Finds the bracket that belongs to the one at the caret."""

from collections.abc import Iterator

from PySide6.QtGui import QTextBlock, QTextCursor

from .highlighter import ink_at
from .lexing import Ink, units

PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = {closer: opener for opener, closer in PAIRS.items()}
LINES_SEARCHED = 400
"""Beyond them nobody sees the other one, and every move of the caret would cost."""


def matched(cursor: QTextCursor) -> tuple[int, int] | None:
    """Positions of the bracket beside the caret, the one before it first, and of its other one."""
    block, column = cursor.block(), cursor.positionInBlock()
    for at, character in _brackets(block, forward=True):
        if at in (column - 1, column):
            other = _other(block, at, character)
            if other is not None:
                return block.position() + at, other
    return None


def _other(block: QTextBlock, column: int, character: str) -> int | None:
    forward, depth = character in PAIRS, 0
    for _ in range(LINES_SEARCHED):
        for at, found in _brackets(block, forward=forward):
            if column >= 0 and (at < column if forward else at > column):
                continue
            depth += 1 if (found in PAIRS) == forward else -1
            if depth == 0:
                pairs = PAIRS if forward else CLOSERS
                return block.position() + at if found == pairs[character] else None
        block, column = block.next() if forward else block.previous(), -1
        if not block.isValid():
            return None
    return None


def _brackets(block: QTextBlock, *, forward: bool) -> Iterator[tuple[int, str]]:
    """Column and character of those that are code, in the order of reading or backwards."""
    text = block.text()
    places = range(len(text)) if forward else range(len(text) - 1, -1, -1)
    for place in places:
        if text[place] in PAIRS or text[place] in CLOSERS:
            column = units(text[:place])
            if ink_at(block, column) not in (Ink.STRING, Ink.COMMENT):
                yield column, text[place]
