"""The settings of the pool."""

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from ....engine.experiment import (
    CHUNKSIZE_LIMIT,
    METHODS,
    PROCESSES_HERE,
    auto_chunksize,
    start_methods,
)
from ....engine.machine import Machine
from ... import wording
from ...lab import Lab
from ...theme import STEP
from ...widgets.card import heading
from ...widgets.labels import labelled, note, set_wrong
from ...widgets.segments import Segments
from ...widgets.setting_slider import SettingSlider, logarithmic_stops

CHUNKSIZE_STOPS = 100_000
SETTINGS = ("processes", "chunksize", "method", "start_method")
SLIDER_CPUS = 4
"""The processes slider goes to so many times the CPUs; the spin box goes on."""


class PoolSection(QWidget):
    """The lower part of the form. The names are those of Pool's own parameters."""

    def __init__(self, lab: Lab, machine: Machine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._make_sliders(machine.usable)
        self._make_choices()
        self.note = note(0)
        set_wrong(self.note, True)
        self._arrange()
        self.processes.value_changed.connect(lambda value: self._set(processes=value))
        self.chunksize.value_changed.connect(lambda value: self._set(chunksize=value or None))
        self.start_method.chosen.connect(lambda name: self._set(start_method=name))

    def _make_sliders(self, cpus: int) -> None:
        stops = range(1, max(SLIDER_CPUS * cpus, 8) + 1)
        self.processes = SettingSlider("processes", stops, PROCESSES_HERE)
        self.processes.set_hint(self.tr("1 CPU") if cpus == 1 else self.tr("{0} CPUs").format(cpus))
        self.processes.setToolTip(
            self.tr(
                "How many worker processes the pool has.\n"
                "Tasks that compute gain up to the number of CPUs; tasks that wait gain beyond."
            )
        )
        self.chunksize = SettingSlider(
            "chunksize",
            [0, *logarithmic_stops(CHUNKSIZE_STOPS)],
            CHUNKSIZE_LIMIT,
            special=(0, self.tr("auto")),
        )
        self.chunksize.setToolTip(
            self.tr(
                "How many tasks a worker is handed at once.\n"
                "Large chunks cost fewer round trips; small ones share the work out more evenly.\n"
                "auto leaves it to Pool: four chunks for each worker."
            )
        )

    def _make_choices(self) -> None:
        self.method = QComboBox()
        self.method.setAccessibleName(self.tr("Method"))
        self.method.addItems(METHODS)
        self.method.setToolTip(
            self.tr(
                "map cuts the inputs into chunks, hands each to the next free worker,\n"
                "and returns all results in the order of the inputs."
            )
        )
        self.start_method = Segments(
            [(name, name, wording.start_method_help(name)) for name in start_methods()],
            self.tr("Start method"),
        )

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(heading(self.tr("Pool")))
        column.addSpacing(STEP)
        column.addWidget(self.processes)
        column.addSpacing(STEP)
        column.addWidget(self.chunksize)
        column.addSpacing(STEP)
        column.addWidget(labelled(self.tr("&Method"), self.method))
        column.addWidget(self.method)
        column.addSpacing(STEP)
        column.addWidget(labelled(self.tr("St&art method"), self.start_method))
        column.addWidget(self.start_method)
        column.addWidget(self.note)

    def _set(self, **changes: object) -> None:
        field = next(iter(changes))
        self._lab.change(field, lambda: self._lab.experiment.with_pool(**changes))

    def show_experiment(self) -> None:
        """Show the lab's experiment."""
        pool = self._lab.experiment.pool
        self.processes.set_value(pool.processes)
        self.chunksize.set_value(pool.chunksize or 0)
        self.start_method.choose(pool.start_method)
        self.show_notes()

    def show_notes(self) -> None:
        """What auto would be here, and what cannot be used."""
        problems = [p for name, p in self._lab.field_problems.items() if name in SETTINGS]
        self.note.setText("\n".join(map(wording.sentence, problems)))
        self.note.setVisible(bool(problems))
        count, pool = self._lab.input_count, self._lab.experiment.pool
        if count is None:
            self.chunksize.set_hint(self.tr("auto shows after a run"))
            return
        text = self.tr("auto is {0}") if pool.chunksize is None else self.tr("auto would be {0}")
        self.chunksize.set_hint(text.format(f"{auto_chunksize(count, pool.processes):,}"))
