"""The minimap as people meet it: what it shows, and how it moves the view."""

import gc
import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from poolscope.engine.journal import Status
from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.main_window import MainWindow
from poolscope.gui.theme import DARK, LIGHT
from poolscope.gui.timeline.drawing.lane_axis import WIDTH_PX
from poolscope.gui.timeline.minimap import content as minimap_content
from poolscope.gui.timeline.minimap.map_view import HIGHEST_PX, LOWEST_PX
from poolscope.gui.timeline.minimap.minimap import Minimap
from poolscope.gui.timeline.minimap.window import LEAST_PX, MapWindow, Part
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import Story, at

DONE, RAISED, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.OPEN
Make = Callable[..., Recording]
Kind = QEvent.Type
RUN_S = 10.0
TASKS = [(1 + n % 2, n / 10, n / 10 + 0.19, DONE, n) for n in range(99)]
FRAMES = 300


class Shown:
    """A view over its minimap, both in one window."""

    def __init__(self) -> None:
        self.page = QWidget()
        self.view = TimelineView(theme=LIGHT)
        self.minimap = Minimap(self.view)
        column = QVBoxLayout(self.page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view, 9)
        column.addWidget(self.minimap, 1)
        self.page.resize(800, 400)

    @property
    def map(self) -> MapWindow:
        assert self.minimap.map is not None
        return self.minimap.map

    @property
    def span_s(self) -> tuple[float, float]:
        begin_ns, end_ns = self.view.view_span()
        return (begin_ns - at(0)) / 1e9, (end_ns - at(0)) / 1e9

    def show_s(self, begin_s: float, end_s: float) -> None:
        self.view.show_span(at(begin_s), at(end_s))

    def point(self, seconds: float, y: float | None = None) -> QPointF:
        """Where a time is on the map, in the middle of its height or at `y`."""
        x = self.map.left + (at(seconds) - self.map.whole_ns[0]) / self.map.ns_per_px
        return QPointF(x, self.map.height / 2 if y is None else y)

    def mouse(self, kind: Kind, place: QPointF) -> None:
        button = Qt.MouseButton.LeftButton
        held = button if kind != Kind.MouseButtonRelease else Qt.MouseButton.NoButton
        pressed = Qt.MouseButton.NoButton if kind == Kind.MouseMove else button
        globally = QPointF(self.minimap.mapToGlobal(place))
        modifiers = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, place, globally, pressed, held, modifiers)
        QApplication.sendEvent(self.minimap, event)

    def drag(self, start: QPointF, end: QPointF) -> None:
        self.mouse(Kind.MouseButtonPress, start)
        for step in range(1, 6):
            self.mouse(Kind.MouseMove, start + (end - start) * (step / 5))
        self.mouse(Kind.MouseButtonRelease, end)

    def wheel(self, place: QPointF, notches: int, *, ctrl: bool = False) -> None:
        modifiers = Qt.KeyboardModifier
        event = QWheelEvent(
            place,
            QPointF(self.minimap.mapToGlobal(place)),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            modifiers.ControlModifier if ctrl else modifiers.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.minimap, event)

    def image(self) -> QImage:
        return self.minimap.grab().toImage()


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    shown = Shown()
    qtbot.addWidget(shown.page)
    shown.page.show()
    qtbot.waitExposed(shown.page)
    yield shown
    shown.page.close()


@pytest.fixture
def show(shown: Shown, qtbot: QtBot) -> Callable[[Recording], Shown]:
    """Show a recording, and wait until the map has all of it."""

    def show_recording(recording: Recording) -> Shown:
        shown.view.set_recording(recording)
        qtbot.waitUntil(lambda: not shown.minimap.content.busy)
        return shown

    return show_recording


@pytest.fixture
def run(show: Callable[[Recording], Shown], make_recording: Make) -> Shown:
    """A run of 10 s in two lanes."""
    return show(make_recording(TASKS))


@pytest.fixture
def crowd(show: Callable[[Recording], Shown], make_recording: Make) -> Shown:
    """A run of 10 s in 60 lanes, of which not all are in view."""
    tasks = [(1 + n % 60, n / 10, n / 10 + 0.19, DONE, n) for n in range(99)]
    return show(make_recording(tasks, 60))


@pytest.fixture
def live(shown: Shown, story: Callable[..., Story], qtbot: QtBot) -> Story:
    """A run that goes on, 10 s after its start."""
    tale = story([*TASKS, (1, 9.9, None, OPEN, 99), (2, None, None, OPEN, 100)])
    shown.view.set_recording(tale.recording)
    shown.view.refresh(at(10))
    qtbot.waitUntil(lambda: not shown.minimap.content.busy)
    return tale


# What moves the view.


def test_dragging_the_mark_moves_the_view(run: Shown) -> None:
    run.show_s(2, 4)
    run.drag(run.point(3), run.point(6))
    assert run.span_s == pytest.approx((5, 7), abs=1e-6)


def test_the_mark_stays_on_the_map(run: Shown) -> None:
    run.show_s(2, 4)
    run.drag(run.point(3), run.point(30))
    end_s = (run.map.whole_ns[1] - at(0)) / 1e9
    assert run.span_s == pytest.approx((end_s - 2, end_s), abs=1e-6)
    run.drag(run.point(9.5), run.point(-30))
    assert run.span_s == pytest.approx((0, 2), abs=1e-6)


@pytest.mark.parametrize(("edge_s", "to_s", "span_s"), [(2, 1, (1, 4)), (4, 7.5, (2, 7.5))])
def test_dragging_an_edge_changes_where_the_view_begins_or_ends(
    run: Shown, edge_s: float, to_s: float, span_s: tuple[float, float]
) -> None:
    run.show_s(2, 4)
    run.drag(run.point(edge_s), run.point(to_s))
    assert run.span_s == pytest.approx(span_s, abs=1e-6)


def test_an_edge_may_be_dragged_over_the_other(run: Shown) -> None:
    run.show_s(2, 4)
    run.drag(run.point(2), run.point(6))
    assert run.span_s == pytest.approx((4, 6), abs=1e-6)


def test_a_press_beside_the_mark_brings_it_there_and_dragging_goes_on(run: Shown) -> None:
    run.show_s(2, 4)
    run.mouse(Kind.MouseButtonPress, run.point(7))
    assert run.span_s == pytest.approx((6, 8), abs=1e-6)
    run.mouse(Kind.MouseMove, run.point(5))
    assert run.span_s == pytest.approx((4, 6), abs=1e-6)
    run.mouse(Kind.MouseButtonRelease, run.point(5))
    run.mouse(Kind.MouseMove, run.point(1))
    assert run.span_s == pytest.approx((4, 6), abs=1e-6)


def test_a_press_beside_the_map_does_nothing(run: Shown) -> None:
    run.show_s(2, 4)
    run.drag(QPointF(20, 10), run.point(6))
    assert run.span_s == pytest.approx((2, 4), abs=1e-6)


def test_a_view_that_is_too_narrow_to_be_seen_can_be_taken_and_moved(run: Shown) -> None:
    run.show_s(5, 5.000_01)
    left, _, right, _ = run.map.rect
    assert right - left == LEAST_PX
    run.drag(run.point(5.000_005), run.point(8.000_005))
    assert run.span_s == pytest.approx((8, 8.000_01), abs=1e-8)


def test_a_double_click_shows_the_whole_run(run: Shown) -> None:
    run.show_s(2, 4)
    run.mouse(Kind.MouseButtonDblClick, run.point(3))
    assert run.view.view_span() == run.view.whole_span()


def test_the_wheel_zooms_about_the_time_under_the_mouse(run: Shown) -> None:
    run.show_s(2, 6)
    run.wheel(run.point(3), 1)
    begin_s, end_s = run.span_s
    assert end_s - begin_s == pytest.approx(3.2)
    assert (3 - begin_s) / (end_s - begin_s) == pytest.approx(0.25, abs=1e-3)
    run.wheel(run.point(3), -1)
    assert run.span_s == pytest.approx((2, 6), abs=1e-3)


def test_lanes_that_scroll_are_marked_and_moved_too(crowd: Shown) -> None:
    _, top, _, bottom = crowd.map.rect
    assert (top, bottom) == (0, pytest.approx(crowd.map.height * 340 / 1080, abs=2))
    assert crowd.map.scrolls
    crowd.show_s(2, 4)
    crowd.drag(crowd.point(3, 5), crowd.point(6, 15))
    assert crowd.span_s == pytest.approx((5, 7), abs=1e-6)
    assert crowd.view.lanes_in_view()[0] == pytest.approx(10 / crowd.map.height, abs=0.01)


def test_a_press_above_or_below_the_lanes_in_view_scrolls_there(crowd: Shown) -> None:
    crowd.show_s(2, 4)
    crowd.mouse(Kind.MouseButtonPress, crowd.point(3, crowd.map.height - 1))
    crowd.mouse(Kind.MouseButtonRelease, crowd.point(3, crowd.map.height - 1))
    assert crowd.view.lanes_in_view()[1] == pytest.approx(1)
    assert crowd.span_s == pytest.approx((2, 4), abs=1e-6)


def test_the_wheel_with_ctrl_scrolls_the_lanes(crowd: Shown) -> None:
    crowd.wheel(crowd.point(5), -1, ctrl=True)
    top, bottom = crowd.view.lanes_in_view()
    assert top == pytest.approx((bottom - top) / 10, abs=1e-3)
    crowd.wheel(crowd.point(5), 1, ctrl=True)
    assert crowd.view.lanes_in_view()[0] == 0


def test_the_map_ends_where_the_lanes_end(crowd: Shown) -> None:
    assert crowd.map.left == crowd.view.stage.plot.left() == WIDTH_PX
    assert crowd.map.width == crowd.view.stage.plot.width() < 800 - WIDTH_PX


@pytest.mark.parametrize(
    ("key", "span_s"),
    [
        (Qt.Key.Key_Right, (2.2, 4.2)),
        (Qt.Key.Key_Left, (1.8, 3.8)),
        (Qt.Key.Key_Plus, (2.36, 3.64)),
        (Qt.Key.Key_Minus, (1.4375, 4.5625)),
        (Qt.Key.Key_Home, (0, 10.1898)),
    ],
)
def test_keys_move_the_view(run: Shown, key: Qt.Key, span_s: tuple[float, float]) -> None:
    run.show_s(2, 4)
    QTest.keyClick(run.minimap, key)
    assert run.span_s == pytest.approx(span_s, abs=1e-3)


def test_up_and_down_scroll_lanes(crowd: Shown) -> None:
    QTest.keyClick(crowd.minimap, Qt.Key.Key_Down)
    assert crowd.view.lanes_in_view()[0] > 0
    QTest.keyClick(crowd.minimap, Qt.Key.Key_Up)
    assert crowd.view.lanes_in_view()[0] == 0


def test_the_cursor_says_what_a_press_would_do(run: Shown) -> None:
    run.show_s(2, 4)
    shapes = Qt.CursorShape
    for seconds, shape in (
        (3, shapes.OpenHandCursor),
        (2, shapes.SplitHCursor),
        (4, shapes.SplitHCursor),
        (7, shapes.PointingHandCursor),
    ):
        run.mouse(Kind.MouseMove, run.point(seconds))
        assert run.minimap.cursor().shape() == shape
    run.mouse(Kind.MouseButtonPress, run.point(3))
    assert run.minimap.cursor().shape() == shapes.ClosedHandCursor
    run.mouse(Kind.MouseButtonRelease, run.point(3))
    assert run.minimap.cursor().shape() == shapes.OpenHandCursor
    run.mouse(Kind.MouseMove, QPointF(20, 10))
    assert run.minimap.cursor().shape() == shapes.ArrowCursor


def test_it_is_reached_by_tab_and_says_what_it_is(run: Shown, qtbot: QtBot) -> None:
    run.view.setFocus()
    QTest.keyClick(run.view, Qt.Key.Key_Tab)
    assert run.page.focusWidget() is run.minimap
    assert run.minimap.accessibleName() == "Minimap"
    assert "Left and right" in run.minimap.accessibleDescription()
    assert run.minimap.toolTip()


@pytest.mark.parametrize(
    ("x", "y", "part"),
    [
        (300, 20, Part.OUTSIDE),
        (596, 5, Part.BEGIN),
        (601, 20, Part.BEGIN),
        (609, 20, Part.INSIDE),
        (609, 2, Part.OUTSIDE),
        (618, 39, Part.END),
        (624, 20, Part.END),
        (627, 20, Part.OUTSIDE),
    ],
)
def test_edges_are_taken_at_any_height(x: float, y: float, part: Part) -> None:
    window = MapWindow(100, 1000, 40, (0, 1000), (500, 520), (0.4, 0.6))
    assert window.part_at(x, y) is part


# While a run goes on.


def test_dragging_away_from_the_end_stops_following(shown: Shown, live: Story) -> None:
    shown.show_s(8, 10.2)
    assert shown.view.following
    shown.drag(shown.point(9), shown.point(5))
    assert not shown.view.following
    span_s = shown.span_s
    shown.view.refresh(at(20))
    assert shown.span_s == span_s


def test_a_press_on_the_mark_of_the_whole_run_leaves_it_whole(shown: Shown, live: Story) -> None:
    shown.mouse(Kind.MouseButtonPress, shown.point(5))
    shown.view.refresh(at(10.5))  # the map is not drawn again yet
    shown.mouse(Kind.MouseMove, shown.point(6))
    shown.mouse(Kind.MouseButtonRelease, shown.point(6))
    assert shown.view.following
    assert shown.view.view_span() == shown.view.whole_span()


def test_edges_that_are_dragged_back_to_both_ends_show_the_whole_run(
    shown: Shown, live: Story, qtbot: QtBot
) -> None:
    shown.view.refresh(at(11) + 20)  # a fiftieth more is 0.4 ns more than a whole number
    qtbot.waitUntil(lambda: shown.minimap.content.run_ns == 11_000_000_020)
    shown.drag(shown.point(0), shown.point(1))
    shown.drag(shown.point(1), shown.point(0))
    shown.view.refresh(at(20))
    assert shown.view.following
    assert shown.span_s == pytest.approx((0, 20.4))


def test_the_mark_moves_at_once_and_the_map_is_drawn_seldom(
    shown: Shown, live: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = shown.minimap.content
    shown.show_s(8, 10)
    monkeypatch.setattr(minimap_content, "PAUSE_S", 1000.0)
    content._drawn_s = minimap_content.time.perf_counter()
    content._timer.stop()
    drawn, places = QSignalSpy(content.changed), set()
    shown.view.set_following(True)
    for step in range(20):
        shown.view.refresh(at(10 + step / 10))
        QApplication.processEvents()
        places.add(shown.map.span_ns)
    assert len(places) == 20
    assert drawn.count() == 0


def test_the_map_comes_up_to_date_while_the_run_goes_on(
    shown: Shown, live: Story, qtbot: QtBot
) -> None:
    content, view = shown.minimap.content, shown.view
    assert content.run_ns == 10_000_000_000
    live.end(99, 11.0)
    live.begin(100, 2, 11.0)
    live.update()
    view.refresh(at(12))
    qtbot.waitUntil(lambda: content.run_ns == 12_000_000_000)
    assert shown.map.whole_ns == view.whole_span()
    live.end(100, 13.0)
    live.recording.update(ended=True)
    view.refresh(at(14))
    qtbot.waitUntil(lambda: content.run_ns == 13_000_000_000 and not content.busy)


def test_what_comes_while_something_is_taken_in_is_not_forgotten(
    shown: Shown, live: Story, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = shown.minimap.content
    shown.view.set_group_by_slot(True)  # begins anew
    monkeypatch.setattr(minimap_content, "SLICE_S", 0.0)
    content._work()
    assert content.busy
    live.end(99, 11.0)
    live.update()
    shown.view.refresh(at(12))
    qtbot.waitUntil(lambda: not content.busy)
    assert content.run_ns == 12_000_000_000
    assert content.overview is not None
    assert content.overview.looked_at == 100


def test_the_map_gets_narrower_as_soon_as_lanes_scroll(shown: Shown, live: Story) -> None:
    width = shown.map.width
    for ordinal in range(3, 40):
        live.add_worker(ordinal, 11.0)
    live.update()
    shown.view.refresh(at(12))
    images = shown.minimap.content.images
    assert images is not None
    assert images.seen.width() == shown.map.width == shown.view.stage.plot.width() < width


def test_no_timer_goes_on_when_all_is_shown(run: Shown, qtbot: QtBot) -> None:
    content = run.minimap.content
    drawn = QSignalSpy(content.changed)
    for _ in range(20):
        run.view.refresh(at(RUN_S))
        QApplication.processEvents()
    assert not content.busy
    assert drawn.count() == 0


def test_taking_in_a_large_run_is_done_in_slices(
    shown: Shown, many: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minimap_content, "SLICE_S", 0.0)  # a step a time
    shown.view.set_recording(many(200, 400))
    content = shown.minimap.content
    turns = 0
    while content.busy:
        QApplication.processEvents()
        turns += 1
    assert turns > 10
    assert content.overview is not None
    assert len(content.overview.snapshot(at(1)).counts) == 50


def test_what_nobody_sees_is_not_brought_up_to_date(
    shown: Shown, live: Story, qtbot: QtBot
) -> None:
    content = shown.minimap.content
    shown.minimap.hide()
    live.end(99, 11.0)
    live.update()
    shown.view.refresh(at(12))
    assert not content.busy
    assert content.run_ns == 10_000_000_000
    shown.minimap.show()
    qtbot.waitUntil(lambda: content.run_ns == 12_000_000_000)


# What is shown.


def test_one_raised_task_is_red_also_out_of_view_light_and_dark(
    show: Callable[[Recording], Shown], many: Make, make_recording: Make
) -> None:
    tasks = [(1 + n % 4, n / 100, n / 100 + 0.03, DONE, n) for n in range(1000)]
    tasks[700] = (1, 7.0, 7.000_01, RAISED, 700)
    shown = show(make_recording(tasks, 4))
    place = shown.point(7.0, shown.map.height / 8).toPoint() + QPoint(1, 0)
    assert QColor(shown.image().pixel(place)).name() == LIGHT.failure
    shown.minimap.set_theme(DARK)
    assert QColor(shown.image().pixel(place)).name() == DARK.failure
    shown.show_s(1, 2)
    red, wanted = QColor(shown.image().pixel(place)), QColor(DARK.failure)
    for channel in (QColor.red, QColor.green, QColor.blue):
        assert abs(channel(red) - channel(wanted)) < 40


def test_what_is_out_of_view_is_paler(run: Shown) -> None:
    place = run.point(7.05, 5).toPoint()
    before = QColor(run.image().pixel(place)).lightness()
    run.show_s(1, 2)
    assert QColor(run.image().pixel(place)).lightness() > before + 30


def test_another_run_or_order_is_shown_as_soon_as_it_is_chosen(
    run: Shown, make_recording: Make, qtbot: QtBot
) -> None:
    content = run.minimap.content
    run.view.set_recording(make_recording([(1, 0.1, 4.0, DONE, 0)], 1))
    qtbot.waitUntil(lambda: content.run_ns == 4_000_000_000)
    run.view.set_group_by_slot(True)
    assert content.overview is not None
    assert content.overview.by_slot
    qtbot.waitUntil(lambda: not content.busy)
    run.view.set_recording(None)
    assert run.minimap.map is None
    run.image()
    assert not content.busy


def test_another_size_is_drawn_at_once(run: Shown) -> None:
    run.page.resize(1000, 300)
    QApplication.processEvents()
    images = run.minimap.content.images
    assert images is not None
    assert images.seen.width() == 1000 - WIDTH_PX == run.map.width
    assert images.seen.height() == run.minimap.height()


def test_painting_loses_no_reference_to_none(crowd: Shown) -> None:
    image = QImage(crowd.minimap.size(), QImage.Format.Format_ARGB32)
    crowd.minimap.render(image)
    gc.collect()  # what earlier tests have left holds many of them
    before = sys.getrefcount(None)
    for _ in range(FRAMES):
        crowd.minimap.render(image)
    assert sys.getrefcount(None) > before - FRAMES


# In the window.


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 640)])
def test_it_has_its_place_under_the_timeline_from_the_begin_of_a_run(
    window: MainWindow, make_recording: Make, qtbot: QtBot, width: int, height: int
) -> None:
    window.resize(width, height)
    panel = window.timeline
    assert panel.minimap.isHidden()
    window.lab.show(make_recording(TASKS), Status.FINISHED)
    qtbot.waitUntil(lambda: panel.minimap.isVisible() and not panel.minimap.content.busy)
    assert LOWEST_PX <= panel.minimap.height() <= HIGHEST_PX
    assert panel.view.height() >= 6 * panel.minimap.height()
    assert panel.minimap.y() >= panel.view.mapTo(panel, QPoint(0, panel.view.height())).y()
    left = panel.view.mapTo(panel, panel.view.stage.plot.topLeft().toPoint()).x()
    assert panel.minimap.map is not None
    assert panel.minimap.x() + panel.minimap.map.left == left


def test_it_is_switched_in_the_menu_and_that_is_remembered(
    make_window: Callable[[], MainWindow], make_recording: Make, qtbot: QtBot
) -> None:
    window = make_window()
    window.show()
    window.lab.show(make_recording(TASKS), Status.FINISHED)
    action = window.actions_by_name["minimap"]
    assert action.isChecked()
    assert window.timeline.minimap.isVisible()
    action.trigger()
    assert not window.timeline.minimap.isVisible()
    window.close()
    again = make_window()
    assert not again.actions_by_name["minimap"].isChecked()
    again.show()
    again.lab.show(make_recording(TASKS), Status.FINISHED)
    assert not again.timeline.minimap.isVisible()
    again.actions_by_name["minimap"].trigger()
    assert again.timeline.minimap.isVisible()
    qtbot.waitUntil(lambda: again.timeline.minimap.content.images is not None)


def test_a_drag_ends_when_another_run_is_shown(
    run: Shown, show: Callable[[Recording], Shown], make_recording: Make
) -> None:
    run.show_s(2, 4)
    run.mouse(Kind.MouseButtonPress, run.point(2))  # the edge
    show(make_recording(TASKS[:50]))
    before = run.span_s
    run.mouse(Kind.MouseMove, run.point(4))
    assert run.span_s == before
