"""Reads a saved or kept run beside the window, which goes on meanwhile."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from ..engine.breaking_off import BrokenOff, Watch
from ..engine.problem import Problem, ProblemError
from ..engine.recording import Recording

SHORT_MS = 150
"""What takes no longer needs no words."""

Read = Callable[[Watch], Recording]
Take = Callable[[Recording], None]
"""What is done with a run that has been read."""


class _Reading(QThread):
    """One run that is being read, on a thread of its own: of its results none is looked at before
    the thread has come to its end. numpy and zlib let the window run meanwhile.
    """

    def __init__(self, read: Read, parent: QObject) -> None:
        super().__init__(parent)
        self._read = read
        self.recording: Recording | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.recording = self._read(self._watch)
        except BrokenOff:
            pass
        except Exception as error:  # it is raised, or said, where the window is
            self.error = error

    def _watch(self) -> None:
        if self.isInterruptionRequested():
            raise BrokenOff


class Opening(QObject):
    """Opens one run at a time; another, or `stop`, breaks off the one before.

    started: something is being opened. took_long: its name, once that has taken a moment. over:
    nothing is being opened any more. refused: why it could not be opened.
    """

    started = Signal()
    took_long = Signal(str)
    over = Signal()
    refused = Signal(Problem)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reading: _Reading | None = None
        self._name = ""
        self._show: Take = _nothing
        self._forget: Take = _nothing
        self._moment = QTimer(self, interval=SHORT_MS, singleShot=True)
        self._moment.timeout.connect(lambda: self.took_long.emit(self._name))

    @property
    def active(self) -> bool:
        return self._reading is not None

    def start(self, name: str, read: Read, show: Take, forget: Take) -> None:
        """Read a run, and then `show` it; or `forget` it, when it was broken off too late.

        name: what it is called where it takes long.
        """
        self.stop()
        self._name, self._show, self._forget = name, show, forget
        self._reading = _Reading(read, self)
        self._reading.finished.connect(self._take)
        self._moment.start()
        self._reading.start()
        self.started.emit()

    def stop(self) -> None:
        """Break off, and forget what has been read."""
        reading = self._reading
        if reading is None:
            return
        reading.requestInterruption()
        reading.wait()  # until it looks up from the block it is at
        self._end(reading)
        if reading.recording is not None:
            self._forget(reading.recording)

    def _take(self) -> None:
        reading = self._reading
        if reading is None or not reading.isFinished():
            return  # it is of another, which was broken off
        self._end(reading)
        if isinstance(reading.error, ProblemError):
            self.refused.emit(reading.error.problem)
        elif reading.error is not None:
            raise reading.error
        elif reading.recording is not None:
            self._show(reading.recording)

    def _end(self, reading: _Reading) -> None:
        self._reading = None
        self._moment.stop()
        reading.deleteLater()
        self.over.emit()


def _nothing(_recording: Recording) -> None:
    pass
