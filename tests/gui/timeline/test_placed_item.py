"""A painting that goes wrong must not take the program with it."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from poolscope.gui.timeline.drawing.placed_item import PlacedItem
from poolscope.gui.timeline.view.canvas import Canvas


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
