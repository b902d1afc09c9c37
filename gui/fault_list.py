"""All that went wrong in a run, in the order in which it was found."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ..engine.consequences import Place, explained, place_of
from ..engine.journal import Fault
from ..engine.problem import Kind
from ..engine.recording import Recording
from . import variants, wording
from .aftermath import POOL_GOES_ON, POOL_REPLACES
from .lab import Lab
from .theme import SMALL_PT, STEP, body_font
from .timeline.scene.time_scale import duration_text
from .widgets.card import heading
from .widgets.labels import plain_tip

Index = QModelIndex | QPersistentModelIndex
LEAST_PX, MOST_PX = 72, 200
"""Of the list: it is as high as its entries, up to about three of them, and scrolls then."""
ENTRY_PAD_PX = 8
"""At each side of an entry's text: the style's margin and the style sheet's, and a little."""
LISTED = 500
"""A host tells fewer one by one; an opened file may say anything."""


class _WholeText(QStyledItemDelegate):
    """Entries as high as their text: by itself a list forgets what the style sheet pads them with,
    breaks the text elsewhere than it has counted, and cuts its last line off."""

    def __init__(self, entries: QListWidget) -> None:
        super().__init__(entries)
        self._entries = entries

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._entries.viewport().width()
        room = QRect(0, 0, max(width - 2 * ENTRY_PAD_PX, 1), 1 << 20)
        text, flags = str(index.data()), int(Qt.TextFlag.TextWordWrap)
        needed = self._entries.fontMetrics().boundingRect(room, flags, text)
        return QSize(width, needed.height() + 2 * STEP)


class _Entries(QListWidget):
    """As high as its entries, within limits."""

    def sizeHint(self) -> QSize:
        height = 2 * self.frameWidth()
        for row in range(self.count()):
            height += self.sizeHintForRow(row)
            if height >= MOST_PX:
                break
        return QSize(super().sizeHint().width(), min(height, MOST_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), min(self.sizeHint().height(), LEAST_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


class FaultList(QWidget):
    """Takes no room while nothing went wrong. chosen: the Place of the entry that was clicked."""

    chosen = Signal(object)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._recording: Recording | None = None
        self._told: list[Fault] = []
        self._died = self._hangs = self._took_chunk = False
        self.heading = heading(self.tr("What went wrong"))
        self.entries = _Entries()
        self.entries.setWordWrap(True)
        self.entries.setItemDelegate(_WholeText(self.entries))
        self.entries.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.entries.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.entries.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.entries.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entries.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.entries.setAccessibleName(self.tr("What went wrong"))
        self.entries.itemActivated.connect(self._choose)
        self.entries.itemClicked.connect(self._choose)
        self.more, self.lesson = QLabel(), QLabel()
        for label in (self.more, self.lesson):
            label.setObjectName("muted")
            label.setFont(body_font(SMALL_PT))
            label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        for part in (self.heading, self.entries, self.more, self.lesson):
            column.addWidget(part)
        column.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Take in what is new."""
        recording = self._lab.recording
        faults = self._faults(recording)
        if recording is not self._recording or faults[: len(self._told)] != self._told:
            self._recording, self._told = recording, []
            self._died = self._hangs = self._took_chunk = False
            self.entries.clear()
        if recording is not None:
            for fault in faults[len(self._told) :]:
                self._add(recording, fault)
            if len(faults) > len(self._told):
                self.entries.updateGeometry()
        self._told = faults
        self.setVisible(bool(faults))
        count = 0 if recording is None else recording.journal.fault_count
        more = count - len(recording.journal.faults[:LISTED]) if recording is not None else 0
        one, many = (
            self.tr("and 1 more, which is counted but not listed"),
            self.tr("and {0} more, which are counted but not listed"),
        )
        self.more.setText(one if more == 1 else many.format(f"{more:,}"))
        self.more.setVisible(more > 0)
        lesson = "" if recording is None else self._lesson(recording)
        self.lesson.setText(lesson)
        self.lesson.setVisible(bool(lesson))

    def _faults(self, recording: Recording | None) -> list[Fault]:
        """Those of the journal, and why the run failed where nobody has told that before."""
        if recording is None:
            return []
        faults, problem = recording.journal.faults[:LISTED], self._lab.problem
        if problem is not None and all(fault.problem != problem for fault in faults):
            faults.append(Fault(problem, recording.journal.problem_ns or 0))
        return faults

    def _add(self, recording: Recording, fault: Fault) -> None:
        at_ns = fault.at_ns or None
        place = place_of(fault.problem, at_ns, recording)
        problem = explained(fault.problem, recording, at_ns)
        said = wording.what_happened(problem)
        if problem.kind is Kind.WORKER_DIED:
            self._died = True
            self._hangs |= variants.hangs(problem)
            self._took_chunk |= bool(variants.CHUNK_FACTS & set(problem.values))
        if place.at_ns and recording.trace is not None:
            time = duration_text(max(place.at_ns - recording.trace.origin_ns, 0) / 1e9)
            said = f"{time} · {said}"
        item = QListWidgetItem(said)
        item.setToolTip(plain_tip(wording.sentence(problem)))
        item.setData(Qt.ItemDataRole.UserRole, place)
        self.entries.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        place = item.data(Qt.ItemDataRole.UserRole)
        self.chosen.emit(Place(*place))

    def _lesson(self, recording: Recording) -> str:
        """What Pool does next, after the death of a worker."""
        if not self._died:
            return ""
        method = recording.experiment.pool.method
        if not self._hangs:
            return wording.translate(POOL_REPLACES).format(method=method)
        return wording.translate(POOL_GOES_ON).format(method=method) if self._took_chunk else ""
