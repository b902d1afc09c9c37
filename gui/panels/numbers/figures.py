"""A group of figures: its title, and a line each with what it is called and its value."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from ...theme import SMALL_PT, STEP, body_font
from ...widgets.card import heading
from .titles import SOMETIMES, Group, Line
from .words import UNKNOWN

LINK_PX = 24
TIP_DROP_PX = 16
"""By so much Qt puts a tool tip below the place that it is given, for a pointer."""


class Figures(QWidget):
    """values: by the names of the lines.

    links: names of lines whose value leads somewhere. above: what stands over the lines.
    """

    def __init__(
        self, group: Group, links: tuple[str, ...] = (), above: QWidget | None = None
    ) -> None:
        super().__init__()
        self.group = group
        self.values: dict[str, QLabel | QPushButton] = {}
        self._titles: dict[str, QLabel] = {}
        self._shown: dict[str, str] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * STEP)
        self._grid.setVerticalSpacing(STEP // 2)
        self._grid.setColumnStretch(1, 1)
        for row, line in enumerate(group.lines):
            self._add(row, line, link=line.name in links)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(STEP)
        self.column.addWidget(heading(group.title))
        if above is not None:
            self.column.addWidget(above)
        self.column.addLayout(self._grid)
        self.setAccessibleName(group.title)

    def _add(self, row: int, line: Line, *, link: bool) -> None:
        title = QLabel(line.title)
        title.setObjectName("muted")
        title.setFont(body_font(SMALL_PT))
        value = _link() if link else _text()
        value.setAccessibleName(line.title)
        value.setAccessibleDescription(line.help_text)
        for part in (title, value):
            part.setToolTip(f"<p>{line.help_text}</p>")  # markup is broken into lines
            part.installEventFilter(self)
        if link:  # it may be longer than the values of the other lines
            whole = QHBoxLayout()
            whole.addWidget(title)
            whole.addStretch(1)
            whole.addWidget(value)
            self._grid.addLayout(whole, row, 0, 1, 2)
        else:
            self._grid.addWidget(title, row, 0)
            self._grid.addWidget(value, row, 1)
        self.values[line.name], self._titles[line.name] = value, title

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A tool tip is below its line: it does not cover the number that it explains."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(watched, QWidget):
            return super().eventFilter(watched, event)
        QToolTip.showText(tip_place(watched), watched.toolTip(), watched)
        return True

    def show_values(self, values: Mapping[str, str]) -> None:
        """Show these. Costs by what differs."""
        for line in self.group.lines:
            name = line.name
            text = values.get(name) or ("" if name in SOMETIMES else UNKNOWN)
            if text == self._shown.get(name):
                continue
            self._shown[name] = text
            self.values[name].setText(unbroken(text))
            self.values[name].setEnabled(text != UNKNOWN)
            for part in (self.values[name], self._titles[name]):
                part.setVisible(bool(text))

    def as_lines(self) -> list[str]:
        """What is shown, a line each: what it is called, a tab, and its value."""
        return [
            f"{line.title}\t{self._shown[line.name]}"
            for line in self.group.lines
            if self._shown.get(line.name) not in ("", UNKNOWN, None)
        ]


def tip_place(part: QWidget) -> QPoint:
    """On the screen: where QToolTip is to be told to be, so that it begins below `part`."""
    return part.mapToGlobal(QPoint(0, part.height() - TIP_DROP_PX + STEP))


def unbroken(text: str) -> str:
    """`text` with a number and its unit on one line.

    >>> unbroken("12 ms, 1.2 idle").split(" ")
    ['12\\xa0ms,', '1.2\\xa0idle']
    """
    whole = text.replace(" ", "\u00a0")
    for cut in (",\u00a0", "/\u00a0", "\u00a0("):
        whole = whole.replace(cut, cut.replace("\u00a0", " "))
    return whole


def _text() -> QLabel:
    value = QLabel()
    value.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
    value.setWordWrap(True)  # a value that is too long must not push the next column away
    value.setTextFormat(Qt.TextFormat.PlainText)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return value


def _link() -> QPushButton:
    button = QPushButton()
    button.setObjectName("link")
    button.setProperty("flush", True)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    button.setMinimumHeight(LINK_PX)
    return button
