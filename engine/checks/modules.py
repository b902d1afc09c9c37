"""Will the run's Python find the modules that it is to import?"""

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ..experiment import Experiment
from ..interpreters import OLDEST, Interpreter, beside
from ..module_search import finds, packages_of
from ..tasks.reading import Source, address
from .facts import Facts
from .finding import Advice, Finding

NEEDED = frozenset(
    """
    abc array base64 binascii bisect bz2 codecs collections contextlib copyreg encodings enum fcntl
    fnmatch functools genericpath hashlib heapq hmac importlib io keyword linecache locale lzma math
    mmap multiprocessing operator os pickle posixpath queue random re reprlib runpy secrets select
    selectors shutil signal site socket stat struct subprocess tempfile textwrap threading token
    tokenize traceback types warnings weakref zipimport zlib
    """.split()  # noqa: SIM905 - a list would be 60 lines long
)
"""Modules that Pool itself imports, some of them only when it starts."""


def check_modules(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """The task's own module, what its file imports, and what the fork server is to preload."""
    where = address(experiment.task)
    if where.module and not experiment.source:
        yield from check_module(experiment, facts, where.module, "task")
    if experiment.file is not None:
        yield from _check_file_name(experiment.file)
        yield from _check_neighbours(experiment.file)
    if isinstance(facts.source, Source):
        yield from _check_imports(experiment, facts, facts.source)
    yield from _check_preload(experiment, facts)


def check_module(
    experiment: Experiment, facts: Facts, module: str, field: str
) -> Iterator[Finding]:
    """Whether `module`, which `field` names, is found. A package may make some up as it goes."""
    python = facts.python(experiment)
    folders = (str(experiment.folder or Path.cwd()), *_folders(experiment, facts))
    if python is not None and not finds(python, module, folders):
        stops = not finds(python, module.partition(".")[0], folders)
        values = {"module": module, "python": python.path}
        yield Finding(Advice.MODULE_NOT_THERE, field, stops, values)


def _folders(experiment: Experiment, facts: Facts) -> tuple[str, ...]:
    """What comes before the search path of the interpreter when the task's file is imported."""
    path = facts.variables(experiment).get("PYTHONPATH", "").split(os.pathsep)
    here = [] if experiment.file is None else [_folder(experiment.file)]
    return (*here, *(folder for folder in path if folder))


def _folder(file: Path) -> str:
    """Where a file really is: the host follows links."""
    return os.path.dirname(os.path.realpath(file))


def _check_file_name(file: Path) -> Iterator[Finding]:
    """As what the host imports the file: any name without a dot will do, but for its own two."""
    if "." in file.stem or file.stem in ("__main__", "poolscope"):
        yield Finding(Advice.FILE_NAME, "task", True, {"name": file.name})
    elif file.stem in sys.stdlib_module_names:
        stops = file.stem in NEEDED or file.stem in sys.builtin_module_names
        values = {"name": file.name, "module": file.stem}
        yield Finding(Advice.HIDES_MODULE, "task", stops, values)


def _check_neighbours(file: Path) -> Iterator[Finding]:
    """Another file of the folder may stand where Pool looks for a module of Python's."""
    folder = _folder(file)
    for name in _modules_in(folder, _changed(folder)):
        if name.partition(".")[0] != file.stem:
            values = {"name": name, "module": name.partition(".")[0]}
            yield Finding(Advice.HIDES_MODULE, "task", values=values)


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except (OSError, ValueError):
        return 0.0


@lru_cache(maxsize=32)
def _modules_in(folder: str, _changed: float) -> tuple[str, ...]:
    """Files and packages there whose names Pool needs for itself."""
    found = []
    for name in sorted(NEEDED):
        if os.path.isfile(os.path.join(folder, f"{name}.py")):
            found.append(f"{name}.py")
        elif os.path.isfile(os.path.join(folder, name, "__init__.py")):
            found.append(name)
    return tuple(found)


def _check_imports(experiment: Experiment, facts: Facts, source: Source) -> Iterator[Finding]:
    """What importing the file surely imports. A file may have changed the path itself."""
    for name in sorted(source.needs):
        if name.startswith("."):
            yield Finding(Advice.RELATIVE_IMPORT, "task", True, {"module": name})
            return
    python = facts.python(experiment)
    if python is None:
        return
    folders = _folders(experiment, facts)
    packages = sorted({name.partition(".")[0] for name in source.needs})
    missing = [package for package in packages if not finds(python, package, folders)]
    offered = _offered(experiment) if missing else None
    for package in missing:
        if offered is not None and finds(offered, package):
            values = {"module": package, "path": offered.path}
            yield Finding(Advice.VENV_HAS_IT, "python", values=values)
        else:
            values = {"module": package, "python": python.path}
            yield Finding(Advice.IMPORT_NOT_THERE, "task", values=values)


def _offered(experiment: Experiment) -> Interpreter | None:
    """The virtual environment beside the file, with the packages in its folder."""
    if experiment.file is None or experiment.place.python:
        return None
    python = beside(experiment.file)
    if python is None:
        return None
    return Interpreter(str(python), (*OLDEST, 0), packages_of(python))


def _check_preload(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """The fork server says nothing about a module that it does not find."""
    python = facts.python(experiment)
    if experiment.pool.start_method != "forkserver" or python is None:
        return
    for module in experiment.pool.preload:
        if not finds(python, module, _folders(experiment, facts)):
            values = {"module": module, "python": python.path}
            yield Finding(Advice.PRELOAD_NOT_THERE, "preload", values=values)
