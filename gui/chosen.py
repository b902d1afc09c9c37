"""What of the run that is shown is chosen: a task, a worker, a stretch of time; and pointed at."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from ..engine.explain.reason import Evidence


class Chosen(QObject):
    """Each of them is another's business: to choose one leaves the others as they are.

    selection: the row of the selected task, or None.
    stretch: the selected stretch of time, its begin and end in ns of the run's clock, or None.
    worker: the ordinal of the selected worker, or None.
    evidence: what of the timeline is to be seen at a glance, or None.
    """

    selection_changed = Signal()
    stretch_changed = Signal()
    worker_changed = Signal()
    evidence_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.selection: int | None = None
        self.stretch: tuple[int, int] | None = None
        self.worker: int | None = None
        self.evidence: Evidence | None = None

    def select(self, row: int | None) -> None:
        if row != self.selection:
            self.selection = row
            self.selection_changed.emit()

    def set_stretch(self, stretch: tuple[int, int] | None) -> None:
        """Select a stretch of time; the selected task stays."""
        if stretch != self.stretch:
            self.stretch = stretch
            self.stretch_changed.emit()

    def select_worker(self, ordinal: int | None) -> None:
        """Select a worker; the selected task stays."""
        if ordinal != self.worker:
            self.worker = ordinal
            self.worker_changed.emit()

    def show_evidence(self, evidence: "Evidence | None") -> None:
        """Have the timeline point at something, or at nothing."""
        if evidence != self.evidence:
            self.evidence = evidence
            self.evidence_changed.emit()

    def choose_nothing(self) -> None:
        """Another run is shown."""
        self.select(None)
        self.set_stretch(None)
        self.select_worker(None)
        self.show_evidence(None)
