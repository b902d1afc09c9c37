"""The real multiprocessing.Pool."""

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver, resource_tracker
from multiprocessing.pool import TERMINATE as TERMINATING
from multiprocessing.pool import MapResult, MaybeEncodingError  # type: ignore[attr-defined]
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ..experiment import auto_chunksize
from ..host.recording_pool import ChunkFailure, RecordingPool
from ..host.watch import Watch
from ..messages import LineTail
from ..names import FAILURES_FILE
from ..problem import Kind, Problem, ProblemError
from ..trace import writer
from ..trace.layout import CHUNKS, TASKS
from .base import Helper, Job

TERMINATE_S = 0.15
"""What workers get between SIGTERM and SIGKILL."""
FILES_A_WORKER = 3
"""Pool holds two pipe ends of each worker open, and more for a moment while it starts one."""
FILES_BESIDE = 256


class PoolBackend:
    """`Pool(processes).map(function, inputs, chunksize)`; see `Backend`."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._folder = job.folder
        self._closed = False
        self._error: BaseException | None = None

    def lay_out(self) -> tuple[int, int]:
        tasks, processes = len(self._job.inputs), self._job.settings.processes
        chunksize = self._job.settings.chunksize or auto_chunksize(tasks, processes)
        self._chunksize = chunksize
        self._chunks = -(-tasks // chunksize) if tasks else 0
        writer.create(self._folder, TASKS, tasks)
        writer.create(self._folder, CHUNKS, self._chunks)
        self._table = writer.WorkersTable(self._folder, processes)
        return chunksize, self._chunks

    def start(self) -> None:
        settings = self._job.settings
        _make_room_for_files(FILES_A_WORKER * settings.processes + FILES_BESIDE)
        context = multiprocessing.get_context(settings.start_method)
        try:
            self._pool = RecordingPool(
                self._folder, self._table, processes=settings.processes, context=context
            )
        except OSError as error:
            problem = Problem(Kind.POOL_NOT_STARTED, "processes", {"error": str(error)})
            raise ProblemError(problem) from error
        self._watch = Watch(self._pool, self._table, self._chunks)

    def helpers(self) -> list[Helper]:
        found = (
            (getattr(resource_tracker._resource_tracker, "_pid", None), "resource tracker"),
            (getattr(forkserver._forkserver, "_forkserver_pid", None), "fork server"),
        )
        return [Helper(pid, os.getpid(), role) for pid, role in found if pid]

    def call(self) -> None:
        # Pool.map is map_async and get(); the host must look around while it waits. Pool's own
        # choice of a chunksize would count the workers that happen to live now.
        self._result: MapResult[Any] = self._pool.map_async(
            self._job.function, self._job.inputs, self._chunksize
        )

    def wait(self, seconds: float) -> bool:
        self._result.wait(seconds)
        if self._result.ready():
            try:
                self._result.get()
            except BaseException as error:
                self._error = error
            return True
        return self._watch.look()

    def returned(self) -> bool:
        return bool(self._result.ready())

    def problem(self) -> Problem | None:
        if self._pool.failures:
            return self._explain(self._pool.failures[0])
        if self._error is not None:
            return self._raised(self._error)
        return self._watch.problem

    def _explain(self, failure: ChunkFailure) -> Problem:
        """A chunk that could not be pickled on its way out, or unpickled on its way back."""
        error = _text(failure.error)
        if not failure.sending:
            values = {"task": self._raised_in(failure.chunk), "error": error}
            return Problem(Kind.RESULT_NOT_READ, None, values)
        if _pickles(self._job.function):
            return Problem(Kind.INPUT_NOT_SENT, "inputs", {"chunk": failure.chunk, "error": error})
        values = {"task": _name(self._job.function), "error": error}
        return Problem(Kind.TASK_NOT_SENT, "task", values)

    def _raised(self, error: BaseException) -> Problem:
        """What Pool.map raised, with the task that the workers' own notes name."""
        encoding = isinstance(error, MaybeEncodingError)
        for line in LineTail(self._folder / FAILURES_FILE).read():
            task = line["task"]
            if task is None and "pickling" in line:  # what the task raised cannot be pickled
                task = self._raised_in(line["chunk"])
            if encoding == ("pickling" in line) and task is not None:
                text = f"{line['type']}: {line['message']}" if line["message"] else line["type"]
                kind = Kind.RESULT_NOT_SENT if encoding else Kind.TASK_RAISED
                return Problem(kind, None, {"task": task, "error": text})
        kind = Kind.RESULT_NOT_SENT if encoding else Kind.TASK_RAISED
        return Problem(kind, None, {"task": None, "error": _text(error)})

    def _raised_in(self, chunk: int) -> int:
        """The task whose exception ended `chunk`; its first task when its values are at fault."""
        first, size = self._pool._chunks["first"][chunk], self._pool._chunks["size"][chunk]
        for line in LineTail(self._folder / FAILURES_FILE).read():
            if line["task"] is not None and first <= line["task"] < first + size:
                return int(line["task"])
        return int(first)

    def leave(self) -> bool:
        if not self._result.ready():  # Pool would wait for ever: close() keeps workers until then
            self.kill()
            return True
        if not self._closed:
            self._pool.close()
            self._closed = True
        if not self._watch.all_gone():
            return False
        self._pool.join()
        return True

    def kill(self) -> None:
        self._disarm()
        last_resort = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has but one
        for sign, patience_s in ((signal.SIGTERM, TERMINATE_S), (last_resort, 1.0)):
            deadline = time.monotonic() + patience_s
            while (alive := self._watch.alive()) and time.monotonic() < deadline:
                for worker in alive:
                    if worker.process.pid is not None:
                        _signal(worker.process.pid, sign)
                time.sleep(0.005)

    def _disarm(self) -> None:
        """Keep Pool from starting replacements, and from its own terminate, which can hang."""
        pool: Any = self._pool
        pool._terminate.cancel()
        for handler in (pool._worker_handler, pool._task_handler, pool._result_handler):
            handler._state = TERMINATING
        pool._state = TERMINATING
        pool._change_notifier.put(None)

    def result_lines(self, text: Callable[[Any], str]) -> Iterator[str]:
        chunksize, total = self._chunksize, len(self._job.inputs)
        for chunk in range(self._chunks):
            size = min(chunksize, total - chunk * chunksize)
            succeeded, values = self._pool.results.get(chunk, (False, None))
            if succeeded:
                yield from map(text, values)
            else:
                yield from ("null" for _ in range(size))


def _make_room_for_files(wanted: int) -> None:
    """Raise this process's soft limit of open files as far as it may; 1,024 is common."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _name(function: Any) -> str:
    return str(getattr(function, "__qualname__", function))


def _pickles(value: Any) -> bool:
    try:
        ForkingPickler.dumps(value)
    except Exception:
        return False
    return True


def _signal(pid: int, sign: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it was quicker
        os.kill(pid, sign)


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
