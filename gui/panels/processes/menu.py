"""The menu of a process: what can be done with it."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolTip

from ....engine.recording import Recording
from ...timeline.lane_menu import LaneMenu


class ProcessMenu(LaneMenu):
    """Of a worker that of its lane, and where that is; of any other process its PID."""

    show_wanted = Signal(int)
    """The ordinal of a worker."""

    def fill(self, recording: Recording, ordinal: int) -> None:
        super().fill(recording, ordinal)
        show = self.addAction(self.tr("Show in the &timeline"))
        show.triggered.connect(lambda: self.show_wanted.emit(ordinal))

    def offer_other(self, pid: int, place: QPoint) -> None:
        """Come up at `place` of the screen for a process that is no worker."""
        if not self.isVisible():
            QToolTip.hideText()
            self.fill_other(pid)
            self.popup(place)

    def fill_other(self, pid: int) -> None:
        """For a process that is no worker; pid: 0 where nobody knows it."""
        self.clear()
        self.kills = []
        copy = self.addAction(self.tr("&Copy the PID"))
        copy.setEnabled(bool(pid))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(str(pid)))
