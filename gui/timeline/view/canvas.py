"""The surface that the timeline is drawn on: turns mouse and wheel into wishes of the view."""

from typing import Protocol

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

ZOOM_PER_NOTCH = 0.8
NOTCH = 120.0
SCROLL_PER_NOTCH_PX = 48.0


class Hand(Protocol):
    """Who is asked first what a drag is to do; places are pixels of the canvas."""

    def takes(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether a drag that begins at `place` is its own."""

    def drag(self, place: QPointF) -> None:
        """Such a drag has got there."""

    def drop(self, place: QPointF, *, moved: bool) -> bool:
        """It has ended; False when it was a click that means nothing to it."""

    def cursor_at(self, place: QPointF) -> Qt.CursorShape | None:
        """What the mouse looks like where a drag would be its own; None elsewhere."""


class Canvas(pg.GraphicsView):
    """A scene whose units are logical pixels. hand: who takes drags that shall not pan.

    zoomed: factor and x. panned: pixels to the right. scrolled: pixels down.
    clicked: a press and release at one place. hovered: where the mouse is; None when it left.
    menu_wanted: where, and there on the screen.
    """

    zoomed = Signal(float, float)
    panned = Signal(float)
    scrolled = Signal(float)
    clicked = Signal(QPointF)
    hovered = Signal(object)
    menu_wanted = Signal(QPointF, QPoint)
    resized = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, background=None)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setAntialiasing(False)
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragging = False
        self.hand: Hand | None = None
        self._held = False  # by the hand

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_dragging"):  # pyqtgraph's constructor calls it, too
            self.resized.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return True  # the scene has no tool tip of its own, and would hide the view's
        return bool(super().viewportEvent(event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta, modifiers = event.angleDelta(), event.modifiers()
        lanes = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if modifiers & lanes:
            self.scrolled.emit(-(delta.y() or delta.x()) / NOTCH * SCROLL_PER_NOTCH_PX)
        elif abs(delta.x()) > abs(delta.y()):
            self.panned.emit(delta.x() / NOTCH * SCROLL_PER_NOTCH_PX)
        elif delta.y():
            self.zoomed.emit(ZOOM_PER_NOTCH ** (delta.y() / NOTCH), event.position().x())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._last = place = event.position()
            self._dragging = False
            self._held = self.hand is not None and self.hand.takes(place, event.modifiers())
        event.ignore()  # so that the view gets the focus, and the window its own clicks

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is None:
            self._show_cursor(place)
            self.hovered.emit(place)
            return
        far = (place - self._pressed).manhattanLength()
        if not self._dragging and far >= QApplication.startDragDistance():
            self._dragging = True
            self._last = self._pressed
            if not self._held:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.hovered.emit(None)
        if self._dragging and self._held:
            assert self.hand is not None
            self.hand.drag(place)
        elif self._dragging:
            step = place - self._last
            self._last = place
            self.panned.emit(step.x())
            self.scrolled.emit(-step.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        place, moved = event.position(), self._dragging
        self._pressed, self._dragging = None, False
        taken = self._held and self.hand is not None and self.hand.drop(place, moved=moved)
        if not moved and not taken:
            self.clicked.emit(place)
        self._show_cursor(place)

    def _show_cursor(self, place: QPointF) -> None:
        shape = None if self.hand is None else self.hand.cursor_at(place)
        if shape is None:
            self.unsetCursor()
        elif shape != self.cursor().shape():
            self.setCursor(shape)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(QPointF(event.pos()), event.globalPos())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)
