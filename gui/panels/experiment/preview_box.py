"""The first inputs, as the host has evaluated them when the user asked for it."""

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
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
COUNT_MS = 500
"""While it takes long, the seconds are brought up to date this often."""


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
        self._preview: Preview | None = None
        self._since = 0.0
        self._counting = QTimer(self, interval=COUNT_MS)
        self._counting.timeout.connect(self._show_title)
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

    def show_preview(self, preview: Preview | None, said: Sequence[str] = ()) -> None:
        """Show how far it has got; None hides the box. said: sentences that stand elsewhere."""
        if preview is not self._preview:
            self._preview, self._since = preview, time.monotonic()
        self.setVisible(preview is not None)
        if preview is None or preview.over:
            self._counting.stop()
        elif not self._counting.isActive():
            self._counting.start()
        if preview is None:
            return
        self.busy.setVisible(not preview.over)
        self.stop.setText(self.tr("Close") if preview.over else self.tr("Stop"))
        self._show_title()
        self._show_items(preview.items)
        problem = preview.problem
        sentence = "" if problem is None else wording.sentence(problem)
        new = bool(sentence) and sentence not in said
        self.remarks.show_remarks([Remark(sentence, wrong=True)] if new else [])

    def _show_title(self) -> None:
        if self._preview is not None:
            self.title.setText(self._title(self._preview))

    def _title(self, preview: Preview) -> str:
        if not preview.over:
            return self._busy_title(preview)
        count, shown = preview.count, len(preview.items)
        if count is None:
            return self.tr("There is nothing to show.")
        if count == 0:
            return self.tr("There are no inputs.")
        if count <= shown:
            return self.tr("1 input") if count == 1 else self.tr("{0} inputs").format(count)
        return self.tr("The first {0} of {1} inputs").format(shown, f"{count:,}")

    def _busy_title(self, preview: Preview) -> str:
        """What goes on, and from the first second on for how long, of how long it may."""
        seconds, limit_s = int(time.monotonic() - self._since), preview.experiment.listing_s
        if not seconds:
            return self.tr("Running your code in a process of its own…")
        text = self.tr("Evaluating… {0} s")
        if seconds <= limit_s:
            text = self.tr("Evaluating… {0} s of {1} s")
        return text.format(seconds, f"{limit_s:g}")

    def _show_items(self, texts: list[str]) -> None:
        self.items.setVisible(bool(texts))
        if texts == [self.items.item(row).text() for row in range(self.items.count())]:
            return
        self.items.clear()
        self.items.addItems(texts)
        if texts:
            rows = min(len(texts), SHOWN_ITEMS)
            self.items.setFixedHeight(rows * self.items.sizeHintForRow(0) + 2)
