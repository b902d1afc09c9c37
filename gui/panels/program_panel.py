"""The plain program that does what Run does."""

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...engine.experiment import Experiment
from ...engine.former import order_of, question
from ...engine.problem import ProblemError
from ...engine.program import program
from .. import wording
from ..dialogs.file_dialogs import ask_target
from ..editor.code_editor import CodeEditor
from ..editor.source_files import write_source
from ..lab import Lab
from ..theme import STEP, Theme, system_theme
from ..widgets.elided_label import ElidedLabel
from ..widgets.labels import set_wrong

REFRESH_MS = 100


class ProgramPanel(QWidget):
    """Shows the program of the lab's experiment, while anybody sees it."""

    def __init__(self, lab: Lab, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.editor = CodeEditor(theme or system_theme())
        self.editor.set_editable(False)
        self.editor.setAccessibleName(self.tr("The program that does the same"))
        self.note = ElidedLabel()
        self.note.setObjectName("muted")
        self.copy_button = QPushButton(self.tr("&Copy"))
        self.copy_button.setToolTip(self.tr("The whole program, on the clipboard"))
        self.save_button = QPushButton(self.tr("&Save as…"))
        self.save_button.setToolTip(self.tr("Write the program to a Python file"))
        self._order: tuple[object, list[int] | None] | None = None  # as former runs tell it
        self._timer = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._arrange()
        self._timer.timeout.connect(self.refresh)
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._ask_save)
        lab.experiment_changed.connect(self._refresh_soon)
        lab.field_problems_changed.connect(self._refresh_soon)
        lab.status_changed.connect(self._forget_order)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self.note, 1)
        head.addWidget(self.copy_button)
        head.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * STEP, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(head)
        column.addWidget(self.editor, 1)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme`."""
        self.editor.set_theme(theme)

    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show the program of the experiment as it is now."""
        self._timer.stop()
        experiment = self._lab.experiment
        text = program(experiment, self._positions(experiment))
        self.editor.update_text(text)
        self._say()

    def _positions(self, experiment: Experiment) -> list[int] | None:
        """The order of the inputs; looked up once, because former runs are read for it."""
        if experiment.order != "longest":
            return None
        asked = question(experiment)
        if self._order is None or self._order[0] != asked:
            self._order = asked, order_of(experiment)
        return self._order[1]

    def _forget_order(self) -> None:
        """A run may know another."""
        self._order = None
        self._refresh_soon()

    def _say(self) -> None:
        wrong = bool(self._lab.untaken)
        last = self.tr("A field is wrong: here is the last valid program.")
        same = self.tr("What Run does, as a program of its own.")
        self.note.setText(last if wrong else same)
        set_wrong(self.note, wrong)

    def _copy(self) -> None:
        self.refresh()
        QGuiApplication.clipboard().setText(self.editor.text())
        self.note.setText(self.tr("The program is on the clipboard."))

    def _ask_save(self) -> None:
        filters, title = self.tr("Python files (*.py)"), self.tr("Save program")
        name = f"run_{self._lab.experiment.function_name.rpartition('.')[2]}.py"
        path = ask_target(self, title, name, filters, ".py")
        if path is not None:
            self.save(path)

    def save(self, path: Path) -> None:
        """Write the program to a file."""
        self.refresh()
        try:
            write_source(path, self.editor.text())
        except ProblemError as error:
            self.note.setText(wording.sentence(error.problem))
            set_wrong(self.note, True)
        else:
            self.note.setText(self.tr("Saved {0}").format(path))
