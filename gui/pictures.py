"""Pictures of the timeline: asked for, saved, or put on the clipboard."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMessageBox, QWidget

from ..engine.problem import ProblemError
from . import wording
from .dialogs.file_dialogs import ask_target
from .dialogs.picture_dialog import PictureDialog
from .lab import Lab
from .timeline.picture import PictureOptions, draw_picture, save_png
from .widgets.labels import plain


class Pictures(QObject):
    """Of the run that the lab shows. `seen` is the picture of what is seen of it."""

    said = Signal(str)
    """Something worth a line at the foot of the window"""

    def __init__(self, lab: Lab, window: QWidget) -> None:
        super().__init__(window)
        self._lab, self._window = lab, window

    def ask(self, seen: PictureOptions) -> None:
        """Ask which picture is wanted, and save or copy it."""
        if self._lab.recording is None:
            return
        dialog = PictureDialog(self._lab.recording, seen, self._window)
        name = f"{self._lab.recording.experiment.function_name}.png"
        while dialog.exec() == PictureDialog.DialogCode.Accepted:
            if dialog.copy_wanted:
                self._copy(dialog.image())
                return
            filters = self.tr("PNG pictures (*.png)")
            path = ask_target(self._window, self.tr("Save picture"), name, filters, ".png")
            if path is None or self.save(dialog.image(), path):
                return

    def save(self, image: QImage, path: Path) -> bool:
        """Whether it could be written; a box has said it, if not."""
        try:
            save_png(image, path)
        except ProblemError as error:
            QMessageBox.warning(self._window, "Poolscope", plain(wording.sentence(error.problem)))
            return False
        self.said.emit(self.tr("Saved {0}").format(path))
        return True

    def copy(self, seen: PictureOptions) -> None:
        """The picture as seen, at once."""
        if self._lab.recording is not None:
            self._copy(draw_picture(self._lab.recording, seen))

    def _copy(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.said.emit(self.tr("The picture is on the clipboard."))
