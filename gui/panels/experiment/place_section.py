"""Where the run takes place: interpreter, working directory, environment; folded away at first."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....engine.checks.threads import THREAD_VARIABLES
from ....engine.experiment import Place
from ....engine.interpreters import Interpreter, own
from ....engine.problem import Problem
from ...explanations import variable_help
from ...lab import Lab
from ...theme import STEP
from ...widgets.field import Field
from ...widgets.fold import Fold
from ...widgets.pairs import Pairs
from .interpreter_choice import InterpreterChoice
from .showing import has_remarks, show_fields, show_text


class PlaceSection(QWidget):
    """`python_chosen` comes with an interpreter that may be asked what it is, typed to its end."""

    python_chosen = Signal(str)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.fold = Fold(self.tr("Where it runs"))
        self.python = InterpreterChoice(lab)
        self.cwd = QLineEdit()
        self._make_buttons()
        self.env = Pairs(self._add)
        cwd_row = QWidget()
        layout = QHBoxLayout(cwd_row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * STEP)
        layout.addWidget(self.cwd, 1)
        layout.addWidget(self._browse)
        self.fields = {
            "python": Field(self.python.choice, self.tr("&Python"), row=self.python),
            "cwd": Field(self.cwd, self.tr("&Working directory"), row=cwd_row),
            "env": Field(self.env, self.tr("Environment varia&bles")),
        }
        self.fields["env"].add_below(self._add)
        for field in self.fields.values():
            self.fold.body.addWidget(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold)
        self._connect()

    def _make_buttons(self) -> None:
        self.cwd.setAccessibleName(self.tr("Working directory"))
        self._browse = QToolButton()
        self._browse.setText("…")
        self._browse.setObjectName("narrow")
        self._browse.setToolTip(self.tr("Choose the working directory"))
        self._browse.setAccessibleName(self.tr("Choose the working directory"))
        self._browse.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._add = QToolButton()
        self._add.setObjectName("choose")
        self._add.setText(self.tr("Add"))
        self._add.setToolTip(self.tr("Set an environment variable for the run"))
        self._add.setAccessibleName(self.tr("Add an environment variable"))
        self._add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._add.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self._add)
        menu.addAction(self.tr("A &variable")).triggered.connect(lambda _=False: self.env.add())
        menu.addSeparator()
        for name in THREAD_VARIABLES:
            action = menu.addAction(f"{name}\t{variable_help(name)}")
            action.triggered.connect(lambda _=False, name=name: self.env.add(name, "1"))
        self._add.setMenu(menu)

    def _connect(self) -> None:
        self.python.chosen.connect(self.python_chosen)
        self.cwd.textChanged.connect(lambda text: self._set(cwd=text.strip()))
        self.env.changed.connect(lambda: self._set(env=self.env.pairs))
        self._browse.clicked.connect(self._ask_folder)
        self._lab.interpreter_changed.connect(self.show_notes)

    def _set(self, **changes: object) -> None:
        field = next(iter(changes))
        self._lab.change(field, lambda: self._lab.experiment.with_place(**changes))

    def _ask_folder(self) -> None:
        present = str(self._lab.experiment.folder or Path.cwd())
        title = self.tr("Working directory")
        path = QFileDialog.getExistingDirectory(self.window(), title, present)
        if path:
            self.cwd.setText(path)

    def show_experiment(self) -> None:
        """Show the lab's experiment; a field that shows it already is left alone."""
        place, wrong = self._lab.experiment.place, self._lab.field_problems
        self.python.show_experiment()
        if self.cwd.text().strip() != place.cwd and "cwd" not in wrong:
            show_text(self.cwd, place.cwd)
        if "env" not in wrong:
            self.env.show_pairs(place.env)
        self.show_notes()

    def show_notes(self) -> None:
        """What the place is when nothing is said, what was found, and all of it as a summary."""
        file = self._lab.experiment.file
        self.cwd.setPlaceholderText(str(file.absolute().parent if file else Path.cwd()))
        self.fields["python"].explain(self._version())
        show_fields(self._lab, self.fields)
        findings, wrong = has_remarks(self._lab, self.fields)
        self.fold.show_marks(findings=findings, wrong=wrong)
        unusual = self._lab.experiment.place != Place()
        self.fold.summarise(" · ".join(self._summary()), unusual=unusual)

    def _version(self) -> str:
        """Which Python it is, as far as anybody has asked."""
        found = self._lab.interpreter
        if isinstance(found, Interpreter):
            number = ".".join(map(str, found.version))
            if found == own():
                return self.tr("Python {0}, which runs Poolscope").format(number)
            return self.tr("Python {0}").format(number)
        if isinstance(found, Problem):
            return ""
        return self.tr("Its version shows when it has been chosen here, or after a run.")

    def _summary(self) -> list[str]:
        place, found = self._lab.experiment.place, self._lab.interpreter
        if isinstance(found, Interpreter):
            words = ["Python {}.{}".format(*found.version)]
        else:
            words = [self.tr("Python of {0}").format(_environment(place.python))]
        folder = self._lab.experiment.folder
        if folder is not None:
            words.append(self.tr("in {0}").format(folder.name or folder))
        if place.env:
            count = len(place.env)
            words.append(
                self.tr("1 variable") if count == 1 else self.tr("{0} variables").format(count)
            )
        return words


def _environment(python: str) -> str:
    """The folder of a virtual environment, or what else a path of an interpreter begins with."""
    parents = Path(python).parents
    return parents[1].name if len(parents) > 2 else python
