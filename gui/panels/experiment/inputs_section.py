"""On which inputs the function is called."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ....engine.experiment import Experiment
from ....engine.inputs import check_syntax
from ... import wording
from ...lab import Lab
from ...theme import STEP, fixed_font
from ...widgets.field import Field
from .inputs_menu import InputsButton
from .preview_box import PreviewBox
from .showing import remarks_on, show_fields

LONGEST = 2**31 - 1
"""Qt's own limit of 32,767 characters cuts what is longer, and says nothing."""


class InputsSection(QWidget):
    """An expression, ways to get one, and a look at what it gives."""

    run_pressed = Signal()
    preview_pressed = Signal()
    preview_stopped = Signal()

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.inputs = QLineEdit()
        self.inputs.setMaxLength(LONGEST)
        self.origin = InputsButton(lab)
        self.preview = QPushButton(self.tr("Preview"))
        self.count = QLabel()
        self.box = PreviewBox()
        self._describe()
        field = Field(self.inputs, self.tr("&Inputs"))
        field.add_below(self._buttons())
        self.fields = {"inputs": field}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(field)
        column.addWidget(self.box)
        self._connect()

    def _describe(self) -> None:
        self.inputs.setFont(fixed_font())
        self.inputs.setAccessibleName(self.tr("Inputs"))
        self.inputs.setToolTip(
            self.tr(
                "A Python expression for the inputs, one task for each item.\n"
                "It is evaluated when you press Run or Preview, in a process of its own.\n"
                "It may use the builtins, math, random and itertools, all that the task's file"
                " defines,\n"
                "lines('file.txt') and column('file.csv', 'name')."
            )
        )
        self.preview.setObjectName("small")
        self._tip = self.tr(
            "Show the first inputs and how many there are.\n"
            "This runs your code: it imports the task's file and evaluates the inputs,"
            " in a process of its own."
        )
        self.count.setObjectName("muted")

    def _buttons(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self.count, 1)
        layout.addWidget(self.origin)
        layout.addWidget(self.preview)
        return row

    def _connect(self) -> None:
        self.inputs.textChanged.connect(self._take)
        self.inputs.returnPressed.connect(self.run_pressed)
        self.origin.chosen.connect(self.write)
        self.preview.clicked.connect(self.preview_pressed)
        self.box.stopped.connect(self.preview_stopped)
        self._lab.preview_changed.connect(self.show_notes)

    def write(self, expression: str) -> None:
        """As if it were typed; whatever is to be filled in or changed is marked."""
        self.inputs.setText(expression)
        self.inputs.setFocus()
        begin = expression.find("(") + 1
        self.inputs.setSelection(begin, expression.rfind(")") - begin)

    def _take(self, text: str) -> None:
        self._lab.change("inputs", lambda: self._with_inputs(text))

    def _with_inputs(self, text: str) -> Experiment:
        experiment = replace(self._lab.experiment, inputs=text)
        check_syntax(text)
        return experiment

    def show_experiment(self) -> None:
        """Show the lab's experiment; a field that shows it already is left alone."""
        inputs = self._lab.experiment.inputs
        if self.inputs.text() != inputs and "inputs" not in self._lab.field_problems:
            with QSignalBlocker(self.inputs):
                self.inputs.setText(inputs)
                self.inputs.setCursorPosition(0)
        self.show_notes()

    def show_notes(self) -> None:
        """How many inputs there are, what a preview has shown, and what was found.

        What a run has told is no reason not to look: only evaluating them again tells anew.
        """
        count, wrong = self._lab.input_count, "inputs" in self._lab.untaken
        known = wording.count(count, "task") if count is not None else self.tr("tasks: not known")
        self.count.setText("" if wrong else known)
        self.preview.setEnabled(not wrong)
        self.preview.setToolTip(self.tr("These are no inputs yet.") if wrong else self._tip)
        preview = self._lab.fitting_preview
        said = "" if preview is None or preview.problem is None else preview.problem.field
        self.box.show_preview(preview, [one.text for one in remarks_on(self._lab, said or "")])
        show_fields(self._lab, self.fields)
