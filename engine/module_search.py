"""Whether a Python finds a module, looked up as it would do it. Nothing is imported.

An import hook that only the running Python has can find more; what it would find counts as found
where its traces can be seen.
"""

import os
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from pathlib import Path
from zipimport import ZipImportError, zipimporter

from .interpreters import Interpreter

Places = tuple[str, ...]


def finds(interpreter: Interpreter, module: str, folders: Iterable[str] = ()) -> bool:
    """Whether `interpreter` finds `module` (with dots for one in a package).

    `folders` come before its own search path, as the folder of a program does.
    """
    head, *inner = module.split(".")
    if head in interpreter.builtins:
        return True
    search_path = (*folders, *interpreter.search_path)
    places = _locate(head, search_path, interpreter.extensions)
    if places is None:
        return _is_linked(head, interpreter.search_path)
    for name in inner:
        if not places:  # no package in a folder; but os has a path, too
            return True
        places = _locate(name, places, interpreter.extensions)
        if places is None:
            return False
    return True


def packages_of(python: Path) -> Places:
    """The folders of the packages in the virtual environment whose interpreter is `python`."""
    venv = python.parent.parent
    found = [*venv.glob("lib/python3*/site-packages"), *venv.glob("Lib/site-packages")]
    return tuple(map(str, found))


def _locate(name: str, places: Places, extensions: Places) -> Places | None:
    """Where the modules inside the module `name` are; None when it is in none of the places."""
    portions: list[str] = []
    for place in places:
        try:
            spec = _finder(place, extensions).find_spec(name)
        except (OSError, ValueError, ImportError):
            continue
        if spec is None:
            continue
        inside = [folder for folder in spec.submodule_search_locations or () if _is_folder(folder)]
        if spec.loader is not None:
            return tuple(inside)
        portions += inside  # of a package without an __init__.py, which goes on elsewhere
    return tuple(portions) or None


def _is_folder(path: str) -> bool:
    return os.path.isdir(path)


@lru_cache(maxsize=1024)
def _finder(place: str, extensions: Places) -> "FileFinder | zipimporter":
    """It remembers the names in a folder until that changes."""
    if place.endswith((".zip", ".egg")):
        try:
            return zipimporter(place)
        except ZipImportError:
            pass  # a folder, or nothing
    return FileFinder(
        place,
        (ExtensionFileLoader, list(extensions)),
        (SourceFileLoader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )


def _is_linked(name: str, places: Places) -> bool:
    """Whether an editable install brings it: those leave files that name it to an import hook."""
    quoted = re.compile(rf"""['"]{re.escape(name)}['".]""")
    return any(quoted.search(text) for place in places for text in _links(place, _changed(place)))


def _changed(folder: str) -> float:
    try:
        return os.stat(folder).st_mtime
    except (OSError, ValueError):
        return 0.0


@lru_cache(maxsize=256)
def _links(folder: str, _changed: float) -> tuple[str, ...]:
    texts = []
    try:
        names = [name for name in os.listdir(folder) if "editable" in name]
    except (OSError, ValueError):
        return ()
    for name in names:
        try:
            texts.append(Path(folder, name).read_text("utf-8", "replace"))
        except OSError:
            continue
    return tuple(texts)
