"""Lanes as geometry: nothing is lost between bars and columns."""

from collections.abc import Callable

import pytest

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.timeline.scene.lanes import LaneLayout, task_at, tick_numbers

from .conftest import at

DONE, RAISED, LOST, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.OPEN
Make = Callable[..., Recording]


@pytest.mark.parametrize(
    ("count", "height", "pitch", "content"),
    [(1, 400, 96, 96), (4, 400, 96, 384), (8, 400, 50, 400), (50, 400, 18, 900)],
)
def test_lanes_share_the_height_within_limits(
    count: int, height: float, pitch: float, content: float
) -> None:
    layout = LaneLayout(count, height)
    assert (layout.pitch, layout.content_height) == (pitch, content)
    assert layout.scroll_limit == max(0, content - height)


def test_lanes_are_found_where_they_are() -> None:
    layout = LaneLayout(50, 400)
    assert [layout.lane_at(y) for y in (-1, 0, 17.9, 18, 899, 900)] == [None, 0, 0, 1, 49, None]
    assert layout.visible(0) == range(23)
    assert layout.visible(500) == range(27, 50)


@pytest.mark.parametrize(
    ("seconds", "slack_s", "row"),
    [
        (0.15, 0, 0),
        (0.05, 0, None),
        (0.095, 0.01, 0),
        (0.25, 0.01, None),
        (0.31, 0, 2),
        (0.205, 0.02, 0),
        (0.29, 0.02, 2),
        (0.45, 0, 3),
        (0.65, 0, None),
        (0.605, 0.02, 3),
    ],
)
def test_the_task_at_a_time_is_found(
    story: Callable[..., object], seconds: float, slack_s: float, row: int | None
) -> None:
    tasks = [
        (1, 0.1, 0.2, DONE, 0),
        (2, 0.1, 0.2, DONE, 1),
        (1, 0.3, 0.4, DONE, 2),
        (1, 0.42, None, OPEN, 3),
    ]
    trace = story(tasks).recording.trace  # type: ignore[attr-defined]
    assert task_at(trace.lanes[0], at(seconds), slack_s * 1e9, at(0.6)) == row


def test_labels_that_would_touch_are_left_out() -> None:
    assert list(tick_numbers(range(6), 18.0, 14.0)) == [0, 1, 2, 3, 4, 5]
    assert list(tick_numbers(range(5, 12), 6.0, 14.0)) == [7, 10]
    assert list(tick_numbers(range(0), 6.0, 14.0)) == []
