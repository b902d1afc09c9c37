"""A slider with ticks at values that mean something."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QToolTip, QWidget

TICK_PX, TICK_TOP_PX = 4, 8
"""Length of a tick, and its distance from the middle of the groove."""
NEAR_PX = 5


class Mark(NamedTuple):
    """A place of the slider, and what is special about it."""

    place: int
    text: str


class MarkedSlider(QSlider):
    """Pointing at a tick shows what it stands for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.marks: tuple[Mark, ...] = ()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        self.marks = tuple(marks)
        self.update()

    def x_of(self, place: int) -> int:
        """Where the handle's middle is at `place`."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        control, style = QStyle.ComplexControl.CC_Slider, self.style()
        parts = QStyle.SubControl
        groove = style.subControlRect(control, option, parts.SC_SliderGroove, self)
        handle = style.subControlRect(control, option, parts.SC_SliderHandle, self)
        offset = QStyle.sliderPositionFromValue(
            self.minimum(), self.maximum(), place, groove.width() - handle.width()
        )
        return groove.left() + offset + handle.width() // 2

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.marks:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.5))
        top = self.height() / 2 + TICK_TOP_PX
        for mark in self.marks:
            x = self.x_of(mark.place) + 0.5
            painter.drawLine(QPointF(x, top), QPointF(x, top + TICK_PX))
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.mark_text(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)

    def mark_text(self, pos: QPoint) -> str:
        """What the tick at `pos` stands for; "" where there is none."""
        near = [mark for mark in self.marks if abs(self.x_of(mark.place) - pos.x()) <= NEAR_PX]
        return "\n".join(mark.text for mark in near)
