"""PySide6 6.12.0 on Python 3.11 loses a reference to None at every QPainter call, and aborts."""

import gc
import sys
from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from poolscope.engine.explain.reason import Evidence, Span
from poolscope.engine.trace.layout import ChunkOutcome, Phase, TaskState
from poolscope.gui.timeline.drawing.lane_painter import LanePainter
from poolscope.gui.timeline.strips.kinds import StripKind
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import Story, Task, at

DONE, RAISED, LOST, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.OPEN
MakeStory = Callable[..., Story]
FRAMES = 400
"""Of each kind: thousands in all."""
NOISE = 50
"""References to None come and go; the fault costs dozens a frame."""


def exact(story: MakeStory) -> Story:
    return story([(1, n / 10, n / 10 + 0.09, DONE, n) for n in range(30)])


def dense(story: MakeStory) -> Story:
    return story([(1, n / 1e4, n / 1e4 + 9e-5, (DONE, RAISED)[n % 70 == 0], n) for n in range(900)])


def bad(story: MakeStory) -> Story:
    states = (DONE, RAISED, LOST)
    return story([(1, n / 10, n / 10 + 0.09, states[n % 3], n) for n in range(12)])


def running(story: MakeStory) -> Story:
    tasks: list[Task] = [(1, 0.1, 0.2, DONE, 0), (1, 0.2, None, OPEN, 0), (2, None, None, OPEN, 1)]
    told = story(tasks)
    told._chunks["taken"][1] = at(0.1)
    told._workers.set(2, "chunk", 1)
    told._workers.set(2, "phase", Phase.UNPICKLING)
    told.initialize(2, 0.01, 0.05)
    return told


def vain(story: MakeStory) -> Story:
    told = story([(1, n / 10, n / 10 + 0.09, DONE, n // 3) for n in range(12)])
    told._chunks["outcome"][1] = ChunkOutcome.NOT_SENT
    return told


def waiting(story: MakeStory) -> Story:
    told = story([(1, n / 10, n / 10 + 0.09, DONE, n) for n in range(12)], method="imap")
    for row in range(10):
        told.fetch(row, 1.0 + row / 50)
    return told


@pytest.mark.parametrize("tell", [exact, dense, bad, running, vain, waiting])
def test_painting_loses_no_reference_to_none(
    qtbot: QtBot, story: MakeStory, tell: Callable[[MakeStory], Story]
) -> None:
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.layout().activate()  # it is not shown, so its parts would have no room
    told = tell(story)
    told.update()
    view.set_strips_said(dict.fromkeys(StripKind, True))
    view.set_recording(told.recording)
    view.refresh(at(1.5))
    view.select(0)
    view.select_worker(1)
    view.show_evidence(Evidence((Span(at(0.1), at(0.3), (1,)), Span(at(9), at(10))), (0,)))
    qtbot.waitUntil(lambda: not view.strips_busy)
    assert len(view.stage.strips.strips) == len(StripKind)
    scene, image = view._scene(), QImage(view.size(), QImage.Format.Format_ARGB32)
    assert scene is not None

    def paint() -> None:
        view.stage.lane_item.show_scene(scene, view.stage.plot)  # or it keeps what it has drawn
        view._show_strips()
        view.render(image)

    paint()
    gc.collect()  # what earlier tests have left holds many of them
    before = sys.getrefcount(None)
    for _ in range(FRAMES):
        paint()
    assert sys.getrefcount(None) > before - NOISE


def test_frames_are_painted_anew(
    qtbot: QtBot, story: MakeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test above counts on."""
    drawn = []
    paint = LanePainter.paint_lanes
    monkeypatch.setattr(LanePainter, "paint_lanes", lambda *args: (drawn.append(1), paint(*args)))
    view = TimelineView()
    qtbot.addWidget(view)
    view.set_recording(exact(story).recording)
    image = QImage(view.size(), QImage.Format.Format_ARGB32)
    for count in (1, 2, 3):
        view.stage.lane_item.show_scene(view._scene(), view.stage.plot)
        view.render(image)
        assert len(drawn) == count
