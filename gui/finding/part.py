"""Finding tasks, joined to a timeline: its bar, the button that opens that, and the view."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QToolButton

from ..lab import Lab
from ..progress_foot import ProgressFoot
from ..timeline.view.timeline_view import TimelineView
from .bar import FindBar
from .finding import Finding
from .words import Said


class FindPart(QObject):
    """`bar` and `button` are to be put into a layout. What was found is shown in `view`.

    The bar says what was found; while it is closed, the foot does.
    task_found: the row of a task that was gone to.
    walkable: arrow keys lead to other tasks from the selected one.
    """

    task_found = Signal(int)
    walkable_changed = Signal()

    def __init__(
        self, lab: Lab, view: TimelineView, button: QToolButton, foot: ProgressFoot
    ) -> None:
        super().__init__(view)
        self.finding = Finding(lab, self)
        self.bar = FindBar(self.finding)
        self.button, self.view = button, view
        self._lab, self._foot = lab, foot
        self.walkable = False
        button.setCheckable(True)
        self._connect()
        self._show_what_can_be_found()

    def _connect(self) -> None:
        lab, finding = self._lab, self.finding
        self.button.clicked.connect(self._open_or_close)
        self.bar.shown.connect(lambda: self.button.setChecked(True))
        self.bar.closed.connect(self._leave_bar)
        finding.said.connect(self._say)
        finding.gone_to.connect(self.view.show_task)
        finding.gone_to.connect(self.task_found)
        finding.possible_changed.connect(self._show_what_can_be_found)
        for signal in (lab.selection_changed, lab.recording_changed, lab.trace_changed):
            signal.connect(self._look_whether_walkable)

    def _open_or_close(self, is_open: bool) -> None:
        if is_open:
            self.bar.open()
        else:
            self.bar.close_bar()

    def _leave_bar(self) -> None:
        self.button.setChecked(False)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, said: Said) -> None:
        if self.bar.isHidden() and said.text:
            self._foot.say(said.text)

    def _show_what_can_be_found(self) -> None:
        self.button.setEnabled(self.finding.possible.tasks)

    def _look_whether_walkable(self) -> None:
        walkable = self.view.can_walk_from(self._lab.selection)
        if walkable != self.walkable:
            self.walkable = walkable
            self.walkable_changed.emit()
