"""Makes the pictures of the README from real runs: `python3 dev.py screenshots`."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer
from PySide6.QtTest import QTest

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.gui.app import make_application
from poolscope.gui.main_window import MainWindow
from poolscope.gui.remembered import Remembered
from poolscope.gui.theme import DARK, LIGHT
from poolscope.gui.timeline.scene.palette import ColourBy

FOLDER = Path(__file__).parent.parent / "resources" / "screenshots"
LIMIT_MS = 60_000


SOURCE = '''\
import time


def open_connection(seconds):
    """Called first in each worker."""
    time.sleep(seconds)


def fetch(number):
    """Some take longer than others."""
    time.sleep(0.02 + 0.04 * (number * 7 % 5))
    return number


def numbers():
    yield from range(24)
'''
OWN = Experiment(
    "fetch",
    "numbers()",
    PoolSettings(
        4,
        method="imap",
        maxtasksperchild=4,
        initializer="open_connection",
        initargs="(0.1,)",
    ),
    source=SOURCE,
)


def wait_until(condition: Callable[[], object]) -> None:
    clock = QElapsedTimer()
    clock.start()
    while not condition():
        if clock.elapsed() > LIMIT_MS:
            raise SystemExit("the run did not get there")
        QTest.qWait(20)


def take(window: MainWindow, name: str) -> None:
    QTest.qWait(300)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    window.grab().save(str(path))
    print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def run(window: MainWindow, task: str, inputs: str | None = None, **pool: int | str | None) -> None:
    window.form.task_section.task.setCurrentIndex(window.form.task_section.task.findData(task))
    if inputs is not None:
        window.form.inputs_section.inputs.setText(inputs)
    window.lab.set_experiment(window.lab.experiment.with_pool(**pool))
    window.session.run()


def main() -> int:
    make_application()
    with TemporaryDirectory() as folder:  # nothing of the user's own is read or written
        take_all(MainWindow(Remembered(Path(folder) / "window.json"), measures_machine=False))
    return 0


def take_all(window: MainWindow) -> None:
    window.set_appearance(LIGHT)
    window.resize(1280, 800)
    window.show()
    run(window, "laborator", "(1, 2, 3)", processes=2)
    wait_until(lambda: not window.lab.running)
    take(window, "laborator")
    run(window, "uneven", processes=4, chunksize=4)
    wait_until(lambda: not window.lab.running)
    longest = max(
        (int(lane.rows[(lane.ended - lane.begun).argmax()]) for lane in lanes(window)),
        key=lambda row: took(window, row),
    )
    window.lab.select(longest)
    take(window, "lab-light")
    window.lab.load(OWN)
    window.session.run()
    wait_until(lambda: not window.lab.running)
    window.tabs.setCurrentWidget(window.editor)
    take(window, "imap")
    window.lab.load(Experiment())
    run(window, "uneven", processes=4, chunksize=4)
    wait_until(lambda: not window.lab.running)
    window.tabs.setCurrentWidget(window.results)
    window.set_appearance(DARK)
    window.timeline.set_colour_by(ColourBy.DURATION)
    window.resize(1024, 640)
    take(window, "lab-dark-1024")
    window.close()


def lanes(window: MainWindow) -> list:
    return [lane for lane in window.lab.recording.trace.lanes if len(lane)]


def took(window: MainWindow, row: int) -> int:
    tasks = window.lab.recording.trace.tasks
    return int(tasks["ended"][row] - tasks["begun"][row])


if __name__ == "__main__":
    sys.exit(main())
