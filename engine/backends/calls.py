"""How each of Pool's methods is called and waited for, so that the host can look around meanwhile.

A method's own blocking form is its asynchronous one and `get()`: Pool.map is map_async and get,
Pool.apply is apply_async and get, and imap's iterator has a `next` with a time limit.
"""

import inspect
import time
from collections.abc import Callable
from multiprocessing import TimeoutError as NothingYet
from typing import Any, Protocol

from ..experiment import ITERATORS
from ..host.recording_pool import RecordingPool
from ..trace.layout import FETCHED, clock_ns
from ..trace.mapping import MappedTable
from .base import Job


class Call(Protocol):
    """One call of a Pool method, or as many as `apply` needs.

    error: what it raised. chunk: the chunk that this came from, where Pool tells.
    """

    error: BaseException | None
    chunk: int | None

    def begin(self) -> None:
        """Call it, without waiting."""

    def wait(self, seconds: float) -> bool:
        """Wait for its end; True when it has returned or raised."""


def call_of(pool: RecordingPool, job: Job, chunksize: int, chunks: int) -> Call:
    """The call that `job` asks for."""
    method = job.settings.method
    if method == "apply":
        return _OneByOne(pool, job)
    if method == "apply_async":
        return _AllAtOnce(pool, job)
    if method in ITERATORS:
        return _Iterated(pool, job, chunksize, chunks)
    return _Collected(pool, job, chunksize, chunks)


class _Collected:
    """map, starmap and their asynchronous forms."""

    def __init__(self, pool: RecordingPool, job: Job, chunksize: int, chunks: int) -> None:
        self.error: BaseException | None = None
        self.chunk: int | None = None
        self._pool, self._job, self._chunksize, self._chunks = pool, job, chunksize, chunks

    def begin(self) -> None:
        # With its chunksize: Pool's own choice would count the workers that happen to live now.
        star = self._job.settings.method.startswith("star")
        method = self._pool.starmap_async if star else self._pool.map_async
        self._pool.expected = self._chunks
        self._result: Any = method(self._job.function, self._job.inputs, self._chunksize)

    def wait(self, seconds: float) -> bool:
        self._result.wait(seconds)
        if not self._result.ready():
            return False
        self.error = _raised_by(self._result.get)
        return True


class _Iterated:
    """imap and imap_unordered: notes when each result is taken from the iterator."""

    def __init__(self, pool: RecordingPool, job: Job, chunksize: int, chunks: int) -> None:
        self.error: BaseException | None = None
        self.chunk: int | None = None
        self._pool, self._job, self._chunksize, self._chunks = pool, job, chunksize, chunks
        self._fetched_ns = MappedTable(str(job.folder), FETCHED)["fetched"]
        self._taken = 0  # chunks

    def begin(self) -> None:
        method = getattr(self._pool, self._job.settings.method)
        self._pool.expected = self._chunks
        iterator = method(self._job.function, self._job.inputs, self._chunksize)
        if inspect.isgenerator(iterator):  # of tasks, over Pool's iterator of chunks
            iterator = inspect.getgeneratorlocals(iterator)[".0"]
        self._iterator: Any = iterator

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._iterator.next(max(deadline - time.monotonic(), 0.0))
            except BaseException as error:
                return self._ends_with(error)
            self._note_fetched()
            if time.monotonic() > deadline:
                return False

    def _ends_with(self, error: BaseException) -> bool:
        """A task may raise what the iterator itself does: told by what has come back."""
        chunk = self._next_chunk()
        answer = None if chunk is None else self._pool.results.get(chunk)
        if answer is not None and not answer[0] and answer[1] is error:
            self.error, self.chunk = error, chunk
            return True
        if isinstance(error, StopIteration):
            return True
        if isinstance(error, NothingYet):
            return False
        self.error = error
        return True

    def _next_chunk(self) -> int | None:
        """The chunk that the iterator gives next; None when it has not come back."""
        if self._job.settings.method == "imap":
            return self._taken if self._taken < self._chunks else None
        arrived = self._pool.arrived
        return arrived[self._taken] if self._taken < len(arrived) else None

    def _note_fetched(self) -> None:
        chunk, now_ns = self._next_chunk(), clock_ns()
        assert chunk is not None
        self._taken += 1
        first = chunk * self._chunksize
        for row in range(first, min(first + self._chunksize, len(self._job.inputs))):
            self._fetched_ns[row] = now_ns


class _OneByOne:
    """apply: a task is handed out when the one before it has come back."""

    def __init__(self, pool: RecordingPool, job: Job) -> None:
        self.error: BaseException | None = None
        self.chunk: int | None = None
        self._pool, self._job = pool, job
        self._next = 0
        self._result: Any = None

    def begin(self) -> None:
        if self._job.inputs:
            self._hand_out()

    def _hand_out(self) -> None:
        self.chunk = self._next
        arguments = (self._job.inputs[self._next],)
        self._result = self._pool.apply_async(self._job.function, arguments)
        self._next += 1

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._result is not None:
            self._result.wait(max(deadline - time.monotonic(), 0.0))
            if not self._result.ready():
                return False
            self.error = _raised_by(self._result.get)
            if self.error is not None or self._next == len(self._job.inputs):
                return True
            self._hand_out()
            if time.monotonic() > deadline:
                return False
        return True


class _AllAtOnce:
    """apply_async: all are handed in at once; then each result is waited for in its turn."""

    def __init__(self, pool: RecordingPool, job: Job) -> None:
        self.error: BaseException | None = None
        self.chunk: int | None = None
        self._pool, self._job = pool, job
        self._taken = 0

    def begin(self) -> None:
        hand_in = self._pool.apply_async
        self._results = [hand_in(self._job.function, (item,)) for item in self._job.inputs]

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._taken < len(self._results):
            result = self._results[self._taken]
            result.wait(max(deadline - time.monotonic(), 0.0))
            if not result.ready():
                return False
            self.error = _raised_by(result.get)
            if self.error is not None:
                self.chunk = self._taken
                return True
            self._taken += 1
        return True


def _raised_by(get: Callable[[], Any]) -> BaseException | None:
    try:
        get()
    except BaseException as error:
        return error
    return None
