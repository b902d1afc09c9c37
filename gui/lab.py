"""The one shared state of the window: the experiment, the run that is shown, the selected task."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ..engine.experiment import Experiment
from ..engine.inputs import static_count
from ..engine.journal import Status
from ..engine.problem import Problem, ProblemError
from ..engine.recording import Recording


class Lab(QObject):
    """Panels read it and listen to it; they do not know each other.

    experiment: what Run would run; always valid. `field_problems` says which fields of the form
    hold something that could not be taken over.
    recording: the run that is shown, live, finished or opened; None before the first.
    status, problem: of that run.
    selection: the row of the selected task, or None.
    """

    experiment_changed = Signal()
    field_problems_changed = Signal()
    input_count_changed = Signal()
    """A run has found how many inputs there are, where the text did not tell."""
    recording_changed = Signal()
    """Another run is shown."""
    trace_changed = Signal()
    """The run that is shown has got something new."""
    ticked = Signal()
    """A frame of the run that is on; something that is no task, such as output, may have come."""
    status_changed = Signal()
    selection_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.experiment = Experiment()
        self.field_problems: dict[str, Problem] = {}
        self.recording: Recording | None = None
        self.status: Status | None = None
        self.problem: Problem | None = None
        self.selection: int | None = None
        self._counted: tuple[str, int] | None = None  # an inputs expression, as a run found it
        self.trace_changed.connect(self._learn_count)

    @property
    def running(self) -> bool:
        """A run is on, from its launch to the end of its last process."""
        return self.status in (Status.PREPARING, Status.RUNNING, Status.ENDING)

    @property
    def ready(self) -> bool:
        """Run makes sense: what is wrong with a field, if anything, only a run can tell anew."""
        return all(problem == self.problem for problem in self.field_problems.values())

    def set_experiment(self, experiment: Experiment) -> None:
        if experiment != self.experiment:
            self.experiment = experiment
            self.experiment_changed.emit()

    def load(self, experiment: Experiment) -> None:
        """Show `experiment` in the form, whatever is typed there."""
        self.field_problems = {}
        self.experiment = experiment
        self.field_problems_changed.emit()
        self.experiment_changed.emit()

    def change(self, field: str, make: Callable[[], Experiment]) -> None:
        """Take over what `make` returns, or keep what it raises as the problem of `field`."""
        try:
            experiment = make()
        except ProblemError as error:
            self.set_field_problem(field, error.problem)
            return
        self.set_field_problem(field, None)
        self.set_experiment(experiment)

    @property
    def input_count(self) -> int | None:
        """How many inputs there will be: read off the text, or learned from a run with it."""
        text = self.experiment.inputs
        count = static_count(text)
        if count is None and self._counted is not None and self._counted[0] == text:
            return self._counted[1]
        return count

    def _learn_count(self) -> None:
        recording = self.recording
        if recording is None or recording.journal.inputs is None:
            return
        counted = (recording.experiment.inputs, recording.journal.inputs)
        if counted != self._counted:
            self._counted = counted
            self.input_count_changed.emit()

    def set_field_problem(self, field: str, problem: Problem | None) -> None:
        """Say, or take back, that a field holds something that cannot be used."""
        if self.field_problems.get(field) == problem:
            return
        if problem is None:
            del self.field_problems[field]
        else:
            self.field_problems[field] = problem
        self.field_problems_changed.emit()

    def show(self, recording: Recording, status: Status) -> None:
        """Show another run from now on."""
        self.recording, self.status, self.problem = recording, status, None
        self.select(None)
        self.recording_changed.emit()
        self.status_changed.emit()

    def set_status(self, status: Status, problem: Problem | None = None) -> None:
        self.status = status
        self.problem = problem
        if problem is not None and problem.field is not None:
            self.set_field_problem(problem.field, problem)
        self.status_changed.emit()

    def select(self, row: int | None) -> None:
        if row != self.selection:
            self.selection = row
            self.selection_changed.emit()
