"""The longest first, and failures as they came, without one long sort."""

import gc
import weakref
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolscope.engine.trace import ranking
from poolscope.engine.trace.layout import TaskState
from poolscope.engine.trace.ranking import Failed, Longest
from poolscope.engine.trace.trace import Trace

DONE, RAISED, LOST = TaskState.DONE, TaskState.RAISED, TaskState.LOST
OPEN, NOT_RUN = TaskState.OPEN, TaskState.NOT_RUN
tasks_of_a_run = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([DONE, DONE, RAISED, LOST, OPEN, NOT_RUN])),
    min_size=1,
    max_size=23,
)
quick = settings(max_examples=80, derandomize=True, database=None, deadline=None)


def trace_of(tasks: list[tuple[int, TaskState]], *, ended: bool = True) -> Trace:
    """Tasks that took so long, all by the first of two workers, which died at 3."""
    begun = np.arange(len(tasks)) % 3 + 1
    states = np.array([state for _, state in tasks], np.int64)
    took = np.array([took for took, _ in tasks], np.int64)
    closed = (states == DONE) | (states == RAISED)
    table = {
        "begun": np.where(states == NOT_RUN, 0, begun),
        "ended": np.where(closed, begun + took, 0),
        "state": states,
        "worker": np.where(states == NOT_RUN, 0, 1),
    }
    bad = np.flatnonzero((states == RAISED) | (states == LOST)).astype(np.int32)[::-1]
    fake = SimpleNamespace(
        total=len(tasks), tasks=table, bad_rows=bad, ended=ended, workers=Workers(), origin_ns=0
    )
    return cast(Trace, cast(Any, fake))


class Workers:
    rows = 2

    def __getitem__(self, column: str) -> np.ndarray:
        assert column == "died"
        return np.array([3, 0])


def make_ready(order: Longest | Failed) -> int:
    """How many steps it took."""
    order.look()
    steps = 0
    while not order.ready:
        order.step()
        steps += 1
    return steps


@quick
@given(tasks_of_a_run)
def test_the_order_of_durations_is_that_of_one_sort(tasks: list[tuple[int, TaskState]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "BLOCK", 4)
        longest = Longest(trace_of(tasks))
        make_ready(longest)
        rows = [row for row, (_, state) in enumerate(tasks) if state in (DONE, RAISED)]
        rows.sort(key=lambda row: (-tasks[row][0], row))
        order = longest.order
        assert order.count == len(rows)
        assert (order.first, order.last) == ((rows[0], rows[-1]) if rows else (None, None))
        assert [longest.place(row) for row in rows] == list(range(len(rows)))
        assert [longest.slower(row) for row in rows] == [None, *rows][: len(rows)]
        assert [longest.faster(row) for row in rows] == [*rows[1:], None][: len(rows)]
        assert [row for row in range(len(tasks)) if longest.holds(row)] == sorted(rows)


@quick
@given(tasks_of_a_run)
def test_failures_come_in_the_order_of_their_ends(tasks: list[tuple[int, TaskState]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "BLOCK", 4)
        failed = Failed(trace_of(tasks))
        make_ready(failed)

        def end(row: int) -> tuple[int, int]:
            took, state = tasks[row]
            begun = row % 3 + 1
            return (begun + took if state == RAISED else max(3, begun)), row

        rows = [row for row, (_, state) in enumerate(tasks) if state in (RAISED, LOST)]
        rows.sort(key=end)
        order = failed.order
        assert (order.first, order.last) == ((rows[0], rows[-1]) if rows else (None, None))
        assert [failed.place(row) for row in rows] == list(range(len(rows)))
        assert [failed.before(row) for row in rows] == [None, *rows][: len(rows)]
        assert [failed.after(row) for row in rows] == [*rows[1:], None][: len(rows)]
        for row, (took, state) in enumerate(tasks):
            if state == DONE:  # also from a task that did not fail
                mine = (row % 3 + 1 + took, row)
                later = [bad for bad in rows if end(bad) > mine]
                assert failed.after(row) == (later[0] if later else None)
                assert failed.before(row) == next(
                    (bad for bad in reversed(rows) if end(bad) < mine), None
                )


def test_what_nobody_saw_end_comes_last() -> None:
    trace = trace_of([(1, LOST), (1, RAISED)])
    trace.tasks["worker"][0] = 2  # died, unseen
    failed = Failed(trace)
    make_ready(failed)
    assert (failed.order.first, failed.order.last) == (1, 0)


def test_a_run_that_goes_on_is_ranked_by_what_has_ended_so_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ranking, "BLOCK", 4)
    trace = trace_of([(row, OPEN) for row in range(40)], ended=False)
    longest = Longest(trace)
    make_ready(longest)
    assert longest.order.first is None

    def end(row: int) -> None:
        trace.tasks["ended"][row] = trace.tasks["begun"][row] + row
        trace.tasks["state"][row] = DONE

    for row in (*range(8), 39):
        end(row)
    make_ready(longest)
    assert (longest.order.first, longest.order.count) == (39, 9)
    # Blocks in which nothing can change are not looked at again.
    assert make_ready(longest) == 8
    trace.tasks["state"][8:38] = NOT_RUN  # that of 38 was never said
    trace.ended = True
    assert make_ready(longest) == 8
    assert make_ready(longest) == 0
    assert longest.order.count == 9


def test_a_question_looks_at_a_few_rows_of_each_block(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 200_000
    rng = np.random.default_rng(7)
    trace = trace_of([(0, DONE)] * count)
    trace.tasks["ended"] = trace.tasks["begun"] + rng.integers(0, 1000, count)
    longest = Longest(trace)
    looked: list[int] = []
    took_ns = ranking.took_ns
    monkeypatch.setattr(
        ranking, "took_ns", lambda *of: (looked.append(len(of[1])), took_ns(*of))[1]
    )
    blocks = -(-count // ranking.BLOCK)
    assert make_ready(longest) == blocks
    assert max(looked) <= ranking.BLOCK
    assert sum(looked) == count
    looked.clear()
    row = longest.order.first
    assert row is not None
    longest.faster(row)
    assert sum(looked) < 3 * 20 * blocks


def test_more_failures_are_taken_in_where_they_belong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "BLOCK", 4)
    trace = trace_of([(row % 5, RAISED) for row in range(30)], ended=False)
    every = trace.bad_rows
    failed = Failed(trace)
    for known in (0, 3, 6, 6, 17, 30):
        cast(Any, trace).bad_rows = every[:known]
        make_ready(failed)
        assert failed.order.count == known
    ends = trace.tasks["ended"]
    rows = sorted(range(30), key=lambda row: (ends[row], row))
    assert [failed.place(row) for row in rows] == list(range(30))


def test_lost_tasks_are_ordered_anew_when_their_ends_are_written() -> None:
    trace = trace_of([(4, LOST), (5, RAISED)], ended=False)
    failed = Failed(trace)
    make_ready(failed)
    assert failed.order.first == 0  # its worker died at 3
    trace.tasks["ended"][0] = 9
    trace.ended = True
    assert make_ready(failed) == 1
    assert (failed.order.first, failed.order.count) == (1, 2)


@pytest.mark.parametrize("order", [Longest, Failed])
def test_an_order_that_nobody_needs_keeps_no_run_in_memory(order: type[Longest | Failed]) -> None:
    """At once, and not when circles are looked for: maps of large files hang on it."""
    made = order(trace_of([(3, DONE), (2, RAISED)]))
    make_ready(made)
    gone = weakref.ref(made.order)
    gc.disable()
    try:
        del made
        assert gone() is None
    finally:
        gc.enable()
