"""A worker is selected by its lane: with the mouse, with keys, and from elsewhere."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import LIGHT
from poolscope.gui.timeline.drawing.lane_axis import MARK_GAP_PX, MARK_PX, labels_of
from poolscope.gui.timeline.view.stretch_view import StretchView
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import at

DONE = TaskState.DONE
TASKS = [(1 + n % 3, n / 10, n / 10 + 0.05, DONE, n) for n in range(9)]
Make = Callable[..., Recording]

pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)  # a tooltip's window


@pytest.fixture
def shown(view: TimelineView, make_recording: Make) -> TimelineView:
    """Nine tasks of three workers in turn."""
    view.set_recording(make_recording(TASKS, 3))
    QApplication.processEvents()
    return view


def place(view: TimelineView, number: int, seconds: float | None = None) -> QPoint:
    """In the lane at a place from the top; without a time, on its label."""
    layout, plot = view._layout(), view.stage.plot
    y = layout.top(number) + layout.pitch / 2
    if seconds is None:
        return QPoint(40, round(y))
    begin_ns, end_ns = view.view_span()
    x = plot.left() + (at(seconds) - begin_ns) / (end_ns - begin_ns) * plot.width()
    return QPoint(round(x), round(y))


def click(view: TimelineView, qtbot: QtBot, where: QPoint) -> None:
    qtbot.mouseClick(view.stage.viewport(), Qt.MouseButton.LeftButton, pos=where)


def marked(view: TimelineView, number: int) -> bool:
    """Whether the mark is at the beginning of that lane."""
    QApplication.processEvents()
    image = view.stage.grab().toImage()
    x = view.stage.plot.left() - MARK_GAP_PX - MARK_PX / 2
    return image.pixelColor(int(x), place(view, number).y()) == QColor(LIGHT.accent)


@pytest.mark.parametrize("seconds", [None, 0.58])
def test_a_click_on_a_label_or_beside_the_bars_selects_the_worker(
    shown: TimelineView, qtbot: QtBot, seconds: float | None
) -> None:
    chosen = QSignalSpy(shown.worker_selected)
    shown.select(4)
    click(shown, qtbot, place(shown, 1, seconds))
    assert shown.worker == 2 and chosen.at(0) == [2]
    assert shown.selected is None
    assert [marked(shown, number) for number in range(3)] == [False, True, False]


def test_a_click_on_a_bar_selects_its_task_as_ever(shown: TimelineView, qtbot: QtBot) -> None:
    shown._choose_worker(1)
    click(shown, qtbot, place(shown, 1, 0.42))
    assert (shown.selected, shown.worker) == (4, None), "it is in another lane"
    shown._choose_worker(2)
    click(shown, qtbot, place(shown, 1, 0.42))
    assert (shown.selected, shown.worker) == (4, 2)


def test_a_click_below_the_lanes_selects_nothing(shown: TimelineView, qtbot: QtBot) -> None:
    shown.resize(800, 500)
    shown._choose_worker(2)
    bottom = shown.stage.time_axis.rect.bottom()
    click(shown, qtbot, QPoint(400, round(bottom) + 20))
    assert shown.worker is None
    assert not marked(shown, 1)


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_L])
def test_keys_give_the_worker_up(shown: TimelineView, qtbot: QtBot, key: Qt.Key) -> None:
    chosen = QSignalSpy(shown.worker_selected)
    shown.select_worker(3)
    assert chosen.count() == 0, "only what the person does is said"
    qtbot.keyClick(shown, key)
    assert shown.worker is None and chosen.at(0) == [None]


def test_delete_gives_up_both(shown: TimelineView, qtbot: QtBot) -> None:
    shown.select(4)
    shown.select_worker(2)
    qtbot.keyClick(shown, Qt.Key.Key_Delete)
    assert (shown.selected, shown.worker) == (None, None)


def test_escape_is_somebody_else_s_without_a_worker(
    shown: TimelineView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed_on: list[int] = []
    monkeypatch.setattr(
        StretchView, "keyPressEvent", lambda _view, event: passed_on.append(event.key())
    )
    shown.select_worker(1)
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert not passed_on
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert passed_on == [Qt.Key.Key_Escape]


def test_l_selects_the_worker_of_the_task_or_the_topmost(shown: TimelineView, qtbot: QtBot) -> None:
    qtbot.keyClick(shown, Qt.Key.Key_L)
    assert shown.worker == 1
    qtbot.keyClick(shown, Qt.Key.Key_L)
    shown.select(5)
    qtbot.keyClick(shown, Qt.Key.Key_L)
    assert shown.worker == 3


def test_arrows_walk_lanes_while_no_task_is_selected(shown: TimelineView, qtbot: QtBot) -> None:
    qtbot.keyClick(shown, Qt.Key.Key_Down)
    assert shown.worker is None, "without a worker they scroll"
    shown.select_worker(1)
    seen = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(shown, key)
        seen.append(shown.worker)
    assert seen == [2, 3, 3, 2]
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert shown.selected == 1, "the first task of that lane in view"
    qtbot.keyClick(shown, Qt.Key.Key_Down)
    assert (shown.selected, shown.worker) == (2, None), "with a task they walk tasks"


def test_by_slot_arrows_go_to_the_lane_that_stands_below(
    view: TimelineView, story: Callable[..., object], qtbot: QtBot
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0), (2, 0.1, 0.2, DONE, 1), (3, 0.4, 0.5, DONE, 2)], 2)
    tale.add_worker(3, 0.3, slot=0)
    tale.update()
    view.set_recording(tale.recording)
    view.set_group_by_slot(True)
    view.select_worker(1)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.worker == 3
    assert marked(view, 1)


def test_a_worker_that_is_selected_elsewhere_is_brought_into_view(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(make_recording([(n + 1, 0.1, 0.2, DONE, n) for n in range(60)], 60))
    span = view.view_span()
    view.select_worker(60)
    places = view._layout().visible(view._bar.value())
    assert 59 in places and view.view_span() == span
    view._bar.setValue(0)
    view.select_worker(60)
    assert view._bar.value() == 0, "it was selected already: nothing moves"
    view.select_worker(10**6)  # which the view has not met yet
    view.refresh(at(1))
    QApplication.processEvents()


def test_a_thin_lane_that_is_selected_has_its_label(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(make_recording([(n + 1, 0.1, 0.2, DONE, n) for n in range(90)], 90))
    view.set_all_lanes(True)
    for ordinal in (1, 2, 47, 90):
        view.select_worker(ordinal)
        scene, recording = view._scene(), view._shown.recording
        assert scene is not None and recording is not None
        places = [label.place for label in labels_of(scene, recording.journal)]
        assert ordinal - 1 in places
        steps = [after - before for before, after in pairwise(places)]
        assert min(steps) * scene.layout.pitch >= 14, "labels do not touch"
    assert len(places) > 10


def test_over_a_label_the_mouse_is_a_hand_and_says_what_a_click_does(
    shown: TimelineView, qtbot: QtBot
) -> None:
    stage = shown.stage
    qtbot.mouseMove(stage.viewport(), place(shown, 1))
    assert stage.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert "Click to see all that it did" in shown.text_at(place(shown, 1).toPointF())
    qtbot.mouseMove(stage.viewport(), place(shown, 1, 0.42))
    assert stage.cursor().shape() != Qt.CursorShape.PointingHandCursor
    assert "Click to see" not in shown.text_at(place(shown, 1, 0.42).toPointF())


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_the_menu_key_asks_for_the_selected_worker(
    shown: TimelineView, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    asked = QSignalSpy(shown.menu_wanted)
    shown.select_worker(3)
    qtbot.keyClick(shown, key, modifier)
    shown.select(1)  # what is selected more closely goes first
    qtbot.keyClick(shown, key, modifier)
    assert [asked.at(0)[0], asked.at(1)[0]] == [3, 2]


def test_another_run_has_no_selected_worker(shown: TimelineView, make_recording: Make) -> None:
    shown.select_worker(2)
    shown.set_recording(make_recording(TASKS, 3))
    assert shown.worker is None
    assert not marked(shown, 1)


def test_after_l_arrows_walk_lanes_whatever_task_is_selected(
    shown: TimelineView, qtbot: QtBot
) -> None:
    shown._choose(4)
    qtbot.keyClick(shown, Qt.Key.Key_L)
    assert shown.worker == 2
    qtbot.keyClick(shown, Qt.Key.Key_Down)
    assert (shown.worker, shown.selected) == (3, 4)
    qtbot.keyClick(shown, Qt.Key.Key_L)
    qtbot.keyClick(shown, Qt.Key.Key_Up)
    assert (shown.worker, shown.selected) == (None, 3), "the worker is given up: they walk tasks"
