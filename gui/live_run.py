"""Polls a run from the GUI thread."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from ..engine.experiment import Experiment
from ..engine.journal import Status
from ..engine.problem import Problem, ProblemError
from ..engine.run import Run
from .pace import Pace

LATE_MS = 1000
"""To the next look after one that went wrong."""


class LiveRun(QObject):
    """At most one run at a time.

    `ticked` comes once a frame while a run is on, with whether the run has got anything new since
    the last. How often that is, and how often it looks, is decided by `pace`.
    """

    started = Signal(object)
    """Run"""
    ticked = Signal(bool)
    status_changed = Signal(object, object)
    """Status, Problem or None"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: Run | None = None
        self.pace = Pace()
        self._status: Status | None = None
        self._news = False  # that no frame has shown
        self._spent_s = 0.0  # CPU time of this thread when the frame began that is being drawn
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.tick)
        self._painted = QTimer(self, interval=0, singleShot=True)  # comes after what is painted
        self._painted.timeout.connect(self._note_frame)

    @property
    def active(self) -> bool:
        return self.run is not None and not self.run.over

    def start(self, experiment: Experiment) -> Problem | None:
        """Launch `experiment`; returns why it could not be launched."""
        try:
            self.run = Run(experiment)
        except ProblemError as error:
            return error.problem
        self._status = self.run.status
        self._news = False
        self.pace.begin()
        self.started.emit(self.run)
        self._timer.start(0)
        return None

    def stop(self) -> None:
        """End the run at once."""
        if self.run is not None:
            self.run.stop()

    def finish(self) -> None:
        """Stop and wait until no process of the run is left; for the end of the program."""
        if self.run is not None and not self.run.over:
            self.run.stop()
            self.run.wait()
            self.tick()

    def tick(self) -> None:
        """Look at the run once, and have it drawn when that is due."""
        run = self.run
        if run is None:
            return
        begun_s = time.thread_time()
        self._timer.start(LATE_MS)  # there is another look, whatever this one raises
        changed = run.poll()
        self._news |= changed
        self.pace.looked(time.thread_time() - begun_s)
        if run.over or run.status != self._status or self.pace.draws(news=self._news):
            self._show(run, begun_s)
        if run.over:
            self._timer.stop()
        else:
            news = self._news or changed  # not yet shown, or just now
            wait_s = self.pace.next_s(news=news, behind=run.behind, gone=run.gone)
            self._timer.start(round(wait_s * 1000))

    def _show(self, run: Run, begun_s: float) -> None:
        news, self._news = self._news, False
        self._spent_s = begun_s
        self._painted.start()
        self.ticked.emit(news)
        if run.status != self._status:
            self._status = run.status
            self.status_changed.emit(run.status, run.problem)

    def _note_frame(self) -> None:
        self.pace.drawn(time.thread_time() - self._spent_s)
