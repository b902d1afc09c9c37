"""Two hundred short runs in one window, healthy and broken: nothing piles up."""

import gc
import itertools
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings, start_methods
from poolscope.engine.journal import Status
from poolscope.gui.main_window import MainWindow

RUNS = 200
WARM_UP = 60
"""Runs after which what is loaded once, cached, or kept up to a limit is there."""
GROWTH_BYTES = 40_000_000
"""Of memory in the runs after that; a leak of the trace or its views would be more."""
RUN_MS = 30_000

SETTINGS = (
    ("same", "range(50)", Status.FINISHED, {}),
    ("same", "range(40)", Status.FINISHED, {"method": "imap", "chunksize": 4}),
    ("print_lines", "range(3)", Status.FINISHED, {"maxtasksperchild": 1}),
    ("raise_at_3", "range(9)", Status.FAILED, {"chunksize": 3}),
    ("kill_at_3", "range(9)", Status.FAILED, {"method": "apply_async"}),
    ("function_at_3", "range(9)", Status.FAILED, {"method": "imap_unordered"}),
    ("raise_unreadable_at_3", "range(9)", Status.FAILED, {"chunksize": 1}),
    ("sleep", "[60] * 5", Status.STOPPED, {}),
    ("same", "1 / 0", Status.FAILED, {}),
)


@dataclass(frozen=True)
class Holdings:
    """What this process holds at a moment, and what it has started."""

    processes: int
    threads: int
    files: int
    widgets: int
    memory: int

    @classmethod
    def now(cls) -> "Holdings":
        gc.collect()
        process = psutil.Process()
        return cls(
            processes=len(process.children(recursive=True)),
            threads=len(threading.enumerate()),
            files=process.num_fds() if os.name == "posix" else process.num_handles(),
            widgets=len(QApplication.allWidgets()),
            memory=process.memory_info().rss,
        )


def experiments(data: Path) -> list[tuple[Experiment, Status]]:
    """Every kind of run, most of them forked; each start method has its turn."""
    method = start_methods()[0]
    made = []
    for task, inputs, status, pool in SETTINGS:
        settings = PoolSettings(2, start_method=method, **pool)  # type: ignore[arg-type]
        made.append((Experiment(f"{data / 'faults.py'}:{task}", inputs, settings), status))
    for method in start_methods():
        settings = PoolSettings(2, start_method=method)
        made.append((Experiment("laborator", "[0.01] * 4", settings), Status.FINISHED))
    return made


@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_two_hundred_runs_leave_nothing_more_than_the_first_ones(
    window: MainWindow, qtbot: QtBot, data: Path, semaphores: Callable[[], set[str]]
) -> None:
    early = Holdings.now()
    for number, (experiment, status) in zip(
        range(RUNS), itertools.cycle(experiments(data)), strict=False
    ):
        if number == WARM_UP:
            early = Holdings.now()
        _run(window, qtbot, experiment)
        assert window.lab.status is status, (number, experiment, window.lab.problem)
    late = Holdings.now()
    assert late.processes <= early.processes
    assert late.threads <= early.threads
    assert late.files <= early.files
    assert late.widgets <= early.widgets
    assert late.memory <= early.memory + GROWTH_BYTES
    assert not semaphores()
    folders = [path for path in run_folder.root().iterdir() if path.is_dir()]
    assert len(folders) <= run_folder.RUNS_KEPT


def _run(window: MainWindow, qtbot: QtBot, experiment: Experiment) -> None:
    lab = window.lab
    lab.load(experiment)
    window.actions_by_name["run"].trigger()
    if "sleep" in experiment.task:
        qtbot.waitUntil(lambda: lab.recording.counts.running == 2, timeout=RUN_MS)
        window.actions_by_name["stop"].trigger()
    qtbot.waitUntil(lambda: not lab.running, timeout=RUN_MS)
