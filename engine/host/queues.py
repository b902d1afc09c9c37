"""Pool's two queues, with a note of what their user is doing. Standard library only: every worker
imports it.

What a worker does for each chunk is written out in one function a queue, with everything that it
needs bound beforehand: a call of a method costs as much as two stores.
"""

import io
import struct
from collections.abc import Callable
from multiprocessing import queues
from multiprocessing.reduction import ForkingPickler

from ..trace.layout import NO_CHUNK, ChunkOutcome, Phase
from ..trace.layout import clock_ns as clock
from .pipes import receiver, sender

TYPE_CHECKING = False  # typing itself would be 2 ms of a worker's start
if TYPE_CHECKING:
    from typing import Any

    from .worker import Recorder
else:
    Any = object

# Plain numbers: an enum's member costs thrice as much to look up and to store.
WAITING, RECEIVING, UNPICKLING = (
    Phase.WAITING.value,
    Phase.RECEIVING.value,
    Phase.UNPICKLING.value,
)
RUNNING, PICKLING = Phase.RUNNING.value, Phase.PICKLING.value
WAITING_TO_SEND, SENDING = Phase.WAITING_TO_SEND.value, Phase.SENDING.value
DONE, RAISED = ChunkOutcome.DONE.value, ChunkOutcome.RAISED.value
NO_JOB = -1
"""Of a message that Pool's own thread passes over: it knows no such call."""
PREFIX = struct.Struct("<cic")
"""BININT, a number, POP."""


def prefix_of(chunk: int) -> bytes:
    """The number of a chunk as pickle that leaves nothing behind."""
    return PREFIX.pack(b"J", chunk, b"0")


def numbered_pickle(prefix: bytes, message: object) -> memoryview:
    """Pickle `message` behind its chunk's `prefix_of`, so that it can be told before unpickling.

    The number is itself valid pickle (BININT, then POP), so any reader of the pipe understands
    the whole, also Pool's own code that drains it. The protocol is the default one, as Pool's.
    """
    buffer = io.BytesIO()
    buffer.write(prefix)
    ForkingPickler(buffer).dump(message)
    return buffer.getbuffer()


def chunk_number(data: bytes) -> int:
    """The chunk number that stands in front of `data`, NO_CHUNK for Pool's sentinels.

    Raises struct.error when it is too short to be a message.
    """
    chunk: int = PREFIX.unpack_from(data)[1]
    return chunk


class _Queue(queues.SimpleQueue):  # type: ignore[type-arg]
    """Pool's queue, a locked pipe."""

    _reader: Any
    _writer: Any
    _rlock: Any
    _wlock: Any


class TaskQueue(_Queue):
    """Pool's queue of tasks."""

    def getter(self, record: "Recorder") -> Callable[[], Any]:
        """`get` for the worker that `record` writes for; its own row says what it is at.

        No state is noted later than it is needed: the worker may be killed anywhere in here.
        """
        row, ordinal, phase, hand = record.row, record.ordinal, record.phase, record.hand
        chunks, ready = record.chunks, False
        worker, bytes_in, taken = chunks["worker"], chunks["bytes_in"], chunks["taken"]
        # The lock within the lock: the outer one's own way in and out is Python.
        lock, number = self._rlock._semlock, PREFIX.unpack_from
        receive, interrupt = receiver(self._reader, record.tear), record.interrupt
        loads, explain, none = ForkingPickler.loads, self._explain, NO_CHUNK

        def get() -> Any:
            nonlocal ready
            phase[row] = WAITING  # first: while it is SENDING its chunk is in hand
            hand[row] = none
            if not ready:
                ready = True
                record.ready[row] = clock()
            with lock:
                phase[row] = RECEIVING
                try:
                    data = receive()
                except BaseException as error:
                    interrupt(error)
                    raise
                chunk = number(data)[1]
                hand[row] = record.chunk = chunk
                phase[row] = UNPICKLING
            if chunk != none:
                worker[chunk] = ordinal
                bytes_in[chunk] = len(data)
                taken[chunk] = clock()
            try:
                message = loads(data)
            except BaseException as error:
                explain(record, chunk, data, error)
                raise
            phase[row] = RUNNING
            return message

        return get

    @staticmethod
    def _explain(record: "Recorder", chunk: int, data: bytes, error: BaseException) -> None:
        """Note what could not be unpickled; the chunk's first task stands for all of it."""
        from .missing import missing_name  # seldom needed

        facts: dict[str, Any] = {}
        missing = missing_name(data)
        if missing is not None:
            facts["missing"] = missing
        if missing is not None or isinstance(error, Exception):
            facts["unpickling"] = True
        task = record.chunks["first"][chunk] if chunk != NO_CHUNK else None
        record.die(task, error, **facts)


class ResultQueue(_Queue):
    """Pool's queue of results."""

    def putter(self, record: "Recorder") -> Callable[[Any], None]:
        """`put` for the worker that `record` writes for."""
        row, phase, chunks, explain = record.row, record.phase, record.chunks, self._explain
        pickled, sent, bytes_out = chunks["pickled"], chunks["sent"], chunks["bytes_out"]
        outcome, send = chunks["outcome"], sender(self._writer)
        lock = _NoLock() if self._wlock is None else self._wlock._semlock

        def put(obj: Any) -> None:
            phase[row] = PICKLING
            chunk = record.chunk
            try:
                data = numbered_pickle(prefix_of(chunk), obj)
            except Exception as error:
                explain(record, chunk, obj, error)
                raise
            except BaseException as error:
                record.die(None, error)
                raise
            pickled[chunk] = clock()
            phase[row] = WAITING_TO_SEND
            try:
                with lock:
                    # After this the outcome is the host's to write: it may find that it cannot
                    # read what it gets, or that half of it never came.
                    if not outcome[chunk]:
                        outcome[chunk] = DONE if obj[2][0] else RAISED
                    phase[row] = SENDING
                    send(data)
            except BaseException as error:  # the lock is free again; the pipe, who knows
                record.die(None, error, sending=True)
                phase[row] = PICKLING
                raise
            bytes_out[chunk] = len(data)
            sent[chunk] = clock()

        return put

    def put(self, obj: Any) -> None:
        """The host's own sentinel."""
        with self._wlock or _NoLock():
            self._writer.send_bytes(numbered_pickle(prefix_of(NO_CHUNK), obj))

    def put_echo(self) -> bool:
        """In the host: a message that comes out behind all that has been sent before.

        False when it could not be put in without waiting.
        """
        if self._wlock is not None and not self._wlock.acquire(block=False):
            return False
        try:
            empty = not self._reader.poll(0)
            if empty:
                self._writer.send_bytes(
                    numbered_pickle(prefix_of(NO_CHUNK), (NO_JOB, 0, (True, None)))
                )
            return empty
        finally:
            if self._wlock is not None:
                self._wlock.release()

    @staticmethod
    def _explain(record: "Recorder", chunk: int, obj: Any, error: Exception) -> None:
        """Name the task whose result cannot be pickled."""
        record.chunks["outcome"][chunk] = ChunkOutcome.NOT_SENT
        first = record.chunks["first"][chunk]
        succeeded, value = obj[2]
        task = None
        values = () if not succeeded else (value,) if record.single else value
        for offset, item in enumerate(values):
            try:
                ForkingPickler.dumps(item)
            except Exception:
                task = first + offset
                break
        record.fail(task, error, chunk=chunk, pickling=type(value).__name__)


class _NoLock:
    """Windows pipes need no lock to be written to."""

    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...
