"""What the tasks printed, each line with the PID of its process."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from ...engine.output import OutputLine
from ..lab import Lab
from ..theme import STEP, fixed_font

LINES_SHOWN = 50_000
REFRESH_MS = 200


class OutputPanel(QWidget):
    """Shows the lab's run; follows the end while the end is in view."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._lines = 0
        self.log = QPlainTextEdit()
        self.log.setObjectName("log")
        self.log.setReadOnly(True)
        self.log.setFont(fixed_font())
        self.log.setMaximumBlockCount(LINES_SHOWN)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setPlaceholderText(self.tr("What the tasks print shows here, line by line."))
        self.log.setAccessibleName(self.tr("Output"))
        self.note = QLabel()
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        self.note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * STEP, 0, 0)
        column.addWidget(self.note)
        column.addWidget(self.log, 1)
        self._timer = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        lab.recording_changed.connect(self._start_over)
        lab.ticked.connect(self._refresh_soon)
        lab.status_changed.connect(self.refresh)

    def _start_over(self) -> None:
        self.log.clear()
        self.note.hide()
        self._lines = 0

    def _refresh_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def refresh(self) -> None:
        """Append what has come."""
        recording = self._lab.recording
        if recording is None:
            return
        lines = recording.output.update(ended=not self._lab.running)
        if lines:
            self._append(lines)
            if not self._lab.running:
                self._refresh_soon()  # the rest, a part at a time: a flood holds nobody up

    def _append(self, lines: list[OutputLine]) -> None:
        bar = self.log.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        last = lines[-LINES_SHOWN:]
        self.log.appendPlainText("\n".join(f"{self._who(line):>7}  {line.text}" for line in last))
        if at_end:
            self.log.moveCursor(QTextCursor.MoveOperation.End)
            self.log.moveCursor(QTextCursor.MoveOperation.StartOfLine)
        self._lines += len(lines)
        if self._lines > LINES_SHOWN:
            text = self.tr("The last {0} of {1} lines are shown; the run folder holds them all.")
            self.note.setText(text.format(f"{LINES_SHOWN:,}", f"{self._lines:,}"))
            self.note.show()

    def _who(self, line: OutputLine) -> str:
        assert self._lab.recording is not None
        if line.ordinal == 0:
            return self.tr("host")
        return str(self._lab.recording.pid_of(line.ordinal) or "?")
