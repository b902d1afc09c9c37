"""Menu entries for a stretch of time: to mark it, to zoom to it, to give it up."""

from PySide6.QtCore import QObject

from .actions import Actions
from .lab import Lab
from .timeline.view.timeline_view import TimelineView


class StretchMenu(QObject):
    """Adds them to the menu that was begun last in `actions`, and says when they can do nothing."""

    def __init__(self, actions: Actions, lab: Lab, view: TimelineView, parent: QObject) -> None:
        super().__init__(parent)
        self._lab, self._actions = lab, actions
        add = actions.add
        help_text = self.tr("The selected task's time, or all in view; M in the timeline, too")
        add("mark-stretch", self.tr("&Mark a stretch"), view.mark_stretch, "F9", help_text)
        help_text = self.tr("Show the marked stretch as wide as the view; Z in the timeline, too")
        text, act = self.tr("&Zoom to the stretch"), view.zoom_to_stretch
        add("zoom-stretch", text, act, "Shift+F9", help_text)
        help_text = self.tr("Mark nothing any more; Backspace in the timeline does it, too")
        text, act = self.tr("Clear t&he stretch"), view.clear_stretch
        add("clear-stretch", text, act, "Ctrl+F9", help_text)
        for signal in (lab.stretch_changed, lab.recording_changed, lab.status_changed):
            signal.connect(self._show_possible)
        self._show_possible()

    def _show_possible(self) -> None:
        lab, actions = self._lab, self._actions
        has_trace = lab.recording is not None and lab.recording.trace is not None
        actions["mark-stretch"].setEnabled(has_trace)
        for name in ("zoom-stretch", "clear-stretch"):
            actions[name].setEnabled(lab.stretch is not None)
