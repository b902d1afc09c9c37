"""What `--export` can write, by the ending of the file."""

from collections.abc import Callable
from pathlib import Path

from ...engine.export.target import written
from ...engine.recording import Recording

SCALE = 2
"""Sharp on screens of two device pixels per pixel, and in print."""


def export(recording: Recording, path: Path) -> None:
    """Write `path` in the format of its ending, whole or not at all.

    Raises ProblemError when it cannot be written, ImportError when Qt cannot be loaded.
    """
    with written(path) as part:
        EXPORTS[path.suffix.lower()](recording, part)


def _png(recording: Recording, path: Path) -> None:
    """The timeline as in the window. Qt is imported here and nowhere else in a headless run."""
    from PySide6.QtWidgets import QApplication

    from ..timeline.picture import PictureOptions, draw_picture, encode_png

    # As an argument it wins over a QT_QPA_PLATFORM that needs a screen which may not be there.
    application = QApplication.instance() or QApplication(["poolscope", "-platform", "offscreen"])
    path.write_bytes(encode_png(draw_picture(recording, PictureOptions(scale=SCALE))))
    del application


EXPORTS: dict[str, Callable[[Recording, Path], None]] = {".png": _png}
