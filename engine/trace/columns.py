"""Growing numpy columns, and columns of text on disk."""

import json
import mmap
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


FEW = 32_768
"""Values that are soon copied."""
RESERVES = hasattr(mmap, "MAP_ANONYMOUS")
"""Room takes no memory before something is written to it; Windows counts all that is asked for."""
MOST_AHEAD = 256 if RESERVES else 8
"""How many times as many values as there are room is made for, where so many are likely."""
LARGE_BYTES = 1 << 20
STRIDE = 16
"""Lines of a text column from one whose place is remembered to the next."""
BLOCK_BYTES = 1 << 18
"""Looked at in one go."""
LINE_BYTES = 65_536
"""No line is longer: texts are shortened to 200 characters. One that is shows no text."""


def room_for(length: int, needed: int, likely: int = 0) -> int:
    """How many values to make room for, when `length` are there and `needed` will be.

    Half as much again; of more than FEW, when more are likely to come, room for all of those.
    Room that nothing was written to takes no memory, but to copy what is there takes time.

    >>> room_for(1000, 1100, 9000), room_for(60_000, 70_000, 90_000)
    (1500, 101250)
    """
    if needed > FEW and likely > needed:
        return min(likely + likely // 8, MOST_AHEAD * needed)
    return max(needed, length + max(8, length // 2))


def empty(count: int, dtype: npt.DTypeLike) -> npt.NDArray[np.int64]:
    """An array of any values.

    For a large one numpy asks the system for huge pages, each of which is made at the first touch:
    to copy 17 MB into such an array measured 3 to 60 ms on a virtual machine, into small pages 9
    to 11; and a window is waiting.
    """
    size = count * np.dtype(dtype).itemsize
    if size < LARGE_BYTES or not RESERVES:
        return np.empty(count, dtype)
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return np.frombuffer(pages, dtype)


class Growing:
    """An array that is appended to; amortised constant time a value, at most 1.5 times the room.

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
            grown = empty(room_for(self._length, needed), self._buffer.dtype)
            grown[: self._length] = self.values
            self._buffer = grown
        self._buffer[self._length : needed] = more
        self._length = needed


class GrowingRows:
    """Arrays that are appended to together; each can be of another type.

    >>> rows = GrowingRows(np.int32, np.int64); rows.extend(np.array([1, 2]), np.array([7, 8]))
    >>> rows[1]
    array([7, 8])
    """

    __slots__ = ("_arrays", "_length")

    def __init__(self, *dtypes: npt.DTypeLike) -> None:
        self._arrays = [np.empty(0, dtype) for dtype in dtypes]
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, number: int) -> npt.NDArray[np.int64]:
        """A view of what is in an array; it keeps its length when more is appended."""
        return self._arrays[number][: self._length]

    @property
    def nbytes(self) -> int:
        """Of memory, with the room to grow."""
        return sum(array.nbytes for array in self._arrays)

    def extend(self, *more: npt.NDArray[np.int64], likely: int = 0) -> None:
        """Append to each array; all get the same number of values. likely: how many there will be
        in the end, as far as anybody can tell."""
        length, needed = self._length, self._length + len(more[0])
        for number, values in enumerate(more):
            array = self._arrays[number]
            if needed > len(array):
                array = self._grown(number, room_for(length, needed, likely))
            array[length:needed] = values
        self._length = needed

    def _grown(self, number: int, room: int) -> npt.NDArray[np.int64]:
        """With more room: each array other, so that never all of them are copied at one time."""
        old = self._arrays[number]
        array = self._arrays[number] = empty(room + room * number // 16, old.dtype)
        array[: self._length] = old[: self._length]
        return array


def map_grown(path: Path, known: int) -> mmap.mmap | None:
    """The file as it is now; None while it has no more than `known` bytes, or is not there."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size > known else None
    except FileNotFoundError:
        return None


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

    @property
    def behind(self) -> bool:
        """There are more lines already than the last update was let take in."""
        return self._scanned < len(self._data)

    def update(self, limit: int | None = None) -> None:
        """Take in the lines that have come since the last call; of about `limit` bytes at most."""
        went_on = self.behind
        if not went_on:
            self._map()
        stop = len(self._data) if limit is None else min(self._scanned + limit, len(self._data))
        data = np.frombuffer(self._data, np.uint8)
        for start in range(self._scanned, stop, BLOCK_BYTES):
            block = data[start : min(start + BLOCK_BYTES, stop)]
            self._take(np.flatnonzero(block == ord("\n")) + start)
        self._scanned = stop
        if went_on and not self.behind:  # what was mapped some calls ago; there may be more by now
            self._map()

    def _map(self) -> None:
        self._data = map_grown(self._path, self._scanned) or self._data

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
        return text_of(self._data[start : max(self._end(start), start)])

    def raw(self, start: int, most: int) -> bytes:
        """What the file holds from byte `start` on, at most `most` bytes of what was taken in."""
        return bytes(self._data[start : min(start + most, self._scanned)])

    def _end(self, start: int) -> int:
        """Where the line that begins at `start` ends; -1 when it is too long."""
        return self._data.find(b"\n", start, start + LINE_BYTES)


def text_of(line: bytes) -> str | None:
    """The text of a line of a text column; None where it holds none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, str) else None
