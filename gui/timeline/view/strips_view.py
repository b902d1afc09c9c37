"""Strips under the lanes: values over the same time, with the mouse's time running through all."""

from PySide6.QtCore import QPoint, QPointF, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QToolTip, QWidget

from ....engine.recording import Recording
from ...theme import LIGHT, Theme
from ..strips.content import StripsContent
from ..strips.items import Saying
from ..strips.kinds import Said, StripKind, StripLayout
from ..strips.words import said_of, tip_of
from .stretch_view import StretchView

TIP_BELOW_PX, TIP_ABOVE_PX = 21, 8
"""Qt shows a tool tip so far below the mouse; and so far above it is one that makes room."""
TIP_MARGIN_PX = 12
"""Of what a tool tip is higher than its text, with some to spare."""


def _tip_height(text: str) -> int:
    """About, in pixels."""
    document = QTextDocument()
    document.setDefaultFont(QToolTip.font())
    document.setHtml(text)
    return round(document.size().height()) + TIP_MARGIN_PX


class StripsView(StretchView):
    """A view with strips; at first with none.

    strips_changed: others are shown than before, or have room.
    """

    strips_changed = Signal()

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT) -> None:
        super().__init__(parent, theme)
        self._content = StripsContent(self)
        self._pointed: QPointF | None = None
        self._strips_drawn = False  # in this frame
        self._seen_strips: tuple[tuple[StripKind, ...], bool] = (), True
        self.drawn.connect(self._draw_strips)
        self.refreshed.connect(self._refresh_strips)
        self._content.changed.connect(self._show_strips)

    @property
    def strips(self) -> tuple[StripKind, ...]:
        """Those that are shown, from top to bottom."""
        return self.stage.strip_layout.kinds

    @property
    def strips_said(self) -> Said:
        """Those that somebody wants, or does not want; of the others the room decides."""
        return self.stage.strips_said

    def set_strips_said(self, said: Said) -> None:
        if said != self.stage.strips_said:
            self.stage.strips_said = dict(said)
            self._redraw()

    def set_strip(self, kind: StripKind, *, on: bool) -> None:
        """Show a strip from now on, or do not."""
        self.set_strips_said({**self.strips_said, kind: on})

    def has_room_for(self, kind: StripKind) -> bool:
        """Whether a strip is shown, or could be without another one going."""
        return self.stage.strip_layout.has_room_for(kind)

    @property
    def strips_busy(self) -> bool:
        """Something of them is still to be taken in."""
        return self._content.busy

    # Drawing.

    def set_recording(self, recording: Recording | None) -> None:
        self._content.begin(None)
        self.stage.lane_count = None
        super().set_recording(recording)

    def refresh(self, now_ns: int) -> None:
        recording, trace = self._shown.recording, self._trace
        if recording is not None and trace is not None:
            expected = recording.experiment.pool.processes
            self.stage.lane_count = max(len(trace.lanes), expected)
        super().refresh(now_ns)

    def _draw_strips(self) -> None:
        """Everything is somewhere else, or something is new."""
        self._strips_drawn = True
        self._content.begin(self._shown.recording)
        seen = self.strips, all(map(self.has_room_for, StripKind))
        if seen != self._seen_strips:
            self._seen_strips = seen
            self.strips_changed.emit()
        self._content.look(self.strips)
        self._show_strips()

    def _refresh_strips(self) -> None:
        """Something is new, and may have been out of sight."""
        if not self._strips_drawn:
            self._content.look(self.strips)
            self._show_names()
        self._strips_drawn = False

    def show_new_samples(self) -> None:
        """Processes have been looked at again; also after the last frame of a run."""
        source = self._content.source
        if source is not None and source.has_new_samples():
            self._show_strips()

    def _show_strips(self) -> None:
        source, stage, kinds = self._content.source, self.stage, self.strips
        if source is None or not self._content.whole or self._shown.signature is None:
            stage.strips.show_strips((), StripLayout(), None)
        else:
            scale = self._scale()
            strips = source.strips(kinds, scale, self.now_ns)
            stage.strips.show_strips(strips, stage.strip_layout, scale)
        self._show_names()

    def _show_names(self) -> None:
        """What they say, and the line at the mouse."""
        time_ns = self._pointed_ns
        by_kind = {strip.kind: strip for strip in self.stage.strips.strips}
        said: Saying = tuple(
            (kind, said_of(by_kind[kind], time_ns) if kind in by_kind else "")
            for kind in self.strips
        )
        self.stage.strip_names.show_names(said, self.stage.strip_layout)
        x = None if self._pointed is None or time_ns is None else self._pointed.x()
        self.stage.hover_line.show_at(x, self.stage.time_axis.rect.top())

    # The mouse.

    def point_at(self, place: QPointF | None) -> None:
        """The mouse is there, or nowhere: strips say what they were at its time."""
        if self.strips and place != self._pointed:
            self._pointed = place
            self._show_names()

    @property
    def _pointed_ns(self) -> float | None:
        """Since the origin; None where the mouse is in no time."""
        place, plot = self._pointed, self.stage.plot
        if place is None or self._trace is None or not self.strips:
            return None
        bottom = self.stage.time_axis.rect.top()
        if not plot.left() <= place.x() < plot.right() or not plot.top() <= place.y() < bottom:
            return None
        return self._scale().time_of(place.x()) * 1e9

    def strip_at(self, place: QPointF) -> StripKind | None:
        """The strip, or its name, at a place of the stage."""
        rect = self.stage.strips.rect
        if not rect.top() <= place.y() < rect.bottom() or place.x() >= rect.right():
            return None
        return self.stage.strip_layout.kind_at(place.y() - rect.top())

    def tip_place(self, place: QPointF, on_screen: QPoint, text: str) -> QPoint:
        """Where the tool tip of a `place` of the stage goes, that is there `on_screen`: above the
        mouse where it would lie over strips, of which it does not tell.
        """
        strips = self.stage.strips.rect
        if not self.strips or self.strip_at(place) is not None or place.y() >= strips.bottom():
            return on_screen
        height = _tip_height(text)
        if place.y() + TIP_BELOW_PX + height <= strips.top():
            return on_screen
        return on_screen - QPoint(0, height + TIP_BELOW_PX + TIP_ABOVE_PX)

    def strips_text_at(self, place: QPointF) -> str:
        """What all strips were at the time of a place in one of them; "" for nothing."""
        if self.strip_at(place) is None or place.x() < self.stage.plot.left():
            return ""
        return tip_of(self.stage.strips.strips, self._scale().time_of(place.x()) * 1e9)
