"""The main job on a real X display, with a real mouse and a real keyboard."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtGui import QImage

from poolscope.gui.theme import LIGHT

TOOLS = ("Xvfb", "openbox", "xdotool")
LIMIT_S = 60.0
"""A fault's limit: a window that has not done it by then does not do it."""

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason="needs Xvfb, openbox and xdotool"
)

GRAB = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
app.primaryScreen().grabWindow(0).save(sys.argv[1])
"""


def wait_for(condition: Callable[[], object], what: str) -> object:
    deadline = time.monotonic() + LIMIT_S
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {LIMIT_S} s for {what}"
        time.sleep(0.05)  # between two looks, never instead of one
    return found


class Desk:
    """An X display with a window manager, and the window on it."""

    def __init__(self, tmp_path: Path) -> None:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with open(read) as pipe:
            number = pipe.readline().strip()
        self.tmp_path = tmp_path
        self.data = tmp_path / "data"
        self.env = os.environ | {
            "DISPLAY": f":{number}",
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": "1",
            "XDG_DATA_HOME": str(self.data),
            "HOME": str(tmp_path),
        }
        self._manager = subprocess.Popen(
            ["openbox"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def start(self) -> None:
        """Start the program and wait for its window."""
        self.app = subprocess.Popen([sys.executable, "-m", "poolscope.gui"], env=self.env)
        self.window = str(wait_for(self._find_window, "the window"))
        self.tool("windowactivate", "--sync", self.window)
        self.tool("windowmove", "--sync", self.window, "0", "0")

    def _find_window(self) -> str:
        assert self.app.poll() is None, "the program ended before its window was there"
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "^Poolscope$"],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.split("\n")[0]

    def tool(self, *arguments: str) -> None:
        """Move the mouse, press keys."""
        subprocess.run(["xdotool", *arguments], env=self.env, check=True, capture_output=True)

    def picture(self) -> np.ndarray:
        """What the screen shows, as rows of 0xRRGGBB."""
        path = self.tmp_path / "screen.png"
        subprocess.run([sys.executable, "-c", GRAB, str(path)], env=self.env, check=True)
        image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
        rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
        return rows[:, : image.width()] & 0xFFFFFF

    def find(self, colour: str, width: int) -> tuple[int, int] | None:
        """The middle of the topmost run of `colour` that is at least so many pixels wide."""
        wanted = self.picture() == int(colour[1:], 16)
        for y, row in enumerate(wanted):
            edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(int), [0]))))
            for begin, end in zip(edges[::2], edges[1::2], strict=True):
                if end - begin >= width:
                    return int(begin + end) // 2, y
        return None

    def runs(self) -> list[Path]:
        return sorted((self.data / "poolscope" / "runs").glob("*/"))

    def events(self, run: Path) -> list[str]:
        text = (run / "events.jsonl").read_text() if (run / "events.jsonl").exists() else ""
        return [json.loads(line)["event"] for line in text.splitlines()]

    def leave(self) -> None:
        for process in (getattr(self, "app", None), self._manager, self._server):
            if process is not None:
                process.terminate()
                process.wait(10)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    try:
        desk.start()
        yield desk
    finally:
        desk.leave()


def test_a_person_runs_drags_stops_and_exports(desk: Desk, tmp_path: Path) -> None:
    # One click on the green button runs the ready experiment.
    button = wait_for(lambda: desk.find(LIGHT.run, 100), "the Run button")
    desk.tool("mousemove", *map(str, (button[0], button[1] + 12)), "click", "1")
    wait_for(lambda: desk.runs() and "ended" in desk.events(desk.runs()[0]), "the first run")
    wait_for(lambda: desk.find("#4477AA", 40), "bars of the first chunk's colour")

    # The mouse drags the processes slider; F5 runs again, now with more workers.
    x, y = processes_handle(desk)
    desk.tool("mousemove", str(x), str(y), "mousedown", "1")
    desk.tool("mousemove", str(x + 40), str(y), "mousemove", str(x + 60), str(y), "mouseup", "1")
    wait_for(lambda: desk.find(LIGHT.run, 100), "the end of the run")
    desk.tool("key", "F5")
    wait_for(lambda: len(desk.runs()) == 2, "the second run")
    second = desk.runs()[1]
    wait_for(lambda: "ended" in desk.events(second), "the end of the second run")
    assert json.loads((second / "experiment.json").read_text())["experiment"]["pool"][
        "processes"
    ] in range(3, 9)

    # Alt+I goes to the inputs; a long run is stopped with Escape, and nobody is left.
    wait_for(lambda: desk.find(LIGHT.run, 100), "the end of the run")
    desk.tool("key", "alt+i", "ctrl+a")
    desk.tool("type", "[600] * 8")
    desk.tool("key", "F5")
    wait_for(lambda: len(desk.runs()) == 3, "the third run")
    third = desk.runs()[2]
    wait_for(lambda: "called" in desk.events(third), "the third run's start")
    host = next(
        json.loads(line)["pid"]
        for line in (third / "events.jsonl").read_text().splitlines()
        if json.loads(line)["event"] == "host"
    )
    desk.tool("key", "Escape")
    wait_for(lambda: "stopped" in desk.events(third), "the stop")
    wait_for(lambda: not psutil.pid_exists(host), "the host's end")

    # Ctrl+Shift+E, Enter, a name, Enter: the picture is a file.
    wait_for(lambda: desk.find(LIGHT.run, 100), "the end of the run")
    target = tmp_path / "picture.png"
    desk.tool("key", "ctrl+shift+e")
    wait_for(lambda: titled(desk, "Export picture"), "the picture dialog")
    desk.tool("key", "Return")
    wait_for(lambda: titled(desk, "Save picture"), "the file dialog")
    desk.tool("key", "ctrl+a")
    desk.tool("type", str(target))
    desk.tool("key", "Return")
    wait_for(target.exists, "the picture")
    assert QImage(str(target)).width() == 2400


def processes_handle(desk: Desk) -> tuple[int, int]:
    """Where the blue part of the topmost slider's groove ends: its handle."""
    picture = desk.picture()
    accent, line = int(LIGHT.accent[1:], 16), int(LIGHT.line[1:], 16)
    for y in range(150, 500):
        blue = np.flatnonzero(picture[y, :280] == accent)
        grey = np.flatnonzero(picture[y, :280] == line)
        if len(blue) >= 8 and len(grey) >= 60 and blue[-1] < grey[-1]:
            return int(blue[-1]) - 2, y
    raise AssertionError("no slider on the screen")


def titled(desk: Desk, title: str) -> list[str]:
    """Visible windows with this title; Qt adds the program's name."""
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", f"^{title}"],
        env=desk.env,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.split()
