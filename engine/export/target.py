"""Files that people ask for: checked before a run, written whole or not at all."""

import contextlib
import itertools
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..problem import Kind, Problem, ProblemError

NOT_A_FILE = "it is no ordinary file"
SUFFIX_KEPT = 20
"""Bytes of an ending that the file beside it gets, too: what is written may look at it."""

_numbers = itertools.count()


def check_ending(path: Path, endings: Iterable[str], field: str | None = None) -> None:
    """Raise ProblemError when `path` does not end in one of `endings` (".png", …)."""
    known = list(endings)
    if path.suffix.lower() not in known:
        values = {"path": str(path), "known": known}
        raise ProblemError(Problem(Kind.UNKNOWN_ENDING, field, values))


def check_writable(path: Path, field: str | None = None) -> None:
    """Raise ProblemError when no file could be written at `path`; leaves everything as it was.

    It tries with a file of another name beside it: permissions alone do not tell of read-only
    disks.
    """
    try:
        target = _target(path, field)
        handle, beside = tempfile.mkstemp(prefix=".poolscope-", dir=target.parent)
        os.close(handle)
        os.unlink(beside)
    except OSError as error:
        raise ProblemError(not_writable(path, error, field)) from error


@contextlib.contextmanager
def written(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` when all went well.

    After an exception nothing is left of it, and an earlier file stays whole. An OSError becomes
    a ProblemError. Where `path` is a link, what it points to is replaced, as editors do; a file
    keeps its permissions. durable: it is on the disk before it takes the place, because otherwise
    some file systems come back from a power failure with neither the earlier file nor this one.

    >>> with written(Path("results.csv")) as part:
    ...     part.write_text("index,value")
    """
    part: Path | None = None
    try:
        target = _target(path)
        # Short, and of its own: a name that just fits leaves no room for more.
        suffix = path.suffix if len(os.fsencode(path.suffix)) <= SUFFIX_KEPT else ""
        part = target.with_name(f".poolscope-{os.getpid()}-{next(_numbers)}.part{suffix}")
        yield part
        if target.exists():
            shutil.copymode(target, part)
        if durable:
            _flush(part)
        os.replace(part, target)
    except OSError as error:
        raise ProblemError(not_writable(path, error, part=part)) from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def _target(path: Path, field: str | None = None) -> Path:
    """The file to write for `path`, behind all links; it need not be there.

    Raises ProblemError when something is there that must not be replaced, and OSError when nobody
    can tell.
    """
    target = Path(os.path.realpath(path))
    values = {"path": str(path)}
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return target
    if stat.S_ISDIR(mode):
        raise ProblemError(Problem(Kind.IS_FOLDER, field, values))
    if not stat.S_ISREG(mode):  # a device or a pipe: renaming would put a plain file in its place
        raise ProblemError(Problem(Kind.NOT_WRITABLE, field, values | {"error": NOT_A_FILE}))
    if not os.access(target, os.W_OK):
        raise ProblemError(Problem(Kind.WRITE_PROTECTED, field, values))
    return target


def _flush(path: Path) -> None:
    with open(path, "r+b") as file:
        os.fsync(file.fileno())


def not_writable(
    path: Path, error: OSError, field: str | None = None, part: Path | None = None
) -> Problem:
    """Why `path` could not be written. `part`: what was written in its place."""
    folder = Path(os.path.realpath(path)).parent
    with contextlib.suppress(OSError):  # a name that is too long: the error says so
        if path.is_dir():
            return Problem(Kind.IS_FOLDER, field, {"path": str(path)})
        if isinstance(error, FileNotFoundError) and not folder.exists():
            values = {"path": str(path), "folder": str(folder)}
            return Problem(Kind.NO_FOLDER, field, values)
    text = error.strerror or str(error)
    if error.filename is not None and part is not None and not _same(error.filename, path, part):
        text = f"{text}: {error.filename}"  # what was to be written could not be read
    return Problem(Kind.NOT_WRITABLE, field, {"path": str(path), "error": text})


def _same(name: object, *paths: Path) -> bool:
    return any(str(name) in (str(path), os.path.realpath(path)) for path in paths)
