"""What recording adds to a task: traced against bare Pool.map, beside bare against bare.

Pairs are interleaved in one run, because a busy machine changes by the second; the ratio of bare to
bare says how much of a difference is noise.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.run import Run

HERE = Path(__file__).parent
PAIRS = 31
CASES = ((1, 20_000), (10, 100_000), (100, 400_000), (0, 400_000))
"""chunksize (0 for auto) and tasks."""


@dataclass(frozen=True)
class Row:
    """Medians over the pairs; ratios of makespans."""

    chunksize: str
    tasks: int
    pairs: int
    bare_us_per_task: float
    traced_to_bare: float
    bare_to_bare: float
    added_us_per_task: float


def bare_s(tasks: int, chunksize: int, processes: int, start_method: str) -> float:
    arguments = [str(number) for number in (tasks, processes, chunksize)]
    command = [sys.executable, str(HERE / "bare_pool.py"), *arguments, start_method]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def traced_s(tasks: int, chunksize: int, processes: int, start_method: str) -> float:
    settings = PoolSettings(processes, chunksize or None, start_method)
    task = f"{HERE / 'empty_task.py'}:nothing"
    run = Run(Experiment(task, f"range({tasks})", settings))
    run.wait(interval_s=0.2)
    makespan_s = run.recording.journal.makespan_s
    assert makespan_s is not None, run.problem
    run_folder.delete(run.folder)
    return makespan_s


def measure(pairs: int = PAIRS) -> list[Row]:
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    return [_case(chunksize, tasks, processes, pairs) for chunksize, tasks in CASES]


def _case(chunksize: int, tasks: int, processes: int, pairs: int) -> Row:
    setting = (tasks, chunksize, processes, "fork")
    bare, traced, again = [], [], []
    for _ in range(pairs):
        bare.append(bare_s(*setting))
        traced.append(traced_s(*setting))
        again.append(bare_s(*setting))
    return Row(
        chunksize=str(chunksize or "auto"),
        tasks=tasks,
        pairs=pairs,
        bare_us_per_task=median(bare) / tasks * 1e6,
        traced_to_bare=median(t / b for t, b in zip(traced, bare, strict=True)),
        bare_to_bare=median(a / b for a, b in zip(again, bare, strict=True)),
        added_us_per_task=median(t - b for t, b in zip(traced, bare, strict=True)) / tasks * 1e6,
    )
