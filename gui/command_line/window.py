"""`poolscope` and `poolscope FILE`: the window."""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path

from . import words
from .console import complain

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def run(path: Path | None) -> int:
    """Show the window, with `path` opened in it, until it is closed; return the exit status."""
    on_x11 = sys.platform.startswith(("linux", "freebsd"))
    if on_x11 and not any(os.environ.get(name) for name in SCREENS):
        complain(words.no_screen())  # Qt would abort the process
        return 1
    gc.disable()  # nothing that a program makes while it starts is garbage; looking takes a sixth
    try:
        app = import_module("..app", __package__)
    except ImportError as error:
        gc.enable()
        if (error.name or "").startswith("poolscope"):
            raise
        complain(words.qt_missing(error))
        return 1
    return int(app.run(path))
