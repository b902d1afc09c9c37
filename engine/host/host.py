"""The process that owns the pool: it prepares one experiment, runs it, and tells what happens.

Or it only previews: it prepares, tells what the inputs are, and ends.

It has one thread of its own until the pool starts, and looks at its commands between waits:
a helper thread blocked on a pipe would hold a lock that every forked worker inherits.
"""

import json
import os
import platform
import sys
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from .. import lifeline
from ..backends import registry
from ..backends.base import Backend, Helper, Job
from ..experiment import Experiment
from ..messages import Command, Event, append_line
from ..names import EVENTS_FILE, EXPERIMENT_FILE, INPUTS_FILE, RESULTS_FILE
from ..problem import Kind, Problem, ProblemError
from ..trace import writer
from ..trace.layout import ORDER, clock_ns
from ..trace.mapping import MappedTable
from .preparing import Prepared, prepare
from .texts import TextWriter, encode_text, short_text

LOOK_S = 0.05
"""Between two looks at commands and workers; Pool itself wakes the host when it is done."""
LEAVE_S = 10.0
"""What workers get to leave by themselves after the last result."""
INPUT_TEXTS_NS = 100_000_000
"""Spent on texts of inputs before the pool starts; the rest is written after the run."""
PREVIEWED = 20
"""Inputs of which a preview tells the text."""
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
        self._positions: Sequence[int] | None = None

    def run(self, *, preview: bool = False) -> None:
        """From the first event to the last. Never raises."""
        try:
            lifeline.hold(str(self._folder))
            self.tell(Event.HOST, pid=os.getpid(), ppid=os.getppid(), **_python())
            data = json.loads((self._folder / EXPERIMENT_FILE).read_text("utf-8"))
            experiment = Experiment.from_json(data["experiment"])
            make = registry.backend_of(experiment.backend)
            prepared = prepare(experiment, self._folder, self._obey, self.tell, preview=preview)
            if preview:
                self._preview(prepared)
            else:
                self._set_up(experiment, prepared, make)
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

    def _preview(self, prepared: Prepared) -> None:
        items = [short_text(item) for item in prepared.inputs[:PREVIEWED]]
        self.tell(Event.PREVIEW, items=items, first_bytes=prepared.first_bytes)

    def _set_up(
        self, experiment: Experiment, prepared: Prepared, make: Callable[[Job], Backend]
    ) -> None:
        self._inputs, self._positions = prepared.inputs, prepared.positions
        if experiment.order == "shuffled" and prepared.positions is not None:
            writer.create(self._folder, ORDER, len(prepared.positions))
            MappedTable(str(self._folder), ORDER)["position"][:] = memoryview(prepared.positions)
        job = Job(
            self._folder,
            prepared.function,
            prepared.inputs,
            experiment.pool,
            prepared.initializer,
            prepared.initargs,
        )
        backend = make(job)
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
            self.tell(Event.PROBLEM, problem=self._placed(problem).to_json(), at_ns=clock_ns())
        self._let_go(backend)
        self._write_texts(None)

    def _placed(self, problem: Problem) -> Problem:
        """`problem` with the position of the task's input, where the order was changed.

        The tasks of a chunk are neighbours by row only, so the others go without numbers then.
        """
        values, positions = dict(problem.values), self._positions
        if positions is None or not {"task", "first"} & set(values):
            return problem
        if isinstance(values.get("task"), int):
            values["task"] = positions[values["task"]]
        values.pop("first", None)
        values.pop("last", None)
        return Problem(problem.kind, problem.field, values)

    def _let_go(self, backend: Backend) -> None:
        """Have every worker leave by itself; those that do not are killed at the deadline.

        A method that has raised may leave tasks behind that still run; these have their time.
        """
        deadline_ns: int | None = None
        while not backend.leave():
            if deadline_ns is None and backend.drained():
                deadline_ns = clock_ns() + round(LEAVE_S * 1e9)
            if deadline_ns is not None and clock_ns() > deadline_ns:
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
