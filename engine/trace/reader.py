"""Opens a trace's tables with numpy, read-only, also while they are being written."""

import re
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..problem import Kind, Problem, ProblemError
from .layout import ITEM_BYTES, Table

Ints = npt.NDArray[np.int64]

HEADER = re.compile(
    rb"\{'descr': '([^']{1,20})', 'fortran_order': (True|False), "
    rb"'shape': \((\d{1,15}), (\d{1,9})\),? ?\}\s*"
)
MAGIC = b"\x93NUMPY\x01\x00"


class Columns:
    """A table's file by column: `columns["begun"][row]`. The values change under a live run.

    Raises ProblemError when the file is not what `table` says.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        self._path, self._table = folder / table.file_name, table
        self.reopen()

    def reopen(self) -> None:
        """Look at the file again: it may have more rows. Raises as before."""
        try:
            data = mapped(self._path, self._table)
        except (OSError, ValueError) as error:
            name = self._path.name
            values = {"path": str(self._path), "error": f"{name}: {_reason(error)}"}
            raise ProblemError(Problem(Kind.NOT_A_RUN, None, values)) from error
        self.rows = len(data)
        self._columns: dict[str, Ints] = {
            # A plain view: slicing a memmap costs several times as much as slicing an array.
            name: np.asarray(data)[:, number]
            for number, name in enumerate(self._table.columns)
        }

    def __getitem__(self, column: str) -> Ints:
        return self._columns[column]


def mapped(path: Path, table: Table, mode: Literal["r", "r+"] = "r") -> Ints:
    """The table as an array; its header is read here, for numpy believes too much of it.

    Raises OSError, or ValueError when it is no such table.
    """
    with open(path, "rb") as file:
        start = file.read(10)
        offset = 10 + int.from_bytes(start[8:], "little")
        header = HEADER.fullmatch(file.read(offset - 10))
        size = file.seek(0, 2)
    if start[:8] != MAGIC or header is None:
        raise ValueError("it is no table")
    dtype, by_column = header[1].decode("ascii", "replace"), header[2] == b"True"
    rows, width = int(header[3]), int(header[4])
    if (dtype, width) != ("<i8", len(table.columns)) or (
        by_column != table.by_column and width > 1
    ):
        found = f"{dtype} of shape {rows, width}"
        raise ValueError(f"{found}, as another version of Poolscope writes it")
    if size < offset + rows * width * ITEM_BYTES:
        raise ValueError("it is cut short")
    if not rows:  # numpy cannot map nothing
        return np.zeros((0, width), np.int64)
    order: Literal["F", "C"] = "F" if by_column else "C"
    return np.memmap(path, "<i8", mode, offset, (rows, width), order)


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
