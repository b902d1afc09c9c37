"""A worker is killed from its lane's menu, and the window shows what Pool does next."""

import os
import signal
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.journal import Status
from poolscope.gui.main_window import MainWindow
from poolscope.gui.timeline.scene.life import deaths

LIMIT_MS = 30_000

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def busy(window: MainWindow, qtbot: QtBot) -> Callable[[], int]:
    """Starts a run whose first task takes a minute, and gives the ordinal of its worker."""

    def start() -> int:
        pool = PoolSettings(2, chunksize=4)
        window.lab.load(Experiment("sleep", "[0.01, 60] + [0.01] * 14", pool))
        window.session.run()

        def runs_it() -> bool:
            recording = window.lab.recording
            trace = None if recording is None else recording.trace
            lanes = [] if trace is None else trace.living
            return any(lane.running is not None and lane.running[0] == 1 for lane in lanes)

        qtbot.waitUntil(runs_it, timeout=LIMIT_MS)
        trace = window.lab.recording.trace
        return next(lane.ordinal for lane in trace.living if (lane.running or [0])[0] == 1)

    return start


def place_of(window: MainWindow, ordinal: int, x: float) -> QPointF:
    """In the lane of a worker, on the stage."""
    layout = window.timeline.view._layout()
    return QPointF(x, layout.top(ordinal - 1) + layout.pitch / 2)


def ask(window: MainWindow, ordinal: int, x: float) -> None:
    """Click with the right button."""
    stage = window.timeline.view.stage
    place = place_of(window, ordinal, x).toPoint()
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, stage.viewport().mapToGlobal(place))
    QApplication.sendEvent(stage.viewport(), event)


@pytest.mark.parametrize("x", [20.0, 300.0])
@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_kills_the_worker_and_pool_goes_on_with_another(
    window: MainWindow, busy, qtbot: QtBot, x: float
) -> None:
    ordinal = busy()
    trace = window.lab.recording.trace
    pid = trace.lanes[ordinal - 1].pid
    menu = window.timeline.lane_menu
    ask(window, ordinal, x)
    assert menu.isVisible()
    texts = [action.text() for action in menu.kills]
    assert texts == [f"&Kill worker {pid} (SIGKILL)", f"&Ask worker {pid} to end (SIGTERM)"]
    menu.kills[0].trigger()
    menu.close()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=LIMIT_MS)
    assert window.lab.status is Status.FAILED
    lane = trace.lanes[ordinal - 1]
    assert lane.exit_code == -signal.SIGKILL
    counts = window.lab.recording.counts
    assert (counts.lost, counts.not_run, counts.result_lost, counts.done) == (1, 2, 1, 13)
    said = window.timeline.banner.text()
    assert said.startswith(
        f"Worker {pid} died (SIGKILL, sent by you) while running task 1; tasks 2 and 3 of its chunk"
        " were never run. In its chunk, the result of task 0 went down with it."
    )
    assert "memory" not in said
    (successor,) = trace.lanes[2:]
    assert successor.replaces is lane
    assert deaths(trace, window.lab.recording.journal) == {ordinal}
    assert "killed by you (1)" in window.timeline.legend.toolTip()
    assert "not run (2)" in window.timeline.legend.toolTip()
    assert "killed by you: SIGKILL" in window.timeline.view.text_at(place_of(window, ordinal, 20))
    assert "a plain map would wait for ever" in window.summary.faults.lesson.text()
    assert window.summary.faults.isVisible()
    menu.fill(window.lab.recording, ordinal)
    assert [action.isEnabled() for action in menu.kills] == [False, False]
    assert all(action.text().endswith("the run is over") for action in menu.kills)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_keyboard_opens_the_menu_of_the_selected_task_s_worker(
    window: MainWindow, busy, qtbot: QtBot
) -> None:
    ordinal = busy()
    pid = window.lab.recording.trace.lanes[ordinal - 1].pid
    view, menu = window.timeline.view, window.timeline.lane_menu
    window.lab.select(1)
    for key, modifier in (
        (Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
    ):
        qtbot.keyClick(view, key, modifier)
        assert menu.isVisible()
        assert str(pid) in menu.kills[0].text()
        menu.close()
    _, _, _, copy, show, _ = menu.actions()
    copy.trigger()
    assert QGuiApplication.clipboard().text() == str(pid)
    window.lab.select(None)
    show.trigger()
    assert window.lab.selection == 1
    # One that has gone since the menu came up is not killed, and that is said.
    os.kill(pid, signal.SIGKILL)
    lane = window.lab.recording.trace.lanes[ordinal - 1]
    qtbot.waitUntil(lambda: lane.died_ns > 0, timeout=LIMIT_MS)
    menu.kills[0].trigger()
    assert f"Worker {pid} has gone already" in window.timeline.progress_text.text()
    assert window.lab.recording.journal.kills == []
    qtbot.waitUntil(lambda: not window.lab.running, timeout=LIMIT_MS)
    assert "sent by you" not in window.timeline.banner.text()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_no_lane_no_menu(window: MainWindow) -> None:
    window.timeline.view.ask_menu_by_key()
    ask(window, 1, 20)
    assert not window.timeline.lane_menu.isVisible()
    window.timeline.strip_menu.close()  # which may be there
