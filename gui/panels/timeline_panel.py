"""The hero: the call as a title, the timeline, and how far the run has got."""

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...engine.journal import Status
from ...engine.metrics import remaining_s
from ...engine.trace.layout import clock_ns
from .. import wording
from ..lab import Lab
from ..theme import STEP, TITLE_PT, Theme, body_font, fixed_font
from ..timeline.heading import short_call_text
from ..timeline.legend_bar import LegendBar
from ..timeline.palette import ColourBy
from ..timeline.picture import PictureOptions
from ..timeline.time_scale import duration_text
from ..timeline.timeline_view import TimelineView
from ..widgets.card import Card
from ..widgets.elided_label import ElidedLabel
from ..widgets.labels import set_state

PROGRESS_TEXT_PX = 240
"""Kept free for the words, so that the bar beside them does not change its length."""
SAID_MS = 4_000


class TimelinePanel(Card):
    """Shows the lab's run; `view` is the timeline itself.

    options_changed: what is shown of a run, `show_taken` or `group_by_slot`, has been switched.
    """

    options_changed = Signal()

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.view = TimelineView()
        self._make_header()
        self._make_footer()
        self._arrange()
        self._connect()
        self._show_title()
        self._show_status()

    def _make_header(self) -> None:
        self.title = ElidedLabel()
        self.title.setFont(fixed_font(TITLE_PT))
        self.colour_by = QComboBox()
        self.colour_by.setAccessibleName(self.tr("Colour by"))
        self.colour_by.setToolTip(self.tr("What the colour of a bar tells apart"))
        for choice in ColourBy:
            self.colour_by.addItem(self.tr("colour: {0}").format(self.colour_name(choice)), choice)
        self.colour_by.setCurrentIndex(self.colour_by.findData(ColourBy.CHUNK))
        self.fit = _flat(self.tr("Fit"), self.tr("Show the whole run (Ctrl+0)"))
        self.follow = _flat(
            self.tr("Follow"),
            self.tr("Keep the end of the run in view while it goes on (Ctrl+End)"),
        )
        self.follow.setCheckable(True)
        self.banner = QLabel()
        self.banner.setObjectName("banner")
        self.banner.setWordWrap(True)
        self.banner.setTextFormat(Qt.TextFormat.PlainText)
        self.banner.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.banner.hide()
        self.legend = LegendBar()

    def _make_footer(self) -> None:
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Tasks that are over"))
        self.progress_text = QLabel()
        self.progress_text.setObjectName("muted")
        self.progress_text.setFont(body_font())
        self.progress_text.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.progress_text.setMinimumWidth(PROGRESS_TEXT_PX)
        self._said = QTimer(self, interval=SAID_MS, singleShot=True)
        self._said.timeout.connect(self._show_progress)

    def _arrange(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(STEP)
        header.addWidget(self.title, 1)
        header.addWidget(self.colour_by)
        header.addWidget(self.fit)
        header.addWidget(self.follow)
        self._stack_page = QWidget()
        self._stack = QStackedLayout(self._stack_page)
        self._stack.setStackingMode(QStackedLayout.StackingMode.StackOne)
        self._stack.addWidget(self._empty_state())
        self._stack.addWidget(self.view)
        footer = QHBoxLayout()
        footer.setSpacing(2 * STEP)
        footer.addWidget(self.progress, 1)
        footer.addWidget(self.progress_text)
        self.body.addLayout(header)
        self.body.addWidget(self._stack_page, 1)
        self.body.addWidget(self.legend)
        self.body.addWidget(self.banner)
        self.body.addLayout(footer)

    def _empty_state(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(2 * STEP)
        title = QLabel(self.tr("Press Run to see which worker handles which task."))
        title.setFont(body_font(TITLE_PT, bold=True))
        text = QLabel(
            self.tr(
                "Each worker process of the pool gets a lane here, and each task a bar in it.\n"
                "A worker that has finished takes the next task, or the next chunk of them."
            )
        )
        text.setObjectName("muted")
        for label in (title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        column.addWidget(title)
        column.addWidget(text)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        self.fit.clicked.connect(self.view.fit)
        self.follow.clicked.connect(self.view.set_following)
        self.view.following_changed.connect(self.follow.setChecked)
        self.follow.setChecked(self.view.following)
        self.colour_by.currentIndexChanged.connect(
            lambda index: self.view.set_colour_by(self.colour_by.itemData(index))
        )
        self.colour_by.currentIndexChanged.connect(self._show_progress)
        self.view.task_selected.connect(self._lab.select)
        self._lab.selection_changed.connect(lambda: self.view.select(self._lab.selection))
        self._lab.experiment_changed.connect(self._show_title)
        self._lab.recording_changed.connect(self._show_recording)
        self._lab.trace_changed.connect(self._show_progress)
        self._lab.status_changed.connect(self._show_status)

    def set_theme(self, theme: Theme) -> None:
        self.view.set_theme(theme)
        self.legend.set_theme(theme)

    def colour_name(self, choice: ColourBy) -> str:
        """What the colours tell apart, in the user's words."""
        return {
            ColourBy.TASK: self.tr("task"),
            ColourBy.CHUNK: self.tr("chunk"),
            ColourBy.WORKER: self.tr("worker"),
            ColourBy.DURATION: self.tr("duration"),
            ColourBy.STATE: self.tr("state"),
        }[choice]

    @property
    def colour_choice(self) -> ColourBy:
        return ColourBy(self.colour_by.currentData())

    def say(self, text: str) -> None:
        """A line that stays for a while, whatever the run has to say."""
        self.progress_text.setText(text)
        self._said.start()

    def set_colour_by(self, choice: ColourBy) -> None:
        self.colour_by.setCurrentIndex(self.colour_by.findData(choice))

    @property
    def show_taken(self) -> bool:
        """When imap's results were taken from the iterator is shown, if the run knows it."""
        return self.view.show_taken

    def set_show_taken(self, on: bool) -> None:
        if on != self.view.show_taken:
            self.view.set_show_taken(on)
            self._show_progress()
            self.options_changed.emit()

    @property
    def group_by_slot(self) -> bool:
        """A worker stands under the one that it replaces."""
        return self.view.group_by_slot

    def set_group_by_slot(self, on: bool) -> None:
        if on != self.view.group_by_slot:
            self.view.set_group_by_slot(on)
            self.options_changed.emit()

    def picture_options(self, theme: Theme) -> PictureOptions:
        """The picture of what is seen now."""
        return PictureOptions(
            whole=False,
            span_ns=self.view.view_span(),
            scale=2,
            theme=theme,
            colour_by=self.colour_choice,
            show_taken=self.show_taken,
            group_by_slot=self.group_by_slot,
        )

    def refresh(self) -> None:
        """A frame: running bars grow up to now, and the time left counts down."""
        self.view.refresh(clock_ns())
        if self._lab.running:
            self._show_progress()

    def _show_recording(self) -> None:
        self._said.stop()
        self._stack.setCurrentIndex(1 if self._lab.recording is not None else 0)
        self.view.set_recording(self._lab.recording)
        if self._lab.running:
            self.view.set_following(True)
        else:
            self.view.refresh(clock_ns())
            self.view.fit()
        self._show_title()

    def _show_title(self) -> None:
        """What you see is what ran; before the first run, what would."""
        recording = self._lab.recording
        experiment = self._lab.experiment if recording is None else recording.experiment
        self.title.setText(experiment.call_text())
        self.title.set_shorter(short_call_text(experiment))

    def _show_status(self) -> None:
        problem = self._lab.problem
        self.banner.setVisible(problem is not None)
        self.banner.setText("" if problem is None else wording.sentence(problem))
        failed = self._lab.status == Status.FAILED
        set_state(self.progress, "failed", failed)
        self._show_progress()

    def _show_progress(self) -> None:
        self.legend.show_legend(
            self._lab.recording,
            self.colour_choice,
            self.view.longest_ns,
            show_taken=self.view.show_taken,
        )
        recording, status = self._lab.recording, self._lab.status
        if recording is None or status is None:
            self.progress.setRange(0, 1)
            self.progress.setValue(0)
            self.progress_text.setText(self.tr("Not run yet"))
            return
        counts = recording.counts
        with QSignalBlocker(self.progress):
            self.progress.setRange(0, max(counts.total, 1))
            self.progress.setValue(counts.ended)
        if not self._said.isActive():
            parts = [f"{counts.ended:,} / {counts.total:,}", *self._parts()]
            self.progress_text.setText(" · ".join(parts))

    def _parts(self) -> list[str]:
        recording, status = self._lab.recording, self._lab.status
        assert recording is not None
        counts, journal = recording.counts, recording.journal
        parts = []
        if counts.raised:
            parts.append(self.tr("{0} raised").format(f"{counts.raised:,}"))
        if counts.lost:
            parts.append(self.tr("{0} lost").format(f"{counts.lost:,}"))
        if not self._lab.running and counts.not_run:
            parts.append(self.tr("{0} not run").format(f"{counts.not_run:,}"))
        left_s = remaining_s(recording, clock_ns())
        if status == Status.RUNNING and left_s is not None:
            parts.append(self.tr("about {0} left").format(duration_text(left_s)))
        elif status == Status.FINISHED and journal.makespan_s is not None:
            parts.append(self.tr("finished in {0}").format(duration_text(journal.makespan_s)))
        elif status == Status.PREPARING:
            parts.append(self.tr("importing the task, listing the inputs"))
        elif status == Status.ENDING:
            parts.append(self.tr("writing inputs and results"))
        elif status is not None:
            parts.append(wording.status_name(status).lower())
        return parts


def _flat(text: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("flat")
    button.setText(text)
    button.setToolTip(help_text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
