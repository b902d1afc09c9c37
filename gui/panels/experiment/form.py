"""The form: which task, on which inputs, with which pool, where. It puts its sections together."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QWidget,
)

from ...lab import Lab
from ...theme import STEP
from ...widgets.card import Card
from ...widgets.column_area import ColumnArea
from ...widgets.field import Field
from ...widgets.fold import Fold
from .inputs_section import InputsSection
from .more_section import MoreSection
from .place_section import PlaceSection
from .pool_section import PoolSection
from .run_foot import RunFoot
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
        self.folds = {"more": self.more_section.fold, "place": self.place_section.fold}
        self.foot = RunFoot(lab)
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
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, MARGIN, 0)
        foot.addWidget(self.foot)
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
        self.foot.run_pressed.connect(self.run_pressed)
        self.foot.stop_pressed.connect(self.stop_pressed)
        self.foot.wanted.connect(self.lead_to)
        self._lab.experiment_changed.connect(self.show_experiment)
        for signal in (
            self._lab.field_problems_changed,
            self._lab.findings_changed,
            self._lab.input_count_changed,
            self._lab.recording_changed,
        ):
            signal.connect(self._show_notes)
        self._lab.status_changed.connect(self.foot.show_button)
        for fold in self.folds.values():
            fold.button.clicked.connect(partial(self._bring_into_view, fold))
        self.area.verticalScrollBar().rangeChanged.connect(lambda: self._keep_in_view())
        self._kept: tuple[Field, int, int] | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow_focus)

    # --- where one looks

    def _bring_into_view(self, fold: Fold) -> None:
        """What was unfolded is to be seen, from its title on, once it has got its room."""
        if fold.is_open:
            QTimer.singleShot(0, self, partial(self._scroll_to, fold, fold.button))

    def _scroll_to(self, whole: QWidget, first: QWidget) -> None:
        """All of it as far as there is room, and the first part in any case."""
        self.area.ensureWidgetVisible(whole, 0, 0)
        self.area.ensureWidgetVisible(first, 0, 0)

    def _follow_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Not under the mouse: what is pressed stays where it is."""
        if now is not None and QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._keep_in_view()

    def _keep_in_view(self) -> None:
        """The field that has the focus is seen with all that is said about it.

        What changes elsewhere in the form is no reason to scroll to it.
        """
        field = self._focused_field()
        viewport = self.area.viewport()
        kept = None if field is None else (field, field.height(), viewport.height())
        if kept is not None and kept != self._kept:
            QTimer.singleShot(0, self, self._scroll_to_focused)
        self._kept = kept

    def _focused_field(self) -> Field | None:
        now = QApplication.focusWidget()
        holding = (one for one in self.fields.values() if now and one.isAncestorOf(now))
        return next(holding, None)

    def _scroll_to_focused(self) -> None:
        field, now = self._focused_field(), QApplication.focusWidget()
        if field is not None and now is not None:
            self._scroll_to(field, now)

    def lead_to(self, name: str) -> None:
        """Unfold, show and focus a field."""
        field = self.fields.get(name)
        if field is None:
            return  # what is said about it stands over the Run button
        for fold in self.folds.values():
            if fold.isAncestorOf(field):
                fold.set_open(True)
        field.control.setFocus(Qt.FocusReason.ShortcutFocusReason)
        QTimer.singleShot(0, self, partial(self._scroll_to, field, field.control))

    @property
    def run_button(self) -> QPushButton:
        return self.foot.button

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
        self.foot.show_rest(set(self.fields))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()  # so that the scroll area gets it
            return True
        return super().eventFilter(watched, event)
