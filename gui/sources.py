"""Files and texts of tasks as they were last read. Reading them runs nothing of them."""

from pathlib import Path

from ..engine.experiment import Experiment
from ..engine.problem import Problem, ProblemError
from ..engine.tasks.reading import Source, read_file, read_text

Stamp = tuple[int, int, int]
"""Time of the last change in ns, size in bytes, inode: another one, another content."""


def stamp(path: Path) -> Stamp | None:
    """What tells one content of the file from another; None when there is no such file."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # a name that no file can have
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


class Sources:
    """Reads each file again only when it has changed. Asking costs one `stat`."""

    def __init__(self) -> None:
        self._files: dict[Path, tuple[Stamp | None, Source | Problem]] = {}
        self._text: tuple[str, Source | Problem] = ("", Source())

    def of(self, experiment: Experiment) -> Source | Problem | None:
        """Where the task of `experiment` comes from; None: it is of no file and no text.

        The Problem is why the file cannot be read, or is not Python.
        """
        if experiment.source:
            return self.of_text(experiment.source)
        return None if experiment.file is None else self.of_file(experiment.file)

    def of_file(self, path: Path) -> Source | Problem:
        """What is in the file now."""
        now = stamp(path)
        known = self._files.get(path)
        if known is None or known[0] != now:
            try:
                known = now, read_file(path)
            except ProblemError as error:
                known = now, error.problem
            self._files[path] = known
        return known[1]

    def of_text(self, text: str) -> Source | Problem:
        """What a text that was written in the window defines."""
        if text != self._text[0]:
            try:
                self._text = text, read_text(text)
            except ProblemError as error:
                self._text = text, error.problem
        return self._text[1]
