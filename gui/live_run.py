"""Polls a run from the GUI thread, seldom enough to leave the CPUs to the workers."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from ..engine.experiment import Experiment
from ..engine.journal import Status
from ..engine.problem import Problem, ProblemError
from ..engine.run import Run

FASTEST_MS, SLOWEST_MS = 33, 250
CPU_SHARE = 0.08
"""Of one CPU: what watching may take before frames get rarer."""


class LiveRun(QObject):
    """At most one run at a time.

    `ticked` comes once a frame while a run is on, with whether the run has got anything new.
    """

    started = Signal(object)
    """Run"""
    ticked = Signal(bool)
    status_changed = Signal(object, object)
    """Status, Problem or None"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: Run | None = None
        self._status: Status | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tick)
        self._cpu_s = self._wall_s = 0.0

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
        self._cpu_s, self._wall_s = time.process_time(), time.perf_counter()
        self.started.emit(self.run)
        self._timer.start(FASTEST_MS)
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
        """One frame."""
        run = self.run
        if run is None:
            return
        changed = run.poll()
        self.ticked.emit(changed)
        if run.status != self._status:
            self._status = run.status
            self.status_changed.emit(run.status, run.problem)
        if run.over:
            self._timer.stop()
        else:
            self._ration()

    def _ration(self) -> None:
        """Stretch the frames while drawing and reading take more than their share of a CPU."""
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        share = (cpu_s - self._cpu_s) / max(wall_s - self._wall_s, 1e-3)
        self._cpu_s, self._wall_s = cpu_s, wall_s
        wanted = self._timer.interval() * (0.5 + 0.5 * share / CPU_SHARE)
        self._timer.setInterval(round(min(max(wanted, FASTEST_MS), SLOWEST_MS)))
