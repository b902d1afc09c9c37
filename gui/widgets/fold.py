"""A part of a form that folds away behind its title, which then says what is in it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ..theme import STEP
from .elided_label import ElidedLabel
from .labels import set_state, set_wrong


class Fold(QWidget):
    """Put widgets into `body`. A dot at the title tells of remarks that are folded away."""

    toggled = Signal(bool)
    """Whether it is open now"""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marked = False
        self.button = QToolButton()
        self.button.setObjectName("fold")
        self.button.setText(title)
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setArrowType(Qt.ArrowType.RightArrow)
        self.button.toggled.connect(self._show_open)
        self._summary = ElidedLabel()
        self._summary.setObjectName("muted")
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._dot = QLabel("●")
        self._dot.setObjectName("dot")
        self._dot.setToolTip(self.tr("There is something to know in here."))
        self._page = QWidget()
        self.body = QVBoxLayout(self._page)
        self.body.setContentsMargins(0, STEP, 0, STEP)
        self.body.setSpacing(3 * STEP)
        self._arrange()
        self._show_open(False)

    def _arrange(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(2 * STEP)
        header.addWidget(self.button)
        header.addWidget(self._dot)
        header.addWidget(self._summary, 1)
        header.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self._page)

    @property
    def is_open(self) -> bool:
        return self.button.isChecked()

    def set_open(self, is_open: bool) -> None:
        self.button.setChecked(is_open)

    def summarise(self, text: str, *, unusual: bool = False) -> None:
        """What is inside, in a few words, while it is folded. `unusual` makes it stand out."""
        self._summary.setText(text)
        set_state(self._summary, "unusual", unusual)
        self.button.setAccessibleDescription(text)

    @property
    def summary(self) -> str:
        return self._summary.text()

    def show_marks(self, *, findings: bool, wrong: bool) -> None:
        """Whether anything inside is worth knowing, or wrong."""
        self._marked = findings or wrong
        set_wrong(self._dot, wrong)
        self._show_dot()

    def _show_open(self, is_open: bool) -> None:
        self.button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._page.setVisible(is_open)
        self._summary.setVisible(not is_open)
        set_state(self.button, "open", is_open)
        self._show_dot()
        self.toggled.emit(is_open)

    def _show_dot(self) -> None:
        self._dot.setVisible(self._marked and not self.is_open)
