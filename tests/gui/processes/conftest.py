"""A panel of processes alone, and samples made by hand."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from poolscope.engine.journal import Status
from poolscope.engine.messages import Event
from poolscope.engine.recording import Recording
from poolscope.engine.sampling.layout import ProcessState, Role
from poolscope.engine.sampling.samples import Reading, SampledProcess
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.app import make_application
from poolscope.gui.lab import Lab
from poolscope.gui.panels.processes.panel import ProcessesPanel
from poolscope.gui.panels.processes.words import (
    NAME,
)
from poolscope.gui.theme import LIGHT

from ..timeline.conftest import Story, Task, at

OPEN = TaskState.OPEN
KEEPER_PID, HOST_PID = 48_100, 48_101
LIMIT_MS = 30_000


class Seen:
    """Samples made by hand, in the place of those that the sampler has taken."""

    def __init__(self) -> None:
        self.processes: list[SampledProcess] = []
        self.readings: dict[int, Reading] = {}
        self.behind = self.incomplete = False

    def add(self, pid: int, role: Role, ppid: int = 0, **more: object) -> SampledProcess:
        number = len(self.processes)
        process = SampledProcess(number, pid, ppid, role, "python3", at(0), **more)  # type: ignore[arg-type]
        self.processes.append(process)
        self.read(number)
        return process

    def read(self, number: int, cpu: float | None = 0.5, **more: object) -> None:
        facts = {"rss": 21_500_000, "threads": 3, "state": ProcessState.SLEEPING} | more
        self.readings[number] = Reading(at(1), cpu, **facts)  # type: ignore[arg-type]

    def update(self, limit: int | None = None) -> bool:
        return False

    def last(self, number: int) -> Reading | None:
        return self.readings.get(number)


@pytest.fixture
def lab() -> Lab:
    make_application()
    return Lab()


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> Iterator[ProcessesPanel]:
    """The panel alone, as low and as wide as its tab is."""
    panel = ProcessesPanel(lab, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(640, 200)
    panel.show()
    qtbot.waitExposed(panel)
    QAbstractItemModelTester(panel.model, panel)
    yield panel
    panel.close()
    qtbot.waitUntil(lambda: not panel.details.own_memory.busy, timeout=LIMIT_MS)


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Story]:
    """`told()`: a run that goes on, whose host and keeper have been told of."""

    def make(processes: int = 2) -> Story:
        tasks: list[Task] = [(1, 0.1, None, OPEN, 0), (2, None, None, OPEN, 1)]
        story = Story(tmp_path / "run", tasks, processes)
        story.tell(Event.HOST, pid=HOST_PID, ppid=KEEPER_PID, python="3.11.7")
        story.update()
        return story

    return make


def sampled(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Give the recording samples; app, keeper, host and all workers are in them."""
    seen = Seen()
    monkeypatch.setattr(recording, "samples", seen, raising=False)
    seen.add(os.getpid(), Role.APP)
    seen.add(KEEPER_PID, Role.KEEPER, os.getpid(), parent=0)
    seen.add(HOST_PID, Role.HOST, KEEPER_PID, parent=1)
    assert recording.trace is not None
    for lane in recording.trace.lanes:
        seen.add(lane.pid, Role.WORKER, HOST_PID, ordinal=lane.ordinal, parent=2)
    return seen


def show(panel: ProcessesPanel, lab: Lab, story: Story, status: Status = Status.RUNNING) -> None:
    lab.show(story.recording, status)
    look(panel)


def look(panel: ProcessesPanel) -> None:
    """Bring the tree up to date, as its timer does."""
    panel._go_on()
    while panel.model.behind:
        panel._go_on()


def lines(panel: ProcessesPanel, *columns: int) -> list[str]:
    """What the rows say that are open, with dots for how deep they are."""
    model, view = panel.model, panel.view
    found, index = [], model.index(0, 0)
    while index.isValid():
        depth, above = 0, index.parent()
        while above.isValid():
            depth, above = depth + 1, above.parent()
        texts = [index.siblingAtColumn(column).data() for column in columns or (NAME,)]
        found.append("." * depth + " | ".join(texts))
        index = view.indexBelow(index)
    return found


def index_of(panel: ProcessesPanel, ordinal: int) -> QModelIndex:
    return panel.model.index_of_worker(ordinal)


def cell(panel: ProcessesPanel, ordinal: int, column: int) -> str:
    return str(index_of(panel, ordinal).siblingAtColumn(column).data())
