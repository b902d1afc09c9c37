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

from .. import exits, lifeline
from ..backends import registry
from ..backends.base import Backend, Helper, Job, Trouble
from ..experiment import Experiment
from ..messages import Command, Event, append_line
from ..names import EVENTS_FILE, EXPERIMENT_FILE, INPUTS_FILE
from ..problem import Kind, Problem, ProblemError
from ..trace import writer
from ..trace.layout import ORDER, clock_ns
from ..trace.mapping import MappedTable
from .preparing import Prepared, prepare
from .result_texts import ResultTexts
from .telling import TroubleTeller
from .texts import TextWriter, short_text

LOOK_S = 0.05
"""Between two looks at commands and workers; Pool itself wakes the host when it is done."""
LEAVE_S = 10.0
"""What workers get to leave by themselves after the last result."""
INPUT_TEXTS_NS = 100_000_000
"""Spent on texts of inputs before the pool starts; the rest is written after the run."""
PREVIEWED = 20
"""Inputs of which a preview tells the text."""
COMMAND_BYTES = 65_536
"""A longer message is no command."""
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
        self._results: ResultTexts | None = None
        self._positions: Sequence[int] | None = None
        self._untold: list[dict[str, Any]] = []
        self._troubles = TroubleTeller(self.tell, self._placed)

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
            at_ns = clock_ns()
            self._end_early(at_ns + STOPPED_TEXTS_NS)
            self.tell(Event.STOPPED, at_ns=at_ns)
        except ProblemError as error:
            self._fail(error.problem)
        except BaseException as error:  # also a SystemExit of the user's code
            if isinstance(error, OSError) and writer.is_full(error):
                self._fail(writer.not_recorded(self._folder, error))
                return
            traceback.print_exc()
            values = {"error": f"{type(error).__name__}: {error}"}
            self._fail(Problem(Kind.HOST_BROKE, None, values))
        finally:
            self.tell(Event.ENDED)

    def tell(self, event: Event, **facts: Any) -> None:
        """Append an event. What cannot be written now is told before the next one.

        A run goes on where the disk is full. When there is no room even for its last word, the
        host's exit status says so: SystemExit.
        """
        self._untold.append({"event": event.value, **facts})
        if event is Event.ENDED:
            writer.release_spare(self._folder)
        try:
            self._tell_all()
        except OSError:
            writer.release_spare(self._folder)
            try:
                self._tell_all()
            except OSError as error:
                if event is Event.ENDED:
                    sys.exit(exits.unheard(error))

    def _tell_all(self) -> None:
        while self._untold:
            append_line(self._folder / EVENTS_FILE, self._untold[0])
            del self._untold[0]

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
        facts = {"chunks": chunks, "chunksize": chunksize}
        facts["function_bytes"] = prepared.function_bytes
        self.tell(Event.TRACE, tasks=len(self._inputs), **facts)
        self._obey()
        self.tell(Event.POOL, at_ns=clock_ns())
        backend.start()
        self._backend, self._results = backend, ResultTexts(self._folder, backend, chunks)

    def _run(self) -> None:
        backend, results = self._backend, self._results
        assert backend is not None and results is not None
        told: set[Helper] = set()
        self._tell_helpers(told)
        sys.stdout.flush()
        self.tell(Event.CALLED, at_ns=clock_ns())
        backend.call()
        while not backend.wait(LOOK_S):
            self._troubles.take(backend.troubles())
            self._obey()
            self._tell_helpers(told)
            results.go_on()
        if backend.returned():
            self.tell(Event.RETURNED, at_ns=clock_ns())
        self._troubles.take(backend.troubles())
        self._tell_helpers(told)
        problem = backend.problem()
        if problem is not None:
            self.tell(Event.PROBLEM, problem=self._placed(problem).to_json(), at_ns=clock_ns())
        self._let_go(backend)
        self._troubles.take(backend.troubles())
        self._troubles.finish()
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
            self._troubles.take(backend.troubles())
            if deadline_ns is None and backend.drained():
                deadline_ns = clock_ns() + round(LEAVE_S * 1e9)
            if deadline_ns is not None and clock_ns() > deadline_ns:
                backend.kill()
                return
            self._connection.poll(0.005)
            self._obey()

    def _obey(self) -> None:
        """Look at the connection; raise Stopped when the run is to end.

        What is no command is noted among the host's output, and the run goes on. Raises
        ProblemError when the connection brings what no end of it has sent.
        """
        try:
            if not self._connection.poll(0):
                return
            message = self._connection.recv_bytes(COMMAND_BYTES)
        except EOFError as error:
            raise Stopped from error
        except OSError as error:
            if error.errno is None:  # a length that no command has; nothing more can be read
                values = {"error": f"the connection with the app is broken ({error})"}
                raise ProblemError(Problem(Kind.HOST_BROKE, None, values)) from error
            raise Stopped from error
        try:
            command = json.loads(message)
        except (ValueError, RecursionError):
            command = None
        match command:
            case {"command": Command.STOP}:
                raise Stopped
        print(f"no command of the app's: {message[:80]!r}", file=sys.stderr)

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
            self._troubles.take(self._backend.troubles())
            self._troubles.finish()
            self._backend.kill()
            try:
                self._write_texts(texts_until_ns)
            except ProblemError as error:  # not why the run ends, but to be known all the same
                self._troubles.take([Trouble(error.problem, clock_ns())])

    def _write_texts(self, until_ns: int | None) -> None:
        """The results, then the texts of inputs that were not worth the wait before the run."""
        results, inputs = self._results, self._input_texts
        assert results is not None and inputs is not None
        results.finish(until_ns)
        inputs.write(self._inputs[inputs.count :], until_ns)
        inputs.close()


def _python() -> dict[str, str]:
    return {"python": platform.python_version(), "executable": sys.executable}
