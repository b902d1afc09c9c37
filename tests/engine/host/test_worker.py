"""What is recorded while a chunk is in hand, and how messages are numbered."""

import os
import pickle
import threading
from functools import partial
from multiprocessing import get_context
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.host import worker
from poolscope.engine.host.queues import chunk_number, numbered_pickle
from poolscope.engine.host.worker import Recorder, run_chunk, safe_str
from poolscope.engine.messages import LineTail
from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import CHUNKS, NO_CHUNK, TASKS, ChunkOutcome, Phase, TaskState


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    writer.create(tmp_path, TASKS, 10)
    writer.create(tmp_path, CHUNKS, 4)
    writer.WorkersTable(tmp_path, 4)
    recorder = Recorder(str(tmp_path), 2)
    monkeypatch.setattr(worker, "recorder", recorder, raising=False)
    return recorder


def column(recorder: Recorder, name: str) -> list[int]:
    return list(recorder.tasks[name])


@pytest.mark.parametrize("chunk", [NO_CHUNK, 0, 1, 255, 65_536, 2**31 - 1])
def test_a_message_carries_its_number_in_front_and_is_plain_pickle(chunk: int) -> None:
    message = (1, 2, "three", [4.0] * 10_000)
    data = bytes(numbered_pickle(chunk, message))
    assert chunk_number(data) == chunk
    assert pickle.loads(data) == ForkingPickler.loads(data) == message


def test_what_pool_cannot_pickle_neither_can_we() -> None:
    for value in (lambda: 1, pickle.PickleBuffer(b"only protocol 5 can"), threading.Lock()):
        for dump in (ForkingPickler.dumps, partial(numbered_pickle, 0)):
            with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
                dump(value)


def test_a_message_is_as_long_as_pool_s_but_for_the_number() -> None:
    message = (0, 1, list(range(1000)))
    assert len(numbered_pickle(7, message)) == len(ForkingPickler.dumps(message)) + 6


def test_each_task_of_a_chunk_gets_its_row(recorder: Recorder) -> None:
    assert run_chunk(3, 4, str, (10, 11, 12)) == ["10", "11", "12"]
    begun, ended = column(recorder, "begun"), column(recorder, "ended")
    assert column(recorder, "state") == [0] * 4 + [TaskState.DONE] * 3 + [0] * 3
    assert column(recorder, "worker") == [0] * 4 + [2] * 3 + [0] * 3
    assert column(recorder, "chunk") == [0] * 4 + [3] * 3 + [0] * 3
    assert begun[4] <= ended[4] == begun[5] <= ended[5] == begun[6] <= ended[6]


@pytest.mark.parametrize("error", [ValueError("no"), StopIteration(), MemoryError()])
def test_an_exception_leaves_the_rest_not_begun(recorder: Recorder, error: Exception) -> None:
    def task(number: int) -> int:
        if number == 1:
            raise error
        return number

    with pytest.raises(type(error)) as caught:
        run_chunk(0, 0, task, (0, 1, 2))
    assert caught.value is error
    assert column(recorder, "state")[:3] == [TaskState.DONE, TaskState.RAISED, TaskState.OPEN]
    assert column(recorder, "begun")[2] == 0
    (failure,) = LineTail(Path(recorder.folder) / worker.FAILURES_FILE).read()
    assert (failure["task"], failure["type"]) == (1, type(error).__name__)
    assert "in task" in failure["traceback"] and "run_chunk" not in failure["traceback"]


def test_what_is_no_exception_ends_the_worker_and_leaves_its_task_open(recorder: Recorder) -> None:
    def task(number: int) -> int:
        raise SystemExit(number)

    with pytest.raises(SystemExit):
        run_chunk(0, 0, task, (1,))
    assert column(recorder, "state")[0] == TaskState.OPEN and column(recorder, "begun")[0] > 0


def test_tracebacks_are_bounded_in_length_and_number(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TRACEBACKS_KEPT", 2)
    for task in range(4):
        recorder.fail(task, ValueError("long " * 100_000))
    lines = list(LineTail(Path(recorder.folder) / worker.FAILURES_FILE).read())
    assert [bool(line["traceback"]) for line in lines] == [True, True, False, False]
    assert all(len(line["traceback"]) <= worker.TEXT_LIMIT + 3 for line in lines)
    assert all(len(line["message"]) <= 1001 for line in lines)


class NoText(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def test_an_exception_without_a_text_is_named() -> None:
    assert "RuntimeError" in safe_str(NoText())
    assert safe_str(ValueError("short")) == "short"


def test_a_chunk_s_way_is_told_by_its_phases(recorder: Recorder) -> None:
    def said() -> tuple[int, int]:
        return recorder._phase[1], recorder._chunk[1]

    recorder.wait()
    assert said() == (Phase.WAITING, NO_CHUNK) and recorder._ready[1] > 0
    recorder.hold(3)
    recorder.take(3, 77)
    assert said() == (Phase.UNPICKLING, 3)
    assert recorder.chunks["bytes_in"][3] == 77 and recorder.chunks["worker"][3] == 2
    recorder.leave()
    assert said()[0] == Phase.UNPICKLING, "it left because of what it was unpickling"
    recorder.run(3)
    assert said() == (Phase.RUNNING, 3)
    assert recorder.finish() == 3 and said() == (Phase.PICKLING, 3)
    first = recorder.chunks["ran"][3], recorder.chunks["cpu"][3]
    assert recorder.finish() == 3
    assert (recorder.chunks["ran"][3], recorder.chunks["cpu"][3]) == first
    recorder.leave()
    assert said()[0] == Phase.LEAVING


def test_a_worker_writes_its_own_row_and_no_other(recorder: Recorder) -> None:
    workers = writer.MappedTable(recorder.folder, writer.WORKERS)
    assert list(workers["pid"])[:4] == [0, os.getpid(), 0, 0]
    assert list(workers["ppid"])[:4] == [0, os.getppid(), 0, 0]


@pytest.mark.parametrize(
    ("value", "succeeded", "outcome"),
    [([1, 2], True, ChunkOutcome.DONE), (ValueError("no"), False, ChunkOutcome.RAISED)],
)
def test_a_result_is_sent_with_its_number_and_outcome(
    recorder: Recorder, value: Any, succeeded: bool, outcome: ChunkOutcome
) -> None:
    queue = worker.ResultQueue(ctx=get_context())
    queue.recorder = recorder
    recorder.hold(1)
    recorder.take(1, 10)
    recorder.run(1)
    queue.put((0, 0, (succeeded, value)))
    data = queue._reader.recv_bytes()
    assert chunk_number(data) == 1 and recorder.chunks["bytes_out"][1] == len(data)
    assert recorder.chunks["outcome"][1] == outcome and recorder.chunks["sent"][1] > 0
    queue.close()


def test_once_a_result_is_on_its_way_the_outcome_is_the_host_s_to_write(
    recorder: Recorder,
) -> None:
    queue = worker.ResultQueue(ctx=get_context())
    queue.recorder = recorder
    outcomes = recorder.chunks["outcome"]

    class Reads:
        """The pipe, with a host at its other end that is quick to find that it cannot read."""

        @staticmethod
        def send_bytes(_: Any) -> None:
            assert outcomes[1] == ChunkOutcome.DONE
            assert recorder._phase[1] == Phase.SENDING
            outcomes[1] = ChunkOutcome.NOT_READ

    real, queue._writer = queue._writer, Reads()
    recorder.hold(1)
    recorder.take(1, 10)
    recorder.run(1)
    queue.put((0, 0, (True, [1])))
    assert outcomes[1] == ChunkOutcome.NOT_READ and recorder.chunks["sent"][1] > 0
    real.close()
    queue._reader.close()


def test_a_pipe_that_cannot_be_written_is_noted_and_its_lock_is_free(recorder: Recorder) -> None:
    queue = worker.ResultQueue(ctx=get_context())
    queue.recorder = recorder
    queue._writer.close()
    recorder.hold(1)
    recorder.take(1, 10)
    recorder.run(1)
    with pytest.raises(OSError, match="closed"):
        queue.put((0, 0, (True, [1])))
    assert recorder._phase[1] == Phase.PICKLING and recorder.chunks["sent"][1] == 0
    (failure,) = LineTail(Path(recorder.folder) / worker.FAILURES_FILE).read()
    assert failure["deadly"] and failure["sending"] and failure["chunk"] == 1
    assert queue._wlock.acquire(block=False)
    queue._wlock.release()
    queue._reader.close()


def test_a_result_that_cannot_be_pickled_names_its_task(recorder: Recorder) -> None:
    queue = worker.ResultQueue(ctx=get_context())
    queue.recorder = recorder
    recorder.chunks["first"][1] = 6
    recorder.hold(1)
    recorder.take(1, 10)
    recorder.run(1)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        queue.put((0, 0, (True, [1, lambda: 2, 3])))
    assert recorder.chunks["outcome"][1] == ChunkOutcome.NOT_SENT
    (failure,) = LineTail(Path(recorder.folder) / worker.FAILURES_FILE).read()
    assert failure["task"] == 7 and failure["chunk"] == 1 and failure["pickling"] == "list"
    queue.put((0, 0, (False, ValueError("cannot be sent"))))
    assert recorder.chunks["outcome"][1] == ChunkOutcome.NOT_SENT
    queue.close()
