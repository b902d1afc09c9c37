"""What is selected: a task, a worker, or a stretch of time; the one that was selected last."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from .lab import Lab


class SelectedPart(QStackedWidget):
    """Shows one of three panels. title_changed: what that is called now, see `title`."""

    title_changed = Signal(str)

    def __init__(self, lab: Lab, task: QWidget, stretch: QWidget, worker: QWidget) -> None:
        super().__init__()
        self._lab, self._task, self._stretch, self._worker = lab, task, stretch, worker
        for part in (task, stretch, worker):
            self.addWidget(part)
        self._give_room()
        lab.selection_changed.connect(self._follow_task)
        lab.stretch_changed.connect(self._follow_stretch)
        lab.worker_changed.connect(self._follow_worker)

    @property
    def title(self) -> str:
        """Of what is shown."""
        if self.currentWidget() is self._stretch:
            return self.tr("Selected stretch")
        if self.currentWidget() is self._worker:
            return self.tr("Selected worker")
        return self.tr("Selected task")

    def show_task(self) -> None:
        """Show the selected task, also if it was selected before."""
        self._show(self._task)

    def show_stretch(self) -> None:
        """Show the selected stretch, also when a task was selected since."""
        self._show(self._stretch)

    def show_worker(self) -> None:
        """Show the selected worker, also when a task was selected since."""
        self._show(self._worker)

    def _follow_task(self) -> None:
        if self._lab.selection is not None:
            self._show(self._task)
        elif self.currentWidget() is self._task:
            self._show_what_is_left()

    def _follow_stretch(self) -> None:
        if self._lab.stretch is not None:
            self._show(self._stretch)
        elif self.currentWidget() is self._stretch and self._anything_else:
            self._show_what_is_left()  # or else it stays, and says how to select another

    @property
    def _anything_else(self) -> bool:
        lab = self._lab
        return lab.selection is not None or lab.worker is not None or lab.recording is None

    def _follow_worker(self) -> None:
        if self._lab.worker is not None:
            self._show(self._worker)
        elif self.currentWidget() is self._worker:
            self._show_what_is_left()

    def _show_what_is_left(self) -> None:
        """What was shown has been given up: another that is selected comes back, if there is."""
        lab = self._lab
        if lab.selection is not None or (lab.worker is None and lab.stretch is None):
            self._show(self._task)
        else:
            self._show(self._worker if lab.worker is not None else self._stretch)

    def _show(self, part: QWidget) -> None:
        if part is not self.currentWidget():
            self.setCurrentWidget(part)
            self._give_room()
            self.title_changed.emit(self.title)

    def _give_room(self) -> None:
        """Only what is shown says how much room it needs."""
        ignored, preferred = QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        for part in (self._task, self._stretch, self._worker):
            policy = preferred if part is self.currentWidget() else ignored
            part.setSizePolicy(policy, policy)
