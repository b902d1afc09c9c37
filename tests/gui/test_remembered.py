import json
import os
import pickle
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QWidget
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment
from poolscope.gui.remembered import FILE, RECENT_LIMIT, Remembered
from poolscope.gui.timeline.scene.palette import ColourBy


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / FILE


def test_nothing_is_remembered_at_first(file: Path) -> None:
    first = Remembered(file)
    assert first.experiment is first.geometry is first.splitter("middle") is None
    assert first.colour_by is first.folder is None
    assert first.recent_files == []
    assert first.appearance == "system"
    assert not file.exists()


def test_it_is_kept_in_the_platforms_own_place(own_folders: Path) -> None:
    Remembered().appearance = "dark"
    (found,) = own_folders.rglob(FILE)
    assert "config" in found.relative_to(own_folders).parts[0]
    found.unlink()


def test_the_last_experiment_comes_back_whole(file: Path) -> None:
    experiment = (
        Experiment(
            "work", "[('é', 1)]", source="def work(x, y):\n    return '☃'\n", order="longest"
        )
        .with_pool(method="starmap", maxtasksperchild=3, preload=("math",))
        .with_place(env=(("OMP_NUM_THREADS", "1"),))
    )
    Remembered(file).experiment = experiment
    assert Remembered(file).experiment == experiment


@pytest.mark.parametrize(
    "change",
    [
        {"invented_later": 1},
        {"pool": {"processes": 0}},
        {"pool": {"invented_later": 1}},
        {"pool": 5},
        {"place": {"env": 5}},
        {"task": ""},
    ],
)
def test_an_experiment_that_cannot_be_read_is_put_aside(file: Path, change: dict) -> None:
    Remembered(file).experiment = Experiment()
    values = json.loads(file.read_text())
    values["experiment"] |= change
    file.write_text(json.dumps(values))

    remembered = Remembered(file)
    assert remembered.experiment is None
    remembered.experiment = Experiment("sleep", "[1]")
    assert Remembered(file).experiment == Experiment("sleep", "[1]")
    assert json.loads(file.read_text())["experiment_not_read"] == values["experiment"]


@pytest.mark.parametrize("value", [5, "text", [1, 2], [["task", "x"]], {"task": 3}])
def test_an_experiment_that_is_none_is_put_aside(file: Path, value: object) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"experiment": value}))
    assert Remembered(file).experiment is None
    assert json.loads(file.read_text())["experiment_not_read"] == value


@pytest.mark.parametrize(
    "content", [b"", b"[General]\nx=1", b"[1]", b"\xff\xfe", pickle.dumps({"appearance": "dark"})]
)
def test_a_file_that_is_damaged_is_put_aside(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    remembered = Remembered(file)
    assert remembered.appearance == "system"
    remembered.appearance = "light"
    assert Remembered(file).appearance == "light"
    assert file.with_suffix(".not_read").read_bytes() == content


@pytest.mark.parametrize("value", [5, None, [1], {"a": 1}, "?", "purple", ""])
def test_a_value_of_another_type_is_as_good_as_none(file: Path, value: object) -> None:
    names = ("geometry", "splitter_middle", "appearance", "colour_by", "folder")
    file.parent.mkdir()
    recent = value if not isinstance(value, list) else [5, None]
    file.write_text(json.dumps({**dict.fromkeys(names, value), "recent_files": recent}))
    remembered = Remembered(file)
    assert remembered.geometry is remembered.splitter("middle") is None
    assert (remembered.appearance, remembered.colour_by, remembered.folder) == (
        "system",
        None,
        None,
    )
    assert remembered.recent_files == []


def test_the_windows_layout_comes_back(file: Path, qtbot: QtBot) -> None:
    splitter = QSplitter(Qt.Orientation.Vertical)
    qtbot.addWidget(splitter)
    for _ in range(2):
        splitter.addWidget(QWidget())
    splitter.resize(100, 400)
    splitter.setSizes([100, 300])
    sizes = splitter.sizes()
    remembered = Remembered(file)
    remembered.geometry = splitter.saveGeometry()
    remembered.set_splitter("middle", splitter.saveState())
    splitter.setSizes([300, 100])

    again = Remembered(file)
    state = again.splitter("middle")
    assert state is not None and splitter.restoreState(state)
    assert splitter.sizes() == sizes
    assert isinstance(again.geometry, QByteArray) and splitter.restoreGeometry(again.geometry)


def test_appearance_and_colours_come_back(file: Path) -> None:
    remembered = Remembered(file)
    remembered.appearance, remembered.colour_by = "dark", ColourBy.STATE
    assert Remembered(file).appearance == "dark"
    assert Remembered(file).colour_by is ColourBy.STATE


def test_recent_files_are_the_newest_first_without_those_that_are_gone(
    file: Path, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}, tasks.py" for number in range(RECENT_LIMIT + 2)]
    remembered = Remembered(file)
    for path in paths:
        path.touch()
        remembered.add_recent_file(path)
    remembered.add_recent_file(paths[5])
    again = Remembered(file)
    newest = [paths[5], *(path for path in reversed(paths) if path != paths[5])]
    assert again.recent_files == newest[:RECENT_LIMIT]
    paths[5].unlink()
    assert again.recent_files == newest[1:RECENT_LIMIT]
    again.forget_recent_files()
    assert Remembered(file).recent_files == []


def test_a_path_is_remembered_from_wherever_it_was_named(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tasks.py").touch()
    Remembered(file).add_recent_file(Path("tasks.py"))
    Remembered(file).folder = Path()
    monkeypatch.chdir("/")
    assert Remembered(file).recent_files == [tmp_path / "tasks.py"]
    assert Remembered(file).folder == tmp_path


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names are Unicode")
def test_a_name_that_is_no_text_is_remembered_as_well(file: Path, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py"))
    path.touch()
    Remembered(file).add_recent_file(path)
    assert Remembered(file).recent_files == [path]


def test_two_windows_keep_what_the_other_has_set(file: Path, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).touch()
    one, other = Remembered(file), Remembered(file)
    one.appearance = "dark"
    one.add_recent_file(tmp_path / "a")
    other.add_recent_file(tmp_path / "b")
    other.folder = tmp_path
    one.appearance = "light"
    last = Remembered(file)
    assert (last.appearance, last.folder) == ("light", tmp_path)
    assert last.recent_files == [tmp_path / "b", tmp_path / "a"]


def test_where_nothing_can_be_written_it_works_without_remembering(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    remembered = Remembered(tmp_path / "file" / FILE)
    remembered.experiment = Experiment("sleep", "[1]")
    remembered.add_recent_file(tmp_path / "file")
    assert remembered.experiment == Experiment("sleep", "[1]")
    assert remembered.recent_files == [tmp_path / "file"]
    assert Remembered(tmp_path / "file" / FILE).experiment is None
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
