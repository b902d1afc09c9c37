"""The hero: the call as a title, the timeline, and how far the run has got."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...engine.consequences import Place
from ...engine.trace.layout import clock_ns
from ..fault_banner import FaultBanner
from ..finding.part import FindPart
from ..lab import Lab
from ..progress_foot import ProgressFoot
from ..theme import STEP, TITLE_PT, Theme, body_font, fixed_font
from ..timeline.lane_menu import LaneMenu
from ..timeline.legend_bar import LegendBar
from ..timeline.minimap.minimap import Minimap
from ..timeline.picture import PictureOptions
from ..timeline.scene.palette import ColourBy
from ..timeline.strip_menu import StripMenu
from ..timeline.view.timeline_view import TimelineView
from ..timeline.words.heading import short_call_text
from ..widgets.card import Card
from ..widgets.elided_label import ElidedLabel
from ..widgets.notice import Notice

MINIMAP_SHARE = 10
"""Of the room for timeline and minimap the latter gets a tenth, within its limits."""


class TimelinePanel(Card):
    """Shows the lab's run; `view` is the timeline itself.

    options_changed: what is shown of a run, such as `show_taken`, has been switched.
    kill_wanted, task_wanted: chosen in the menu of a lane, see LaneMenu.
    find_part: what finds tasks.
    """

    options_changed = Signal()
    kill_wanted = Signal(int, int)
    task_wanted = Signal(int)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.view = TimelineView()
        self.minimap = Minimap(self.view)
        self._show_minimap = True
        self.lane_menu = LaneMenu(self)
        self.strip_menu = StripMenu(self.view, self)
        self.view.set_strips_said({})
        self._make_header()
        self._arrange()
        self._connect()
        self._show_title()
        self._show_progress()

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
        self.banner = FaultBanner(self._lab)
        self.notice = Notice()
        self.legend = LegendBar()
        self.foot = ProgressFoot(self._lab)
        self.progress, self.progress_text = self.foot.bar, self.foot.text
        self.say = self.foot.say
        find_help = self.tr("Find a task, the longest, or one that failed (Ctrl+F)")
        self.find_part = FindPart(
            self._lab, self.view, _flat(self.tr("Find"), find_help), self.foot
        )
        self.find_bar = self.find_part.bar

    def _arrange(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(STEP)
        header.addWidget(self.title, 1)
        header.addWidget(self.colour_by)
        header.addWidget(self.find_part.button)
        header.addWidget(self.fit)
        header.addWidget(self.follow)
        self._stack_page = QWidget()
        self._stack = QStackedLayout(self._stack_page)
        self._stack.setStackingMode(QStackedLayout.StackingMode.StackOne)
        self._stack.addWidget(self._empty_state())
        self._stack.addWidget(self.view)
        self.body.addLayout(header)
        self.body.addWidget(self.find_bar)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._stack_page, MINIMAP_SHARE - 1)
        self.body.addWidget(self.minimap, 1)
        self.minimap.hide()
        self.body.addWidget(self.legend)
        self.body.addWidget(self.banner)
        self.body.addWidget(self.foot)

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
        self.view.worker_selected.connect(self._lab.select_worker)
        self._lab.worker_changed.connect(lambda: self.view.select_worker(self._lab.worker))
        self._lab.evidence_changed.connect(lambda: self.view.show_evidence(self._lab.evidence))
        self.view.stretch_chosen.connect(self._lab.set_stretch)
        self._lab.stretch_changed.connect(lambda: self.view.set_stretch(self._lab.stretch))
        self.view.menu_wanted.connect(self._offer_menu)
        self.view.strips_menu_wanted.connect(self.strip_menu.offer)
        self.lane_menu.kill_wanted.connect(self.kill_wanted)
        self.lane_menu.task_wanted.connect(self.task_wanted)
        self._lab.selection_changed.connect(lambda: self.view.select(self._lab.selection))
        self._lab.experiment_changed.connect(self._show_title)
        self._lab.recording_changed.connect(self._show_recording)
        self.view.span_changed.connect(self._show_progress)  # what is too short to be seen
        self._lab.status_changed.connect(self._show_progress)

    def set_theme(self, theme: Theme) -> None:
        self.view.set_theme(theme)
        self.legend.set_theme(theme)
        self.minimap.set_theme(theme)

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

    @property
    def all_lanes(self) -> bool:
        """Lanes are as thin as it takes to see all of them."""
        return self.view.all_lanes

    def set_all_lanes(self, on: bool) -> None:
        if on != self.view.all_lanes:
            self.view.set_all_lanes(on)
            self.options_changed.emit()

    @property
    def show_minimap(self) -> bool:
        """The whole run is under the timeline, while one is shown."""
        return self._show_minimap

    def set_show_minimap(self, on: bool) -> None:
        if on != self._show_minimap:
            self._show_minimap = on
            self.minimap.setVisible(on and self._lab.recording is not None)
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
            strips=self.view.strips,
        )

    def refresh(self) -> None:
        """A frame: running bars grow up to now, and the time left counts down."""
        self.view.refresh(clock_ns())
        self.view.show_new_samples()
        if self._lab.running:
            self._show_progress()

    def _offer_menu(self, ordinal: int, place: QPoint) -> None:
        if self._lab.recording is not None:
            self.lane_menu.offer(self._lab.recording, ordinal, place)

    def reveal(self, place: Place) -> None:
        """Bring what went wrong into view."""
        if place.row is not None:
            self.view.reveal(place.row)
        if place.ordinal is not None:
            self.view.reveal_worker(place.ordinal, place.at_ns)

    def _show_recording(self) -> None:
        self.foot.forget_said()
        self.find_bar.forget_said()
        self.notice.hide()
        self._stack.setCurrentIndex(1 if self._lab.recording is not None else 0)
        self.minimap.setVisible(self._show_minimap and self._lab.recording is not None)
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

    def _show_progress(self) -> None:
        self.legend.show_legend(
            self._lab.recording,
            self.colour_choice,
            self.view.longest_ns,
            show_ways=self.view.shows_ways,
            show_taken=self.view.show_taken,
        )
        self.foot.refresh()


def _flat(text: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("flat")
    button.setText(text)
    button.setToolTip(help_text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
