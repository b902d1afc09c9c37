"""A Python file as it is on the disk, to read."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...engine.problem import Problem, ProblemError
from ...engine.tasks.reading import read_text
from .. import wording
from ..theme import STEP, Theme
from ..widgets.elided_label import ElidedLabel
from ..widgets.labels import set_wrong
from .code_editor import CodeEditor
from .source_files import read_source


class FileView(QWidget):
    """Shows one file, and offers to go on with its text."""

    copy_wanted = Signal(str)
    """The text"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._function = ""
        self.title = ElidedLabel()
        self.copy_button = QPushButton(self.tr("&Edit a copy here"))
        self.copy_button.setToolTip(
            self.tr("Go on in this window with the text of the file, which stays as it is.")
        )
        self.editor = CodeEditor(theme)
        self.editor.set_editable(False)
        self.editor.setAccessibleName(self.tr("The file of the task, to read"))
        self.note = ElidedLabel()
        self.note.setObjectName("muted")
        self._arrange()
        self.copy_button.clicked.connect(lambda: self.copy_wanted.emit(self.editor.text()))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self.title, 1)
        head.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(head)
        column.addWidget(self.editor, 1)
        column.addWidget(self.note)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme`."""
        self.editor.set_theme(theme)

    def show_file(self, path: Path, function: str = "") -> None:
        """Show the file as it is now, and lead to a function of it when it is another one."""
        if (path, function) != (self._path, self._function):
            self._path, self._function = path, function
            self.title.setText(self.tr("{0} — read only").format(path.name))
            self.refresh()
            self._show_function()

    def refresh(self) -> None:
        """Read the file again."""
        if self._path is None:
            return
        try:
            text = read_source(self._path)
        except ProblemError as error:
            self.editor.set_text("")
            self._show_note(error.problem)
        else:
            self._show_text(text)
        self.copy_button.setEnabled(bool(self.editor.text().strip()))

    def _show_text(self, text: str) -> None:
        self.editor.update_text(text)
        try:
            read_text(text, str(self._path))
        except ProblemError as error:
            self._show_note(error.problem)
        else:
            self._show_note(None)

    def _show_note(self, problem: Problem | None) -> None:
        hint = self.tr("Each run takes the file as it is then: change it in any editor.")
        self.note.setText(hint if problem is None else wording.sentence(problem))
        set_wrong(self.note, problem is not None)
        values = {} if problem is None else problem.values
        self.editor.mark_error(values.get("line"), str(values.get("error", "")))

    def _show_function(self) -> None:
        try:
            function = read_text(self.editor.text()).function(self._function)
        except ProblemError:
            return
        if function is not None:
            self.editor.show_line(function.line)
