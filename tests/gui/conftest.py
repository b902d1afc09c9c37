"""What the window's tests share: a window that is cleaned up, and waiting for runs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from poolscope.engine.run import Run
from poolscope.gui.app import make_application
from poolscope.gui.dialogs import closing
from poolscope.gui.live_self_test import LiveSelfTest
from poolscope.gui.main_window import MainWindow
from poolscope.gui.remembered import Remembered

RUN_MS = 30_000
"""The limit for a short run on a loaded machine."""


@pytest.fixture(autouse=True)
def no_waiting_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that is closed while a run is on asks; where nobody looks, the run is stopped."""

    def stop_and_close(box: QMessageBox) -> int:
        buttons = {box.buttonRole(button): button for button in box.buttons()}
        buttons[QMessageBox.ButtonRole.AcceptRole].click()
        return 0

    monkeypatch.setattr(closing.QMessageBox, "exec", stop_and_close)


@pytest.fixture(autouse=True)
def no_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is measured by the tests that are about it, and beside no other."""
    monkeypatch.setattr(LiveSelfTest, "start_when_idle", lambda _self: None)


@pytest.fixture
def make_window(
    qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], MainWindow]]:
    """Make a window; each of a test's windows remembers what the one before it has left."""
    make_application()
    windows: list[MainWindow] = []
    remembered = tmp_path_factory.mktemp("remembered") / "window.json"

    def make() -> MainWindow:
        window = MainWindow(Remembered(remembered))
        qtbot.addWidget(window)
        windows.append(window)
        return window

    yield make
    for window in windows:
        window.close_at_once()


@pytest.fixture
def window(make_window: Callable[[], MainWindow], qtbot: QtBot) -> MainWindow:
    window = make_window()
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def run(window: MainWindow, qtbot: QtBot, choose: Callable[[str], None]) -> Callable[..., None]:
    """Run what is in the form, or a task with inputs, to its end."""

    def run_to_its_end(task: str | None = None, inputs: str | None = None) -> None:
        if task is not None:
            choose(task)
        if inputs is not None:
            window.form.inputs_section.inputs.setText(inputs)
        window.actions_by_name["run"].trigger()
        qtbot.waitUntil(lambda: not window.lab.running, timeout=RUN_MS)

    return run_to_its_end


@pytest.fixture
def opened(qtbot: QtBot) -> Callable[[MainWindow], None]:
    """`opened(window)` waits until the run that is being opened has come, or was refused."""
    return lambda window: qtbot.waitUntil(lambda: not window.session.opening.active, timeout=RUN_MS)


@pytest.fixture
def choose(window: MainWindow) -> Callable[[str], None]:
    """Choose a task of the list by its name."""
    return lambda task: window.form.task_section.task.setCurrentIndex(
        window.form.task_section.task.findData(task)
    )


@pytest.fixture
def start_sleeping(
    window: MainWindow, qtbot: QtBot, choose: Callable[[str], None]
) -> Callable[[int], Run]:
    """Start so many tasks that sleep for a minute, and wait until two, or the one, run."""

    def start(tasks: int) -> Run:
        choose("sleep")
        window.form.inputs_section.inputs.setText(f"[60] * {tasks}")
        window.actions_by_name["run"].trigger()
        running = min(tasks, 2)
        qtbot.waitUntil(lambda: window.lab.recording.counts.running == running, timeout=RUN_MS)
        run = window.session.live.run
        assert run is not None
        return run

    return start


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sentences of the boxes that would have come up."""
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: said.append(text))
    return said


@pytest.fixture
def task_file(tmp_path: Path) -> Path:
    """A file of tasks that leaves a mark when anybody imports it."""
    path = tmp_path / "my_tasks.py"
    path.write_text(
        "import pathlib\n"
        "pathlib.Path(__file__).with_suffix('.mark').touch()\n"
        "def double(x):\n"
        "    '''Doubles its input.'''\n"
        "    return 2 * x\n"
        "def two(a, b):\n"
        "    return a + b\n"
        "def boom(x):\n"
        "    if x == 2:\n"
        "        raise LookupError(f'no {x} here')\n"
        "    return x\n"
    )
    return path
