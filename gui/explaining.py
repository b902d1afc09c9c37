"""Finds out why the run that is shown took that long; the window goes on meanwhile."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QThread, Signal

from ..engine.breaking_off import BrokenOff, Watch
from ..engine.journal import Status
from ..engine.problem import ProblemError
from ..engine.recording import Recording
from .lab import Lab
from .live_run import LiveRun
from .live_self_test import LiveSelfTest

if TYPE_CHECKING:  # what finds it out is loaded when a run is over
    from ..engine.explain.reason import Explanation
    from ..engine.metrics.numbers import Numbers
    from ..engine.self_test import Costs, SelfTest

PATIENCE_MS = 20
"""What breaking off may hold the window up; what then still goes on ends by itself."""


class Wanted(NamedTuple):
    """What is to be found out.

    numbers: of the run, where they are known. here: it ran on this machine. test: what has measured
    the machine, and is to be kept. costs: of it, where they are known.
    """

    recording: Recording
    here: bool
    numbers: "Numbers | None" = None
    test: "SelfTest | None" = None
    costs: "Costs | None" = None


class Found(NamedTuple):
    """costs: of this machine; None while nobody has measured them, and for a run of another."""

    explanation: "Explanation"
    costs: "Costs | None"


def find_out(wanted: Wanted, watch: Watch) -> Found:
    """The figures of a run that is over, and its reasons. Raises BrokenOff through `watch`."""
    from ..engine.explain.explain import explain
    from ..engine.metrics.baseline import serial_run
    from ..engine.metrics.measuring import measure_run
    from ..engine.self_test import costs_here

    if wanted.test is not None:
        wanted.test.keep()
    recording, numbers, costs = wanted.recording, wanted.numbers, wanted.costs
    if numbers is None:
        numbers = measure_run(recording, serial=serial_run(recording), watch=watch)
    watch()
    if wanted.here and costs is None:
        costs = costs_here()
    return Found(explain(recording, numbers, costs, watch=watch), costs)


def unreadable() -> "Explanation":
    """Of a run whose files have gone, or do not say what they should."""
    from ..engine.explain.reason import Explanation, Silence
    from ..engine.metrics.numbers import Numbers

    return Explanation(Numbers(), silence=Silence.UNREADABLE)


class _Finding(QThread):
    """One run, on a thread of its own. Nobody looks at `found` before its end."""

    def __init__(self, wanted: Wanted, parent: QObject) -> None:
        super().__init__(parent)
        self.wanted: Wanted | None = wanted
        self.found: Found | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        wanted, self.wanted = self.wanted, None  # so that nothing keeps a run that has gone
        assert wanted is not None
        try:
            self.found = find_out(wanted, self._watch)
        except BrokenOff:
            pass
        except Exception as error:  # it is raised, or said, where the window is
            self.error = error

    def _watch(self) -> None:
        if self.isInterruptionRequested():
            raise BrokenOff


class Explaining(QObject):
    """Gives the lab the explanation of each run that it shows, once that is over.

    After the first run of the window that ended well it has this machine measured, unless that was
    done before; never for runs that were only opened. What is then found out is said once more.
    measures_machine: False where nothing may go on beside what is done in the window, as in a
    benchmark.
    """

    over = Signal()
    """Nothing is being found out any more."""

    def __init__(
        self, lab: Lab, live: LiveRun, parent: QObject, *, measures_machine: bool = True
    ) -> None:
        super().__init__(parent)
        self._measures_machine = measures_machine
        self._lab, self._live = lab, live
        self._finding: _Finding | None = None
        self._leaving: set[_Finding] = set()  # broken off, and not at their end yet
        self._begun: Recording | None = None  # the last one that was begun
        self._costs: Costs | None = None
        self.self_test = LiveSelfTest(lab.known.machine.usable, self)
        self.self_test.measured.connect(self._take_test)
        live.started.connect(self.self_test.stop)
        lab.recording_changed.connect(self.stop)
        lab.status_changed.connect(self._begin)

    @property
    def active(self) -> bool:
        return self._finding is not None

    def _begin(self) -> None:
        recording, lab = self._lab.recording, self._lab
        if recording is None or lab.running or recording is self._begun:
            return
        if recording.trace is None or not recording.trace.ended:
            return  # nothing has run, or nobody could read on
        self._begun = recording
        self._start(Wanted(recording, self._is_here(recording)))

    def _is_here(self, recording: Recording) -> bool:
        machine = self._lab.known.machine.to_json()
        return self._is_own(recording) or recording.machine == machine

    def _is_own(self, recording: Recording) -> bool:
        return self._live.run is not None and self._live.run.recording is recording

    def _start(self, wanted: Wanted) -> None:
        self._break_off()
        if wanted.here and wanted.costs is None:
            wanted = wanted._replace(costs=self._costs)
        self._finding = _Finding(wanted, self)
        self._finding.finished.connect(self._take)
        self._finding.start()

    def stop(self) -> None:
        """Break off; another run is shown."""
        self._begun = None
        self._break_off()

    def finish(self) -> None:
        """Break off, and wait; for the end of the program."""
        self.self_test.finish()
        self.stop()
        for finding in self._leaving.copy():
            finding.wait()
            self._forget(finding)

    def _break_off(self) -> None:
        finding, self._finding = self._finding, None
        if finding is None:
            return
        finding.requestInterruption()
        self._leaving.add(finding)
        if finding.wait(PATIENCE_MS):
            self._forget(finding)
        self.over.emit()

    def _forget(self, finding: _Finding) -> None:
        self._leaving.discard(finding)
        finding.deleteLater()

    def _take(self) -> None:
        for leaving in [one for one in self._leaving if one.isFinished()]:
            self._forget(leaving)
        finding = self._finding
        if finding is None or not finding.isFinished():
            return  # it is of another, which was broken off
        self._finding = None
        finding.deleteLater()
        error = finding.error
        if finding.found is not None:
            self._costs = finding.found.costs or self._costs
            self._lab.set_explanation(finding.found.explanation)
            self._offer_self_test()
        elif error is not None:
            self._lab.set_explanation(unreadable())
        self.over.emit()
        if error is not None and not isinstance(error, ProblemError | OSError):
            raise error

    def _offer_self_test(self) -> None:
        recording, known = self._lab.recording, self._costs is not None
        if recording is not None and self._is_own(recording) and not known:
            if self._measures_machine and self._lab.status == Status.FINISHED:
                self.self_test.start_when_idle()

    def _take_test(self, test: "SelfTest") -> None:
        """This machine has been measured: say again what is now known."""
        self._costs = test.costs
        recording, known = self._lab.recording, self._lab.explanation
        if recording is not None and known is not None:
            here = self._is_here(recording)
            self._start(Wanted(recording, here, known.numbers, test, test.costs if here else None))
