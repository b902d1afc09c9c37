"""The page that a task is written on: the editor, what is in it, and what is wrong with it."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...engine.problem import Kind, Problem
from .. import wording
from ..theme import STEP, Theme
from ..widgets.elided_label import ElidedLabel
from ..widgets.labels import set_wrong
from .code_editor import CodeEditor


class WrittenPage(QWidget):
    """Shows what it is told; the panel around it knows the lab."""

    chosen = Signal(str)
    """The function that shall be the task"""
    new_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = CodeEditor(theme)
        self.editor.setAccessibleName(self.tr("The text of the task"))
        self.functions = QComboBox()
        self.functions.setAccessibleName(self.tr("The function that is the task"))
        self.functions.setToolTip(self.tr("Which function of the text Run calls."))
        self.functions.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.function = ElidedLabel()
        self.new_button = QPushButton(self.tr("&New task"))
        self.new_button.setToolTip(
            self.tr("Begin another task. The text that is here comes back with Undo.")
        )
        self.save_button = QPushButton(self.tr("Save as fi&le…"))
        self.save_button.setToolTip(self.tr("Write the text to a Python file, and go on with it."))
        self.note = ElidedLabel()
        self.note.setObjectName("muted")
        self._arrange()
        self.functions.currentTextChanged.connect(self.chosen)
        self.new_button.clicked.connect(lambda: self.new_wanted.emit())
        self.save_button.clicked.connect(lambda: self.save_wanted.emit())

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self.functions)
        head.addWidget(self.function, 1)
        head.addWidget(self.new_button)
        head.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(head)
        column.addWidget(self.editor, 1)
        column.addWidget(self.note)

    def show_functions(self, names: Sequence[str], task: str) -> None:
        """Offer the functions of the text, if there are several."""
        with QSignalBlocker(self.functions):
            if [self.functions.itemText(row) for row in range(self.functions.count())] != names:
                self.functions.clear()
                self.functions.addItems(names)
            self.functions.setCurrentText(task)
        several = len(names) > 1
        self.functions.setVisible(several)
        one = self.tr("{0} is the task").format(task)
        self.function.setText(self.tr("is the task") if several else one)

    def show_problem(self, problem: Problem | None) -> None:
        """Under the text: what is wrong with the task, or how to find one's way."""
        if problem is None:
            text = self.tr("Tab indents, Ctrl+/ comments out, F6 leaves the editor.")
        elif problem.kind is Kind.EMPTY:
            text = self.tr("There is no function yet. Begin one at the top level: def work(x):")
        else:
            text = wording.sentence(problem)
        self.note.setText(text)
        set_wrong(self.note, problem is not None)

    def mark(self, problem: Problem | None) -> None:
        """Mark the line that `problem` names, if it does."""
        values = {} if problem is None else problem.values
        self.editor.mark_error(values.get("line"), str(values.get("error", "")))
