"""Lays out a trace's tables: what the host does before its workers write. Standard library only."""

import contextlib
import errno
import os
from pathlib import Path

from ..problem import Kind, Problem, ProblemError
from .layout import HEADER_BYTES, NO_CHUNK, WORKERS, Table, header
from .mapping import MappedTable

WORKERS_STEP = 256
SPARE_FILE = "spare"
SPARE_BYTES = 1 << 16
BLOCK = bytes(1 << 20)
WARM_SHARE = 32
"""A table is laid out in memory, too, when that takes no more than this part of the machine's."""


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
            reserve(file.fileno(), table.size(rows))
            _warm(file.fileno(), table.size(rows))
    except OSError as error:
        if not is_full(error):
            raise
        raise ProblemError(_no_space(folder, table.size(rows))) from error


def is_full(error: OSError) -> bool:
    """A disk, or what a user or a process may have of it, is full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def not_recorded(folder: Path, error: Exception) -> Problem:
    """What `error` means for a run that is on; `folder` is the run's."""
    if isinstance(error, OSError) and is_full(error):
        return Problem(Kind.DISK_FULL, None, {"path": str(folder)})
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    if isinstance(error, ProblemError):
        reason = str(error.problem.values.get("error", reason))
    return Problem(Kind.RUN_NOT_RECORDED, None, {"path": str(folder), "error": reason})


def _no_space(folder: Path, size: int) -> Problem:
    return Problem(Kind.NO_SPACE, None, {"path": str(folder), "bytes": size})


def reserve_spare(folder: Path) -> None:
    """Keep some of the disk back, so that a run can say its last words when it is full."""
    with open(folder / SPARE_FILE, "wb") as file:
        reserve(file.fileno(), SPARE_BYTES)


def release_spare(folder: Path) -> None:
    """Give it free again; it may not be there."""
    with contextlib.suppress(OSError):
        os.unlink(folder / SPARE_FILE)


def reserve(descriptor: int, size: int) -> None:
    """Room on the disk for a file of `size` bytes; what is new in it is zero. May raise OSError."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    os.lseek(descriptor, 0, os.SEEK_END)
    missing = size - os.fstat(descriptor).st_size
    while missing > 0:
        missing -= os.write(descriptor, bytes(min(missing, 1 << 20)))


def _warm(descriptor: int, size: int) -> None:
    """Write the zeros that are reserved, so that the table's pages are there when they are needed.

    Otherwise a worker has each made when it first writes into it, while its tasks wait: that
    measured 3 us a page of 512 cells on ext4, ten times as much as finding one that is there.
    """
    if not hasattr(os, "posix_fallocate") or size * WARM_SHARE > _memory_bytes():
        return
    for start in range(HEADER_BYTES, size, len(BLOCK)):
        os.pwrite(descriptor, BLOCK[: size - start], start)


def _memory_bytes() -> int:
    """Of this machine; 0 where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


class WorkersTable:
    """The host's hold on the table of workers, which grows as workers are replaced.

    mapped: the table as it is now.
    """

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self._rows = 0
        self._failure: OSError | None = None
        self._grow(max(workers, WORKERS_STEP))
        try:
            reserve_spare(folder)
        except OSError as error:
            release_spare(folder)
            if not is_full(error):
                raise
            raise ProblemError(_no_space(folder, SPARE_BYTES)) from error

    def _grow(self, rows: int) -> None:
        if self._rows == 0:
            create(self._folder, WORKERS, rows)
        else:
            with open(self._folder / WORKERS.file_name, "r+b") as file:
                reserve(file.fileno(), WORKERS.size(rows))
                file.write(header(WORKERS, rows))
        self._rows = rows
        self.mapped = MappedTable(str(self._folder), WORKERS)

    def add(self, ordinal: int, slot: int, born_ns: int) -> None:
        """Give worker `ordinal` (from 1) its row before it starts.

        Raises OSError when the table has to grow and cannot. It is a thread of Pool's that asks,
        and nobody looks after that: the next `get` raises, too, as a ProblemError.
        """
        if ordinal > self._rows:
            try:
                self._grow(self._rows * 2)
            except OSError as error:
                self._failure = error
                raise
        self.mapped["chunk"][ordinal - 1] = NO_CHUNK
        self.mapped["slot"][ordinal - 1] = slot
        self.mapped["born"][ordinal - 1] = born_ns

    def set(self, ordinal: int, column: str, value: int) -> None:
        self.mapped[column][ordinal - 1] = value

    def get(self, ordinal: int, column: str) -> int:
        """Raises ProblemError, once, when the table could not grow."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise ProblemError(not_recorded(self._folder, failure)) from failure
        return int(self.mapped[column][ordinal - 1])
