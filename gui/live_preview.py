"""Polls a preview of the inputs from the GUI thread, and teaches the lab what it has found."""

from PySide6.QtCore import QObject, QTimer

from ..engine.preview import Preview
from ..engine.problem import Problem, ProblemError
from .known import Listing
from .lab import Lab

POLL_MS = 40
END_S = 5.0


class LivePreview(QObject):
    """At most one at a time; another one ends the one before. Shows itself as `lab.preview`."""

    def __init__(self, lab: Lab, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._preview: Preview | None = None
        self._listing: Listing | None = None
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.tick)
        lab.experiment_changed.connect(self._give_up)
        lab.sources_changed.connect(self._give_up)

    @property
    def active(self) -> bool:
        return self._preview is not None and not self._preview.over

    def start(self) -> Problem | None:
        """Evaluate the inputs of the lab's experiment in a host; returns why it could not start.

        This runs the user's code: call it only when the user has asked for it.
        """
        self.stop()
        self._listing = self._lab.known.listing(self._lab.experiment)
        try:
            self._preview = Preview(self._lab.experiment, machine=self._lab.known.machine)
        except ProblemError as error:
            return error.problem
        self._lab.set_preview(self._preview, self._listing)
        self._timer.start()
        return None

    def tick(self) -> None:
        """One look at it."""
        preview = self._preview
        if preview is None:
            return
        changed = preview.poll()
        if preview.over:
            self._timer.stop()
            if preview.count is not None and self._listing is not None:
                self._lab.learn(self._listing, preview.count, preview.first_bytes)
        if changed or preview.over:
            self._lab.set_preview(preview, self._listing)

    def _give_up(self) -> None:
        """Nobody waits any more for what other inputs are."""
        if self.active and self._lab.fitting_preview is None:
            self.stop()

    def stop(self) -> None:
        """End it at once; nothing is shown of it."""
        self._timer.stop()
        if self._preview is not None:
            self._preview.stop()
            self._preview.wait(END_S)
            self._preview = None
            self._lab.set_preview(None)
