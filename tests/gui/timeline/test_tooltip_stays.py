"""What a hovering mouse says stays until the mouse moves on."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.timeline.view.timeline_view import TimelineView


def test_a_mouse_at_rest_does_not_hide_the_tool_tip(
    qtbot: QtBot, make_recording: Callable[..., Recording], qtlog
) -> None:
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.show()
    view.set_recording(make_recording([(1, 0.0, 1.0, TaskState.DONE, 0)]))
    with qtlog.disabled():  # the offscreen platform cannot raise a window
        view.stage.hovered.emit(QPointF(300, 20))
        assert QToolTip.text().startswith("<div")
        viewport = view.stage.viewport()
        view.stage.lane_item.setToolTip("the scene's own")
        place = QPoint(300, 20)
        at_rest = QHelpEvent(QEvent.Type.ToolTip, place, viewport.mapToGlobal(place))
        QApplication.sendEvent(viewport, at_rest)
        assert QToolTip.text().startswith("<div")
        QToolTip.hideText()
