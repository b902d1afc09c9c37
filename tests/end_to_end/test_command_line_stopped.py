"""The `poolscope` command when it is stopped or killed: nobody is left, nothing half-written."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from poolscope.engine.experiment import start_methods

LIMIT_S = 60  # nothing takes so long but a hang
STARTER = (
    # A parent that ignores SIGINT, as a shell's background job does, hands that down.
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "runpy.run_module('poolscope.gui', run_name='__main__', alter_sys=True)"
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def endless(folder: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts tasks that never end, and returns when two workers have begun one."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", STARTER, "run", "jobs.py:endless", "--inputs", "range(5)"]
        process = subprocess.Popen(
            [*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        begun = [process.stdout.readline() for _ in range(2)]
        assert all(line.endswith("] begun\n") for line in begun), process.communicate()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    left = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:  # dead; its parent has yet to notice
                left.append(process)
    return left


def test_ctrl_c_stops_the_run_and_leaves_no_process(
    endless: Callable[..., "subprocess.Popen[str]"], start_method: str, folder: Path
) -> None:
    process = endless("--start-method", start_method, "--results", "r.jsonl")
    below = psutil.Process(process.pid).children(recursive=True)
    assert len(below) >= 3
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert living(below) == []
    assert "Traceback" not in err
    assert "Stopped: 0 of 5 tasks done, 2 lost, 3 not run." in out
    lines = [json.loads(line) for line in (folder / "r.jsonl").read_text("utf-8").splitlines()]
    assert [line["outcome"] for line in lines] == ["lost", "lost", "not_run", "not_run", "not_run"]


def test_impatience_leaves_no_process_either(
    endless: Callable[..., "subprocess.Popen[str]"], folder: Path
) -> None:
    process = endless("--results", "r.csv")
    below = psutil.Process(process.pid).children(recursive=True)
    for _ in range(20):
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert living(below) == []
    assert "Traceback" not in err
    assert {path.name for path in folder.iterdir()} <= {"jobs.py", "r.csv"}


def test_sigterm_stops_the_run_as_well(endless: Callable[..., "subprocess.Popen[str]"]) -> None:
    process = endless()
    below = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    process.communicate(timeout=LIMIT_S)
    assert process.returncode == 128 + signal.SIGTERM
    assert living(below) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the lifeline is of Linux")
def test_killing_the_command_takes_its_workers_with_it(
    endless: Callable[..., "subprocess.Popen[str]"],
    wait_until: Callable[..., None],
) -> None:
    process = endless("--start-method", start_methods()[-1])
    below = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate(timeout=LIMIT_S)
    wait_until(lambda: not living(below))
