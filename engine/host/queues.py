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

RECEIVING, SENDING = Phase.RECEIVING.value, Phase.SENDING.value


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
        except Exception as error:
            record.fail(None, error, chunk=chunk, unpickling=True)
            raise
        record.run(chunk)
        return message


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
        record.pickle(chunk)
        with self._wlock or _NoLock():
            record.phase(SENDING)
            self._writer.send_bytes(data)
        record.send(chunk, len(data), obj[2][0])

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
