"""The form: which task, on which inputs, with which pool. It puts its sections together."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ....engine.machine import Machine
from ....engine.tasks.loading import FileTask
from ...lab import Lab
from ...theme import STEP
from ...widgets.card import Card
from ...widgets.labels import set_state
from .pool_section import PoolSection
from .task_section import TaskSection


class ExperimentForm(Card):
    """A column of sections over the Run button. Shows the lab's experiment, and changes it."""

    run_pressed = Signal()
    stop_pressed = Signal()

    def __init__(self, lab: Lab, machine: Machine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.task_section = TaskSection(lab)
        self.pool_section = PoolSection(lab, machine)
        self.run_button = QPushButton()
        self.run_button.setObjectName("run")
        self._arrange()
        self._connect()
        self.show_experiment()

    def _arrange(self) -> None:
        fields = QWidget()
        fields.setObjectName("scrolled")
        column = QVBoxLayout(fields)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4 * STEP)
        column.addWidget(self.task_section)
        column.addWidget(self.pool_section)
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
        self.task_section.run_pressed.connect(self.run_pressed)
        self.run_button.clicked.connect(self._press)
        self._lab.experiment_changed.connect(self.show_experiment)
        self._lab.field_problems_changed.connect(self._show_notes)
        self._lab.input_count_changed.connect(self._show_notes)
        self._lab.status_changed.connect(self._show_button)

    def _press(self) -> None:
        (self.stop_pressed if self._lab.running else self.run_pressed).emit()

    def offer(self, tasks: list[FileTask]) -> None:
        """Put the functions of a file behind the catalogue, and choose the first."""
        self.task_section.offer(tasks)

    def show_experiment(self) -> None:
        """Show the lab's experiment."""
        self.task_section.show_experiment()
        self.pool_section.show_experiment()
        self._show_button()

    def _show_notes(self) -> None:
        self.task_section.show_notes()
        self.pool_section.show_notes()
        self._show_button()

    def _show_button(self) -> None:
        running = self._lab.running
        self.run_button.setText(self.tr("Stop   Esc") if running else self.tr("Run   F5"))
        self.run_button.setEnabled(running or self._lab.ready)
        set_state(self.run_button, "stops", running)
