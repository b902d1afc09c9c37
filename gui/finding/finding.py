"""Goes to tasks: those that somebody searches, the longest, those that failed. Without widgets."""

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from ...engine.recording import Recording
from ..lab import Lab
from .hit_walk import HitWalk
from .order_walk import Goal, OrderWalk
from .words import Said

SLICE_NS = 4_000_000
"""Worked in one go, so that the window never waits for it; a last step may go beyond that."""


@dataclass(frozen=True)
class Possible:
    """What there is to go to. tasks: any at all. hits: a text to look for in them."""

    tasks: bool = False
    hits: bool = False
    ended: bool = False
    failures: bool = False


class Finding(QObject):
    """Goes to tasks of the lab's run, by selecting them.

    A search goes on by itself, also with the inputs of a run that goes on, until it is ended.
    Whatever takes long is done in slices between the events of the window.
    text: what is looked for. possible: what there is to go to.
    """

    gone_to = Signal(int)
    """The row of a task that has been selected, and is to be shown"""
    said = Signal(object)
    """Said: why this one, and which of how many; or that there is none"""
    possible_changed = Signal()

    def __init__(self, lab: Lab, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.text, self._step = "", 0
        self.possible = Possible()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)
        self._forget()
        lab.recording_changed.connect(self._forget)
        lab.trace_changed.connect(self._take_news)
        lab.status_changed.connect(self._take_news)
        lab.selection_changed.connect(self._give_up_waiting)

    @property
    def busy(self) -> bool:
        """Something is being looked for."""
        return self._timer.isActive()

    def _forget(self) -> None:
        """Another run is shown: its tasks are others."""
        self._timer.stop()
        self._hits: HitWalk | None = None
        self._orders: OrderWalk | None = None
        self._searching = False  # also while there is nothing yet to look through
        self._said_of_hits: Said | None = None  # None: what was said last is about something else
        self._look_what_is_possible()

    @property
    def _recording(self) -> Recording | None:
        """The run, once it has tasks."""
        recording = self._lab.recording
        return None if recording is None or recording.trace is None else recording

    def _look_what_is_possible(self) -> None:
        recording = self._recording
        possible = Possible()
        if recording is not None:
            counts = recording.counts
            possible = Possible(
                tasks=counts.total > 0,
                hits=bool(self.text) and counts.total > 0,
                ended=counts.done + counts.raised > 0,
                failures=counts.raised + counts.lost > 0,
            )
        if possible != self.possible:
            self.possible = possible
            self.possible_changed.emit()

    def _take_news(self) -> None:
        self._look_what_is_possible()
        if not self._searching or self._recording is None:
            return
        if self._hits is None:
            self._begin()
        elif not self._hits.over:
            self._timer.start()
        elif self._said_of_hits is not None:
            self._tell_hits()  # what was known by now may have become all that was kept

    # --- a text

    def search_for(self, text: str, step: int = 0) -> None:
        """Look for another text, and go to the first hit; or with `step` to the one that comes
        after the selected task, or before it. "" looks for nothing."""
        self.end_search()
        self.text, self._step = text, step
        self._look_what_is_possible()
        self._searching = bool(text)
        if text and self._recording is not None:
            self._begin()
        elif not text:
            self.said.emit(Said(""))

    def end_search(self) -> None:
        """Look no further; what was found is forgotten, the text stays."""
        self._hits, self._searching, self._said_of_hits = None, False, None
        self._rest_if_done()

    def go_to_hit(self, step: int) -> None:
        """To the hit after the selected task, or with -1 before it; round if need be."""
        if self._hits is None:
            self.search_for(self.text, step)
            return
        self._hits.wanted = step
        self._arrive_at_hit()

    def _begin(self) -> None:
        recording = self._recording
        assert recording is not None
        self._hits = HitWalk(recording, self.text, self._step)
        self._said_of_hits = Said("")
        if self._hits.over:
            self._arrive_at_hit()
        else:
            self._timer.start()
            self._go_on()

    def _arrive_at_hit(self) -> None:
        assert self._hits is not None
        row = self._hits.arrive(self._lab.selection)
        if row is not None:
            self._go_to(row)
        self._said_of_hits = Said("")
        self._tell_hits()

    def _tell_hits(self) -> None:
        assert self._hits is not None
        said = self._hits.said(self._lab.selection)
        if said != self._said_of_hits:
            self._said_of_hits = said
            self.said.emit(said)

    def _give_up_waiting(self) -> None:
        """Another task is selected; nothing takes the person away from that later on."""
        if self._hits is not None:
            self._hits.give_up()

    # --- orders

    def go(self, goal: Goal) -> None:
        """To the longest task, to a failure …; at once, or when it is known which one that is."""
        recording = self._recording
        if recording is None or recording.trace is None:
            return
        if self._orders is None:
            self._orders = OrderWalk(recording, recording.trace)
        self._orders.ask(goal)
        self._timer.start()
        self._go_on()

    def _arrive_in_order(self) -> None:
        assert self._orders is not None
        found = self._orders.arrive(self._lab.selection)
        if found is not None:
            self._said_of_hits = None
            self._go_to(found[0])
            self.said.emit(found[1])

    # --- slices

    def _go_to(self, row: int) -> None:
        self._lab.select(row)
        self.gone_to.emit(row)

    def _go_on(self) -> None:
        """One slice. Orders come first: somebody waits for what they were asked."""
        until_ns = time.perf_counter_ns() + SLICE_NS
        orders, hits = self._orders, self._hits
        if orders is not None and orders.goal is not None:
            while not orders.ready:
                orders.step()
                if time.perf_counter_ns() >= until_ns:
                    break
            if orders.ready:
                self._arrive_in_order()
        elif hits is not None and not hits.over:
            self._search_on(hits, until_ns)
        self._rest_if_done()

    def _search_on(self, hits: HitWalk, until_ns: int) -> None:
        before = hits.count
        while not hits.over:
            hits.step()
            if (hits.wanted and hits.count > before) or time.perf_counter_ns() >= until_ns:
                break
        if hits.wanted:
            self._arrive_at_hit()
        elif self._said_of_hits is not None:
            self._tell_hits()

    def _rest_if_done(self) -> None:
        asked = self._orders is not None and self._orders.goal is not None
        if not asked and (self._hits is None or self._hits.over):
            self._timer.stop()
