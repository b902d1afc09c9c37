"""Where inputs can come from: each choice is written into the form as an expression."""

import csv
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QMessageBox, QToolButton, QWidget

from ....engine.tasks.reading import Function, Source
from ...lab import Lab

EXAMPLE = "range(100)"
HEADER_CHARACTERS = 1_000_000
"""A first line beyond that is none of column names."""


class InputsButton(QToolButton):
    """A menu button; `chosen` comes with the expression. The app reads data here, runs nothing."""

    chosen = Signal(str)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.setObjectName("choose")
        self.setText(self.tr("From"))
        self.setAccessibleName(self.tr("Where the inputs come from"))
        self.setToolTip(self.tr("Inputs from an expression, a function of the file, or a file"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self)
        self._add(menu, self.tr("An &expression, such as {0}").format(EXAMPLE), self._example)
        self._functions = menu.addMenu(self.tr("A &function beside the task"))
        self._add(menu, self.tr("The &lines of a text file…"), self._ask_lines)
        self._add(menu, self.tr("A &column of a CSV file…"), self._ask_column)
        menu.aboutToShow.connect(self.offer_functions)
        self.setMenu(menu)

    def _add(self, menu: QMenu, text: str, act: Callable[[], object]) -> None:
        menu.addAction(text).triggered.connect(lambda _=False: act())

    def _example(self) -> None:
        self.chosen.emit(EXAMPLE)

    def offer_functions(self) -> None:
        """List the functions of the task's file that can give inputs, as the file is now."""
        self._functions.clear()
        source = self._lab.source
        functions = source.functions if isinstance(source, Source) else ()
        for function in filter(gives_inputs, functions):
            call = f"{function.name}()"
            action = self._functions.addAction(f"{function.name}({function.parameters})")
            action.setToolTip(function.help)
            action.triggered.connect(lambda _=False, call=call: self.chosen.emit(call))
        self._functions.setToolTipsVisible(True)
        self._functions.menuAction().setEnabled(not self._functions.isEmpty())

    def _ask_lines(self) -> None:
        path = self._ask_file(self.tr("Lines of a text file"), self.tr("All files (*)"))
        if path is not None:
            self.chosen.emit(f"lines({self._named(path)!r})")

    def _ask_column(self) -> None:
        filters = self.tr("CSV files (*.csv *.tsv *.txt);;All files (*)")
        path = self._ask_file(self.tr("A column of a CSV file"), filters)
        if path is None:
            return
        try:
            names = column_names(path)
        except (OSError, ValueError, csv.Error) as error:
            text = self.tr("{0} has no line of column names: {1}.").format(path, error)
            QMessageBox.warning(self.window(), "Poolscope", text)
            return
        title, label = self.tr("A column of {0}").format(path.name), self.tr("Column")
        name, taken = QInputDialog.getItem(self, title, label, names, 0, False)
        if taken:
            self.chosen.emit(f"column({self._named(path)!r}, {name!r})")

    def _ask_file(self, title: str, filters: str) -> Path | None:
        folder = str(self._lab.experiment.folder or "")
        path, _ = QFileDialog.getOpenFileName(self.window(), title, folder, filters)
        return Path(path) if path else None

    def _named(self, path: Path) -> str:
        """As the run finds it from its working directory: short where it lies inside of that."""
        folder = self._lab.experiment.folder
        inside = folder is not None and path.is_relative_to(folder.absolute())
        return str(path.relative_to(folder.absolute()) if folder and inside else path)


def gives_inputs(function: Function) -> bool:
    """It can be called without arguments, or is a generator whose arguments are to be filled in."""
    return not function.is_async and (function.is_generator or function.least == 0 == function.most)


def column_names(path: Path) -> list[str]:
    """The first line of a CSV file. Raises OSError, ValueError or csv.Error when it has none."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        beginning = file.read(HEADER_CHARACTERS)
    names = next(csv.reader(beginning.splitlines(keepends=True)), [])
    if not names:
        raise ValueError("it is empty")
    return names
