"""Colours a document: the whole text is lexed again shortly after a change, a slice at a time."""

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import (
    QColor,
    QTextBlock,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
    QTextLayout,
)

from ..theme import Theme
from .lexing import Ink, Span, line_spans

DELAY_MS = 40
SLICE_S = 0.008
"""The window is never held up for longer, however long the text is."""
STALE = -1
"""Qt's own state of a new block. Ours is a number made from the spans that a block shows."""
INK = int(QTextFormat.Property.UserProperty)


def ink_colours(theme: Theme) -> dict[Ink, str]:
    """The colour of each ink, `#rrggbb`."""
    return {
        Ink.KEYWORD: theme.keyword,
        Ink.STRING: theme.string,
        Ink.NUMBER: theme.number,
        Ink.COMMENT: theme.comment,
        Ink.DEFINITION: theme.text,
        Ink.BUILTIN: theme.builtin,
        Ink.DECORATOR: theme.number,
    }


class Highlighter(QObject):
    """Sets the formats of the blocks' layouts, which the undo history knows nothing of.

    It does nothing before it is woken: a text that nobody looks at needs no colours.
    """

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._document = document
        self._awake = self._due = False
        self._lines: Iterator[list[Span]] | None = None
        self._block = document.begin()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self.set_theme(theme)
        document.contentsChange.connect(self._touch)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme`."""
        self._formats = {ink: _format(ink, colour) for ink, colour in ink_colours(theme).items()}
        self._salt = hash(theme)
        self._start_over()

    @property
    def settled(self) -> bool:
        """What is shown is the text as it is."""
        return self._lines is None and not self._due

    def wake(self) -> None:
        """Somebody looks: colour what is there, at once if the text is of usual size."""
        if not self._awake:
            self._awake = True
            self.catch_up()

    def catch_up(self) -> None:
        """Use one slice of time at once: enough for a text of usual size."""
        if not self.settled:
            self._go_on()

    # --- lexing

    def _start_over(self) -> None:
        self._lines, self._due = None, True
        if self._awake and not self._timer.isActive():
            self._timer.start(DELAY_MS)

    def _go_on(self) -> None:
        self._timer.stop()
        self._due = False
        if self._lines is None:
            text = self._document.toRawText().replace("\u2029", "\n")
            self._lines, self._block = line_spans(text), self._document.begin()
        until = perf_counter() + SLICE_S
        first = last = None
        for spans in self._lines:
            if self._paint(self._block, spans):
                first, last = first or self._block, self._block
            self._block = self._block.next()
            if perf_counter() > until:
                self._timer.start(0)
                break
        else:
            self._lines = None
        if first is not None and last is not None:
            length = last.position() + last.length() - first.position()
            self._document.markContentsDirty(first.position(), length)

    def _paint(self, block: QTextBlock, spans: list[Span]) -> bool:
        """Whether the block looks different from before."""
        state = hash((self._salt, *spans)) & 0x7FFFFFFF
        layout = block.layout()
        if block.userState() == state or layout.preeditAreaText():
            return False
        layout.setFormats([self._range(span) for span in spans])
        block.setUserState(state)
        return True

    def _range(self, span: Span) -> QTextLayout.FormatRange:
        part = QTextLayout.FormatRange()
        part.start, part.length, part.format = span.start, span.length, self._formats[span.ink]
        return part

    # --- changes

    def _touch(self, position: int, removed: int, added: int) -> None:
        block, end = self._document.findBlock(position), position + added
        if end < block.position() + block.length():
            _shift(block, position - block.position(), added - removed)
        while block.isValid() and block.position() <= end:
            block.setUserState(STALE)
            block = block.next()
        self._start_over()


def inks_of(block: QTextBlock) -> Callable[[int], Ink]:
    """Tells the ink of the character at a column, counted as Qt does.

    The formats are fetched once: asking for them costs by their number.
    """
    parts = sorted(
        (part.start, part.start + part.length, part.format.intProperty(INK))
        for part in block.layout().formats()
    )

    def ink_at(column: int) -> Ink:
        place = bisect_right(parts, (column, sys.maxsize, 0)) - 1
        if place >= 0 and column < parts[place][1]:
            return Ink(parts[place][2])
        return Ink.PLAIN

    return ink_at


def _shift(block: QTextBlock, column: int, by: int) -> None:
    """Move the colours behind `column` along with their text, until it is lexed again."""
    layout = block.layout()
    if layout.preeditAreaText():
        return
    parts = layout.formats()
    for part in parts:
        if part.start >= column:
            part.start = max(column, part.start + by)
        elif part.start + part.length > column:
            part.length = max(column - part.start, part.length + by)
    layout.setFormats(parts)


def _format(ink: Ink, colour: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    made.setProperty(INK, int(ink))
    if ink is Ink.DEFINITION:
        made.setFontWeight(600)
    if ink is Ink.COMMENT:
        made.setFontItalic(True)
    return made
