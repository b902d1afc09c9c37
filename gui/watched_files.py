"""Notices that a file has been written again, by whatever way an editor does it."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from .sources import Stamp, stamp

SETTLED_MS = 80
"""After a sign of a change: a file is emptied before it is written, or moved away."""

GONE_MS = 400
"""So long a file may be away before that is said."""


class WatchedFiles(QObject):
    """Watches files and their folders: most editors put a new file in the old one's place."""

    changed = Signal(object)
    """Path of a file whose content may be another one, or that has gone for good"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stamps: dict[Path, Stamp | None] = {}
        self._missing: set[Path] = set()
        self._watcher = QFileSystemWatcher(self)
        self._gone = QTimer(self, interval=GONE_MS, singleShot=True)
        self._gone.timeout.connect(self._tell_gone)
        self._settled = QTimer(self, interval=SETTLED_MS, singleShot=True)
        self._settled.timeout.connect(self._compare)
        self._watcher.fileChanged.connect(self._compare_soon)
        self._watcher.directoryChanged.connect(self._compare_soon)

    def watch(self, paths: Iterable[Path]) -> None:
        """Watch these files from now on, and no others."""
        wanted = {path.absolute() for path in paths}
        for path in set(self._stamps) - wanted:
            del self._stamps[path]
        self._missing &= wanted
        for path in wanted - set(self._stamps):
            self._stamps[path] = stamp(path)
        self._renew()

    def _compare_soon(self) -> None:
        """In a folder where something changes all the time the look is not put off for ever."""
        if not self._settled.isActive():
            self._settled.start()

    def _renew(self) -> None:
        """Let the watcher watch what is there: it forgets a file that was replaced."""
        wanted = {str(path) for path in self._stamps if stamp(path) is not None}
        wanted |= {str(path.parent) for path in self._stamps if stamp(path.parent)}
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
                self._missing.discard(path)
                if now is not None:
                    self.changed.emit(path)
                else:  # perhaps only between two steps of an editor
                    self._missing.add(path)
                    self._gone.start()

    def _tell_gone(self) -> None:
        missing, self._missing = self._missing, set()
        for path in missing:
            if stamp(path) is None:
                self.changed.emit(path)
