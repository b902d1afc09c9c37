"""The tree of a run's processes for Qt: rows come and go, and what is in view is worked out."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from ....engine.recording import Recording
from ....engine.sampling.layout import Role
from ....engine.trace.layout import clock_ns
from ...theme import SMALL_PT, Theme, body_font
from ...timeline.words.worker_text import exit_text
from ...widgets.labels import plain_tip
from . import words
from .facts import Facts, facts_of, is_bad
from .gathering import Gathering
from .own_memory import Who
from .places import Subject, Which
from .tree import Tree
from .words import COLUMNS, DOES, EXIT, NAME, NUMBERS

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


MOST_KEPT = 500
"""Rows that are worked out at most between two updates; scrolling brings new ones."""


class Row(NamedTuple):
    """What a row says. bad: it ended as no process should."""

    texts: tuple[str, ...]
    gone: bool
    bad: bool


class ProcessesModel(QAbstractItemModel):
    """Rows are processes, and crowds of those that have gone, opened page by page.

    `update` takes in what is new; `refresh` works out the rows in view, and tells of those that
    say something else than before. Nothing is ever reset while a run is shown.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.recording: Recording | None = None
        self._live = self._over = False
        self._begin()

    def _begin(self) -> None:
        self.tree = Tree(self)
        self.gathering: Gathering | None = None
        self._rows: dict[int, Row] = {}
        self._now_ns: int | None = None

    def show(self, recording: Recording | None, *, live: bool) -> None:
        """Show another run. live: it is the one that is on."""
        self.beginResetModel()
        self.recording, self._live, self._over = recording, live, not live
        self._begin()
        if recording is not None:
            self.gathering = Gathering(self.tree, recording, live=live)
        self.endResetModel()

    def update(self, *, running: bool) -> None:
        """Take in a bounded part of what is new; `behind` says whether there is more."""
        if self.gathering is not None:
            self._over = not running
            self._now_ns = clock_ns() if running and self._live else None
            self.gathering.update(over=self._over)
            self._rows = {}

    @property
    def behind(self) -> bool:
        return self.gathering is not None and self.gathering.behind

    @property
    def measured(self) -> bool:
        """Somebody has looked at the processes of this run."""
        return self.gathering is not None and self.gathering.known.samples is not None

    def refresh(self, before: dict[int, Row], handles: Iterable[int]) -> None:
        """Tell of the rows in view that say something else than `before`."""
        for handle in handles:
            old = before.get(handle)
            if self.tree.has(handle) and old is not None and old != self.row_of(handle):
                row = self.tree.row(handle)
                first = self.createIndex(row, NAME, handle)
                self.dataChanged.emit(first, self.createIndex(row, EXIT, handle))

    @property
    def rows(self) -> dict[int, Row]:
        """What has been worked out since the last update."""
        return self._rows

    # --- rows come and go

    @contextmanager
    def inserting(self, parent: int | None, first: int, last: int) -> Iterator[None]:
        self.beginInsertRows(self.index_of(parent), first, last)
        yield
        self.endInsertRows()

    @contextmanager
    def removing(self, parent: int | None, first: int, last: int) -> Iterator[None]:
        self.beginRemoveRows(self.index_of(parent), first, last)
        yield
        self.endRemoveRows()

    # --- who is where

    def index_of(self, handle: int | None, column: int = NAME) -> QModelIndex:
        """The place of a row; invalid for the root, and for one that is not there."""
        if handle is None or not self.tree.has(handle):
            return QModelIndex()
        return self.createIndex(self.tree.row(handle), column, handle)

    def index_of_subject(self, subject: Subject) -> QModelIndex:
        """Where it is now; invalid when it is not there."""
        found = None if self.gathering is None else self.gathering.known.handle_of(subject)
        return self.index_of(found)

    def renewed(self, subject: Subject) -> Subject:
        """The same process with all that is known of it now."""
        return subject if self.gathering is None else self.gathering.known.renewed(subject)

    def index_of_worker(self, ordinal: int) -> QModelIndex:
        """Where a worker is; invalid when it is not there yet."""
        return self.index_of_subject(Subject(Role.WORKER, ordinal=ordinal))

    def opens(self, index: Index) -> bool:
        """Whether what is below a row is shown from the beginning."""
        node = self.tree.node(index.internalId())
        return node is not None and node.subject.which is None and bool(node.children)

    def is_of_many(self, index: Index) -> bool:
        """Whether a row stands for a crowd, or for a page of one."""
        subject = self.subject_of(index)
        return subject is not None and subject.which is not None

    def index_of_host(self) -> QModelIndex:
        """Where the tree begins that the person's own program would have, too."""
        return self.index_of_subject(Subject(Role.HOST))

    def forget_unseen(self) -> None:
        """Other rows have come into view; few are kept."""
        if len(self._rows) > MOST_KEPT:
            self._rows = {}

    def subject_of(self, index: Index) -> Subject | None:
        """What a row is about."""
        if not index.isValid() or self.gathering is None:
            return None
        return self.gathering.known.subject(index.internalId())

    def facts(self, subject: Subject, *, gone: bool = False) -> Facts:
        """What is known of a process now."""
        assert self.recording is not None and self.gathering is not None
        samples = self.gathering.known.samples
        return facts_of(subject, self.recording, samples, gone=gone or self._over)

    def row_of(self, handle: int) -> Row:
        """What a row says; worked out once between two updates."""
        row = self._rows.get(handle)
        if row is None:
            row = self._rows[handle] = self._work_out(handle)
        return row

    def _work_out(self, handle: int) -> Row:
        assert self.gathering is not None
        subject = self.gathering.known.subject(handle)
        if subject.role is None:
            all_left = not self.gathering.crowd_has_died
            text = words.crowd_text(subject, all_left=all_left)
            return Row((text, *[""] * (COLUMNS - 1)), gone=True, bad=False)
        facts = self.facts(subject, gone=self.gathering.known.is_gone(handle))
        return Row(words.cells(facts, self._now_ns), facts.gone, is_bad(facts))

    def row_of_subject(self, subject: Subject) -> Row | None:
        """What its row says; None when it has none."""
        index = self.index_of_subject(subject)
        return self.row_of(index.internalId()) if index.isValid() else None

    def parent_text(self, facts: Facts) -> str:
        """Whose child it is, or was; "" where nobody knows."""
        if self.gathering is None:
            return ""
        parent = self.gathering.known.parent_of(facts.subject, facts.ppid)
        if parent is None or parent.role is None:
            return str(facts.ppid) if facts.ppid else ""
        return words.name_text(self.facts(parent))

    def identity(self, subject: Subject) -> Who | None:
        """By which it can be told from another process with its PID; None before it was seen."""
        samples = None if self.gathering is None else self.gathering.known.samples
        if samples is None or subject.number is None or not subject.pid:
            return None
        process = samples.processes[subject.number]
        return (process.pid, process.started) if process.started else None

    # --- what Qt asks

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        above = parent.internalId() if parent is not None and parent.isValid() else None
        if not (0 <= column < COLUMNS and 0 <= row < self.tree.count(above)):
            return QModelIndex()
        return self.createIndex(row, column, self.tree.child(above, row))

    def parent(self, index: Index | None = None) -> QModelIndex:  # type: ignore[override]
        if index is None or not index.isValid():
            return QModelIndex()
        return self.index_of(self.tree.parent(index.internalId()))

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is None or not parent.isValid():
            return self.tree.count(None)
        return self.tree.count(parent.internalId()) if parent.column() == NAME else 0

    def columnCount(self, parent: Index | None = None) -> int:
        return COLUMNS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return words.titles()[section]
            case Qt.ItemDataRole.ToolTipRole:
                return words.column_helps()[section]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if section in NUMBERS else _LEFT
            case Qt.ItemDataRole.FontRole:
                return body_font(SMALL_PT)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self.gathering is None or not self.tree.has(index.internalId()):
            return None
        column = index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.row_of(index.internalId()).texts[column]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column in NUMBERS else _LEFT
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(self.row_of(index.internalId()), column)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                text = self._help(index)
                return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole and text else text
        return None

    def _colour(self, row: Row, column: int) -> QColor | None:
        if row.bad and column in (DOES, EXIT):
            return QColor(self.theme.failure)
        return QColor(self.theme.muted) if row.gone else None

    def _help(self, index: Index) -> str:
        """What a process is there for, and of the other columns what is shortened there."""
        row = self.row_of(index.internalId())
        subject = self.subject_of(index)
        assert subject is not None
        if index.column() == NAME:
            if subject.role is None:
                return words.crowd_help(subject.which or Which.WORKERS)
            return f"{row.texts[NAME]}\n{words.role_help(subject.role)}"
        if index.column() == EXIT and subject.role is Role.WORKER:
            return exit_text(self.facts(subject).exit_code)
        return row.texts[DOES] if index.column() == DOES else ""
