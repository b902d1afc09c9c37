"""Writes what was sampled into the folder of a run."""

import errno
import os
import shutil
from pathlib import Path

from ..trace.layout import Table, header
from ..trace.writer import reserve
from .layout import MACHINE, PROCESSES_FILE, SAMPLES

FIRST_ROWS, MOST_ROWS = 64, 8192
"""A table grows by as many rows as it has, within these."""
LEFT_FREE = 1 << 20
"""Bytes of the disk: the last of it is for what the run itself has to write."""


class GrowingTable:
    """A table's file that rows are appended to; `numpy.load` opens it at any moment.

    Its space is reserved in blocks, and its header names the rows of all blocks, also those that
    are not written yet: they are zero. So a crash at any moment leaves a table that is whole.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        self._path, self._table = folder / table.file_name, table
        self._written = self._room = 0

    def append(self, rows: bytes) -> None:
        """May raise OSError; then the rows before are still there."""
        width = self._table.size(1) - self._table.size(0)
        needed = self._written + len(rows) // width
        flags = os.O_RDWR | (0 if self._room else os.O_CREAT)
        descriptor = os.open(self._path, flags | getattr(os, "O_BINARY", 0), 0o644)
        try:
            if needed > self._room:
                room = needed + min(max(self._room, FIRST_ROWS), MOST_ROWS)
                reserve(descriptor, self._table.size(room))
                _write_at(descriptor, header(self._table, room), 0)
                self._room = room
            _write_at(descriptor, rows, self._table.size(self._written))
        finally:
            os.close(descriptor)
        self._written = needed

    def trim(self) -> None:
        """To the rows that were written. May raise OSError."""
        if self._room > self._written:
            with open(self._path, "r+b") as file:
                file.write(header(self._table, self._written))
                file.truncate(self._table.size(self._written))
            self._room = self._written


def _write_at(descriptor: int, data: bytes, place: int) -> None:
    os.lseek(descriptor, place, os.SEEK_SET)
    while data:
        data = data[os.write(descriptor, data) :]


class SampleFiles:
    """All three. Whatever is raised is an OSError; after one nothing more should be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._samples = GrowingTable(folder, SAMPLES)
        self._machine = GrowingTable(folder, MACHINE)

    def write(self, lines: list[str], samples: bytes, machine: bytes) -> None:
        """Lines of JSON, and rows of a round. The machine's row comes last: it says that the round
        is whole."""
        if shutil.disk_usage(self._folder).free < LEFT_FREE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._folder))
        self._append(lines)
        if samples:
            self._samples.append(samples)
        self._machine.append(machine)

    def finish(self, lines: list[str]) -> None:
        """The last lines; nothing comes after them."""
        self._samples.trim()
        self._machine.trim()
        self._append(lines)

    def _append(self, lines: list[str]) -> None:
        if lines:
            text = "".join(lines).encode()
            with open(self._folder / PROCESSES_FILE, "ab", buffering=0) as file:
                while text:
                    text = text[file.write(text) :]
