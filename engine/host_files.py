"""Lays the host's source files into a folder of their own, once per version.

That folder is all that the app adds to the path of an experiment's interpreter, so any Python 3.11
or newer can run a host, with the user's own packages and none of ours; so can a frozen bundle.
"""

import compileall
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import platformdirs

from .problem import Kind, Problem, ProblemError

SOURCE = Path(__file__).parent
FILES = (
    "__init__.py",
    "problem.py",
    "experiment.py",
    "messages.py",
    "names.py",
    "exits.py",
    "lifeline.py",
    "tasks/*.py",
    "trace/__init__.py",
    "trace/layout.py",
    "trace/mapping.py",
    "trace/writer.py",
    "host/*.py",
    "backends/*.py",
)
"""Relative to the engine; all of them need the standard library only."""

START = "from poolscope.engine.host.__main__ import main\n\nmain()\n"


def _sources() -> list[Path]:
    return sorted(path for pattern in FILES for path in SOURCE.glob(pattern))


def lay() -> Path:
    """The folder to hand to `python -P`; laid when it is not there yet.

    Raises ProblemError when it cannot be written, and OSError when the sources cannot be read.
    """
    sources = _sources()
    contents = [(path.relative_to(SOURCE), path.read_bytes()) for path in sources]
    digest = hashlib.sha256(repr(contents).encode()).hexdigest()[:16]
    parent = platformdirs.user_cache_path("poolscope", appauthor=False) / "host"
    folder = parent / digest
    if folder.is_dir():
        return folder
    beside: Path | None = None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{digest}-", dir=parent))
        for relative, content in contents:
            target = beside / "poolscope" / "engine" / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        (beside / "__main__.py").write_text(START)
        # Python would do it at the first run, but not where PYTHONDONTWRITEBYTECODE is set: there
        # each host and each worker would compile them again, which takes longer than all else that
        # recording adds to a start.
        if sys.pycache_prefix is None:
            compileall.compile_dir(beside, quiet=2, stripdir=str(beside), prependdir=str(folder))
    except OSError as error:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
        values = {"path": str(parent), "error": error.strerror or str(error)}
        raise ProblemError(Problem(Kind.OWN_FOLDER_NOT_WRITABLE, None, values)) from error
    try:
        os.rename(beside, folder)
    except OSError:
        shutil.rmtree(beside)  # somebody else was quicker
        if not folder.is_dir():
            raise
    return folder
