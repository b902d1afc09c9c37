"""What the window's actions do: run, stop, open, save, export."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ..engine import run_folder
from ..engine.journal import Status
from ..engine.problem import Problem, ProblemError
from ..engine.run import Run
from ..engine.tasks.loading import functions_of
from . import wording
from .dialogs.file_dialogs import ask_target
from .dialogs.picture_dialog import PictureDialog
from .lab import Lab
from .live_run import LiveRun
from .theme import Theme
from .timeline.palette import ColourBy
from .timeline.picture import PictureOptions, draw_picture, save_png


class Session(QObject):
    """Connects the lab with runs and files; says what went wrong in a box over `window`.

    file: where the run that is shown was opened from; None for one of this session.
    """

    tasks_found = Signal(list)
    """FileTask of a file that was opened"""
    said = Signal(str)
    """Something worth a line at the foot of the window"""

    def __init__(self, lab: Lab, window: QWidget) -> None:
        super().__init__(window)
        self._lab, self._window = lab, window
        self._opened: list[Path] = []
        self.file: Path | None = None
        self.live = LiveRun(self)
        self.live.started.connect(self._show_run)
        self.live.ticked.connect(self._take_frame)
        self.live.status_changed.connect(self._take_status)

    # --- running

    def run(self) -> None:
        """Start the lab's experiment, unless a run is on or a field is wrong."""
        if self.live.active or not self._lab.ready:
            return
        for field in tuple(self._lab.field_problems):  # the last run found them; see again
            self._lab.set_field_problem(field, None)
        problem = self.live.start(self._lab.experiment)
        if problem is not None:
            self._warn(problem)

    def stop(self) -> None:
        self.live.stop()

    def _show_run(self, run: Run) -> None:
        self.file = None
        self._lab.show(run.recording, run.status)

    def _take_frame(self, changed: bool) -> None:
        if changed:
            self._lab.trace_changed.emit()
        self._lab.ticked.emit()

    def _take_status(self, status: Status, problem: Problem | None) -> None:
        self._lab.set_status(status, problem)
        run = self.live.run
        if run is not None and run.over and run.recording.trace is None:
            run_folder.delete(run.folder)  # it never came to run anything

    def finish(self) -> None:
        """End everything; for the end of the program."""
        self.live.finish()
        for folder in self._opened:
            run_folder.delete(folder)
        run_folder.clear_out()

    # --- files

    def ask_open(self) -> None:
        filters = self.tr("Runs and tasks (*.poolscope *.py)")
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open"), "", filters)
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:
        """Show a saved run, or offer the functions of a Python file. Runs nothing."""
        try:
            if path.suffix.lower() == ".py":
                self._open_tasks(path)
            else:
                self._open_run(path)
        except ProblemError as error:
            self._warn(error.problem)

    def _open_tasks(self, path: Path) -> None:
        tasks = functions_of(path)
        if not tasks:
            self.said.emit(self.tr("{0} has no function of one argument.").format(path.name))
        self.tasks_found.emit(tasks)

    def _open_run(self, path: Path) -> None:
        if self.live.active:
            self.said.emit(self.tr("A run is on. Stop it before you open another."))
            return
        recording = run_folder.open_saved(path)
        self._opened.append(recording.folder)
        self.file = path
        status, problem = recording.journal.conclusion()
        earlier = self._lab.recording
        self._lab.load(recording.experiment)
        self._lab.show(recording, status)
        self._lab.set_status(status, problem)
        if earlier is not None and earlier.folder in self._opened:
            self._opened.remove(earlier.folder)
            run_folder.delete(earlier.folder)

    def ask_save(self) -> None:
        recording = self._lab.recording
        if recording is None or self._lab.running:
            return
        name = f"{recording.experiment.function_name}{run_folder.SUFFIX}"
        filters = self.tr("Poolscope runs (*.poolscope)")
        title, suffix = self.tr("Save run"), run_folder.SUFFIX
        path = ask_target(self._window, title, name, filters, suffix)
        if path is not None:
            self.save(path)

    def save(self, path: Path) -> None:
        """Save the shown run."""
        assert self._lab.recording is not None
        try:
            run_folder.save(self._lab.recording.folder, path)
        except ProblemError as error:
            self._warn(error.problem)
        else:
            self.said.emit(self.tr("Saved {0}").format(path))

    # --- pictures

    def ask_picture(self, span_ns: tuple[int, int], theme: Theme, colour_by: ColourBy) -> None:
        """Ask which picture is wanted, and save or copy it."""
        if self._lab.recording is None:
            return
        dialog = PictureDialog(self._lab.recording, span_ns, theme, colour_by, self._window)
        if dialog.exec() != PictureDialog.DialogCode.Accepted:
            return
        if dialog.copy_wanted:
            self._copy(dialog.image())
            return
        name = f"{self._lab.recording.experiment.function_name}.png"
        filters = self.tr("PNG pictures (*.png)")
        path = ask_target(self._window, self.tr("Save picture"), name, filters, ".png")
        if path is not None:
            self.save_picture(dialog.image(), path)

    def save_picture(self, image: QImage, path: Path) -> None:
        try:
            save_png(image, path)
        except ProblemError as error:
            self._warn(error.problem)
        else:
            self.said.emit(self.tr("Saved {0}").format(path))

    def _copy(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.said.emit(self.tr("The picture is on the clipboard."))

    def copy_now(self, span_ns: tuple[int, int], theme: Theme, colour_by: ColourBy) -> None:
        """The picture as seen, at once."""
        if self._lab.recording is not None:
            options = PictureOptions(
                whole=False, span_ns=span_ns, scale=2, theme=theme, colour_by=colour_by
            )
            self._copy(draw_picture(self._lab.recording, options))

    def _warn(self, problem: Problem) -> None:
        if problem.field is not None:
            self._lab.set_field_problem(problem.field, problem)
        else:
            QMessageBox.warning(self._window, "Poolscope", wording.sentence(problem))
