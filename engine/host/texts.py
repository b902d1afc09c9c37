"""Inputs and results as shortened text, one JSON string a line. Standard library only."""

import reprlib
from collections.abc import Iterable
from json.encoder import encode_basestring
from pathlib import Path
from typing import IO, Any

from ..trace.layout import clock_ns

TEXT_LIMIT = 200  # characters of one value
STRING_SHOWN = 160  # of one that is longer
PLAIN = (float, bool, type(None), complex)
CHECK_EVERY = 256  # values between two looks at the clock


class _Short(reprlib.Repr):
    """reprlib with limits for people, and bytes shortened before they are spelled out."""

    def __init__(self) -> None:
        super().__init__()
        self.maxother = self.maxlong = TEXT_LIMIT
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = 40
        self.maxlevel = 4

    def repr_bytes(self, value: bytes, level: int) -> str:
        if len(value) <= TEXT_LIMIT:
            return repr(value)
        return f"{value[:24]!r}… ({len(value):,} bytes)"

    repr_bytearray = repr_bytes

    def repr_str(self, value: str, level: int) -> str:
        if len(value) <= TEXT_LIMIT:
            return repr(value)
        return f"{value[:STRING_SHOWN]!r}… ({len(value):,} characters)"

    def repr_int(self, value: int, level: int) -> str:
        try:
            return repr(value)
        except ValueError:  # more than 4,300 digits
            return f"an int of {value.bit_length():,} bits"


_short = _Short()


def short_text(value: Any) -> str:
    """`repr(value)`, at most TEXT_LIMIT characters; "…" says that there was more.

    For str and bytes it also says how much. A class whose own `__repr__` raises is named instead.
    """
    if type(value) is int:
        text = _short.repr_int(value, 0)
    elif type(value) in PLAIN:
        text = repr(value)
    else:
        try:
            text = _short.repr(value)
        except BaseException as error:
            text = f"<{type(value).__name__}: its repr raised {type(error).__name__}>"
    return text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + "…"


def encode_text(value: Any) -> str:
    """One line of a text column: the short text of `value` as a JSON string."""
    return encode_basestring(short_text(value))


class TextWriter:
    """Appends to a text column until a deadline, and later goes on where it stopped."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = open(path, "w", encoding="utf-8", errors="backslashreplace")
        self.count = 0

    def write(self, values: Iterable[Any], until_ns: int | None = None) -> bool:
        """Append each value; False when the clock passed `until_ns` before all were written."""
        return self.write_lines(map(encode_text, values), until_ns)

    def write_lines(self, lines: Iterable[str], until_ns: int | None = None) -> bool:
        """The same for lines that are JSON already."""
        try:
            for line in lines:
                self._file.write(line + "\n")
                self.count += 1
                if until_ns is not None and self.count % CHECK_EVERY == 0:
                    if clock_ns() > until_ns:
                        return False
            return True
        finally:
            self._file.flush()

    def close(self) -> None:
        self._file.close()
