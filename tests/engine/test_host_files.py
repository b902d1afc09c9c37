"""The host's files, laid once per version into a folder of their own."""

import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from poolscope.engine import host_files
from poolscope.engine.problem import Kind, ProblemError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(host_files.platformdirs, "user_cache_path", lambda *_, **__: tmp_path)
    return tmp_path / "host"


def test_the_files_are_laid_once(cache: Path) -> None:
    folder = host_files.lay()
    before = (folder / "__main__.py").stat().st_mtime_ns
    assert host_files.lay() == folder
    assert (folder / "__main__.py").stat().st_mtime_ns == before
    assert [path.name for path in cache.iterdir()] == [folder.name]


def test_they_are_compiled_whatever_is_said_of_bytecode(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    script = "import sys; sys.path[:0] = sys.argv[1:]; import poolscope.engine.host.worker"
    command = [sys.executable, "-v", "-c", script, str(host_files.lay())]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    loaded = re.findall(r"# code object from '(.*/poolscope/.*)'", done.stderr)
    assert any("/host/__pycache__/worker." in path for path in loaded)
    assert [path for path in loaded if not path.endswith(".pyc")] == []


def test_a_change_of_any_file_is_laid_beside(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = host_files.lay()
    copy = tmp_path / "copy"
    shutil.copytree(host_files.SOURCE, copy)
    with open(copy / "host" / "texts.py", "a") as file:
        file.write("# changed\n")
    monkeypatch.setattr(host_files, "SOURCE", copy)
    second = host_files.lay()
    assert second != first and first.is_dir()
    assert (second / "poolscope/engine/host/texts.py").read_text().endswith("# changed\n")


def test_several_programs_may_lay_at_once(cache: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        folders = {job.result() for job in [threads.submit(host_files.lay) for _ in range(8)]}
    assert len(folders) == 1 and len(list(cache.iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_a_problem(cache: Path) -> None:
    cache.write_text("a file")
    with pytest.raises(ProblemError) as caught:
        host_files.lay()
    assert caught.value.problem.kind is Kind.OWN_FOLDER_NOT_WRITABLE
    assert str(cache) in caught.value.problem.values["path"]


def test_the_laid_files_run_without_the_app_and_its_packages(cache: Path) -> None:
    script = "import sys; sys.path[:0] = sys.argv[1:]; import poolscope.engine.host.host"
    command = [sys.executable, "-I", "-S", "-c", script, str(host_files.lay())]
    subprocess.run(command, check=True)
