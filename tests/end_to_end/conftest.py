"""A folder to start the `poolscope` command in, as a process of its own."""

import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from poolscope import engine

INSTALLED = any(metadata.distributions(name="poolscope"))
PACKAGES = Path(str(engine.__file__)).parents[2]
JOBS = '''
import os, signal, time

def half(number):
    """Halves a number."""
    print("half of", number)
    return number / 2

def picky(number):
    if number == 2:
        raise ValueError("two\\nlines")
    return number

def dying(number):
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number

unnamed = lambda number: number

def endless(number):
    print("begun", flush=True)
    time.sleep(600)
'''
LIMIT_S = 60  # nothing takes so long but a hang
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def poolscope(folder: Path) -> Command:
    """`poolscope("run", "laborator")` runs the command to its end."""

    def run(*words: str, **options: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "poolscope.gui", *words]
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            command, capture_output=True, text=True, timeout=LIMIT_S, check=False, **options
        )

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory; jobs.py in it has tasks of one's own."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "jobs.py").write_text(JOBS)
    monkeypatch.chdir(folder)
    if not INSTALLED:
        monkeypatch.setenv("PYTHONPATH", str(PACKAGES))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    return folder
