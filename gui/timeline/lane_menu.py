"""What can be done with a worker: the menu of its lane."""

import signal

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from ...engine.killing import POSIX, SIGNALS, Obstacle, obstacle
from ...engine.recording import Recording
from ...engine.trace.lane import Lane


class LaneMenu(QMenu):
    """Filled anew for each worker; comes up without holding the window up.

    kill_wanted: a worker's ordinal, and the signal for it. task_wanted: the row of a task.
    worker_wanted: the ordinal of the worker, of which all is to be shown.
    """

    kill_wanted = Signal(int, int)
    task_wanted = Signal(int)
    worker_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self.kills: list[QAction] = []

    def offer(self, recording: Recording, ordinal: int, place: QPoint) -> None:
        """Come up at `place` of the screen, for a worker; a menu that is up already stays."""
        if not self.isVisible():
            QToolTip.hideText()  # it would lie over the menu
            self.fill(recording, ordinal)
            self.popup(place)

    def fill(self, recording: Recording, ordinal: int) -> None:
        """What can be done with this worker now."""
        self.clear()
        assert recording.trace is not None
        lane = recording.trace.lanes[ordinal - 1]
        pid, why = str(lane.pid or "…"), obstacle(recording, ordinal)
        self.kills = [self._add_kill(ordinal, pid, sign, why) for sign in SIGNALS]
        self.addSeparator()
        copy = self.addAction(self.tr("&Copy the PID"))
        copy.setEnabled(bool(lane.pid))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(pid))
        row = _last_row(lane)
        task = self.addAction(self._task_text(recording, lane, row))
        task.setEnabled(row is not None)
        if row is not None:
            task.triggered.connect(lambda: self.task_wanted.emit(row))
        deeds = self.addAction(self.tr("Show what it &did"))
        deeds.triggered.connect(lambda: self.worker_wanted.emit(ordinal))

    def _add_kill(
        self, ordinal: int, pid: str, sign: signal.Signals, why: Obstacle | None
    ) -> QAction:
        text = self.tr("&Kill worker {0} (SIGKILL)")
        help_text = self.tr(
            "It ends at once, whatever it does. An experiment: see what Pool does next."
        )
        if sign is signal.SIGTERM:
            text = self.tr("&Ask worker {0} to end (SIGTERM)")
            help_text = self.tr("It ends unless its task has a handler for SIGTERM.")
            if not POSIX:
                text = self.tr("&End worker {0}")
        text = text.format(pid)
        if why is not None:
            text = f"{text}: {self.reason(why)}"
        action = self.addAction(text)
        action.setToolTip(help_text)
        action.setEnabled(why is None)
        action.triggered.connect(lambda: self.kill_wanted.emit(ordinal, int(sign)))
        return action

    def reason(self, why: Obstacle) -> str:
        """Why a worker cannot be killed."""
        return {
            Obstacle.RUN_OVER: self.tr("the run is over"),
            Obstacle.STARTING: self.tr("it is starting"),
            Obstacle.GONE: self.tr("it has gone"),
        }[why]

    def _task_text(self, recording: Recording, lane: Lane, row: int | None) -> str:
        if row is None:
            return self.tr("It has run no task")
        index = f"{recording.index_of(row):,}"
        if lane.running is not None:
            return self.tr("&Show task {0}, which it runs").format(index)
        return self.tr("&Show task {0}, its last one").format(index)


def _last_row(lane: Lane) -> int | None:
    if lane.running is not None:
        return lane.running[0]
    return int(lane.rows[-1]) if len(lane) else None
