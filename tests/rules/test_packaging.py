"""What is installed is what is here, and dev.py gets a bare machine there."""

import ast
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from types import ModuleType

import PySide6
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
FOLDERS = ("engine", "gui", "resources")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the tree, where nothing of an earlier build is left."""
    tree = tmp_path_factory.mktemp("tree")
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tree / folder, ignore=ignored)
    for file in ROOT.glob("*.*"):
        if file.is_file():
            shutil.copy(file, tree)
    shutil.copy(ROOT / "LICENSE", tree)
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tree / "dist", tree)
    (built,) = (tree / "dist").iterdir()
    return built


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_wheel_holds_every_file_of_the_three_folders_and_no_other(wheel: Path) -> None:
    here = {
        f"poolscope/{path.relative_to(ROOT).as_posix()}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not {"__pycache__", "screenshots"} & set(path.parts)
    }
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == here


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for name in ("engine", "gui") for path in (ROOT / name).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_a_wheel_in_an_empty_environment_runs_an_experiment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    _pip("--python", environment, "install", "--no-deps", "--no-index", wheel)
    (packages,) = environment.glob("lib/*/site-packages")
    # The packages it depends on are those that are tested. A .pth file inside a folder that a .pth
    # file names is not read, so that our own links to the sources are not among them.
    (packages / "dependencies.pth").write_text(str(Path(PySide6.__path__[0]).parent))

    command = [environment / "bin" / "poolscope", "run", "laborator", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tasks"]["done"] == 3


def test_every_package_that_gets_installed_is_pinned_as_it_is_here() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    pinned = {canonicalize_name(name): pin for name, pin in pins.items()}
    assert {name: pinned.get(name) for name in _required()} == _required()


def test_the_pins_satisfy_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [Requirement(text) for text in project["dependencies"]]
    asked += [Requirement(text) for text in project["optional-dependencies"]["dev"]]
    here = [one for one in asked if one.marker is None or one.marker.evaluate()]
    assert [str(one) for one in here if version(one.name) not in one.specifier] == []


@pytest.mark.parametrize(("python", "allowed"), [("3.11", False), ("3.12", True)])
def test_the_pyside6_that_aborts_below_python_3_12_is_excluded_there(
    python: str, allowed: bool
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [Requirement(text) for text in project["dependencies"] if "PySide6" in text]
    there = [one for one in asked if one.marker and one.marker.evaluate({"python_version": python})]
    assert ["6.12.0" in one.specifier for one in there] == [allowed]


def test_no_file_of_the_set_up_holds_an_address_of_an_index() -> None:
    for name in ("pyproject.toml", "constraints.txt", "dev.py", "setup.py", ".ci/run"):
        assert not re.search(r"://|--(extra-)?index-url|find-links", (ROOT / name).read_text()), (
            name
        )


def test_an_old_python_can_read_dev_py_and_is_told_which_one_is_needed() -> None:
    ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 7))
    pretend = "import runpy, sys; sys.version_info = (3, 10, 13, 'final', 0); runpy.run_path"
    command = [sys.executable, "-c", f"{pretend}({str(ROOT / 'dev.py')!r}, run_name='__main__')"]
    done = subprocess.run([*command, "run"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("dev.py: Poolscope needs Python 3.11 or newer")
    assert done.stderr.count("\n") == 1


def test_new_and_removed_files_are_installed_again_and_changed_ones_are_not(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyproject.toml", "constraints.txt", "setup.py", "engine/run.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    before = dev.fingerprint()

    (tmp_path / "engine/run.py").write_text("changed = True")
    (tmp_path / "engine/__pycache__").mkdir()
    (tmp_path / "engine/__pycache__/run.cpython-311.pyc").touch()
    assert dev.fingerprint() == before
    (tmp_path / "engine/sweep.py").touch()
    assert dev.fingerprint() != before
    (tmp_path / "engine/sweep.py").unlink()
    assert dev.fingerprint() == before
    (tmp_path / "constraints.txt").write_text("numpy==2.0.0")
    assert dev.fingerprint() != before


def test_where_packages_may_not_be_installed_the_command_is_named(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev, "apt_get", lambda arguments: False)
    missing = {"libEGL.so.1": "libegl1", "a font": "fonts-dejavu-core"}
    assert not dev.want_packages(missing, "Qt")
    command = "sudo apt-get install -y --no-install-recommends fonts-dejavu-core libegl1\n"
    assert capsys.readouterr().err.endswith(command)


def test_where_there_is_no_apt_get_what_is_missing_is_named(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    assert not dev.want_packages({"libEGL.so.1": "libegl1", "a font": "x"}, "Qt")
    assert capsys.readouterr().err.endswith("libEGL.so.1, a font\n")


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libz.so.1", "zlib1g"),
        ("Xvfb", "xvfb"),
        ("desktop-file-validate", "desktop-file-utils"),
    ],
)
def test_a_library_is_looked_for_in_debians_package(
    dev: ModuleType, library: str, package: str
) -> None:
    assert dev.debian_package(library) == package


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="asks Debian for its packages")
def test_every_library_that_qt_loads_is_in_a_package_that_debian_has(dev: ModuleType) -> None:
    qt = Path(PySide6.__path__[0], "Qt")
    files = [str(file) for name in dev.QT_FILES for file in qt.glob(name)]
    loaded = set(re.findall(r"(\S+) => /(?:usr/)?lib/", _output("ldd", *files)))
    there_anyway = r"lib(c|m|dl|rt|pthread|resolv|GLdispatch)\.so"  # with Python, and with libGL
    loaded = {name for name in loaded if not re.match(there_anyway, name)}
    known = _output("dpkg-query", "--show", "--showformat", "${Package} ${Provides} ").split()
    assert "libxcb-cursor.so.0" in loaded
    assert {name for name in loaded if dev.debian_package(name) not in known} == set()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt's files have other names")
def test_the_files_of_qt_that_are_asked_for_libraries_are_there(dev: ModuleType) -> None:
    qt = Path(PySide6.__path__[0], "Qt")
    assert [name for name in dev.QT_FILES if not any(qt.glob(name))] == []


def _pip(*arguments: str | Path) -> None:
    _output(sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments)


def _output(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _required() -> dict[str, str]:
    """The version here of each package that the project with its extra `dev` comes to need."""
    versions: dict[str, str] = {}
    waiting = [*_requirements("poolscope", {"dev"})]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name not in versions:
            versions[name] = version(name)
            waiting += _requirements(name, one.extras)
    return versions


def _requirements(name: str, extras: set[str]) -> Iterator[Requirement]:
    try:
        texts = distribution(name).requires or []
    except PackageNotFoundError:
        pytest.fail(f"{name} is not installed")
    for one in map(Requirement, texts):
        chosen = [{"extra": extra} for extra in ("", *extras)]
        if one.marker is None or any(one.marker.evaluate(extra) for extra in chosen):
            yield one
