"""How messages are numbered, and what is recorded while one is on its way in or out."""

import os
import pickle
import threading
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.pool import MaybeEncodingError  # type: ignore[attr-defined]
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from poolscope.engine.host import queues, worker
from poolscope.engine.host.queues import (
    TaskQueue,
    chunk_number,
    numbered_pickle,
    prefix_of,
)
from poolscope.engine.host.recording_pool import RecordingPool
from poolscope.engine.host.worker import Recorder, run_chunk
from poolscope.engine.messages import LineTail
from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import CHUNKS, NO_CHUNK, TASKS, ChunkOutcome, Phase
from poolscope.engine.trace.mapping import map_tables

Put = Callable[[Any], None]


@pytest.mark.parametrize("chunk", [NO_CHUNK, 0, 1, 255, 65_536, 2**31 - 1])
def test_a_message_carries_its_number_in_front_and_is_plain_pickle(chunk: int) -> None:
    message = (1, 2, "three", [4.0] * 10_000)
    data = bytes(numbered_pickle(prefix_of(chunk), message))
    assert chunk_number(data) == chunk
    assert pickle.loads(data) == ForkingPickler.loads(data) == message


def test_what_pool_cannot_pickle_neither_can_we() -> None:
    for value in (lambda: 1, pickle.PickleBuffer(b"only protocol 5 can"), threading.Lock()):
        for dump in (ForkingPickler.dumps, lambda value: numbered_pickle(prefix_of(0), value)):
            with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
                dump(value)


def test_a_message_is_as_long_as_pool_s_but_for_the_number() -> None:
    message = (0, 1, list(range(1000)))
    assert len(numbered_pickle(prefix_of(7), message)) == len(ForkingPickler.dumps(message)) + 6


class Pipes:
    """Both queues as the worker sees them, and the other end of each.

    Before each step of a message through a pipe, `said` takes note of the worker's own row.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.tasks, self.results = (
            TaskQueue(ctx=get_context()),
            worker.ResultQueue(ctx=get_context()),
        )
        self.said: list[tuple[int, int]] = []

    def get(self, chunk: int, message: object) -> Any:
        """Through a new `get`."""
        self.tasks._writer.send_bytes(numbered_pickle(prefix_of(chunk), message))
        return self.tasks.getter(self.recorder)()

    @property
    def put(self) -> Put:
        return self.results.putter(self.recorder)

    def say(self) -> None:
        self.said.append((self.recorder.phase[1], self.recorder.hand[1]))

    def close(self) -> None:
        self.tasks.close()
        self.results.close()


@pytest.fixture
def pipes(recorder: Recorder) -> Iterator[Pipes]:
    pipes = Pipes(recorder)
    yield pipes
    pipes.close()


class Says:
    """Notes when it is pickled, and when it is unpickled."""

    pipes: Pipes

    def __reduce__(self) -> tuple[Any, ...]:
        self.pipes.say()
        return _said, ()


def _said() -> None:
    Says.pipes.say()


class Saying:
    """In the place of a lock, says when it was taken and when it was not yet."""

    def __init__(self, lock: Any, pipes: Pipes) -> None:
        self._semlock, self.lock, self.pipes = self, lock, pipes

    def __enter__(self) -> None:
        self.pipes.say()
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.pipes.say()
        self.lock.release()


def test_a_chunk_s_way_is_told_by_its_phases(recorder: Recorder, pipes: Pipes) -> None:
    Says.pipes, said = pipes, pipes.said
    pipes.tasks._rlock = Saying(pipes.tasks._rlock, pipes)
    pipes.results._wlock = Saying(pipes.results._wlock, pipes)
    recorder.hand[1] = NO_CHUNK
    message = numbered_pickle(prefix_of(3), Says())
    assert said.pop() == (Phase.STARTING, NO_CHUNK)
    pipes.tasks._writer.send_bytes(message)
    pipes.tasks.getter(recorder)()
    assert said == [
        (Phase.WAITING, NO_CHUNK),
        (Phase.UNPICKLING, 3),  # when it gives the lock back
        (Phase.UNPICKLING, 3),
    ]
    assert (recorder.phase[1], recorder.hand[1]) == (Phase.RUNNING, 3)
    assert recorder.ready[1] > 0
    assert recorder.chunks["bytes_in"][3] == len(message) and recorder.chunks["worker"][3] == 2
    run_chunk(3, 4, abs, (1,))
    said.clear()
    put = pipes.put
    put((0, 0, (True, [Says()])))
    assert said == [(Phase.PICKLING, 3), (Phase.WAITING_TO_SEND, 3), (Phase.SENDING, 3)]
    steps = ("taken", "unpickled", "ran", "pickled", "sent")
    times = [recorder.chunks[step][3] for step in steps]
    assert times == sorted(times) and times[0] > 0
    recorder.leave()
    assert recorder.phase[1] == Phase.LEAVING


def test_one_that_left_because_of_what_it_was_unpickling_says_so(
    recorder: Recorder, pipes: Pipes
) -> None:
    with pytest.raises(OSError, match="no such"):
        pipes.get(3, Unreadable())
    recorder.leave()
    assert (recorder.phase[1], recorder.hand[1]) == (Phase.UNPICKLING, 3)
    (failure,) = LineTail(Path(recorder.folder) / worker.FAILURES_FILE).read()
    assert failure["deadly"] and failure["unpickling"] and failure["chunk"] == 3


class Unreadable:
    def __reduce__(self) -> tuple[Any, ...]:
        return _unreadable, ()


def _unreadable() -> None:
    raise OSError("no such thing")


def test_a_sentinel_is_no_chunk(recorder: Recorder, pipes: Pipes) -> None:
    assert pipes.get(NO_CHUNK, None) is None
    recorder.leave()
    assert (recorder.phase[1], recorder.hand[1]) == (Phase.LEAVING, NO_CHUNK)
    assert not any(recorder.chunks["taken"])


@pytest.mark.parametrize(
    ("value", "succeeded", "outcome"),
    [([1, 2], True, ChunkOutcome.DONE), (ValueError("no"), False, ChunkOutcome.RAISED)],
)
def test_a_result_is_sent_with_its_number_and_outcome(
    recorder: Recorder, pipes: Pipes, value: Any, succeeded: bool, outcome: ChunkOutcome
) -> None:
    pipes.get(1, ())
    pipes.put((0, 0, (succeeded, value)))
    data = pipes.results._reader.recv_bytes()
    assert chunk_number(data) == 1 and recorder.chunks["bytes_out"][1] == len(data)
    assert recorder.chunks["outcome"][1] == outcome and recorder.chunks["sent"][1] > 0


def test_once_a_result_is_on_its_way_the_outcome_is_the_host_s_to_write(
    recorder: Recorder, pipes: Pipes, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = recorder.chunks["outcome"]

    def read_at_once(_: Any) -> None:
        """A host at the pipe's other end that is quick to find that it cannot read."""
        assert outcomes[1] == ChunkOutcome.DONE
        assert recorder.phase[1] == Phase.SENDING
        outcomes[1] = ChunkOutcome.NOT_READ

    monkeypatch.setattr(queues, "sender", lambda _: read_at_once)
    pipes.get(1, ())
    pipes.put((0, 0, (True, [1])))
    assert outcomes[1] == ChunkOutcome.NOT_READ and recorder.chunks["sent"][1] > 0


def test_a_pipe_that_cannot_be_written_is_noted_and_its_lock_is_free(
    recorder: Recorder, pipes: Pipes
) -> None:
    put = pipes.put
    pipes.get(1, ())
    pipes.results._reader.close()
    with pytest.raises(BrokenPipeError):
        put((0, 0, (True, [1])))
    assert recorder.phase[1] == Phase.PICKLING and recorder.chunks["sent"][1] == 0
    (failure,) = LineTail(Path(recorder.folder) / worker.FAILURES_FILE).read()
    assert failure["deadly"] and failure["sending"] and failure["chunk"] == 1
    assert pipes.results._wlock.acquire(block=False)
    pipes.results._wlock.release()


def test_a_result_that_cannot_be_pickled_names_its_task(recorder: Recorder, pipes: Pipes) -> None:
    recorder.chunks["first"][1] = 6
    pipes.get(1, ())
    put = pipes.put
    with pytest.raises((pickle.PicklingError, AttributeError)):
        put((0, 0, (True, [1, lambda: 2, 3])))
    assert recorder.chunks["outcome"][1] == ChunkOutcome.NOT_SENT
    (failure,) = LineTail(Path(recorder.folder) / worker.FAILURES_FILE).read()
    assert failure["task"] == 7 and failure["chunk"] == 1 and failure["pickling"] == "list"
    put((0, 0, (False, ValueError("cannot be sent"))))
    assert recorder.chunks["outcome"][1] == ChunkOutcome.NOT_SENT


@pytest.mark.skipif(os.name != "posix", reason="Connection's own elsewhere")
@pytest.mark.parametrize("error", [TimeoutError("late"), ValueError("late")])
@pytest.mark.parametrize("there", [b"", b"\0\0\0\x09half"])
def test_a_signal_s_exception_while_it_reads_costs_something_only_inside_a_message(
    recorder: Recorder,
    pipes: Pipes,
    monkeypatch: pytest.MonkeyPatch,
    there: bytes,
    error: Exception,
) -> None:
    reader = pipes.tasks._reader
    os.write(pipes.tasks._writer.fileno(), there)

    def read(handle: int, size: int, real: Any = os.read) -> bytes:
        if reader.poll(0):
            return bytes(real(handle, size))
        raise error

    monkeypatch.setattr("multiprocessing.connection.Connection._recv.__defaults__", (read,))
    monkeypatch.setattr("poolscope.engine.host.pipes.os.read", read)
    with pytest.raises(type(error), match="late"):
        pipes.tasks.getter(recorder)()
    assert pipes.tasks._rlock.acquire(block=False)
    pipes.tasks._rlock.release()
    assert recorder.phase[1] == (Phase.RECEIVING if there else Phase.WAITING)
    assert recorder.hand[1] == NO_CHUNK
    notes = LineTail(Path(recorder.folder) / worker.FAILURES_FILE).read()
    well = isinstance(error, OSError) and not there
    assert [note["message"] for note in notes if note["deadly"]] == ([] if well else ["late"])
    recorder.leave()
    assert recorder.phase[1] == (Phase.RECEIVING if there else Phase.LEAVING)


@pytest.mark.parametrize(
    ("answer", "said", "outcome"),
    [
        ((True, [1]), ChunkOutcome.DONE, ChunkOutcome.DONE),
        ((False, ValueError()), ChunkOutcome.RAISED, ChunkOutcome.RAISED),
        ((False, MaybeEncodingError("late", 1)), ChunkOutcome.DONE, ChunkOutcome.NOT_SENT),
    ],
)
def test_a_worker_that_sends_something_else_than_it_was_about_to_has_not_sent_its_results(
    recorder: Recorder, answer: Any, said: ChunkOutcome, outcome: ChunkOutcome
) -> None:
    pool: Any = SimpleNamespace(results={}, arrived=[], not_sent=[], _chunks=recorder.chunks)
    pool._received_ns = recorder.chunks["received"]
    pool._receive = lambda: bytes(numbered_pickle(prefix_of(2), (0, 0, answer)))
    recorder.chunks["outcome"][2] = said
    RecordingPool._get(pool)
    assert recorder.chunks["outcome"][2] == outcome and recorder.chunks["received"][2] > 0
    assert pool.not_sent == ([2] if outcome is ChunkOutcome.NOT_SENT else [])


class Counted:
    """A column that counts what is stored into it."""

    def __init__(self, column: memoryview, count: list[int]) -> None:
        self.column, self.count = column, count

    def __getitem__(self, row: int) -> int:
        return int(self.column[row])

    def __setitem__(self, row: Any, value: Any) -> None:
        self.count[0] += 1
        self.column[row] = value


@pytest.mark.parametrize(("tasks", "stores", "clocks"), [(1, 24, 5), (3, 30, 8)])
def test_a_chunk_costs_its_worker_so_many_stores_and_readings_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tasks: int, stores: int, clocks: int
) -> None:
    """Each is paid for every chunk of a run, so whoever adds one should know."""
    writer.create(tmp_path, TASKS, 10)
    writer.create(tmp_path, CHUNKS, 4)
    writer.WorkersTable(tmp_path, 4)
    tables, stored, read, cpu_read = map_tables(str(tmp_path)), [0], [0], [0]
    for table in (tables.tasks, tables.chunks, tables.workers):
        columns: dict[str, Any] = table._columns
        table._columns = {name: Counted(cells, stored) for name, cells in columns.items()}

    def clock() -> int:
        read[0] += 1
        return 1_000_000 + read[0]

    def cpu() -> int:
        cpu_read[0] += 1
        return 0

    monkeypatch.setattr(worker, "clock", clock)
    monkeypatch.setattr(queues, "clock", clock)
    monkeypatch.setattr(worker, "thread_time_ns", cpu)
    recorder = Recorder(tables, 1)
    monkeypatch.setattr(worker, "recorder", recorder, raising=False)
    pipes = Pipes(recorder)
    get, put = pipes.tasks.getter(recorder), pipes.put
    for chunk in range(2):  # the first also says that the worker is ready
        stored[0] = read[0] = cpu_read[0] = 0
        pipes.tasks._writer.send_bytes(numbered_pickle(prefix_of(chunk), ()))
        get()
        put((0, chunk, (True, run_chunk(chunk, tasks * chunk, abs, (1,) * tasks))))
    assert (stored[0], read[0], cpu_read[0]) == (stores, clocks, 1)
    pipes.close()
