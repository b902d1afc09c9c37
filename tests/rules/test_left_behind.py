"""The look at what each test leaves behind finds all that it says it does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
HURRY = "LEAVE_S = 0.2\n"
TESTS = """
import os, signal, subprocess, sys, tempfile, threading, time
from multiprocessing import get_context
from pathlib import Path

SLEEP = ["sleep", "3"]
NOT_ALL = {"PATH": os.environ["PATH"]}

def test_a_group():
    subprocess.Popen(SLEEP, process_group=0)

def test_a_session():
    subprocess.Popen(SLEEP, start_new_session=True)

def test_a_grandchild():
    subprocess.run(["sh", "-c", "sleep 3 > /dev/null 2>&1 &"], check=True)

def test_a_child_without_our_variables():
    subprocess.Popen(SLEEP, env=NOT_ALL)

def test_a_zombie():
    if os.fork() == 0:
        os._exit(0)

def test_a_thread():
    threading.Thread(target=time.sleep, args=(3,), daemon=True).start()

def test_a_folder_of_sockets():
    tempfile.mkdtemp(prefix="pymp-")

def test_a_folder_of_ours():
    from poolscope.engine import belonging
    belonging.folder_of(belonging.new_token()).mkdir()

def test_a_semaphore():
    sys.lock = get_context("spawn").Lock()

def test_nothing():
    with get_context("spawn").Pool(1) as pool:
        pool.map(abs, [1])
        pool.close()
        pool.join()

def test_too_many_runs():
    from poolscope.engine import belonging, names, run_folder
    space, _, _ = belonging.this_process().split("-")  # of another, or they are cleared out
    another = f"{space}-{os.getppid()}-{belonging._started(os.getppid())}"
    for number in range(run_folder.RUNS_KEPT + 1):
        folder = run_folder.root() / str(number)
        folder.mkdir()
        (folder / names.OWNER_FILE).write_text(another)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="semaphores have files there")
def test_all_that_a_test_leaves_behind_is_found(tmp_path: Path) -> None:
    own = CONFTEST.read_text("utf-8")
    ends = own.index("\n\nWaitUntil")
    (tmp_path / "conftest.py").write_text(f"{own[:ends]}\n{HURRY}{own[ends:]}", "utf-8")
    (tmp_path / "test_leaving.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--no-header", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [*command, "test_leaving.py"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    errors = set(re.findall(r"^ERROR test_leaving.py::(\w+)", done.stdout, re.MULTILINE))
    names = set(re.findall(r"^def (\w+)", TESTS, re.MULTILINE))
    assert errors == names - {"test_nothing"}, done.stdout
