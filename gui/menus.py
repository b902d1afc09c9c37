"""The window's menus: what each action is called, its keys, its help, and what it does."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from .actions import Actions
from .go_menu import GoMenu
from .help_boxes import HelpBoxes
from .stretch_menu import StretchMenu
from .strips_menu import StripsMenu
from .theme import DARK, LIGHT
from .timeline.scene.palette import ColourBy

if TYPE_CHECKING:
    from .main_window import MainWindow

KEYS = QKeySequence.StandardKey


class Menus(QObject):
    """Fills the menu bar of `window`; `actions` are all of its actions by name."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.actions = Actions(window)
        self._make_file()
        self._make_run()
        self._make_view()
        self.actions.menu(self.tr("&Go"))
        self._go = GoMenu(self.actions, self._window.timeline, self)
        self._make_help()

    def _make_file(self) -> None:
        actions, window, session = self.actions, self._window, self._window.session
        actions.menu(self.tr("&File"))
        help_text = self.tr("Write a task of your own, here in the window")
        actions.add("new", self.tr("&New task"), window.new_task, KEYS.New, help_text)
        help_text = self.tr("A Python file of tasks, an experiment, or a saved run")
        actions.add("open", self.tr("&Open…"), session.ask_open, KEYS.Open, help_text)
        self.recent = actions.submenu(self.tr("Open &recent"))
        self.recent.aboutToShow.connect(self.offer_recent)
        actions.separate()
        help_text = self.tr("Keep all of this run in one file")
        actions.add("save", self.tr("&Save run…"), session.ask_save, KEYS.Save, help_text)
        help_text = self.tr("Keep what is in the form in a file; opening that runs nothing")
        text, act = self.tr("Save &experiment…"), session.ask_save_experiment
        actions.add("save-experiment", text, act, "Ctrl+Shift+S", help_text)
        actions.separate()
        help_text = self.tr("The timeline as a PNG, as seen or as a whole")
        text = self.tr("Export &picture…")
        actions.add("picture", text, window.ask_picture, "Ctrl+Shift+E", help_text)
        help_text = self.tr("The timeline as seen, on the clipboard")
        text = self.tr("&Copy picture")
        actions.add("copy", text, window.copy_picture, "Ctrl+Shift+C", help_text)
        actions.separate()
        help_text = self.tr("Every setting as at the very first start; once more takes it back")
        text = self.tr("Rese&t to the first experiment")
        actions.add("reset", text, session.reset, "Ctrl+Shift+R", help_text)
        actions.separate()
        help_text = self.tr("Stop what runs, and leave")
        actions.add("quit", self.tr("&Quit"), window.close, "Ctrl+Q", help_text)

    def offer_recent(self) -> None:
        """List the files that were opened or saved last, as far as they are still there."""
        menu, remembered = self.recent, self._window.remembered
        menu.clear()
        for path in remembered.recent_files:
            text = str(path).replace("&", "&&")
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False, path=path: self._window.session.open(path))
        if menu.isEmpty():
            menu.addAction(self.tr("No files yet")).setEnabled(False)
            return
        menu.addSeparator()
        forget = menu.addAction(self.tr("&Forget them"))
        forget.triggered.connect(lambda: remembered.forget_recent_files())

    def _make_run(self) -> None:
        actions, session = self.actions, self._window.session
        actions.menu(self.tr("&Run"))
        help_text = self.tr("Run the experiment of the form")
        actions.add("run", self.tr("&Run"), session.run, ["F5", "Ctrl+Return"], help_text)
        help_text = self.tr("Show the first inputs; this runs your code, in a process of its own")
        text = self.tr("&Preview the inputs")
        actions.add("preview", text, session.preview, "Ctrl+Shift+P", help_text)
        help_text = self.tr("End the run, or the preview, at once, whatever it does")
        actions.add("stop", self.tr("&Stop"), session.stop, "Esc", help_text)
        actions.separate()
        self.earlier = actions.submenu(self.tr("&Earlier runs"))
        self.earlier.aboutToShow.connect(lambda: self._window.earlier_runs.fill(self.earlier))

    def _make_view(self) -> None:
        actions, view = self.actions, self._window.timeline.view
        actions.menu(self.tr("&View"))
        help_text = self.tr("Show the whole run; F does it, too, while the timeline has the focus")
        actions.add("fit", self.tr("&Fit the whole run"), view.fit, "Ctrl+0", help_text)
        help_text = self.tr("Keep the end of the run in view; in the timeline End does it, too")
        follow = lambda: view.set_following(True)  # noqa: E731
        actions.add("follow", self.tr("F&ollow the end"), follow, "Ctrl+End", help_text)
        actions.separate()
        self._stretch = StretchMenu(actions, self._window.lab, view, self)
        actions.separate()
        self._make_options()
        self._strips = StripsMenu(actions, actions.submenu(self.tr("Stri&ps")), view, self)
        actions.separate()
        self._make_colours(actions.submenu(self.tr("&Colour by")))
        self._make_looks(actions.submenu(self.tr("&Appearance")))

    def _make_options(self) -> None:
        """What is shown of runs that have it."""
        timeline = self._window.timeline
        help_text = self.tr("With imap: how long each result waited, and when it was taken")
        act = lambda: timeline.set_show_taken(not timeline.show_taken)  # noqa: E731
        taken = self.actions.add("taken", self.tr("&Taken results"), act, "Ctrl+T", help_text)
        help_text = self.tr("Put each worker under the one that it replaces")
        act = lambda: timeline.set_group_by_slot(not timeline.group_by_slot)  # noqa: E731
        slot = self.actions.add("by-slot", self.tr("&Workers by slot"), act, "Ctrl+G", help_text)
        help_text = self.tr("Lanes as thin as it takes to see every worker without scrolling")
        act = lambda: timeline.set_all_lanes(not timeline.all_lanes)  # noqa: E731
        text = self.tr("All &lanes at once")
        lanes = self.actions.add("all-lanes", text, act, "Ctrl+L", help_text)
        help_text = self.tr("The whole run, small, under the timeline: drag its mark to move there")
        act = lambda: timeline.set_show_minimap(not timeline.show_minimap)  # noqa: E731
        keys, text = "Ctrl+Shift+M", self.tr("M&inimap")
        minimap = self.actions.add("minimap", text, act, keys, help_text)
        for action in (taken, slot, lanes, minimap):
            action.setCheckable(True)

        def show() -> None:
            taken.setChecked(timeline.show_taken)
            slot.setChecked(timeline.group_by_slot)
            lanes.setChecked(timeline.all_lanes)
            minimap.setChecked(timeline.show_minimap)

        timeline.options_changed.connect(show)
        show()

    def _make_colours(self, menu: QMenu) -> None:
        group, timeline = QActionGroup(self), self._window.timeline
        help_text = self.tr("What the colour of a bar tells apart")
        for number, choice in enumerate(ColourBy):
            text, keys = timeline.colour_name(choice), f"Ctrl+{number + 1}"
            act = partial(timeline.set_colour_by, choice)
            action = self.actions.add(f"colour-{choice}", text, act, keys, help_text, into=menu)
            action.setCheckable(True)
            group.addAction(action)

    def _make_looks(self, menu: QMenu) -> None:
        group, help_text = QActionGroup(self), self.tr("The colours of this window")
        looks = (
            ("system", self.tr("As the &system"), None, "Ctrl+Shift+Y"),
            ("light", self.tr("&Light"), LIGHT, "Ctrl+Shift+L"),
            ("dark", self.tr("&Dark"), DARK, "Ctrl+Shift+D"),
        )
        for name, text, theme, keys in looks:
            act = partial(self._window.set_appearance, theme)
            action = self.actions.add(f"look-{name}", text, act, keys, help_text, into=menu)
            action.setCheckable(True)
            action.setChecked(name == "system")
            group.addAction(action)

    def _make_help(self) -> None:
        actions, boxes = self.actions, HelpBoxes(self._window)
        actions.menu(self.tr("&Help"))
        help_text = self.tr("All keys of this window")
        actions.add("keys", self.tr("&Keyboard"), boxes.show_keys, "F1", help_text)
        help_text = self.tr("What this is, and its version")
        text = self.tr("&About Poolscope")
        actions.add("about", text, boxes.show_about, "Shift+F1", help_text)
