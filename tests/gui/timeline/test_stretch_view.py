"""Marking a stretch of time with mouse and keys, and what is drawn of it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import LIGHT
from poolscope.gui.timeline.drawing.stretch_band import band_of, edges_px
from poolscope.gui.timeline.scene.time_scale import TimeScale
from poolscope.gui.timeline.view.stretch_edges import Edge, between, edge_at, extended, within
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import Story, at

DONE, OPEN = TaskState.DONE, TaskState.OPEN
TASKS = [
    (1, 0.1, 0.4, DONE, 0),
    (2, 0.1, 0.3, DONE, 1),
    (1, 0.5, 1.0, DONE, 2),
    (2, 0.5, 0.9, DONE, 3),
    (2, None, None, TaskState.NOT_RUN, 4),
]
Make = Callable[..., Recording]
SHIFT, PLAIN = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
PRESS, MOVE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove
RELEASE = QEvent.Type.MouseButtonRelease

pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)  # a tooltip's window


@pytest.fixture
def shown(view: TimelineView, make_recording: Make) -> TimelineView:
    """A run of one second, all of it in view."""
    view.set_recording(make_recording(TASKS))
    return view


@pytest.fixture
def chosen(view: TimelineView) -> list[object]:
    """What the view says was marked."""
    found: list[object] = []
    view.stretch_chosen.connect(found.append)
    return found


def mouse(view: TimelineView, kind: QEvent.Type, where: QPoint, modifiers=PLAIN) -> None:
    viewport, left = view.stage.viewport(), Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind == MOVE else left
    held = Qt.MouseButton.NoButton if kind == RELEASE else left
    place = QPointF(viewport.mapToGlobal(where))
    event = QMouseEvent(kind, QPointF(where), place, button, held, modifiers)
    QApplication.sendEvent(viewport, event)


def drag(view: TimelineView, start: QPoint, end: QPoint, modifiers=PLAIN, *, drop=True) -> None:
    mouse(view, PRESS, start, modifiers)
    for step in range(1, 5):
        mouse(view, MOVE, start + (end - start) * step / 4, modifiers)
    if drop:
        mouse(view, RELEASE, end, modifiers)


def click(view: TimelineView, where: QPoint, modifiers=PLAIN) -> None:
    mouse(view, PRESS, where, modifiers)
    mouse(view, RELEASE, where, modifiers)


def x_of(view: TimelineView, seconds: float) -> int:
    return round(view._scale().x_of(seconds))


def axis(view: TimelineView, seconds: float) -> QPoint:
    """A place of the time axis."""
    return QPoint(x_of(view, seconds), round(view.stage.time_axis.rect.center().y()))


def lane(view: TimelineView, seconds: float, number: int = 0) -> QPoint:
    """The middle of a lane."""
    return QPoint(x_of(view, seconds), round((number + 0.5) * view._layout().pitch))


def seconds(view: TimelineView) -> list[float]:
    """The edges of what is marked, as far as pixels can tell them apart."""
    assert view.stretch is not None
    return [(edge - at(0)) / 1e9 for edge in view.stretch]


def about(view: TimelineView, *expected: float) -> object:
    return pytest.approx(list(expected), abs=0.6 * view._scale().seconds_per_px)


def key(view: TimelineView, which: Qt.Key) -> None:
    QApplication.sendEvent(view, QKeyEvent(QEvent.Type.KeyPress, which, PLAIN))


# By mouse.


def test_a_drag_along_the_axis_marks_what_lies_between(
    shown: TimelineView, chosen: list[object]
) -> None:
    before = shown.view_span()
    drag(shown, axis(shown, 0.2), axis(shown, 0.6))
    assert seconds(shown) == about(shown, 0.2, 0.6)
    assert chosen[-1] == shown.stretch and len(chosen) > 2, "also while it is dragged"
    assert shown.view_span() == before


def test_a_drag_over_the_lanes_pans_and_with_shift_it_marks(
    shown: TimelineView, chosen: list[object]
) -> None:
    shown.show_span(at(0.3), at(0.7))
    drag(shown, lane(shown, 0.6), lane(shown, 0.5))
    assert chosen == [] and shown.view_span()[0] > at(0.35)
    before = shown.view_span()
    drag(shown, lane(shown, 0.7), lane(shown, 0.5), SHIFT)
    assert seconds(shown) == about(shown, 0.5, 0.7)
    assert shown.view_span() == before


def test_nothing_is_marked_beyond_the_run_or_out_of_view(shown: TimelineView) -> None:
    drag(shown, axis(shown, 0.5), QPoint(shown.stage.width() - 1, axis(shown, 0).y()))
    assert shown.stretch is not None and shown.stretch[1] == shown.now_ns == at(1.0)
    drag(shown, axis(shown, 0.5), QPoint(0, axis(shown, 0).y()))
    assert shown.stretch[0] == at(0)


def test_an_edge_is_dragged_and_the_other_stays(shown: TimelineView) -> None:
    shown.set_stretch((at(0.2), at(0.6)))
    drag(shown, lane(shown, 0.6), lane(shown, 0.8))
    assert seconds(shown) == about(shown, 0.2, 0.8) and shown.stretch[0] == at(0.2)
    stays_ns = shown.stretch[1]
    drag(shown, axis(shown, 0.2), axis(shown, 0.9))
    assert seconds(shown) == about(shown, 0.8, 0.9), "it may pass the other"
    assert shown.stretch[0] == stays_ns


def test_the_cursor_tells_what_a_drag_would_do(shown: TimelineView) -> None:
    shown.set_stretch((at(0.2), at(0.6)))
    shapes = Qt.CursorShape
    none, viewport = Qt.MouseButton.NoButton, shown.stage.viewport()
    for place, shape in (
        (lane(shown, 0.4), shapes.ArrowCursor),
        (lane(shown, 0.6), shapes.SplitHCursor),
        (lane(shown, 0.75), shapes.ArrowCursor),
        (axis(shown, 0.2), shapes.SplitHCursor),
        (axis(shown, 0.4), shapes.CrossCursor),
    ):
        position = QPointF(viewport.mapToGlobal(place))
        event = QMouseEvent(MOVE, QPointF(place), position, none, none, PLAIN)
        QApplication.sendEvent(viewport, event)
        assert shown.stage.cursor().shape() == shape


def test_a_click_on_an_edge_is_a_click_on_the_task_below(shown: TimelineView) -> None:
    shown.set_stretch((at(0.2), at(0.6)))
    before = shown.stretch
    click(shown, lane(shown, 0.2, 1))
    assert (shown.selected, shown.stretch) == (1, before)
    click(shown, axis(shown, 0.2))
    assert (shown.selected, shown.stretch) == (1, before)


def test_a_click_on_the_axis_marks_nothing_any_more(
    shown: TimelineView, chosen: list[object]
) -> None:
    shown.set_stretch((at(0.2), at(0.6)))
    click(shown, axis(shown, 0.4))
    assert shown.stretch is None and chosen == [None]
    click(shown, axis(shown, 0.4))
    assert chosen == [None]


def test_a_click_with_shift_extends_to_there(shown: TimelineView) -> None:
    shown.set_stretch((at(0.2), at(0.6)))
    click(shown, lane(shown, 0.8), SHIFT)
    assert seconds(shown) == about(shown, 0.2, 0.8)
    click(shown, axis(shown, 0.3), SHIFT)
    assert seconds(shown) == about(shown, 0.3, 0.8)
    assert shown.selected is None


def test_a_click_with_shift_extends_from_the_selected_task_or_selects_one(
    shown: TimelineView,
) -> None:
    click(shown, lane(shown, 0.2), SHIFT)
    assert shown.stretch is None and shown.selected == 0, "there was nothing to extend"
    click(shown, lane(shown, 0.8), SHIFT)
    assert seconds(shown) == about(shown, 0.1, 0.8) and shown.selected == 0


# By key.


def test_m_marks_the_time_of_the_selected_task_and_again_takes_it_back(
    shown: TimelineView, chosen: list[object]
) -> None:
    shown.select(2)
    key(shown, Qt.Key.Key_M)
    assert shown.stretch == (at(0.5), at(1.0))
    key(shown, Qt.Key.Key_M)
    assert shown.stretch is None
    shown.select(3)
    key(shown, Qt.Key.Key_M)
    shown.select(0)
    key(shown, Qt.Key.Key_M)
    assert shown.stretch == (at(0.1), at(0.4)), "another task is marked at once"
    assert len(chosen) == 4


def test_m_marks_what_is_in_view_while_no_task_is_selected(shown: TimelineView) -> None:
    shown.show_span(at(0.3), at(0.7))
    key(shown, Qt.Key.Key_M)
    assert shown.stretch == shown.view_span()
    shown.show_span(at(0.4), at(0.6))
    key(shown, Qt.Key.Key_M)
    assert shown.stretch is None
    shown.fit()
    shown.select(4)
    key(shown, Qt.Key.Key_M)
    assert shown.stretch == (at(0), at(1.0)), "a task that never ran has no time"


def test_m_marks_a_running_task_as_far_as_it_has_got(
    view: TimelineView, story: Callable[..., Story]
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0), (1, 0.2, None, OPEN, 0)])
    view.set_recording(tale.recording)
    view.refresh(at(0.5))
    view.select(1)
    key(view, Qt.Key.Key_M)
    assert view.stretch == (at(0.2), at(0.5))
    view.refresh(at(0.6))
    assert view.stretch == (at(0.2), at(0.5))
    key(view, Qt.Key.Key_M)
    assert view.stretch is None


def test_z_zooms_to_it_and_backspace_clears_it(shown: TimelineView) -> None:
    before = shown.view_span()
    key(shown, Qt.Key.Key_Z)
    assert shown.view_span() == before
    shown.set_stretch((at(0.2), at(0.6)))
    key(shown, Qt.Key.Key_Z)
    begin, end = shown.view_span()
    assert at(0.1) < begin < at(0.2) and at(0.6) < end < at(0.7)
    key(shown, Qt.Key.Key_Backspace)
    assert shown.stretch is None and shown.view_span() == (begin, end)


def test_escape_ends_a_drag_and_is_the_windows_own_at_any_other_time(
    shown: TimelineView, chosen: list[object]
) -> None:
    def asks() -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, PLAIN)
        event.ignore()
        QApplication.sendEvent(shown, event)
        return event.isAccepted()

    before = at(0.2), at(0.3)
    shown.set_stretch(before)
    assert not asks()
    drag(shown, axis(shown, 0.5), axis(shown, 0.8), drop=False)
    assert seconds(shown) == about(shown, 0.5, 0.8)
    assert asks()
    key(shown, Qt.Key.Key_Escape)
    assert shown.stretch == before == chosen[-1]
    mouse(shown, MOVE, axis(shown, 0.9))
    mouse(shown, RELEASE, axis(shown, 0.9))
    assert shown.stretch == before and not asks()


# What is drawn.


def accent_columns(view: TimelineView, y: int) -> list[int]:
    image = view.stage.grab().toImage()
    return [x for x in range(image.width()) if image.pixelColor(x, y).name() == LIGHT.accent]


def test_edges_are_crisp_lines_and_bars_stay_what_they_are(shown: TimelineView) -> None:
    shown.set_stretch((at(0.2), at(0.6)))
    gap = round(shown._layout().pitch) - 1
    assert accent_columns(shown, gap) == [x_of(shown, 0.2) - 1, x_of(shown, 0.6)]
    image = shown.stage.grab().toImage()
    inside, outside = (QColor(image.pixelColor(lane(shown, time, 1))) for time in (0.25, 0.15))
    assert inside != outside
    assert abs(inside.hslHue() - outside.hslHue()) < 25, "a bar is known by its colour"


def test_a_stretch_thinner_than_a_pixel_is_seen(shown: TimelineView) -> None:
    shown.set_stretch((at(0.45), at(0.45) + 1))
    columns = accent_columns(shown, round(shown._layout().pitch) - 1)
    assert len(columns) == 2 and columns[1] - columns[0] == 2


def test_its_duration_stands_in_the_axis_and_takes_the_place_of_ticks(shown: TimelineView) -> None:
    shown.set_stretch((at(0.2), at(0.6)))
    band = shown.stage.band.band
    assert band is not None and band.text == "400 ms"
    assert shown.stage.time_axis.taken == band.label
    assert band.label.center().x() == pytest.approx(x_of(shown, 0.4), abs=1)
    shown.show_span(at(0.5), at(0.9))
    band = shown.stage.band.band
    assert band is not None and band.label.left() >= shown.stage.plot.left(), "where it is seen"
    shown.show_span(at(0.7), at(0.9))
    assert shown.stage.band.band is None and shown.stage.time_axis.taken is None
    assert shown.stretch == (at(0.2), at(0.6))


def test_the_duration_is_at_the_hand_while_it_drags_over_the_lanes(shown: TimelineView) -> None:
    drag(shown, lane(shown, 0.2), lane(shown, 0.6), SHIFT, drop=False)
    band = shown.stage.band.band
    assert band is not None and band.hand_y == lane(shown, 0.6).y()
    mouse(shown, MOVE, axis(shown, 0.6), SHIFT)
    assert shown.stage.band.band is not None and shown.stage.band.band.hand_y is None
    mouse(shown, MOVE, lane(shown, 0.6), SHIFT)
    mouse(shown, RELEASE, lane(shown, 0.6), SHIFT)
    assert shown.stage.band.band is not None and shown.stage.band.band.hand_y is None


def test_it_stays_at_its_time_while_the_run_goes_on(
    view: TimelineView, story: Callable[..., Story]
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0), (1, 0.2, None, OPEN, 0)])
    view.set_recording(tale.recording)
    view.refresh(at(0.5))
    view.set_stretch((at(0.1), at(0.3)))
    first = view.stage.band.band
    view.refresh(at(1.0))
    second = view.stage.band.band
    assert first is not None and second is not None
    assert second.right - second.left < first.right - first.left
    assert view.following and view.stretch == (at(0.1), at(0.3))


def test_another_run_has_none(shown: TimelineView, make_recording: Make, qtbot: QtBot) -> None:
    shown.set_stretch((at(0.2), at(0.6)))
    shown.set_recording(make_recording(TASKS))
    assert shown.stretch is None and shown.stage.band.band is None


# Geometry.


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_edges_are_on_pixels_of_the_device(ratio: float) -> None:
    scale = TimeScale(0.0, 1.0, 100.0, 433.0)
    for stretch in ((0.1234, 0.5678), (0.3, 0.3 + 1e-9)):
        left, right = edges_px(stretch, scale, ratio)
        assert left * ratio == pytest.approx(round(left * ratio), abs=1e-9)
        assert right * ratio == pytest.approx(round(right * ratio), abs=1e-9)
        assert right > left


def test_edges_far_out_of_sight_are_cut_off() -> None:
    scale = TimeScale(0.0, 1e-6, 100.0, 400.0)
    left, right = edges_px((-4000.0, 4000.0), scale, 1.0)
    assert 50 < left < 100 and 400 < right < 450
    band = band_of((-4000.0, 4000.0), scale, 200.0, 1.0)
    assert band is not None and band.label.center().x() == 250.0
    assert band_of((2.0, 3.0), scale, 200.0, 1.0) is None


def test_stretches_are_made_cut_and_extended() -> None:
    assert between(30, 10) == (10, 30) and between(10, 10) == (10, 11)
    assert extended((10, 20), 35) == (10, 35) and extended((10, 20), 12) == (12, 20)
    assert extended((10, 20), 3) == (3, 20) and extended((10, 20), 19) == (10, 19)
    assert within((5, 30), 10, 20) == (10, 20) and within((5, 9), 10, 20) is None
    assert edge_at(103.0, (100.0, 200.0)) is Edge.BEGIN and edge_at(105.0, (100.0, 200.0)) is None
    assert edge_at(102.0, (100.0, 103.0)) is Edge.END
