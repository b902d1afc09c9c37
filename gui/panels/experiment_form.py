"""The form: which task, on which inputs, with which pool."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...engine.experiment import (
    CHUNKSIZE_LIMIT,
    METHODS,
    PROCESSES_LIMIT,
    Experiment,
    auto_chunksize,
    start_methods,
)
from ...engine.inputs import check_syntax, static_count
from ...engine.machine import Machine
from ...engine.problem import ProblemError
from ...engine.tasks.catalogue import CATALOGUE, find
from ...engine.tasks.loading import FileTask
from .. import wording
from ..lab import Lab
from ..theme import STEP, fixed_font
from ..widgets.card import Card, heading
from ..widgets.segments import Segments
from ..widgets.setting_slider import SettingSlider, logarithmic_stops

CHUNKSIZE_STOPS = 100_000
SLIDER_CPUS = 4
"""The processes slider goes to so many times the CPUs; the spin box goes on."""


class ExperimentForm(Card):
    """A column of fields over the Run button. Shows the lab's experiment, and changes it."""

    run_pressed = Signal()
    stop_pressed = Signal()

    def __init__(self, lab: Lab, machine: Machine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._machine = machine
        self._inputs_of: dict[str, str] = {}
        self._last_count: tuple[str, int] | None = None  # expression, as a run found it
        self._make_fields()
        self._arrange()
        self._connect()
        self.show_experiment()

    def _make_fields(self) -> None:
        self.task = QComboBox()
        self.task.setAccessibleName(self.tr("Task"))
        self.task.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        kinds = {
            "CPU": self.tr("CPU"),
            "waiting": self.tr("waiting"),
            "memory": self.tr("memory"),
            "pickling": self.tr("pickling"),
            "mixed": self.tr("mixed"),
        }
        for item in CATALOGUE:
            self.task.addItem(f"{item.name} \u2014 {kinds[item.kind]}", item.name)
            index = self.task.count() - 1
            self.task.setItemData(index, item.help, Qt.ItemDataRole.ToolTipRole)
        self.task_note = _note()
        self.inputs = QLineEdit()
        self.inputs.setFont(fixed_font())
        self.inputs.setAccessibleName(self.tr("Inputs"))
        self.inputs.setToolTip(
            self.tr(
                "A Python expression for the inputs, one task for each item.\n"
                "It is evaluated when you press Run, in the host process, never in this window.\n"
                "Besides the builtins it may use math, random and itertools."
            )
        )
        self.inputs_note = _note()
        self._make_pool_fields()
        self.run_button = QPushButton()
        self.run_button.setObjectName("run")

    def _make_pool_fields(self) -> None:
        cpus = self._machine.usable
        self.processes = SettingSlider(
            "processes", range(1, max(SLIDER_CPUS * cpus, 8) + 1), PROCESSES_LIMIT
        )
        self.processes.set_hint(self.tr("1 CPU") if cpus == 1 else self.tr("{0} CPUs").format(cpus))
        self.processes.setToolTip(
            self.tr(
                "How many worker processes the pool has.\n"
                "Tasks that compute gain up to the number of CPUs; tasks that wait gain beyond."
            )
        )
        self.chunksize = SettingSlider(
            "chunksize",
            [0, *logarithmic_stops(CHUNKSIZE_STOPS)],
            CHUNKSIZE_LIMIT,
            special=(0, self.tr("auto")),
        )
        self.chunksize.setToolTip(
            self.tr(
                "How many tasks a worker is handed at once.\n"
                "Large chunks cost fewer round trips; small ones share the work out more evenly.\n"
                "auto leaves it to Pool: four chunks for each worker."
            )
        )
        self.method = QComboBox()
        self.method.setAccessibleName(self.tr("Method"))
        self.method.addItems(METHODS)
        self.method.setToolTip(
            self.tr(
                "map cuts the inputs into chunks, hands each to the next free worker,\n"
                "and returns all results in the order of the inputs."
            )
        )
        self.start_method = Segments(
            [(name, name, wording.start_method_help(name)) for name in start_methods()],
            self.tr("Start method"),
        )

    def _arrange(self) -> None:
        fields = QWidget()
        fields.setObjectName("scrolled")
        column = QVBoxLayout(fields)
        column.setContentsMargins(0, 0, STEP, 0)
        column.setSpacing(STEP)
        column.addWidget(heading(self.tr("Experiment")))
        column.addWidget(_label(self.tr("&Task"), self.task))
        column.addWidget(self.task)
        column.addWidget(self.task_note)
        column.addSpacing(STEP)
        column.addWidget(_label(self.tr("&Inputs"), self.inputs))
        column.addWidget(self.inputs)
        column.addWidget(self.inputs_note)
        column.addSpacing(3 * STEP)
        column.addWidget(heading(self.tr("Pool")))
        column.addWidget(self.processes)
        column.addSpacing(STEP)
        column.addWidget(self.chunksize)
        column.addSpacing(STEP)
        column.addWidget(_label(self.tr("&Method"), self.method))
        column.addWidget(self.method)
        column.addSpacing(STEP)
        column.addWidget(_label(self.tr("&Start method"), self.start_method))
        column.addWidget(self.start_method)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(fields)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(area, 1)
        self.body.addWidget(self.run_button)

    def _connect(self) -> None:
        self.task.currentIndexChanged.connect(self.choose_task)
        self.inputs.textChanged.connect(self._take_inputs)
        QShortcut(Qt.Key.Key_Return, self.inputs, self.run_pressed.emit)
        self.processes.value_changed.connect(lambda value: self._set_pool(processes=value))
        self.chunksize.value_changed.connect(lambda value: self._set_pool(chunksize=value or None))
        self.start_method.chosen.connect(lambda name: self._set_pool(start_method=name))
        self.run_button.clicked.connect(self._press)
        self._lab.experiment_changed.connect(self.show_experiment)
        self._lab.status_changed.connect(self._show_status)
        self._lab.trace_changed.connect(self._learn_count)
        self._lab.field_problems_changed.connect(self._show_notes)

    # --- from the fields to the lab

    def _press(self) -> None:
        (self.stop_pressed if self._lab.running else self.run_pressed).emit()

    def choose_task(self, index: int) -> None:
        """Take over the task in this row, with its own inputs or those last typed for it."""
        task = self.task.itemData(index)
        if task is None or task == self._lab.experiment.task:
            return
        self._inputs_of[self._lab.experiment.task] = self.inputs.text()
        inputs = self._inputs_of.get(task) or self._default_inputs(task)
        self._lab.set_field_problem("task", None)
        self._lab.set_field_problem("inputs", None)
        self._lab.set_experiment(replace(self._lab.experiment, task=task, inputs=inputs))

    def _default_inputs(self, task: str) -> str:
        try:
            return find(task).inputs
        except LookupError:
            return "range(10)"

    def _take_inputs(self, text: str) -> None:
        self._take("inputs", lambda: self._with_inputs(text))

    def _with_inputs(self, text: str) -> Experiment:
        experiment = replace(self._lab.experiment, inputs=text)
        check_syntax(text)
        return experiment

    def _set_pool(self, **changes: object) -> None:
        self._take(next(iter(changes)), lambda: self._lab.experiment.with_pool(**changes))

    def _take(self, field: str, make: Callable[[], Experiment]) -> None:
        try:
            experiment = make()
        except ProblemError as error:
            self._lab.set_field_problem(field, error.problem)
            return
        self._lab.set_field_problem(field, None)
        self._lab.set_experiment(experiment)

    # --- from the lab to the fields

    def offer(self, tasks: list[FileTask]) -> None:
        """Put the functions of a file behind the catalogue, once, and choose the first."""
        for item in tasks:
            task = f"{item.path}:{item.name}"
            if self.task.findData(task) < 0:
                self.task.addItem(f"{item.path.name}: {item.name}", task)
                self.task.setItemData(self.task.count() - 1, item.help, Qt.ItemDataRole.ToolTipRole)
        if tasks:
            index = self.task.findData(f"{tasks[0].path}:{tasks[0].name}")
            self.task.setCurrentIndex(index)

    def show_experiment(self) -> None:
        """Show the lab's experiment; a field that shows it already is left alone."""
        experiment = self._lab.experiment
        if self.task.findData(experiment.task) < 0:
            name = Path(experiment.task.rpartition(":")[0]).name
            self.task.addItem(f"{name}: {experiment.function_name}", experiment.task)
        with QSignalBlocker(self.task):
            self.task.setCurrentIndex(self.task.findData(experiment.task))
        if self.inputs.text() != experiment.inputs and "inputs" not in self._lab.field_problems:
            with QSignalBlocker(self.inputs):
                self.inputs.setText(experiment.inputs)
                self.inputs.setCursorPosition(0)
        self.processes.set_value(experiment.pool.processes)
        self.chunksize.set_value(experiment.pool.chunksize or 0)
        self.start_method.choose(experiment.pool.start_method)
        self._show_notes()

    def _show_notes(self) -> None:
        problems = self._lab.field_problems
        self._show_note(self.task, self.task_note, "task", self._task_help())
        self._show_note(self.inputs, self.inputs_note, "inputs", self._count_note())
        self.chunksize.set_hint(self._chunksize_hint())
        self.run_button.setEnabled(self._lab.running or not set(problems) - {"run"})
        self._show_status()

    def _show_note(self, widget: QWidget, note: QLabel, field: str, text: str) -> None:
        problem = self._lab.field_problems.get(field)
        note.setText(wording.sentence(problem) if problem else text)
        for target, name, value in ((note, "wrong", problem), (widget, "wrong", problem)):
            if target.property(name) != bool(value):
                target.setProperty(name, bool(value))
                target.setObjectName(("failure" if value else "muted") if target is note else "")
                target.style().unpolish(target)
                target.style().polish(target)

    def _task_help(self) -> str:
        index = self.task.currentIndex()
        return str(self.task.itemData(index, Qt.ItemDataRole.ToolTipRole) or "")

    def _count(self) -> int | None:
        """Of inputs there will be: read off the text, or learned from a run with this text."""
        text = self._lab.experiment.inputs
        count = static_count(text)
        if count is None and self._last_count is not None and self._last_count[0] == text:
            return self._last_count[1]
        return count

    def _count_note(self) -> str:
        count = self._count()
        if count is None:
            return self.tr("The number of tasks shows after a run.")
        return wording.count(count, "task")

    def _chunksize_hint(self) -> str:
        count = self._count()
        if count is None:
            return self.tr("auto shows after a run")
        auto = auto_chunksize(count, self._lab.experiment.pool.processes)
        if self._lab.experiment.pool.chunksize is None:
            return self.tr("auto is {0}").format(auto)
        return self.tr("auto would be {0}").format(auto)

    def _learn_count(self) -> None:
        recording = self._lab.recording
        if recording is None or recording.journal.inputs is None:
            return
        learned = (recording.experiment.inputs, recording.journal.inputs)
        if learned != self._last_count:
            self._last_count = learned
            self._show_notes()

    def _show_status(self) -> None:
        running = self._lab.running
        self.run_button.setText(self.tr("Stop   Esc") if running else self.tr("Run   F5"))
        if self.run_button.property("stops") != running:
            self.run_button.setProperty("stops", running)
            self.run_button.style().unpolish(self.run_button)
            self.run_button.style().polish(self.run_button)


def _note() -> QLabel:
    label = QLabel()
    label.setObjectName("muted")
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    return label


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label
