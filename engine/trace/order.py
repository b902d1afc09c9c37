"""The order in which inputs were handed out, where that is another than theirs."""

from pathlib import Path

import numpy as np

from ..problem import Kind, Problem, ProblemError
from .columns import Ints
from .layout import ORDER
from .reader import Columns

BLOCK = 65_536
"""Rows turned round in one go."""


class Order:
    """positions: by row, the position of its input as given. rows: by position, the row.

    behind: the last update was not let turn round all of them; whoever asks for `rows` does.
    Raises ProblemError when the file in `folder` is none of so many tasks.
    """

    def __init__(self, folder: Path, tasks: int) -> None:
        columns = Columns(folder, ORDER)
        self._tasks, self._turned = tasks, 0
        self.positions = columns["position"]
        self._rows = np.full(tasks, -1, np.int32)
        if columns.rows != tasks:
            raise _no_order()

    @property
    def behind(self) -> bool:
        return self._turned < self._tasks

    @property
    def rows(self) -> Ints:
        self.update()
        return self._rows  # type: ignore[return-value]

    def update(self, limit: int | None = None) -> None:
        """Turn round about `limit` more rows. Raises ProblemError when a position comes twice."""
        until = self._tasks if limit is None else min(self._turned + limit, self._tasks)
        while self._turned < until:
            rows = np.arange(self._turned, min(self._turned + BLOCK, until), dtype=np.int32)
            positions = self.positions[int(rows[0]) : int(rows[-1]) + 1]
            if positions.min() < 0 or positions.max() >= self._tasks:
                raise _no_order()
            new = self._rows[positions] == -1
            self._rows[positions] = rows
            if not new.all() or (self._rows[positions] != rows).any():
                raise _no_order()
            self._turned += len(rows)


def _no_order() -> ProblemError:
    values = {"path": ORDER.file_name, "error": "it is no order"}
    return ProblemError(Problem(Kind.NOT_A_RUN, None, values))
