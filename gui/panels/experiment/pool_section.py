"""The settings of the pool that are changed most."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from ....engine.experiment import (
    CHUNKSIZE_LIMIT,
    ITERATORS,
    METHODS,
    PROCESSES_HERE,
    SINGLE_CALLS,
    auto_chunksize,
    start_methods,
)
from ... import explanations, wording
from ...lab import Lab
from ...theme import STEP
from ...widgets.card import heading
from ...widgets.field import Field
from ...widgets.segments import Segments
from ...widgets.setting_slider import SettingSlider, logarithmic_stops
from .cpus import cpu_hint, cpu_marks
from .showing import show_fields

CHUNKSIZE_STOPS = 100_000
SLIDER_CPUS = 4
"""The processes slider goes to so many times the CPUs; the spin box goes on."""


class PoolSection(QWidget):
    """Method, processes, chunksize, start method. The names are those of Pool's own parameters."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._make_sliders()
        self._make_choices()
        self.fields = {
            "method": Field(self.method, self.tr("&Method"), lines=2),
            "processes": Field(self.processes),
            "chunksize": Field(self.chunksize),
            "start_method": Field(self.start_method, self.tr("St&art method")),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(heading(self.tr("Pool")))
        for field in self.fields.values():
            column.addWidget(field)
        self.method.currentTextChanged.connect(lambda name: self._set(method=name))
        self.processes.value_changed.connect(lambda value: self._set(processes=value))
        self.chunksize.value_changed.connect(lambda value: self._set(chunksize=value or None))
        self.start_method.chosen.connect(lambda name: self._set(start_method=name))

    def _make_sliders(self) -> None:
        machine = self._lab.known.machine
        stops = range(1, max(SLIDER_CPUS * machine.logical, 8) + 1)
        self.processes = SettingSlider("processes", stops, PROCESSES_HERE)
        self.processes.set_hint(cpu_hint(machine))
        self.processes.set_marks(cpu_marks(machine))
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
                "auto leaves it to Pool: four chunks for each worker, or one task with imap."
            )
        )

    def _make_choices(self) -> None:
        self.method = QComboBox()
        self.method.setAccessibleName(self.tr("Method"))
        self.method.setToolTip(self.tr("Which method of Pool is called"))
        for row, name in enumerate(METHODS):
            self.method.addItem(name)
            self.method.setItemData(
                row, explanations.method_help(name), Qt.ItemDataRole.ToolTipRole
            )
        self.method.setMaxVisibleItems(len(METHODS))
        self.start_method = Segments(
            [(name, name, wording.start_method_help(name)) for name in start_methods()],
            self.tr("Start method"),
        )

    def _set(self, **changes: object) -> None:
        field = next(iter(changes))
        self._lab.change(field, lambda: self._lab.experiment.with_pool(**changes))

    def show_experiment(self) -> None:
        """Show the lab's experiment."""
        pool = self._lab.experiment.pool
        with QSignalBlocker(self.method):
            self.method.setCurrentText(pool.method)
        self.processes.set_value(pool.processes)
        self.chunksize.set_value(pool.chunksize or 0)
        self.start_method.choose(pool.start_method)
        self.show_notes()

    def show_notes(self) -> None:
        """What the settings mean here, and what was found about them."""
        pool = self._lab.experiment.pool
        self.fields["method"].explain(explanations.method_help(pool.method))
        self.chunksize.set_hint(self._chunksize_hint())
        show_fields(self._lab, self.fields)

    def _chunksize_hint(self) -> str:
        """Pool's own number, whether it is taken or not."""
        count, pool = self._lab.input_count, self._lab.experiment.pool
        auto = pool.chunksize is None
        if pool.method in SINGLE_CALLS:
            return ""
        if pool.method in ITERATORS:
            return self.tr("default is 1") if auto else self.tr("default would be 1")
        if count is None:
            return self.tr("auto shows after a run")
        text = self.tr("auto is {0}") if auto else self.tr("auto would be {0}")
        return text.format(f"{auto_chunksize(count, pool.processes):,}")
