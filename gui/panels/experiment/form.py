"""The form: which task, on which inputs, with which pool, where. It puts its sections together."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ...lab import Lab
from ...theme import STEP
from ...widgets.card import Card
from ...widgets.column_area import ColumnArea
from ...widgets.field import Field
from ...widgets.fold import Fold
from ...widgets.labels import set_state
from ...widgets.remarks import Remarks
from .inputs_section import InputsSection
from .more_section import MoreSection
from .place_section import PlaceSection
from .pool_section import PoolSection
from .showing import remarks_on
from .task_section import TaskSection

MARGIN = 3 * STEP


class ExperimentForm(Card):
    """A column of sections over the Run button. Shows the lab's experiment, and changes it."""

    run_pressed = Signal()
    stop_pressed = Signal()

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.task_section = TaskSection(lab)
        self.inputs_section = InputsSection(lab)
        self.pool_section = PoolSection(lab)
        self.more_section = MoreSection(lab)
        self.place_section = PlaceSection(lab)
        self._sections = (
            self.task_section,
            self.inputs_section,
            self.pool_section,
            self.more_section,
            self.place_section,
        )
        self.other_remarks = Remarks()
        self.run_button = QPushButton()
        self.run_button.setObjectName("run")
        self._arrange()
        self._connect()
        self.show_experiment()

    def _arrange(self) -> None:
        self.body.setContentsMargins(MARGIN, MARGIN, 0, MARGIN)
        self.area = ColumnArea(MARGIN)
        self.area.column.setSpacing(3 * STEP)
        for section in self._sections:
            self.area.column.addWidget(section)
        self.area.column.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 0, MARGIN, 0)
        foot.addWidget(self.other_remarks)
        foot.addWidget(self.run_button)
        self.body.addWidget(self.area, 1)
        self.body.addLayout(foot)
        self._spare_from_wheel()

    def _spare_from_wheel(self) -> None:
        """The wheel scrolls the form, and never changes what the pointer happens to be over."""
        for kind in (QComboBox, QAbstractSpinBox, QSlider):
            for widget in self.area.page.findChildren(kind):
                widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                widget.installEventFilter(self)

    def _connect(self) -> None:
        self.inputs_section.run_pressed.connect(self.run_pressed)
        self.run_button.clicked.connect(self._press)
        self._lab.experiment_changed.connect(self.show_experiment)
        for signal in (
            self._lab.field_problems_changed,
            self._lab.findings_changed,
            self._lab.input_count_changed,
            self._lab.recording_changed,
        ):
            signal.connect(self._show_notes)
        self._lab.status_changed.connect(self._show_button)
        for fold in (self.more_section.fold, self.place_section.fold):
            fold.toggled.connect(partial(self._bring_into_view, fold))

    def _bring_into_view(self, fold: Fold, is_open: bool) -> None:
        """What was unfolded is to be seen, from its title on, once it has got its room."""
        if is_open:
            QTimer.singleShot(0, self, partial(self._scroll_to, fold))

    def _scroll_to(self, fold: Fold) -> None:
        self.area.ensureWidgetVisible(fold, 0, 0)
        self.area.ensureWidgetVisible(fold.button, 0, 0)

    def _press(self) -> None:
        (self.stop_pressed if self._lab.running else self.run_pressed).emit()

    @property
    def fields(self) -> dict[str, Field]:
        """All of them, by the names that problems and findings have for them."""
        return {name: field for section in self._sections for name, field in section.fields.items()}

    def settle(self) -> None:
        """Take over what has been typed into a spin box and not been left; for before a run."""
        for spin in self.findChildren(QAbstractSpinBox):
            spin.interpretText()

    def choose_first(self, path: Path) -> None:
        """Choose the first function of a file."""
        self.task_section.choose_first(path)

    def show_experiment(self) -> None:
        """Show the lab's experiment."""
        for section in self._sections:
            section.show_experiment()
        self._show_rest()

    def _show_notes(self) -> None:
        for section in self._sections:
            section.show_notes()
        self._show_rest()

    def _show_rest(self) -> None:
        """What was found about a field that is not shown, such as the time limit of the inputs."""
        named = {*self._lab.field_problems, *(finding.field for finding in self._lab.findings)}
        hidden = sorted(named - set(self.fields))
        others = [one for name in hidden for one in remarks_on(self._lab, name)]
        self.other_remarks.show_remarks(others)
        self._show_button()

    def _show_button(self) -> None:
        running = self._lab.running
        self.run_button.setText(self.tr("Stop   Esc") if running else self.tr("Run   F5"))
        self.run_button.setEnabled(running or self._lab.ready)
        set_state(self.run_button, "stops", running)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()  # so that the scroll area gets it
            return True
        return super().eventFilter(watched, event)
