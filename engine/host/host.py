"""The process that owns the pool: it prepares one experiment, runs it, and tells what happens.

It has one thread of its own until the pool starts, and looks at its commands between waits:
a helper thread blocked on a pipe would hold a lock that every forked worker inherits.
"""

import json
import os
import platform
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from .. import lifeline
from ..backends import registry
from ..backends.base import Backend, Helper, Job
from ..experiment import Experiment
from ..messages import Command, Event, append_line
from ..names import EVENTS_FILE, INPUTS_FILE, RESULTS_FILE
from ..problem import Kind, Problem, ProblemError
from ..tasks.loading import load
from ..trace.layout import clock_ns
from . import listing
from .texts import TextWriter, encode_text

LOOK_S = 0.05
"""Between two looks at commands and workers; Pool itself wakes the host when it is done."""
LEAVE_S = 10.0
"""What workers get to leave by themselves after the last result."""
INPUT_TEXTS_NS = 100_000_000
"""Spent on texts of inputs before the pool starts; the rest is written after the run."""
STOPPED_TEXTS_NS = 300_000_000
"""Spent on texts after a stop: a person waits."""


class Stopped(Exception):
    """The app asked for the end, or has gone."""


class Host:
    """One run of the experiment in `folder`; `connection` brings the app's commands."""

    def __init__(self, folder: Path, connection: "Connection[Any, Any]") -> None:
        self._folder = folder
        self._connection = connection
        self._backend: Backend | None = None
        self._inputs: list[Any] = []
        self._input_texts: TextWriter | None = None

    def run(self) -> None:
        """From the first event to the last. Never raises."""
        try:
            lifeline.hold(str(self._folder))
            self.tell(Event.HOST, pid=os.getpid(), ppid=os.getppid(), **_python())
            self._prepare()
            self._run()
        except Stopped:
            self._end_early(clock_ns() + STOPPED_TEXTS_NS)
            self.tell(Event.STOPPED)
        except ProblemError as error:
            self._fail(error.problem)
        except BaseException as error:  # also a SystemExit of the user's code
            traceback.print_exc()
            values = {"error": f"{type(error).__name__}: {error}"}
            self._fail(Problem(Kind.HOST_BROKE, None, values))
        finally:
            self.tell(Event.ENDED)

    def tell(self, event: Event, **facts: Any) -> None:
        append_line(self._folder / EVENTS_FILE, {"event": event.value, **facts})

    def _prepare(self) -> None:
        data = json.loads((self._folder / "experiment.json").read_text("utf-8"))
        experiment = Experiment.from_json(data["experiment"])
        function = load(experiment.task)
        self._inputs = listing.list_inputs(experiment.inputs, self._obey)
        self.tell(Event.INPUTS, count=len(self._inputs))
        job = Job(self._folder, function, self._inputs, experiment.pool)
        backend = registry.make(experiment.backend, job)
        chunksize, chunks = backend.lay_out()
        self._input_texts = TextWriter(self._folder / INPUTS_FILE)
        self._input_texts.write(self._inputs, clock_ns() + INPUT_TEXTS_NS)
        self.tell(Event.TRACE, tasks=len(self._inputs), chunks=chunks, chunksize=chunksize)
        self._obey()
        self.tell(Event.POOL, at_ns=clock_ns())
        backend.start()
        self._backend = backend

    def _run(self) -> None:
        backend = self._backend
        assert backend is not None
        told: set[Helper] = set()
        self._tell_helpers(told)
        sys.stdout.flush()
        self.tell(Event.CALLED, at_ns=clock_ns())
        backend.call()
        while not backend.wait(LOOK_S):
            self._obey()
            self._tell_helpers(told)
        if backend.returned():
            self.tell(Event.RETURNED, at_ns=clock_ns())
        self._tell_helpers(told)
        problem = backend.problem()
        if problem is not None:
            self.tell(Event.PROBLEM, problem=problem.to_json(), at_ns=clock_ns())
        self._let_go(backend)
        self._write_texts(None)

    def _let_go(self, backend: Backend) -> None:
        """Have every worker leave by itself; those that do not are killed at the deadline."""
        deadline_ns = clock_ns() + round(LEAVE_S * 1e9)
        while not backend.leave():
            if clock_ns() > deadline_ns:
                backend.kill()
                return
            self._connection.poll(0.005)
            self._obey()

    def _obey(self) -> None:
        """Look at the connection; raise Stopped when the run is to end."""
        try:
            if self._connection.poll(0):
                command = json.loads(self._connection.recv_bytes())
                if command.get("command") == Command.STOP:
                    raise Stopped
        except (EOFError, OSError) as error:
            raise Stopped from error

    def _tell_helpers(self, told: set[Helper]) -> None:
        assert self._backend is not None
        for helper in self._backend.helpers():
            if helper not in told:
                told.add(helper)
                self.tell(Event.HELPER, **helper._asdict())

    def _fail(self, problem: Problem) -> None:
        self.tell(Event.PROBLEM, problem=problem.to_json(), at_ns=clock_ns())
        self._end_early(clock_ns() + STOPPED_TEXTS_NS)

    def _end_early(self, texts_until_ns: int) -> None:
        if self._backend is not None:
            self._backend.kill()
            self._write_texts(texts_until_ns)

    def _write_texts(self, until_ns: int | None) -> None:
        """The results, then the texts of inputs that were not worth the wait before the run."""
        backend, inputs = self._backend, self._input_texts
        assert backend is not None and inputs is not None
        results = TextWriter(self._folder / RESULTS_FILE)
        results.write_lines(backend.result_lines(encode_text), until_ns)
        results.close()
        inputs.write(self._inputs[inputs.count :], until_ns)
        inputs.close()


def _python() -> dict[str, str]:
    return {"python": platform.python_version(), "executable": sys.executable}
