"""The files of `poolscope run` are written whole or not at all, each for itself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine.experiment import Experiment
from poolscope.engine.problem import Kind, Problem, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run
from poolscope.gui.command_line import exports
from poolscope.gui.command_line.files import write_files
from poolscope.gui.command_line.interruption import Interrupted
from poolscope.gui.command_line.request import Request


@pytest.fixture
def recording(finish: Callable[..., Run]) -> Recording:
    """Of a short run that is over."""
    return finish("laborator", "(0, 0)").recording


def request_for(folder: Path) -> Request:
    names = ("t.png", "r.csv", "kept.poolscope")
    picture, results, save = (folder / name for name in names)
    return Request(Experiment(), (picture,), results, save)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def test_all_files_are_written(
    recording: Recording, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(exports.EXPORTS, ".png", lambda _, path: path.write_text("picture"))
    assert write_files(recording, request_for(folder)) == {}
    assert sorted(path.name for path in folder.iterdir()) == ["kept.poolscope", "r.csv", "t.png"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ImportError("libEGL.so.1: cannot open"), "Qt cannot be loaded: libEGL.so.1: cannot open."),
        (OSError(28, "No space left on device"), "t.png cannot be written: No space left"),
        (ProblemError(Problem(Kind.NO_SPACE, None, {"path": "x", "bytes": 1})), "too little space"),
    ],
)
def test_a_file_that_fails_is_one_sentence_and_the_others_are_written(
    error: Exception,
    expected: str,
    recording: Recording,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_recording: Recording, path: Path) -> None:
        path.write_text("half")
        raise error

    monkeypatch.setitem(exports.EXPORTS, ".png", fail)
    failures = write_files(recording, request_for(folder))
    assert list(failures) == [folder / "t.png"]
    assert expected in failures[folder / "t.png"]
    assert sorted(path.name for path in folder.iterdir()) == ["kept.poolscope", "r.csv"]


def test_ctrl_c_while_writing_leaves_nothing_half_written(
    recording: Recording, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_recording: Recording, path: Path) -> None:
        path.write_text("half")
        raise Interrupted

    monkeypatch.setitem(exports.EXPORTS, ".png", interrupted)
    with pytest.raises(Interrupted):
        write_files(recording, request_for(folder))
    assert list(folder.iterdir()) == []


def test_a_run_that_never_had_a_pool_has_no_picture(
    finish: Callable[..., Run], folder: Path
) -> None:
    recording = finish("laborator", "1/0").recording
    failures = write_files(recording, request_for(folder))
    assert "before there was anything to draw" in failures[folder / "t.png"]
    assert (folder / "r.csv").read_text().splitlines() == ["index,input,outcome,value"]
