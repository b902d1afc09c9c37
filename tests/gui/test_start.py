"""What a window does before it is seen: everybody waits for that, each time."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from poolscope.gui import main_window, stylesheet
from poolscope.gui.main_window import MainWindow
from poolscope.gui.theme import DARK, LIGHT

MakeWindow = Callable[[], MainWindow]
SELDOM_NEEDED = ("pygments", "importlib.metadata", "email")
STARTS = f"""
import gc, json, sys
from PySide6.QtWidgets import QApplication
from poolscope.gui.command_line.main import main

def tell(*_):
    (window,) = (one for one in QApplication.topLevelWidgets() if one.isVisible())
    loaded = [name for name in {SELDOM_NEEDED} if name in sys.modules]
    print(json.dumps([loaded, gc.isenabled(), gc.get_freeze_count() > 0]))
    window.close()
    return 0

QApplication.exec = tell
sys.exit(main([]))
"""


def test_a_window_that_starts_loads_nothing_that_is_seldom_needed() -> None:
    done = subprocess.run([sys.executable, "-c", STARTS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded, collects, settled = json.loads(done.stdout)
    assert loaded == []
    assert collects and settled  # it put off looking for garbage only until then


@pytest.mark.parametrize("theme", [None, DARK])
def test_a_window_is_dressed_once(
    theme: main_window.Theme | None, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_window().set_appearance(theme)
    dressed: list[object] = []

    def dress(app: object, theme: main_window.Theme, arrow: str) -> None:
        dressed.append(theme)
        stylesheet.apply_theme(app, theme, arrow)  # type: ignore[arg-type]

    monkeypatch.setattr(main_window, "apply_theme", dress)
    window = make_window()
    assert dressed == [window.theme]
    assert theme in (None, window.theme)
    other = DARK if window.theme == LIGHT else LIGHT
    window.set_appearance(other)
    assert dressed == [dressed[0], other]
