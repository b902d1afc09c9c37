"""Finds tasks by their index, or by a part of the text of their input, a block of lines at a time.

Pure: whoever wants to find calls `step` as often as there is time. What is found is what a plain
look at every text would find, whatever the case of its letters and however JSON spells it.
"""

import json

import numpy as np

from .recording import Recording
from .trace.columns import LINE_BYTES, Ints, TextColumn, text_of

BLOCK_BYTES = 1 << 17
"""Looked at in one step; longer than any line that shows a text."""
BLOCK_LINES = 16_384
DENSE = 4
"""From one hit in so many lines on it is quicker to look at each line than to seek the next hit."""
LINE_FEED, FIRST_PRINTABLE = ord("\n"), ord(" ")


class TextSearch:
    """The lines of `column` whose texts hold `text`, in any case. `text` is not empty.

    most: lines that there can be; the column may grow meanwhile.
    looked_at: how many lines have been looked at.
    """

    def __init__(self, column: TextColumn, text: str, most: int) -> None:
        self._column = column
        self._wanted = text.casefold()
        # Such characters are spelled with a backslash, so a line without one holds none of them.
        self._spelled = any(sign in '"\\' or sign < " " for sign in self._wanted)
        # Room that nobody has written to takes no memory; to make more later takes long.
        self._rows: Ints = np.zeros(most, np.int32)
        self._count = 0
        self._start = 0  # of what is to be looked at next, in bytes
        self._in_long = False  # in the middle of a line that is too long to be a text
        self.looked_at = 0

    @property
    def rows(self) -> Ints:
        """The lines that were found so far, ascending."""
        return self._rows[: self._count]

    @property
    def over(self) -> bool:
        """Every line that there is has been looked at."""
        return self.looked_at >= self._known

    @property
    def _known(self) -> int:
        return min(len(self._column), len(self._rows))

    def step(self) -> int:
        """Look at the next lines, at most BLOCK_BYTES and BLOCK_LINES; how many were found."""
        data, ends = self._next_lines()
        if not len(ends):
            return 0
        found = self._find(data, ends)
        self._rows[self._count : self._count + len(found)] = found
        self._rows[self._count : self._count + len(found)] += self.looked_at
        self._count += len(found)
        self.looked_at += len(ends)
        self._start += len(data)
        return len(found)

    def _next_lines(self) -> tuple[bytes, Ints]:
        """Whole lines, and where each ends: at its line feed."""
        data = self._column.raw(self._start, BLOCK_BYTES)
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == LINE_FEED)
        if self._in_long and len(ends) and not self.over:
            self._start += int(ends[0]) + 1
            self.looked_at += 1
            self._in_long = False
            return self._next_lines()
        if not len(ends) and len(data) == BLOCK_BYTES:
            self._start += len(data)
            self._in_long = True
        ends = ends[: min(BLOCK_LINES, self._known - self.looked_at)]
        return (data[: int(ends[-1]) + 1], ends) if len(ends) else (b"", ends)

    def _find(self, data: bytes, ends: Ints) -> list[int]:
        """Numbers of the lines of `data` that hold what is wanted."""
        text = _as_it_is_spelled(data, ends)
        if text is None:
            texts = enumerate(_texts(data, ends))
            return [n for n, text in texts if text is not None and self._wanted in text.casefold()]
        if self._spelled:
            return []
        text = text.casefold()
        hits = text.count(self._wanted)
        if hits * DENSE > len(ends):
            return [n for n, line in enumerate(text.split("\n")) if self._wanted in line]
        return self._go_from_hit_to_hit(text) if hits else []

    def _go_from_hit_to_hit(self, text: str) -> list[int]:
        found, line, seen = [], 0, 0
        place = text.find(self._wanted)
        while place >= 0:
            line += text.count("\n", seen, place)
            found.append(line)
            seen = text.index("\n", place)
            place = text.find(self._wanted, seen)
        return found


def _as_it_is_spelled(data: bytes, ends: Ints) -> str | None:
    """All lines of `data` at once, if each is a text between quotes without anything that JSON
    spells in another way; None otherwise."""
    lines = len(ends)
    if (
        b"\\" in data
        or data.count(b'"') != 2 * lines
        or data.count(b'"\n"') != lines - 1
        or not (data.startswith(b'"') and data.endswith(b'"\n'))
        # A line that is but one quote could make up for one that has three.
        or data.startswith(b'"\n')
        or data.endswith(b'\n"\n')
        or np.count_nonzero(np.frombuffer(data, np.uint8) < FIRST_PRINTABLE) != lines
        or np.diff(ends, prepend=-1).max() > LINE_BYTES
    ):
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _texts(data: bytes, ends: Ints) -> list[str | None]:
    """The text of each line; all in one go where the lines are what they should be."""
    try:
        # No JSON text goes on beyond a line feed, so no line can run into the next one.
        texts = json.loads("[" + data[:-1].decode().replace("\n", ",\n") + "]")
    except (ValueError, RecursionError):
        texts = []
    short = np.diff(ends, prepend=-1).max() <= LINE_BYTES
    if len(texts) == len(ends) and short and set(map(type, texts)) <= {str, type(None)}:
        return list(texts)
    lines = data.split(b"\n")[:-1]
    return [text_of(line) if len(line) < LINE_BYTES else None for line in lines]


class TaskSearch:
    """The tasks that somebody may mean by `text`: first the one that has it as its index, then
    those whose inputs hold it, in the order of handing out. Each is there once.

    count: how many were found so far. A place is a number from 0 to count - 1; it stays the same
    task's while more are found.
    """

    def __init__(self, recording: Recording, text: str) -> None:
        self._inputs = recording.inputs
        index, total = index_meant(text), recording.counts.total
        self._texts = TextSearch(recording.inputs, text, total)
        known = index is not None and index < total
        self.numbered = recording.row_of(index) if index is not None and known else None

    @property
    def looked_at(self) -> int:
        """Inputs that have been looked at."""
        return self._texts.looked_at

    @property
    def over(self) -> bool:
        """All inputs that are known have been looked at."""
        return self._texts.over

    def step(self) -> int:
        """Look at the next inputs; how many tasks were found."""
        before = self.count
        self._texts.step()
        return self.count - before

    @property
    def count(self) -> int:
        return len(self._texts.rows) + (self.numbered is not None) - (self._double() is not None)

    def _double(self) -> int | None:
        """Where the task with that index is among those whose inputs hold the text."""
        if self.numbered is None:
            return None
        rows = self._texts.rows
        place = int(rows.searchsorted(np.int32(self.numbered)))  # of another type it copies them
        return place if place < len(rows) and rows[place] == self.numbered else None

    def row(self, place: int) -> int:
        """The row of the task at a place."""
        if self.numbered is None:
            return int(self._texts.rows[place])
        if not place:
            return self.numbered
        double = self._double()
        return int(self._texts.rows[place - 1 + (double is not None and place - 1 >= double)])

    def beside(self, row: int, step: int) -> int:
        """The place of the first one whose row is beyond `row`, or before it with a negative step.

        May be one beyond either end: -1 or `count`.
        """
        rows = self._texts.rows
        if row == self.numbered:
            return 1 if step > 0 else -1
        passed = int(rows.searchsorted(np.int32(row), side="right" if step > 0 else "left"))
        double = self._double()
        passed -= double is not None and double < passed
        passed += self.numbered is not None
        return passed if step > 0 else passed - 1


def index_meant(text: str) -> int | None:
    """The index that `text` is, with or without commas between thousands; None if it is none.

    >>> index_meant(" 4711 "), index_meant("4,711"), index_meant("4,71"), index_meant("-1")
    (4711, 4711, None, None)
    """
    digits = text.strip()
    first, *thousands = digits.split(",")
    if thousands and (len(first) > 3 or any(len(part) != 3 for part in thousands)):
        return None
    plain = first + "".join(thousands)
    return int(plain) if first and plain.isascii() and plain.isdigit() and len(plain) < 10 else None
