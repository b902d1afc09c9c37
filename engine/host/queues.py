"""Pool's two queues, with a note of what their user is doing. Standard library only: every worker
imports it.
"""

import io
from multiprocessing import queues
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, Any

from ..trace.layout import NO_CHUNK, ChunkOutcome, Phase

if TYPE_CHECKING:
    from .worker import Recorder

RECEIVING, PICKLING = Phase.RECEIVING.value, Phase.PICKLING.value
NO_JOB = -1
"""Of a message that Pool's own thread passes over: it knows no such call."""


def numbered_pickle(chunk: int, message: object) -> memoryview:
    """Pickle `message` behind its chunk number, so that it can be told before unpickling.

    The number is itself valid pickle (BININT, then POP), so any reader of the pipe understands
    the whole, also Pool's own code that drains it. The protocol is the default one, as Pool's.
    """
    buffer = io.BytesIO()
    buffer.write(b"J" + chunk.to_bytes(4, "little", signed=True) + b"0")
    ForkingPickler(buffer).dump(message)
    return buffer.getbuffer()


def chunk_number(data: bytes) -> int:
    """The chunk number that `numbered_pickle` wrote, NO_CHUNK for Pool's sentinels."""
    return int.from_bytes(data[1:5], "little", signed=True)


class _Queue(queues.SimpleQueue):  # type: ignore[type-arg]
    """Pool's queue, a locked pipe. `recorder` is set in the worker only."""

    recorder: "Recorder | None" = None
    _reader: Any
    _writer: Any
    _rlock: Any
    _wlock: Any


class TaskQueue(_Queue):
    """Pool's queue of tasks."""

    def get(self) -> Any:
        record = self.recorder
        assert record is not None
        record.wait()
        with self._rlock:
            record.phase(RECEIVING)
            data = self._reader.recv_bytes()
            chunk = chunk_number(data)
            record.hold(chunk)
        record.take(chunk, len(data))
        try:
            message = ForkingPickler.loads(data)
        except BaseException as error:
            self._explain(record, chunk, data, error)
            raise
        record.run(chunk)
        return message

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

    def put(self, obj: Any) -> None:
        record = self.recorder
        if record is None:  # the host's own sentinel
            with self._wlock or _NoLock():
                self._writer.send_bytes(numbered_pickle(NO_CHUNK, obj))
            return
        chunk = record.finish()
        try:
            data = numbered_pickle(chunk, obj)
        except Exception as error:
            self._explain(record, chunk, obj, error)
            raise
        except BaseException as error:
            record.die(None, error)
            raise
        record.pickle(chunk)
        try:
            with self._wlock or _NoLock():
                record.begin_sending(chunk, obj[2][0])
                self._writer.send_bytes(data)
        except BaseException as error:  # the lock is free again; what came of the pipe, who knows
            record.die(None, error, sending=True)
            record.phase(PICKLING)
            raise
        record.send(chunk, len(data))

    def put_echo(self) -> bool:
        """In the host: a message that comes out behind all that has been sent before.

        False when it could not be put in without waiting.
        """
        if self._wlock is not None and not self._wlock.acquire(block=False):
            return False
        try:
            empty = not self._reader.poll(0)
            if empty:
                self._writer.send_bytes(numbered_pickle(NO_CHUNK, (NO_JOB, 0, (True, None))))
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
