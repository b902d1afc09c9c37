"""What happened in the selected stretch of time."""

import time

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ....engine.stretch.figures import Figures
from ....engine.stretch.stretch import Stretch
from ....engine.trace.layout import clock_ns
from ...lab import Lab
from ...theme import STEP, Theme
from .facts import Facts
from .model import StretchModel
from .table import FOUR_ROWS_PX, LEAST_PX, StretchTable
from .words import sentence

SOON_MS = 30
"""While an edge is dragged, figures follow it this late."""
LIVE_MS, LIVE_PART = 250, 25
"""While a run goes on, they are brought up to date this often, but never in more than a 25th of the
time."""
BESIDE_PX = 480
"""From this width on the table is beside the figures."""
ROOMY_PX = 380
"""From this height on four workers are to be seen at once."""
FACTS_PX = 64


class StretchPanel(QWidget):
    """Shows the lab's stretch, live: a sentence, figures, and a row for each worker.

    zoom_wanted: to show the stretch as wide as the timeline is. worker_wanted: the ordinal of the
    worker whose lane is to be shown; task_wanted: the row of a task.
    """

    zoom_wanted = Signal()
    worker_wanted = Signal(int)
    task_wanted = Signal(int)

    def __init__(self, lab: Lab, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._stretch: Stretch | None = None
        self._shown: Figures | None = None
        self.model = StretchModel(theme)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self._make_texts()
        self.facts, self.table = Facts(), StretchTable(self.model)
        self.facts.longest_wanted.connect(self._want_longest)
        self.table.activated.connect(self._want_worker)
        self.table.copy_wanted.connect(self.copy_rows)
        self._make_buttons()
        self._arrange()
        lab.stretch_changed.connect(self._begin)
        lab.status_changed.connect(self._go_on_soon)
        self._begin()

    def _make_texts(self) -> None:
        self.hint = QLabel(
            self.tr(
                "Drag along the time axis, or with Shift over the lanes, to see what happened in a"
                " stretch of time. M marks the selected task, or all that is in view."
            )
        )
        self.hint.setObjectName("muted")
        self.sentence = QLabel()
        self.sentence.setAccessibleName(self.tr("What happened in the selected stretch"))
        for label in (self.hint, self.sentence):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _make_buttons(self) -> None:
        self.zoom = self._button(self.tr("Zoom to it"), self.tr("Show it as wide as the view (Z)"))
        self.copy = self._button(
            self.tr("Copy"),
            self.tr("All of it as text for a spreadsheet; Ctrl+C in the table copies its rows"),
        )
        self.clear = self._button(self.tr("Clear"), self.tr("Select no stretch (Backspace)"))
        self.zoom.clicked.connect(self.zoom_wanted)
        self.copy.clicked.connect(self.copy_all)
        self.clear.clicked.connect(lambda: self._lab.set_stretch(None))

    @staticmethod
    def _button(text: str, help_text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("link")
        button.setToolTip(help_text)
        return button

    def _arrange(self) -> None:
        self._page = QWidget()
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._page)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(2 * STEP)
        left, right, buttons = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        left.setSpacing(2 * STEP)
        left.addWidget(self.sentence)
        left.addWidget(self.facts, 1)
        self.facts.setMinimumHeight(FACTS_PX)
        right.setSpacing(STEP)
        right.addWidget(self.table, 1)
        buttons.setSpacing(0)
        for button in (self.zoom, self.copy, self.clear):
            buttons.addWidget(button)
        buttons.addStretch(1)
        right.addLayout(buttons)
        self._parts.addLayout(left, 4)
        self._parts.addLayout(right, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.hint)
        column.addWidget(self._page, 1)
        column.addStretch(0)

    def minimumSizeHint(self) -> QSize:
        """In a tab that is not open it makes no room for itself: the lanes need that."""
        hint = super().minimumSizeHint()
        return hint if self.isVisible() else QSize(hint.width(), min(hint.height(), FACTS_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        beside = event.size().width() >= BESIDE_PX
        self._parts.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self.table.setMinimumHeight(FOUR_ROWS_PX if event.size().height() >= ROOMY_PX else LEAST_PX)
        self._parts.setSpacing((6 if beside else 2) * STEP)
        self._parts.setContentsMargins(0, STEP if beside else 0, 0, 0)

    def set_theme(self, theme: Theme) -> None:
        self.model.theme = theme
        self.model.refresh()

    # --- keeping up

    def _begin(self) -> None:
        """Another stretch, or none; while an edge is dragged that comes often."""
        shown = self._lab.stretch is not None
        self.hint.setVisible(not shown)
        self._page.setVisible(shown)
        if shown:
            self._go_on_soon()
        else:
            self._timer.stop()
            self._stretch = self._shown = None
            self.model.show(None, None)

    def _go_on_soon(self) -> None:
        """Sooner than in the pace of a run that goes on."""
        if self._lab.stretch is not None:
            if not self._timer.isActive() or self._timer.interval() > SOON_MS:
                self._timer.start(SOON_MS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._go_on_soon()

    def _go_on(self) -> None:
        """Look at a bounded part of what there is; again soon, while that is not all."""
        recording, wanted = self._lab.recording, self._lab.stretch
        if recording is None or recording.trace is None or wanted is None or not self.isVisible():
            return
        trace, stretch = recording.trace, self._stretch
        if stretch is None or (stretch.begin_ns, stretch.end_ns) != wanted:
            self._stretch = stretch = Stretch(trace, *wanted)
            self.model.show(stretch, trace)
        before_s = time.thread_time()
        whole = stretch.work(clock_ns())
        took_ms = (time.thread_time() - before_s) * 1e3
        self._show(stretch)
        if not whole:
            self._timer.start(0)
        elif not stretch.settled:
            self._timer.start(max(LIVE_MS, round(LIVE_PART * took_ms)))

    def _show(self, stretch: Stretch) -> None:
        figures = stretch.figures
        if figures is None or figures is self._shown:
            return
        self._shown = figures
        recording, ends = self._lab.recording, figures.ends
        assert recording is not None
        row = None if ends is None else ends.longest_row
        longest = None if row is None else recording.index_of(row)
        self.sentence.setText(sentence(figures).replace(" %", "\u00a0%"))  # not on two lines
        self.facts.show_figures(figures, self._begin_s(stretch), longest)
        self.table.refresh()

    def _begin_s(self, stretch: Stretch) -> float:
        trace = None if self._lab.recording is None else self._lab.recording.trace
        assert trace is not None
        return (stretch.begin_ns - trace.origin_ns) / 1e9

    # --- what can be done with it

    def _want_longest(self) -> None:
        ends = None if self._shown is None else self._shown.ends
        if ends is not None and ends.longest_row is not None:
            self.task_wanted.emit(ends.longest_row)

    def _want_worker(self, index: QModelIndex) -> None:
        self.worker_wanted.emit(self.model.ordinal_of(index.row()))

    def copy_rows(self) -> None:
        """Copy the selected rows of the table, or all of them."""
        if self._stretch is not None:
            QGuiApplication.clipboard().setText(self.model.as_lines(self.table.chosen))

    def copy_all(self) -> None:
        """Copy the sentence, the figures and the whole table."""
        if self._stretch is not None and self._shown is not None:
            table = self.model.as_lines(list(range(self.model.rowCount())))
            lines = [sentence(self._shown), *self.facts.as_lines(), "", table, ""]
            QGuiApplication.clipboard().setText("\n".join(lines))
