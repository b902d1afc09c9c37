"""What raised or was lost is seen, however short it was and however much is around it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import DARK, LIGHT
from poolscope.gui.timeline.legend import LOST as LOST_ENTRY
from poolscope.gui.timeline.legend import RAISED as RAISED_ENTRY
from poolscope.gui.timeline.legend import entries_of
from poolscope.gui.timeline.scene.palette import ColourBy
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import at, write_many

DONE, RAISED, LOST = TaskState.DONE, TaskState.RAISED, TaskState.LOST
Make = Callable[..., Recording]
STATE = 3
"""The column of the task table."""


def with_states(recording: Recording, states: dict[int, TaskState]) -> Recording:
    """The same run, with other ends of these rows."""
    path = recording.folder / "tasks.npy"
    tasks = np.load(path)
    for row, state in states.items():
        tasks[row, STATE] = state
    np.save(path, np.asfortranarray(tasks))
    again = Recording(recording.folder)
    again.update(ended=True)
    return again


def reds(image: QImage, rows: range) -> list[int]:
    """The columns that have a pixel of the red of failure in one of these rows."""
    red = QColor(LIGHT.failure).rgb()
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return np.flatnonzero((data[rows.start : rows.stop] == red).any(axis=0)).tolist()


@pytest.mark.parametrize("state", [RAISED, LOST])
def test_one_among_a_million_is_seen_at_every_zoom(
    view: TimelineView, tmp_path: Path, state: TaskState
) -> None:
    row = 612_345
    recording = with_states(write_many(tmp_path / "million", 1, 1_000_000, 2_000), {row: state})
    view.set_recording(recording)
    trace = recording.trace
    assert trace is not None
    middle_ns, whole_ns = int(trace.tasks["begun"][row]), trace.end_ns - trace.origin_ns
    for width_ns in np.geomspace(whole_ns, 40_000, 12):
        view.show_span(round(middle_ns - width_ns * 0.4), round(middle_ns + width_ns * 0.6))
        begin_ns, end_ns = view.view_span()
        plot = view.stage.plot
        x = plot.left() + (middle_ns - begin_ns) / (end_ns - begin_ns) * plot.width()
        found = reds(view.stage.grab().toImage(), range(90))
        assert len(found) >= 2 and min(abs(found_x - x) for found_x in found) <= 2
        assert view.stage.lane_item.painter.looked_at <= 2 * (plot.width() + 1)


@pytest.mark.parametrize("state", [RAISED, LOST])
@pytest.mark.parametrize("lanes", [70, 120, 300])
def test_it_is_seen_in_lanes_of_one_to_three_pixels(
    view: TimelineView, many: Make, lanes: int, state: TaskState
) -> None:
    """A row of 1,000 for each lane, and the one that is bad is in lane 50."""
    row = 500 * lanes + 50
    view.set_recording(with_states(many(lanes, 1_000), {row: state}))
    view.set_all_lanes(True)
    layout = view._layout()
    assert 1 <= layout.bar[1] <= 3
    top = layout.top(50)
    found = reds(view.stage.grab().toImage(), range(round(top), round(top + layout.pitch)))
    assert len(found) == 2


def test_neither_a_bar_beside_it_nor_one_around_it_covers_it(
    view: TimelineView, make_recording: Make
) -> None:
    """A task of a pixel's hundredth between two that are wide enough to be drawn by themselves."""
    short = 1e-5
    tasks = [(1, 0.1, 0.5, DONE, 0), (1, 0.5, 0.5 + short, RAISED, 1), (1, 0.5 + short, 1, DONE, 2)]
    view.set_recording(make_recording(tasks, 1))
    for width_s in (1.0, 10.0, 60.0):  # bars of hundreds of pixels, of dozens, of a few
        view.show_span(at(0.5 - width_s / 2), at(0.5 + width_s / 2))
        assert len(reds(view.stage.grab().toImage(), range(90))) == 2


def test_raised_is_told_from_lost_where_both_are_columns(view: TimelineView, many: Make) -> None:
    view.set_recording(with_states(many(1, 5_000), {1_000: RAISED, 4_000: LOST}))
    image = view.stage.grab().toImage()
    first, _, second, _ = reds(image, range(90))
    layout = view._layout()
    rows = range(round(layout.bar[0]), round(sum(layout.bar)))
    raised, lost = ([image.pixelColor(x, y).name() for y in rows] for x in (first, second))
    assert set(raised) == {LIGHT.failure}
    assert set(lost) == {LIGHT.failure, LIGHT.card}  # dashed, as its bar would be


def test_the_legend_says_what_the_red_is(many: Make) -> None:
    recording = with_states(many(1, 5_000), {1_000: RAISED, 4_000: LOST})
    for by in ColourBy:
        entries = {entry.kind: entry.text for entry in entries_of(recording, by, 1)}
        assert entries[RAISED_ENTRY] == "raised (1)" and entries[LOST_ENTRY] == "lost (1)"


def test_where_all_raise_the_work_is_by_columns(view: TimelineView, tmp_path: Path) -> None:
    looked_at = []
    for count in (20_000, 80_000):
        recording = write_many(tmp_path / str(count), 1, count)
        bad = with_states(recording, dict.fromkeys(range(count), RAISED))
        view.set_recording(bad)
        image = view.stage.grab().toImage()
        looked_at.append(view.stage.lane_item.painter.looked_at)
        assert len(reds(image, range(90))) > view.stage.plot.width() * 0.95
    assert looked_at[0] == looked_at[1]


def test_in_the_dark_it_is_the_red_of_the_dark(view: TimelineView, many: Make) -> None:
    view.set_theme(DARK)
    view.set_recording(with_states(many(1, 5_000), {1_000: RAISED}))
    image = view.stage.grab().toImage()
    y = round(sum(view._layout().bar) / 2)
    assert DARK.failure in {image.pixelColor(x, y).name() for x in range(image.width())}
