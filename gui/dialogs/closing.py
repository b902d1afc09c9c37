"""Asks whether to close a window in which a run is on. To stay is what Enter and Escape do."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget


class ClosingQuestion(QObject):
    """`ask` waits for the answer; `withdraw` answers for the person: close."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._withdrawn = False
        self.box: QMessageBox | None = None

    def ask(self, run: str, done: int, tasks: int) -> bool:
        """Whether to stop the run, named `run`, and close; `done` of its `tasks` are done."""
        self._withdrawn = False
        self.box = box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle("Poolscope")
        text = self.tr("{0} is still running ({1} of {2} done).")
        if not tasks:
            text = self.tr("{0} is still running.")
        box.setText(text.format(run, f"{done:,}", f"{tasks:,}"))
        more = self.tr("Closing stops it; what has finished stays under Run → Earlier runs.")
        box.setInformativeText(more)
        stay = box.addButton(self.tr("&Keep running"), QMessageBox.ButtonRole.RejectRole)
        close = box.addButton(self.tr("&Stop the run and close"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.exec()
        closes = self._withdrawn or box.clickedButton() is close
        self.box = None
        box.deleteLater()
        return closes

    def withdraw(self) -> bool:
        """Take back a question that is up; False when there is none."""
        if self.box is None:
            return False
        self._withdrawn = True
        self.box.reject()
        return True
