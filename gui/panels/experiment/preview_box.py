"""The first inputs, as the host has evaluated them when the user asked for it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....engine.preview import Preview
from ... import wording
from ...theme import STEP, fixed_font
from ...widgets.remarks import Remark, Remarks

SHOWN_ITEMS = 6
"""The list is so high; the others are scrolled to."""


class PreviewBox(QFrame):
    """Busy, full, empty or failed. `stopped` comes when the user stops it or closes the box."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("box")
        self.title = QLabel()
        self.title.setObjectName("muted")
        self.title.setWordWrap(True)
        self.stop = QToolButton()
        self.stop.setObjectName("flat")
        self.stop.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.stop.clicked.connect(self.stopped)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.items = QListWidget()
        self.items.setFont(fixed_font())
        self.items.setAccessibleName(self.tr("First inputs"))
        self.items.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items.setUniformItemSizes(True)
        self.remarks = Remarks()
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        header = QHBoxLayout()
        header.addWidget(self.title, 1)
        header.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        column.setSpacing(STEP)
        column.addLayout(header)
        for part in (self.busy, self.items, self.remarks):
            column.addWidget(part)

    def show_preview(self, preview: Preview | None) -> None:
        """Show how far it has got; None hides the box."""
        self.setVisible(preview is not None)
        if preview is None:
            return
        self.busy.setVisible(not preview.over)
        self.stop.setText(self.tr("Close") if preview.over else self.tr("Stop"))
        self.title.setText(self._title(preview))
        self._show_items(preview.items)
        problem = preview.problem
        remarks = [] if problem is None else [Remark(wording.sentence(problem), wrong=True)]
        self.remarks.show_remarks(remarks)

    def _title(self, preview: Preview) -> str:
        if not preview.over:
            return self.tr("Running your code in a process of its own…")
        count, shown = preview.count, len(preview.items)
        if count is None:
            return self.tr("There is nothing to show.")
        if count == 0:
            return self.tr("There are no inputs.")
        if count <= shown:
            return self.tr("1 input") if count == 1 else self.tr("{0} inputs").format(count)
        return self.tr("The first {0} of {1} inputs").format(shown, f"{count:,}")

    def _show_items(self, texts: list[str]) -> None:
        self.items.setVisible(bool(texts))
        if texts == [self.items.item(row).text() for row in range(self.items.count())]:
            return
        self.items.clear()
        self.items.addItems(texts)
        if texts:
            rows = min(len(texts), SHOWN_ITEMS)
            self.items.setFixedHeight(rows * self.items.sizeHintForRow(0) + 2)
