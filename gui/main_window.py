"""The window: it puts the parts together, and decides nothing."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from ..engine.consequences import Place
from ..resources import resource_path
from . import coming_back
from .arrangement import SIDE_FROM, Arrangement
from .dialogs.closing import ClosingQuestion
from .earlier_runs import EarlierRuns
from .lab import Lab
from .menus import Menus
from .panels.editor_panel import EditorPanel
from .panels.experiment.form import ExperimentForm
from .panels.numbers.panel import NumbersPanel
from .panels.output_panel import OutputPanel
from .panels.processes.panel import ProcessesPanel
from .panels.program_panel import ProgramPanel
from .panels.results.panel import ResultsPanel
from .panels.stretch.panel import StretchPanel
from .panels.summary_panel import SummaryPanel
from .panels.task_panel import TaskPanel
from .panels.timeline_panel import TimelinePanel
from .panels.worker_panel import WorkerPanel
from .pictures import Pictures
from .remembered import Remembered
from .selected_part import SelectedPart
from .session import Session
from .stylesheet import apply_theme
from .theme import Theme, system_theme
from .why.remedies import Remedies
from .wiring import connect

FRAME_PX = 12
"""About what a window manager draws at each side; its title takes thrice that."""

FAULTS_PX = 240
"""What a list of what went wrong needs, where it is a tab."""

EDITOR_PX = 300
"""What an editor needs, to write in it."""


class MainWindow(QMainWindow):
    """Form, timeline, results, and the menus over them."""

    def __init__(
        self, remembered: Remembered | None = None, *, measures_machine: bool = True
    ) -> None:
        """measures_machine: whether it may do so by itself, once; see `Explaining`."""
        super().__init__()
        self.setWindowTitle("Poolscope")
        self.setWindowIcon(QIcon(str(resource_path("icons/poolscope.svg"))))
        self.setAcceptDrops(True)
        self.remembered = remembered or Remembered()
        self.brought_back: dict[str, Any] = {}
        self.lab = Lab(self)
        self.session = Session(self.lab, self, self.remembered, measures_machine=measures_machine)
        self.pictures = Pictures(self.lab, self)
        self.remedies = Remedies(self.lab, self)
        self.closing = ClosingQuestion(self)
        self._asks = True
        self._appearance: Theme | None = coming_back.THEMES[self.remembered.appearance]
        self.theme: Theme = self._appearance or system_theme()
        _dress(self.theme)  # before the widgets: fonts set later reach only some of them
        self._make_panels()
        self._arrange()
        notice = self.timeline.notice
        self.earlier_runs = EarlierRuns(self.lab, self.session, notice, self)
        self.menus = Menus(self)
        self.actions_by_name = self.menus.actions
        connect(self)
        self.setMinimumSize(880, 560)
        self.resize(comfortable_size(self.screen().availableSize()))
        coming_back.restore(self)
        self.show_status()

    # --- parts

    def _make_panels(self) -> None:
        self.form = ExperimentForm(self.lab)
        self.timeline = TimelinePanel(self.lab)
        self.results = ResultsPanel(self.lab, self.theme)
        self.numbers = NumbersPanel(self.lab, self.theme)
        self.processes = ProcessesPanel(self.lab, self.theme)
        self.output = OutputPanel(self.lab)
        self.editor = EditorPanel(self.lab, self.theme)
        self.program = ProgramPanel(self.lab, self.theme)
        self.summary = SummaryPanel(self.lab)
        self.task = TaskPanel(self.lab)
        self.stretch = StretchPanel(self.lab, self.theme)
        self.worker = WorkerPanel(self.lab)
        self.selected = SelectedPart(self.lab, self.task, self.stretch, self.worker)

    def _arrange(self) -> None:
        tabs = (
            (self.results, self.tr("Results")),
            (self.numbers, self.tr("Numbers")),
            (self.processes, self.tr("Processes")),
            (self.output, self.tr("Output")),
            (self.editor, self.tr("Task code")),
            (self.program, self.tr("Python")),
        )
        side = ((self.summary, self.tr("Summary")), (self.selected, self.selected.title))
        self.page = Arrangement(self.form, self.timeline, tabs, side)
        self.tabs, self.side = self.page.tabs, self.page.side
        self.setCentralWidget(self.page)

    # --- what it shows

    def show_status(self) -> None:
        lab, actions = self.lab, self.actions_by_name
        recording, session = lab.recording, self.session
        beside = session.live_preview.active or session.opening.active
        has_trace = recording is not None and recording.trace is not None
        actions["run"].setEnabled(not lab.running)
        actions["stop"].setEnabled(lab.running or beside)
        actions["save"].setEnabled(has_trace and not lab.running)
        for name in ("picture", "copy"):
            actions[name].setEnabled(has_trace)
        actions[f"colour-{self.timeline.colour_choice}"].setChecked(True)
        file = self.session.file
        self.setWindowTitle("Poolscope" if file is None else f"{file.name} — Poolscope")

    def show_task(self, task: int | None) -> None:
        """A bar that was clicked says something also where the right column is folded."""
        if task is not None:
            self.selected.show_task()
            self.page.show_part(self.selected)

    def show_worker(self, ordinal: int | None) -> None:
        """Likewise a lane that was chosen."""
        if ordinal is not None:
            self.selected.show_worker()
            self.page.show_part(self.selected)

    def show_stretch(self) -> None:
        """Likewise a stretch that was marked; nothing moves while it is dragged."""
        self.selected.show_stretch()
        self.page.show_part(self.selected)

    def show_found(self) -> None:
        """The results show what was found themselves, where one looks at them."""
        self.selected.show_task()
        if self.tabs.currentWidget() is not self.results:
            self.page.show_part(self.selected)

    def go_to_task(self, row: int) -> None:
        self.lab.select(row)
        self.timeline.view.reveal(row)
        self.selected.show_task()
        self.page.show_part(self.selected)

    def go_to_worker(self, ordinal: int) -> None:
        self.lab.select_worker(ordinal)
        self.show_worker(ordinal)

    def go_to(self, place: Place) -> None:
        """Show where something went wrong."""
        if place.row is not None:
            self.lab.select(place.row)
            self.selected.show_task()
            self.page.show_part(self.selected)
        self.timeline.reveal(place)

    def show_faults(self) -> None:
        self.page.show_part(self.summary, FAULTS_PX)
        self.summary.faults.entries.setFocus()

    def new_task(self) -> None:
        """Begin a task in the editor; one that is written there comes back with Undo."""
        if self.lab.experiment.source:
            self.editor.page.new_button.click()
        self.write_task()

    def write_task(self) -> None:
        """Go to the editor, on with what was written there or with a first example."""
        self.page.show_part(self.editor, EDITOR_PX)
        if not self.lab.experiment.source:
            self.editor.write_button.click()
        self.editor.editor.setFocus()

    def set_appearance(self, theme: Theme | None) -> None:
        """Light or dark for good, or None to follow the system."""
        self._appearance = theme
        if self.remembered.appearance != self.appearance_name:
            self.remembered.appearance = self.appearance_name  # the window may be killed
        self.set_theme(theme or system_theme())

    @property
    def appearance_name(self) -> str:
        """As it is remembered: system, light or dark."""
        if self._appearance is None:
            return "system"
        return "dark" if self._appearance.dark else "light"

    def follow_system(self) -> None:
        if self._appearance is None:
            self.set_theme(system_theme())

    def set_theme(self, theme: Theme) -> None:
        if theme != self.theme:  # to dress a whole window takes long
            self.theme = theme
            _dress(theme)
        for panel in (self.timeline, self.results, self.editor, self.program, self.stretch):
            panel.set_theme(theme)
        for tab in (self.numbers, self.processes):
            tab.set_theme(theme)

    def ask_picture(self) -> None:
        self.pictures.ask(self.timeline.picture_options(self.theme))

    def copy_picture(self) -> None:
        self.pictures.copy(self.timeline.picture_options(self.theme))

    # --- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.page.set_wide(event.size().width() >= SIDE_FROM)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.session.open(Path(url.toLocalFile()))

    def close_at_once(self) -> None:
        """Close without a question, also one that is up; a run is stopped."""
        self._asks = False
        if not self.closing.withdraw():  # whoever asked goes on to close
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._asks and self.session.live.active:
            recording = self.lab.recording
            assert recording is not None
            name, counts = recording.experiment.function_name, recording.counts
            if not self.closing.ask(name, counts.done, counts.total):
                event.ignore()
                return
        self.form.settle()
        self.editor.settle()
        self.session.finish()
        coming_back.keep(self)
        super().closeEvent(event)


def _dress(theme: Theme) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, theme, resource_path("icons").as_posix())


def comfortable_size(room: QSize) -> QSize:
    """1280 x 800, or less where the screen has no room for that, its bars and a frame.

    >>> comfortable_size(QSize(1280, 800))
    PySide6.QtCore.QSize(1256, 752)
    """
    return QSize(1280, 800).boundedTo(room - QSize(2 * FRAME_PX, 4 * FRAME_PX))
