"""PySide6 6.12.0 on Python 3.11 loses a reference to None at every QPainter call, and aborts."""

import sys
from collections.abc import Callable

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.timeline.timeline_view import TimelineView

FRAMES = 300


def test_painting_loses_no_reference_to_none(
    qtbot: QtBot, make_recording: Callable[..., Recording]
) -> None:
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(600, 300)
    tasks = [(1, n / 10, n / 10 + 0.09, TaskState.DONE, n) for n in range(30)]
    view.set_recording(make_recording(tasks))
    image = QImage(view.size(), QImage.Format.Format_ARGB32)
    view.render(image)
    before = sys.getrefcount(None)
    for _ in range(FRAMES):
        view.render(image)
    assert sys.getrefcount(None) > before - FRAMES  # the fault costs dozens a frame
