"""What is recorded while the tasks of a chunk run."""

import os
from pathlib import Path

import pytest

from poolscope.engine.host import worker
from poolscope.engine.host.worker import Recorder, run_chunk, safe_str
from poolscope.engine.messages import LineTail
from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import TaskState


def column(recorder: Recorder, name: str) -> list[int]:
    return list(recorder.tasks[name])


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


def test_a_worker_writes_its_own_row_and_no_other(recorder: Recorder) -> None:
    workers = writer.MappedTable(recorder.folder, writer.WORKERS)
    assert list(workers["pid"])[:4] == [0, os.getpid(), 0, 0]
    assert list(workers["ppid"])[:4] == [0, os.getppid(), 0, 0]


@pytest.fixture
def cpu_clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The thread's CPU time, which only moves when the test says so; and how often it was read."""
    state = [1_000_000, 0]

    def read() -> int:
        state[1] += 1
        return state[0]

    monkeypatch.setattr(worker, "thread_time_ns", read)
    return state


def test_the_cpu_time_of_short_chunks_in_a_row_is_read_once_each(
    recorder: Recorder, cpu_clock: list[int]
) -> None:
    now = 5_000_000
    recorder.begin_cpu(now)
    cpu_clock[0] += 7_000
    recorder.end_cpu(0, now, now + 10_000)
    assert cpu_clock[1] == 2 and recorder.chunks["cpu"][0] == 7_000
    recorder.begin_cpu(now + 30_000)
    cpu_clock[0] += 9_000  # some of it in between
    recorder.end_cpu(1, now + 30_000, now + 45_000)
    recorder.begin_cpu(now + 50_000)
    cpu_clock[0] += 9_000
    recorder.end_cpu(2, now + 50_000, now + 54_000)
    assert cpu_clock[1] == 4 and list(recorder.chunks["cpu"])[1:3] == [9_000, 4_000]


def test_a_fork_that_a_task_leaves_behind_has_its_own_cpu_time_and_never_less_than_none(
    recorder: Recorder, cpu_clock: list[int]
) -> None:
    """No run whose tables hold a negative time could be opened again."""
    now = 5_000_000
    recorder.begin_cpu(now)
    cpu_clock[0] = 3_000  # since the fork
    recorder.end_cpu(0, now, now + 10_000)
    assert recorder.chunks["cpu"][0] == 3_000


@pytest.mark.parametrize(("first_ns", "pause_ns"), [(10_000, 100_001), (200_000, 0)])
def test_after_a_pause_and_after_a_long_chunk_what_came_before_does_not_count(
    recorder: Recorder, cpu_clock: list[int], first_ns: int, pause_ns: int
) -> None:
    now = 5_000_000
    recorder.begin_cpu(now)
    recorder.end_cpu(0, now, now + first_ns)
    now += first_ns + pause_ns
    cpu_clock[0] += 90_000
    recorder.begin_cpu(now)
    cpu_clock[0] += 1_000
    recorder.end_cpu(1, now, now + 300_000)
    assert recorder.chunks["cpu"][1] == 1_000
