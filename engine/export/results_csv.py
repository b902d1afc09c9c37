"""Results as CSV: a header, then a row a task."""

import csv
from pathlib import Path

from ..recording import Recording
from .results import COLUMNS, rows


def write(recording: Recording, path: Path) -> None:
    """Write the rows of `results.rows` to `path` as UTF-8. May raise OSError.

    None is an empty field; every text is a repr, so an empty string has its quotes.
    """
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows(recording))
