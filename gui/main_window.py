"""The window: it puts the parts together, and decides nothing."""

from functools import partial
from importlib.metadata import version
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QTabWidget,
    QWidget,
)

from ..engine.machine import describe
from ..resources import resource_path
from .actions import Actions
from .lab import Lab
from .panels.experiment.form import ExperimentForm
from .panels.output_panel import OutputPanel
from .panels.results.panel import ResultsPanel
from .panels.summary_panel import SummaryPanel
from .panels.task_panel import TaskPanel
from .panels.timeline_panel import TimelinePanel
from .session import Session
from .stylesheet import apply_theme
from .theme import DARK, LIGHT, STEP, Theme, system_theme
from .timeline.palette import ColourBy
from .widgets.card import Card, heading

FORM_WIDTH, SIDE_WIDTH = 272, 264
SIDE_FROM = 1160
"""From this width on the right column stands by itself; below it folds into the tabs."""
FRAME_PX = 12
"""About what a window manager draws at each side; its title takes thrice that."""


class MainWindow(QMainWindow):
    """Form, timeline, results, and the menus over them."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Poolscope")
        self.setWindowIcon(QIcon(str(resource_path("icons/poolscope.svg"))))
        self.setAcceptDrops(True)
        self.lab = Lab(self)
        self.session = Session(self.lab, self)
        self.theme: Theme = system_theme()
        self._appearance: Theme | None = None
        _dress(self.theme)  # before the widgets: fonts set later reach only some of them
        self._make_panels()
        self._arrange()
        self._make_actions()
        self._connect()
        self.timeline.set_theme(self.theme)
        self._show_status()
        self.setMinimumSize(880, 560)
        self.resize(comfortable_size(self.screen().availableSize()))

    # --- parts

    def _make_panels(self) -> None:
        self.form = ExperimentForm(self.lab, describe())
        self.form.setFixedWidth(FORM_WIDTH)
        self.timeline = TimelinePanel(self.lab)
        self.results = ResultsPanel(self.lab, self.theme)
        self.output = OutputPanel(self.lab)
        self.summary = SummaryPanel(self.lab)
        self.task = TaskPanel(self.lab)

    def _arrange(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.addTab(self.results, self.tr("Results"))
        self.tabs.addTab(self.output, self.tr("Output"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        lower = Card()
        lower.body.addWidget(self.tabs)
        middle = QSplitter(Qt.Orientation.Vertical)
        middle.addWidget(self.timeline)
        middle.addWidget(lower)
        middle.setStretchFactor(0, 5)
        middle.setStretchFactor(1, 2)
        middle.setSizes([520, 220])
        middle.setHandleWidth(2 * STEP)
        middle.setChildrenCollapsible(False)
        self.side = QWidget()
        self.side.setFixedWidth(SIDE_WIDTH)
        self._summary_card = self._side_card(self.tr("Summary"))
        self._task_card = self._side_card(self.tr("Selected task"))
        column = QSplitter(Qt.Orientation.Vertical, self.side)
        column.setHandleWidth(2 * STEP)
        column.setChildrenCollapsible(False)
        column.addWidget(self._summary_card)
        column.addWidget(self._task_card)
        column.setSizes([260, 480])
        side_row = QHBoxLayout(self.side)
        side_row.setContentsMargins(0, 0, 0, 0)
        side_row.addWidget(column)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(3 * STEP, STEP, 3 * STEP, 3 * STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(self.form)
        row.addWidget(middle, 1)
        row.addWidget(self.side)
        self.setCentralWidget(page)
        self._fold(wide=True)

    def _side_card(self, title: str) -> Card:
        card = Card()
        card.body.addWidget(heading(title))
        return card

    def _fold(self, *, wide: bool) -> None:
        """Put summary and task into the right column, or into tabs where there is no room."""
        self._wide = wide
        self.side.setVisible(wide)
        for panel, card, title in (
            (self.summary, self._summary_card, self.tr("Summary")),
            (self.task, self._task_card, self.tr("Selected task")),
        ):
            place = self.tabs.indexOf(panel)
            if wide:
                if place >= 0:
                    self.tabs.removeTab(place)
                card.body.addWidget(panel, 1)
                panel.show()
            elif place < 0:
                self.tabs.addTab(panel, title)

    def _make_actions(self) -> None:
        self.actions_by_name = actions = Actions(self)
        session, view = self.session, self.timeline.view
        keys = QKeySequence.StandardKey
        actions.menu(self.tr("&File"))
        help_text = self.tr("Show a saved run, or offer the functions of a Python file")
        actions.add("open", self.tr("&Open…"), session.ask_open, keys.Open, help_text)
        help_text = self.tr("Keep all of this run in one file")
        actions.add("save", self.tr("&Save run…"), session.ask_save, keys.Save, help_text)
        actions.separate()
        help_text = self.tr("The timeline as a PNG, as seen or as a whole")
        text = self.tr("&Export picture…")
        actions.add("picture", text, self._ask_picture, "Ctrl+Shift+E", help_text)
        help_text = self.tr("The timeline as seen, on the clipboard")
        actions.add("copy", self.tr("&Copy picture"), self._copy_picture, "Ctrl+Shift+C", help_text)
        actions.separate()
        help_text = self.tr("Stop what runs, and leave")
        actions.add("quit", self.tr("&Quit"), self.close, "Ctrl+Q", help_text)
        actions.menu(self.tr("&Run"))
        help_text = self.tr("Run the experiment of the form")
        actions.add("run", self.tr("&Run"), session.run, ["F5", "Ctrl+Return"], help_text)
        help_text = self.tr("End the run at once, whatever its tasks do")
        actions.add("stop", self.tr("&Stop"), session.stop, "Esc", help_text)
        actions.menu(self.tr("&View"))
        help_text = self.tr("Show the whole run; F does it, too, while the timeline has the focus")
        actions.add("fit", self.tr("&Fit the whole run"), view.fit, "Ctrl+0", help_text)
        help_text = self.tr("Keep the end of the run in view; in the timeline End does it, too")
        follow = lambda: view.set_following(True)  # noqa: E731
        actions.add("follow", self.tr("F&ollow the end"), follow, "Ctrl+End", help_text)
        actions.separate()
        self._make_colours(actions)
        self._make_looks(actions)
        actions.menu(self.tr("&Help"))
        help_text = self.tr("All keys of this window")
        actions.add("keys", self.tr("&Keyboard"), self._show_keys, "F1", help_text)
        help_text = self.tr("What this is, and its version")
        text = self.tr("&About Poolscope")
        actions.add("about", text, self._show_about, "Shift+F1", help_text)

    def _make_colours(self, actions: Actions) -> None:
        menu, group = actions.submenu(self.tr("&Colour by")), QActionGroup(self)
        help_text = self.tr("What the colour of a bar tells apart")
        for number, choice in enumerate(ColourBy):
            text, keys = self.timeline.colour_name(choice), f"Ctrl+{number + 1}"
            act = partial(self.timeline.set_colour_by, choice)
            action = actions.add(f"colour-{choice}", text, act, keys, help_text, into=menu)
            action.setCheckable(True)
            group.addAction(action)

    def _make_looks(self, actions: Actions) -> None:
        menu, group = actions.submenu(self.tr("&Appearance")), QActionGroup(self)
        help_text = self.tr("The colours of this window")
        looks = (
            ("system", self.tr("As the &system"), None, "Ctrl+Shift+Y"),
            ("light", self.tr("&Light"), LIGHT, "Ctrl+Shift+L"),
            ("dark", self.tr("&Dark"), DARK, "Ctrl+Shift+D"),
        )
        for name, text, theme, keys in looks:
            act = partial(self.set_appearance, theme)
            action = actions.add(f"look-{name}", text, act, keys, help_text, into=menu)
            action.setCheckable(True)
            action.setChecked(name == "system")
            group.addAction(action)

    def _connect(self) -> None:
        self.form.run_pressed.connect(self.session.run)
        self.form.stop_pressed.connect(self.session.stop)
        self.session.tasks_found.connect(self.form.offer)
        self.session.said.connect(lambda text: self.timeline.say(text))
        self.lab.ticked.connect(self.timeline.refresh)
        self.lab.status_changed.connect(self._show_status)
        self.lab.recording_changed.connect(self._show_status)
        self.lab.field_problems_changed.connect(self._show_status)
        self.timeline.colour_by.currentIndexChanged.connect(self._show_status)
        self.timeline.view.task_selected.connect(self._show_task)
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    # --- what it shows

    def _show_status(self) -> None:
        running, there = self.lab.running, self.lab.recording is not None
        has_trace = there and self.lab.recording.trace is not None  # type: ignore[union-attr]
        actions = self.actions_by_name
        actions["run"].setEnabled(not running and self.lab.ready)
        actions[f"colour-{self.timeline.colour_choice}"].setChecked(True)
        actions["stop"].setEnabled(running)
        actions["save"].setEnabled(there and not running)
        for name in ("picture", "copy"):
            actions[name].setEnabled(has_trace)
        file = self.session.file
        self.setWindowTitle("Poolscope" if file is None else f"{file.name} — Poolscope")

    def _show_task(self, task: int | None) -> None:
        """A bar that was clicked says something also where the right column is folded."""
        if task is not None and not self._wide:
            self.tabs.setCurrentWidget(self.task)

    def set_appearance(self, theme: Theme | None) -> None:
        """Light or dark for good, or None to follow the system."""
        self._appearance = theme
        self.set_theme(theme or system_theme())

    def _follow_system(self) -> None:
        if self._appearance is None:
            self.set_theme(system_theme())

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        _dress(theme)
        self.timeline.set_theme(theme)
        self.results.set_theme(theme)

    def _ask_picture(self) -> None:
        view = self.timeline.view
        self.session.ask_picture(view.view_span(), self.theme, self.timeline.colour_choice)

    def _copy_picture(self) -> None:
        view = self.timeline.view
        self.session.copy_now(view.view_span(), self.theme, self.timeline.colour_choice)

    def _show_keys(self) -> None:
        lines = (
            (self.tr("F5, Ctrl+Enter"), self.tr("run")),
            (self.tr("Esc"), self.tr("stop at once")),
            (self.tr("Mouse wheel, + and -"), self.tr("zoom the time axis")),
            (self.tr("Drag, left and right arrow"), self.tr("move along the time axis")),
            (self.tr("Ctrl+0, in the timeline F or Home"), self.tr("show the whole run")),
            (self.tr("Ctrl+End, in the timeline End"), self.tr("follow the end of the run")),
            (self.tr("Ctrl+1 … Ctrl+5"), self.tr("what the colours tell apart")),
            (self.tr("Up and down arrow"), self.tr("scroll the lanes")),
            (self.tr("Ctrl+Shift+E"), self.tr("export a picture")),
            (self.tr("Ctrl+Shift+C"), self.tr("copy the picture")),
            (self.tr("Ctrl+O"), self.tr("open a run or a task file")),
            (self.tr("Ctrl+S"), self.tr("save the run")),
        )
        rows = "".join(f"<tr><td><b>{k}</b>&nbsp;&nbsp;</td><td>{w}</td></tr>" for k, w in lines)
        QMessageBox.information(self, self.tr("Keyboard"), f"<table>{rows}</table>")

    def _show_about(self) -> None:
        text = self.tr(
            "<b>Poolscope</b><p>A desktop lab for multiprocessing.Pool: see live which worker"
            " handled which task.</p><p>Version {0}. MIT licence.</p>"
        ).format(version("poolscope"))
        QMessageBox.about(self, self.tr("About Poolscope"), text)

    # --- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= SIDE_FROM
        if wide != self._wide:
            self._fold(wide=wide)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.session.open(Path(url.toLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.session.finish()
        super().closeEvent(event)


def _dress(theme: Theme) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, theme, resource_path("icons/down.svg").as_posix())


def comfortable_size(room: QSize) -> QSize:
    """1280 x 800, or less where the screen has no room for that, its bars and a frame.

    >>> comfortable_size(QSize(1280, 800))
    PySide6.QtCore.QSize(1256, 752)
    """
    return QSize(1280, 800).boundedTo(room - QSize(2 * FRAME_PX, 4 * FRAME_PX))
