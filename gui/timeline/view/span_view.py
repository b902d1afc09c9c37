"""Lanes over a stretch of time: what the timeline shows, without its mouse and keys."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ....engine.recording import Recording
from ....engine.trace.trace import Trace
from ...theme import LIGHT, Theme
from ..drawing.lane_axis import LaneLabel, labels_of
from ..scene.lanes import LaneLayout
from ..scene.palette import ColourBy
from ..scene.scene import LaneScene
from ..scene.shown import Shown
from ..scene.time_scale import TimeScale
from ..scene.ways import LEAST_PX, longest_way_ns
from .lane_scroll import LaneScroll
from .stage import Stage

LABELS_EVERY_NS = 100_000_000
"""While nothing else changes, the busy shares are brought up to date this often."""


class SpanView(QWidget):
    """A pyqtgraph view of a recording's lanes. Times are ns of the run's clock, as in the trace.

    following_changed: see `following`. span_changed: the user or a call moved the view.
    refreshed: what is new has been drawn. drawn: what is in view may be another, or elsewhere.
    """

    following_changed = Signal(bool)
    span_changed = Signal()
    refreshed = Signal()
    drawn = Signal()

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT) -> None:
        super().__init__(parent)
        self._shown = Shown()
        self._drawn_ns = 0  # what "now" was then
        self._labelled: object = None  # all that the labels were made of
        self.stage = Stage(self, theme)
        self._bar = LaneScroll(self)
        self._arrange()
        self.stage.resized.connect(self._redraw)
        self._bar.valueChanged.connect(self._redraw)

    def _arrange(self) -> None:
        self.setAccessibleName(self.tr("Timeline"))
        self.setAccessibleDescription(
            self.tr(
                "A lane for each worker, a bar for each task. Enter selects a task, and arrows go"
                " on from it to those beside it; with Shift, or without a task, they pan. L selects"
                " a worker, and arrows go up and down to others. Plus and minus zoom, Delete"
                " selects nothing, Ctrl+F finds a task. M marks the task's time, or all in view,"
                " and says what happened in it."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.stage, 1)
        row.addWidget(self._bar)

    # What is shown.

    @property
    def _trace(self) -> Trace | None:
        return self._shown.trace

    @property
    def trace(self) -> Trace | None:
        """Of the recording that is shown."""
        return self._shown.trace

    @property
    def now_ns(self) -> int:
        """How far the run had got when it was drawn."""
        return self._shown.now_ns

    @property
    def longest_ns(self) -> int:
        """The longest finished task that has been drawn."""
        return self._shown.digests.longest_ns

    @property
    def shows_ways(self) -> bool:
        """Whether pickling or sending took long enough to be seen where it is in view."""
        trace, shown = self._trace, self._shown
        if trace is None:
            return False
        least_ns = LEAST_PX * self._scale().seconds_per_px * 1e9
        return longest_way_ns(trace, shown.digests, shown.now_ns) >= least_ns

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
        self._drawn_ns, self._labelled = 0, None
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
        self.refreshed.emit()

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

    @property
    def all_lanes(self) -> bool:
        return self._shown.all_lanes

    def set_all_lanes(self, on: bool) -> None:
        """Whether lanes get as thin as it takes to see all of them; or scroll, and can be read."""
        if on != self._shown.all_lanes:
            top, _ = self.lanes_in_view()
            seen = self._sees_selected()
            self._shown.all_lanes = on
            self._redraw()
            self.scroll_to(top)
            if seen and self._place_of_selected is not None:
                self._bar.reveal(self._layout(), self._place_of_selected)

    @property
    def _place_of_selected(self) -> int | None:
        """Where the lane of the selected task stands, from the top."""
        trace, row = self._trace, self.selected
        if trace is None or row is None:
            return None
        ordinal = int(trace.tasks["worker"][row])
        return self._shown.place_of(ordinal) if 1 <= ordinal <= len(trace.lanes) else None

    def _sees_selected(self) -> bool:
        return self._place_of_selected in self._layout().visible(float(self._bar.value()))

    def select(self, row: int | None) -> None:
        """Outline the task in `row`; the view does not move."""
        if row != self._shown.selected:
            self._shown.selected = row
            self._outline()

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

    def whole_span(self) -> tuple[int, int]:
        """The same when the whole run is shown."""
        return self._shown.whole_ns

    def lanes_in_view(self) -> tuple[float, float]:
        """Where the top and the bottom of the view are among all lanes, from 0 to 1."""
        return self._bar.shares(self._layout())

    def scroll_to(self, share: float) -> None:
        """Have this share of all lanes above the view, as far as they scroll."""
        self._bar.setValue(round(share * self._layout().content_height))

    def zoom_about(self, factor: float, time_ns: float) -> None:
        """Show a stretch `factor` times as long, with this time staying where it is."""
        if self._trace is not None:
            about_s = (time_ns - self._trace.origin_ns) / 1e9
            self._move(lambda: self._shown.following.zoom(factor, about_s))

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

    def reveal_worker(self, ordinal: int, at_ns: int | None = None) -> None:
        """Bring the lane of a worker into view, and the time `at_ns`; moves no more than needed."""
        trace = self._trace
        if trace is None or not 1 <= ordinal <= len(trace.lanes):
            return
        self._bar.reveal(self._layout(), self._shown.place_of(ordinal))
        begin_ns, end_ns = self.view_span()
        if at_ns is not None and not begin_ns <= at_ns <= end_ns:
            half_ns = (end_ns - begin_ns) // 2
            self.show_span(at_ns - half_ns, at_ns + half_ns)

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
        self._shown.ratio = self.stage.devicePixelRatioF()
        return self._shown.layout(self.stage.plot)

    def _scene(self) -> LaneScene | None:
        return self._shown.scene(self.stage.plot, float(self._bar.value()))

    def _redraw(self) -> None:
        self._bar.fit(self._layout(), newest=self._shown.follows_births)
        self.stage.draw(self._scene(), self._shown.following.span)
        self._relabel()
        self.drawn.emit()

    def _outline(self) -> None:
        """Draw what is selected or under the mouse; the lanes are as they were."""
        scene = self._scene()
        if scene is not None:
            self.stage.lane_item.show_outlines(scene)

    def _relabel(self) -> None:
        """A frame that only moves in time has the labels that are there."""
        shown = self._shown
        place = (shown.by_slot, shown.worker, self._layout(), self._bar.value())
        made_of = (shown.signature, shown.now_ns, place)
        if made_of == self._labelled:
            return
        self._labelled = made_of
        scene = self._scene()
        labels: tuple[LaneLabel, ...] = ()
        if scene is not None and self._shown.recording is not None:
            labels = labels_of(scene, self._shown.recording.journal)
        self.stage.draw_labels(scene, labels)
        self._drawn_ns = self._shown.now_ns
