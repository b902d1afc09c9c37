"""What is selected: a task, or a stretch of time; the one that was selected last."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from .lab import Lab


class SelectedPart(QStackedWidget):
    """Shows one of two panels. title_changed: what that is called now, see `title`."""

    title_changed = Signal(str)

    def __init__(self, lab: Lab, task: QWidget, stretch: QWidget) -> None:
        super().__init__()
        self._lab, self._task, self._stretch = lab, task, stretch
        for part in (task, stretch):
            self.addWidget(part)
        self._give_room()
        lab.selection_changed.connect(self._follow_task)
        lab.stretch_changed.connect(self._follow_stretch)

    @property
    def title(self) -> str:
        """Of what is shown."""
        if self.currentWidget() is self._stretch:
            return self.tr("Selected stretch")
        return self.tr("Selected task")

    def show_task(self) -> None:
        """Show the selected task, also if it was selected before."""
        self._show(self._task)

    def show_stretch(self) -> None:
        """Show the selected stretch, also when a task was selected since."""
        self._show(self._stretch)

    def _follow_task(self) -> None:
        chosen = self._lab.selection is not None
        self._show(self._task if chosen or self._lab.stretch is None else self._stretch)

    def _follow_stretch(self) -> None:
        """When it is given up, the task comes back, if there is one."""
        if self._lab.stretch is not None:
            self._show(self._stretch)
        elif self._lab.selection is not None or self._lab.recording is None:
            self._show(self._task)

    def _show(self, part: QWidget) -> None:
        if part is not self.currentWidget():
            self.setCurrentWidget(part)
            self._give_room()
            self.title_changed.emit(self.title)

    def _give_room(self) -> None:
        """Only what is shown says how much room it needs."""
        ignored, preferred = QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        for part in (self._task, self._stretch):
            policy = preferred if part is self.currentWidget() else ignored
            part.setSizePolicy(policy, policy)
