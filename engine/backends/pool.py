"""The real multiprocessing.Pool."""

import contextlib
import multiprocessing
import os
import signal
import time
from multiprocessing import forkserver, resource_tracker
from multiprocessing.pool import TERMINATE as TERMINATING
from multiprocessing.pool import MaybeEncodingError  # type: ignore[attr-defined]
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ..experiment import ITERATORS, SINGLE_CALLS
from ..host.deaths import line_of, name_of
from ..host.recording_pool import ChunkFailure, RecordingPool
from ..host.watch import Watch
from ..messages import LineTail
from ..names import FAILURES_FILE
from ..problem import Kind, Problem, ProblemError
from ..trace import writer
from ..trace.layout import CHUNKS, FETCHED, TASKS, clock_ns
from .base import ChunkResults, Helper, Job, Trouble
from .calls import call_of

TERMINATE_S = 0.15
"""What workers get between SIGTERM and SIGKILL."""
FILES_A_WORKER = 3
"""Pool holds two pipe ends of each worker open, and more for a moment while it starts one."""
FILES_BESIDE = 256


class PoolBackend:
    """`Pool(processes, …).method(function, inputs, chunksize)`; see `Backend`."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._folder = job.folder
        self._closed = False

    def lay_out(self) -> tuple[int, int]:
        tasks, processes = len(self._job.inputs), self._job.settings.processes
        chunksize = self._job.settings.chunksize_for(tasks)
        self._chunksize = chunksize
        self._chunks = -(-tasks // chunksize) if tasks else 0
        writer.create(self._folder, TASKS, tasks)
        writer.create(self._folder, CHUNKS, self._chunks)
        if self._job.settings.method in ITERATORS:
            writer.create(self._folder, FETCHED, tasks)
        self._table = writer.WorkersTable(self._folder, processes)
        return chunksize, self._chunks

    def start(self) -> None:
        settings = self._job.settings
        _make_room_for_files(FILES_A_WORKER * settings.processes + FILES_BESIDE)
        context = multiprocessing.get_context(settings.start_method)
        if settings.start_method == "forkserver" and settings.preload:
            context.set_forkserver_preload(list(settings.preload))
        try:
            self._pool = RecordingPool(
                self._folder,
                self._table,
                initializer=self._job.initializer,
                initargs=self._job.initargs,
                processes=settings.processes,
                maxtasksperchild=settings.maxtasksperchild,
                context=context,
            )
        except OSError as error:
            problem = Problem(Kind.POOL_NOT_STARTED, "processes", {"error": str(error)})
            raise ProblemError(problem) from error
        self._watch = Watch(self._pool, self._table, self._job.function)
        self._told_failures = self._told_not_sent = 0
        self._call = call_of(self._pool, self._job, self._chunksize, self._chunks)
        self._returned = False

    def helpers(self) -> list[Helper]:
        found = (
            (getattr(resource_tracker._resource_tracker, "_pid", None), "resource tracker"),
            (getattr(forkserver._forkserver, "_forkserver_pid", None), "fork server"),
        )
        return [Helper(pid, os.getpid(), role) for pid, role in found if pid]

    def call(self) -> None:
        self._call.begin()

    def wait(self, seconds: float) -> bool:
        self._returned = self._call.wait(seconds)
        over = self._watch.look()
        if over and not self._returned:  # what came home last may just be handed on
            self._returned = self._call.wait(seconds)
        return self._returned or over

    def returned(self) -> bool:
        return self._returned

    def problem(self) -> Problem | None:
        if self._returned and self._call.error is None:
            return None  # what died besides cost nothing
        if self._pool.failures:
            return self._explain(self._pool.failures[0])
        if self._call.error is not None:
            return self._raised(self._call.error)
        return self._watch.problem

    def troubles(self) -> list[Trouble]:
        found, self._watch.troubles = self._watch.troubles, []
        failures = self._pool.failures[self._told_failures :]
        self._told_failures += len(failures)
        found += [Trouble(self._explain(failure), clock_ns()) for failure in failures]
        not_sent = self._pool.not_sent[self._told_not_sent :]
        self._told_not_sent += len(not_sent)
        found += [Trouble(self._not_sent(chunk), clock_ns()) for chunk in not_sent]
        return found

    def _not_sent(self, chunk: int) -> Problem:
        note = self._watch.notes.not_sent(chunk)
        facts: dict[str, Any] = {"task": None, "error": _text(self._pool.results[chunk][1])}
        if note is not None:
            task = note["task"] if note["task"] is not None else self._raised_in(chunk)
            facts = {"task": task, "error": line_of(note)}
        facts["method"] = self._job.settings.method
        return Problem(Kind.RESULT_NOT_SENT, None, facts)

    def _explain(self, failure: ChunkFailure) -> Problem:
        """A chunk that could not be pickled on its way out, or unpickled on its way back."""
        error = _text(failure.error)
        if not failure.sending:
            values = {"task": self._raised_in(failure.chunk), "error": error}
            return Problem(Kind.RESULT_NOT_READ, None, values)
        if _pickles(self._job.function):
            return Problem(Kind.INPUT_NOT_SENT, "inputs", {"chunk": failure.chunk, "error": error})
        values = {"task": name_of(self._job.function), "error": error}
        return Problem(Kind.TASK_NOT_SENT, "task", values)

    def _raised(self, error: BaseException) -> Problem:
        """What the method raised, with the task that the workers' own notes name."""
        encoding = isinstance(error, MaybeEncodingError)
        kind = Kind.RESULT_NOT_SENT if encoding else Kind.TASK_RAISED
        facts = {"method": self._job.settings.method}
        for line in LineTail(self._folder / FAILURES_FILE).read():
            task = line["task"]
            if "deadly" in line:
                continue
            if task is None and "pickling" in line:  # what the task raised cannot be pickled
                task = self._raised_in(line["chunk"])
            if encoding == ("pickling" in line) and task is not None and self._is_of_call(task):
                return Problem(kind, None, {"task": task, "error": line_of(line)} | facts)
        return Problem(kind, None, {"task": None, "error": _text(error)} | facts)

    def _is_of_call(self, task: int) -> bool:
        """Whether it was this task's chunk that made the method raise, as far as Pool tells."""
        chunk = self._call.chunk
        return chunk is None or chunk == task // self._chunksize

    def _raised_in(self, chunk: int) -> int:
        """The task whose exception ended `chunk`; its first task when its values are at fault."""
        first, size = self._pool._chunks["first"][chunk], self._pool._chunks["size"][chunk]
        for line in LineTail(self._folder / FAILURES_FILE).read():
            if (
                line["task"] is not None
                and "deadly" not in line
                and first <= line["task"] < first + size
            ):
                return int(line["task"])
        return int(first)

    def leave(self) -> bool:
        if not self._returned:  # Pool would wait for ever: close() keeps workers until then
            self.kill()
            return True
        if not self._closed:
            self._pool.close()
            self._closed = True
        # A chunk may still go down after the method has raised: Pool would wait for it.
        if self._watch.look():
            self.kill()
            return True
        if not self._watch.all_gone():
            if self._watch.are_forsaken():
                self.kill()
                return True
            return False
        self._pool.join()
        return True

    def drained(self) -> bool:
        return self._watch.drained()

    @property
    def _single(self) -> bool:
        """Pool hands out calls, not chunks: an answer is a value, not a list."""
        method = self._job.settings.method
        return method in SINGLE_CALLS or (method in ITERATORS and self._chunksize == 1)

    def kill(self) -> None:
        self._watch.ending = True
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

    def results_of(self, chunk: int) -> ChunkResults:
        size = min(self._chunksize, len(self._job.inputs) - chunk * self._chunksize)
        answer = self._pool.results.get(chunk)
        if answer is None:
            return ChunkResults(size, chunk in self._watch.lost, None)
        succeeded, value = answer
        if not succeeded:
            return ChunkResults(size, True, None)
        return ChunkResults(size, True, (value,) if self._single else value)


def _make_room_for_files(wanted: int) -> None:
    """Raise this process's soft limit of open files as far as it may; 1,024 is common."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


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
