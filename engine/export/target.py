"""Files that people ask for: checked before a run, written whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..problem import Kind, Problem, ProblemError


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
        if path.is_dir():
            raise ProblemError(Problem(Kind.IS_FOLDER, field, {"path": str(path)}))
        if path.exists() and not os.access(path, os.W_OK):
            raise ProblemError(Problem(Kind.WRITE_PROTECTED, field, {"path": str(path)}))
        handle, beside = tempfile.mkstemp(prefix=f".{path.name[:80]}.", dir=path.parent)
        os.close(handle)
        os.unlink(beside)
    except OSError as error:
        raise ProblemError(_not_writable(path, error, field)) from error


@contextlib.contextmanager
def written(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` when all went well.

    After an exception nothing is left of it, and an earlier file stays whole. An OSError becomes
    a ProblemError.

    >>> with written(Path("results.csv")) as part:
    ...     part.write_text("index,value")
    """
    part = path.with_name(f".{path.stem[:80]}.{os.getpid()}.part{path.suffix}")
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        raise ProblemError(_not_writable(path, error, None)) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _not_writable(path: Path, error: OSError, field: str | None) -> Problem:
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        folder = {"path": str(path), "folder": str(path.parent)}
        return Problem(Kind.NO_FOLDER, field, folder)
    text = error.strerror or str(error)
    return Problem(Kind.NOT_WRITABLE, field, {"path": str(path), "error": text})
