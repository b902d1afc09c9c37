"""Opens a trace's tables with numpy, read-only, also while they are being written."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..problem import Kind, Problem, ProblemError
from .layout import HEADER_BYTES, Table, header

Ints = npt.NDArray[np.int64]


class Columns:
    """A table's file by column: `columns["begun"][row]`. The values change under a live run.

    Raises ProblemError when the file is not what `table` says.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        path = folder / table.file_name
        try:
            if _is_empty(path, table):  # numpy cannot map nothing
                data = np.zeros((0, len(table.columns)), np.int64)
            else:
                data = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            values = {"path": str(path), "error": str(error)}
            raise ProblemError(Problem(Kind.NOT_A_RUN, None, values)) from error
        if data.dtype != np.int64 or data.ndim != 2 or data.shape[1] != len(table.columns):
            found = f"{data.dtype} of shape {data.shape}, as another version of Poolscope writes it"
            values = {"path": str(path), "error": found}
            raise ProblemError(Problem(Kind.NOT_A_RUN, None, values))
        self.rows = len(data)
        self._columns: dict[str, Ints] = {
            # A plain view: slicing a memmap costs several times as much as slicing an array.
            name: np.asarray(data)[:, number]
            for number, name in enumerate(table.columns)
        }

    def __getitem__(self, column: str) -> Ints:
        return self._columns[column]


def _is_empty(path: Path, table: Table) -> bool:
    with open(path, "rb") as file:
        return file.read(HEADER_BYTES + 1) == header(table, 0)
