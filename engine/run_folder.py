"""Where runs live on disk: making, saving, opening and clearing out run folders."""

import json
import re
import shutil
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

import platformdirs
import psutil

from .experiment import Experiment
from .export.target import written
from .machine import Machine
from .names import (
    EXPERIMENT_FILE,
    LIFELINE_FILE,
    OUTPUT_FOLDER,
    OWNER_FILE,
    SOURCE_FOLDER,
)
from .problem import Kind, Problem, ProblemError
from .recording import Recording

RUNS_KEPT = 100
SUFFIX = ".poolscope"
OPENED_PREFIX = "poolscope-opened-"
UNPACKED_LIMIT = 8 << 30
"""Bytes that a saved run may unpack to; a table of 50 million tasks takes 2 GB."""
LEFT_OUT = (OWNER_FILE, LIFELINE_FILE)
"""What a saved run does not hold: it belongs to the process that made the folder."""


def root() -> Path:
    """The folder that holds the run folders of this user; made when it is not there."""
    path = platformdirs.user_data_path("poolscope", appauthor=False) / "runs"
    path.mkdir(parents=True, exist_ok=True)
    return path


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
        parent = parent or root()
        folder = Path(
            tempfile.mkdtemp(prefix=f"{prefix}{now:%Y%m%d-%H%M%S-%f}-{name}-", dir=parent)
        )
        (folder / OUTPUT_FOLDER).mkdir()
        (folder / OWNER_FILE).write_text(_this_process())
        text = {
            "experiment": experiment.to_json(),
            "machine": machine.to_json(),
            "started": now.isoformat(timespec="seconds"),
        }
        (folder / EXPERIMENT_FILE).write_text(json.dumps(text, indent=2), "utf-8")
    except OSError as error:
        if folder is not None:
            delete(folder)
        values = {"path": str(parent), "error": error.strerror or str(error)}
        raise ProblemError(Problem(Kind.NOT_WRITABLE, None, values)) from error
    return folder


def _this_process() -> str:
    process = psutil.Process()
    return f"{process.pid} {process.create_time()}"


def owned(folder: Path) -> bool:
    """Whether the process that made `folder` is still there."""
    try:
        pid, created = (folder / OWNER_FILE).read_text().split()
        return psutil.Process(int(pid)).create_time() == float(created)
    except (OSError, ValueError, psutil.NoSuchProcess):
        return False


def delete(folder: Path) -> None:
    """Delete a run folder; what cannot be deleted now stays for `clear_out`."""
    shutil.rmtree(folder, ignore_errors=True)


def clear_out(parent: Path | None = None, keep: int = RUNS_KEPT) -> None:
    """Delete the oldest run folders beyond `keep`, and what opened runs have left.

    Never those of a program that still runs.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{OPENED_PREFIX}*"):
        if not owned(folder):
            delete(folder)
    folders = sorted(path for path in (parent or root()).iterdir() if path.is_dir())
    for folder in folders[: max(0, len(folders) - keep)]:
        if not owned(folder):
            delete(folder)


def save(folder: Path, path: Path) -> None:
    """Zip a finished run's folder to `path`: written beside it, then renamed.

    Raises ProblemError when it cannot be written; an earlier file stays whole.
    """
    deflated = zipfile.ZIP_DEFLATED
    with written(path) as part, zipfile.ZipFile(part, "w", deflated, compresslevel=1) as archive:
        for file in sorted(folder.rglob("*")):
            relative = file.relative_to(folder)
            if relative.parts[0] == SOURCE_FOLDER:
                continue  # experiment.json has the text
            if file.is_file() and file.name not in LEFT_OUT:
                archive.write(file, relative.as_posix())


def open_saved(path: Path) -> Recording:
    """Unpack a saved run into a temporary folder and read it. No code runs.

    Raises ProblemError when it is not a run, or would write outside of its folder, or is too big.
    The caller deletes `recording.folder` when it is done with it.
    """
    folder = Path(tempfile.mkdtemp(prefix=OPENED_PREFIX))
    (folder / OWNER_FILE).write_text(_this_process())
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive)
            archive.extractall(folder)
        recording = Recording(folder)
        recording.update(ended=True)
        return recording
    except Exception as error:  # what a hostile file can make zipfile and zlib raise has no end
        delete(folder)
        if isinstance(error, ProblemError):
            error = ValueError(error.problem.values.get("error", error))
        values = {"path": str(path), "error": str(error)}
        raise ProblemError(Problem(Kind.NOT_A_RUN, None, values)) from error


def _check(archive: zipfile.ZipFile) -> None:
    names = set()
    for member in archive.infolist():
        parts = Path(member.filename).parts
        flat = len(parts) == 1 or (len(parts) == 2 and parts[0] == OUTPUT_FOLDER)
        if not flat or ".." in parts or Path(member.filename).is_absolute():
            raise ValueError(f"it holds the name {member.filename!r}")
        if member.filename in LEFT_OUT:
            raise ValueError(f"it holds the name {member.filename!r}")
        names.add(member.filename)
    if EXPERIMENT_FILE not in names:
        raise ValueError(f"it holds no {EXPERIMENT_FILE}")
    if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT:
        raise ValueError("it would unpack to more than 8 GB")
