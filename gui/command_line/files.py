"""Writes the files that `poolscope run` was asked for, after the run."""

from pathlib import Path

from ...engine import run_folder
from ...engine.export import registry
from ...engine.problem import ProblemError
from ...engine.recording import Recording
from .. import wording
from . import words
from .exports import export
from .request import Request


def write_files(recording: Recording, request: Request) -> dict[Path, str]:
    """Write each of `request.files`, whole or not at all; the sentence about each that failed."""
    failures: dict[Path, str] = {}
    for path in request.files:
        try:
            if path == request.save:
                run_folder.save(recording.folder, path)
            elif path == request.results:
                registry.write_results(recording, path)
            elif recording.trace is None:
                failures[path] = words.nothing_to_draw(path)
            else:
                export(recording, path)
        except ProblemError as error:
            failures[path] = wording.sentence(error.problem)
        except ImportError as error:
            failures[path] = words.qt_missing(error)
    return failures
