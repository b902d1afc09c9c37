"""`poolscope run` and what tasks print: passed through whole, held up by nobody who reads it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and signals of POSIX")

LIMIT_S = 60
TASKS = """
import os, sys, time

def many(number):
    for line in range(20_000):
        print(number, line, "x" * 100)

def endless(number):
    while True:
        os.write(1, b"a line of no end\\\\n" * 1000)

def binary(number):
    os.write(1, bytes(range(256)) * 40 + b"\\\\n" + "\\\\033[31mred\\\\033[0m".encode() + b"\\\\n")
"""


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """`start("many", "range(4)", …)` starts `poolscope run` with its output in a pipe."""
    (folder / "floods.py").write_text(TASKS.replace("\\\\", "\\"))
    running: list[subprocess.Popen[bytes]] = []

    def run(task: str, inputs: str, *words: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "poolscope.gui", "run", f"floods.py:{task}"]
        pipe = subprocess.PIPE
        command += ["--inputs", inputs, *words]
        running.append(subprocess.Popen(command, stdout=pipe, stderr=pipe))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.communicate()


def test_every_line_comes_through_in_order(start) -> None:
    process = start("many", "range(4)", "--processes", "4")
    out, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0
    lines = out.decode().splitlines()
    for task in range(4):
        mine = [line.split()[2] for line in lines if line.split()[1:2] == [str(task)]]
        assert mine[:20_000] == [str(number) for number in range(20_000)]


def test_what_is_no_text_and_colours_come_through(start) -> None:
    out, _ = start("binary", "[0]", "--processes", "1").communicate(timeout=LIMIT_S)
    assert b"\x1b[31mred\x1b[0m\n" in out
    assert "\ufffd".encode() in out and b"\x00\x01" in out


def test_head_ends_an_endless_run(start) -> None:
    process = start("endless", "range(2)")
    assert b"a line of no end\n" in process.stdout.readline()
    workers = psutil.Process(process.pid).children(recursive=True)
    process.stdout.close()
    assert process.wait(LIMIT_S) == 128 + signal.SIGPIPE
    assert not any(worker.is_running() for worker in workers)
    assert b"Traceback" not in process.stderr.read()


def test_a_run_whose_file_was_asked_for_ends_as_it_would_without_a_reader(
    start, folder: Path
) -> None:
    process = start("many", "[0]", "--processes", "1", "--results", "r.csv")
    process.stdout.close()
    assert process.wait(LIMIT_S) == 0
    assert len((folder / "r.csv").read_text().splitlines()) == 2


def test_a_reader_that_stands_still_holds_up_neither_the_run_nor_ctrl_c(start) -> None:
    process = start("endless", "range(2)")
    process.stdout.readline()
    host = psutil.Process(process.pid).children(recursive=True)
    deadline = time.monotonic() + LIMIT_S
    sizes = (path for _ in iter(int, 1) for path in [_printed(process)])
    while next(sizes) < 1_000_000:  # the pipe holds 64 kB, and the run prints on
        assert time.monotonic() < deadline
    memory = psutil.Process(process.pid).memory_info().rss
    process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + LIMIT_S
    while any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in host):
        assert time.monotonic() < deadline, "nobody reads, and the run is not stopped"
        time.sleep(0.01)
    assert memory < 400_000_000
    process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130


def _printed(process: "subprocess.Popen[bytes]") -> int:
    """Bytes that the workers of `process` have written so far."""
    total = 0
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            total += child.io_counters().write_chars
        except psutil.Error:
            continue
    return total
