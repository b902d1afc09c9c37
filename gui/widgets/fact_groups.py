"""Facts in groups, a line each: what it is called, and its value. Columns where there is room."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFormLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..theme import STEP, fixed_font
from .card import heading
from .column_area import BAR_PX, ColumnArea
from .value_text import ValueText

GROUP_PX = 190
"""A group beside others has at least this width."""
FIRST_STRETCH, STRETCH = 4, 3
"""The first group has the values of any length."""
LINK_PX = 24
LOWEST_PX = 64


class Fact(NamedTuple):
    """A line. help_text: what it means. value: of any length, in the face of code. link: it leads
    somewhere.
    """

    name: str
    title: str
    help_text: str = ""
    value: bool = False
    link: bool = False


class Group(NamedTuple):
    """Facts that belong together; title: "" for the first ones, which need none."""

    title: str
    facts: Sequence[Fact]


class FactGroups(ColumnArea):
    """Shows what it is given; a line without a text is not there, nor a group without lines.

    link_pressed: the name of the fact that was clicked.
    """

    link_pressed = Signal(str)

    def __init__(self, groups: Sequence[Group], name: str, parent: QWidget | None = None) -> None:
        super().__init__(BAR_PX, parent)
        self.setObjectName("facts")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # arrow keys scroll
        self.setAccessibleName(name)
        self.values: dict[str, QLabel | QPushButton | ValueText] = {}
        self._forms: list[tuple[QWidget, QFormLayout, tuple[str, ...]]] = []
        self._titles: list[QLabel] = []
        self._shown: dict[str, str] = {}
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._parts.setContentsMargins(0, 0, 0, 0)
        for group in groups:
            stretch = FIRST_STRETCH if group is groups[0] else STRETCH
            self._parts.addWidget(self._page_of(group), stretch)
        self.column.addLayout(self._parts)
        self.column.addStretch(1)
        self.show_texts({})

    def _page_of(self, group: Group) -> QWidget:
        page, form = QWidget(), QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(3 * STEP)
        form.setVerticalSpacing(STEP)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        if group.title:
            column.addWidget(heading(group.title))
        column.addLayout(form)
        column.addStretch(1)
        for fact in group.facts:
            self._add(form, fact)
        self._forms.append((page, form, tuple(fact.name for fact in group.facts)))
        return page

    def _add(self, form: QFormLayout, fact: Fact) -> None:
        label = QLabel(fact.title)
        label.setObjectName("muted")
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        value = self._link(fact) if fact.link else ValueText() if fact.value else _text()
        if fact.link:
            label.setAlignment(Qt.AlignmentFlag.AlignVCenter)
            label.setMinimumHeight(LINK_PX)
        if fact.value:
            value.setFont(fixed_font())
        value.setAccessibleName(fact.title)
        for part in (label, value):
            part.setToolTip(fact.help_text)
        value.setAccessibleDescription(fact.help_text)
        form.addRow(label, value)
        self.values[fact.name] = value
        self._titles.append(label)

    def _link(self, fact: Fact) -> QPushButton:
        button = QPushButton()
        button.setObjectName("link")
        button.setProperty("flush", True)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.link_pressed.emit(fact.name))
        return button

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """By the names of facts; those that are not among them have none. Costs by what differs."""
        shown = {name: texts.get(name, "") for name in self.values}
        if shown == self._shown:
            return
        for page, form, names in self._forms:
            for row, name in enumerate(names):
                if shown[name] != self._shown.get(name):
                    self.values[name].setText(shown[name])
                    form.setRowVisible(row, bool(shown[name]))
            page.setVisible(any(shown[name] for name in names))
        self._shown = shown
        self._arrange(self.viewport().width())

    def as_lines(self) -> list[str]:
        """What is shown, a line each: what it is called, a tab, and its value."""
        named = zip(self._titles, self.values, strict=True)
        return [
            f"{label.text()}\t{self._shown[name]}" for label, name in named if self._shown[name]
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self.viewport().width())

    def _arrange(self, width: int) -> None:
        """Groups beside each other where that leaves each room enough."""
        beside = width >= GROUP_PX * len(self._forms)
        directions = QBoxLayout.Direction
        self._parts.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self._parts.setSpacing((6 if beside else 2) * STEP)
        # One under the other, all values begin at the same place.
        titles = zip(self._titles, self._shown.values(), strict=False)
        widest = max((label.sizeHint().width() for label, text in titles if text), default=0)
        for label in self._titles:
            label.setMinimumWidth(0 if beside else widest)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), LOWEST_PX)


def _text() -> QLabel:
    value = QLabel()
    value.setWordWrap(True)
    value.setTextFormat(Qt.TextFormat.PlainText)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return value
