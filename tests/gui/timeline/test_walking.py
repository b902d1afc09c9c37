"""Keys that lead from task to task, and the stretch of time that shows one."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.timeline.scene.walking import (
    GOOD_PX,
    LEAST_PX,
    Step,
    nearest,
    span_beside,
    span_to_see,
)
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import Story, at

DONE, RAISED, LOST, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.OPEN
NOT_RUN = TaskState.NOT_RUN
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down
TASKS = [
    (1, 0.1, 0.4, DONE, 0),
    (3, 0.1, 0.3, RAISED, 1),
    (1, 0.5, 1.0, DONE, 2),
    (3, 0.35, 0.6, DONE, 3),
    (3, 0.6, 0.9, LOST, 4),
    (1, None, None, NOT_RUN, 5),
]
"""The second worker gets none."""
Make = Callable[..., Recording]
MakeStory = Callable[..., Story]
Press = Callable[..., int | None]


@pytest.fixture
def shown(view: TimelineView, make_recording: Make) -> TimelineView:
    view.set_recording(make_recording(TASKS, 3))
    return view


@pytest.fixture
def press(view: TimelineView, qtbot: QtBot) -> Press:
    """Press a key in the view, and see which task is selected then."""

    def act(
        key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> int | None:
        qtbot.keyClick(view, key, modifiers)
        return view.selected

    return act


def test_left_and_right_walk_along_the_lane_to_its_ends(shown: TimelineView, press: Press) -> None:
    told: list[object] = []
    shown.task_selected.connect(told.append)
    shown.select(1)
    assert [press(RIGHT), press(RIGHT), press(RIGHT)] == [3, 4, 4]
    assert [press(LEFT), press(LEFT), press(LEFT)] == [3, 1, 1]
    assert told == [3, 4, 3, 1]
    assert [press(RIGHT, CONTROL), press(LEFT, CONTROL)] == [4, 1]


def test_a_keypad_has_arrows_too(shown: TimelineView, press: Press) -> None:
    shown.select(1)
    assert press(RIGHT, Qt.KeyboardModifier.KeypadModifier) == 3


def test_the_running_task_is_one_of_its_lane(
    view: TimelineView, story: MakeStory, press: Press
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0), (1, 0.2, None, OPEN, 0), (2, 0.15, None, OPEN, 1)])
    view.set_recording(tale.recording)
    view.refresh(at(0.5))
    view.select(0)
    assert [press(RIGHT), press(RIGHT), press(LEFT)] == [1, 1, 0]
    assert [press(RIGHT, CONTROL), press(DOWN), press(UP)] == [1, 2, 1]


def test_up_and_down_keep_the_time_and_pass_over_lanes_without_tasks(
    shown: TimelineView, press: Press
) -> None:
    shown.select(0)  # its middle is 0.25
    assert [press(DOWN), press(DOWN), press(UP), press(UP)] == [1, 1, 0, 0]
    shown.select(2)  # 0.75
    assert [press(DOWN), press(UP)] == [4, 2]
    shown.select(4)
    press(LEFT)  # to 3, whose middle is 0.475: nearer to what begins at 0.5 than to what ended
    assert press(UP) == 2


def test_a_long_task_on_the_way_down_does_not_change_the_time(
    view: TimelineView, make_recording: Make, press: Press
) -> None:
    tasks = [(1, 0.1, 0.2, DONE, 0), (2, 0.1, 0.9, DONE, 1)]
    tasks += [(3, 0.1, 0.2, DONE, 2), (3, 0.45, 0.55, DONE, 3)]
    view.set_recording(make_recording(tasks, 3))
    view.select(0)
    assert [press(DOWN), press(DOWN)] == [1, 2]
    view.select(1)  # chosen by hand, it is its own time that counts
    assert press(DOWN) == 3


def test_up_and_down_begin_anew_with_another_run(
    shown: TimelineView, make_recording: Make, press: Press
) -> None:
    shown.select(2)
    assert press(DOWN) == 4
    tasks = [(1, 0.1, 0.2, DONE, 0), (1, 0.7, 0.8, DONE, 1)]
    tasks += [(2, 0.01, 0.03, DONE, 2), (2, 0.04, 0.06, DONE, 2), (2, 0.1, 0.2, DONE, 2)]
    shown.set_recording(make_recording(tasks, 2))
    shown.select(4)
    assert press(UP) == 0


def test_above_and_below_are_as_the_lanes_stand(
    view: TimelineView, story: MakeStory, press: Press
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0), (2, 0.1, 0.2, DONE, 1), (3, 0.3, 0.4, DONE, 2)], 2)
    tale.retire_worker(1, 0.25)
    tale.add_worker(3, 0.26, slot=0)
    tale.recording.update(ended=True)
    view.set_recording(tale.recording)
    view.select(0)
    assert press(DOWN) == 1
    view.set_group_by_slot(True)
    view.select(0)
    assert press(DOWN) == 2


def test_the_nearest_task_is_found_on_either_side_of_a_gap(make_recording: Make) -> None:
    trace = make_recording(TASKS, 3).trace
    assert trace is not None
    for time_s, row in ((0.0, 0), (0.2, 0), (0.44, 0), (0.46, 2), (0.7, 2), (9.0, 2)):
        assert nearest(trace.lanes[0], at(time_s), at(2)) == row
    assert nearest(trace.lanes[1], at(0.3), at(2)) is None


@pytest.mark.parametrize("row", [None, 5])
def test_arrows_pan_and_scroll_while_no_task_of_a_lane_is_selected(
    shown: TimelineView, press: Press, row: int | None
) -> None:
    shown.select(row)
    shown.show_span(at(0.3), at(0.5))
    assert press(RIGHT) == row
    assert shown.view_span()[0] == pytest.approx(at(0.32), abs=10)
    assert press(LEFT) == row
    assert shown.view_span()[0] == pytest.approx(at(0.3), abs=10)
    assert [press(UP), press(DOWN), press(LEFT, CONTROL)] == [row] * 3


def test_with_shift_arrows_pan_and_scroll_also_beside_a_selected_task(
    view: TimelineView, make_recording: Make, press: Press
) -> None:
    view.set_recording(make_recording([(n, 0.1, 0.2, DONE, n - 1) for n in range(1, 41)], 40))
    view.select(3)
    view.show_span(at(0.1), at(0.15))
    assert press(RIGHT, SHIFT) == 3
    assert view.view_span()[0] == pytest.approx(at(0.105), abs=10)
    before = view._bar.value()
    assert press(DOWN, SHIFT) == 3
    assert view._bar.value() > before
    assert press(UP, SHIFT) == 3
    assert view._bar.value() == before


def test_the_letters_of_games_zoom_and_pan(shown: TimelineView, press: Press) -> None:
    shown.select(0)
    shown.show_span(at(0.3), at(0.5))

    def width() -> int:
        begin_ns, end_ns = shown.view_span()
        return end_ns - begin_ns

    before = width()
    press(Qt.Key.Key_W)
    assert width() < before
    press(Qt.Key.Key_S)
    assert width() == pytest.approx(before, abs=10)
    press(Qt.Key.Key_D)
    assert shown.view_span()[0] == pytest.approx(at(0.32), abs=10)
    press(Qt.Key.Key_A)
    assert shown.view_span()[0] == pytest.approx(at(0.3), abs=10)
    assert shown.selected == 0


def test_enter_selects_the_first_task_in_view_and_delete_none(
    shown: TimelineView, press: Press
) -> None:
    assert press(Qt.Key.Key_Return) == 0
    assert press(Qt.Key.Key_Delete) is None
    shown.show_span(at(0.41), at(0.49))  # a gap of the first lane
    assert press(Qt.Key.Key_Enter) == 3
    press(Qt.Key.Key_Delete)
    shown.show_span(at(0.95), at(1.2))
    assert press(Qt.Key.Key_Return) == 2
    press(Qt.Key.Key_Delete)
    shown.show_span(at(1.005), at(1.01))
    assert press(Qt.Key.Key_Return) is None


def test_enter_zooms_to_the_selected_task(view: TimelineView, many: Make, press: Press) -> None:
    view.set_recording(many(2, 20_000))
    view.select(20_001)
    whole = view.view_span()
    assert press(Qt.Key.Key_Return) == 20_001
    begin_ns, end_ns = view.view_span()
    assert end_ns - begin_ns < (whole[1] - whole[0]) / 10
    took_px = 5_000 / (end_ns - begin_ns) * view.stage.plot.width()
    assert took_px == pytest.approx(GOOD_PX, rel=0.01)
    assert press(RIGHT) == 20_003
    assert view.view_span() == (begin_ns, end_ns), "it was in view"


def test_walking_brings_the_task_and_its_lane_into_view(
    view: TimelineView, make_recording: Make, press: Press
) -> None:
    tasks = [(n, 0.1, 0.2, DONE, n - 1) for n in range(1, 40)]
    tasks += [(40, 0.1, 0.2, DONE, 39), (40, 0.8, 0.9, DONE, 40)]
    view.set_recording(make_recording(tasks, 40))
    view.show_span(at(0.05), at(0.25))
    view.select(38)
    bottom = view._bar.maximum()
    assert press(DOWN) == 39
    assert view._bar.value() == bottom > 0
    width_ns = view.view_span()[1] - view.view_span()[0]
    assert press(RIGHT) == 40
    begin_ns, end_ns = view.view_span()
    assert end_ns - begin_ns == pytest.approx(width_ns, abs=10)
    assert begin_ns <= at(0.8) and end_ns == pytest.approx(at(0.9) + 0.04 * width_ns, abs=10)


def test_the_keyboard_alone_reaches_every_task(shown: TimelineView, press: Press) -> None:
    seen = {press(Qt.Key.Key_Return)}
    for key in (RIGHT, DOWN, LEFT, LEFT):
        seen.add(press(key))
    assert seen == {0, 2, 4, 3, 1}


def test_a_task_that_never_began_moves_nothing(shown: TimelineView) -> None:
    span = shown.view_span()
    shown.show_task(5)
    shown.select(5)
    shown.walk(Step.AFTER)
    assert (shown.view_span(), shown.selected) == (span, 5)


# The stretch of time that shows a task.

spans = st.tuples(st.integers(0, 10_000), st.integers(1, 3_000)).map(
    lambda pair: (pair[0], sum(pair))
)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(spans, spans)
def test_beside_moves_no_more_than_it_takes(task: tuple[int, int], view: tuple[int, int]) -> None:
    new = span_beside(task, view)
    width, took = view[1] - view[0], task[1] - task[0]
    assert new[1] - new[0] == width
    margin = round(width * 0.04)
    shown = min(new[1], task[1]) - max(new[0], task[0])
    assert shown >= min(took, width) - 2 * margin - 1
    if view[0] <= task[0] and task[1] <= view[1]:
        assert new == view
    elif took + 2 * margin < width:
        assert new[0] <= task[0] and task[1] <= new[1]
        beyond = max(task[1] - view[1], view[0] - task[0])
        assert abs(new[0] - view[0]) <= beyond + margin


@pytest.mark.parametrize(
    ("task", "view", "expected"),
    [
        ((400, 500), (0, 1000), (0, 1000)),  # well to be seen
        ((1400, 1500), (0, 1000), (950, 1950)),  # elsewhere: in the middle of as much time
        ((950, 1050), (0, 1000), (500, 1500)),  # cut off
        ((0, 3000), (1000, 2000), (-1000, 4000)),  # wider than what is seen
        ((5000, 5002), (0, 10_000), (4981, 5021)),  # too narrow: 800 px for twenty times as much
        ((70, 70), (0, 10_000), (60, 80)),  # took no time
    ],
)
def test_a_task_that_is_looked_for_is_made_to_be_seen(
    task: tuple[int, int], view: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert span_to_see(task, view, 800.0) == expected
    px = max(task[1] - task[0], 1) / (expected[1] - expected[0]) * 800.0
    assert px >= LEAST_PX
