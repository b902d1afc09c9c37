"""Which row of the overview a lane is in: lanes share rows when there are too many. Pure."""

import numpy as np

from ....engine.over_time.grid import ROWS
from ....engine.trace.columns import Growing, Ints


class LaneRows:
    """Lanes stand in bands, one under the other, and a band's lanes in the order of coming.

    A band has the same number of rows as the others. When all of its rows are full they are joined
    two by two, and each takes twice as many lanes from then on.

    counts: lanes by row.

    >>> rows = LaneRows(bands=1, rows=2)
    >>> [rows.add(0) for _ in range(3)], rows.row_of.tolist(), rows.counts.tolist()
    ([None, None, (0, 2)], [0, 0, 1], [2, 1])
    """

    def __init__(self, bands: int = 1, rows: int = ROWS) -> None:
        self._per_band = rows // bands
        self._in_band = [0] * bands
        self._lanes_a_row = [1] * bands
        self._row_of = Growing(np.int32)
        self.counts: Ints = np.zeros(rows, np.int64)

    def __len__(self) -> int:
        """How many lanes there are."""
        return len(self._row_of)

    @property
    def row_of(self) -> Ints:
        """The row of each lane, by number."""
        return self._row_of.values

    def add(self, band: int) -> tuple[int, int] | None:
        """Give the next lane a row; returns the rows (first, stop) that were joined before."""
        joined = None
        if self._in_band[band] == self._per_band * self._lanes_a_row[band]:
            joined = self._join(band)
        row = band * self._per_band + self._in_band[band] // self._lanes_a_row[band]
        self._in_band[band] += 1
        self.counts[row] += 1
        self._row_of.extend(np.array([row]))
        return joined

    def _join(self, band: int) -> tuple[int, int]:
        first, stop = band * self._per_band, (band + 1) * self._per_band
        self._lanes_a_row[band] *= 2
        rows = self._row_of.values
        mine = (rows >= first) & (rows < stop)
        rows[mine] = first + (rows[mine] - first) // 2
        self.counts[first:stop] = np.bincount(rows[mine] - first, minlength=stop - first)
        return first, stop
