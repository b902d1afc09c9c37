"""Which processes a run has, what each is there for, and what it does."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from ....engine.recording import Recording
from ...lab import Lab
from ...theme import STEP, TITLE_PT, Theme, body_font
from .details import Details
from .menu import ProcessMenu
from .model import ProcessesModel
from .places import Subject
from .view import ProcessesView

LIVE_MS, LIVE_PART = 300, 25
"""While a run goes on, the tree is brought up to date this often, but never in more than a 25th of
the time."""


class ProcessesPanel(QWidget):
    """Shows the lab's run, and nothing while nobody sees it.

    worker_wanted: the ordinal of the worker whose lane is to be shown. kill_wanted: that of one
    that is to get a signal, and which. task_wanted: the row of a task.
    """

    worker_wanted = Signal(int)
    kill_wanted = Signal(int, int)
    task_wanted = Signal(int)

    def __init__(self, lab: Lab, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._live = False
        self._stale = True  # another run is to be shown
        self._chosen: Subject | None = None
        self._following = False  # what is selected here comes from elsewhere
        self.model = ProcessesModel(theme, self)
        self.view = ProcessesView(self.model)
        self.details = Details(self.model)
        self.menu = ProcessMenu(self)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self.view, 1)
        column.addWidget(self.details)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 2 * STEP, 0, 0)
        self._stack.addWidget(self._empty_state())
        self._stack.addWidget(page)

    def _empty_state(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(2 * STEP)
        title = QLabel(self.tr("Run to see which processes a Pool is made of."))
        title.setFont(body_font(TITLE_PT, bold=True))
        text = QLabel(
            self.tr(
                "Who has started whom, what each one is there for, and what it does: the host, its"
                " workers, the helpers of the start method, and what tasks start."
            )
        )
        text.setObjectName("muted")
        column.addStretch(1)
        for label in (title, text):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        lab, view = self._lab, self.view
        view.selectionModel().currentChanged.connect(self._choose)
        view.wanted.connect(self._want)
        view.copy_wanted.connect(self.copy_pid)
        view.menu_wanted.connect(self._offer_menu)
        view.verticalScrollBar().valueChanged.connect(self.model.forget_unseen)
        self.menu.show_wanted.connect(self.worker_wanted)
        self.menu.kill_wanted.connect(self.kill_wanted)
        self.menu.task_wanted.connect(self.task_wanted)
        lab.recording_changed.connect(self._show_recording)
        lab.status_changed.connect(self._go_on_soon)
        lab.worker_changed.connect(self._follow_worker)

    def set_theme(self, theme: Theme) -> None:
        self.model.theme = theme
        self.view.viewport().update()

    def minimumSizeHint(self) -> QSize:
        """In a tab that is not open it makes no room for itself: the lanes need that."""
        hint = super().minimumSizeHint()
        return hint if self.isVisible() else QSize(hint.width(), 0)

    # --- keeping up

    def _show_recording(self) -> None:
        self._live = self._lab.running
        self._stale, self._chosen = True, None
        self._show(None)  # nothing of the other one is kept, also while nobody looks here
        self._go_on_soon()

    def _go_on_soon(self) -> None:
        if self.isVisible():
            self._timer.start(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._go_on_soon()

    def _go_on(self) -> None:
        """Take in a bounded part of what is new; again soon, while that is not all."""
        if not self.isVisible():
            return
        if self._stale:
            self._begin()
        if self._lab.recording is None:
            return
        before_s = time.thread_time()
        self._update()
        took_ms = (time.thread_time() - before_s) * 1e3
        if self.model.behind:
            self._timer.start(0)
        elif self._lab.running:
            self._timer.start(max(LIVE_MS, round(LIVE_PART * took_ms)))

    def _begin(self) -> None:
        self._stale, self._chosen = False, None
        recording = self._lab.recording
        self._show(recording)
        self._stack.setCurrentIndex(0 if recording is None else 1)

    def _show(self, recording: Recording | None) -> None:
        with self._quietly():
            self.model.show(recording, live=self._live)
        self.details.begin(recording, live=self._live)

    def _update(self) -> None:
        before = self.model.rows
        with self._quietly():
            self.model.update(running=self._lab.running)
            self._keep_chosen()
        if self._lab.recording is not None:
            self.view.make_room_for(self._lab.recording.counts.total)
        if self._chosen is None:
            self.view.show_from(self.model.index_of_host())  # the workers are what matters
        self.model.refresh(before, self.view.visible_handles())
        self.details.show_subject(self._chosen, running=self._lab.running)

    def _keep_chosen(self) -> None:
        """The same process stays chosen, unless another worker was selected meanwhile."""
        if self._chosen is not None:
            before, self._chosen = self._chosen, self.model.renewed(self._chosen)
            if before.ordinal is None and self._chosen.ordinal is not None:
                self._lab.select_worker(self._chosen.ordinal)
        self._show_worker()
        if self._chosen is not None:
            self._put(self._chosen)

    # --- what is selected

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """What becomes current meanwhile was chosen by nobody: Qt goes to another row, and scrolls
        there, when that of a process goes."""
        self._following = True
        self.view.setAutoScroll(False)
        try:
            yield
        finally:
            self.view.setAutoScroll(True)
            self._following = False

    def _choose(self, index: QModelIndex) -> None:
        if self._following:
            return
        self._chosen = self.model.subject_of(index)
        self.details.show_subject(self._chosen, running=self._lab.running)
        with self._quietly():
            self._lab.select_worker(None if self._chosen is None else self._chosen.ordinal)

    def _put(self, subject: Subject) -> None:
        """Have the row of what is chosen current, or what is closed above it; nothing moves."""
        index = self.view.nearest(self.model.index_of_subject(subject))
        if index.isValid() and index != self.view.currentIndex().siblingAtColumn(0):
            self.view.setCurrentIndex(index)

    def _follow_worker(self) -> None:
        """Somebody has selected a worker elsewhere, or none any more."""
        if self._following or not self.isVisible() or self._stale:
            return
        with self._quietly():
            self._show_worker()
        self.details.show_subject(self._chosen, running=self._lab.running)

    def _show_worker(self) -> None:
        """Have the lab's worker chosen here, and no other one."""
        chosen = None if self._chosen is None else self._chosen.ordinal
        if self._lab.worker == chosen:
            return
        if self._lab.worker is not None:
            self._reveal_worker(self._lab.worker)
        else:
            self._chosen = None
            self.view.setCurrentIndex(QModelIndex())

    def _reveal_worker(self, ordinal: int) -> None:
        index = self.model.index_of_worker(ordinal)
        if index.isValid():
            self._chosen = self.model.subject_of(index)
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    # --- what can be done with it

    def _want(self, index: QModelIndex) -> None:
        subject = self.model.subject_of(index)
        if subject is not None and subject.ordinal is not None:
            self.worker_wanted.emit(subject.ordinal)
        else:
            self.view.setExpanded(index, not self.view.isExpanded(index))

    def copy_pid(self) -> None:
        """Copy the PID of the selected process."""
        if self._chosen is not None and self._chosen.pid:
            QGuiApplication.clipboard().setText(str(self._chosen.pid))

    def _offer_menu(self, index: QModelIndex, place: QPoint) -> None:
        subject, recording = self.model.subject_of(index), self._lab.recording
        if subject is None or subject.role is None or recording is None:
            return
        if subject.ordinal is not None:
            self.menu.offer(recording, subject.ordinal, place)
        else:
            self.menu.offer_other(subject.pid, place)
