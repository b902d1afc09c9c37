"""The timeline as people meet it: what is drawn, and what moves it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import DARK, LIGHT
from poolscope.gui.timeline.drawing.lane_axis import WIDTH_PX
from poolscope.gui.timeline.scene.palette import BRIGHT, ColourBy
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import ORIGIN_NS, Story, at

DONE, RAISED, LOST, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.OPEN
TASKS = [
    (1, 0.1, 0.4, DONE, 0),
    (2, 0.1, 0.3, RAISED, 1),
    (1, 0.5, 1.0, DONE, 2),
    (2, 0.5, 0.9, LOST, 3),
]
Make = Callable[..., Recording]

pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)  # a tooltip's window


@pytest.fixture
def live(story: Callable[..., Story], view: TimelineView) -> Story:
    """A run that goes on, in the view, 0.5 s after its start."""
    tale = story([(1, 0.1, 0.2, DONE, 0), (1, 0.2, None, OPEN, 0), (2, None, None, OPEN, 1)])
    view.set_recording(tale.recording)
    view.refresh(at(0.5))
    return tale


def x_of(view: TimelineView, seconds: float) -> float:
    begin_ns, end_ns = view.view_span()
    plot = view.stage.plot
    return plot.left() + (at(seconds) - begin_ns) / (end_ns - begin_ns) * plot.width()


def place(view: TimelineView, seconds: float, lane: int) -> QPoint:
    """The middle of a lane at a time, in pixels of the stage."""
    pitch = view._layout().pitch
    return QPoint(round(x_of(view, seconds)), round((lane + 0.5) * pitch))


def colour(view: TimelineView, seconds: float, lane: int) -> QColor:
    return QColor(view.stage.grab().toImage().pixelColor(place(view, seconds, lane)))


def wheel(
    view: TimelineView,
    where: QPoint,
    notches: int,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    viewport = view.stage.viewport()
    event = QWheelEvent(
        QPointF(where),
        QPointF(viewport.mapToGlobal(where)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def mouse(view: TimelineView, kind: QMouseEvent.Type, where: QPoint) -> None:
    viewport = view.stage.viewport()
    left = Qt.MouseButton.LeftButton
    moving = kind == QMouseEvent.Type.MouseMove
    event = QMouseEvent(
        kind,
        QPointF(where),
        QPointF(viewport.mapToGlobal(where)),
        Qt.MouseButton.NoButton if moving else left,
        left,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


def drag(view: TimelineView, start: QPoint, end: QPoint) -> None:
    mouse(view, QMouseEvent.Type.MouseButtonPress, start)
    for step in range(1, 6):
        mouse(view, QMouseEvent.Type.MouseMove, start + (end - start) * step / 5)
    mouse(view, QMouseEvent.Type.MouseButtonRelease, end)


def paints(view: TimelineView) -> int:
    QApplication.processEvents()
    return view.stage.lane_item.paints


# What is drawn.


def test_a_bar_has_its_colour_where_its_task_ran_and_nothing_beside_it(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(make_recording(TASKS))
    assert colour(view, 0.25, 0).name() == BRIGHT[0].lower()
    assert colour(view, 0.75, 0).name() == BRIGHT[2].lower()
    assert colour(view, 0.45, 0).name() == LIGHT.track
    assert colour(view, 0.4, 1).name() == LIGHT.track


def test_raised_is_hatched_red_and_lost_is_hollow(view: TimelineView, make_recording: Make) -> None:
    view.set_recording(make_recording(TASKS))
    image = view.stage.grab().toImage()
    middle = place(view, 0.2, 1)
    around = {image.pixelColor(middle + QPoint(x, y)).name() for x in range(12) for y in range(12)}
    assert QColor(LIGHT.failure).name() in around
    assert len(around) > 2
    assert colour(view, 0.7, 1).name() == LIGHT.card


@pytest.mark.parametrize("by", ColourBy)
def test_failures_look_the_same_with_every_choice_of_colour(
    view: TimelineView, make_recording: Make, by: ColourBy
) -> None:
    view.set_recording(make_recording(TASKS))
    view.set_colour_by(by)
    assert colour(view, 0.7, 1).name() == LIGHT.card


def test_a_failure_too_short_to_have_a_bar_is_still_seen(
    view: TimelineView, make_recording: Make
) -> None:
    tasks = [(1, n * 1e-3, n * 1e-3 + 9e-4, DONE, n) for n in range(1, 4000)]
    tasks[2000] = (*tasks[2000][:3], RAISED, 2001)
    view.set_recording(make_recording([(w, b, e, s, n) for n, (w, b, e, s, _) in enumerate(tasks)]))
    image = view.stage.grab().toImage()
    y = place(view, 0.1, 0).y()
    reds = [x for x in range(image.width()) if image.pixelColor(x, y) == QColor(LIGHT.failure)]
    assert len(reds) == 2
    assert abs(reds[0] - x_of(view, 2.0015)) <= 2


def test_narrow_bars_cover_as_much_as_they_were_busy(view: TimelineView, many: Make) -> None:
    recording = many(2, 5000)
    view.set_recording(recording)
    view.set_colour_by(ColourBy.WORKER)
    shown = colour(view, 0.03, 0)
    full, empty = QColor(BRIGHT[0]), QColor(LIGHT.track)
    share = (empty.red() - shown.red()) / (empty.red() - full.red())
    assert share == pytest.approx(0.5, abs=0.02)


def test_bars_and_columns_cover_the_same_at_the_zoom_where_one_becomes_the_other(
    view: TimelineView, many: Make
) -> None:
    view.set_recording(many(1, 2000, 100_000))
    view.set_colour_by(ColourBy.WORKER)
    shares = []
    for bar_px in (3.7, 4.7):
        width_s = view.stage.plot.width() / bar_px * 50e-6
        view.show_span(at(0.1), at(0.1 + width_s))
        image = view.stage.grab().toImage()
        left = round(view.stage.plot.left())
        shares.append(_coverage(image, left, place(view, 0.1, 0).y()))
    assert shares[0] == pytest.approx(0.5, abs=0.02)
    assert shares[1] == pytest.approx(shares[0], abs=0.03)  # their gaps have hardly begun


def _coverage(image: QImage, left: int, y: int) -> float:
    full, empty = QColor(BRIGHT[0]).red(), QColor(LIGHT.track).red()
    reds = [image.pixelColor(x, y).red() for x in range(left, image.width())]
    return sum((empty - red) / (empty - full) for red in reds) / len(reds)


def test_a_running_task_grows_up_to_now(view: TimelineView, live: Story) -> None:
    assert colour(view, 0.4, 0).name() == BRIGHT[0].lower()
    view.set_following(False)
    view.show_span(at(0.3), at(0.6))
    assert colour(view, 0.54, 0).name() == LIGHT.track
    view.refresh(at(0.56))
    assert colour(view, 0.54, 0).name() == BRIGHT[0].lower()


def test_a_run_that_is_over_does_not_grow(view: TimelineView, make_recording: Make) -> None:
    view.set_recording(make_recording(TASKS))
    span = view.view_span()
    view.refresh(at(100))
    assert view.view_span() == span


def test_without_a_run_there_is_an_empty_track_and_no_axis(view: TimelineView) -> None:
    view.set_recording(None)
    image = view.stage.grab().toImage()
    assert image.pixelColor(500, 100).name() == LIGHT.track
    assert len({image.pixelColor(x, 290).name() for x in range(800)}) == 1
    assert len({image.pixelColor(x, 50).name() for x in range(int(WIDTH_PX) - 2)}) == 1


def test_a_theme_changes_what_is_there(view: TimelineView, make_recording: Make) -> None:
    view.set_recording(make_recording(TASKS))
    view.set_theme(DARK)
    assert colour(view, 0.45, 0).name() == DARK.track


def test_a_selected_task_is_outlined_and_the_view_stays(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(make_recording(TASKS))
    span = view.view_span()
    before = view.stage.grab().toImage()
    view.select(2)
    after = view.stage.grab().toImage()
    edge = QPoint(round(x_of(view, 0.5)) - 2, place(view, 0.5, 0).y())  # a pixel stays free
    assert before.pixelColor(edge).name() == LIGHT.track
    assert after.pixelColor(edge) == QColor(LIGHT.text)
    assert view.view_span() == span
    view.select(None)
    assert view.stage.grab().toImage().pixelColor(edge).name() == LIGHT.track


# What it costs.


def test_nothing_is_drawn_when_nothing_has_changed(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(make_recording(TASKS))
    before = paints(view)
    for n in range(20):
        view.refresh(at(2 + n))
    assert paints(view) == before


def test_time_that_moves_nothing_on_the_screen_draws_nothing(
    view: TimelineView, live: Story
) -> None:
    before = paints(view)
    view.refresh(at(0.5) + 1000)
    assert paints(view) == before


def test_what_is_new_beyond_the_view_does_not_redraw_the_lanes(
    view: TimelineView, live: Story
) -> None:
    view.show_span(at(0.05), at(0.15))
    assert not view.following
    live.begin(2, 2, 0.45)
    live.update()
    view.refresh(at(0.55))
    before = paints(view)
    live.end(1, 0.6)
    live.update()
    view.refresh(at(0.7))
    assert paints(view) == before


def test_a_longer_task_beyond_the_view_shifts_the_shades_of_those_in_view(
    view: TimelineView, live: Story
) -> None:
    view.set_colour_by(ColourBy.DURATION)
    view.show_span(at(0.05), at(0.15))
    live.begin(2, 2, 0.45)
    live.update()
    view.refresh(at(0.55))
    before = paints(view)
    live.end(1, 1.6)
    live.update()
    view.refresh(at(1.7))
    assert paints(view) > before, "or the legend speaks of other shades"


def test_when_a_run_ends_nothing_in_view_waits_any_more(
    view: TimelineView, story: Callable[..., Story]
) -> None:
    told = story([(1, 0.0, 0.1, DONE, 0), (1, 1.0, None, TaskState.OPEN, 1)], 1, method="imap")
    told.update()
    view.set_recording(told.recording)
    view.refresh(at(1.1))
    view.show_span(at(0.2), at(0.6))
    before = paints(view)
    told.recording.update(ended=True)
    view.refresh(at(1.2))
    assert paints(view) > before


def test_drawing_costs_by_pixels_and_not_by_tasks(view: TimelineView, many: Make) -> None:
    costs = []
    for count in (20_000, 100_000):
        view.set_recording(many(2, count))
        view.stage.grab()
        costs.append(view.stage.lane_item.painter.looked_at)
    assert costs[0] == costs[1] < 4 * 2 * view.width()


# What moves it.


def test_it_follows_the_end_until_a_zoom_leaves_it(
    view: TimelineView, live: Story, qtbot: QtBot
) -> None:
    view.refresh(at(3))
    assert view.view_span()[0] == ORIGIN_NS
    assert view.view_span()[1] > at(3)
    with qtbot.waitSignal(view.following_changed) as blocker:
        wheel(view, place(view, 0.5, 0), 5)
    assert blocker.args == [False]
    span = view.view_span()
    live.end(1, 3.5)
    live.update()
    view.refresh(at(9))
    assert view.view_span() == span
    with qtbot.waitSignal(view.following_changed):
        view.set_following(True)
    assert view.view_span()[1] > at(9)


def test_the_wheel_zooms_about_the_cursor(view: TimelineView, make_recording: Make) -> None:
    view.set_recording(make_recording(TASKS))
    where = place(view, 0.75, 0)
    begin_ns, end_ns = view.view_span()
    wheel(view, where, 3)
    begin2_ns, end2_ns = view.view_span()
    assert end2_ns - begin2_ns < (end_ns - begin_ns) * 0.6
    assert x_of(view, 0.75) == pytest.approx(where.x(), abs=1)


def test_dragging_pans(view: TimelineView, make_recording: Make) -> None:
    view.set_recording(make_recording(TASKS))
    wheel(view, place(view, 0.5, 0), 5)
    x = x_of(view, 0.5)
    middle = place(view, 0.5, 0)
    drag(view, middle, middle + QPoint(60, 0))
    assert x_of(view, 0.5) == pytest.approx(x + 60, abs=1)
    assert view.selected is None


def test_keys_zoom_pan_fit_and_follow(
    view: TimelineView, make_recording: Make, qtbot: QtBot
) -> None:
    view.set_recording(make_recording(TASKS))
    whole = view.view_span()

    def width() -> int:
        return view.view_span()[1] - view.view_span()[0]

    qtbot.keyClick(view, Qt.Key.Key_Plus)
    once = width()
    assert once < whole[1] - whole[0]
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert width() < once
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert width() == pytest.approx(once, abs=2)
    begin_ns = view.view_span()[0]
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.view_span()[0] > begin_ns
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.view_span()[0] == pytest.approx(begin_ns, abs=2)
    for key in (Qt.Key.Key_F, Qt.Key.Key_Home):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
        qtbot.keyClick(view, key)
        assert view.view_span() == whole
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert not view.following
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.following


def test_escape_goes_on_to_the_window(qtbot: QtBot) -> None:
    class Window(QWidget):
        escapes = 0

        def keyPressEvent(self, event: QKeyEvent) -> None:
            self.escapes += event.key() == Qt.Key.Key_Escape

    window = Window()
    qtbot.addWidget(window)
    view = TimelineView(window)
    QVBoxLayout(window).addWidget(view)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert window.escapes == 1


@pytest.mark.parametrize("key", [0x1F600, Qt.Key.Key_Q])
def test_a_key_that_means_nothing_here_does_nothing(
    view: TimelineView, make_recording: Make, key: int
) -> None:
    view.set_recording(make_recording(TASKS))
    span = view.view_span()
    press = QKeyEvent.Type.KeyPress
    QApplication.sendEvent(view, QKeyEvent(press, key, Qt.KeyboardModifier.NoModifier))
    assert view.view_span() == span


def test_a_key_with_control_is_left_to_the_window(
    view: TimelineView, make_recording: Make, qtbot: QtBot
) -> None:
    view.set_recording(make_recording(TASKS))
    view.show_span(at(0.2), at(0.3))
    qtbot.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert view.view_span() == (at(0.2), at(0.3))


def test_lanes_that_do_not_fit_scroll_by_wheel_bar_and_drag(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(make_recording([(n, 0.1, 0.2, DONE, n - 1) for n in range(1, 41)], 40))
    bar = view._bar
    QApplication.processEvents()
    assert bar.isVisible()
    span = view.view_span()
    wheel(view, QPoint(400, 100), -1, Qt.KeyboardModifier.ShiftModifier)
    first = bar.value()
    assert first > 0
    wheel(view, QPoint(400, 100), -1, Qt.KeyboardModifier.ControlModifier)
    assert bar.value() > first
    bar.setValue(bar.maximum())
    drag(view, QPoint(400, 100), QPoint(400, 150))
    assert bar.value() == bar.maximum() - 50
    assert view.view_span() == span
    view.reveal(0)
    assert bar.value() == 0


def test_revealing_brings_a_task_into_view_and_moves_nothing_when_it_is_there(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(make_recording(TASKS))
    span = view.view_span()
    view.reveal(2)
    assert view.view_span() == span
    view.show_span(at(0.1), at(0.11))
    view.reveal(2)
    begin_ns, end_ns = view.view_span()
    assert begin_ns < at(0.5) < at(1.0) < end_ns + 20_000_000


def test_a_span_that_was_shown_is_the_span_in_view(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(make_recording(TASKS))
    view.show_span(at(0.2), at(0.3))
    assert view.view_span() == (at(0.2), at(0.3))
    assert view.stage.view_box.viewRange()[0] == pytest.approx([0.2, 0.3])


# What the mouse tells.


def test_a_click_selects_the_task_under_it_and_beside_it_none(
    view: TimelineView, make_recording: Make, qtbot: QtBot
) -> None:
    view.set_recording(make_recording(TASKS))
    selected: list[object] = []
    view.task_selected.connect(selected.append)
    for where in (place(view, 0.7, 0), place(view, 0.2, 1), place(view, 0.45, 0)):
        qtbot.mouseClick(view.stage.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert selected == [2, 1, None]
    assert view.selected is None


def test_hovering_tells_all_about_the_task(
    view: TimelineView, story: Callable[..., Story], qtbot: QtBot
) -> None:
    tale = story(TASKS)
    tale.fail(1, "ValueError", "sleep length <0")
    tale.recording.update(ended=True)
    view.set_recording(tale.recording)
    hovered: list[object] = []
    view.task_hovered.connect(hovered.append)
    qtbot.mouseMove(view.stage.viewport(), place(view, 0.2, 1))
    text = view.text_at(QPointF(place(view, 0.2, 1)))
    assert hovered == [1]
    for part in (
        "task 1",
        "input 20001",
        "48113 (#2)",
        "chunk 1",
        "100 ms",
        "took 200 ms",
        "raised",
    ):
        assert part in text
    assert "ValueError: sleep length &lt;0" in text
    qtbot.mouseMove(view.stage.viewport(), place(view, 0.45, 0))
    assert hovered == [1, None]


def test_hovering_over_a_running_task_says_so_far(
    view: TimelineView, live: Story, qtbot: QtBot
) -> None:
    qtbot.mouseMove(view.stage.viewport(), place(view, 0.4, 0))
    text = view.text_at(QPointF(place(view, 0.4, 0)))
    assert "300 ms so far" in text and "running" in text


def test_hovering_over_the_hatch_says_that_the_worker_starts(
    view: TimelineView, make_recording: Make, qtbot: QtBot
) -> None:
    view.set_recording(make_recording([(1, 0.002, 0.003, DONE, 0)], 1))
    assert "48112 (#1) is starting · 1 ms" in view.text_at(QPointF(place(view, 0.0005, 0)))


def test_more_workers_than_known_so_far_break_nothing(
    view: TimelineView, live: Story, qtbot: QtBot
) -> None:
    live._workers.add(3, 2, at(0.4))
    live._workers.set(3, "pid", 50_000)
    live.update()
    qtbot.mouseMove(view.stage.viewport(), place(view, 0.4, 0))
    view.stage.grab()
    view.refresh(at(0.6))
    assert view._layout().count == 3
    view.stage.grab()


# Short tasks.


def test_a_short_task_that_stands_alone_is_two_pixels_of_its_colour(
    view: TimelineView, make_recording: Make
) -> None:
    tasks = [(1, 0.5 + n * 1e-6, 0.5 + n * 1e-6 + 5e-7, DONE, n) for n in range(8)]
    view.set_recording(make_recording([*tasks, (2, 0.9, 1.0, DONE, 8)]))
    view.set_colour_by(ColourBy.WORKER)
    image = view.stage.grab().toImage()
    y = place(view, 0.5, 0).y()
    seen = [x for x in range(image.width()) if image.pixelColor(x, y) == QColor(BRIGHT[0])]
    assert len(seen) == 2
    assert abs(seen[0] - x_of(view, 0.5)) <= 2


def test_a_running_task_has_no_colour_of_a_duration_yet(view: TimelineView, live: Story) -> None:
    view.set_colour_by(ColourBy.DURATION)
    assert colour(view, 0.3, 0).name() == LIGHT.muted
