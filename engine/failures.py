"""What tasks raised, by row: read off the run folder when it is looked at."""

import json
import mmap
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .messages import LINE_BYTES
from .trace.columns import BLOCK_BYTES, Ints, map_grown

BEGIN = re.compile(rb'^\{"task": (\d{1,10}), "type": ', re.MULTILINE)
"""How the line of a task begins, see `Recorder.fail` in host/worker.py."""


@dataclass(frozen=True)
class Failure:
    """What a task raised, as its worker noted it. `traceback` may be empty, see worker.py."""

    type: str
    message: str
    traceback: str

    @property
    def line(self) -> str:
        """As the last line of a traceback says it."""
        return f"{self.type}: {self.message}" if self.message else self.type


UNREADABLE = Failure("?", "", "")
"""Of a task whose line is torn."""


class Failures(Mapping[int, Failure]):
    """The failures of a run by row. In memory is only where each one's line begins: 8 bytes a task,
    and none while nothing was raised.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data: mmap.mmap | bytes = b""
        self._scanned = 0  # whole lines up to here have been taken in
        self._starts: Ints = np.zeros(0, np.int64)  # by row, one more than the place; 0: none
        self._count = 0
        self.behind = False
        """There are more lines already than the last update was let take in."""

    def update(self, tasks: int, limit: int | None = None) -> None:
        """Take in the lines that have come since the last call, about rows below `tasks`; of about
        `limit` bytes at most."""
        went_on = self.behind
        if not went_on:
            self._map()
        stop = len(self._data) if limit is None else self._scanned + limit
        if len(self._data) and not len(self._starts):
            self._starts = np.zeros(tasks, np.int64)
        self._scan(stop)
        if went_on and not self.behind:  # what was mapped some calls ago; there may be more by now
            self.behind = self._map()

    def _map(self) -> bool:
        """Look at the file as it is now; True when it has become longer."""
        known = len(self._data)
        self._data = map_grown(self._path, self._scanned) or self._data
        return len(self._data) > known

    def _scan(self, stop: int) -> None:
        self.behind = self._scanned < len(self._data)
        while self.behind and self._scanned < stop:
            block = self._data[self._scanned : self._scanned + BLOCK_BYTES]
            whole = block.rfind(b"\n") + 1
            if not whole and len(block) < BLOCK_BYTES:
                self.behind = False  # but for a line that is still being written
                return
            self._take(block, whole or len(block))
            self._scanned += whole or len(block)
            self.behind = self._scanned < len(self._data)

    def _take(self, block: bytes, end: int) -> None:
        """Note the lines that begin in `block` before `end`. The last one of a task counts."""
        for found in BEGIN.finditer(block, 0, end):
            row = int(found[1])
            if row < len(self._starts):
                self._count += int(self._starts[row] == 0)
                self._starts[row] = self._scanned + found.start() + 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self._starts).tolist())

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and 0 <= row < len(self._starts) and bool(self._starts[row])

    def __getitem__(self, row: int) -> Failure:
        """What the task in `row` raised. Raises KeyError when it raised nothing."""
        if row not in self:
            raise KeyError(row)
        start = int(self._starts[row]) - 1
        end = self._data.find(b"\n", start, start + LINE_BYTES)
        try:
            line = json.loads(self._data[start : max(end, start)])
        except (ValueError, RecursionError):
            return UNREADABLE
        match line:
            case {"type": str(kind), "message": str(message), "traceback": str(traceback)}:
                return Failure(kind, message, traceback)
        return UNREADABLE
