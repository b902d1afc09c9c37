"""`poolscope desktop install` and `remove`: the entry in the applications menu (freedesktop)."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from ...engine.export.target import written
from ...resources import read_bytes, read_text
from . import words
from .arguments import UsageError
from .console import say

ENTRY = Path("applications/poolscope.desktop")
ICON = Path("icons/hicolor/scalable/apps/poolscope.svg")
MIME_TYPE = Path("mime/packages/poolscope.xml")
WRITTEN = (ENTRY, ICON, MIME_TYPE)
REFRESH = (("update-desktop-database", "applications"), ("update-mime-database", "mime"))
"""Programs that desktops take these folders in with, where they are there, and their folder."""
REFRESH_LIMIT_S = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The action."""
    parser.add_argument("action", choices=("install", "remove"))


def run(arguments: argparse.Namespace) -> int:
    """Do it and say which files it was about; 0. Raises UsageError where there is no such menu."""
    if not sys.platform.startswith(("linux", "freebsd")):
        raise UsageError(words.no_desktop_entry())
    home = data_home()
    if arguments.action == "install":
        install(home, command())
        for path in WRITTEN:
            say(words.file_written(home / path))
    else:
        removed = remove(home)
        for path in removed:
            say(words.file_removed(path))
        if not removed:
            say(words.nothing_to_remove())
    return 0


def data_home() -> Path:
    """Where this user's applications, icons and types are; a relative XDG_DATA_HOME is ignored."""
    given = Path(os.environ.get("XDG_DATA_HOME", ""))
    return given if given.is_absolute() else Path.home() / ".local" / "share"


def command() -> list[str]:
    """What starts this very Poolscope from anywhere: its program, or its Python and `-m`."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    beside_python = Path(sysconfig.get_path("scripts")) / "poolscope"
    for program in (Path(sys.argv[0]), beside_python):
        if program.name == "poolscope" and program.is_file() and os.access(program, os.X_OK):
            return [str(program.absolute())]
    return [sys.executable, "-m", "poolscope.gui"]


def install(home: Path, words: list[str]) -> None:
    """Write the entry, the icon and the file type below `home`. Raises ProblemError."""
    entry = read_text("desktop/poolscope.desktop.in").format(
        exec=" ".join(_exec_word(word) for word in words), program=_escaped(words[0])
    )
    contents = {
        ENTRY: entry.encode(),
        ICON: read_bytes("icons/poolscope.svg"),
        MIME_TYPE: read_bytes("desktop/poolscope.xml"),
    }
    for path, content in contents.items():
        with written(home / path) as part:
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
    _refresh(home)


def remove(home: Path) -> list[Path]:
    """Delete what `install` wrote below `home`; return what was there."""
    removed = [home / path for path in WRITTEN if (home / path).is_file()]
    for path in removed:
        path.unlink()
    if removed:
        _refresh(home)
    return removed


def _exec_word(word: str) -> str:
    """A word of an Exec line, quoted as the Desktop Entry Specification wants it.

    >>> _exec_word("/opt/my tools/100%")
    '"/opt/my tools/100%%"'
    """
    for character in '\\"`$':
        word = word.replace(character, f"\\{character}")
    return _escaped(f'"{word}"'.replace("%", "%%"))


def _escaped(text: str) -> str:
    """A value of type string, in which a backslash begins an escape."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def _refresh(home: Path) -> None:
    """Have the desktop notice. Without these programs it does so at its next start."""
    for name, folder in REFRESH:
        program = shutil.which(name)
        if program is not None:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run(
                    [program, str(home / folder)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=REFRESH_LIMIT_S,
                    check=False,
                )
