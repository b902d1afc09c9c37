"""A panel's frame: white or dark card with round corners, and its small heading."""

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ..theme import SMALL_PT, STEP, body_font


class Card(QFrame):
    """Put widgets into `body`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 3 * STEP)
        self.body.setSpacing(2 * STEP)


def heading(text: str) -> QLabel:
    """The small capital title of a group of controls."""
    label = QLabel(text.upper())
    label.setObjectName("heading")
    label.setFont(body_font(SMALL_PT, bold=True))
    return label
