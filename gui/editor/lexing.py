"""Python text as coloured spans, by Pygments. No Qt."""

from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from typing import NamedTuple


class Ink(IntEnum):
    """What a part of the text is, as far as it is coloured; PLAIN is never part of a Span."""

    PLAIN = 0
    KEYWORD = 1
    STRING = 2
    NUMBER = 3
    COMMENT = 4
    DEFINITION = 5
    BUILTIN = 6
    DECORATOR = 7


class Span(NamedTuple):
    """A coloured part of a line; start and length as Qt counts them, see `units`."""

    start: int
    length: int
    ink: Ink


_INKS = (
    ("Comment", Ink.COMMENT),
    ("String", Ink.STRING),
    ("Number", Ink.NUMBER),
    ("Keyword.Constant", Ink.BUILTIN),
    ("Keyword", Ink.KEYWORD),
    ("Operator.Word", Ink.KEYWORD),
    ("Name.Builtin", Ink.BUILTIN),
    ("Name.Exception", Ink.BUILTIN),
    ("Name.Decorator", Ink.DECORATOR),
    ("Name.Function", Ink.DEFINITION),
    ("Name.Class", Ink.DEFINITION),
)
"""By the kinds of Pygments, which is loaded when there is something to colour: that takes time."""


@cache
def _ink(token: object) -> Ink:
    from pygments.token import string_to_tokentype

    return next((ink for kind, ink in _INKS if token in string_to_tokentype(kind)), Ink.PLAIN)


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units, in which Qt counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def line_spans(text: str) -> Iterator[list[Span]]:
    """The spans of each line of `text` in turn, as many lists as it has lines.

    It lexes as it is asked, so whoever has no more time can go on later.
    """
    from pygments.lexers.python import PythonLexer

    spans: list[Span] = []
    column = 0
    for _, token, value in PythonLexer().get_tokens_unprocessed(text):
        ink = _ink(token)
        for number, part in enumerate(value.split("\n")):
            if number:
                yield spans
                spans, column = [], 0
            length = units(part)
            if ink and length:
                _add(spans, Span(column, length, ink))
            column += length
    yield spans


def _add(spans: list[Span], span: Span) -> None:
    """Add a span, as one with the last if that goes on."""
    if spans and spans[-1].ink is span.ink and spans[-1].start + spans[-1].length == span.start:
        last = spans.pop()
        span = Span(last.start, last.length + span.length, span.ink)
    spans.append(span)
