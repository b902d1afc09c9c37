"""What the window's actions do: run, stop, preview, open, save."""

import signal
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ..engine import experiment_file, history, run_folder
from ..engine.experiment import Experiment
from ..engine.journal import Status
from ..engine.killing import kill_worker
from ..engine.problem import Problem, ProblemError
from ..engine.recording import Recording
from ..engine.run import Run
from . import wording
from .dialogs.file_dialogs import ask_target
from .explaining import Explaining
from .lab import Lab
from .live_preview import LivePreview
from .live_probe import LiveProbe
from .live_run import LiveRun
from .opening import Opening, Read, Take
from .panels.experiment.task_choices import file_choices
from .remembered import Remembered
from .sources import stamp
from .watched_files import WatchedFiles
from .widgets.labels import plain


class Session(QObject):
    """Connects the lab with runs and files; says what went wrong in a box over `window`.

    file: where the run that is shown was opened from; None for one of this session.
    """

    settling = Signal()
    """Something is about to begin: whatever is typed and not yet taken over should be, now"""
    tasks_found = Signal(object)
    """Path of a Python file that was opened"""
    said = Signal(str)
    """Something worth a line at the foot of the window"""
    refused = Signal(str)
    """The field that is the reason why a run or a preview was not started"""

    def __init__(
        self, lab: Lab, window: QWidget, remembered: Remembered, *, measures_machine: bool = True
    ) -> None:
        super().__init__(window)
        self._lab, self._window, self._remembered = lab, window, remembered
        self._opened: list[Path] = []
        self._before_reset: Experiment | None = None
        self.file: Path | None = None
        self.live = LiveRun(self)
        self.live.started.connect(self._show_run)
        self.live.ticked.connect(self._take_frame)
        self.live.status_changed.connect(self._take_status)
        self.live_preview = LivePreview(lab, self)
        self.probe = LiveProbe(lab, self)
        self.opening = Opening(self)
        self.opening.refused.connect(self._tell)
        self.live.started.connect(self.opening.stop)
        self.explaining = Explaining(lab, self.live, self, measures_machine=measures_machine)
        self.opening.started.connect(self.explaining.self_test.stop)
        self.watched = WatchedFiles(self)
        self.watched.changed.connect(self._reread)
        lab.sources_changed.connect(lambda: self.watched.watch(lab.files))

    # --- running

    def run(self) -> None:
        """Start the lab's experiment, unless a run is on; or say which field is in the way."""
        self.settling.emit()
        if self.live.active:
            return
        if not self._lab.ready:
            self._lab.look_again()
        if not self._lab.ready:
            self.refused.emit(next(iter(self._lab.obstacles)))
            return
        self.live_preview.stop()
        self._lab.forget_told()  # see again
        problem = self.live.start(self._lab.experiment)
        if problem is not None:
            self._warn(problem)

    def stop(self) -> None:
        """End the run at once; or what is being opened, and the preview, when no run is on."""
        if self.live.active:
            self.live.stop()
        else:
            self.opening.stop()
            self.live_preview.stop()

    def kill_worker(self, ordinal: int, sign: int) -> None:
        """Send a signal to a worker of the run that is on, as the person's own experiment."""
        recording = self._lab.recording
        if recording is None or recording.trace is None:
            return
        pid = recording.pid_of(ordinal)
        try:
            kill_worker(recording, ordinal, sign)
        except ProblemError as error:
            self.said.emit(wording.sentence(error.problem))
        else:
            text = self.tr("{1} was sent to worker {0}. See what Pool does next.")
            self.said.emit(text.format(pid, signal.Signals(sign).name))

    def preview(self) -> None:
        """Evaluate the inputs in a host. It runs the user's code: only the user may ask."""
        self.settling.emit()
        if "inputs" in self._lab.untaken:
            self.refused.emit("inputs")
            return
        if "inputs" in self._lab.told:
            self._lab.set_field_problem("inputs", None)  # see again
        self.explaining.self_test.stop()
        problem = self.live_preview.start()
        if problem is not None:
            self._warn(problem)

    def _show_run(self, run: Run) -> None:
        self.file = None
        self._lab.show(run.recording, run.status)
        run_folder.clear_out(in_use=(run.folder,))

    def _take_frame(self, changed: bool) -> None:
        if changed:
            self._lab.trace_changed.emit()
        self._lab.ticked.emit()

    def _take_status(self, status: Status, problem: Problem | None) -> None:
        self._lab.set_status(status, problem)
        run = self.live.run
        if run is not None and run.over and run.recording.trace is None:
            run_folder.delete(run.folder)  # it never came to run anything

    def _reread(self, path: Path) -> None:
        self._lab.reread(path)
        if stamp(path) is None:
            self.said.emit(self.tr("{0} is not there any more.").format(path.name))
            return
        source, experiment = self._lab.known.sources.of_file(path), self._lab.experiment
        if isinstance(source, Problem):
            return
        chosen = experiment.file is not None and experiment.file.absolute() == path.absolute()
        name = experiment.function_name
        if chosen and name not in source.names and not source.unknowable:
            text = self.tr("{0} has changed, and {1} is not in it any more: choose another task.")
            self.said.emit(text.format(path.name, name))
        else:
            self.said.emit(self.tr("{0} has changed: the next run uses it.").format(path.name))

    def finish(self) -> None:
        """End everything; for the end of the program."""
        self.opening.stop()
        self.live_preview.stop()
        self.probe.stop()
        self.watched.watch(())
        self.live.finish()
        self.explaining.finish()  # last: it would begin with a run that has just ended
        for folder in self._opened:
            run_folder.delete(folder)
        run_folder.clear_out()

    # --- files

    def ask_open(self) -> None:
        filters = self.tr("Tasks, experiments and runs (*.py *.json *.poolscope)")
        folder = str(self._remembered.folder or "")
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open"), folder, filters)
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:
        """Offer a Python file's functions, or show an experiment or a saved run. Runs nothing.

        A run comes when it has been read; nothing waits for that. See `opening`.
        """
        self.settling.emit()  # what is half typed belongs to the experiment before
        self.opening.stop()
        acts = {".py": self._open_tasks, experiment_file.SUFFIX: self._open_experiment}
        act = acts.get(path.suffix.lower())
        if act is None:
            self._open_run(path.absolute())
            return
        try:
            act(path.absolute())
        except ProblemError as error:
            self._tell(error.problem)
        else:
            self._remember(path)

    def _open_tasks(self, path: Path) -> None:
        source = self._lab.known.sources.of_file(path)
        if isinstance(source, Problem):
            raise ProblemError(source)
        self._lab.offer(path)
        if not file_choices(path, source):
            text = self.tr("{0} has no function that takes an input at its top level.")
            self.said.emit(text.format(path.name))
        self.tasks_found.emit(path)

    def _open_experiment(self, path: Path) -> None:
        self._lab.load(experiment_file.open_experiment(path))

    def reset(self) -> None:
        """The experiment that Poolscope begins with; or back to the one that was left for it."""
        self.settling.emit()
        present, first = self._lab.experiment, Experiment()
        typed = bool(self._lab.untaken)
        if present != first or typed:
            self._before_reset = present if present != first else self._before_reset
            self._lab.load(first)
            text = self.tr("Reset. Ctrl+Shift+R again takes it back.")
            self.said.emit(text if self._before_reset is not None else self.tr("Reset."))
        elif self._before_reset is not None:
            self._lab.load(self._before_reset)
            self._before_reset = None
            self.said.emit(self.tr("As it was before the reset."))

    def _open_run(self, path: Path) -> None:
        def show(recording: Recording) -> None:
            self._opened.append(recording.folder)
            self._show_past(recording, path)
            self._remember(path)

        self._read(path.name, partial(run_folder.open_saved, path), show, _delete)

    def open_kept(self, folder: Path) -> None:
        """Show a run of the data folder where it is; nothing of it is deleted with the window."""
        self.settling.emit()
        name = self.tr("an earlier run")
        self._read(name, partial(history.open_kept, folder), self._show_past, _leave)

    def _read(self, name: str, read: Read, show: Take, forget: Take) -> None:
        if self.live.active:
            self.said.emit(self.tr("A run is on. Stop it before you open another."))
        else:
            self.opening.start(name, read, show, forget)

    def _show_past(self, recording: Recording, file: Path | None = None) -> None:
        self.file = file
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
        if recording is None or recording.trace is None or self._lab.running:
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
            self._tell(error.problem)
        else:
            self._say_saved(path)

    def ask_save_experiment(self) -> None:
        self.settling.emit()
        name = f"{self._lab.experiment.function_name}{experiment_file.SUFFIX}"
        title, filters = self.tr("Save experiment"), self.tr("Experiments (*.json)")
        path = ask_target(self._window, title, name, filters, experiment_file.SUFFIX)
        if path is not None:
            self.save_experiment(path)

    def save_experiment(self, path: Path) -> None:
        """Write what is in the form to a file."""
        try:
            experiment_file.save(self._lab.experiment, path)
        except ProblemError as error:
            self._tell(error.problem)
        else:
            self._say_saved(path)

    def _remember(self, path: Path) -> None:
        self._remembered.add_recent_file(path)
        self._remembered.folder = path.absolute().parent

    def _say_saved(self, path: Path) -> None:
        self._remember(path)
        self.said.emit(self.tr("Saved {0}").format(path))

    def _warn(self, problem: Problem) -> None:
        """Beside the field that it is about, or in a box."""
        if problem.field is not None:
            self._lab.tell(problem)
            self.refused.emit(problem.field)
        else:
            self._tell(problem)

    def _tell(self, problem: Problem) -> None:
        QMessageBox.warning(self._window, "Poolscope", plain(wording.sentence(problem)))


def _delete(recording: Recording) -> None:
    run_folder.delete(recording.folder)


def _leave(_recording: Recording) -> None:
    """It is kept."""
