"""What comes back at the next start: JSON in the platform's own place, so reading it runs nothing.

(QSettings would unpickle what it finds: PySide keeps Python objects so.) Where the place cannot be
written to, everything works, nothing is remembered, and that is said once.
"""

import base64
import contextlib
import errno
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QByteArray

from ..engine.experiment import Experiment
from ..engine.export.target import check_writable, written
from ..engine.problem import Kind, Problem, ProblemError
from .timeline.scene.palette import ColourBy
from .timeline.strips.kinds import Said, StripKind
from .written_texts import KEPT, Written

FILE = "window.json"
RECENT_LIMIT = 10
APPEARANCES = ("system", "light", "dark")
ERRORS = {
    Kind.IS_FOLDER: errno.EISDIR,
    Kind.NO_FOLDER: errno.ENOENT,
    Kind.WRITE_PROTECTED: errno.EACCES,
}
"""As the system would say what says no error itself."""
NOT_READ = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What an experiment raises that was damaged, or is of a newer version."""


class Remembered:
    """The settings of the window. Of two windows, the one that sets a thing last has it."""

    def __init__(self, file: Path | None = None) -> None:
        folder = platformdirs.user_config_path("poolscope", appauthor=False)
        self._file = file or folder / FILE
        self._values: dict[str, Any] = {}
        self._trouble: Problem | None = None
        self._told = False
        self._read()

    # --- the experiment

    @property
    def experiment(self) -> Experiment | None:
        """The last one; None when there is none that this version can read.

        One that cannot be read is put aside, where the next one does not overwrite it.
        """
        data = self._values.get("experiment")
        if data is None:
            return None
        try:
            return Experiment.from_json(data)
        except NOT_READ:
            self._set(experiment_not_read=data, experiment=None)
            return None

    @experiment.setter
    def experiment(self, experiment: Experiment) -> None:
        self._set(experiment=experiment.to_json())

    @property
    def written(self) -> Written:
        """What was in the editor; empty when that was nothing."""
        return _written(self._values.get("written")) or Written()

    @written.setter
    def written(self, written: Written) -> None:
        self._set(written=written._asdict())

    @property
    def written_before(self) -> tuple[Written, ...]:
        """Texts that were replaced in the editor, the newest first."""
        values = self._values.get("written_before")
        found = map(_written, values) if isinstance(values, list) else ()
        return tuple(filter(None, found))[:KEPT]

    @written_before.setter
    def written_before(self, written: Iterable[Written]) -> None:
        self._set(written_before=[one._asdict() for one in written])

    # --- the window

    @property
    def geometry(self) -> QByteArray | None:
        """As QWidget.saveGeometry made it."""
        return _bytes(self._values.get("geometry"))

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._set(geometry=_text(geometry))

    def splitter(self, name: str) -> QByteArray | None:
        """As QSplitter.saveState made it; `name` tells the window's splitters apart."""
        return _bytes(self._values.get(f"splitter_{name}"))

    def set_splitter(self, name: str, state: QByteArray) -> None:
        self._set(**{f"splitter_{name}": _text(state)})

    @property
    def appearance(self) -> str:
        """One of APPEARANCES."""
        name = self._values.get("appearance")
        return name if name in APPEARANCES else APPEARANCES[0]

    @appearance.setter
    def appearance(self, name: str) -> None:
        self._set(appearance=name)

    @property
    def colour_by(self) -> ColourBy | None:
        """What the colours of the timeline told apart; None when nobody has chosen."""
        name = self._values.get("colour_by")
        return ColourBy(name) if name in tuple(ColourBy) else None

    @colour_by.setter
    def colour_by(self, choice: ColourBy) -> None:
        self._set(colour_by=str(choice))

    @property
    def strips(self) -> Said:
        """Those under the timeline that somebody wanted to see, or did not."""
        values = self._values.get("strips")
        said = values.items() if isinstance(values, dict) else ()
        known = tuple(StripKind)
        return {StripKind(name): on for name, on in said if name in known and isinstance(on, bool)}

    @strips.setter
    def strips(self, said: Said) -> None:
        self._set(strips={str(kind): on for kind, on in said.items()})

    def switch(self, name: str) -> bool | None:
        """Whether a part of the window was open, or an option on; None when nobody has said."""
        values = self._values.get("switches")
        value = values.get(name) if isinstance(values, dict) else None
        return value if isinstance(value, bool) else None

    def set_switches(self, switches: Mapping[str, bool]) -> None:
        self._set(switches=dict(switches))

    # --- files

    @property
    def files(self) -> list[Path]:
        """Python files whose functions were offered, those that are still there."""
        return [path for path in self._paths("files") if os.path.isfile(path)]

    @files.setter
    def files(self, files: Sequence[Path]) -> None:
        self._set(files=[str(path.absolute()) for path in files[-RECENT_LIMIT:]])

    @property
    def recent_files(self) -> list[Path]:
        """Those that are still there, the newest first."""
        return [path for path in self._paths("recent_files") if os.path.exists(path)]

    def add_recent_file(self, path: Path) -> None:
        """Put it first; of more than RECENT_LIMIT the oldest are forgotten."""
        self._read()  # another window may have opened others
        path = path.absolute()
        paths = [path, *(other for other in self._paths("recent_files") if other != path)]
        self._set(recent_files=[str(one) for one in paths[:RECENT_LIMIT]])

    def forget_recent_files(self) -> None:
        self._set(recent_files=[])

    def _paths(self, key: str) -> list[Path]:
        names = self._values.get(key)
        paths = map(_path, names) if isinstance(names, list) else ()
        return [path for path in paths if path is not None]

    @property
    def folder(self) -> Path | None:
        """Where a file was last chosen, if that is still there."""
        path = _path(self._values.get("folder"))
        return path if path is not None and os.path.isdir(path) else None

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._set(folder=str(folder.absolute()))

    # --- the place

    def _read(self) -> None:
        """Take over what is in the file; a file that is none of ours is put aside."""
        try:
            values = json.loads(self._file.read_bytes())
            if not isinstance(values, dict):
                raise ValueError("no settings")
        except OSError:
            return
        except (ValueError, RecursionError):
            with contextlib.suppress(OSError):
                self._file.replace(self._file.with_suffix(".not_read"))
            return
        self._values |= values

    def _set(self, **values: Any) -> None:
        """Write `values`, and leave what another window has written of the rest."""
        self._read()
        self._values |= values
        with self._troubled():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # Not worth waiting for the disk: it is written many times, and soon again.
            with written(self._file, durable=False) as part:
                part.write_text(json.dumps(self._values, indent=1), encoding="ascii")

    def trouble(self) -> Problem | None:
        """Why nothing can be remembered, as far as it is known; only the first call says it."""
        if self._told:
            return None
        if self._trouble is None:
            with self._troubled():
                self._file.parent.mkdir(parents=True, exist_ok=True)
                check_writable(self._file)
        self._told = self._trouble is not None
        return self._trouble

    @contextlib.contextmanager
    def _troubled(self) -> Iterator[None]:
        try:
            yield
        except ProblemError as error:
            reason = error.problem.values.get("error") or os.strerror(
                ERRORS.get(error.problem.kind, errno.EIO)
            )
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            return
        values = {"path": str(self._file.parent), "error": reason}
        self._trouble = Problem(Kind.NOT_REMEMBERED, None, values)


def _path(name: object) -> Path | None:
    """A path as we have written it, or None."""
    path = Path(name) if isinstance(name, str) else Path()
    return path if path.is_absolute() else None


def _written(values: object) -> Written | None:
    """A text as we have written it, or None."""
    if not isinstance(values, dict) or set(values) != set(Written._fields):
        return None
    written = Written(**values)
    whole = all(isinstance(part, str) for part in written) and bool(written.source.strip())
    return written if whole else None


def _text(value: QByteArray) -> str:
    return base64.b64encode(value.data()).decode()


def _bytes(text: object) -> QByteArray | None:
    try:
        value = base64.b64decode(str(text or ""), validate=True)
    except ValueError:
        return None
    return QByteArray(value) if value else None
