"""Marking a stretch of time: by dragging along the axis, with Shift over the lanes, or by key."""

from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ....engine.recording import Recording
from ...theme import LIGHT, Theme
from ..drawing.stretch_band import edges_px
from .span_view import SpanView
from .stretch_edges import Edge, Stretch, between, edge_at, extended, other_edge, within

ROOM = 0.04
"""What is left free at each side when the view is zoomed to a stretch, as a share of that."""


class _Grab(NamedTuple):
    """What is dragged: an edge, or a new stretch; the time that stays; the stretch before."""

    edge: Edge | None
    anchor_ns: int
    before: Stretch | None
    shift: bool


class StretchView(SpanView):
    """A view in which a stretch of time can be marked; it never reaches beyond the run so far.

    stretch_chosen: the person has marked another one, or None; also while one is being dragged.
    stretch_settled: one has been marked or asked for, and is not being dragged any more.
    """

    stretch_chosen = Signal(object)
    stretch_settled = Signal()

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT) -> None:
        super().__init__(parent, theme)
        self._grab: _Grab | None = None
        self._marked: tuple[int, Stretch] | None = None  # a row, and the time that it was given
        self.stage.hand = self

    @property
    def stretch(self) -> Stretch | None:
        return self.stage.stretch

    def set_stretch(self, stretch: Stretch | None) -> None:
        """Show a stretch as marked; the view does not move."""
        self.stage.stretch = stretch
        self.stage.draw_stretch(self._scene())

    def set_recording(self, recording: Recording | None) -> None:
        self._grab, self.stage.hand_y = None, None
        self.stage.stretch = None
        super().set_recording(recording)

    def _choose_stretch(self, stretch: Stretch | None) -> None:
        if stretch != self.stretch:
            self.set_stretch(stretch)
            self.stretch_chosen.emit(stretch)
        if stretch is not None and self._grab is None:
            self.stretch_settled.emit()

    # By key.

    def mark_stretch(self) -> None:
        """Mark the time of the selected task, or all that is in view; once more takes it back."""
        row = self.selected
        task = None if row is None else self._task_span(row)
        if row is not None and task is not None:
            again = self.stretch is not None and (
                self.stretch == task or self._marked == (row, self.stretch)
            )
            self._marked = None if again else (row, task)
            self._choose_stretch(None if again else task)
        elif self.stretch is not None:
            self._choose_stretch(None)
        elif self._trace is not None:
            self._choose_stretch(within(self.view_span(), self._trace.origin_ns, self.now_ns))

    def _task_span(self, row: int) -> Stretch | None:
        """When the task ran, until now if it still does; None for one that never has."""
        trace = self._trace
        if trace is None or not 0 <= row < trace.total:
            return None
        found = trace.find(row)
        if found is not None:
            lane, place = found
            return between(int(lane.begun[place]), int(lane.ended[place]))
        begun_ns = int(trace.tasks["begun"][row])
        return between(begun_ns, max(begun_ns, self.now_ns)) if begun_ns else None

    def zoom_to_stretch(self) -> None:
        """Show the marked stretch, as wide as the view is."""
        if self.stretch is not None:
            begin_ns, end_ns = self.stretch
            room_ns = round(ROOM * (end_ns - begin_ns))
            self.show_span(begin_ns - room_ns, end_ns + room_ns)
            self.stretch_settled.emit()

    def clear_stretch(self) -> None:
        """Mark nothing any more."""
        self._choose_stretch(None)

    # By mouse; see canvas.Hand.

    def takes(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        """The axis, the edges of what is marked, and with Shift the lanes."""
        self._grab = None
        if self._scene() is None:
            return False
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        edge = self._edge_at(place)
        if edge is not None and not shift:
            assert self.stretch is not None
            anchor_ns = other_edge(self.stretch, edge)
        elif (shift and self._in_lanes(place)) or self._in_axis(place):
            edge, anchor_ns = None, self._time_at(place)
        else:
            return False
        self._grab = _Grab(edge, anchor_ns, self.stretch, shift)
        return True

    def drag(self, place: QPointF) -> None:
        """The dragged edge goes there."""
        if self._grab is not None:
            self.stage.hand_y = place.y() if self._in_lanes(place) else None
            self._choose_stretch(between(self._grab.anchor_ns, self._time_at(place)))
            self.stage.draw_stretch(self._scene())

    def drop(self, place: QPointF, *, moved: bool) -> bool:
        """A drag ends. A click with Shift extends to there, one on the axis marks nothing."""
        grab, self._grab = self._grab, None
        self.stage.hand_y = None
        self.stage.draw_stretch(self._scene())
        if moved or grab is None:
            if self.stretch is not None:
                self.stretch_settled.emit()
            return True
        if grab.shift:
            return self._extend(grab.anchor_ns)
        if grab.edge is None:
            self._choose_stretch(None)
        return self._in_axis(place)

    def cancel_drag(self) -> bool:
        """Give up what is being dragged; False when nothing is."""
        grab, self._grab = self._grab, None
        if grab is None:
            return False
        self.stage.hand_y = None
        self._choose_stretch(grab.before)
        self.stage.draw_stretch(self._scene())
        return True

    def cursor_at(self, place: QPointF) -> Qt.CursorShape | None:
        """Edges can be moved; on the axis something is drawn."""
        if self._trace is None:
            return None
        if self._edge_at(place) is not None:
            return Qt.CursorShape.SplitHCursor
        return Qt.CursorShape.CrossCursor if self._in_axis(place) else None

    def event(self, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() == QEvent.Type.ShortcutOverride and self._grab is not None:
            event.accept()  # it ends the drag, and not the run
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self.cancel_drag():
            super().keyPressEvent(event)

    def _extend(self, to_ns: int) -> bool:
        """From what is marked, or else from the selected task, to there."""
        start = self.stretch
        if start is None and self.selected is not None:
            start = self._task_span(self.selected)
        if start is not None:
            self._choose_stretch(extended(start, to_ns))
        return start is not None

    def _edge_at(self, place: QPointF) -> Edge | None:
        if self.stretch is None or self._trace is None:
            return None
        if not (self._in_lanes(place) or self._in_axis(place)):
            return None
        begin_s, end_s = ((at - self._trace.origin_ns) / 1e9 for at in self.stretch)
        ratio = self.stage.devicePixelRatioF()
        return edge_at(place.x(), edges_px((begin_s, end_s), self._scale(), ratio))

    def _in_axis(self, place: QPointF) -> bool:
        plot, axis = self.stage.plot, self.stage.time_axis.rect
        return plot.left() <= place.x() and axis.top() <= place.y() <= axis.bottom()

    def _in_lanes(self, place: QPointF) -> bool:
        plot, axis = self.stage.plot, self.stage.time_axis.rect
        return plot.left() <= place.x() and place.y() < axis.top()

    def _time_at(self, place: QPointF) -> int:
        """The time of the nearest pixel of the device, in view and in the run so far."""
        assert self._trace is not None
        scale, origin_ns = self._scale(), self._trace.origin_ns
        ratio = self.stage.devicePixelRatioF()
        x = min(max(round(place.x() * ratio) / ratio, scale.left_px), scale.right_px)
        time_ns = origin_ns + round(scale.time_of(x) * 1e9)
        return min(max(time_ns, origin_ns), max(self.now_ns, origin_ns))
