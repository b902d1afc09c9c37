"""A line with something to do about it, which stays until that is done or it is sent away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ..theme import STEP


class Notice(QFrame):
    """Takes no room while there is nothing to say."""

    accepted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.button, self.away = QPushButton(), QPushButton(self.tr("Dismiss"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        row.setSpacing(STEP)
        row.addWidget(self.label, 1)
        for button in (self.button, self.away):
            button.setObjectName("link")
            button.clicked.connect(self.hide)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.button.clicked.connect(self.accepted)
        self.hide()

    def say(self, text: str, act: str) -> None:
        """Come up with `text`, and a button called `act`."""
        self.label.setText(text)
        self.button.setText(act)
        self.setAccessibleName(text)
        self.show()
