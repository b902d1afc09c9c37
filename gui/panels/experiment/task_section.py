"""Which function is called, and on which inputs."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from ....engine.experiment import Experiment
from ....engine.inputs import check_syntax
from ....engine.tasks.catalogue import CATALOGUE, find
from ....engine.tasks.loading import FileTask
from ... import wording
from ...lab import Lab
from ...theme import STEP, fixed_font
from ...widgets.card import heading
from ...widgets.labels import labelled, note, set_wrong

OWN_INPUTS = "range(10)"
"""What a function of the user's own starts with."""


class TaskSection(QWidget):
    """The upper part of the form. Each task keeps the inputs that were last typed for it."""

    run_pressed = Signal()

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._inputs_of: dict[str, str] = {}
        self.task = QComboBox()
        self.task_note = note(3)
        self.inputs = QLineEdit()
        self.inputs_note = note(2)
        self._fill()
        self._arrange()
        self.task.currentIndexChanged.connect(self._choose)
        self.inputs.textChanged.connect(self._take_inputs)
        QShortcut(Qt.Key.Key_Return, self.inputs, self.run_pressed.emit)

    def _fill(self) -> None:
        kinds = {
            "CPU": self.tr("CPU"),
            "waiting": self.tr("waiting"),
            "memory": self.tr("memory"),
            "pickling": self.tr("pickling"),
            "mixed": self.tr("mixed"),
        }
        for item in CATALOGUE:
            self._add(f"{item.name} — {kinds[item.kind]}", item.name, wording.translate(item.help))
        self.task.setAccessibleName(self.tr("Task"))
        self.task.setMaxVisibleItems(16)
        self.task.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.inputs.setFont(fixed_font())
        self.inputs.setAccessibleName(self.tr("Inputs"))
        self.inputs.setToolTip(
            self.tr(
                "A Python expression for the inputs, one task for each item.\n"
                "It is evaluated when you press Run, in the host process, never in this window.\n"
                "Besides the builtins it may use math, random and itertools."
            )
        )

    def _add(self, text: str, task: str, help_text: str) -> None:
        self.task.addItem(text, task)
        self.task.setItemData(self.task.count() - 1, help_text, Qt.ItemDataRole.ToolTipRole)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(heading(self.tr("Experiment")))
        column.addSpacing(STEP)
        column.addWidget(labelled(self.tr("&Task"), self.task))
        column.addWidget(self.task)
        column.addWidget(self.task_note)
        column.addSpacing(STEP)
        column.addWidget(labelled(self.tr("&Inputs"), self.inputs))
        column.addWidget(self.inputs)
        column.addWidget(self.inputs_note)

    def offer(self, tasks: list[FileTask]) -> None:
        """Put the functions of a file behind the catalogue, once, and choose the first."""
        for item in tasks:
            task = f"{item.path}:{item.name}"
            if self.task.findData(task) < 0:
                help_text = item.help or self.tr("It has no docstring.")
                self._add(_own_label(item.path, item.name), task, help_text)
        if tasks:
            self.task.setCurrentIndex(self.task.findData(f"{tasks[0].path}:{tasks[0].name}"))

    def _choose(self, index: int) -> None:
        task = self.task.itemData(index)
        if task is None or task == self._lab.experiment.task:
            return
        self._inputs_of[self._lab.experiment.task] = self.inputs.text()
        inputs = self._inputs_of.get(task) or _default_inputs(task)
        self._lab.set_field_problem("task", None)
        self._lab.set_field_problem("inputs", None)
        self._lab.set_experiment(replace(self._lab.experiment, task=task, inputs=inputs))

    def _take_inputs(self, text: str) -> None:
        self._lab.change("inputs", lambda: self._with_inputs(text))

    def _with_inputs(self, text: str) -> Experiment:
        experiment = replace(self._lab.experiment, inputs=text)
        check_syntax(text)
        return experiment

    def show_experiment(self) -> None:
        """Show the lab's experiment; a field that shows it already is left alone."""
        experiment = self._lab.experiment
        if self.task.findData(experiment.task) < 0:
            path = Path(experiment.task.rpartition(":")[0])
            self._add(_own_label(path, experiment.function_name), experiment.task, "")
        with QSignalBlocker(self.task):
            self.task.setCurrentIndex(self.task.findData(experiment.task))
        if self.inputs.text() != experiment.inputs and "inputs" not in self._lab.field_problems:
            with QSignalBlocker(self.inputs):
                self.inputs.setText(experiment.inputs)
                self.inputs.setCursorPosition(0)
        self.show_notes()

    def show_notes(self) -> None:
        """Under each field: what it means, or why it cannot be used."""
        index = self.task.currentIndex()
        help_text = self.task.itemData(index, Qt.ItemDataRole.ToolTipRole)
        self._show_note(self.task, self.task_note, "task", str(help_text or ""))
        count = self._lab.input_count
        known = wording.count(count, "task") if count is not None else None
        text = known or self.tr("The number of tasks shows after a run.")
        self._show_note(self.inputs, self.inputs_note, "inputs", text)

    def _show_note(self, field: QWidget, label: QLabel, name: str, text: str) -> None:
        problem = self._lab.field_problems.get(name)
        label.setText(text if problem is None else wording.sentence(problem))
        set_wrong(field, problem is not None)
        set_wrong(label, problem is not None)


def _own_label(path: Path, function: str) -> str:
    """The function first, so that typing its name finds it."""
    return f"{function} — {path.name}"


def _default_inputs(task: str) -> str:
    try:
        return find(task).inputs
    except LookupError:
        return OWN_INPUTS
