"""Saved runs as files: packing a run folder, and unpacking one that may come from anywhere."""

import errno
import io
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from .breaking_off import Watch, go_on
from .names import (
    EVENTS_FILE,
    EXPERIMENT_FILE,
    INPUTS_FILE,
    LIFELINE_FILE,
    OUTPUT_FOLDER,
    OWNER_FILE,
    RESULTS_FILE,
    SOURCE_FOLDER,
)
from .problem import Kind, Problem, ProblemError
from .sampling.layout import MACHINE, PROCESSES_FILE, SAMPLES
from .trace.layout import TASKS
from .trace.writer import not_recorded

UNPACKED_LIMIT = 8 << 30
"""Bytes that a saved run may unpack to; the tables of 50 million tasks in long chunks take 2 GB."""
MEMBERS_LIMIT = 200_000
"""Files; beside a dozen there is one for each worker that has printed anything."""
CONTENTS_LIMIT = 32 << 20
"""Bytes of a zip file's table of contents, which zipfile reads in one go."""
SMALL_LIMIT = 64 << 20
EVENTS_LIMIT = 8 << 20
PROCESSES_LIMIT = 256 << 20
"""About 300 bytes a process, of as many as are followed, with room for long names."""
SAMPLES_LIMIT = 1 << 30
"""512 processes, looked at for a day, take 70 MB; see sampling/sampler.py."""
TEXT_BYTES = 1500
"""Of a line of a text column: 200 characters, each written in six at most."""
BLOCK_BYTES = 1 << 20
ZIP_BEGIN = b"PK"
LEFT_OUT = (OWNER_FILE, LIFELINE_FILE)
"""What a saved run does not hold: it belongs to the process that made the folder."""
NAME = re.compile(rf"({OUTPUT_FOLDER}/)?[A-Za-z0-9][A-Za-z0-9_-]{{0,60}}(\.[a-z]{{1,10}})?")
"""What files of a run folder are called: nothing that any system takes for more than a name."""
FORBIDDEN = {*LEFT_OUT, SOURCE_FOLDER, OUTPUT_FOLDER, "con", "prn", "aux", "nul"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
}
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Those that we write; others unpack without bounds to what is taken in at a time."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _File(io.FileIO):
    """A file that is never read in one go beyond CONTENTS_LIMIT, whatever zipfile asks for."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            size = os.fstat(self.fileno()).st_size - self.tell()
        if size > CONTENTS_LIMIT:
            raise ValueError("its table of contents is too long")
        return super().read(max(size, 0)) or b""


def pack(folder: Path, path: Path) -> None:
    """Zip what a saved run holds of a run folder to `path`.

    May raise OSError, and ProblemError (RUN_NOT_RECORDED) when the folder is not there any more.
    """
    try:
        (folder / EXPERIMENT_FILE).stat()  # of a folder that is not there, a walk finds nothing
    except FileNotFoundError as error:
        raise ProblemError(not_recorded(folder, error)) from error
    with zipfile.ZipFile(
        path, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False
    ) as archive:
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder).as_posix()
            if not _is_kept(name) or not file.is_file():
                continue
            if "/" not in name or file.stat().st_size:  # most workers print nothing
                archive.write(file, name)


def unpack(path: Path, folder: Path, watch: Watch = go_on) -> None:
    """Unpack the saved run at `path` into `folder`, and write nowhere else; `watch` may end it.

    Raises ValueError when it is none, or is too big, OSError when it cannot be read, and
    ProblemError (NO_SPACE) when the disk has no room for it. zipfile and zlib raise others.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is no file")  # opening a pipe would wait for its other end
    with _File(path) as file, zipfile.ZipFile(file) as archive:
        members = _checked(archive)
        needed = sum(member.file_size for member in members)
        if needed > shutil.disk_usage(folder).free:
            raise _no_space(folder, needed)
        try:
            (folder / OUTPUT_FOLDER).mkdir(exist_ok=True)
            for member in members:
                _extract(archive, member, folder / member.filename, watch)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise _no_space(folder, needed) from error
            raise


def what_is_wrong(path: Path) -> str:
    """With a file that cannot be read as a zip file, to be said after its name."""
    with open(path, "rb") as file:
        begin = file.read(len(ZIP_BEGIN))
    if not begin:
        return "it is empty"
    if begin == ZIP_BEGIN:
        return "it is damaged, or was only partly copied: copy or save it again"
    return "it is no saved run"


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, watch: Watch) -> None:
    """Write `member` to `target`, which must not be there: no more than it says that it has."""
    missing = member.file_size
    with archive.open(member) as source, open(target, "xb") as file:
        while block := source.read(BLOCK_BYTES):
            watch()
            missing -= len(block)
            if missing < 0:
                break
            file.write(block)
    if missing:
        raise ValueError(f"{member.filename} has another size than it says")


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files in `archive`. Raises ValueError unless all of them can be those of a run."""
    if len(archive.infolist()) > MEMBERS_LIMIT:
        raise ValueError(f"it holds more than {MEMBERS_LIMIT:,} files")
    members = [
        member for member in archive.infolist() if member.orig_filename != f"{OUTPUT_FOLDER}/"
    ]
    seen: set[str] = set()
    for member in members:
        _check_member(member)
        name = member.filename.lower()  # there are systems to which they are the same
        if name in seen:
            raise ValueError(f"it holds the name {member.filename!r} twice")
        seen.add(name)
    sizes = {member.filename: member.file_size for member in members}
    if EXPERIMENT_FILE not in sizes:
        raise ValueError(f"it holds no {EXPERIMENT_FILE}")
    if sum(sizes.values()) > UNPACKED_LIMIT:
        raise ValueError("it would unpack to more than 8 GB")
    for name, limit in _limits(sizes.get(TASKS.file_name, 0)):
        if sizes.get(name, 0) > limit:
            raise ValueError(f"its {name} would unpack to more than {limit:,} bytes")
    return members


def _is_kept(name: str) -> bool:
    """Whether a saved run may hold a file of this name; experiment.json has the source's text."""
    stem = name.rpartition("/")[2].partition(".")[0].lower()
    return NAME.fullmatch(name) is not None and stem not in FORBIDDEN


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    if name != member.filename or not _is_kept(name):
        raise ValueError(f"it holds the name {name[:100]!r}")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise ValueError(f"{name} in it is no file")
    if member.flag_bits & 1:
        raise ValueError("it is encrypted")
    if member.compress_type not in COMPRESSIONS:
        raise ValueError("it is compressed in another way than Poolscope does")


def _limits(tasks_bytes: int) -> Iterator[tuple[str, int]]:
    """How long the files may be that are read whole, or line by line: a line a task."""
    tasks = tasks_bytes // (TASKS.size(1) - TASKS.size(0))
    yield EXPERIMENT_FILE, SMALL_LIMIT
    yield EVENTS_FILE, EVENTS_LIMIT
    yield PROCESSES_FILE, PROCESSES_LIMIT
    yield SAMPLES.file_name, SAMPLES_LIMIT
    yield MACHINE.file_name, SMALL_LIMIT
    yield INPUTS_FILE, BLOCK_BYTES + tasks * TEXT_BYTES
    yield RESULTS_FILE, BLOCK_BYTES + tasks * TEXT_BYTES


def _no_space(folder: Path, needed: int) -> ProblemError:
    return ProblemError(Problem(Kind.NO_SPACE, None, {"path": str(folder), "bytes": needed}))
