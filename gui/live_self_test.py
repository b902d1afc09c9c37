"""Has this machine measured once, when nobody needs it for anything else."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ..engine.machine import Idle
from ..engine.problem import ProblemError

if TYPE_CHECKING:  # it is loaded when it is needed
    from ..engine.self_test import SelfTest

IDLE_MS = 1_500
"""Nobody has started anything for so long."""
FREE = 0.75
"""Of the CPUs; on average between two looks."""
MOST_LOOKS = 20
"""Then it is measured all the same: some machines are never free, and some do not say it."""
POLL_MS = 40
END_S = 5.0


class LiveSelfTest(QObject):
    """At most one at a time, and after one that came to its end no other in this window.

    cpus: that may be used here. measured: a SelfTest that has found costs, which are to be kept.
    went_on: whether one is on now.
    """

    measured = Signal(object)
    went_on = Signal(bool)

    def __init__(self, cpus: int, parent: QObject) -> None:
        super().__init__(parent)
        self._test: SelfTest | None = None
        self._done = self._stopped = False
        self._cpus, self._looks = cpus, 0
        self._free: Idle | None = None
        self._idle = QTimer(self, interval=IDLE_MS, singleShot=True)
        self._idle.timeout.connect(self._look)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def active(self) -> bool:
        """One is on, or is being ended."""
        return self._test is not None

    def start_when_idle(self) -> None:
        """Start one in a moment, unless something else begins until then; see `stop`.

        It waits until the machine has little else to do, but not for ever: what it finds is kept.
        """
        if not self._done and (self._test is None or self._stopped):
            self._free, self._looks = Idle(), 0
            self._idle.start(IDLE_MS)

    def _look(self) -> None:
        """Whether the CPUs were free since the last look."""
        self._looks += 1
        free = self._free is None or self._free.look() >= FREE * self._cpus
        if free or self._looks >= MOST_LOOKS:
            self._start()
        else:
            self._idle.start(IDLE_MS)

    def _start(self) -> None:
        from ..engine.self_test import SelfTest

        if self._test is not None:
            return
        try:
            self._test = SelfTest()
        except (ProblemError, OSError):
            self._done = True  # there is no room for it, or no process: do without
            return
        self._stopped = False
        self.went_on.emit(True)
        self._timer.start()

    def tick(self) -> None:
        """One look at it."""
        test = self._test
        if test is None:
            return
        test.poll()
        if not test.over:
            return
        self._timer.stop()
        self._test = None
        if self._stopped:
            return
        self._done = True
        self.went_on.emit(False)
        if test.costs is not None:
            self.measured.emit(test)

    def stop(self) -> None:
        """End it: something else begins. Another one may be started later."""
        self._idle.stop()
        if self._test is not None and not self._stopped:
            self._stopped = True
            self._test.stop()
            self.went_on.emit(False)
            self.tick()

    def finish(self) -> None:
        """End it, and wait until no process of it is left; for the end of the program."""
        self.stop()
        deadline = time.monotonic() + END_S
        while self._test is not None and time.monotonic() < deadline:
            self.tick()
            time.sleep(POLL_MS / 4000)
