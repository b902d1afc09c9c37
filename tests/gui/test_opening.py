"""Runs are read beside the window, which goes on meanwhile."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QThread, QTimer
from pytestqt.qtbot import QtBot

from poolscope.engine import run_folder
from poolscope.engine.breaking_off import Watch
from poolscope.engine.journal import Status
from poolscope.engine.recording import Recording
from poolscope.gui.main_window import MainWindow

WAIT_MS = 20_000
Opened = Callable[[MainWindow], None]


class Gate:
    """A reader of runs that stands still until it is let through, or broken off."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.asked = self.broken_off = 0
        self.folders: list[Path] = []
        self.on_gui_thread: list[bool] = []
        self._read = run_folder.open_saved

    def __call__(self, path: Path, watch: Watch) -> Recording:
        self.asked += 1
        self.on_gui_thread.append(QThread.currentThread().isMainThread())
        recording = self._read(path, watch)
        self.folders.append(recording.folder)
        try:
            while not self.open.wait(0.001):
                watch()
        except BaseException:
            self.broken_off += 1
            run_folder.delete(recording.folder)
            raise
        return recording


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setattr(run_folder, "open_saved", gate)
    return gate


@pytest.fixture
def saved(window: MainWindow, run: Callable[..., None], tmp_path: Path) -> Path:
    """A run of three tasks, saved; another one is shown."""
    run("count_primes", "range(3)")
    path = tmp_path / "three.poolscope"
    window.session.save(path)
    run("laborator", "(0, 0)")
    return path


def test_the_window_goes_on_while_a_run_is_read(
    window: MainWindow, saved: Path, gate: Gate, qtbot: QtBot, opened: Opened
) -> None:
    before = window.lab.recording
    beats: list[int] = []
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: beats.append(1))
    timer.start()
    window.session.open(saved)
    assert window.session.opening.active and window.lab.recording is before
    qtbot.waitUntil(lambda: bool(gate.folders) and len(beats) > 20, timeout=WAIT_MS)
    assert window.lab.recording is before and gate.on_gui_thread == [False]
    gate.open.set()
    opened(window)
    timer.stop()
    assert window.lab.recording is not None and window.lab.recording.counts.done == 3
    assert window.lab.status is Status.FINISHED
    assert window.windowTitle().startswith("three.poolscope")


def test_what_takes_long_is_said_at_the_foot_and_what_does_not_is_not(
    window: MainWindow, saved: Path, gate: Gate, qtbot: QtBot, opened: Opened
) -> None:
    foot, said = window.timeline.foot, []
    window.session.opening.took_long.connect(said.append)
    before = foot.text.text()
    window.session.open(saved)
    assert foot.text.text() == before
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert foot.text.text() == "Opening three.poolscope…"
    window.lab.trace_changed.emit()
    assert foot.text.text() == "Opening three.poolscope…", "until it is there"
    gate.open.set()
    opened(window)
    assert foot.text.text().startswith("3 / 3 · finished in ")
    said.clear()
    window.session.opening._moment.setInterval(WAIT_MS)  # however slow the machine is
    window.session.open(saved)
    opened(window)
    assert not said and window.session.opening._moment.isActive() is False


def test_stop_breaks_off(window: MainWindow, saved: Path, gate: Gate, qtbot: QtBot) -> None:
    before = window.lab.recording
    assert not window.actions_by_name["stop"].isEnabled()
    window.session.open(saved)
    qtbot.waitUntil(lambda: bool(gate.folders), timeout=WAIT_MS)
    assert window.actions_by_name["stop"].isEnabled()
    window.actions_by_name["stop"].trigger()
    assert not window.session.opening.active and gate.broken_off == 1
    assert not window.actions_by_name["stop"].isEnabled()
    assert window.lab.recording is before and not gate.folders[0].exists()


@pytest.mark.parametrize("what", ["run", "experiment", "tasks"])
def test_another_file_takes_its_place(
    window: MainWindow,
    saved: Path,
    gate: Gate,
    qtbot: QtBot,
    opened: Opened,
    tmp_path: Path,
    task_file: Path,
    what: str,
) -> None:
    window.session.save_experiment(tmp_path / "experiment.json")
    paths = {"run": saved, "experiment": tmp_path / "experiment.json", "tasks": task_file}
    before = window.lab.recording
    window.session.open(saved)
    qtbot.waitUntil(lambda: bool(gate.folders), timeout=WAIT_MS)
    window.session.open(paths[what])
    assert gate.broken_off == 1
    gate.open.set()
    opened(window)
    assert not gate.folders[0].exists()
    if what == "run":
        assert gate.asked == 2 and window.lab.recording.folder == gate.folders[1]
    else:
        assert gate.asked == 1 and window.lab.recording is before


def test_a_run_that_is_started_is_not_replaced_by_what_comes_later(
    window: MainWindow, saved: Path, gate: Gate, qtbot: QtBot, run: Callable[..., None]
) -> None:
    window.session.open(saved)
    qtbot.waitUntil(lambda: bool(gate.folders), timeout=WAIT_MS)
    run("laborator", "(0,)")
    assert gate.broken_off == 1 and window.lab.recording.counts.total == 1


def test_what_had_been_read_when_it_was_broken_off_is_deleted(
    window: MainWindow, saved: Path, gate: Gate, qtbot: QtBot
) -> None:
    before = window.lab.recording
    gate.open.set()
    window.session.open(saved)
    reading = window.session.opening._reading
    assert reading is not None and reading.wait(WAIT_MS)  # its end has not been heard of
    window.session.opening.stop()
    qtbot.wait(1)
    assert window.lab.recording is before
    assert gate.broken_off == 0 and not gate.folders[0].exists()


def test_a_kept_run_that_had_been_read_stays(window: MainWindow, run: Callable[..., None]) -> None:
    run("laborator", "(0, 0)")
    folder = window.lab.recording.folder
    run("laborator", "(0,)")
    window.session.open_kept(folder)
    reading = window.session.opening._reading
    assert reading is not None and reading.wait(WAIT_MS)
    window.session.opening.stop()
    assert folder.exists() and window.lab.recording.counts.total == 1


def test_closing_the_window_waits_for_no_file(
    window: MainWindow, saved: Path, gate: Gate, qtbot: QtBot
) -> None:
    window.session.open(saved)
    qtbot.waitUntil(lambda: bool(gate.folders), timeout=WAIT_MS)
    window.close()
    assert gate.broken_off == 1 and not gate.folders[0].exists()


def test_nothing_is_opened_while_a_run_is_on(
    window: MainWindow, saved: Path, gate: Gate, start_sleeping: Callable[[int], object]
) -> None:
    start_sleeping(2)
    window.session.open(saved)
    window.session.open_kept(saved.parent)
    assert gate.asked == 0 and not window.session.opening.active
    assert window.timeline.foot.text.text().startswith("A run is on.")


def test_an_error_of_our_own_is_raised_where_somebody_sees_it(
    window: MainWindow, saved: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, opened: Opened
) -> None:
    def fail(_path: Path, _watch: Watch) -> Recording:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(run_folder, "open_saved", fail)
    with qtbot.captureExceptions() as raised:
        window.session.open(saved)
        opened(window)
    assert [kind for kind, *_ in raised] == [ZeroDivisionError]
    assert window.timeline.foot.text.text().startswith("2 / 2")


def test_reading_looks_up_often(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run_folder.delete(run_folder.open_saved(saved, lambda: asked.append("blocks")).folder)
    monkeypatch.setattr("poolscope.engine.trace.sound.BLOCK", 1)
    run_folder.delete(run_folder.open_saved(saved, lambda: asked.append("rows")).folder)
    assert asked.count("rows") > 2 * asked.count("blocks") > 0
