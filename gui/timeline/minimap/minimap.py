"""The minimap: mouse and keys on the map of the whole run move the view."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QCursor,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ..drawing.lane_axis import WIDTH_PX
from ..view.canvas import NOTCH, ZOOM_PER_NOTCH
from ..view.span_view import SpanView
from ..view.timeline_view import BY_KEY, COMMANDS, KEY_PAN, KEY_ZOOM
from .map_view import MapView
from .window import GRIP_PX, MapWindow, Part

CURSORS = {
    Part.BEGIN: Qt.CursorShape.SplitHCursor,
    Part.END: Qt.CursorShape.SplitHCursor,
    Part.INSIDE: Qt.CursorShape.OpenHandCursor,
    Part.OUTSIDE: Qt.CursorShape.PointingHandCursor,
}


class Grab(NamedTuple):
    """What is being dragged: the part, where it was taken, and what was in view then."""

    part: Part
    place: QPointF
    window: MapWindow


class Minimap(MapView):
    """Drag the mark or its edges, press beside it, turn the wheel, or use the arrow keys."""

    def __init__(self, view: SpanView, parent: QWidget | None = None) -> None:
        super().__init__(view, parent)
        self._grab: Grab | None = None
        self._say_what_it_is()
        self._keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Left: lambda: self._pan(-KEY_PAN),
            Qt.Key.Key_Right: lambda: self._pan(KEY_PAN),
            Qt.Key.Key_Up: lambda: self._scroll(-KEY_PAN),
            Qt.Key.Key_Down: lambda: self._scroll(KEY_PAN),
            Qt.Key.Key_Plus: lambda: self._zoom(KEY_ZOOM),
            Qt.Key.Key_Equal: lambda: self._zoom(KEY_ZOOM),
            Qt.Key.Key_Minus: lambda: self._zoom(1 / KEY_ZOOM),
            Qt.Key.Key_Home: view.fit,
            Qt.Key.Key_F: view.fit,
            Qt.Key.Key_End: lambda: view.set_following(True),
        }

    def _say_what_it_is(self) -> None:
        self.setAccessibleName(self.tr("Minimap"))
        self.setAccessibleDescription(
            self.tr(
                "The whole run, with the part marked that the timeline shows. Left and right move"
                " it, plus and minus zoom, Home shows the whole run."
            )
        )
        self.setToolTip(
            self.tr("The whole run: drag the mark, or its edges, to choose what is seen above.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def _mark_moved(self) -> None:
        if self._grab is None and self.underMouse():
            self._show_cursor(QPointF(self.mapFromGlobal(QCursor.pos())))

    def _forget_hand(self) -> None:
        self._grab = None

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._grab = None

    # What moves the view.

    def _pan(self, share: float) -> None:
        """By a share of what is in view."""
        begin_ns, end_ns = self._view.view_span()
        step_ns = round(share * (end_ns - begin_ns))
        self._view.show_span(begin_ns + step_ns, end_ns + step_ns)

    def _zoom(self, factor: float) -> None:
        begin_ns, end_ns = self._view.view_span()
        self._view.zoom_about(factor, (begin_ns + end_ns) / 2)

    def _scroll(self, share: float) -> None:
        top, bottom = self._view.lanes_in_view()
        self._view.scroll_to(top + share * (bottom - top))

    def _press(self, place: QPointF) -> None:
        """Take the part of the mark that is there; the mark comes to where there is none."""
        assert self.map is not None
        window = self.map
        part = window.part_at(place.x(), place.y())
        if part is Part.OUTSIDE:
            left, _, right, _ = window.rect
            if not left <= place.x() <= right:
                half_ns = (window.span_ns[1] - window.span_ns[0]) / 2
                at_ns = window.time_of(place.x())
                self._view.show_span(*window.within(at_ns - half_ns, at_ns + half_ns))
            top, bottom = window.lanes
            self._view.scroll_to(place.y() / window.height - (bottom - top) / 2)
            part = Part.INSIDE
        self._grab = Grab(part, place, self.map)

    def _drag(self, place: QPointF) -> None:
        grab, window, seen = self._grab, self.map, self._view.view_span()
        assert grab is not None and window is not None
        step_ns = (place.x() - grab.place.x()) * window.ns_per_px
        begin_ns, end_ns = (time_ns + step_ns for time_ns in grab.window.span_ns)
        if grab.part is Part.BEGIN:
            # The end moves by itself while the view follows it.
            grows = self._view.following and begin_ns < grab.window.span_ns[1]
            wanted = window.on_map(begin_ns), seen[1] if grows else grab.window.span_ns[1]
        elif grab.part is Part.END:
            wanted = grab.window.span_ns[0], window.on_map(end_ns)
        else:
            whole = seen == self._view.whole_span()
            wanted = seen if whole else window.within(begin_ns, end_ns)
            step = (place.y() - grab.place.y()) / window.height
            self._view.scroll_to(grab.window.lanes[0] + step)
        if wanted != seen:  # a view of the whole run has nowhere to go, and grows with it
            self._view.show_span(*wanted)

    def _show_cursor(self, place: QPointF) -> None:
        if self._grab is not None and self._grab.part is Part.INSIDE:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._grab is None:
            part = self._part_at(place)
            self.setCursor(Qt.CursorShape.ArrowCursor if part is None else CURSORS[part])

    def _part_at(self, place: QPointF) -> Part | None:
        """None beside the map."""
        if self.map is None or place.x() < WIDTH_PX - GRIP_PX:
            return None
        return self.map.part_at(place.x(), place.y())

    # Mouse and keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if event.button() != Qt.MouseButton.LeftButton or self._part_at(place) is None:
            event.ignore()
            return
        self._press(place)
        self._show_cursor(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab is not None and self.map is not None:
            self._drag(event.position())
        self._show_cursor(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grab = None
            self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._part_at(event.position()):
            self._grab = None
            self._view.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.map is None:
            event.ignore()
            return
        delta, notches = event.angleDelta(), event.angleDelta().y() / NOTCH
        lanes = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & lanes:
            self._scroll(-(notches or delta.x() / NOTCH) * KEY_PAN)
        elif abs(delta.x()) > abs(delta.y()):
            self._pan(-delta.x() / NOTCH * KEY_PAN)
        elif notches:
            at_ns = self.map.on_map(self.map.time_of(event.position().x()))
            self._view.zoom_about(ZOOM_PER_NOTCH**notches, at_ns)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._keys.get(event.key())
        if act is None or event.modifiers() & COMMANDS or self.map is None:
            super().keyPressEvent(event)
        else:
            act()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring = event.reason() in BY_KEY
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring = False
        self.update()
