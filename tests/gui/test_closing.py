"""A window that is closed while a run is on, and two windows at once."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.history import State, past_runs
from poolscope.engine.journal import Status
from poolscope.engine.processes import group_members
from poolscope.gui.dialogs import closing
from poolscope.gui.main_window import MainWindow

LIMIT_MS = 30_000


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Have the question answered by the button with this text; "" presses Escape."""

    def answer_with(text: str) -> list[str]:
        asked: list[str] = []

        def execute(box: QMessageBox) -> int:
            asked.append(box.text())
            assert box.defaultButton().text() == "&Keep running"
            buttons = {button.text(): button for button in box.buttons()}
            act = buttons[text].click if text else box.reject
            box.open()
            QTimer.singleShot(0, act)
            while box.isVisible():
                QTimer.singleShot(5, lambda: None)
                QApplication.processEvents()
            return 0

        monkeypatch.setattr(closing.QMessageBox, "exec", execute)
        return asked

    return answer_with


def test_closing_asks_while_a_run_is_on_and_stays_unless_told_otherwise(
    window: MainWindow, start_sleeping, answer, qtbot: QtBot
) -> None:
    run = start_sleeping(2)
    for text in ("", "&Keep running"):
        asked = answer(text)
        assert not window.close()
        assert asked == ["sleep is still running (0 of 2 done)."]
        assert window.isVisible() and not run.over
    answer("&Stop the run and close")
    assert window.close()
    assert run.over and run.status is Status.STOPPED
    assert group_members(run.host_pid) == []


def test_nothing_is_asked_without_a_run(window: MainWindow, run, answer) -> None:
    run()
    asked = answer("&Keep running")
    assert window.close()
    assert asked == []


def test_a_preview_is_ended_without_a_question(window: MainWindow, answer, qtbot: QtBot) -> None:
    asked = answer("&Keep running")
    window.form.inputs_section.inputs.setText("[__import__('time').sleep(60)]")
    window.session.preview()
    assert window.session.live_preview.active
    assert window.close()
    assert asked == [] and not window.session.live_preview.active


def test_a_signal_closes_also_a_window_that_asks(
    window: MainWindow, start_sleeping, monkeypatch, qtbot: QtBot
) -> None:
    run = start_sleeping(2)

    def execute(box: QMessageBox) -> int:
        box.open()
        window.close_at_once()  # as a handler of a signal does
        assert not box.isVisible()
        return 0

    monkeypatch.setattr(closing.QMessageBox, "exec", execute)
    assert window.close()
    assert run.over and not window.isVisible()


def test_two_windows_of_one_process_do_not_touch_each_other(
    make_window, start_sleeping, window: MainWindow, qtbot: QtBot
) -> None:
    first = start_sleeping(2)
    other = make_window()
    other.show()
    other.lab.load(Experiment("sleep", "[0.01] * 6", PoolSettings(2)))
    other.session.run()
    qtbot.waitUntil(lambda: not other.lab.running, timeout=LIMIT_MS)
    assert other.lab.status is Status.FINISHED
    assert window.lab.running and not first.over
    assert other.lab.recording.folder != window.lab.recording.folder
    assert window.lab.experiment.inputs == "[60] * 2"
    states = {past.folder: past.state for past in past_runs()}
    assert states[first.folder] is State.RUNNING
    assert states[other.lab.recording.folder] is State.FINISHED
    other.earlier_runs.fill(other.menus.earlier)
    on = {action.text(): action.isEnabled() for action in other.menus.earlier.actions()}
    assert [text for text, enabled in on.items() if not enabled] == [
        text for text in on if "running" in text
    ]
    assert other.close()
    assert not first.over and window.lab.running
    window.session.stop()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=LIMIT_MS)
    assert first.folder.exists()


OTHER = """
import sys
from PySide6.QtCore import QTimer
from poolscope.gui.app import make_application
from poolscope.gui.main_window import MainWindow
app = make_application()
window = MainWindow()
window.show()
window.earlier_runs.look_back()
assert window.timeline.notice.isHidden(), window.timeline.notice.label.text()
window.session.run()
window.session.live.status_changed.connect(lambda *_: window.lab.running or app.quit())
app.exec()
print(window.lab.status, window.lab.recording.folder)
window.close()
"""


def test_a_window_of_another_process_leaves_a_live_run_alone(
    window: MainWindow, start_sleeping, qtbot: QtBot
) -> None:
    run = start_sleeping(2)
    done = subprocess.run(
        [sys.executable, "-c", OTHER], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    status, folder = done.stdout.split()
    assert status == "finished" and folder != str(run.folder)
    run.poll()
    assert not run.over and run.recording.counts.running == 2
    assert folder in {str(past.folder) for past in past_runs()}
    window.session.stop()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=LIMIT_MS)
