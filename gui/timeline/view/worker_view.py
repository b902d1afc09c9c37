"""Lanes as workers: which one is selected, by mouse or key; and what a reason points at."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent

from ....engine.explain.reason import Evidence
from ....engine.recording import Recording
from ..pointing import ordinal_at
from ..scene.pointed import pointed_at
from ..scene.walking import Step
from .strips_view import StripsView


class WorkerView(StripsView):
    """A view in which a worker can be selected, and evidence shown.

    worker_selected: the person has chosen the lane of this worker (its ordinal), or None.
    """

    worker_selected = Signal(object)
    walks_lanes = False
    """Up and Down are for workers, whatever task is selected: the worker was chosen after it."""

    def set_recording(self, recording: Recording | None) -> None:
        self.stage.pointed = None
        super().set_recording(recording)

    @property
    def worker(self) -> int | None:
        """The ordinal of the worker whose lane is marked."""
        return self._shown.worker

    def select_worker(self, ordinal: int | None) -> None:
        """Mark the lane of a worker, and bring it into view; the time in view stays."""
        if ordinal != self._shown.worker:
            self._shown.worker = ordinal
            self.walks_lanes = False
            if ordinal is not None:
                self.reveal_worker(ordinal)
            self._relabel()

    def show_evidence(self, evidence: Evidence | None) -> None:
        """Point at something, or at nothing; the view does not move."""
        trace = self._trace
        self.stage.pointed = None
        if trace is not None and evidence is not None:
            self.stage.pointed = pointed_at(trace, evidence)
        self.stage.draw_evidence(self._scene())

    def _choose_worker(self, ordinal: int | None) -> None:
        self.select_worker(ordinal)
        self.walks_lanes = ordinal is not None
        self.worker_selected.emit(ordinal)

    def _ordinal_at(self, place: QPointF) -> int | None:
        scene = self._scene()
        return None if scene is None else ordinal_at(scene, self.stage.plot, place)

    def _likely_worker(self) -> int | None:
        """Whom a key means that is about a worker."""
        scene, trace = self._scene(), self._trace
        if scene is None or trace is None:
            return None
        if self.selected is not None:
            chosen = int(trace.tasks["worker"][self.selected])
            if 1 <= chosen <= len(trace.lanes):
                return chosen
        return self.worker or scene.lane(scene.places.start).ordinal

    def choose_or_leave_worker(self) -> None:
        """Select the worker of the selected task, or else the topmost in view; or no worker."""
        if self.worker is not None:
            self._choose_worker(None)
        elif (ordinal := self._likely_worker()) is not None:
            self._choose_worker(ordinal)

    def walk_lanes(self, step: Step) -> None:
        """Select the worker above or below the selected one."""
        place, trace = self._shown.place_of_worker, self._trace
        if place is None or trace is None:
            return
        place += -1 if step is Step.ABOVE else 1
        if 0 <= place < len(trace.lanes):
            order = self._shown.lane_order()
            self._choose_worker(trace.lanes[place if order is None else int(order[place])].ordinal)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._grab is None and self.worker is not None:
            self._choose_worker(None)
        else:
            super().keyPressEvent(event)

    def cursor_at(self, place: QPointF) -> Qt.CursorShape | None:
        shape = super().cursor_at(place)
        if shape is None and place.x() < self.stage.plot.left() and self._ordinal_at(place):
            return Qt.CursorShape.PointingHandCursor
        return shape
