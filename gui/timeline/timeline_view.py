"""The timeline: live, which worker handled which task, and when."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QCursor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QWidget

from ...engine.recording import Recording
from ...engine.trace.columns import Ints
from ...engine.trace.trace import Trace
from ..theme import LIGHT, Theme
from .changes import Signature, run_end_ns
from .digests import Digests
from .following import Following
from .lane_axis import LaneLabel, labels_of
from .lane_scroll import LaneScroll
from .lanes import LaneLayout
from .life import slot_order
from .palette import ColourBy
from .pointing import row_at, text_at
from .scene import LaneScene
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
        self._recording: Recording | None = None
        self._digests = Digests()
        self._following = Following()
        self._signature: Signature | None = None
        self._now_ns = self._shown_ns = 0
        self._colour_by = ColourBy.CHUNK
        self._show_taken, self._by_slot = True, False
        self._order: Ints | None = None
        self._selected: int | None = None
        self._hovered: int | None = None
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
        return None if self._recording is None else self._recording.trace

    @property
    def longest_ns(self) -> int:
        """The longest finished task that has been drawn."""
        return self._digests.longest_ns

    @property
    def selected(self) -> int | None:
        return self._selected

    @property
    def colour_by(self) -> ColourBy:
        return self._colour_by

    def set_recording(self, recording: Recording | None) -> None:
        """Show another run: all of it, following its end."""
        self._recording = recording
        self._digests = Digests() if recording is None else Digests(recording.indices_of)
        self._order = None
        self._signature = None
        self._now_ns = self._shown_ns = 0
        self._selected = self._hovered = None
        followed = self._following.following
        self._following = Following()
        self._bar.setValue(0)
        if not followed:
            self.following_changed.emit(True)
        if recording is not None and recording.trace is not None:
            self.refresh(recording.trace.end_ns)
        else:
            self._redraw()

    def refresh(self, now_ns: int) -> None:
        """Draw what is new in the recording; `now_ns` is how far its running tasks have got.

        Costs by what is in view; nothing when nothing has changed.
        """
        recording, trace = self._recording, self._trace
        if recording is None or trace is None:
            return
        old, new = self._signature, Signature.of(recording, trace)
        if new == old and trace.ended:
            return
        self._now_ns = run_end_ns(recording, trace, now_ns)
        if new == old and not self._time_shows():
            return
        self._signature = new
        run_s = (self._now_ns - trace.origin_ns) / 1e9
        moved = self._following.run_is(run_s, live=not trace.ended)
        if moved or old is None or self._sees_change(old, new):
            self._redraw()
        else:
            self._relabel()
        self._say_what_is_under_the_mouse()

    def _sees_change(self, old: Signature, new: Signature) -> bool:
        if (old.lanes, old.workers, old.moments_ns) != (new.lanes, new.workers, new.moments_ns):
            return True
        return self.view_span()[1] >= old.frontier_ns

    def _time_shows(self) -> bool:
        """Whether "now" has moved by half a pixel since it was drawn, or labels are due."""
        enough = min(self._scale().seconds_per_px * 1e9 / 2, LABELS_EVERY_NS)
        return abs(self._now_ns - self._shown_ns) >= enough

    def set_theme(self, theme: Theme) -> None:
        self.stage.set_theme(theme)

    def set_colour_by(self, colour_by: ColourBy) -> None:
        if colour_by != self._colour_by:
            self._colour_by = ColourBy(colour_by)
            self._redraw()

    @property
    def show_taken(self) -> bool:
        return self._show_taken

    def set_show_taken(self, on: bool) -> None:
        """Whether it is shown when imap's results were taken from the iterator."""
        if on != self._show_taken:
            self._show_taken = on
            self._redraw()

    @property
    def group_by_slot(self) -> bool:
        return self._by_slot

    def set_group_by_slot(self, on: bool) -> None:
        """Whether a worker stands under the one that it replaces, or lanes go by births."""
        if on != self._by_slot:
            self._by_slot = on
            self._redraw()

    def select(self, row: int | None) -> None:
        """Outline the task in `row`; the view does not move."""
        if row != self._selected:
            self._selected = row
            self._redraw()

    # The span in view.

    @property
    def following(self) -> bool:
        return self._following.following

    def set_following(self, on: bool) -> None:
        """Whether the view moves with the end of the run."""
        self._move(lambda: self._following.follow(on))

    def fit(self) -> None:
        """Show the whole run."""
        self._move(self._following.fit)

    def view_span(self) -> tuple[int, int]:
        """The times at the edges of the view."""
        origin_ns = 0 if self._trace is None else self._trace.origin_ns
        begin_s, end_s = self._following.span
        return origin_ns + round(begin_s * 1e9), origin_ns + round(end_s * 1e9)

    def show_span(self, begin_ns: int, end_ns: int) -> None:
        """Show this stretch of time, as far as there is something to see."""
        if self._trace is not None:
            origin_ns = self._trace.origin_ns
            begin_s, end_s = (begin_ns - origin_ns) / 1e9, (end_ns - origin_ns) / 1e9
            self._move(lambda: self._following.show(begin_s, end_s))

    def reveal(self, row: int) -> None:
        """Bring the task in `row` into view, moving no more than that takes."""
        trace = self._trace
        if trace is None or not 0 <= row < trace.total:
            return
        begun_ns, ordinal = int(trace.tasks["begun"][row]), int(trace.tasks["worker"][row])
        if not begun_ns or not 1 <= ordinal <= len(trace.lanes):
            return
        order, number = self._lane_order(), ordinal - 1
        place = number if order is None else order.tolist().index(number)
        self._bar.reveal(self._layout(), place)
        ended_ns = int(trace.tasks["ended"][row]) or self._now_ns
        begin_ns, end_ns = self.view_span()
        if begun_ns < begin_ns or ended_ns > end_ns:
            half_ns = max((end_ns - begin_ns) // 2, ended_ns - begun_ns)
            middle_ns = (begun_ns + ended_ns) // 2
            self.show_span(middle_ns - half_ns, middle_ns + half_ns)

    def _move(self, change: Callable[[], None]) -> None:
        span, followed = self._following.span, self._following.following
        change()
        if self._following.following != followed:
            self.following_changed.emit(self._following.following)
        if self._following.span != span:
            self._redraw()
            self.span_changed.emit()

    def _zoom_at(self, factor: float, x: float) -> None:
        if self._trace is not None:
            scale = self._scale()
            about_s = scale.time_of(min(max(x, scale.left_px), scale.right_px))
            self._move(lambda: self._following.zoom(factor, about_s))

    def _zoom(self, factor: float) -> None:
        self._zoom_at(factor, self.stage.plot.center().x())

    def _pan(self, px: float) -> None:
        if self._trace is not None:
            self._move(lambda: self._following.pan(px * self._scale().seconds_per_px))

    def _scroll(self, px: float) -> None:
        self._bar.setValue(round(self._bar.value() + px))

    # Drawing.

    def _scale(self) -> TimeScale:
        plot = self.stage.plot
        return TimeScale(*self._following.span, plot.left(), plot.right())

    def _layout(self) -> LaneLayout:
        count = 0 if self._trace is None else len(self._trace.lanes)
        return LaneLayout(count, self.stage.plot.height())

    def _lane_order(self) -> Ints | None:
        """A slot is for life, so an order holds until another worker is born."""
        trace = self._trace
        if trace is None or not self._by_slot:
            return None
        if self._order is None or len(self._order) != len(trace.lanes):
            self._order = slot_order(trace)
        return self._order

    def _scene(self) -> LaneScene | None:
        if self._trace is None or not self._trace.lanes or self._signature is None:
            return None
        self._digests.update(self._trace)
        return LaneScene(
            trace=self._trace,
            digests=self._digests,
            scale=self._scale(),
            layout=self._layout(),
            now_ns=self._now_ns,
            colour_by=self._colour_by,
            scroll=min(float(self._bar.value()), self._layout().scroll_limit),
            selected=self._selected,
            hovered=self._hovered,
            moments_ns=() if self._signature is None else self._signature.moments_ns,
            show_taken=self._show_taken,
            order=self._lane_order(),
        )

    def _redraw(self) -> None:
        self._bar.fit(self._layout(), newest=self._follows_births())
        self.stage.draw(self._scene(), self._following.span)
        self._relabel()

    def _follows_births(self) -> bool:
        """Whether to scroll to the newest worker: all that goes on is at the end of the lanes."""
        trace = self._trace
        if trace is None or trace.ended or self._by_slot or not self.following:
            return False
        return bool(trace.lanes) and trace.lanes[-1].replaces is not None

    def _relabel(self) -> None:
        scene = self._scene()
        labels: tuple[LaneLabel, ...] = ()
        if scene is not None and self._recording is not None:
            labels = labels_of(scene, self._recording.journal)
        self.stage.draw_labels(scene, labels)
        self._shown_ns = self._now_ns

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
        if row != self._hovered:
            self._hovered = row
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
        if self._recording is None or scene is None:
            return ""
        return text_at(self._recording, scene, self.stage.plot, place)

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
