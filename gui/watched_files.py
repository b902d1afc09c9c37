"""Notices that a file has been written again, by whatever way an editor does it."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from .sources import Stamp, stamp

SETTLED_MS = 80
"""After a sign of a change: a file is emptied before it is written, or moved away."""


class WatchedFiles(QObject):
    """Watches files and their folders: most editors put a new file in the old one's place."""

    changed = Signal(object)
    """Path of a file whose content may be another one; one that has gone is waited for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stamps: dict[Path, Stamp | None] = {}
        self._watcher = QFileSystemWatcher(self)
        self._settled = QTimer(self, interval=SETTLED_MS, singleShot=True)
        self._settled.timeout.connect(self._compare)
        self._watcher.fileChanged.connect(self._compare_soon)
        self._watcher.directoryChanged.connect(self._compare_soon)

    def watch(self, paths: Iterable[Path]) -> None:
        """Watch these files from now on, and no others."""
        wanted = {path.absolute() for path in paths}
        for path in set(self._stamps) - wanted:
            del self._stamps[path]
        for path in wanted - set(self._stamps):
            self._stamps[path] = stamp(path)
        self._renew()

    def _compare_soon(self) -> None:
        """In a folder where something changes all the time the look is not put off for ever."""
        if not self._settled.isActive():
            self._settled.start()

    def _renew(self) -> None:
        """Let the watcher watch what is there: it forgets a file that was replaced."""
        wanted = {str(path) for path in self._stamps if path.exists()}
        wanted |= {str(path.parent) for path in self._stamps if path.parent.exists()}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if gone := sorted(watched - wanted):
            self._watcher.removePaths(gone)
        if new := sorted(wanted - watched):
            self._watcher.addPaths(new)

    def _compare(self) -> None:
        self._renew()
        for path, before in list(self._stamps.items()):
            now = stamp(path)
            if now != before and path in self._stamps:
                self._stamps[path] = now
                if now is not None:  # between two steps of an editor there may be no file
                    self.changed.emit(path)
