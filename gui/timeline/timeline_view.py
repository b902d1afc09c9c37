"""The timeline: live, which worker handled which task, and when."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QCursor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QWidget

from ...engine.recording import Recording
from ...engine.trace.trace import Trace
from ..theme import LIGHT, Theme
from .lane_axis import LaneLabel, labels_of
from .lane_scroll import LaneScroll
from .lanes import LaneLayout
from .palette import ColourBy
from .pointing import row_at, text_at
from .scene import LaneScene
from .shown import Shown
from .stage import Stage
from .time_scale import TimeScale

KEY_ZOOM = 0.64
KEY_PAN = 0.1
"""Of what is seen."""
LABELS_EVERY_NS = 100_000_000
"""While nothing else changes, the busy shares are brought up to date this often."""
COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
"""With one of these a key is for the window."""
BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class TimelineView(QWidget):
    """A pyqtgraph view of a recording's lanes. Times are ns of the run's clock, as in the trace.

    task_selected, task_hovered: the row of the task that was clicked or is under the mouse, or
    None. following_changed: see `following`. span_changed: the user or a call moved the view.
    """

    following_changed = Signal(bool)
    task_selected = Signal(object)
    task_hovered = Signal(object)
    span_changed = Signal()

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT) -> None:
        super().__init__(parent)
        self._shown = Shown()
        self._drawn_ns = 0  # what "now" was then
        self._mouse: QPointF | None = None
        self.stage = Stage(self, theme)
        self._bar = LaneScroll(self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.setAccessibleName(self.tr("Timeline"))
        self.setAccessibleDescription(
            self.tr("A lane for each worker, a bar for each task. Plus and minus zoom, arrows pan.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.stage, 1)
        row.addWidget(self._bar)

    def _connect(self) -> None:
        self._keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_F: self.fit,
            Qt.Key.Key_Home: self.fit,
            Qt.Key.Key_End: lambda: self.set_following(True),
            Qt.Key.Key_Plus: lambda: self._zoom(KEY_ZOOM),
            Qt.Key.Key_Equal: lambda: self._zoom(KEY_ZOOM),
            Qt.Key.Key_Minus: lambda: self._zoom(1 / KEY_ZOOM),
            Qt.Key.Key_Left: lambda: self._pan(-KEY_PAN * self.stage.plot.width()),
            Qt.Key.Key_Right: lambda: self._pan(KEY_PAN * self.stage.plot.width()),
            Qt.Key.Key_Up: lambda: self._scroll(-self._layout().pitch),
            Qt.Key.Key_Down: lambda: self._scroll(self._layout().pitch),
        }
        self.stage.zoomed.connect(self._zoom_at)
        self.stage.panned.connect(lambda px: self._pan(-px))
        self.stage.scrolled.connect(self._scroll)
        self.stage.clicked.connect(self._click)
        self.stage.hovered.connect(self._hover)
        self.stage.resized.connect(self._redraw)
        self._bar.valueChanged.connect(self._redraw)

    # What is shown.

    @property
    def _trace(self) -> Trace | None:
        return self._shown.trace

    @property
    def longest_ns(self) -> int:
        """The longest finished task that has been drawn."""
        return self._shown.digests.longest_ns

    @property
    def selected(self) -> int | None:
        return self._shown.selected

    @property
    def colour_by(self) -> ColourBy:
        return self._shown.colour_by

    def set_recording(self, recording: Recording | None) -> None:
        """Show another run: all of it, following its end."""
        followed = self.following
        self._shown.begin(recording)
        self._drawn_ns = 0
        self._bar.setValue(0)
        if not followed:
            self.following_changed.emit(True)
        if self._trace is not None:
            self.refresh(self._trace.end_ns)
        else:
            self._redraw()

    def refresh(self, now_ns: int) -> None:
        """Draw what is new in the recording; `now_ns` is how far its running tasks have got.

        Costs by what is in view; nothing when nothing has changed.
        """
        shown, trace = self._shown, self._trace
        new, possible = shown.look(now_ns)
        if trace is None or new is None or not possible:
            return
        if new == shown.signature and not self._time_shows():
            return
        run_s = (shown.now_ns - trace.origin_ns) / 1e9
        moved = shown.following.run_is(run_s, live=not trace.ended)
        seen = moved or shown.sees(new)
        shown.signature = new
        if seen:
            self._redraw()
        else:
            self._relabel()
        self._say_what_is_under_the_mouse()

    def _time_shows(self) -> bool:
        """Whether "now" has moved by half a pixel since it was drawn, or labels are due."""
        enough = min(self._scale().seconds_per_px * 1e9 / 2, LABELS_EVERY_NS)
        return abs(self._shown.now_ns - self._drawn_ns) >= enough

    def set_theme(self, theme: Theme) -> None:
        self.stage.set_theme(theme)

    def set_colour_by(self, colour_by: ColourBy) -> None:
        if colour_by != self._shown.colour_by:
            self._shown.colour_by = ColourBy(colour_by)
            self._redraw()

    @property
    def show_taken(self) -> bool:
        return self._shown.show_taken

    def set_show_taken(self, on: bool) -> None:
        """Whether it is shown when imap's results were taken from the iterator."""
        if on != self._shown.show_taken:
            self._shown.show_taken = on
            self._redraw()

    @property
    def group_by_slot(self) -> bool:
        return self._shown.by_slot

    def set_group_by_slot(self, on: bool) -> None:
        """Whether a worker stands under the one that it replaces, or lanes go by births."""
        if on != self._shown.by_slot:
            self._shown.by_slot = on
            self._redraw()

    def select(self, row: int | None) -> None:
        """Outline the task in `row`; the view does not move."""
        if row != self._shown.selected:
            self._shown.selected = row
            self._redraw()

    # The span in view.

    @property
    def following(self) -> bool:
        return self._shown.following.following

    def set_following(self, on: bool) -> None:
        """Whether the view moves with the end of the run."""
        self._move(lambda: self._shown.following.follow(on))

    def fit(self) -> None:
        """Show the whole run."""
        self._move(self._shown.following.fit)

    def view_span(self) -> tuple[int, int]:
        """The times at the edges of the view."""
        return self._shown.span_ns

    def show_span(self, begin_ns: int, end_ns: int) -> None:
        """Show this stretch of time, as far as there is something to see."""
        if self._trace is not None:
            origin_ns = self._trace.origin_ns
            begin_s, end_s = (begin_ns - origin_ns) / 1e9, (end_ns - origin_ns) / 1e9
            self._move(lambda: self._shown.following.show(begin_s, end_s))

    def reveal(self, row: int) -> None:
        """Bring the task in `row` into view, moving no more than that takes."""
        trace = self._trace
        if trace is None or not 0 <= row < trace.total:
            return
        begun_ns, ordinal = int(trace.tasks["begun"][row]), int(trace.tasks["worker"][row])
        if not begun_ns or not 1 <= ordinal <= len(trace.lanes):
            return
        self._bar.reveal(self._layout(), self._shown.place_of(ordinal))
        ended_ns = int(trace.tasks["ended"][row]) or self._shown.now_ns
        begin_ns, end_ns = self.view_span()
        if begun_ns < begin_ns or ended_ns > end_ns:
            half_ns = max((end_ns - begin_ns) // 2, ended_ns - begun_ns)
            middle_ns = (begun_ns + ended_ns) // 2
            self.show_span(middle_ns - half_ns, middle_ns + half_ns)

    def _move(self, change: Callable[[], None]) -> None:
        span, followed = self._shown.following.span, self._shown.following.following
        change()
        if self._shown.following.following != followed:
            self.following_changed.emit(self._shown.following.following)
        if self._shown.following.span != span:
            self._redraw()
            self.span_changed.emit()

    def _zoom_at(self, factor: float, x: float) -> None:
        if self._trace is not None:
            scale = self._scale()
            about_s = scale.time_of(min(max(x, scale.left_px), scale.right_px))
            self._move(lambda: self._shown.following.zoom(factor, about_s))

    def _zoom(self, factor: float) -> None:
        self._zoom_at(factor, self.stage.plot.center().x())

    def _pan(self, px: float) -> None:
        if self._trace is not None:
            self._move(lambda: self._shown.following.pan(px * self._scale().seconds_per_px))

    def _scroll(self, px: float) -> None:
        self._bar.setValue(round(self._bar.value() + px))

    # Drawing.

    def _scale(self) -> TimeScale:
        return self._shown.scale(self.stage.plot)

    def _layout(self) -> LaneLayout:
        return self._shown.layout(self.stage.plot)

    def _scene(self) -> LaneScene | None:
        return self._shown.scene(self.stage.plot, float(self._bar.value()))

    def _redraw(self) -> None:
        self._bar.fit(self._layout(), newest=self._shown.follows_births)
        self.stage.draw(self._scene(), self._shown.following.span)
        self._relabel()

    def _relabel(self) -> None:
        scene = self._scene()
        labels: tuple[LaneLabel, ...] = ()
        if scene is not None and self._shown.recording is not None:
            labels = labels_of(scene, self._shown.recording.journal)
        self.stage.draw_labels(scene, labels)
        self._drawn_ns = self._shown.now_ns

    # Mouse and keys.

    def _row_at(self, place: QPointF) -> int | None:
        scene = self._scene()
        return None if scene is None else row_at(scene, self.stage.plot, place)

    def _click(self, place: QPointF) -> None:
        row = self._row_at(place)
        self.select(row)
        self.task_selected.emit(row)

    def _hover(self, place: QPointF | None) -> None:
        self._mouse = place
        row = None if place is None else self._row_at(place)
        if row != self._shown.hovered:
            self._shown.hovered = row
            self.task_hovered.emit(row)
            self._redraw()
        self._say_what_is_under_the_mouse()

    def _say_what_is_under_the_mouse(self) -> None:
        text = "" if self._mouse is None else self.text_at(self._mouse)
        if text:
            QToolTip.showText(QCursor.pos(), text, self.stage)
        elif self._mouse is not None and QToolTip.isVisible():
            QToolTip.hideText()

    def text_at(self, place: QPointF) -> str:
        """What hovering over `place` (pixels of the stage) says, as HTML; "" for nothing."""
        scene = self._scene()
        if self._shown.recording is None or scene is None:
            return ""
        return text_at(self._shown.recording, scene, self.stage.plot, place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._keys.get(event.key())
        if act is None or event.modifiers() & COMMANDS:
            super().keyPressEvent(event)
        else:
            act()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.stage.set_focus_ring(event.reason() in BY_KEY)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.stage.set_focus_ring(False)
