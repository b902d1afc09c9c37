"""The one shared state of the window: the experiment, the run that is shown, what is selected."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ..engine.checks.check import check
from ..engine.checks.finding import Advice, Finding
from ..engine.experiment import Experiment
from ..engine.interpreters import Interpreter
from ..engine.journal import Status
from ..engine.problem import Problem, ProblemError
from ..engine.recording import Recording
from ..engine.tasks.reading import Source
from .chosen import Chosen
from .initializers import Initializers
from .known import Known, Listing
from .written_texts import Written, with_replaced

if TYPE_CHECKING:
    from ..engine.explain.reason import Explanation
    from ..engine.preview import Preview

SURE = (
    Advice.PROBLEM,
    Advice.FUNCTION_NOT_THERE,
    Advice.FUNCTION_INSIDE,
    Advice.FUNCTION_MAIN_ONLY,
)
"""Of what would stop the run, that which is certain without running anything."""


class Lab(Chosen):
    """Panels read it and listen to it; they do not know each other.

    experiment: what Run would run; always valid. `field_problems` says which fields of the form
    hold something that could not be taken over.
    findings: what the checks say about the experiment; they run none of the user's code.
    known: the machine, the task's source, the interpreter, the number of inputs.
    files: Python files whose functions are offered. written: the last task that was written in
    the window; it stays while another is chosen. written_before: texts that it took the place of,
    the newest first. initializers: which one belongs to the tasks of each module.
    changed_files: those that have been written again since the last run began; absolute.
    preview: the last one that was asked for.
    recording: the run that is shown, live, finished or opened; None before the first.
    status, problem: of that run.
    explanation: the figures of the run that is shown, and why it took that long; None until it is
    over and that has been found out.
    What of that run is selected, or pointed at: see Chosen.
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
    order_given_up = Signal()
    """Another task was chosen, of which no run tells what takes longest: the order is as given."""
    explanation_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.known = Known()
        self.experiment = Experiment()
        self.field_problems: dict[str, Problem] = {}
        self._told: dict[str, Problem] = {}  # those of them that a run has told
        self.findings: list[Finding] = []
        self.files: tuple[Path, ...] = ()
        self.written = Written()
        self.written_before: tuple[Written, ...] = ()
        self.initializers = Initializers()
        self.changed_files: set[Path] = set()
        self.preview: Preview | None = None
        self._previewed: Listing | None = None
        self.recording: Recording | None = None
        self.status: Status | None = None
        self.problem: Problem | None = None
        self.explanation: Explanation | None = None
        self._listing: Listing | None = None
        self.trace_changed.connect(self._learn_count)
        self._take(self.experiment)

    @property
    def running(self) -> bool:
        """A run is on, from its launch to the end of its last process."""
        return self.status in (Status.PREPARING, Status.RUNNING, Status.ENDING)

    @property
    def ready(self) -> bool:
        """Run starts. It does not while something is certain to be wrong without running anything:

        - a field holds what could not be taken over (`untaken`), or
        - a check found what is SURE to end the run: a text that is no Python, a function, working
          directory or interpreter that is not there, an order that no former run knows.

        All other findings advise, also those which say that the run would fail: Run runs. What a
        run has told about a field stays beside it and stops nobody: only another run can tell.
        """
        return not self.obstacles

    @property
    def obstacles(self) -> dict[str, Problem | Finding]:
        """Why Run does not start, by the names of the fields; what to mend first comes first."""
        found: dict[str, Problem | Finding] = {**self.untaken}
        for finding in self.findings:
            if finding.stops and finding.advice in SURE:
                found.setdefault(finding.field, finding)
        return found

    @property
    def untaken(self) -> dict[str, Problem]:
        """Why what a field holds could not be taken over, by the names of the fields."""
        problems = self.field_problems.items()
        return {field: problem for field, problem in problems if self._told.get(field) != problem}

    @property
    def told(self) -> dict[str, Problem]:
        """What a run has told about the fields, as far as it still holds."""
        problems = self.field_problems.items()
        return {field: problem for field, problem in problems if self._told.get(field) == problem}

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
        fitting = self.known.with_order_known(experiment, self.experiment)
        if fitting != self.experiment:
            self._take(fitting)
            self.experiment_changed.emit()
        if fitting is not experiment:
            self.order_given_up.emit()

    def load(self, experiment: Experiment) -> None:
        """Show `experiment` in the form, whatever is typed there."""
        self.field_problems, self._told = {}, {}
        self._take(experiment)
        self.field_problems_changed.emit()
        self.experiment_changed.emit()

    def _take(self, experiment: Experiment) -> None:
        before, self.experiment = self.experiment, experiment
        file, text = experiment.file, experiment.source
        written = Written(text, experiment.task, experiment.inputs) if text else self.written
        news, self.written = written.source != self.written.source, written
        if (experiment.task, text) != (before.task, before.source):
            self.forget_told()
        if file is not None and file not in self.files:
            self.offer(file)
        elif news:
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

    def tell(self, problem: Problem) -> None:
        """A run has told this about a field, or why it could not start."""
        if problem.field is not None:
            self._told[problem.field] = problem
            self.set_field_problem(problem.field, problem)

    def forget_told(self) -> None:
        """Something is another than the run had that told it."""
        for field in self.told:
            self.set_field_problem(field, None)
        self._told = {}

    def set_written(self, written: Written) -> None:
        """Offer a task that was written here at another time."""
        self.written = written
        self.sources_changed.emit()

    def keep_written(self, replaced: Written) -> None:
        """Another text takes the place of one that was written here."""
        self.written_before = with_replaced(self.written_before, replaced)

    # --- what is known about it

    def check(self) -> None:
        """Look at the experiment again; files that have changed are read anew."""
        findings = check(self.experiment, self.known.facts(self.experiment))
        if findings != self.findings:
            self.findings = findings
            self.findings_changed.emit()

    def look_again(self) -> None:
        """What was found may be mended: a folder made, an interpreter installed."""
        path = self.experiment.place.python
        if isinstance(self.known.interpreters.get(path), Problem):
            del self.known.interpreters[path]
        self.known.forget_durations()
        self.check()

    def offer(self, path: Path) -> None:
        """Offer the functions of a Python file, from now on as they are then."""
        self.files = (*self.files, path) if path not in self.files else self.files
        self.sources_changed.emit()

    def reread(self, path: Path) -> None:
        """A file of tasks has changed, or has gone."""
        self.changed_files.add(path.absolute())
        if self.experiment.file is not None and self.experiment.file.absolute() == path.absolute():
            self.forget_told()
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
        self.choose_nothing()
        self.set_explanation(None)
        self.recording_changed.emit()
        self.status_changed.emit()

    def set_status(self, status: Status, problem: Problem | None = None) -> None:
        self.status = status
        self.problem = problem
        if problem is not None:
            self.tell(problem)
        if not self.running:
            self.known.forget_durations()
            self.check()
        self.status_changed.emit()

    def set_explanation(self, explanation: "Explanation | None") -> None:
        """Say why the run that is shown took that long."""
        if explanation is not self.explanation:
            self.show_evidence(None)
            self.explanation = explanation
            self.explanation_changed.emit()
