"""Where the parts of the window stand: form, timeline over tabs, and a column that can fold."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QWidget

from .theme import STEP
from .widgets.card import Card, heading

FORM_WIDTH, SIDE_WIDTH = 300, 264
SIDE_FROM = 1160
"""From this width on the right column stands by itself; below it folds into the tabs."""

Named = tuple[QWidget, str]
"""A part and its title."""


class Arrangement(QWidget):
    """The page of the window.

    form: at the left. hero: gets the room that is left. tabs: under it. side: at the right, or
    behind the tabs where there is no room for that.
    """

    def __init__(
        self, form: QWidget, hero: QWidget, tabs: Sequence[Named], side: Sequence[Named]
    ) -> None:
        super().__init__()
        self._folding = list(side)
        self.tabs = QTabWidget()
        for part, title in tabs:
            self.tabs.addTab(part, title)
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.tabBar().setDrawBase(False)
        form.setFixedWidth(FORM_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * STEP, STEP, 3 * STEP, 3 * STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(form)
        row.addWidget(self._middle(hero), 1)
        row.addWidget(self._side())
        self.wide = True
        self._fold()

    def _middle(self, hero: QWidget) -> QSplitter:
        lower = Card()
        lower.body.addWidget(self.tabs)
        middle = _upright()
        middle.addWidget(hero)
        middle.addWidget(lower)
        middle.setStretchFactor(0, 5)
        middle.setStretchFactor(1, 2)
        middle.setSizes([520, 220])
        self._splitters = {"middle": middle}
        return middle

    def _side(self) -> QWidget:
        self.side = QWidget()
        self.side.setFixedWidth(SIDE_WIDTH)
        column = _upright()
        self._cards, self._headings = [], []
        for _, title in self._folding:
            card = Card()
            self._headings.append(heading(title))
            card.body.addWidget(self._headings[-1])
            column.addWidget(card)
            self._cards.append(card)
        column.setSizes([460, 290])
        self._splitters["side"] = column
        row = QHBoxLayout(self.side)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(column)
        return self.side

    def set_wide(self, wide: bool) -> None:
        """Put the parts of the side into the right column, or into tabs."""
        if wide != self.wide:
            self.wide = wide
            self._fold()

    def _fold(self) -> None:
        self.side.setVisible(self.wide)
        for card, (part, title) in zip(self._cards, self._folding, strict=True):
            if self.wide:
                if self.tabs.indexOf(part) >= 0:
                    self.tabs.removeTab(self.tabs.indexOf(part))
                card.body.addWidget(part, 1)
                part.show()
            else:
                self.tabs.addTab(part, title)

    def set_title(self, part: QWidget, title: str) -> None:
        """Call a part of the side something else from now on."""
        place = next(n for n, (other, _) in enumerate(self._folding) if other is part)
        self._folding[place] = part, title
        self._headings[place].setText(title.upper())
        if self.tabs.indexOf(part) >= 0:
            self.tabs.setTabText(self.tabs.indexOf(part), title)

    def show_part(self, part: QWidget, least_px: int = 0) -> None:
        """Bring a part to the front if it is behind a tab, with so much room for the tabs."""
        if self.tabs.indexOf(part) < 0:
            return
        self.tabs.setCurrentWidget(part)
        middle = self._splitters["middle"]
        upper, lower = middle.sizes()
        more = min(max(0, least_px - lower), upper // 2)
        if more:
            middle.setSizes([upper - more, lower + more])

    @property
    def splitters(self) -> dict[str, QSplitter]:
        """By the names under which they are remembered."""
        return self._splitters


def _upright() -> QSplitter:
    splitter = QSplitter(Qt.Orientation.Vertical)
    splitter.setHandleWidth(2 * STEP)
    splitter.setChildrenCollapsible(False)
    return splitter
