"""The figures of a stretch of time, a line each: what it is called, and its value."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ....engine.stretch.figures import Figures
from ...theme import STEP
from ...widgets.column_area import BAR_PX, ColumnArea
from .words import facts_of, longest_text, median_help

LINK_PX = 28
"""The height of a link, with what is left free around it."""


class Facts(ColumnArea):
    """Scrolls where there is no room for all. longest_wanted: the longest task is to be shown."""

    longest_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(BAR_PX, parent)
        self.setObjectName("facts")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # arrow keys scroll
        self.setAccessibleName(self.tr("Figures of the selected stretch"))
        self.titles = self._titles()
        self.values: dict[str, QLabel] = {}
        self._texts: dict[str, str] = {}
        self.longest = QPushButton()
        self._form = QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(3 * STEP)
        self._form.setVerticalSpacing(STEP)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)  # or it is cut off
        for name, title in self.titles.items():
            self._add(name, title)
        self.longest.setObjectName("link")
        self.longest.setProperty("flush", True)
        self.longest.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.longest.setToolTip(self.tr("Select this task and show it"))
        self.longest.clicked.connect(self.longest_wanted)
        self.column.addLayout(self._form)
        self.column.addStretch(1)

    def _titles(self) -> dict[str, str]:
        return {
            "begins": self.tr("begins at"),
            "ended": self.tr("ended"),
            "results_lost": self.tr("results lost"),
            "median": self.tr("median task"),
            "longest": self.tr("longest"),
            "ran": self.tr("ran"),
            "began": self.tr("began"),
            "running": self.tr("still running"),
            "rate": self.tr("tasks a second"),
            "busy_workers": self.tr("busy workers"),
            "idle": self.tr("not in tasks"),
            "chunks": self.tr("chunks"),
        }

    def _helps(self) -> dict[str, str]:
        return {
            "begins": self.tr("After the pool was being made, where the time axis has its 0"),
            "ended": self.tr("Tasks that came to their end in it"),
            "results_lost": self.tr("Tasks that were done, and whose results never came back"),
            "ran": self.tr("Tasks that were running in it at any time"),
            "busy_workers": self.tr("How many workers were in a task, on average over it"),
            "idle": self.tr("The share of its workers' time that was spent in no task"),
        }

    def _add(self, name: str, title: str) -> None:
        label = QLabel(title)
        label.setObjectName("muted")
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        label.setToolTip(self._helps().get(name, ""))
        if name == "longest":
            label.setAlignment(Qt.AlignmentFlag.AlignVCenter)
            label.setMinimumHeight(LINK_PX)
            self.longest.setAccessibleName(title)
            self._form.addRow(label, self.longest)
            return
        value = QLabel()
        value.setWordWrap(True)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setAccessibleName(title)
        value.setToolTip(self._helps().get(name, ""))
        self._form.addRow(label, value)
        self.values[name] = value

    def show_figures(self, figures: Figures, begin_s: float, longest: int | None) -> None:
        """`begin_s`: of the stretch. `longest`: the index of its longest task, if there is one."""
        texts = facts_of(figures, begin_s)
        if figures.ends is not None and longest is not None:
            texts["longest"] = longest_text(figures.ends.longest_ns, longest)
        for row, name in enumerate(self.titles):
            text = texts.get(name, "")
            self._form.setRowVisible(row, bool(text))
            self.values.get(name, self.longest).setText(text)
        self.values["median"].setToolTip(median_help(figures.ends))
        self._texts = texts

    def as_lines(self) -> list[str]:
        """What is shown, a line each: what it is called, a tab, and its value."""
        named = ((title, self._texts.get(name, "")) for name, title in self.titles.items())
        return [f"{title}\t{text}" for title, text in named if text]
