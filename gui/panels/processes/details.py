"""What is said of the selected process below the tree: what it is there for, and more about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ....engine.recording import Recording
from ....engine.sampling.layout import Role
from ... import wording
from ...theme import SMALL_PT, STEP, body_font
from ...timeline.words.way_text import bytes_text
from ...widgets.elided_label import ElidedLabel
from . import words
from .facts import Facts
from .model import ProcessesModel
from .own_memory import OwnMemory
from .places import Subject, Which


class Details(QWidget):
    """A line of facts, at its right how the figures are to be read, and what it is there for.

    While nothing is selected that takes no room: the tree needs it.
    """

    def __init__(self, model: ProcessesModel) -> None:
        super().__init__()
        self._model = model
        self._recording: Recording | None = None
        self._live = False
        self.own_memory = OwnMemory()
        self.facts, self.note, self.help = ElidedLabel(), QLabel(), QLabel()
        self.facts.setAccessibleName(self.tr("The selected process"))
        self.help.setAccessibleName(self.tr("What it is there for"))
        for label in (self.facts, self.note, self.help):
            label.setFont(body_font(SMALL_PT))
        for label in (self.note, self.help):
            label.setObjectName("muted")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.help.setWordWrap(True)
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.help.setMinimumHeight(2 * self.help.fontMetrics().lineSpacing())
        self.help.hide()
        line = QHBoxLayout()
        line.setSpacing(3 * STEP)
        line.addWidget(self.facts, 1)
        line.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP, 0, STEP, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.help)

    def begin(self, recording: Recording | None, *, live: bool) -> None:
        """Another run is shown."""
        self._recording, self._live = recording, live
        self.own_memory.forget()

    def show_subject(self, subject: Subject | None, *, running: bool) -> None:
        """Say what there is to say now; None: nothing is selected."""
        if self._recording is None:
            return
        self.note.setText(self._note(running=running))
        self.help.setVisible(subject is not None)
        self.facts.set_shorter("")
        if subject is None:
            text = self._start_text()
            self.facts.setText(self.tr("{0} Select a process to read more.").format(text).strip())
            self.facts.set_shorter(text)
        elif subject.role is None:
            row = self._model.row_of_subject(subject)
            self.facts.setText("" if row is None else row.texts[words.NAME])
            self.help.setText(words.crowd_help(subject.which or Which.WORKERS))
        else:
            facts = self._model.facts(subject)
            self.facts.setText(" · ".join(self._parts(facts, running=running)))
            self.help.setText(words.role_help(subject.role))

    def _start_text(self) -> str:
        assert self._recording is not None
        gathering = self._model.gathering
        roles = set() if gathering is None else set(gathering.known.first)
        if Role.HOST not in roles or self._recording.trace is None:
            return ""
        return words.method_help(self._recording.experiment.pool.start_method, roles)

    def _note(self, *, running: bool) -> str:
        """How the figures are to be read."""
        assert self._recording is not None
        if not self._model.measured:
            return "" if running else self.tr("CPU and memory were not recorded")
        if running:
            return ""
        if self._recording.samples.incomplete:
            return self.tr("the last readings; not all were recorded")
        over, recorded = self.tr("over: the last readings"), self.tr("recorded: the last readings")
        return over if self._live else recorded

    def _parts(self, facts: Facts, *, running: bool) -> list[str]:
        parts = [words.name_text(facts)]
        program = wording.one_line(facts.name)[: words.NAME_LIMIT]
        if program and facts.subject.role is not Role.OF_TASK:
            parts.append(program)
        if facts.lane is not None and facts.lane.replaces is not None:
            before = facts.lane.replaces
            parts.append(self.tr("replaces {0} (#{1})").format(before.pid or "…", before.ordinal))
        parent = self._model.parent_text(facts)
        if parent:
            parts.append(self.tr("child of {0}").format(parent))
        if running and not facts.gone and self._live:
            own = self._own_memory(facts)
            if own is not None:
                parts.append(self.tr("{0} of memory of its own (USS)").format(bytes_text(own)))
        return parts

    def _own_memory(self, facts: Facts) -> int | None:
        who = self._model.identity(facts.subject)
        return None if who is None else self.own_memory.look(who)
