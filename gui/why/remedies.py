"""Puts into the form what would have helped the run that is shown."""

from PySide6.QtCore import QObject, Signal

from ...engine.explain.reason import Remedy
from ...engine.former import question
from ...engine.problem import ProblemError
from .. import wording
from ..lab import Lab
from .words import applied_text


class Remedies(QObject):
    """settling: whatever is typed and not yet taken over should be, now. applied: the name of the
    field that was set. said: what was done, or why nothing.
    """

    settling = Signal()
    applied = Signal(str)
    said = Signal(str)

    def __init__(self, lab: Lab, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lab = lab

    def apply(self, remedy: Remedy) -> None:
        """Set it in the form; what else was changed there since the run stays.

        A form that holds other tasks gets back the settings of the run first, and no more: a remedy
        is for the tasks that it was found with.
        """
        self.settling.emit()
        recording, experiment = self._lab.recording, self._lab.experiment
        if recording is None:
            return
        if question(experiment) != question(recording.experiment):
            self._lab.load(recording.experiment)
            self.said.emit(self.tr("The form holds the settings of this run again."))
            return
        try:
            self._lab.load(remedy.applied(experiment))
        except ProblemError as error:
            self.said.emit(wording.sentence(error.problem))
        else:
            self.applied.emit(remedy.first_field)
            self.said.emit(applied_text(remedy))
