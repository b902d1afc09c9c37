"""What goes wrong while a run goes on, on standard error as it comes."""

import sys

from ...engine.consequences import explained
from ...engine.experiment import Experiment
from ...engine.problem import Problem
from ...engine.run import Run
from .. import wording
from . import words
from .console import complain, has_room
from .progress import Progress

TOLD = 10
"""Faults that are told one by one; of the others there is a count at the end."""


class ToldRun(Run):
    """A run that says its faults when it finds them, as soon as `tell` has been called."""

    def __init__(self, experiment: Experiment) -> None:
        super().__init__(experiment)
        self._told: list[Problem] = []
        self._telling = False
        self._progress: Progress | None = None

    def tell(self, progress: Progress | None) -> None:
        """From now on; `progress` makes way for the lines."""
        self._telling, self._progress = True, progress

    def poll(self) -> bool:
        changed = super().poll()
        if self._telling:
            self._tell_new()
        return changed

    def _tell_new(self, *, waits: bool = False) -> None:
        """Unless it `waits`, only as far as there is room: the run has its deadlines."""
        faults = self.recording.journal.faults
        for fault in faults[len(self._told) : TOLD]:
            if not waits and not has_room(sys.stderr):
                return
            if self._progress is not None:
                self._progress.clear()
            self._told.append(fault.problem)
            complain(wording.sentence(explained(fault.problem, self.recording, fault.at_ns)))

    def _are_alike(self) -> bool:
        """All faults are of one kind, as far as the host has told them one by one."""
        journal = self.recording.journal
        kinds = {fault.problem.kind for fault in journal.faults}
        return len(kinds) == 1 and journal.fault_count == len(journal.faults)

    def conclude(self) -> None:
        """Say how many faults there were beside those that were told, and why the run failed."""
        if self._telling:
            self._tell_new(waits=True)
        more = self.recording.journal.fault_count - len(self._told)
        if self._telling and more > 0:
            complain(words.more_faults(more, alike=self._are_alike()))
        if self.problem is not None and self.problem not in self._told:
            complain(wording.sentence(explained(self.problem, self.recording)))
