"""What the tasks printed, each line with the PID of its process."""

from collections import deque

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from ...engine.output import OutputLine
from ...engine.recording import Recording
from ..lab import Lab
from ..output_text import missing, printed_by, visible
from ..theme import STEP, fixed_font
from ..widgets.elided_label import ElidedLabel

LINES_SHOWN = 20_000
CHARACTERS_SHOWN = 4_000_000
LINE_SHOWN = 1_000
"""Characters of one line; a longer one goes on in the next."""
REFRESH_MS = 200
CATCHING_UP_MS = 20
"""After the run, while there is more to read than one look takes in."""
UNFINISHED_SHOWN = 4
"""Lines without an end, under the log."""


class OutputPanel(QWidget):
    """Shows the lab's run; follows the end while the end is in view.

    One look takes in a bounded part of what all processes have printed, so that a flood holds up
    nobody, and of what it takes in it keeps the newest.
    """

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._lengths: deque[int] = deque()
        self._characters = 0
        self._cut = self._skipped = 0
        self.log = QPlainTextEdit()
        self.log.setObjectName("log")
        self.log.setReadOnly(True)
        self.log.setUndoRedoEnabled(False)
        self.log.setFont(fixed_font())
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setPlaceholderText(self.tr("What the tasks print shows here, line by line."))
        self.log.setAccessibleName(self.tr("Output"))
        self.note = _muted_line()
        self.unfinished = [_muted_line(fixed=True) for _ in range(UNFINISHED_SHOWN)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * STEP, 0, 0)
        column.addWidget(self.note)
        column.addWidget(self.log, 1)
        for line in self.unfinished:
            column.addWidget(line)
        self._timer = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        lab.recording_changed.connect(self._start_over)
        lab.ticked.connect(self._refresh_soon)
        lab.status_changed.connect(self.refresh)

    def _start_over(self) -> None:
        self._timer.stop()
        self.log.clear()
        self.note.hide()
        for line in self.unfinished:
            line.hide()
        self._lengths.clear()
        self._characters = self._cut = self._skipped = 0

    def _refresh_soon(self, after_ms: int = REFRESH_MS) -> None:
        if not self._timer.isActive():
            self._timer.start(after_ms)

    def refresh(self) -> None:
        """Append what has come."""
        recording = self._lab.recording
        if recording is None:
            return
        lines = recording.output.update(ended=not self._lab.running, newest=True)
        if lines:
            self._append(recording, lines)
        self._show_unfinished(recording)
        if recording.output.behind:  # while it runs, the workers need the CPUs more
            self._refresh_soon(REFRESH_MS if self._lab.running else CATCHING_UP_MS)

    def _append(self, recording: Recording, lines: list[OutputLine]) -> None:
        bar = self.log.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        texts = [text for line in lines for text in self._texts(recording, line)]
        self._skipped += sum(line.skipped for line in lines)
        self._lengths.extend(map(len, texts))
        self._characters += sum(map(len, texts))
        while len(self._lengths) > LINES_SHOWN or self._characters > CHARACTERS_SHOWN:
            self._characters -= self._lengths.popleft()
            self._cut += 1
        self.log.appendPlainText("\n".join(texts[-len(self._lengths) :]))
        # It drops what is beyond that at once; more may come at the next time.
        self.log.setMaximumBlockCount(len(self._lengths))
        self.log.setMaximumBlockCount(0)
        if at_end:
            self.log.moveCursor(QTextCursor.MoveOperation.End)
            self.log.moveCursor(QTextCursor.MoveOperation.StartOfLine)
        self._show_note(recording)

    def _texts(self, recording: Recording, line: OutputLine) -> list[str]:
        """The lines of the log that show `line`."""
        gap = missing(recording, line)
        if gap is not None:
            return [f"      …  {gap}"]
        who, text = printed_by(recording, line), visible(line.text)
        if len(text) <= LINE_SHOWN:
            return [f"{who:>7}  {text}"]
        places = range(0, len(text), LINE_SHOWN)
        return [f"{who:>7}  {text[at : at + LINE_SHOWN]}" for at in places]

    def _show_note(self, recording: Recording) -> None:
        """What of the output is not in the log, and what is nowhere any more."""
        notes = []
        dropped = recording.output.dropped
        if self._cut or self._skipped:
            text = self.tr("The newest {0} lines; the run folder holds more.")
            notes.append(text.format(f"{len(self._lengths):,}"))
        if dropped:
            text = self.tr("Of what this run prints, at least {0} bytes are dropped.")
            notes.append(text.format(f"{dropped:,}"))
        self.note.setText(" ".join(notes))
        self.note.setVisible(bool(notes))

    def _show_unfinished(self, recording: Recording) -> None:
        """Lines that go on, such as progress bars, as they stand."""
        lines = recording.output.unfinished if self._lab.running else []
        texts = [
            f"{printed_by(recording, line):>7}  {visible(line.text)[-LINE_SHOWN:].rstrip()}"
            for line in lines[:UNFINISHED_SHOWN]
        ]
        if len(lines) > UNFINISHED_SHOWN:
            more = len(lines) - UNFINISHED_SHOWN + 1
            texts[-1] = " " * 9 + self.tr("… and {0} more").format(more)
        for number, label in enumerate(self.unfinished):
            label.setText(texts[number] if number < len(texts) else "")
            label.setVisible(number < len(texts))


def _muted_line(*, fixed: bool = False) -> ElidedLabel:
    line = ElidedLabel()
    line.setObjectName("muted")
    if fixed:
        line.setFont(fixed_font())
    line.hide()
    return line
