"""What a pool costs on this machine, measured once by a few small runs, and kept for the next time.

Poll-driven, as a Run is: no threads. Only our own runs are run, nothing of the user's.
"""

import contextlib
import json
import os
import platform
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import platformdirs

from . import run_folder
from .experiment import PROCESSES_HERE, Experiment, PoolSettings, start_methods
from .explain.costs import Costs
from .export.target import written
from .journal import Status
from .machine import Machine, describe
from .problem import ProblemError
from .recording import Recording
from .run import Run

__all__ = ["Costs", "SelfTest", "costs_here"]

FILE = "costs.json"
MOST_BYTES = 100_000
EMPTY = "builtins:abs"
"""A task that does nothing, and takes 0.05 µs for it."""
SINGLE, TOGETHER = 3_000, 200_000
"""Tasks of a run with chunks of one, and of one with a chunk for each worker."""
PARTS = 8
"""Of the run with chunks of one; the middle one of their times is what counts, so that what else
the machine does for a moment does not."""
NS = 1e9


class Trial(NamedTuple):
    """A run of the test, and what is learned from it: "trip", "in_chunk", or "start"."""

    learned: str
    experiment: Experiment


def trials(cpus: int) -> list[Trial]:
    """The one that is worth most comes first."""
    single = PoolSettings(cpus, chunksize=1)
    together = PoolSettings(cpus, chunksize=TOGETHER // cpus)
    found = [
        Trial("trip", Experiment(EMPTY, f"range({SINGLE})", single)),
        Trial("in_chunk", Experiment(EMPTY, f"range({TOGETHER // cpus * cpus})", together)),
    ]
    for method in start_methods():  # two workers: the second finds a fork server that is there
        pool = PoolSettings(2, chunksize=1, start_method=method)
        found.append(Trial("start", Experiment(EMPTY, "range(2)", pool)))
    return found


class SelfTest:
    """Takes one to two seconds of an idle machine.

    >>> test = SelfTest()
    >>> while not test.over:
    ...     test.poll(); time.sleep(0.02)

    over: no process of it is left. costs: what was found; None until then, and when it was stopped
    or could not be run.
    """

    def __init__(self, *, parent: Path | None = None, machine: Machine | None = None) -> None:
        """parent: for its run folders, which it deletes."""
        self.over = False
        self.costs: Costs | None = None
        self._machine = machine or describe()
        self._parent = parent or Path(tempfile.gettempdir())
        self._crew = min(self._machine.usable, PROCESSES_HERE)
        self._trials = trials(self._crew)
        self._run: Run | None = None
        self._stopped = False
        self._found: dict[str, float] = {}
        self._start_s: dict[str, float] = {}

    def poll(self) -> bool:
        """Go on; short. True when anything changed."""
        if self.over:
            return False
        if self._run is None:
            self._next()
            return True
        changed = self._run.poll()
        if self._run.over:
            self._take(self._run)
            self._leave()
        return changed

    def stop(self) -> None:
        """End it: poll goes on until it is over."""
        self._stopped = True
        self._trials.clear()
        if self._run is None:
            self.over = True
        else:
            self._run.stop()

    def wait(self, timeout_s: float | None = None, interval_s: float = 0.01) -> bool:
        """Poll until it is over, or `timeout_s` has passed; True when it is over."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self.over and (deadline is None or time.monotonic() < deadline):
            self.poll()
            if not self.over and (self._run is None or not self._run.behind):
                time.sleep(interval_s)
        return self.over

    def keep(self, file: Path | None = None) -> bool:
        """Remember what was found for this machine; False where that cannot be written."""
        if self.costs is None:
            return False
        text = json.dumps({"of": _identity(self._machine), "costs": self.costs.to_json()}, indent=2)
        path = file or _file()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with written(path) as part:
                part.write_text(text, "utf-8")
        except (OSError, ProblemError):
            return False
        return True

    def _next(self) -> None:
        if not self._trials:
            self._conclude()
            return
        try:
            self._run = Run(self._trials[0].experiment, parent=_folder(self._parent))
        except (ProblemError, OSError):  # it cannot be measured here
            self.stop()

    def _take(self, run: Run) -> None:
        if self._stopped or not self._trials:
            return
        trial = self._trials.pop(0)
        if run.status is not Status.FINISHED:
            self.stop()
        elif trial.learned == "start":
            self._start_s[trial.experiment.pool.start_method] = start_s(run.recording)
        else:
            measure = trip_s if trial.learned == "trip" else in_chunk_s
            self._found[trial.learned] = measure(run.recording)

    def _leave(self) -> None:
        if self._run is not None:
            run_folder.delete(self._run.folder.parent)
        self._run = None
        if self._stopped:
            self.over = True

    def _conclude(self) -> None:
        found = self._found
        with contextlib.suppress(ValueError):  # of a clock that was set, say
            costs = Costs(found["trip"], found["in_chunk"], self._start_s, self._crew)
            self.costs = Costs.from_json(costs.to_json())
        self.over = True


def _folder(parent: Path) -> Path:
    """One of its own for a run; when it is left behind, whoever finds it clears it out."""
    folder = Path(tempfile.mkdtemp(prefix=run_folder.OPENED_PREFIX, dir=parent))
    run_folder.claim(folder)
    return folder


def trip_s(recording: Recording) -> float:
    """Seconds between two chunks that come home, in the middle one of PARTS of the run."""
    trace = recording.trace
    assert trace is not None
    received = np.sort(trace.chunks["received"])
    marks = received[np.linspace(0, len(received) - 1, PARTS + 1).astype(int)]
    return float(np.median(np.diff(marks))) / NS * PARTS / (len(received) - 1)


def in_chunk_s(recording: Recording) -> float:
    """Seconds that an empty task takes in a large chunk; of the quickest one."""
    trace = recording.trace
    assert trace is not None
    took = trace.chunks["ran"] - trace.chunks["unpickled"]
    return float((took / trace.chunks["size"]).min()) / NS


def start_s(recording: Recording) -> float:
    """Seconds from a worker's birth until it asks for work; of the quickest one."""
    trace = recording.trace
    assert trace is not None
    return min(lane.ready_ns - lane.born_ns for lane in trace.lanes if lane.ready_ns) / NS


def costs_here(file: Path | None = None, machine: Machine | None = None) -> Costs | None:
    """What was found for this machine, Python and version; None without.

    What is of another one is deleted, and what cannot be is not believed.
    """
    path = file or _file()
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError("it is too long")
        data = json.loads(path.read_text("utf-8"))
        if data["of"] == _identity(machine or describe()):
            return Costs.from_json(data["costs"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    with contextlib.suppress(OSError):
        os.unlink(path)
    return None


def _file() -> Path:
    return platformdirs.user_data_path("poolscope", appauthor=False) / FILE


def _identity(machine: Machine) -> dict[str, Any]:
    """Whose costs they are. Our own Python runs them, so its version is the machine's."""
    return {
        "node": platform.node(),
        "machine": machine.to_json(),
        "poolscope": _version(),
    }


def _version() -> str:
    try:
        return metadata.version("poolscope")
    except metadata.PackageNotFoundError:  # run from its source tree
        return ""
