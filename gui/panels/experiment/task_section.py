"""Which function is called."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QInputDialog,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....engine.experiment import STAR_METHODS
from ....engine.problem import Kind, Problem
from ....engine.tasks.reading import Function
from ...lab import Lab
from ...theme import STEP
from ...widgets.card import heading
from ...widgets.elided_combo import ElidedCombo
from ...widgets.field import Field
from ...written_texts import Written
from .showing import remarks_on, show_fields
from .task_choices import (
    WRITTEN,
    Choice,
    catalogue_choices,
    chosen,
    first_choice,
    first_inputs,
    fitting_method,
    function_of,
    key_of,
    own_choices,
)

BEFORE_PX = 300
"""Of the width of the screen, for a text among those that were written before."""


class TaskSection(QWidget):
    """The catalogue's tasks and the user's own. Each keeps the inputs that it was left with."""

    open_pressed = Signal()
    new_pressed = Signal()

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._inputs_of: dict[str, str] = {}
        self._replaced: dict[str, str] = {}  # a star method: the one that it took the place of
        self._own: list[Choice] = []
        self._make_choice()
        self._make_own_menu()
        row = QWidget()
        row_layout = QHBoxLayout(row)
        row_layout.setContentsMargins(0, 0, 0, 0)
        row_layout.setSpacing(2 * STEP)
        row_layout.addWidget(self.task, 1)
        row_layout.addWidget(self.own)
        self.field = Field(self.task, self.tr("&Task"), lines=3, row=row)
        self.fields = {"task": self.field}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(heading(self.tr("Experiment")))
        column.addWidget(self.field)
        self.task.currentIndexChanged.connect(self._choose)
        lab.sources_changed.connect(self._offer)

    def _make_choice(self) -> None:
        self.task = ElidedCombo()
        self.task.setAccessibleName(self.tr("Task"))
        self.task.setMaxVisibleItems(20)
        self.task.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for choice in catalogue_choices():
            self._add(choice)
        self._built_in = self.task.count()

    def _make_own_menu(self) -> None:
        self.own = QToolButton()
        self.own.setText("+")
        self.own.setObjectName("narrow")
        self.own.setAccessibleName(self.tr("A task of your own"))
        self.own.setToolTip(
            self.tr("A function of your own: of a file, written here, or installed")
        )
        self.own.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.own.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self.own)
        entries: tuple[tuple[str, Callable[[], object]], ...] = (
            (self.tr("Of a Python &file…"), self.open_pressed.emit),
            (self.tr("&Written here"), self.new_pressed.emit),
            (self.tr("Of an installed &module…"), self._ask_module),
        )
        for text, act in entries:
            menu.addAction(text).triggered.connect(lambda _=False, act=act: act())
        self._before = menu.addMenu(self.tr("Written &before"))
        menu.aboutToShow.connect(self.offer_before)
        self.own.setMenu(menu)

    def offer_before(self) -> None:
        """List the texts that were written here until others took their place."""
        self._before.clear()
        for written in self._lab.written_before:
            if written.source == self._lab.written.source:
                continue  # Undo has brought it back
            text = f"{written.task} — {written.first_line}"
            short = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, BEFORE_PX)
            action = self._before.addAction(short.replace("&", "&&"))
            action.triggered.connect(lambda _=False, written=written: self._take_up(written))
        self._before.menuAction().setVisible(not self._before.isEmpty())

    def _take_up(self, written: Written) -> None:
        """Go on with it; what is there now is one of those before."""
        experiment = self._lab.experiment
        self._inputs_of[key_of(experiment)] = experiment.inputs
        changed = replace(experiment, **written._asdict())
        for field in ("task", "inputs"):
            self._lab.set_field_problem(field, None)
        self._lab.set_experiment(self._lab.initializers.fit(experiment, changed))

    def _add(self, choice: Choice) -> None:
        self.task.addItem(choice.text, choice.key)
        row = self.task.count() - 1
        self.task.setItemData(row, choice.help, Qt.ItemDataRole.ToolTipRole)

    def _offer(self) -> None:
        """Put the user's own functions behind the catalogue, as they are now."""
        own = list(own_choices(self._lab))
        if own != self._own:
            self._own = own
            with QSignalBlocker(self.task):
                while self.task.count() > self._built_in:
                    self.task.removeItem(self.task.count() - 1)
                if own:
                    self.task.insertSeparator(self._built_in)
                for choice in own:
                    self._add(choice)
        self.show_experiment()

    def choose_first(self, path: Path) -> None:
        """Choose the function of a file that most likely is its task, if a pool can call any."""
        choice = first_choice(path, self._lab.known.sources.of_file(path))
        if choice is not None:
            self.choose(choice.key)

    def choose(self, key: str) -> None:
        """Make the task of this key that of the experiment, with the inputs that belong to it."""
        experiment = self._lab.experiment
        if key == key_of(experiment):
            return
        self._inputs_of[key_of(experiment)] = experiment.inputs
        task, source = chosen(self._lab, key)
        function = function_of(self._lab, key)
        method = self._method_for(key, function)
        inputs = self._inputs_left(key) or first_inputs(key, method, function)
        for field in ("task", "inputs"):
            self._lab.set_field_problem(field, None)
        changed = replace(experiment, task=task, source=source, inputs=inputs)
        changed = self._lab.initializers.fit(experiment, changed)
        self._lab.set_experiment(changed.with_pool(method=method))

    def _method_for(self, key: str, function: Function | None) -> str:
        """The method as it is, or one that fits; what it takes the place of comes back after it."""
        method = self._lab.experiment.pool.method
        wanted = fitting_method(method, key, function)
        if wanted in STAR_METHODS and method not in STAR_METHODS:
            self._replaced[wanted] = method
        elif method in STAR_METHODS and wanted not in STAR_METHODS:
            return self._replaced.pop(method, wanted)
        return wanted

    def _inputs_left(self, key: str) -> str:
        """With which the task was left, here or at the end of another session."""
        written = self._lab.written
        last = written.inputs if key == f"{WRITTEN}{written.task}" else ""
        return self._inputs_of.get(key) or last

    def _choose(self, row: int) -> None:
        key = self.task.itemData(row)
        if key is not None:
            self.choose(key)

    def _ask_module(self) -> None:
        text, taken = QInputDialog.getText(
            self,
            self.tr("A function of a module"),
            self.tr("Module and function, such as os.path:getsize"),
        )
        if taken and text.strip():
            self.take_module(text.strip())

    def take_module(self, name: str) -> None:
        """Choose `package.module:function`."""
        module, _, function = name.rpartition(":")
        parts = [*module.split("."), *function.split(".")]
        if module and all(part.isidentifier() for part in parts):
            self.choose(name)
        else:
            problem = Problem(Kind.UNKNOWN_TASK, "task", {"value": name, "close": []})
            self._lab.set_field_problem("task", problem)

    def show_experiment(self) -> None:
        """Show the lab's experiment."""
        key = key_of(self._lab.experiment)
        if self.task.findData(key) < 0:
            self._offer()  # comes back here
            return
        with QSignalBlocker(self.task):
            self.task.setCurrentIndex(self.task.findData(key))
        self.show_notes()

    def show_notes(self) -> None:
        """What the task does, and what was found about it."""
        help_text = self.task.itemData(self.task.currentIndex(), Qt.ItemDataRole.ToolTipRole)
        lines = [str(help_text or "")]
        file = self._lab.experiment.file
        wrong = any(remark.wrong for remark in remarks_on(self._lab, "task"))
        if file is not None and file.absolute() in self._lab.changed_files and not wrong:
            lines.append(self.tr("{0} has changed: the next run uses it.").format(file.name))
        self.field.explain("\n".join(filter(None, lines)))
        show_fields(self._lab, self.fields)
