"""Whether the run's Python will find the modules is looked up, and none is imported."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from poolscope.engine.checks.finding import Advice
from poolscope.engine.checks.modules import NEEDED
from poolscope.engine.interpreters import own

from .conftest import Look

TASK = "def f(x): return x\n"
POOL_MODULES = """
import json, sys
import multiprocessing.pool, multiprocessing.synchronize, multiprocessing.spawn
print(json.dumps([name.partition(".")[0] for name in sys.modules]))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "jobs.py"
    path.parent.mkdir()
    (path.parent / ".git").mkdir()  # a .venv above it is not looked for
    path.write_text(TASK)
    return path


def add_venv(folder: Path, package: str) -> Path:
    """What a virtual environment looks like from outside."""
    program = folder / ("bin/python" if os.name == "posix" else "Scripts/python.exe")
    packages = folder / ("lib/python3.12/site-packages" if os.name == "posix" else "Lib")
    if os.name != "posix":
        packages /= "site-packages"
    (packages / package).mkdir(parents=True)
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    (folder / "pyvenv.cfg").touch()
    return program


def test_a_module_that_is_not_there_stops_the_run(look: Look) -> None:
    found = look(task="no_such_package.inner:go")
    assert list(found) == [Advice.MODULE_NOT_THERE]
    assert found[Advice.MODULE_NOT_THERE].stops
    values = {"module": "no_such_package.inner", "python": own().path}
    assert found[Advice.MODULE_NOT_THERE].values == values
    assert not look(task="os.path:getsize")
    assert not look(task="json.decoder:scanstring")


def test_a_package_that_is_there_may_make_a_module_up(look: Look) -> None:
    assert not look(task="json.not_there:go")[Advice.MODULE_NOT_THERE].stops


def test_a_module_of_the_working_directory_is_found(look: Look, file: Path) -> None:
    assert Advice.MODULE_NOT_THERE in look(task="jobs:f")
    assert not look(task="jobs:f", cwd=str(file.parent))
    assert not look(task="jobs:f", env=(("PYTHONPATH", str(file.parent)),))
    assert not look(task="jobs:f", environment={"PYTHONPATH": f"/gone{os.pathsep}{file.parent}"})


def test_an_import_that_cannot_be_found_is_named(look: Look, file: Path) -> None:
    file.write_text("import json, no_such_package.inner\n" + TASK)
    found = look(file, task="f")
    assert list(found) == [Advice.IMPORT_NOT_THERE]
    finding = found[Advice.IMPORT_NOT_THERE]
    assert not finding.stops  # the file may have changed the path
    assert finding.values == {"module": "no_such_package", "python": own().path}


@pytest.mark.parametrize(
    "text",
    [
        "try:\n  import no_such\nexcept ImportError:\n  no_such = None\n",
        "import sys\nif sys.platform == 'other':\n  import no_such\n",
        "def late():\n  import no_such\n",
        "import beside_it\n",
        "from package import part\n",
        "from __future__ import annotations\nimport os.path, hypothesis.strategies\n",
    ],
)
def test_imports_that_may_be_missing_or_stand_beside_the_file_are_left_alone(
    look: Look, file: Path, text: str
) -> None:
    file.with_name("beside_it.py").touch()
    (file.parent / "package").mkdir()
    (file.parent / "package" / "part.py").touch()
    file.write_text(text + TASK)
    assert not look(file, task="f")


def test_imports_are_looked_for_where_a_link_leads_to(look: Look, file: Path) -> None:
    file.with_name("beside_it.py").touch()
    file.write_text("import beside_it\n" + TASK)
    link = file.parent.parent / "link.py"
    link.symlink_to(file)
    assert not look(link, task="f")


def test_a_written_text_finds_nothing_beside_it(look: Look, file: Path) -> None:
    found = look("import jobs\n" + TASK, task="f", cwd=str(file.parent))
    assert list(found) == [Advice.IMPORT_NOT_THERE]


def test_a_relative_import_cannot_work_in_a_file_by_itself(look: Look, file: Path) -> None:
    file.write_text("from .beside import thing\n" + TASK)
    found = look(file, task="f")
    assert list(found) == [Advice.RELATIVE_IMPORT]
    assert found[Advice.RELATIVE_IMPORT].stops
    assert found[Advice.RELATIVE_IMPORT].values == {"module": ".beside"}


def test_an_environment_beside_the_file_that_has_the_package_is_offered(
    look: Look, file: Path
) -> None:
    file.write_text("import no_such_package\n" + TASK)
    venv = file.parent / ".venv"
    program = add_venv(venv, "no_such_package")
    found = look(file, task="f")
    assert list(found) == [Advice.VENV_HAS_IT]
    assert found[Advice.VENV_HAS_IT].field == "python"
    values = {"module": "no_such_package", "path": str(program)}
    assert found[Advice.VENV_HAS_IT].values == values
    assert not look(file, task="f", python=str(venv))  # what it has is not known yet
    file.write_text("import another_one\n" + TASK)
    assert list(look(file, task="f")) == [Advice.IMPORT_NOT_THERE]
    file.write_text(TASK)
    assert not look(file, task="f")


@pytest.mark.parametrize("name", ["my.tasks.py", "__main__.py", "poolscope.py"])
def test_a_file_whose_name_cannot_be_imported_stops_the_run(
    look: Look, file: Path, name: str
) -> None:
    found = look(file.rename(file.with_name(name)), task="f")
    assert list(found) == [Advice.FILE_NAME] and found[Advice.FILE_NAME].stops
    assert found[Advice.FILE_NAME].values == {"name": name}


@pytest.mark.parametrize(
    ("name", "stops"), [("random.py", True), ("time.py", True), ("colorsys.py", False)]
)
def test_a_file_with_the_name_of_python_s_own_module_hides_it(
    look: Look, file: Path, name: str, stops: bool
) -> None:
    found = look(file.rename(file.with_name(name)), task="f")
    assert list(found) == [Advice.HIDES_MODULE]
    assert found[Advice.HIDES_MODULE].stops == stops
    assert found[Advice.HIDES_MODULE].values == {"name": name, "module": name[:-3]}


@pytest.mark.parametrize("name", ["my-tasks.py", "engine.py", "gui.py", "tâches.py", "1.py"])
def test_other_names_of_files_are_left_alone(look: Look, file: Path, name: str) -> None:
    assert not look(file.rename(file.with_name(name)), task="f")


def test_a_neighbour_that_hides_what_pool_needs_is_named(look: Look, file: Path) -> None:
    file.with_name("colorsys.py").touch()
    assert not look(file, task="f")
    file.with_name("queue.py").touch()
    found = look(file, task="f")
    assert list(found) == [Advice.HIDES_MODULE] and not found[Advice.HIDES_MODULE].stops
    assert found[Advice.HIDES_MODULE].values == {"name": "queue.py", "module": "queue"}


def test_the_modules_that_pool_needs_are_those_that_it_imports() -> None:
    command = [sys.executable, "-I", "-c", POOL_MODULES]
    done = subprocess.run(command, capture_output=True, check=True)
    own_names = sys.stdlib_module_names - set(sys.builtin_module_names)
    loaded = {name for name in json.loads(done.stdout) if name[0] != "_"} & own_names
    assert "queue" in loaded
    assert loaded - NEEDED <= {"json", "zipimport", "ntpath", "posixpath", "msvcrt"}


def test_a_module_to_preload_that_is_not_there_is_named(look: Look) -> None:
    names = {"start_method": "forkserver", "preload": ("json", "no_such_package")}
    found = look(**names)
    assert list(found) == [Advice.PRELOAD_NOT_THERE]
    assert found[Advice.PRELOAD_NOT_THERE].field == "preload"
    assert found[Advice.PRELOAD_NOT_THERE].values["module"] == "no_such_package"
    assert not look(**{**names, "start_method": "spawn"})
