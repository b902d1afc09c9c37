"""Where runs live on disk: making, saving, opening and clearing out run folders."""

import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import platformdirs

from . import archive, belonging, lifeline
from .breaking_off import Watch, go_on
from .experiment import Experiment
from .export.target import written
from .machine import Machine
from .names import (
    EXPERIMENT_FILE,
    OUTPUT_FOLDER,
    OWNER_FILE,
)
from .problem import Kind, Problem, ProblemError
from .recording import Recording, read_whole

RUNS_KEPT = 100
SUFFIX = ".poolscope"
OPENED_PREFIX = "poolscope-opened-"


def root() -> Path:
    """The folder that holds the run folders of this user; made when it is not there."""
    path = _place()
    path.mkdir(parents=True, exist_ok=True)
    return path


def _place() -> Path:
    return platformdirs.user_data_path("poolscope", appauthor=False) / "runs"


def kept(parent: Path | None = None) -> list[Path]:
    """The run folders that are there, by name; none where they cannot be read."""
    try:
        return sorted(path for path in (parent or _place()).iterdir() if path.is_dir())
    except OSError:  # read-only, or gone: a run says so when it is to be recorded there
        return []


def create(
    experiment: Experiment, machine: Machine, parent: Path | None = None, prefix: str = ""
) -> Path:
    """Make the folder of a new run, named by the time, and write experiment.json into it.

    With OPENED_PREFIX in the temporary folder, `clear_out` deletes it whenever it was left behind.

    Raises ProblemError when it cannot be written.
    """
    now = datetime.now().astimezone()
    name = re.sub(r"\W", "_", experiment.function_name)[:40]  # may be anything, also a path
    folder: Path | None = None
    try:
        prefix = f"{prefix}{now:%Y%m%d-%H%M%S-%f}-{name}-"
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent or root()))
        (folder / OWNER_FILE).write_text(belonging.this_process())
        (folder / OUTPUT_FOLDER).mkdir()
        text = {
            "experiment": experiment.to_json(),
            "machine": machine.to_json(),
            "started": now.isoformat(timespec="seconds"),
        }
        (folder / EXPERIMENT_FILE).write_text(json.dumps(text, indent=2), "utf-8")
    except OSError as error:
        if folder is not None:
            delete(folder)
        kind = Kind.NOT_WRITABLE if parent else Kind.OWN_FOLDER_NOT_WRITABLE
        values = {"path": str(parent or _place()), "error": error.strerror or str(error)}
        raise ProblemError(Problem(kind, None, values)) from error
    return folder


def owned(folder: Path) -> bool:
    """Whether the process that made or claimed `folder` is still there.

    Of a process in another container nobody can tell that; but whether it has a run in hand.
    """
    lives = belonging.lives(_owner(folder))
    return bool(lifeline.is_held(str(folder))) if lives is None else lives


def _owner(folder: Path) -> str:
    try:
        return (folder / OWNER_FILE).read_text("ascii", "replace")
    except OSError:
        return ""


def _is_own(folder: Path) -> bool:
    return _owner(folder) == belonging.this_process()


def delete(folder: Path) -> None:
    """Delete a run folder; what cannot be deleted now stays for `clear_out`."""
    shutil.rmtree(folder, ignore_errors=True)


def claim(folder: Path) -> None:
    """Make it this process's, so that no other clears it out, unless another has it.

    Raises OSError when it cannot be written to.
    """
    if not owned(folder):
        (folder / OWNER_FILE).write_text(belonging.this_process())


def clear_out(
    parent: Path | None = None, keep: int = RUNS_KEPT, in_use: Collection[Path] = ()
) -> None:
    """Delete the oldest run folders beyond `keep`, and what opened runs have left.

    Never those of another program that still runs, nor those of this one that are `in_use`.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{OPENED_PREFIX}*"):
        if not owned(folder):
            delete(folder)
    folders = kept(parent)
    for folder in folders[: max(0, len(folders) - keep)]:
        if folder not in in_use and (_is_own(folder) or not owned(folder)):
            delete(folder)


def save(folder: Path, path: Path) -> None:
    """Zip a finished run's folder to `path`: written beside it, then renamed.

    Raises ProblemError when it cannot be written; an earlier file stays whole.
    """
    with written(path) as part:
        archive.pack(folder, part)


def open_saved(path: Path, watch: Watch = go_on) -> Recording:
    """Unpack a saved run into a temporary folder and read it. No code runs. `watch` may end it.

    Raises ProblemError (NOT_A_RUN) when it is not a run, would write outside of its folder, is too
    big, or says what cannot be; NO_SPACE when the disk has no room for it, NOT_WRITABLE when there
    is no folder for it. Then nothing of it is left.
    The caller deletes `recording.folder` when it is done with it.
    """
    folder = _opened_folder()
    try:
        archive.unpack(path, folder, watch)
        return read_whole(folder, watch)
    except Exception as error:  # what a hostile file can make zipfile and zlib raise has no end
        delete(folder)
        if isinstance(error, ProblemError) and error.problem.kind is Kind.NO_SPACE:
            values = {**error.problem.values, "file": str(path)}
            raise ProblemError(Problem(Kind.NO_SPACE, None, values)) from error
        values = {"path": str(path), "error": _reason(error, path)}
        raise ProblemError(Problem(Kind.NOT_A_RUN, None, values)) from error
    except BaseException:
        delete(folder)
        raise


def _opened_folder() -> Path:
    parent = Path(tempfile.gettempdir())
    try:
        folder = Path(tempfile.mkdtemp(prefix=OPENED_PREFIX, dir=parent))
        (folder / OWNER_FILE).write_text(belonging.this_process())
    except OSError as error:
        values = {"path": str(parent), "error": error.strerror or str(error)}
        raise ProblemError(Problem(Kind.NOT_WRITABLE, None, values)) from error
    return folder


def _reason(error: Exception, path: Path) -> str:
    """What is wrong with a file, to be said after its name."""
    if isinstance(error, ProblemError):
        return str(error.problem.values.get("error", error.problem))
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, zlib.error | zipfile.BadZipFile | EOFError):
        return archive.what_is_wrong(path)
    return str(error) or type(error).__name__
