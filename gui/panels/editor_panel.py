"""Where a task is written, or the file that it is from is read."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ...engine.experiment import STAR_METHODS, Experiment
from ...engine.problem import Kind, Problem, ProblemError
from ...engine.tasks.reading import Source, read_text
from ..dialogs.file_dialogs import ask_target
from ..editor.file_view import FileView
from ..editor.source_files import write_source
from ..editor.written import task_of
from ..editor.written_page import WrittenPage
from ..lab import Lab
from ..theme import STEP, Theme, system_theme
from ..written_texts import Written

READ_MS = 300
"""So long after the last key the text is read; nothing of it is ever run here."""
TEMPLATE = '''"""{module}"""

import time


def work(x, power=2):
    """{function}"""
    time.sleep(0.2)
    return x**power
'''
INPUTS, STAR_INPUTS = "range(10)", "[(x, 2) for x in range(10)]"
"""What the template works with."""


class EditorPanel(QWidget):
    """Shows the text of the lab's task, and puts what is written into the lab.

    A text that has no task in it stays in the editor, as a problem of the lab's field "task".
    """

    saved_as = Signal(object)
    """The Path of the file that the text was saved to"""

    def __init__(self, lab: Lab, theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._last = Experiment()  # with the text that lab and editor had in common last
        self._source = Source()  # of that text
        self._ahead = False  # the editor has one that the lab has not
        self._problem: Problem | None = None  # of that one
        self._timer = QTimer(self, interval=READ_MS, singleShot=True)
        theme = theme or system_theme()
        self.page, self.file_view = WrittenPage(theme), FileView(theme)
        self.editor = self.page.editor
        self.write_button = QPushButton()
        self._pages = QStackedWidget()
        self._nothing = self._empty_page()
        for page in (self._nothing, self.page, self.file_view):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * STEP, 0, 0)
        column.addWidget(self._pages)
        self._connect()
        self._show_experiment()
        self._show_problem()

    def _empty_page(self) -> QWidget:
        page = QWidget()
        hint = QLabel(
            self.tr(
                "The task of this experiment was not written here. One of your own is a Python"
                " function, which the workers call once for each input."
            )
        )
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(hint)
        column.addWidget(self.write_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        self._lab.experiment_changed.connect(self._show_experiment)
        self._lab.field_problems_changed.connect(self._show_problem)
        self.editor.textChanged.connect(self._read_soon)
        self.editor.left.connect(self.settle)
        self._timer.timeout.connect(self._take)
        self.page.chosen.connect(self._choose)
        self.page.new_wanted.connect(self._begin)
        self.page.save_wanted.connect(self._ask_save)
        self.write_button.clicked.connect(lambda: self._go_on() if self._kept else self._begin())
        self.file_view.copy_wanted.connect(self._copy)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme`."""
        self.editor.set_theme(theme)
        self.file_view.set_theme(theme)

    def refresh_file(self) -> None:
        """The task's file has changed: show it as it is now."""
        self.file_view.refresh()

    # --- from the editor to the lab

    @property
    def _writing(self) -> bool:
        return bool(self._lab.experiment.source)

    @property
    def _kept(self) -> bool:
        """There is a text, whatever the task is now."""
        return bool(self.editor.text().strip())

    @property
    def written(self) -> Written:
        """What is in the editor, also when there is no task in it."""
        return Written(self.editor.text(), self._last.task, self._last.inputs)

    def restore(self, written: Written) -> None:
        """Go on where the editor was left, with a text that need not be the lab's task."""
        if not written.source.strip() or written.source == self.editor.text():
            return
        self.editor.replace_text(written.source)
        if not self._writing:
            self._timer.stop()
            last = Experiment(written.task.strip() or "work", written.inputs.strip() or INPUTS)
            self._agree(replace(last, source=written.source), Source())
            self._lab.set_written(written)
            self._show_experiment()

    def _read_soon(self) -> None:
        self._ahead = True
        self._timer.start()

    def settle(self) -> None:
        """Take over at once what has been typed; for before a run."""
        if self._timer.isActive():
            self._take()

    def _take(self) -> None:
        self._timer.stop()
        if self._writing:
            text = self.editor.text()
            self._lab.change("task", lambda: self._with(text))
            self._show_problem()

    def _with(self, text: str) -> Experiment:
        """The lab's experiment with another text. Raises ProblemError when there is no task in it.

        The problem is kept here, too: the lab's may become another one.
        """
        experiment = self._lab.experiment
        earlier = [function.name for function in self._source.functions]
        try:
            source = read_text(text)
            task = task_of(source, experiment.task, earlier, experiment.pool.method)
            if task is None:
                raise ProblemError(Problem(Kind.EMPTY, "task"))
        except ProblemError as error:
            self._problem = error.problem
            raise
        experiment = replace(experiment, source=text, task=task)
        self._agree(experiment, source)
        return experiment

    def _agree(self, experiment: Experiment, source: Source) -> None:
        """Editor and lab have the same text."""
        self._last, self._source = experiment, source
        self._ahead, self._problem = False, None

    def _choose(self, name: str) -> None:
        self.settle()
        if name in self._source.names:
            self._lab.change("task", lambda: replace(self._lab.experiment, task=name))

    # --- beginning

    def _begin(self) -> None:
        """Write a new task, with inputs that it works with."""
        text = TEMPLATE.format(
            module=self.tr("A task of my own. Run calls work once for each input."),
            function=self.tr("Wait a moment, then return a power of x."),
        )
        star = self._lab.experiment.pool.method in STAR_METHODS
        self._start(text, "work", STAR_INPUTS if star else INPUTS)

    def _go_on(self) -> None:
        """With what was written here before another task was chosen."""
        self._start(self.editor.text(), self._last.task, self._last.inputs)

    def _copy(self, text: str) -> None:
        """Go on with the text of the file, where its inputs find their files as before."""
        experiment = self._lab.experiment
        folder = "" if experiment.folder is None else str(experiment.folder)
        self._start(text, experiment.function_name, folder=folder)

    def _start(self, text: str, task: str, inputs: str = "", folder: str = "") -> None:
        experiment = replace(self._lab.experiment, source=text, task=task)
        if folder:
            experiment = experiment.with_place(cwd=folder)
        if inputs:
            experiment = replace(experiment, inputs=inputs)
            self._lab.set_field_problem("inputs", None)
        experiment = self._lab.initializers.fit(self._lab.experiment, experiment)
        if text != self.editor.text():
            self._lab.keep_written(self.written)
            self.editor.replace_text(text)
        self._agree(experiment, Source())
        self._lab.set_field_problem("task", None)
        self._lab.set_experiment(experiment)
        self._take()  # it may be no Python
        self.editor.setFocus()

    # --- from the lab to the editor

    def _show_experiment(self) -> None:
        experiment = self._lab.experiment
        if experiment.source:
            self._show_text(experiment)
            self._pages.setCurrentWidget(self.page)
        elif experiment.file is not None:
            self._leave()
            self.file_view.show_file(experiment.file, experiment.function_name)
            self._pages.setCurrentWidget(self.file_view)
        else:
            self._leave()
            go_on = self.tr("Go on with the task writt&en here")
            self.write_button.setText(go_on if self._kept else self.tr("Writ&e a task here"))
            self._pages.setCurrentWidget(self._nothing)

    def _show_text(self, experiment: Experiment) -> None:
        """Another text than the last one replaces what is here; typing goes on over its own."""
        if experiment.source == self._last.source:
            self._last = experiment
            if self._ahead and "task" not in self._lab.field_problems:
                self._timer.start()  # see again what is wrong with it
        else:
            if experiment.source != self.editor.text():
                self._lab.keep_written(self.written)
            self.editor.replace_text(experiment.source)
            self._timer.stop()
            self._adopt(experiment)
        names = [function.name for function in self._source.functions]
        self.page.show_functions(names, experiment.task)

    def _adopt(self, experiment: Experiment) -> None:
        try:
            self._agree(experiment, read_text(experiment.source))
        except ProblemError as error:
            self._agree(experiment, Source())
            self._problem = error.problem
            self._lab.set_field_problem("task", self._problem)

    def _leave(self) -> None:
        """Another task is chosen: what is wrong here stands in nobody's way."""
        self._timer.stop()
        if self._problem is not None and self._lab.field_problems.get("task") == self._problem:
            self._lab.set_field_problem("task", None)

    def _show_problem(self) -> None:
        problem = self._lab.field_problems.get("task") if self._writing else None
        self.page.show_problem(problem)
        self.page.mark(problem if problem == self._problem else None)

    # --- saving

    def _ask_save(self) -> None:
        filters, title = self.tr("Python files (*.py)"), self.tr("Save as file")
        path = ask_target(self, title, "my_tasks.py", filters, ".py")
        if path is not None:
            self.save(path)

    def save(self, path: Path) -> None:
        """Write the text to a Python file."""
        self.settle()
        try:
            write_source(path, self.editor.text())
        except ProblemError as error:
            self.page.show_problem(error.problem)
        else:
            self.saved_as.emit(path)
