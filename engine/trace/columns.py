"""Growing numpy columns, and columns of text on disk."""

import json
import mmap
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Growing:
    """An array that is appended to; amortised constant time a value, at most 1.5 times the space.

    >>> column = Growing(np.int64); column.extend(np.array([1, 2])); column.values
    array([1, 2])
    """

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._buffer = np.empty(64, dtype)
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
            grown = np.empty(max(needed, len(self._buffer) * 3 // 2), self._buffer.dtype)
            grown[: self._length] = self.values
            self._buffer = grown
        self._buffer[self._length : needed] = more
        self._length = needed


class TextColumn:
    """Lines of JSON strings, one a task, that are found by number and decoded when looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data: mmap.mmap | bytes = b""
        self._ends = Growing(np.int64)
        self._scanned = 0

    def __len__(self) -> int:
        """Whole lines so far."""
        return len(self._ends)

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
        new = np.frombuffer(self._data, np.uint8)[self._scanned :]
        self._ends.extend(np.flatnonzero(new == ord("\n")) + self._scanned)
        self._scanned = len(self._data)

    def __getitem__(self, number: int) -> str | None:
        """The text of line `number`; None for `null` and for a line that is not there."""
        if not 0 <= number < len(self._ends):
            return None
        start = int(self._ends.values[number - 1]) + 1 if number else 0
        try:
            value = json.loads(self._data[start : int(self._ends.values[number])])
        except ValueError:
            return None
        return value if isinstance(value, str) else None
