"""Asks a Python what it is, when the user has chosen it, and tells the lab."""

from PySide6.QtCore import QObject, QTimer

from ..engine.interpreters import Probe
from ..engine.problem import ProblemError
from .lab import Lab

POLL_MS = 40
END_S = 5.0


class LiveProbe(QObject):
    """At most one at a time. It runs the chosen program: never start it for one being typed."""

    def __init__(self, lab: Lab, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._probe: Probe | None = None
        self._path = ""
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def active(self) -> bool:
        return self._probe is not None

    def start(self, path: str) -> None:
        """Ask the program at `path`, unless that is our own, which is known ("")."""
        if self.active and path == self._path:
            return
        self.stop()
        if not path:
            return
        try:
            self._probe, self._path = Probe(path), path
        except ProblemError as error:
            self._lab.set_interpreter(path, error.problem)
        else:
            self._timer.start()

    def tick(self) -> None:
        """One look at it."""
        probe = self._probe
        if probe is None or not probe.poll():
            return
        self._timer.stop()
        self._probe = None
        found = probe.interpreter or probe.problem
        if found is not None:
            self._lab.set_interpreter(self._path, found)

    def stop(self) -> None:
        """Do without the answer."""
        self._timer.stop()
        if self._probe is not None:
            self._probe.stop()
            self._probe.wait(END_S)
            self._probe = None
