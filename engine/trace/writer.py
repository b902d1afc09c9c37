"""Writes a trace's tables through shared memory maps. Standard library only."""

import errno
import mmap
import os
from pathlib import Path

from ..problem import Kind, Problem, ProblemError
from .layout import HEADER_BYTES, NO_CHUNK, WORKERS, Table, header

WORKERS_STEP = 256


def create(folder: Path, table: Table, rows: int) -> None:
    """Make `table`'s file in `folder`, all zero, with its space on the disk reserved.

    Raises ProblemError when the disk has no room for it. A sparse file would kill the workers by
    SIGBUS when the disk fills up during the run.
    """
    path = folder / table.file_name
    try:
        with open(path, "wb") as file:
            file.write(header(table, rows))
            file.flush()
            _reserve(file.fileno(), table.size(rows))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        values = {"path": str(folder), "bytes": table.size(rows)}
        raise ProblemError(Problem(Kind.NO_SPACE, None, values)) from error


def _reserve(descriptor: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    os.lseek(descriptor, 0, os.SEEK_END)
    missing = size - os.fstat(descriptor).st_size
    while missing > 0:
        missing -= os.write(descriptor, bytes(min(missing, 1 << 20)))


class MappedTable:
    """A table's file in shared memory: `table["begun"][row] = time`.

    One process writes a given cell; 8-byte stores are whole.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        with open(folder / table.file_name, "r+b") as file:
            size = os.fstat(file.fileno()).st_size
            self._map = mmap.mmap(file.fileno(), size)
        width = len(table.columns)
        self.rows = (size - HEADER_BYTES) // 8 // width
        cells = memoryview(self._map)[HEADER_BYTES : table.size(self.rows)].cast("q")
        self._columns = {
            name: cells[number * self.rows : (number + 1) * self.rows]
            if table.by_column
            else cells[number::width]
            for number, name in enumerate(table.columns)
        }

    def __getitem__(self, column: str) -> memoryview:
        """The column, indexed by row."""
        return self._columns[column]


class WorkersTable:
    """The host's hold on the table of workers, which grows as workers are replaced."""

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self._rows = 0
        self._grow(max(workers, WORKERS_STEP))

    def _grow(self, rows: int) -> None:
        if self._rows == 0:
            create(self._folder, WORKERS, rows)
        else:
            with open(self._folder / WORKERS.file_name, "r+b") as file:
                _reserve(file.fileno(), WORKERS.size(rows))
                file.write(header(WORKERS, rows))
        self._rows = rows
        self._table = MappedTable(self._folder, WORKERS)

    def add(self, ordinal: int, slot: int, born_ns: int) -> None:
        """Give worker `ordinal` (from 1) its row before it starts."""
        if ordinal > self._rows:
            self._grow(self._rows * 2)
        self._table["chunk"][ordinal - 1] = NO_CHUNK
        self._table["slot"][ordinal - 1] = slot
        self._table["born"][ordinal - 1] = born_ns

    def set(self, ordinal: int, column: str, value: int) -> None:
        self._table[column][ordinal - 1] = value

    def get(self, ordinal: int, column: str) -> int:
        return int(self._table[column][ordinal - 1])
