"""What moves over the lanes does not have them drawn again."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import DARK, LIGHT
from poolscope.gui.timeline.drawing.lane_painter import LanePainter
from poolscope.gui.timeline.drawing.outlines import outlines_of
from poolscope.gui.timeline.scene.palette import ColourBy
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import Story, at

DONE = TaskState.DONE
TASKS = [(1, n / 10 + 0.05, n / 10 + 0.13, DONE, n) for n in range(10)]
Make = Callable[..., Recording]

pytestmark = pytest.mark.qt_log_ignore("does not support raise", extend=True)  # a tooltip's window


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """An item for each time that lanes are drawn."""
    times: list[int] = []
    paint = LanePainter.paint_lanes
    monkeypatch.setattr(LanePainter, "paint_lanes", lambda *args: (times.append(1), paint(*args)))
    return times


def place(view: TimelineView, row: int) -> QPoint:
    begin_ns, end_ns = view.view_span()
    plot = view.stage.plot
    x = (at(row / 10 + 0.09) - begin_ns) / (end_ns - begin_ns) * plot.width()
    return QPoint(round(plot.left() + x), 40)


def image_of(view: TimelineView) -> QImage:
    QApplication.processEvents()
    return view.stage.grab().toImage()


def test_hovering_and_selecting_draw_frames_and_no_lanes(
    view: TimelineView, make_recording: Make, drawn: list[int], qtbot: QtBot
) -> None:
    view.set_recording(make_recording(TASKS, 1))
    before = image_of(view)
    count = len(drawn)
    seen = []
    for row in (2, 3, 5):
        qtbot.mouseMove(view.stage.viewport(), place(view, row))
        seen.append(image_of(view))
    for row in (7, 8, None):
        view.select(row)
        seen.append(image_of(view))
    QApplication.sendEvent(view.stage, QEvent(QEvent.Type.Leave))
    assert len(drawn) == count
    assert image_of(view) == before
    assert all(one != other for one, other in pairwise(seen))
    assert before not in seen


def test_a_frame_over_kept_lanes_is_the_one_that_is_drawn_with_them(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(make_recording(TASKS, 1))
    image_of(view)
    view.select(4)
    kept = image_of(view)
    view._redraw()
    assert image_of(view) == kept


@pytest.mark.parametrize(
    "change",
    [
        lambda view: view.show_span(at(0.2), at(0.6)),
        lambda view: view.resize(700, 300),
        lambda view: view.set_theme(DARK),
        lambda view: view.set_colour_by(ColourBy.STATE),
        lambda view: view.set_recording(None),
    ],
)
def test_what_changes_the_lanes_has_them_drawn_again(
    view: TimelineView, make_recording: Make, change: Callable[[TimelineView], None]
) -> None:
    view.set_recording(make_recording(TASKS, 1))
    before = image_of(view)
    change(view)
    after = image_of(view)
    assert after != before
    view._redraw()
    assert image_of(view) == after


def test_on_another_screen_lanes_are_drawn_for_its_pixels(
    view: TimelineView, make_recording: Make, drawn: list[int]
) -> None:
    view.set_recording(make_recording(TASKS, 1))
    image_of(view)
    count = len(drawn)
    for ratio in (2.0, 1.3):
        image = QImage(view.stage.size() * ratio, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.scale(ratio, ratio)
        view.stage.lane_item.draw(painter)
        painter.end()
        count += 1
        assert len(drawn) == count
        right = round(view.stage.plot.right() * ratio) - 3
        assert image.pixelColor(right, 50) == QColor(LIGHT.track)


def test_the_line_of_a_selected_task_s_result_stands_where_all_of_them_do(
    view: TimelineView, story: Callable[..., Story]
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0), (1, 0.3, 0.5, DONE, 1)], 1, method="imap")
    tale.fetch(0, 0.45)
    view.set_recording(tale.recording)
    view.refresh(at(0.6))
    view.select(0)
    scene = view._scene()
    assert scene is not None
    outlines = outlines_of(scene, 0.0, 1.0)
    ((left, top, width, height),) = outlines.waits
    plot = view.stage.plot
    begin_ns, end_ns = view.view_span()
    ends = [
        plot.left() + (at(s) - begin_ns) / (end_ns - begin_ns) * plot.width() for s in (0.2, 0.45)
    ]
    assert (left, left + width) == pytest.approx(ends, abs=2)
    image = image_of(view)
    accent = image.pixelColor(round(left + width / 2), int(top + height / 2))
    assert accent.name() == view.stage.lane_item.painter.theme.accent
    tale.recording.update(ended=True)
    view.refresh(at(0.6))
    view.select(1)  # which nobody will take any more
    scene = view._scene()
    assert scene is not None and not outlines_of(scene, 0.0, 1.0).waits
