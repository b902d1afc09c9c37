"""An interpreter is asked what it is, and nothing of the user's runs for that."""

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine import interpreters
from poolscope.engine.interpreters import MARK, Probe, beside, own, program_of
from poolscope.engine.module_search import finds, packages_of
from poolscope.engine.problem import Kind, Problem, ProblemError

posix_only = pytest.mark.skipif(os.name != "posix", reason="a script is no program here")
MakeProgram = Callable[[str], str]


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that holds one package, which ours does not have."""
    folder = tmp_path_factory.mktemp("project") / ".venv"
    venv.create(folder, symlinks=os.name == "posix")
    (site,) = map(Path, packages_of(Path(program_of(str(folder)))))
    package = site / "only_here"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('nobody shall import it')\n")
    (package / "inner" / "deep.py").touch()
    return folder


@pytest.fixture
def program(tmp_path: Path) -> MakeProgram:
    """`program(script)` is the path of a shell script that can be executed."""

    def make(script: str) -> str:
        path = tmp_path / f"program{len(list(tmp_path.iterdir()))}"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path)

    return make


def ask(path: str) -> Probe:
    probe = Probe(path)
    assert probe.wait() and probe.over
    return probe


def answering(**facts: object) -> str:
    known = {"version": [3, 12, 1], "search_path": [], "extensions": [".so"], "builtins": ["sys"]}
    return f"echo 'hello'; echo '{MARK}{json.dumps(known | facts)}'"


def test_a_python_says_its_version_and_where_it_looks_for_modules(bare: Path) -> None:
    probe = ask(program_of(str(bare)))
    found = probe.interpreter
    assert probe.problem is None and found is not None
    assert found.path == program_of(str(bare))
    assert found.version == sys.version_info[:3]
    assert any(str(bare) in folder for folder in found.search_path)
    assert "" not in found.search_path


def test_a_bare_environment_finds_its_own_package_and_none_of_ours(bare: Path) -> None:
    there = ask(str(bare)).interpreter
    assert there is not None
    for module in ("only_here", "only_here.inner", "only_here.inner.deep", "json", "sys", "math"):
        assert finds(there, module), module
    for module in ("pytest", "numpy", "poolscope", "only_here.nothing", "only_here.inner.x"):
        assert not finds(there, module), module
    assert not finds(own(), "only_here")


def test_our_own_interpreter_is_known_without_asking() -> None:
    here = own()
    assert (here.path, here.version) == (sys.executable, sys.version_info[:3])
    for module in ("pytest", "numpy.linalg", "poolscope.engine.run", "os.path", "_socket", "time"):
        assert finds(here, module), module
    assert not finds(here, "engine")
    assert not finds(here, "numpy.not_there")


def test_folders_come_before_the_search_path(tmp_path: Path) -> None:
    (tmp_path / "lone.py").touch()
    (tmp_path / "namespace" / "part").mkdir(parents=True)
    (tmp_path / "namespace" / "part" / "leaf.py").touch()
    folders = [str(tmp_path)]
    for module in ("lone", "namespace", "namespace.part.leaf"):
        assert finds(own(), module, folders) and not finds(own(), module)
    assert not finds(own(), "namespace.part.other", folders)


def test_a_module_that_comes_later_is_found_then(tmp_path: Path) -> None:
    folders = [str(tmp_path)]
    assert not finds(own(), "later", folders)
    (tmp_path / "later.py").touch()
    os.utime(tmp_path, ns=(1, 1))  # a new time, however coarse the clock of the file system is
    assert finds(own(), "later", folders)


def test_only_extensions_of_that_python_are_found(tmp_path: Path) -> None:
    (tmp_path / "fast.cpython-399-x86_64-linux-gnu.so").touch()
    ours = interpreters.Interpreter("python", (3, 11, 0), (str(tmp_path),))
    theirs = interpreters.Interpreter(
        "python", (3, 99, 0), (str(tmp_path),), (".cpython-399-x86_64-linux-gnu.so",)
    )
    assert finds(theirs, "fast") and not finds(ours, "fast")


def test_modules_in_an_archive_are_found(tmp_path: Path) -> None:
    archive = tmp_path / "packed.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("packed.py", "")
    assert finds(own(), "packed", [str(archive)])
    assert not finds(own(), "unpacked", [str(archive), str(tmp_path / "gone.zip")])


def test_an_editable_install_that_hooks_into_the_import_is_seen(tmp_path: Path) -> None:
    hook = tmp_path / "__editable___tool_1_0_finder.py"
    hook.write_text("MAPPING = {'tool': '/home/me/tool/src/tool'}\n")
    there = interpreters.Interpreter("python", (3, 11, 0), (str(tmp_path),))
    assert finds(there, "tool") and finds(there, "tool.inner")
    assert not finds(there, "too") and not finds(there, "other")


@pytest.mark.parametrize("name", ["gone", "folder", "text.txt"])
def test_a_path_without_a_program_is_a_problem_of_the_field(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.txt").touch(0o644)
    path = str(tmp_path / name)
    with pytest.raises(ProblemError) as caught:
        Probe(path)
    assert caught.value.problem == Problem(Kind.PYTHON_NOT_FOUND, "python", {"path": path})


def test_a_program_is_named_by_its_path_its_folder_or_its_bare_name(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = program_of(str(bare))
    assert Path(expected).is_relative_to(bare)
    monkeypatch.chdir(bare.parent)
    assert program_of(".venv") == program_of(os.path.join(".venv", "")) == expected
    monkeypatch.setenv("PATH", str(Path(expected).parent))
    assert os.path.normcase(program_of("python")) == os.path.normcase(expected)
    with pytest.raises(ProblemError):
        program_of("pyton")


@posix_only
def test_a_program_that_is_no_python_says_what_it_said(program: MakeProgram) -> None:
    path = program("echo; echo 'unknown option -E' >&2; echo more; exit 2")
    values = {"path": path, "error": "unknown option -E"}
    assert ask(path).problem == Problem(Kind.PYTHON_NOT_ONE, "python", values)
    silent = ask(program("exit 0")).problem
    assert silent is not None and silent.values["error"] == "it said nothing"


@posix_only
@pytest.mark.parametrize(
    "answer", ["[]", "3", "{", '{"version": [3]}', '{"version": "3.12"}', '{"version": null}']
)
def test_an_answer_that_is_none_is_no_python(program: MakeProgram, answer: str) -> None:
    problem = ask(program(f"echo '{MARK}{answer}'")).problem
    assert problem is not None and problem.kind is Kind.PYTHON_NOT_ONE


@posix_only
def test_a_file_that_cannot_be_executed_after_all_is_no_python(tmp_path: Path) -> None:
    path = tmp_path / "program"
    path.write_bytes(b"\0\1\2\3")
    path.chmod(0o755)
    with pytest.raises(ProblemError) as caught:
        Probe(str(path))
    assert caught.value.problem.kind is Kind.PYTHON_NOT_ONE
    assert caught.value.problem.values["error"]


@posix_only
@pytest.mark.parametrize(
    ("version", "too_old"), [([2, 7, 18], True), ([3, 10, 9], True), ([3, 11, 0], False)]
)
def test_a_python_before_3_11_is_too_old(
    program: MakeProgram, version: list[int], too_old: bool
) -> None:
    path = program(answering(version=version))
    probe = ask(path)
    assert (probe.interpreter is None) == too_old
    if too_old:
        values = {"path": path, "version": ".".join(map(str, version))}
        assert probe.problem == Problem(Kind.PYTHON_TOO_OLD, "python", values)


@posix_only
def test_a_program_that_never_answers_is_ended_with_all_it_started(
    program: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreters, "LIMIT_S", 0.1)
    path = program("echo busy; sleep 600 & sleep 600")
    problem = ask(path).problem
    assert problem == Problem(Kind.PYTHON_NOT_ONE, "python", {"path": path, "error": "busy"})


@posix_only
def test_a_program_that_says_too_much_is_ended(program: MakeProgram) -> None:
    problem = ask(program("exec yes no")).problem
    assert problem is not None and problem.values["error"] == "no"


@posix_only
def test_a_probe_can_be_stopped(program: MakeProgram) -> None:
    probe = Probe(program("sleep 600"))
    assert not probe.poll()
    probe.stop()
    assert probe.over and probe.poll()
    assert probe.interpreter is None and probe.problem is None


def test_the_working_directory_cannot_stand_in_for_python_s_own_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('hidden')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert ask(sys.executable).interpreter is not None


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.8", "3.10"])
def test_pythons_of_old_understand_the_question(version: str) -> None:
    path = old_python(version)
    if path is None:
        pytest.skip(f"there is no Python {version} here")
    problem = ask(path).problem
    assert problem is not None and problem.kind is Kind.PYTHON_TOO_OLD
    assert problem.values["version"].startswith(version)


def old_python(version: str) -> str | None:
    """One that is on the path and runs, or that pyenv has installed."""
    path = shutil.which(f"python{version}")
    if path and subprocess.run([path, "-c", ""], capture_output=True).returncode == 0:
        return path
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return next(map(str, root.glob(f"versions/{version}.*/bin/python")), None)


def test_the_environment_beside_a_file_is_found_from_folders_below(bare: Path) -> None:
    folder = bare.parent / "deep" / "deeper"
    folder.mkdir(parents=True)
    expected = Path(program_of(str(bare)))
    assert beside(bare.parent / "jobs.py") == expected
    assert beside(folder / "jobs.py") == expected
    (bare.parent / "deep" / "venv").mkdir()  # not a virtual environment
    assert beside(folder / "jobs.py") == expected


def test_the_search_ends_at_a_repository_and_at_home(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = bare.parent / "project"
    (project / "src").mkdir(parents=True)
    assert beside(project / "src" / "jobs.py") is not None
    monkeypatch.setenv("HOME", str(project))
    monkeypatch.setenv("USERPROFILE", str(project))
    assert beside(project / "src" / "jobs.py") is None
    monkeypatch.undo()
    (project / ".git").mkdir()
    assert beside(project / "src" / "jobs.py") is None
