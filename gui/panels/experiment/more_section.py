"""The settings of the pool that are changed less often; folded away at first."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from ....engine.experiment import CHUNKSIZE_LIMIT, ORDERS, Experiment
from ....engine.tasks.reading import Source
from ... import explanations, wording
from ...lab import Lab
from ...theme import fixed_font
from ...widgets.field import Field
from ...widgets.fold import Fold
from .showing import has_remarks, show_fields, show_text

SEED_LIMIT = 2**31 - 1
"""Of the spin box; an experiment's own may be larger."""
NUMBER_WIDTH = 96
NEVER = 0


class MoreSection(QWidget):
    """Order of the inputs, replacement of workers, initializer, preload."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.fold = Fold(self.tr("More"))
        self._make_numbers()
        self._make_texts()
        self.fields = {
            "order": Field(self.order, self.tr("&Order of inputs")),
            "seed": Field(self.seed, self.tr("See&d"), beside=True),
            "maxtasksperchild": Field(self.maxtasksperchild, "ma&xtasksperchild", beside=True),
            "initializer": Field(self.initializer, "initiali&zer"),
            "initargs": Field(self.initargs, "initar&gs"),
            "preload": Field(self.preload, self.tr("For&k server preload")),
        }
        self._arrange()
        self._connect()

    def _make_numbers(self) -> None:
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Order of inputs"))
        for name in ORDERS:
            self.order.addItem(explanations.order_name(name), name)
        self.seed, self.maxtasksperchild = QSpinBox(), QSpinBox()
        self.seed.setRange(0, SEED_LIMIT)
        self.seed.setAccessibleName(self.tr("Seed"))
        self.maxtasksperchild.setRange(NEVER, CHUNKSIZE_LIMIT)
        self.maxtasksperchild.setSpecialValueText(self.tr("never"))
        self.maxtasksperchild.setAccessibleName("maxtasksperchild")
        for spin in (self.seed, self.maxtasksperchild):
            spin.setKeyboardTracking(False)
            spin.setFixedWidth(NUMBER_WIDTH)
            spin.setAlignment(Qt.AlignmentFlag.AlignRight)

    def _make_texts(self) -> None:
        self.initializer, self.initargs, self.preload = QComboBox(), QLineEdit(), QLineEdit()
        self.initargs.setMaxLength(2**31 - 1)
        self.initializer.setEditable(True)
        self.initializer.setCompleter(None)  # type: ignore[arg-type]  # it ignores the case
        self.initializer.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.initializer.setAccessibleName("initializer")
        self.initargs.setAccessibleName("initargs")
        self.preload.setAccessibleName(self.tr("Fork server preload"))
        self.preload.setPlaceholderText("numpy, my_module")
        edit = self.initializer.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(self.tr("none"))
        for part in (edit, self.initargs, self.preload):
            part.setFont(fixed_font())

    def _arrange(self) -> None:
        for field in self.fields.values():
            self.fold.body.addWidget(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold)

    def _connect(self) -> None:
        self.order.currentIndexChanged.connect(
            lambda row: self._set("order", order=self.order.itemData(row))
        )
        self.seed.valueChanged.connect(lambda value: self._set("seed", seed=value))
        self.maxtasksperchild.valueChanged.connect(
            lambda value: self._set_pool("maxtasksperchild", value or None)
        )
        self.initializer.editTextChanged.connect(
            lambda text: self._set_pool("initializer", text.strip())
        )
        self.initargs.textChanged.connect(lambda text: self._set_pool("initargs", text))
        self.preload.textChanged.connect(lambda text: self._set_pool("preload", modules(text)))
        self._lab.sources_changed.connect(self._offer)

    def _set(self, field: str, **changes: object) -> None:
        self._lab.change(field, lambda: replace(self._lab.experiment, **changes))  # type: ignore[arg-type]

    def _set_pool(self, field: str, value: object) -> None:
        self._lab.change(field, lambda: self._lab.experiment.with_pool(**{field: value}))

    def _offer(self) -> None:
        """Offer the functions beside the task as initializers; what is typed stays."""
        source = self._lab.source
        names = [one.name for one in source.functions] if isinstance(source, Source) else []
        if names != [self.initializer.itemText(row) for row in range(self.initializer.count())]:
            with QSignalBlocker(self.initializer):
                text = self.initializer.currentText()
                self.initializer.clear()
                self.initializer.addItems(names)
                self.initializer.setEditText(text)

    def show_experiment(self) -> None:
        """Show the lab's experiment; a field that shows it already is left alone."""
        experiment = self._lab.experiment
        self._offer()
        with QSignalBlocker(self.order), QSignalBlocker(self.seed):
            self.order.setCurrentIndex(self.order.findData(experiment.order))
            self.seed.setValue(min(experiment.seed, SEED_LIMIT))
        with QSignalBlocker(self.maxtasksperchild):
            self.maxtasksperchild.setValue(experiment.pool.maxtasksperchild or NEVER)
        self._show_texts(experiment)
        self.show_notes()

    def _show_texts(self, experiment: Experiment) -> None:
        pool, wrong = experiment.pool, self._lab.field_problems
        if self.initializer.currentText().strip() != pool.initializer:
            with QSignalBlocker(self.initializer):
                self.initializer.setEditText(pool.initializer)
        if self.initargs.text() != pool.initargs and "initargs" not in wrong:
            show_text(self.initargs, pool.initargs)
        if modules(self.preload.text()) != pool.preload and "preload" not in wrong:
            show_text(self.preload, ", ".join(pool.preload))

    def show_notes(self) -> None:
        """What the settings mean here, what was found about them, and what is not as usual."""
        self.fields["order"].explain(explanations.order_help(self._lab.experiment.order))
        self.fields["maxtasksperchild"].explain(self._replacing())
        self.fields["initializer"].explain(self.tr("Called by each worker before its first task."))
        self.fields["preload"].explain(self.tr("Modules that are imported before workers fork."))
        show_fields(self._lab, self.fields)
        findings, wrong = has_remarks(self._lab, self.fields)
        self.fold.show_marks(findings=findings, wrong=wrong)
        unusual, usual = self._unusual(), self.tr("order, initializer, preload")
        self.fold.summarise(" · ".join(unusual) or usual, unusual=bool(unusual))

    def _replacing(self) -> str:
        experiment, count = self._lab.experiment, self._lab.input_count
        pool = experiment.pool
        if pool.maxtasksperchild is None:
            return self.tr("Workers stay until the end. It counts chunks, not tasks.")
        chunks = wording.count(pool.maxtasksperchild, "chunk")
        if count is None and pool.chunksize is None:
            return self.tr("Counts chunks, not tasks: a new worker after {0}.").format(chunks)
        tasks = wording.count(pool.maxtasksperchild * pool.chunksize_for(count or 0), "task")
        text = self.tr("Counts chunks, not tasks: a new worker after {0}, here {1}.")
        return text.format(chunks, tasks)

    def _unusual(self) -> list[str]:
        """What differs from what it is at first, in a few words each."""
        experiment = self._lab.experiment
        pool, words = experiment.pool, []
        if experiment.order != "given":
            words.append(explanations.order_name(experiment.order))
        if pool.maxtasksperchild is not None:
            words.append(f"maxtasksperchild {pool.maxtasksperchild:,}")
        if pool.initializer:
            words.append(pool.initializer.rpartition(":")[2])
        if pool.preload:
            words.append(self.tr("preload {0}").format(", ".join(pool.preload)))
        return words


def modules(text: str) -> tuple[str, ...]:
    """Names with commas between them, as a tuple.

    >>> modules("numpy, os.path,")
    ('numpy', 'os.path')
    """
    return tuple(filter(None, (name.strip() for name in text.split(","))))
