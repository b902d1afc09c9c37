"""Growing numpy columns, and columns of text on disk."""

import json
import mmap
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


FEW = 65_536
STRIDE = 16
"""Lines of a text column from one whose place is remembered to the next."""
BLOCK_BYTES = 1 << 22
LINE_BYTES = 65_536
"""No line is longer: texts are shortened to 200 characters. One that is shows no text."""


class Growing:
    """An array that is appended to; amortised constant time a value, at most 1.5 times the space.

    >>> column = Growing(np.int64); column.extend(np.array([1, 2])); column.values
    array([1, 2])
    """

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._buffer = np.empty(0, dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> npt.NDArray[np.int64]:
        """A view of what is there; it keeps its length when more is appended."""
        return self._buffer[: self._length]

    def extend(self, more: npt.NDArray[np.int64]) -> None:
        needed = self._length + len(more)
        if needed > len(self._buffer):
            # Half as much again while it is small; of millions an eighth, which memory feels.
            room = self._length + max(8, min(self._length // 2, FEW + self._length // 8))
            grown = np.empty(max(needed, room), self._buffer.dtype)
            grown[: self._length] = self.values
            self._buffer = grown
        self._buffer[self._length : needed] = more
        self._length = needed


class TextColumn:
    """Lines of JSON strings, one a task, that are found by number and decoded when looked at.

    Only where every STRIDE-th line begins is remembered: half a byte a line.
    most: lines that are taken in; what comes after them is of no task.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.most = sys.maxsize
        self._data: mmap.mmap | bytes = b""
        self._starts = Growing(np.int64)
        self._starts.extend(np.zeros(1, np.int64))
        self._length = 0
        self._scanned = 0

    def __len__(self) -> int:
        """Whole lines so far."""
        return self._length

    def update(self) -> None:
        """Take in the lines that have come since the last call."""
        try:
            with open(self._path, "rb") as file:
                size = file.seek(0, 2)
                if size <= self._scanned:
                    return
                self._data = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            return
        data = np.frombuffer(self._data, np.uint8)
        for start in range(self._scanned, len(data), BLOCK_BYTES):
            self._take(np.flatnonzero(data[start : start + BLOCK_BYTES] == ord("\n")) + start)
        self._scanned = len(data)

    def _take(self, ends: npt.NDArray[np.int64]) -> None:
        """`ends`: where the next lines end, each at its line feed."""
        ends = ends[: max(self.most - self._length, 0)]
        to_next = -(self._length + 1) % STRIDE  # of these lines, before the first remembered one
        self._starts.extend(ends[to_next::STRIDE] + 1)
        self._length += len(ends)

    def __getitem__(self, number: int) -> str | None:
        """The text of line `number`; None for `null` and for a line that is not there."""
        if not 0 <= number < self._length:
            return None
        start = int(self._starts.values[number // STRIDE])
        for _ in range(number % STRIDE):
            start = self._end(start) + 1
            if not start:
                return None
        try:
            value = json.loads(self._data[start : max(self._end(start), start)])
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, str) else None

    def _end(self, start: int) -> int:
        """Where the line that begins at `start` ends; -1 when it is too long."""
        return self._data.find(b"\n", start, start + LINE_BYTES)
