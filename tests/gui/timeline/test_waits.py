"""How long results waited for imap's iterator."""

from collections.abc import Callable

import numpy as np
import pytest

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.engine.trace.trace import Trace
from poolscope.gui.timeline.scene.in_view import look
from poolscope.gui.timeline.scene.waits import Waits, thinned, wait_of, waits_in

from .conftest import Story, at

DONE, OPEN, RAISED = TaskState.DONE, TaskState.OPEN, TaskState.RAISED
MakeStory = Callable[..., Story]
TASKS = [
    (1, 0.1, 0.2, DONE, 0),
    (1, 0.2, 0.3, DONE, 1),
    (2, 0.1, 0.8, DONE, 2),
    (1, 0.3, 0.4, DONE, 3),
    (1, 0.5, 0.6, DONE, 4),
]


@pytest.fixture
def tale(story: MakeStory) -> Story:
    """Task 2 is late: 3 and 4 wait for it. 4 has not been taken yet."""
    tale = story(TASKS, method="imap")
    for row, taken_s in enumerate((0.2, 0.31, 0.8, 0.81)):
        tale.fetch(row, taken_s)
    return tale


def waits(
    trace: Trace,
    begin_s: float = 0.0,
    end_s: float = 1.0,
    waiting_s: float | None = None,
    columns: int = 1000,
) -> Waits | None:
    """Of the first lane, seen from `begin_s` to `end_s`."""
    edges = np.linspace(at(begin_s), at(end_s), columns + 1).astype(np.int64)
    wide_ns = 4 * (end_s - begin_s) * 1e9 / columns
    until = None if waiting_s is None else at(waiting_s)
    return waits_in(trace, look(trace.lanes[:1], edges, wide_ns), until)


def rows(found: Waits | None) -> list[int]:
    return [] if found is None else found.rows.tolist()


def test_a_result_waits_from_the_end_of_its_task_until_it_is_taken(tale: Story) -> None:
    assert tale.recording.trace is not None
    found = waits(tale.recording.trace)
    assert found is not None
    assert found.rows.tolist() == [0, 1, 3]
    assert found.since.tolist() == [at(0.2), at(0.3), at(0.4)]
    assert found.until.tolist() == [at(0.2), at(0.31), at(0.81)]
    assert found.taken.all()


def test_a_result_that_nobody_has_taken_waits_until_now(tale: Story) -> None:
    assert tale.recording.trace is not None
    found = waits(tale.recording.trace, waiting_s=0.9)
    assert found is not None
    assert found.rows.tolist() == [0, 1, 3, 4]
    assert found.taken.tolist() == [True, True, True, False]
    assert found.until[-1] == at(0.9)


def test_an_exception_waits_for_nobody(story: MakeStory) -> None:
    tale = story([(1, 0.1, 0.3, RAISED, 0)], 1, method="imap")
    assert tale.recording.trace is not None
    assert waits(tale.recording.trace, waiting_s=0.9) is None


def test_a_wait_is_seen_also_where_its_bar_is_not(tale: Story) -> None:
    trace = tale.recording.trace
    assert trace is not None
    assert rows(waits(trace, 0.65, 0.75)) == [3]
    assert rows(waits(trace, 0.65, 0.75, waiting_s=0.9)) == [3, 4]
    assert rows(waits(trace, 0.85, 0.95)) == []


def test_narrow_bars_have_no_marks(tale: Story) -> None:
    assert tale.recording.trace is not None
    assert waits(tale.recording.trace, 0.0, 100.0) is None


def test_where_more_wait_than_there_is_room_only_bars_in_view_have_marks(story: MakeStory) -> None:
    tasks = [(1, n * 0.01, n * 0.01 + 0.009, DONE, n) for n in range(100)]
    tale = story(tasks, 1, method="imap")
    assert tale.recording.trace is not None
    found = waits(tale.recording.trace, 0.5, 0.6, waiting_s=1.0, columns=48)
    assert found is not None
    assert set(found.rows.tolist()) <= set(range(49, 61)) and len(found.rows) >= 10


def test_other_methods_have_no_iterator(make_recording: Callable[..., Recording]) -> None:
    recording = make_recording(TASKS)
    assert recording.trace is not None
    assert waits(recording.trace, waiting_s=0.9) is None
    assert wait_of(recording, recording.trace, 0, at(1)) is None


def test_one_result_s_wait_is_known_while_it_lasts_and_after(tale: Story) -> None:
    trace = tale.recording.trace
    assert trace is not None
    taken, waiting = (wait_of(tale.recording, trace, row, at(0.9)) for row in (3, 4))
    assert taken is not None and (taken.taken_ns, taken.waited_ns) == (at(0.81), 410_000_000)
    assert waiting is not None and (waiting.taken_ns, waiting.over) == (None, False)
    assert waiting.waited_ns == 300_000_000
    tale.recording.update(ended=True)
    never = wait_of(tale.recording, trace, 4, at(0.9))
    assert never is not None and never.over


def test_of_marks_on_a_heap_the_last_is_left() -> None:
    lane, places = np.array([0, 0, 0, 0, 0, 1, 1]), np.array([1, 2, 6, 7, 30, 30, 31])
    stay = thinned(lane, places, 5)
    assert places[stay].tolist() == [2, 7, 30, 31] and lane[stay].tolist() == [0, 0, 0, 1]
    assert thinned(lane[:0], places[:0], 5).tolist() == []
