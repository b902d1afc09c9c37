"""A trace's tables in shared memory: what workers and host write through.

Every worker imports it: standard library only, see layout.py.
"""

import mmap
import os
from collections.abc import Callable

from .layout import CHUNKS, HEADER_BYTES, TASKS, WORKERS, Table


class MappedTable:
    """A table's file in shared memory: `table["begun"][row] = time`.

    One process writes a given cell; 8-byte stores are whole.
    """

    def __init__(self, folder: str, table: Table) -> None:
        with open(os.path.join(folder, table.file_name), "r+b") as file:
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


class Tables:
    """What the workers of a run write: its tasks, its chunks, and a row of `workers` each.

    A forked worker has them as the host has mapped them; where they are pickled they are mapped
    anew, out of `folder`.
    """

    def __init__(
        self, folder: str, tasks: MappedTable, chunks: MappedTable, workers: MappedTable
    ) -> None:
        self.folder = folder
        self.tasks = tasks
        self.chunks = chunks
        self.workers = workers

    def __reduce__(self) -> "tuple[Callable[[str], Tables], tuple[str]]":
        return map_tables, (self.folder,)


def map_tables(folder: str) -> Tables:
    """The tables in the run folder `folder`, newly mapped."""
    return Tables(folder, *(MappedTable(folder, table) for table in (TASKS, CHUNKS, WORKERS)))
