"""Which Python the run takes: ours, that of the .venv beside the task's file, or any other."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QToolButton, QWidget

from ....engine.interpreters import beside
from ...lab import Lab
from ...theme import STEP


class InterpreterChoice(QWidget):
    """What is typed becomes the experiment's at once; `chosen` comes when it is complete."""

    chosen = Signal(str)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.choice = QComboBox()
        self.choice.setEditable(True)
        self.choice.setCompleter(None)  # type: ignore[arg-type]  # it would write what nobody typed
        self.choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.choice.setAccessibleName(self.tr("Python"))
        self.choice.setToolTip(
            self.tr(
                "The Python that runs the pool and your code: 3.11 or newer.\n"
                "It needs nothing of Poolscope; your packages come from where it finds them."
            )
        )
        self.choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._browse = QToolButton()
        self._browse.setText("…")
        self._browse.setObjectName("narrow")
        self._browse.setToolTip(self.tr("Choose another Python"))
        self._browse.setAccessibleName(self.tr("Choose another Python"))
        self._browse.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        row.addWidget(self.choice, 1)
        row.addWidget(self._browse)
        self._ours = self.tr("Poolscope's own")
        self._touched = False  # by the user: what came from a file is not run to be asked
        self._offer()
        self._connect()

    def _connect(self) -> None:
        edit = self.choice.lineEdit()
        assert edit is not None
        self.choice.editTextChanged.connect(self._take)
        self.choice.activated.connect(self._activate)
        edit.editingFinished.connect(self._settle)
        self._browse.clicked.connect(self._ask)
        self._lab.sources_changed.connect(self._offer)

    @property
    def python(self) -> str:
        """What is chosen or typed, as an experiment has it."""
        text = self.choice.currentText().strip()
        return "" if text == self._ours else text

    def _take(self) -> None:
        self._touched = True
        python = self.python
        self._lab.change("python", lambda: self._lab.experiment.with_place(python=python))

    def _activate(self) -> None:
        self._touched = True
        self._settle()

    def _settle(self) -> None:
        """It is complete: it may be asked what it is, unless it has answered already."""
        python = self._lab.experiment.place.python
        if self._touched and python == self.python and python not in self._lab.known.interpreters:
            self.chosen.emit(python)

    def _ask(self) -> None:
        title, folder = self.tr("Choose a Python"), str(self._lab.experiment.folder or "")
        path, _ = QFileDialog.getOpenFileName(self.window(), title, folder)
        if path:
            self.choice.setEditText(path)
            self._settle()

    def _offer(self) -> None:
        """Ours, and that of the virtual environment beside the task's file."""
        file = self._lab.experiment.file
        found = beside(file) if file is not None else None
        texts = [self._ours, *([str(found)] if found is not None else [])]
        if texts == [self.choice.itemText(row) for row in range(self.choice.count())]:
            return
        with QSignalBlocker(self.choice):
            present = self.choice.currentText()
            self.choice.clear()
            self.choice.addItems(texts)
            self.choice.setEditText(present or self._ours)

    def show_experiment(self) -> None:
        """Show the lab's experiment; what shows it already is left alone."""
        python = self._lab.experiment.place.python
        self._offer()
        if self.python != python and "python" not in self._lab.field_problems:
            self._touched = False
            with QSignalBlocker(self.choice):
                self.choice.setEditText(python or self._ours)
