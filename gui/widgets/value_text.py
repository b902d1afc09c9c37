"""A value of any length: broken where it must be, so that it never widens its column."""

from functools import lru_cache

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

MOST_LINES = 8
"""Longer ones scroll."""
FRAME_PX = 1
WRAP = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


class ValueText(QPlainTextEdit):
    """As high as its text. It can be selected and copied as it is, without the breaks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("value")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(WRAP)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """As it was set."""
        return self.toPlainText()

    def setText(self, text: str) -> None:
        """Show another text from its beginning."""
        if text != self.toPlainText():
            self.setPlainText(text)
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = _lines(self.toPlainText(), self.font(), width - 2 * FRAME_PX)
        bars = Qt.ScrollBarPolicy
        long = lines > MOST_LINES
        self.setVerticalScrollBarPolicy(bars.ScrollBarAsNeeded if long else bars.ScrollBarAlwaysOff)
        return min(lines, MOST_LINES) * QFontMetrics(self.font()).lineSpacing() + 2 * FRAME_PX

    def sizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(max(self.width(), 40)))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, QFontMetrics(self.font()).lineSpacing() + 2 * FRAME_PX)


@lru_cache(maxsize=64)
def _lines(text: str, font: QFont, width: int) -> int:
    """How many lines a text takes, one more than MOST_LINES at most."""
    count = 0
    option = QTextOption()
    option.setWrapMode(WRAP)
    for part in text.split("\n"):
        layout = QTextLayout(part, font)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid() and count <= MOST_LINES:
            line.setLineWidth(max(width, 1))
            count += 1
        layout.endLayout()
        if count > MOST_LINES:
            break
    return max(count, 1)
