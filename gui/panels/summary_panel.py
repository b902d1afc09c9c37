"""The run in four figures, its workers, why it took that long, and what went wrong."""

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...engine.experiment import SINGLE_CALLS
from ...engine.journal import Journal
from ...engine.metrics.so_far import Metrics, mean_initializer_s, measure
from ...engine.recording import Recording
from ...engine.trace.layout import clock_ns
from .. import wording
from ..fault_list import FaultList
from ..lab import Lab
from ..theme import FIGURE_PT, SMALL_PT, STEP, body_font
from ..timeline.scene.time_scale import duration_text, share_text, workers_text
from ..timeline.words.heading import order_text
from ..why.part import WhyPart

NOTHING = "–"
REFRESH_MS = 200


class SummaryPanel(QWidget):
    """Shows the lab's run, live."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._figures: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(4 * STEP)
        grid.setVerticalSpacing(0)
        for place, (name, title, help_text) in enumerate(self._titles()):
            row, column = place // 2 * 2, place % 2
            figure, label = QLabel(NOTHING), QLabel(title)
            figure.setFont(body_font(FIGURE_PT, bold=True))
            label.setObjectName("muted")
            for part in (figure, label):
                part.setToolTip(help_text)
            figure.setAccessibleName(title)
            grid.addWidget(figure, row, column)
            grid.addWidget(label, row + 1, column)
            grid.setRowMinimumHeight(row + 1, 24)
            self._figures[name] = figure
        self.notes = QLabel()
        self.notes.setObjectName("muted")
        self.notes.setFont(body_font(SMALL_PT))
        self.notes.setWordWrap(True)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.why = WhyPart(lab)
        self.faults = FaultList(lab)
        self._figures_part = QVBoxLayout()
        self._figures_part.addLayout(grid)
        self._figures_part.addWidget(self.notes)
        self._figures_part.addStretch(1)
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(2 * STEP)
        self._parts.addLayout(self._figures_part, 0)
        self._parts.addWidget(self.why)
        self._parts.addWidget(self.faults)
        self._parts.addStretch(0)
        self._timer = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        for signal in (lab.recording_changed, lab.status_changed):
            signal.connect(self.refresh)
        lab.ticked.connect(self._refresh_soon)
        self.refresh()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ParentChange:
            self._place_parts()
        return super().event(event)

    def _place_parts(self) -> None:
        """Side by side where it is a tab, which is wide and low."""
        beside = isinstance(self.parentWidget(), QStackedWidget)
        directions = QBoxLayout.Direction
        self._parts.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self._parts.setSpacing((6 if beside else 2) * STEP)
        self._parts.setContentsMargins(0, STEP if beside else 0, 0, 0)
        preferred, at_most = QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum
        for part in (self.why, self.faults):
            self._parts.setStretchFactor(part, int(beside))
            part.setSizePolicy(preferred, preferred if beside else at_most)
        self._parts.setStretch(3, int(not beside))

    def _refresh_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _titles(self) -> list[tuple[str, str, str]]:
        return [
            (
                "makespan",
                self.tr("makespan"),
                self.tr(
                    "From the call of the Pool method to its return, with imap to the end of the"
                    " loop over its results."
                ),
            ),
            (
                "busy_workers",
                self.tr("busy workers"),
                self.tr("How many workers were in a task, on average over the makespan."),
            ),
            (
                "utilisation",
                self.tr("utilisation"),
                self.tr("The share of the pool's time that its workers spent in tasks."),
            ),
            (
                "work",
                self.tr("task time"),
                self.tr("The sum of all task times, on the clock."),
            ),
        ]

    def refresh(self) -> None:
        recording = self._lab.recording
        metrics = Metrics() if recording is None else measure(recording, clock_ns())
        self._set("makespan", metrics.makespan_s, duration_text)
        self._set("busy_workers", metrics.busy_workers, workers_text)
        self._set("utilisation", metrics.utilisation, share_text)
        self._set("work", metrics.work_s if metrics.elapsed_s else None, duration_text)
        self.notes.setText(self._notes())
        self.faults.refresh()

    def _set(self, name: str, value: float | None, text: object) -> None:
        assert callable(text)
        self._figures[name].setText(NOTHING if value is None else text(value))

    def _notes(self) -> str:
        recording = self._lab.recording
        if recording is None:
            return self.tr("The figures of a run show here.")
        machine, journal = recording.machine, recording.journal
        pool = recording.experiment.pool
        parts = [f"{wording.count(pool.processes, 'worker')}, {pool.start_method}"]
        parts += self._replacements(recording)
        if journal.chunksize is not None:
            parts.append(self._chunks(journal, pool.method))
        if order := order_text(recording.experiment):
            parts.append(order)
        python = journal.host.get("python", machine.get("python", "?"))
        cpus = machine.get("usable", "?")
        text = self.tr("Python {0}, 1 CPU") if cpus == 1 else self.tr("Python {0}, {1} CPUs")
        parts.append(text.format(python, cpus))
        return "\n".join(parts)

    def _replacements(self, recording: Recording) -> list[str]:
        """How many workers there were, where they are replaced, and what their starts cost."""
        trace, pool = recording.trace, recording.experiment.pool
        lines = []
        if trace is not None and len(trace.lanes) > pool.processes:
            lines.append(self.tr("{0} workers in all").format(f"{len(trace.lanes):,}"))
        if pool.maxtasksperchild is not None:
            chunks = wording.count(pool.maxtasksperchild, "chunk")
            lines.append(self.tr("each leaves after {0}").format(chunks))
        took_s = None if trace is None else mean_initializer_s(trace)
        if took_s is not None:
            lines.append(self.tr("initializer: {0} a worker").format(duration_text(took_s)))
        return lines

    def _chunks(self, journal: Journal, method: str) -> str:
        """How the inputs are cut; the last chunk is often shorter."""
        inputs, size, chunks = journal.inputs or 0, journal.chunksize or 1, journal.chunks or 0
        if method in SINGLE_CALLS:
            text = self.tr("1 call of {0}") if inputs == 1 else self.tr("{1} calls of {0}")
            return text.format(method, f"{inputs:,}")
        last = inputs - (chunks - 1) * size
        if chunks > 1 and last < size:
            text = self.tr("{0} chunks of {1}, the last of {2}")
            return text.format(f"{chunks:,}", f"{size:,}", f"{last:,}")
        if chunks == 1:
            return self.tr("1 chunk of {0}").format(f"{inputs:,}")
        return self.tr("{0} chunks of {1}").format(f"{chunks:,}", f"{size:,}")
