"""Why a run took that long is found out beside the window, once it is over."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from poolscope.engine import self_test
from poolscope.engine.breaking_off import BrokenOff, Watch
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.explain import explain as explain_module
from poolscope.engine.explain.costs import Costs
from poolscope.engine.explain.reason import Explanation, Silence
from poolscope.engine.metrics import measuring
from poolscope.engine.metrics.numbers import Numbers
from poolscope.engine.recording import Recording
from poolscope.gui import live_self_test
from poolscope.gui.app import make_application
from poolscope.gui.live_self_test import LiveSelfTest
from poolscope.gui.main_window import MainWindow
from poolscope.gui.remembered import Remembered

WAIT_MS = 30_000
START_WHEN_IDLE = LiveSelfTest.start_when_idle
COSTS = Costs(1e-4, 1e-6)


class Gate:
    """A measuring that stands still until it is let through, or broken off."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = self.broken_off = 0
        self.on_gui_thread: list[bool] = []
        self._measure = measuring.measure_run

    def __call__(self, recording: Recording, *, serial: object, watch: Watch) -> Numbers:
        self.begun += 1
        self.on_gui_thread.append(QThread.currentThread().isMainThread())
        try:
            while not self.open.wait(0.001):
                watch()
        except BrokenOff:
            self.broken_off += 1
            raise
        return self._measure(recording, serial=None, watch=watch)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setattr(measuring, "measure_run", gate)
    return gate


class Test:
    """A self-test that is over when it is told to be."""

    __test__ = False
    made: ClassVar[list["Test"]] = []

    def __init__(self) -> None:
        self.over = self.stopped = self.kept = False
        self.costs: Costs | None = None
        self.made.append(self)

    def poll(self) -> bool:
        self.over |= self.stopped
        return True

    def stop(self) -> None:
        self.stopped = True

    def keep(self) -> bool:
        self.kept = True
        return True


@pytest.fixture
def tests(monkeypatch: pytest.MonkeyPatch) -> list[Test]:
    """The self-tests that were begun, of a machine that nobody has measured."""
    monkeypatch.setattr(Test, "made", [])
    monkeypatch.setattr(self_test, "SelfTest", Test)
    monkeypatch.setattr(self_test, "costs_here", lambda: None)
    monkeypatch.setattr(LiveSelfTest, "start_when_idle", START_WHEN_IDLE)
    monkeypatch.setattr(live_self_test, "IDLE_MS", 1)
    return Test.made


@pytest.fixture
def explained(window: MainWindow, qtbot: QtBot) -> Callable[[], Explanation]:
    def wait() -> Explanation:
        qtbot.waitUntil(lambda: window.lab.explanation is not None, timeout=WAIT_MS)
        return window.lab.explanation

    return wait


def test_a_run_is_explained_when_it_is_over_on_a_thread_of_its_own(
    window: MainWindow, run, gate: Gate, explained, qtbot: QtBot
) -> None:
    run("count_primes", "range(6)")
    qtbot.waitUntil(lambda: gate.begun == 1, timeout=WAIT_MS)
    assert window.session.explaining.active and window.lab.explanation is None
    gate.open.set()
    assert explained().numbers.tasks == 6
    assert gate.on_gui_thread == [False] and not window.session.explaining.active


def test_an_opened_run_is_explained_too(
    window: MainWindow, run, explained, opened, tmp_path: Path
) -> None:
    run("count_primes", "range(6)")
    numbers = explained().numbers
    path = tmp_path / "six.poolscope"
    window.session.save(path)
    window.session.open(path)
    opened(window)
    assert explained().numbers.makespan_s == numbers.makespan_s


def test_another_run_breaks_off_what_is_being_found_out(
    window: MainWindow, run, gate: Gate, explained, qtbot: QtBot
) -> None:
    run("count_primes", "range(6)")
    qtbot.waitUntil(lambda: gate.begun == 1, timeout=WAIT_MS)
    run("count_primes", "range(3)")
    qtbot.waitUntil(lambda: gate.begun == 2, timeout=WAIT_MS)
    assert gate.broken_off == 1 and window.lab.explanation is None
    gate.open.set()
    assert explained().numbers.tasks == 3


def test_closing_the_window_breaks_it_off(
    window: MainWindow, run, gate: Gate, qtbot: QtBot
) -> None:
    run("count_primes", "range(6)")
    qtbot.waitUntil(lambda: gate.begun == 1, timeout=WAIT_MS)
    window.close_at_once()
    assert gate.broken_off == 1 and not window.session.explaining.active
    assert window.lab.explanation is None


def test_a_run_that_does_not_look_up_is_left_to_itself(
    window: MainWindow, run, monkeypatch: pytest.MonkeyPatch, explained, qtbot: QtBot
) -> None:
    busy, go = threading.Event(), threading.Event()
    measure = measuring.measure_run

    def deaf(recording: Recording, **facts: object) -> Numbers:
        if not busy.is_set():
            busy.set()
            go.wait(WAIT_MS / 1000)
            raise ValueError("its files have gone meanwhile")
        return measure(recording)

    monkeypatch.setattr(measuring, "measure_run", deaf)
    run("count_primes", "range(6)")
    qtbot.waitUntil(busy.is_set, timeout=WAIT_MS)
    run("count_primes", "range(3)")
    assert explained().numbers.tasks == 3
    go.set()
    leaving = window.session.explaining._leaving
    qtbot.waitUntil(lambda: all(one.isFinished() for one in leaving), timeout=WAIT_MS)
    assert window.lab.explanation.numbers.tasks == 3


def test_a_run_whose_files_have_gone_is_said_to_be_unreadable(
    window: MainWindow, run, explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> Numbers:
        raise FileNotFoundError("tasks.npy")

    monkeypatch.setattr(measuring, "measure_run", gone)
    run("count_primes", "range(6)")
    assert explained().silence is Silence.UNREADABLE
    assert "cannot be read" in window.summary.why.state.text()


def test_a_mistake_of_ours_is_raised_and_the_window_goes_on(
    window: MainWindow, run, explained, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def wrong(*_: object, **__: object) -> Numbers:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(explain_module, "explain", wrong)
    with qtbot.captureExceptions() as raised:
        run("count_primes", "range(6)")
        assert explained().silence is Silence.UNREADABLE
        qtbot.waitUntil(lambda: bool(raised), timeout=WAIT_MS)
    assert raised[0][0] is ZeroDivisionError


def test_a_run_that_was_stopped_is_silent(
    window: MainWindow, start_sleeping, explained, qtbot: QtBot
) -> None:
    start_sleeping(2)
    window.session.stop()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=WAIT_MS)
    assert explained().silence is Silence.NOT_WHOLE


def test_the_machine_is_measured_once_after_the_first_run_and_the_run_explained_again(
    window: MainWindow, run, tests: list[Test], explained, qtbot: QtBot, monkeypatch
) -> None:
    known: list[object] = []
    explain = explain_module.explain
    monkeypatch.setattr(
        explain_module,
        "explain",
        lambda recording, numbers, costs, **facts: (
            known.append(costs) or explain(recording, numbers, costs, **facts)
        ),
    )
    run("count_primes", "range(6)")
    first = explained()
    qtbot.waitUntil(lambda: len(tests) == 1, timeout=WAIT_MS)
    assert window.timeline.progress_text.text() == "Measuring this machine, once…"
    tests[0].costs, tests[0].over = COSTS, True
    qtbot.waitUntil(lambda: known == [None, COSTS], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.lab.explanation is not first, timeout=WAIT_MS)
    assert tests[0].kept and window.lab.explanation.numbers is first.numbers
    assert "finished in" in window.timeline.progress_text.text()
    run("count_primes", "range(3)")
    qtbot.waitUntil(lambda: known == [None, COSTS, COSTS], timeout=WAIT_MS)
    assert len(tests) == 1 and not window.session.explaining.self_test.active


def test_a_run_that_starts_ends_the_self_test_and_another_comes_later(
    window: MainWindow, run, tests: list[Test], explained, qtbot: QtBot
) -> None:
    run("count_primes", "range(6)")
    qtbot.waitUntil(lambda: len(tests) == 1, timeout=WAIT_MS)
    window.lab.load(Experiment("sleep", "[0.3]", PoolSettings(1)))
    window.session.run()
    assert tests[0].stopped and not window.session.explaining.self_test.active
    assert "Measuring" not in window.timeline.progress_text.text()
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)
    assert not window.lab.running
    window.close_at_once()
    assert tests[1].stopped and not tests[1].kept


def test_a_self_test_that_found_nothing_is_not_tried_again(
    window: MainWindow, run, tests: list[Test], explained, qtbot: QtBot
) -> None:
    run("count_primes", "range(6)")
    qtbot.waitUntil(lambda: len(tests) == 1, timeout=WAIT_MS)
    tests[0].over = True
    qtbot.waitUntil(lambda: not window.session.explaining.self_test.active, timeout=WAIT_MS)
    run("count_primes", "range(3)")
    explained()
    assert not window.session.explaining.self_test._idle.isActive() and len(tests) == 1


def test_opened_and_failed_runs_have_nobody_measure_the_machine(
    window: MainWindow, run, task_file: Path, explained, opened, tmp_path: Path, qtbot, request
) -> None:
    run("count_primes", "range(6)")
    explained()
    path = tmp_path / "six.poolscope"
    window.session.save(path)
    made = request.getfixturevalue("tests")
    idle = window.session.explaining.self_test._idle
    window.session.open(path)
    opened(window)
    explained()
    assert not idle.isActive() and not made
    window.lab.load(Experiment(f"{task_file}:boom", "[2]"))
    run()
    explained()
    assert not idle.isActive() and not made


def test_the_costs_of_this_machine_are_not_those_of_another(
    window: MainWindow, run, explained, opened, tmp_path: Path, monkeypatch
) -> None:
    known: list[object] = []
    explain = explain_module.explain
    monkeypatch.setattr(self_test, "costs_here", lambda: COSTS)
    monkeypatch.setattr(
        explain_module,
        "explain",
        lambda recording, numbers, costs, **facts: (
            known.append(costs) or explain(recording, numbers, costs, **facts)
        ),
    )
    run("count_primes", "range(6)")
    explained()
    path = tmp_path / "six.poolscope"
    window.session.save(path)
    window.session.open(path)
    opened(window)
    explained()
    file = window.lab.recording.folder / "experiment.json"
    text = file.read_text()
    assert '"logical": ' in text
    file.write_text(text.replace('"logical": ', '"logical": 9'))
    window.session.save(path)
    window.session.open(path)
    opened(window)
    explained()
    assert known == [COSTS, COSTS, None]


def test_a_busy_machine_is_measured_later(
    window: MainWindow, run, tests: list[Test], explained, qtbot: QtBot, monkeypatch
) -> None:
    free = [0.0, 0.0, 64.0]
    monkeypatch.setattr(live_self_test.Idle, "look", lambda _self: free.pop(0))
    run("count_primes", "range(6)")
    explained()
    qtbot.waitUntil(lambda: len(tests) == 1, timeout=WAIT_MS)
    assert not free
    window.session.explaining.self_test.stop()
    monkeypatch.setattr(live_self_test.Idle, "look", lambda _self: 0.0)
    run("count_primes", "range(3)")
    qtbot.waitUntil(lambda: len(tests) == 2, timeout=WAIT_MS)


def test_a_real_self_test_is_run_and_kept(
    window: MainWindow, run, explained, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr(self_test, "FILE", "costs_of_this_test.json")
    monkeypatch.setattr(LiveSelfTest, "start_when_idle", START_WHEN_IDLE)
    monkeypatch.setattr(live_self_test, "IDLE_MS", 1)
    assert self_test.costs_here() is None
    run("count_primes", "range(6)")
    explained()
    test = window.session.explaining.self_test
    qtbot.waitUntil(lambda: test.active, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not test.active, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.session.explaining.active, timeout=WAIT_MS)
    assert self_test.costs_here() is not None


@pytest.mark.parametrize("measures", [True, False])
def test_a_window_that_must_not_measure_the_machine_does_not(
    measures: bool, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    began: list[LiveSelfTest] = []
    monkeypatch.setattr(self_test, "costs_here", lambda: None)
    monkeypatch.setattr(LiveSelfTest, "start_when_idle", lambda one: began.append(one))
    make_application()
    window = MainWindow(Remembered(tmp_path / "window.json"), measures_machine=measures)
    qtbot.addWidget(window)
    window.session.run()
    qtbot.waitUntil(lambda: window.lab.explanation is not None, timeout=WAIT_MS)
    window.close_at_once()
    assert len(began) == int(measures)
