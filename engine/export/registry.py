"""The formats of a results file by their endings. A format's module is imported when it is chosen.

Pictures are no export of the engine, because they need Qt: see gui/command_line/exports.py.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from .target import written

if TYPE_CHECKING:
    from ..recording import Recording

RESULTS = {".csv": "results_csv", ".jsonl": "results_jsonl"}
"""Ending to the module of this package whose `write(recording, path)` knows it."""


def write_results(recording: "Recording", path: Path) -> None:
    """Write a row a task, in the format of the ending, whole or not at all: ProblemError."""
    module = import_module(f".{RESULTS[path.suffix.lower()]}", __package__)
    with written(path) as part:
        module.write(recording, part)
