"""A window whose own folders cannot be written opens, works as far as it can, and says so."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from poolscope.engine.problem import Kind
from poolscope.gui.app import make_application
from poolscope.gui.main_window import MainWindow
from poolscope.gui.remembered import FILE, Remembered

pytestmark = pytest.mark.skipif(os.name != "posix", reason="places are set by XDG's variables")


@pytest.fixture
def in_the_way(tmp_path: Path) -> Path:
    """A file where a folder should be: not even root can write there."""
    path = tmp_path / "file"
    path.write_text("in the way")
    return path


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[[Path], MainWindow]]:
    make_application()
    windows: list[MainWindow] = []

    def make(settings: Path) -> MainWindow:
        window = MainWindow(Remembered(settings))
        qtbot.addWidget(window)
        window.show()
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.close()


@pytest.mark.parametrize(
    ("variable", "name"), [("XDG_DATA_HOME", "runs"), ("XDG_CACHE_HOME", "host")]
)
def test_without_a_place_for_runs_the_window_opens_and_run_says_why_not(
    open_window,
    in_the_way: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    warnings: list[str],
    variable: str,
    name: str,
) -> None:
    monkeypatch.setenv(variable, str(in_the_way))
    window = open_window(tmp_path / FILE)
    assert warnings == []
    window.actions_by_name["run"].trigger()
    folder = in_the_way / "poolscope" / name
    assert warnings == [
        f"Nothing can be run, because Poolscope cannot write to its own folder {folder}: Not a"
        " directory. Make room there, or make it writable, then run it again."
    ]
    assert not window.lab.running and window.lab.recording is None
    in_the_way.unlink()
    window.actions_by_name["run"].trigger()
    assert window.lab.running and len(warnings) == 1
    window.session.live.finish()


def test_without_a_place_for_settings_everything_works_and_it_is_said_once(
    open_window, in_the_way: Path, qtbot: QtBot, warnings: list[str]
) -> None:
    window = open_window(in_the_way / FILE)
    sentence = f"Make {in_the_way} writable (File exists): until then nothing is remembered."
    assert window.timeline.progress_text.text() == sentence
    window.timeline.say("something else")
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=30_000)
    assert window.timeline.progress_text.text() != sentence
    assert window.lab.recording.counts.done == 3
    window.close()
    assert in_the_way.read_text() == "in the way" and warnings == []


def test_settings_that_cannot_be_written_any_more_are_said_when_they_are_kept(
    tmp_path: Path,
) -> None:
    remembered = Remembered(tmp_path / "settings" / FILE)
    assert remembered.trouble() is None
    remembered.appearance = "dark"
    (tmp_path / "settings" / FILE).unlink()
    (tmp_path / "settings" / FILE).mkdir()
    remembered.appearance = "light"
    trouble = remembered.trouble()
    assert trouble is not None and trouble.kind is Kind.NOT_REMEMBERED
    assert trouble.values["path"] == str(tmp_path / "settings")
    assert remembered.trouble() is None, "once"
    assert remembered.appearance == "light"
