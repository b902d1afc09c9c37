"""Asks which picture of the timeline is wanted, and shows it before it is made."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ...engine.recording import Recording
from ..theme import DARK, LIGHT, STEP, Theme
from ..timeline.picture import PictureOptions, draw_picture

PREVIEW = (520, 320)
WIDTHS = (800, 1200, 1600, 2400)
SCALES = (1, 2, 4)


class PictureDialog(QDialog):
    """`options()` is what was chosen; `copy_wanted` says that it is for the clipboard.

    seen: the picture of what is seen now, in the appearance of the window.
    """

    def __init__(
        self, recording: Recording, seen: PictureOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._recording, self._seen = recording, seen
        self.copy_wanted = False
        self.setWindowTitle(self.tr("Export picture"))
        self._make(seen.theme)
        self._arrange()
        self._preview()

    def _make(self, theme: Theme) -> None:
        self.whole = QRadioButton(self.tr("&Whole run"))
        self.seen = QRadioButton(self.tr("As &seen now"))
        self.whole.setChecked(True)
        self.width_choice = QComboBox()
        for width in WIDTHS:
            self.width_choice.addItem(self.tr("{0} px").format(width), width)
        self.width_choice.setCurrentIndex(1)
        self.scale = QComboBox()
        for scale in SCALES:
            self.scale.addItem(f"{scale}×", scale)
        self.scale.setCurrentIndex(1)
        self.appearance = QComboBox()
        self.appearance.addItem(self.tr("Light"), LIGHT)
        self.appearance.addItem(self.tr("Dark"), DARK)
        self.appearance.setCurrentIndex(1 if theme.dark else 0)
        self.size_note = QLabel()
        self.size_note.setObjectName("muted")
        self.preview = QLabel()
        self.preview.setFixedWidth(PREVIEW[0])
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName(self.tr("Preview"))
        group = QButtonGroup(self)
        for button in (self.whole, self.seen):
            group.addButton(button)
        self.whole.toggled.connect(self._preview)
        for choice in (self.width_choice, self.scale, self.appearance):
            choice.currentIndexChanged.connect(self._preview)

    def _arrange(self) -> None:
        buttons = QDialogButtonBox()
        save = buttons.addButton(self.tr("Save…"), QDialogButtonBox.ButtonRole.AcceptRole)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        save.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        copy.clicked.connect(self._copy)
        part = QHBoxLayout()
        part.addWidget(self.whole)
        part.addWidget(self.seen)
        part.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        fields = (
            (self.tr("Wi&dth"), self.width_choice),
            (self.tr("S&cale"), self.scale),
            (self.tr("&Appearance"), self.appearance),
        )
        for place, (title, field) in enumerate(fields):
            label = QLabel(title)
            label.setBuddy(field)
            grid.addWidget(label, 0, place)
            grid.addWidget(field, 1, place)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        column.setSpacing(3 * STEP)
        column.addWidget(self.preview)
        column.addLayout(part)
        column.addLayout(grid)
        column.addWidget(self.size_note)
        column.addWidget(buttons)

    def options(self) -> PictureOptions:
        """The picture that was chosen."""
        return replace(
            self._seen,
            whole=self.whole.isChecked(),
            width=self.width_choice.currentData(),
            scale=self.scale.currentData(),
            theme=self.appearance.currentData(),
        )

    def image(self) -> QImage:
        return draw_picture(self._recording, self.options())

    def _copy(self) -> None:
        self.copy_wanted = True
        self.accept()

    def _preview(self) -> None:
        scale = self.scale.currentData()
        image = draw_picture(self._recording, replace(self.options(), scale=1))
        width, height = image.width() * scale, image.height() * scale
        size = self.tr("{0} × {1} pixels").format(width, height)
        self.size_note.setText(size)
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(1)
        shown = pixmap.scaled(
            *PREVIEW,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self.preview.setPixmap(shown)
        self.preview.setFixedHeight(shown.height())
