"""How long it takes until there is a window, and what a run costs beside the plain program."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from child import ANSWER_S, ChildError, answer, environment
from figures import Pairs, interval, take_turns
from options import Options, Say
from report import Row, Section, judged

from poolscope.engine.experiment import Experiment
from poolscope.engine.program import program

MOST = 2.0
"""Target of DESIGN.md: the window to a bare one."""
TRIVIAL = Experiment("sleep", "[0.0, 0.0]")

COLUMNS = {
    "what": "what",
    "pairs": "pairs",
    "bare_ms": "beside it, ms",
    "ours_ms": "Poolscope, ms",
    "ours_to_bare": "ratio",
    "ratio_interval": "95 % interval",
    "bare_to_bare": "bare : bare",
    "added_ms": "added, ms",
}


def measure(options: Options, say: Say) -> Iterator[Section]:
    """One table: the window, and the command line."""
    say("start_up: the window")
    window = take_turns(partial_ms("bare_window"), partial_ms("poolscope_window"), options.pairs)
    say("start_up: poolscope run")
    with TemporaryDirectory() as folder:
        plain = Path(folder, "plain.py")
        plain.write_text(program(TRIVIAL), "utf-8")
        ours = ("-m", "poolscope.gui", "run", TRIVIAL.task, "--inputs", TRIVIAL.inputs)
        settings = ("--processes", str(TRIVIAL.pool.processes), "--quiet")
        run = take_turns(
            lambda: command_ms(str(plain)), lambda: command_ms(*ours, *settings), options.pairs
        )
    yield Section(
        "Start",
        "From the start of the process to the end of the first painting, beside a bare PySide6 and"
        " pyqtgraph window; and to the end of the process, beside the plain Python program of the"
        " same experiment (two tasks that do nothing).",
        COLUMNS,
        [
            _row("poolscope: first painted window", window)
            | judged(window.ratio, MOST, "× the bare window"),
            _row("poolscope run", run),
        ],
    )


def partial_ms(name: str) -> Callable[[], float]:
    """Milliseconds until a program of `children` has painted its window."""

    def measured() -> float:
        begun_ns = time.perf_counter_ns()  # one clock for all processes
        return (int(answer("first_painting", name, on_screen=True)) - begun_ns) / 1e6

    return measured


def command_ms(*arguments: str) -> float:
    """Milliseconds of a Python program, from its start to its end. Raises ChildError."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=ANSWER_S,
        env=environment(),
        cwd=os.path.expanduser("~"),
    )
    took_ms = (time.perf_counter() - begun) * 1e3
    if done.returncode:
        raise ChildError(f"exit status {done.returncode}: {done.stdout[-200:]!r}")
    return took_ms


def _row(what: str, found: Pairs) -> Row:
    return {
        "what": what,
        "pairs": len(found.ours),
        "bare_ms": median(found.bare),
        "ours_ms": median(found.ours),
        "ours_to_bare": found.ratio,
        "ratio_interval": interval(found.ratios),
        "bare_to_bare": found.noise,
        "added_ms": median(found.added),
    }
