"""Inputs and results as shortened text, one JSON string a line. Standard library only."""

import reprlib
from collections.abc import Iterable
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from ..problem import ProblemError
from ..trace.layout import clock_ns
from ..trace.writer import not_recorded

TEXT_LIMIT = 200  # characters of one value
STRING_SHOWN = 160  # of one that is longer
PLAIN = (float, bool, type(None), complex)
CHECK_EVERY = 256  # values between two looks at the clock, and to the file at once


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
    """Appends to a text column until a deadline, and later goes on where it stopped.

    count: whole lines in the file, but for those that wait for the end of a `write`.
    """

    def __init__(self, path: Path) -> None:
        """Raises ProblemError when there is no room for the file, or it cannot be written."""
        self._path = path
        self._waiting: list[str] = []
        self.count = 0
        try:
            self._file = open(path, "wb", buffering=0)
        except OSError as error:
            raise self._failed(error) from error

    def write(self, values: Iterable[Any], until_ns: int | None = None) -> bool:
        """Append each value; False when the clock passed `until_ns` before all were written.

        Raises ProblemError when the disk is full; what the file has then are whole lines.
        """
        return self.write_lines(map(encode_text, values), until_ns)

    def write_lines(self, lines: Iterable[str], until_ns: int | None = None) -> bool:
        """The same for lines that are JSON already."""
        for line in lines:
            self._waiting.append(line)
            if len(self._waiting) == CHECK_EVERY:
                self._write_waiting()
                if until_ns is not None and clock_ns() > until_ns:
                    return False
        self._write_waiting()
        return True

    def _write_waiting(self) -> None:
        if not self._waiting:
            return
        data = "\n".join([*self._waiting, ""]).encode("utf-8", "backslashreplace")
        count, self._waiting = len(self._waiting), []
        begin = self._file.tell()
        try:
            written = 0
            while written < len(data):
                written += self._file.write(data[written:])
        except OSError as error:
            whole = data.rfind(b"\n", 0, written) + 1
            self._file.seek(begin + whole)
            self._file.truncate()
            self.count += data.count(b"\n", 0, whole)
            raise self._failed(error) from error
        self.count += count

    def _failed(self, error: OSError) -> ProblemError:
        return ProblemError(not_recorded(self._path.parent, error))

    def close(self) -> None:
        self._file.close()
