"""What one look at a trace takes in, and costs, when there is a lot."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poolscope.engine.failures import Failures
from poolscope.engine.trace import columns, ending
from poolscope.engine.trace.columns import BLOCK_BYTES, TextColumn
from poolscope.engine.trace.layout import CHUNKS, TASKS, ChunkOutcome, TaskState
from poolscope.engine.trace.trace import Trace

MakeTables = Callable[..., Any]
Counted = Callable[[Trace], Any]
TASKS_EACH = 300


def contents(trace: Trace) -> list[Any]:
    """All that a trace says, as plain values."""
    lanes = [
        (
            lane.busy_ns,
            lane.over,
            lane.running,
            *(column.tolist() for column in (lane.rows, lane.begun, lane.ended, lane.busy_before)),
            *(column.tolist() for column in (lane.broken_at, lane.never_run, lane.never_run_count)),
        )
        for lane in trace.lanes
    ]
    moments = (trace.end_ns, trace.longest_ns, trace.finished_ns, trace.last_ns, trace.ended)
    return [trace.counts, sorted(trace.bad_rows.tolist()), moments, trace.told, *lanes]


def mishap(table: Any, ordinal: int, chunk: int, fate: str, at: int) -> Iterator[None]:
    """A chunk whose task number `at` raises, or ends its worker."""
    table.take(ordinal, chunk)
    yield
    rows = table.rows(chunk)
    for row in rows[: at + 1]:
        table.begin(row)
        yield
        if row < rows[: at + 1][-1]:
            table.end(row)
        elif fate == "raises":
            table.end(row, TaskState.RAISED)
            table.close(chunk, ChunkOutcome.RAISED)
        else:
            table.workers.set(ordinal, "exit_code", -9)
            table.workers.set(ordinal, "died", table.now())
            table.close(chunk, ChunkOutcome.LOST)
        yield


def play(table: Any, random: np.random.Generator, workers: int) -> Iterator[None]:
    """A run in which things go wrong, a step at a time; its last chunks are never handed out."""
    hands: dict[int, Iterator[None]] = {}
    there = list(range(1, workers + 1))
    chunk, last = 0, max(table.chunk_count - 2, 1)
    while chunk < last or hands:
        ordinal = int(random.choice(there))
        if ordinal not in hands and chunk < last:
            fate = str(random.choice(["well", "well", "raises", "dies"]))
            at = int(random.integers(0, len(table.rows(chunk))))
            whole = table.run(ordinal, chunk)
            hands[ordinal] = whole if fate == "well" else mishap(table, ordinal, chunk, fate, at)
            chunk += 1
        if ordinal in hands and next(hands[ordinal], 1) == 1:
            del hands[ordinal]
            if table.workers.get(ordinal, "died"):
                there.remove(ordinal)
                there.append(table.replace())
        yield


@pytest.mark.parametrize("seed", range(10))
def test_looks_of_any_size_at_any_moment_add_up_to_the_whole(
    tmp_path: Path, tables: MakeTables, seed: int
) -> None:
    random = np.random.default_rng(seed)
    workers = int(random.integers(1, 6))
    table = tables(tmp_path, TASKS_EACH, int(random.integers(1, 40)), workers)
    live, chance = Trace(tmp_path, 0), random.random() ** 2 if seed else 0.0
    for _ in play(table, random, workers):
        if random.random() < chance:
            live.update(limit=int(random.integers(1, 60)))
    ending.finish(tmp_path)
    over = [live.counts.over]
    for _ in range(10_000):
        live.update(ended=True, limit=int(random.integers(1, 60)))
        over.append(live.counts.over)
        assert live.ended is not live.behind, "it has ended when all is there"
        if live.ended:
            break
    assert over == sorted(over) and over[-1] == TASKS_EACH
    assert seed or len(over) > 8
    fresh = Trace(tmp_path, 0)
    fresh.update(ended=True)
    assert contents(live) == contents(fresh)
    assert len(live.bad_rows) and live.counts.not_run
    for lane in live.lanes:
        assert (lane.begun[1:] >= lane.ended[:-1]).all(), "in the order of time"


@pytest.mark.parametrize("chunksize", [1, 7, 5_000])
def test_a_limited_look_costs_no_more_however_much_there_is(
    tmp_path: Path, tables: MakeTables, counted: Counted, chunksize: int
) -> None:
    costs, totals = [], []
    for size in (20_000, 100_000):
        folder = tmp_path / str(size)
        folder.mkdir()
        table = tables(folder, size, chunksize)
        table.run_all(np.arange(table.chunk_count) % 2 + 1)
        trace = Trace(folder, 0)
        looked = counted(trace)
        each = []
        while not trace.ended:
            before = looked.tasks.touched + looked.chunks.touched
            trace.update(ended=True, limit=2_000)
            each.append(looked.tasks.touched + looked.chunks.touched - before)
        assert trace.counts.done == size and len(each) >= size // 2_000
        costs.append(max(each))
        totals.append(sum(each) / size)
    assert costs[1] <= 20 * 2_000
    assert totals[1] < totals[0] * 1.1, "all looks together cost by the number of tasks"


def test_a_look_without_a_limit_leaves_nothing(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 120_000, 50_000)
    table.run_all(np.array([1, 2, 1]))
    trace = Trace(tmp_path, 0)
    assert trace.update() and not trace.behind and trace.counts.done == 120_000
    assert not trace.update() and not trace.ended


def test_what_is_behind_is_not_over(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 1_000, 1)
    table.run_all(np.arange(1_000) % 2 + 1)
    for ordinal in (1, 2):
        table.workers.set(ordinal, "died", table.now())
    trace = Trace(tmp_path, 0)
    trace.update(ended=True, limit=10)
    assert trace.behind and not trace.ended and not any(lane.over for lane in trace.lanes)
    assert 0 < trace.counts.done < 1_000 and trace.counts.not_run == 0
    while trace.behind:
        trace.update(ended=True, limit=10_000)
    assert trace.ended and all(lane.over for lane in trace.lanes) and trace.counts.done == 1_000


def test_large_chunks_that_run_side_by_side_are_followed_side_by_side(
    tmp_path: Path, tables: MakeTables
) -> None:
    table = tables(tmp_path, 4_000, 2_000)
    for chunk in (0, 1):
        table.take(chunk + 1, chunk)
        for row in table.rows(chunk)[:1_500]:
            table.begin(row)
            table.end(row)
    trace = Trace(tmp_path, 0)
    trace.update(limit=1_000)
    assert trace.behind
    first, second = (len(lane) for lane in trace.lanes)
    assert first == second > 300
    while trace.behind:
        trace.update(limit=1_000)
    assert [len(lane) for lane in trace.lanes] == [1_500, 1_500]


@pytest.mark.parametrize("handed", [1_000, 30_000])
def test_calls_that_wait_in_the_queue_cost_nothing(
    tmp_path: Path, tables: MakeTables, counted: Counted, handed: int
) -> None:
    table = tables(tmp_path, handed, 1)
    trace = Trace(tmp_path, 0)
    for chunk in (0, 1):
        table.take(chunk + 1, chunk)
        table.begin(chunk)
    trace.update()
    looked = counted(trace)
    trace.update()
    assert looked.tasks.touched <= 50, "the rows of the open chunks"
    assert looked.chunks.touched <= 50 + 4 * 600, "and the marks of the next chunks"
    assert len(trace.intake.open) == 2


def test_a_call_that_could_not_be_pickled_is_over_at_once(
    tmp_path: Path, tables: MakeTables
) -> None:
    table = tables(tmp_path, 6, 2)
    for chunk in (0, 1):
        table.chunks["outcome"][chunk] = ChunkOutcome.NOT_SENT
    trace = Trace(tmp_path, 0)
    trace.update()
    assert trace.counts.not_run == 4
    for _ in table.run(1, 2):
        pass
    trace.update()
    assert (trace.counts.done, trace.counts.not_run) == (2, 4)


def test_the_last_look_is_the_plain_formula(tmp_path: Path, tables: MakeTables) -> None:
    random = np.random.default_rng(3)
    table = tables(tmp_path, 500, 7)
    table.run_all(np.arange(table.chunk_count) % 2 + 1)
    for chunk in random.choice(table.chunk_count, 20, replace=False).tolist():
        if chunk % 2:
            table.chunks["received"][chunk] = 0
        else:
            table.chunks["outcome"][chunk] = ChunkOutcome.NOT_READ
    table.chunks["sent"][11] = 10**6
    trace = Trace(tmp_path, 0)
    trace.update(ended=True)
    chunks = np.load(tmp_path / "chunks.npy")
    column = {name: chunks[:, number] for number, name in enumerate(CHUNKS.columns)}
    arrived = (column["outcome"] == ChunkOutcome.DONE) & (column["received"] != 0)
    rows = np.load(tmp_path / "tasks.npy")
    done = rows[:, TASKS.columns.index("state")] == TaskState.DONE
    lost = done & ~arrived[rows[:, TASKS.columns.index("chunk")]]
    assert (
        trace.counts.result_lost
        == np.count_nonzero(lost)
        == trace.results_lost(np.arange(500)).sum()
    )
    assert trace.last_ns == 10**6


@pytest.mark.parametrize("block", [1, 7, 1_000])
def test_the_end_is_written_block_by_block_as_in_one(
    tmp_path: Path, tables: MakeTables, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(ending, "BLOCK", block)
    table = tables(tmp_path, 40, 10)
    table.take(1, 0)
    table.take(2, 1)
    for row in (0, 1, 10):
        table.begin(row)
        table.end(row)
    table.begin(2)
    table.begin(11)
    table.workers.set(2, "died", table.now())
    latest, died = table.tasks["begun"][11], table.workers.get(2, "died")
    looked_at = list(ending.steps(tmp_path))
    assert max(looked_at) <= block
    tasks = Trace(tmp_path, 0).tasks
    done, lost, never = TaskState.DONE, TaskState.LOST, TaskState.NOT_RUN
    expected = [done, done, lost, *[never] * 7, done, lost, *[never] * 28]
    assert tasks["state"].tolist() == expected
    assert tasks["ended"][[2, 11]].tolist() == [latest, died]
    again = list(ending.steps(tmp_path))
    assert sum(again) == 40 and len(again) == -(-40 // block), "one look at each state, no more"


# --- memory


@pytest.mark.parametrize("few", [1_000, 10**6])
@pytest.mark.parametrize("chunksize", [1, 100, 25_000])
def test_lanes_take_at_most_48_bytes_a_task(
    tmp_path: Path, tables: MakeTables, monkeypatch: pytest.MonkeyPatch, chunksize: int, few: int
) -> None:
    monkeypatch.setattr(columns, "FEW", few)
    table = tables(tmp_path, 100_000, chunksize, workers=4)
    table.run_all(np.arange(table.chunk_count) % 4 + 1)
    trace = Trace(tmp_path, 0)
    for _ in range(1_000):
        trace.update(ended=True, limit=3_000)
    assert trace.ended
    assert sum(lane.nbytes for lane in trace.lanes) <= 48 * 100_000
    assert trace.bad_rows.nbytes == 0


def test_a_long_lane_is_copied_a_few_times_only(
    tmp_path: Path, tables: MakeTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "FEW", 1_000)
    table = tables(tmp_path, 100_000, 1_000, workers=4)
    table.run_all(np.arange(table.chunk_count) % 4 + 1)
    copied: list[int] = []
    original = columns.GrowingRows._grown

    def grow(rows: columns.GrowingRows, number: int, room: int) -> Any:
        copied.append(len(rows))
        return original(rows, number, room)

    monkeypatch.setattr(columns.GrowingRows, "_grown", grow)
    trace = Trace(tmp_path, 0)
    for _ in range(1_000):
        trace.update(ended=True, limit=500)
    assert trace.ended and sum(copied) <= 100_000, "less than a quarter of all its values"


def test_a_lane_without_tasks_has_no_arrays_of_its_own(tmp_path: Path, tables: MakeTables) -> None:
    tables(tmp_path, 10, 1, workers=3)
    trace = Trace(tmp_path, 0)
    trace.update()
    assert [lane.nbytes for lane in trace.lanes] == [0, 0, 0]
    assert trace.lanes[0].rows.dtype == np.int32 and trace.lanes[0].begun.dtype == np.int64
    assert all(len(lane.broken_at) == len(lane.never_run_count) == 0 for lane in trace.lanes)


def test_finding_a_task_copies_no_lane(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 100_000, 50_000)
    table.run_all(np.array([1, 2]))
    trace = Trace(tmp_path, 0)
    trace.update(ended=True)
    tracemalloc.start()
    try:
        assert trace.find(70_000) == (trace.lanes[1], 20_000)
        assert tracemalloc.get_traced_memory()[1] < 50_000, "a lane of 50,000 rows was copied"
    finally:
        tracemalloc.stop()


# --- texts and failures


def test_texts_are_taken_in_bit_by_bit(tmp_path: Path) -> None:
    path = tmp_path / "texts"
    path.write_text("".join(f'"{number}"\n' for number in range(50_000)))
    column, looks = TextColumn(path), 0
    while not looks or column.behind:
        before = len(column)
        column.update(10_000)
        assert 0 < len(column) - before <= 2_500
        looks += 1
    assert len(column) == 50_000 and looks == -(-path.stat().st_size // 10_000)
    assert [column[number] for number in (0, 777, 49_999)] == ["0", "777", "49999"]


def test_so_are_failures_and_a_torn_one_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "failures"
    form = '{"task": %d, "type": "ValueError", "message": "%s", "traceback": ""}'
    texts = [form % (row, "x" * 1_000) for row in range(2_000)]
    path.write_text("\n".join(texts)[:-7])
    failures, looks = Failures(path), 0
    while not looks or failures.behind:
        before = len(failures)
        failures.update(2_000, BLOCK_BYTES)
        assert len(failures) - before <= 2 * BLOCK_BYTES // 1_000
        looks += 1
    assert looks > 3 and len(failures) == 1_999
    path.write_text("\n".join(texts) + "\n")
    failures.update(2_000)
    assert len(failures) == 2_000 and failures[1_999].message == "x" * 1_000


def test_what_was_written_while_a_backlog_was_taken_in_is_taken_in_too(tmp_path: Path) -> None:
    path, column = tmp_path / "texts", TextColumn(tmp_path / "texts")
    path.write_text('"early"\n' * 1_000)
    column.update(100)
    with open(path, "a") as file:
        file.write('"late"\n' * 1_000)
    while column.behind:  # as it is at the end of a run, when nobody writes any more
        column.update(1_000)
    assert len(column) == 2_000 and column[1_999] == "late"


@pytest.mark.parametrize("torn", ["", '{"task": 3, "ty'])
def test_so_are_the_failures_of_a_backlog(tmp_path: Path, torn: str) -> None:
    path, failures = tmp_path / "failures", Failures(tmp_path / "failures")
    form = '{"task": %d, "type": "ValueError", "message": "%s", "traceback": ""}\n'
    early = "".join(form % (row, "x" * 300_000) for row in range(3))
    path.write_text(early + torn)
    failures.update(4, 1)
    assert failures.behind
    path.write_text(early + form % (3, "late"))
    while failures.behind:
        failures.update(4, 1)
    assert len(failures) == 4 and failures[3].message == "late"
