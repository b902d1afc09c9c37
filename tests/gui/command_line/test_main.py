"""Which command is meant, and what bad usage looks like."""

import gc
from pathlib import Path

import pytest

from poolscope.engine.tasks.catalogue import CATALOGUE
from poolscope.gui.command_line import main as command
from poolscope.gui.command_line import window


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """The paths that a window was asked for."""
    asked: list[Path | None] = []
    monkeypatch.setattr(window, "run", lambda path: asked.append(path) or 0)
    return asked


def test_without_arguments_the_window_opens(opened: list[Path | None]) -> None:
    assert command.main([]) == 0
    assert opened == [None]


@pytest.mark.parametrize("name", ["kept.poolscope", "kept.json", "tasks.py"])
def test_a_file_opens_in_the_window(name: str, opened: list[Path | None], tmp_path: Path) -> None:
    path = tmp_path / name
    path.touch()
    assert command.main([str(path)]) == 0
    assert opened == [path]


def test_a_file_called_like_a_command_opens_when_its_folder_is_named(
    opened: list[Path | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("run.py").touch()
    assert command.main(["./run.py"]) == 0
    assert opened == [Path("run.py")]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["rnu"], "There is no command or file called rnu. Did you mean run?"),
        (["gone.poolscope"], "gone.poolscope cannot be opened: there is no such file."),
        (["--loud"], "Unrecognized arguments: --loud. See poolscope --help."),
        (["run"], "The following arguments are required: TASK. See poolscope run --help."),
        (["run", "laborator", "--proc", "3"], "Unrecognized arguments: --proc 3."),
        (["run", "laborator", "--inputs"], "Argument --inputs: expected one argument."),
        (["desktop", "polish"], "Argument action: invalid choice: 'polish'"),
        (["tasks", "gone.py"], "gone.py cannot be read: "),
        (["tasks", "a.py", "more"], "Unrecognized arguments: more."),
        (["code"], "The following arguments are required: TASK. See poolscope code --help."),
        (["code", "laborator", "--json"], "Unrecognized arguments: --json."),
    ],
)
def test_bad_usage_is_one_line_on_standard_error(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str], opened: list[object]
) -> None:
    assert command.main(arguments) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"poolscope: {expected}")
    assert err.count("\n") == 1
    assert not out
    assert not opened


def test_a_file_of_another_kind_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], opened: list[object]
) -> None:
    path = tmp_path / "notes.txt"
    path.touch()
    assert command.main([str(path)]) == 2
    assert "Poolscope opens .poolscope, .json and .py files." in capsys.readouterr().err
    assert not opened


def test_tasks_lists_the_catalogue_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["tasks"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [task.name for task in CATALOGUE]
    assert all(line.endswith(task.help) for line, task in zip(lines, CATALOGUE, strict=True))


def test_tasks_of_a_file_are_its_functions_which_are_read_and_not_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "jobs.py"
    path.write_text(
        "raise SystemExit('somebody ran it')\n"
        "def half(number: int, by=2):\n"
        "    '''Halves a number.\n\n    And more.'''\n"
        "def add(*numbers): pass\n"
        "def _hidden(x): pass\n"
    )
    assert command.main(["tasks", str(path)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split("  ") == [f"{path}:half(number: int, by=2)", "Halves a number."]
    assert second == f"{path}:add(*numbers)"


def test_a_file_without_functions_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "jobs.py").write_text("NUMBER = 5\n")
    assert command.main(["tasks", str(tmp_path / "jobs.py")]) == 2
    assert "jobs.py defines no function at its top level." in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[one, "--help"] for one in command.COMMANDS] + [["--help"]])
def test_help_is_an_ordinary_end(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments) == 0
    assert capsys.readouterr().out.startswith("usage: poolscope")


def test_every_command_is_named_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--help"])
    out = capsys.readouterr().out
    assert all(f"  {name}" in out for name in command.COMMANDS)


def test_without_a_screen_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(window.sys, "platform", "linux")
    for name in window.SCREENS:
        monkeypatch.delenv(name, raising=False)
    assert command.main([]) == 1
    err = capsys.readouterr().err
    assert "There is no screen" in err
    assert err.count("\n") == 1


def test_a_qt_that_cannot_be_loaded_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_library(name: str, package: str) -> object:
        raise ImportError("libEGL.so.1: cannot open shared object file", name="PySide6.QtGui")

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(window, "import_module", without_library)
    assert window.run(None) == 1
    assert "Qt cannot be loaded: libEGL.so.1" in capsys.readouterr().err
    assert gc.isenabled()
