"""A painting that goes wrong must not take the program with it."""

import gc
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from poolscope.engine.trace.layout import TaskState
from poolscope.gui.timeline.drawing import lane_painter
from poolscope.gui.timeline.drawing.placed_item import PlacedItem
from poolscope.gui.timeline.minimap import map_view
from poolscope.gui.timeline.minimap.minimap import Minimap
from poolscope.gui.timeline.picture import PictureOptions, draw_picture
from poolscope.gui.timeline.view.canvas import Canvas
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import Story, at


class _Broken(PlacedItem):
    def draw(self, painter: QPainter) -> None:
        raise IndexError("there is no such lane")


def test_what_a_painting_raises_comes_out_of_the_event_loop(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    canvas, item = Canvas(page), _Broken()
    canvas.resize(100, 100)
    item.place(QRectF(0, 0, 50, 50))
    canvas.addItem(item)
    with qtbot.capture_exceptions() as caught:
        canvas.grab()
        assert not caught
        qtbot.waitUntil(lambda: bool(caught))
    assert {str(error) for _, error, _ in caught} == {"there is no such lane"}


def no_lane(*_: object) -> None:
    raise IndexError("there is no such lane")


@pytest.fixture
def told(story: Callable[..., Story], monkeypatch: pytest.MonkeyPatch) -> Story:
    """A run of which nothing can be laid out."""
    told = story([(1, n / 10, n / 10 + 0.09, TaskState.DONE, n) for n in range(3)])
    told.update()
    monkeypatch.setattr(lane_painter, "marks_of", no_lane)
    return told


def test_a_picture_of_lanes_that_goes_wrong_ends_no_window(qtbot: QtBot, told: Story) -> None:
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(400, 160)
    view.set_recording(told.recording)
    view.refresh(at(0.3))
    for _ in range(3):
        assert _raised_by_a_frame(view, qtbot) == {IndexError}
        gc.collect()  # what was painted with, and on, goes with the exception


def _raised_by_a_frame(view: TimelineView, qtbot: QtBot) -> set[type]:
    with qtbot.capture_exceptions() as caught:
        view.stage.lane_item.show_scene(view._scene(), view.stage.plot)
        view.grab()
        qtbot.waitUntil(lambda: bool(caught))
    return {type(error) for _, error, _ in caught}


def test_nor_does_a_picture_that_is_exported(qtbot: QtBot, told: Story) -> None:
    for _ in range(3):
        with pytest.raises(IndexError):
            draw_picture(told.recording, PictureOptions())
        gc.collect()


def test_nor_does_the_map(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, qtlog: Any) -> None:
    monkeypatch.setattr(map_view, "paint_ground", no_lane)
    view = TimelineView()
    qtbot.addWidget(view)
    overview = Minimap(view)
    qtbot.addWidget(overview)
    with pytest.raises(IndexError):
        overview.grab()
    assert not qtlog.records, "that a picture goes whose painter is at work"
