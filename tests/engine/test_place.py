"""Where a run takes place: its interpreter, its working directory, its variables, its files."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from poolscope.engine import host_files
from poolscope.engine.experiment import Experiment, Place, PoolSettings
from poolscope.engine.journal import Status
from poolscope.engine.preview import Preview
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.run import Run

MakeRun = Callable[..., Run]


def done(experiment: Experiment, folder: Path) -> list[str | None]:
    run = Run(experiment, parent=folder)
    assert run.wait(60)
    assert (run.status, run.problem) == (Status.FINISHED, None)
    results = run.recording.results
    return [results[row] for row in range(len(results))]


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare virtual environment with one package that ours does not have, and nothing of ours."""
    folder = tmp_path_factory.mktemp("bare") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    windows = sys.platform == "win32"
    python = folder / ("Scripts/python.exe" if windows else "bin/python")
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    found = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
    package = Path(found.stdout.strip()) / "only_there"
    package.mkdir()
    (package / "__init__.py").write_text("def twice(x):\n    return 2 * x\n")
    return python


def test_neighbours_called_as_our_folders_are_imported(
    data: Path, start_method: str, tmp_path: Path
) -> None:
    folder = data / "siblings"
    pool = PoolSettings(start_method=start_method)
    task = f"{folder / 'own_tasks.py'}:"
    experiment = Experiment(task + "crunch", "numbers()", pool)
    assert done(experiment, tmp_path) == ["'<0>'", "'<3>'", "'<6>'", "'<9>'", "'<12>'"]
    (files,) = done(replace(experiment, task=task + "modules", inputs="[0]"), tmp_path)
    assert str(folder / "engine.py") in str(files) and str(folder / "gui.py") in str(files)


def test_another_python_runs_with_its_own_packages_and_none_of_ours(
    bare_python: Path, start_method: str, tmp_path: Path
) -> None:
    file = tmp_path / "my_tasks.py"
    file.write_text(
        "import importlib.util, sys\n"
        "import only_there\n"
        "def crunch(x):\n    return only_there.twice(x)\n"
        "def found(name):\n    return importlib.util.find_spec(name) is not None\n"
        "def prefix(_):\n    return sys.prefix\n"
    )
    place = Place(python=str(bare_python))
    pool = PoolSettings(start_method=start_method)
    experiment = Experiment(f"{file}:crunch", "range(3)", pool, place=place)
    assert done(experiment, tmp_path) == ["0", "2", "4"]
    names = "['numpy', 'psutil', 'PySide6', 'only_there']"
    experiment = replace(experiment, task=f"{file}:found", inputs=names)
    assert done(experiment, tmp_path) == ["False", "False", "False", "True"]
    experiment = replace(experiment, task=f"{file}:prefix", inputs="[0]")
    assert done(experiment, tmp_path) == [repr(str(bare_python.parent.parent))]


def test_a_module_of_the_other_python_is_found_by_its_name(
    bare_python: Path, tmp_path: Path
) -> None:
    place = Place(python=str(bare_python))
    assert done(Experiment("only_there:twice", "[4]", place=place), tmp_path) == ["8"]


def test_an_installed_module_is_found_by_its_name(start_method: str, tmp_path: Path) -> None:
    pool = PoolSettings(start_method=start_method)
    assert done(Experiment("os.path:basename", "['a/b']", pool), tmp_path) == ["'b'"]


def test_a_module_of_the_working_directory_is_found(start_method: str, tmp_path: Path) -> None:
    package = tmp_path / "mine"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "tasks.py").write_text("def half(x):\n    return x / 2\n")
    pool, place = PoolSettings(start_method=start_method), Place(cwd=str(tmp_path))
    assert done(Experiment("mine.tasks:half", "[3]", pool, place=place), tmp_path) == ["1.5"]


def test_a_file_that_is_no_program_is_said(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("not a python")
    program.chmod(0o755)
    with pytest.raises(ProblemError) as caught:
        Run(Experiment(place=Place(python=str(program))), parent=tmp_path)
    assert caught.value.problem.kind is Kind.PYTHON_NOT_ONE


def test_a_program_that_is_no_python_is_said_with_its_words(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho I am a shell\nexit 3\n")
    program.chmod(0o755)
    run = Run(Experiment(place=Place(python=str(program))), parent=tmp_path)
    assert run.wait(30) and run.problem is not None
    assert (run.problem.kind, run.problem.field) == (Kind.PYTHON_NOT_ONE, "python")
    assert run.problem.values["error"] == "I am a shell"


def test_a_python_that_is_too_old_is_said(tmp_path: Path) -> None:
    """One that does not know `-P`, as every Python before 3.11."""
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'Unknown option: -P' >&2\nexit 2\n")
    program.chmod(0o755)
    run = Run(Experiment(place=Place(python=str(program))), parent=tmp_path)
    assert run.wait(30) and run.problem is not None
    assert (run.problem.kind, run.problem.field) == (Kind.PYTHON_TOO_OLD, "python")


@pytest.mark.parametrize(
    ("place", "kind", "field"),
    [
        (Place(python="/nosuch/python"), Kind.PYTHON_NOT_FOUND, "python"),
        (Place(cwd="/nosuch/folder"), Kind.NO_CWD, "cwd"),
    ],
)
def test_a_place_that_is_not_there_is_said_and_leaves_nothing(
    tmp_path: Path, place: Place, kind: Kind, field: str
) -> None:
    with pytest.raises(ProblemError) as caught:
        Run(Experiment(place=place), parent=tmp_path)
    assert (caught.value.problem.kind, caught.value.problem.field) == (kind, field)
    assert not list(tmp_path.iterdir())


def test_tasks_of_a_file_run_in_its_folder_unless_another_is_given(
    tmp_path: Path, start_method: str
) -> None:
    file, other = tmp_path / "my_tasks.py", tmp_path / "other"
    other.mkdir()
    file.write_text("import os\ndef where(_):\n    return os.getcwd()\n")
    pool = PoolSettings(start_method=start_method)
    experiment = Experiment(f"{file}:where", "[0]", pool)
    assert done(experiment, tmp_path) == [repr(str(tmp_path))]
    moved = experiment.with_place(cwd=str(other))
    assert done(moved, tmp_path) == [repr(str(other))]


def test_a_relative_file_is_found_whatever_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_tasks.py").write_text("def same(x):\n    return x\n")
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    experiment = Experiment("my_tasks.py:same", "[1]", place=Place(cwd="/"))
    assert done(experiment, tmp_path / "runs") == ["1"]


def test_variables_reach_host_and_workers(tmp_path: Path, start_method: str) -> None:
    pool = PoolSettings(start_method=start_method)
    place = Place(env=(("OMP_NUM_THREADS", "1"), ("GREETING", "a=b ü")))
    experiment = Experiment("os:getenv", "['GREETING', 'OMP_NUM_THREADS']", pool, place=place)
    assert done(experiment, tmp_path) == ["'a=b ü'", "'1'"]
    inputs = replace(
        experiment, inputs="[__import__('os').environ['GREETING']]", task="builtins:len"
    )
    assert done(inputs, tmp_path) == ["5"]
    assert "GREETING" not in os.environ


def test_a_task_written_in_the_window_runs(tmp_path: Path, start_method: str) -> None:
    source = (
        "FACTOR = 7\ndef numbers():\n    yield from (1, 2)\ndef crunch(x):\n    return FACTOR * x\n"
    )
    pool = PoolSettings(start_method=start_method, initializer="numbers")
    experiment = Experiment("crunch", "numbers()", pool, source=source)
    run = Run(experiment, parent=tmp_path)
    assert run.wait(30) and run.status is Status.FINISHED
    assert [run.recording.results[row] for row in range(2)] == ["7", "14"]
    assert run.recording.experiment.source == source


def test_a_task_written_with_an_encoding_of_its_own_reads_as_it_was_written(tmp_path: Path) -> None:
    source = "# -*- coding: latin-1 -*-\ndef crunch(x):\n    return 'é' + x\n"
    assert done(Experiment("crunch", "['ü']", source=source), tmp_path) == ["'éü'"]


@pytest.mark.parametrize(
    "settings",
    [{"env": (("A", "\ud800"),)}, {"env": (("A", "\0"),)}, {"cwd": "a\0b"}, {"python": "\ud800"}],
)
def test_what_the_system_cannot_be_given_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ProblemError) as caught:
        Place(**settings)  # type: ignore[arg-type]
    assert caught.value.problem.kind is Kind.NOT_A_TEXT
    assert caught.value.problem.field in settings


def test_a_launch_that_fails_in_an_unforeseen_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Path:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(host_files, "lay", fail)
    open_before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for make in (Run, Preview):
        with pytest.raises(RuntimeError, match="unforeseen"):
            make(Experiment(), parent=tmp_path)
    assert not list(tmp_path.iterdir())
    if open_before:
        assert len(os.listdir("/proc/self/fd")) == open_before
