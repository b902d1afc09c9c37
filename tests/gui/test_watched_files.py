"""Files are watched through whatever an editor does to them."""

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from poolscope.gui.watched_files import WatchedFiles


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tasks.py"
    path.write_text("one")
    return path


@pytest.fixture
def watched(file: Path, qtbot: QtBot) -> WatchedFiles:
    watched = WatchedFiles()
    watched.watch([file])
    yield watched
    watched.watch(())


def replace(path: Path, text: str) -> None:
    new = path.with_suffix(".tmp")
    new.write_text(text)
    os.replace(new, path)


def rename_and_write(path: Path, text: str) -> None:
    os.replace(path, path.with_suffix(".old"))
    path.write_text(text)


@pytest.mark.parametrize(
    "write", [Path.write_text, replace, rename_and_write], ids=["over it", "replace", "rename"]
)
def test_each_way_of_writing_is_noticed_again_and_again(
    watched: WatchedFiles, file: Path, qtbot: QtBot, write
) -> None:
    for text in ("two", "three", "four"):
        with qtbot.waitSignal(watched.changed, timeout=10_000) as signal:
            write(file, text)
        assert signal.args == [file]


def test_a_change_in_several_steps_is_told_once(
    watched: WatchedFiles, file: Path, qtbot: QtBot
) -> None:
    told: list[Path] = []
    watched.changed.connect(told.append)
    with qtbot.waitSignal(watched.changed, timeout=10_000):
        for text in ("", "tw", "two"):
            file.write_text(text)
    assert told == [file]


def test_other_files_of_the_folder_are_nobodys_business(
    watched: WatchedFiles, file: Path, qtbot: QtBot
) -> None:
    told: list[Path] = []
    watched.changed.connect(told.append)
    file.with_name("other.py").write_text("x")
    qtbot.waitUntil(watched._settled.isActive, timeout=10_000)
    qtbot.waitUntil(lambda: not watched._settled.isActive(), timeout=10_000)
    assert told == []


def test_a_file_that_is_no_longer_watched_is_not_told_of(
    watched: WatchedFiles, file: Path, tmp_path: Path
) -> None:
    watched.watch([tmp_path / "sub" / "nowhere.py"])
    assert watched._watcher.files() == []
    assert watched._watcher.directories() == []


def test_a_file_that_has_gone_for_good_is_told_of_once(
    watched: WatchedFiles, file: Path, qtbot: QtBot
) -> None:
    told: list[Path] = []
    watched.changed.connect(told.append)
    with qtbot.waitSignal(watched.changed, timeout=10_000):
        file.unlink()
    assert told == [file]
    with qtbot.waitSignal(watched.changed, timeout=10_000):
        file.write_text("back")
    assert told == [file, file]
