"""Results as JSON lines: an object a task."""

import json
from pathlib import Path

from ..recording import Recording
from .results import COLUMNS, rows


def write(recording: Recording, path: Path) -> None:
    """Write the rows of `results.rows` to `path`, one JSON object a line. May raise OSError."""
    with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
        for row in rows(recording):
            file.write(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n")
