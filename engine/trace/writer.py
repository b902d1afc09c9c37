"""Lays out a trace's tables: what the host does before its workers write. Standard library only."""

import errno
import os
from pathlib import Path

from ..problem import Kind, Problem, ProblemError
from .layout import NO_CHUNK, WORKERS, Table, header
from .mapping import MappedTable

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
        self._table = MappedTable(str(self._folder), WORKERS)

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
