"""The one shared state of the window: the experiment, the run that is shown, the selected task."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ..engine.checks.check import check
from ..engine.checks.finding import Advice, Finding
from ..engine.experiment import Experiment
from ..engine.interpreters import Interpreter
from ..engine.journal import Status
from ..engine.problem import Kind, Problem, ProblemError
from ..engine.recording import Recording
from ..engine.tasks.reading import Source
from .known import Known, Listing

if TYPE_CHECKING:
    from ..engine.preview import Preview

NOTHING_TO_CALL = (
    Advice.FUNCTION_NOT_THERE,
    Advice.FUNCTION_INSIDE,
    Advice.FUNCTION_MAIN_ONLY,
)


class Lab(QObject):
    """Panels read it and listen to it; they do not know each other.

    experiment: what Run would run; always valid. `field_problems` says which fields of the form
    hold something that could not be taken over.
    findings: what the checks say about the experiment; they run none of the user's code.
    known: the machine, the task's source, the interpreter, the number of inputs.
    files: Python files whose functions are offered. written: the last task that was written in
    the window; it stays while another is chosen.
    changed_files: those that have been written again since the last run began; absolute.
    preview: the last one that was asked for.
    recording: the run that is shown, live, finished or opened; None before the first.
    status, problem: of that run.
    selection: the row of the selected task, or None.
    """

    experiment_changed = Signal()
    field_problems_changed = Signal()
    findings_changed = Signal()
    input_count_changed = Signal()
    """A run or a preview has found how many inputs there are, where the text did not tell."""
    sources_changed = Signal()
    """There are other functions on offer: of another file, or one that was written again."""
    interpreter_changed = Signal()
    """The interpreter of the experiment has been asked what it is."""
    preview_changed = Signal()
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
        self.known = Known()
        self.experiment = Experiment()
        self.field_problems: dict[str, Problem] = {}
        self.findings: list[Finding] = []
        self.files: tuple[Path, ...] = ()
        self.written = ""
        self.changed_files: set[Path] = set()
        self.preview: Preview | None = None
        self._previewed: Listing | None = None
        self.recording: Recording | None = None
        self.status: Status | None = None
        self.problem: Problem | None = None
        self.selection: int | None = None
        self._listing: Listing | None = None
        self.trace_changed.connect(self._learn_count)
        self._take(self.experiment)

    @property
    def running(self) -> bool:
        """A run is on, from its launch to the end of its last process."""
        return self.status in (Status.PREPARING, Status.RUNNING, Status.ENDING)

    @property
    def ready(self) -> bool:
        """Run makes sense: what is wrong with a field, if anything, only a run can tell anew."""
        problems = self.field_problems.values()
        return not self.nothing_to_call and all(problem == self.problem for problem in problems)

    @property
    def nothing_to_call(self) -> bool:
        """The source of the task is no Python, or does not define the function."""
        return any(
            finding.advice in NOTHING_TO_CALL or _is_syntax(finding.values.get("problem"))
            for finding in self.findings
        )

    @property
    def source(self) -> Source | Problem | None:
        """What the task's file or text holds; None for a task of the catalogue or a module."""
        return self.known.sources.of(self.experiment)

    @property
    def interpreter(self) -> Interpreter | Problem | None:
        """What the run would take; the Problem why it cannot; None when nobody has looked."""
        return self.known.interpreters.get(self.experiment.place.python)

    @property
    def input_count(self) -> int | None:
        """How many inputs there will be: read off the text, or learned from who evaluated it."""
        return self.known.input_count(self.experiment)

    # --- the experiment

    def set_experiment(self, experiment: Experiment) -> None:
        if experiment != self.experiment:
            self._take(experiment)
            self.experiment_changed.emit()

    def load(self, experiment: Experiment) -> None:
        """Show `experiment` in the form, whatever is typed there."""
        self.field_problems = {}
        self._take(experiment)
        self.field_problems_changed.emit()
        self.experiment_changed.emit()

    def _take(self, experiment: Experiment) -> None:
        before, self.experiment = self.experiment, experiment
        file, text = experiment.file, experiment.source
        if file is not None and file not in self.files:
            self.offer(file)
        elif text and text != self.written:
            self.written = text
            self.sources_changed.emit()
        if experiment != before or not self.findings:
            self.check()

    def change(self, field: str, make: Callable[[], Experiment]) -> None:
        """Take over what `make` returns, or keep what it raises as the problem of `field`."""
        try:
            experiment = make()
        except ProblemError as error:
            self.set_field_problem(field, error.problem)
            return
        self.set_field_problem(field, None)
        self.set_experiment(experiment)

    def set_field_problem(self, field: str, problem: Problem | None) -> None:
        """Say, or take back, that a field holds something that cannot be used."""
        if self.field_problems.get(field) == problem:
            return
        if problem is None:
            del self.field_problems[field]
        else:
            self.field_problems[field] = problem
        self.field_problems_changed.emit()

    # --- what is known about it

    def check(self) -> None:
        """Look at the experiment again; files that have changed are read anew."""
        findings = check(self.experiment, self.known.facts(self.experiment))
        if findings != self.findings:
            self.findings = findings
            self.findings_changed.emit()

    def offer(self, path: Path) -> None:
        """Offer the functions of a Python file, from now on as they are then."""
        self.files = (*self.files, path) if path not in self.files else self.files
        self.sources_changed.emit()

    def reread(self, path: Path) -> None:
        """A file of tasks has changed."""
        self.changed_files.add(path.absolute())
        self.check()
        self.sources_changed.emit()
        self.input_count_changed.emit()

    def set_interpreter(self, path: str, found: Interpreter | Problem) -> None:
        """What the program at `path` has said about itself, or why it is none to run with."""
        self.known.interpreters[path] = found
        self.check()
        self.interpreter_changed.emit()

    def set_preview(self, preview: "Preview | None", listing: Listing | None = None) -> None:
        """Show another preview, or that this one has got on; it looks at `listing`."""
        self.preview, self._previewed = preview, listing
        self.preview_changed.emit()

    @property
    def fitting_preview(self) -> "Preview | None":
        """The preview, as long as it is one of the experiment as it is."""
        fits = self._previewed == self.known.listing(self.experiment)
        return self.preview if fits else None

    def learn(self, listing: Listing, count: int, first_bytes: int | None = None) -> None:
        """Somebody has evaluated the inputs that `listing` describes."""
        if self.known.learn(listing, count, first_bytes):
            self.check()
            self.input_count_changed.emit()

    def _learn_count(self) -> None:
        recording = self.recording
        if recording is not None and self._listing is not None:
            if recording.journal.inputs is not None:
                self.learn(self._listing, recording.journal.inputs)

    # --- the run

    def show(self, recording: Recording, status: Status) -> None:
        """Show another run from now on."""
        self.recording, self.status, self.problem = recording, status, None
        self._listing = self.known.listing(recording.experiment)
        if self.running:
            self.changed_files.clear()
        self.select(None)
        self.recording_changed.emit()
        self.status_changed.emit()

    def set_status(self, status: Status, problem: Problem | None = None) -> None:
        self.status = status
        self.problem = problem
        if problem is not None and problem.field is not None:
            self.set_field_problem(problem.field, problem)
        if not self.running:
            self.known.forget_durations()
            self.check()
        self.status_changed.emit()

    def select(self, row: int | None) -> None:
        if row != self.selection:
            self.selection = row
            self.selection_changed.emit()


def _is_syntax(problem: object) -> bool:
    return isinstance(problem, Problem) and problem.kind is Kind.TASK_SYNTAX
