"""The Python that a run takes: what it is, and where one may be. See module_search.py, too."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

from . import belonging
from .names import RUN_VARIABLE
from .problem import Kind, Problem, ProblemError
from .processes import end_carriers, group_members, kill_group

OLDEST = (3, 11)
LIMIT_S = 5.0
"""A Python says what it is within a tenth of a second; one on a slow network disk takes longer."""
MOST_BYTES = 1_000_000
"""Of an answer; a program that says more is something else."""
MARK = "poolscope: "
POSIX = os.name == "posix"
PROGRAMS = ("bin/python", "bin/python3") if POSIX else ("Scripts/python.exe", "python.exe")
"""In the folder of an environment: venv's and conda's."""

# It runs on any Python since 2.6. The working directory, which "-c" puts on the path, is taken away
# before anything is imported from it; a site's own start-up may have printed something before.
QUESTION = f"""\
import sys
sys.path[:] = [folder for folder in sys.path if folder]
import json
try:
    from importlib.machinery import EXTENSION_SUFFIXES as extensions
except ImportError:
    extensions = []
sys.stdout.write("\\n{MARK}" + json.dumps({{
    "version": sys.version_info[:3],
    "search_path": sys.path,
    "extensions": extensions,
    "builtins": sys.builtin_module_names,
}}) + "\\n")
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python that can be chosen.

    path: of its program. search_path: folders and archives in which it looks for modules.
    extensions: endings of the extension modules that it loads. builtins: modules without a file.
    """

    path: str
    version: tuple[int, int, int]
    search_path: tuple[str, ...]
    extensions: tuple[str, ...] = tuple(EXTENSION_SUFFIXES)
    builtins: frozenset[str] = frozenset(sys.builtin_module_names)


def program_of(path: str) -> str:
    """The absolute path of the program that `path` names.

    It names a program by its path or, as a shell does, its bare name; or the folder of a virtual
    environment. Raises ProblemError (PYTHON_NOT_FOUND) when there is none, or none to be executed.
    """
    full = os.path.abspath(os.path.expanduser(path))  # links stay: one is how a venv is known
    candidates = [full]
    if os.path.isdir(full):
        candidates = [os.path.join(full, *name.split("/")) for name in PROGRAMS]
    elif not os.path.exists(full) and not os.path.dirname(path):
        candidates = [shutil.which(path) or full]
    for candidate in candidates:
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
            return candidate
    raise ProblemError(Problem(Kind.PYTHON_NOT_FOUND, "python", {"path": path}))


@cache
def own() -> Interpreter:
    """The one that runs this, as a host of it sees modules: without this program's own folder."""
    folders = [folder for folder in sys.path if folder]
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    if main and not sys.flags.safe_path and folders[:1] == [os.path.dirname(os.path.abspath(main))]:
        del folders[0]
    return Interpreter(sys.executable, sys.version_info[:3], tuple(folders))


def beside(file: Path) -> Path | None:
    """The interpreter of the virtual environment beside `file`, or of one in a folder above it.

    Looks for folders called .venv and venv, up to the home folder or that of a repository.
    """
    home = os.path.expanduser("~")
    for folder in map(str, file.absolute().parents):
        for name in (".venv", "venv"):
            venv = os.path.join(folder, name)
            if os.path.isfile(os.path.join(venv, "pyvenv.cfg")):
                with contextlib.suppress(ProblemError):
                    return Path(program_of(venv))
        if folder == home or os.path.exists(os.path.join(folder, ".git")):
            break
    return None


class Probe:
    """Asks the program at `path` what it is; runs it for that, with none of the user's code.

    interpreter, problem: one of them is there when it is over, unless it was stopped.
    The problem is PYTHON_NOT_ONE, also without an answer within LIMIT_S, or PYTHON_TOO_OLD.
    Raises ProblemError when there is no program (PYTHON_NOT_FOUND) or it cannot be started.
    """

    def __init__(self, path: str) -> None:
        self.interpreter: Interpreter | None = None
        self.problem: Problem | None = None
        self.over = False
        self._path = path
        self._program = program_of(path)
        self._token = belonging.new_token()
        self._said = b""
        self._deadline = time.monotonic() + LIMIT_S
        try:
            self._process = _start(self._program, self._token)
        except OSError as error:
            raise ProblemError(self._not_one(error.strerror or str(error))) from error

    def poll(self) -> bool:
        """Take in what it says; True when it is over."""
        if not self.over:
            gone = self._process.poll() is not None
            if POSIX or gone:  # only there can a pipe be read without waiting
                self._read()
            late = time.monotonic() > self._deadline
            if gone or late or len(self._said) > MOST_BYTES:
                self._end()
                self._conclude(late=not gone)
        return self.over

    def wait(self, timeout_s: float = LIMIT_S, interval_s: float = 0.01) -> bool:
        """Poll until it is over, or `timeout_s` has passed; True when it is over."""
        until = time.monotonic() + timeout_s
        while not self.poll() and time.monotonic() < until:
            time.sleep(interval_s)
        return self.poll()

    def stop(self) -> None:
        """End it at once; nothing is found then, unless it was over."""
        if not self.over:
            self._end()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(BlockingIOError):
            while len(self._said) <= MOST_BYTES:
                part = os.read(self._process.stdout.fileno(), 65_536)
                if not part:
                    break
                self._said += part

    def _end(self) -> None:
        if group_members(self._process.pid) or self._process.poll() is None:
            kill_group(self._process.pid)
        self._process.wait()
        while end_carriers(self._token):  # what has left the group; it forks no quicker
            time.sleep(0.001)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self.over = True

    def _conclude(self, late: bool) -> None:
        lines = self._said.decode("utf-8", "replace").splitlines()
        answers = [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]
        try:
            self._take(json.loads(answers[-1]))
        except (LookupError, TypeError, ValueError):
            first = next((line for line in lines if line.strip()), "")
            silent = f"no answer within {LIMIT_S:g} s" if late else "it said nothing"
            self.problem = self._not_one(first.strip() or silent)

    def _take(self, answer: dict[str, Any]) -> None:
        major, minor, micro = map(int, answer["version"])
        if (major, minor) < OLDEST:
            values = {"path": self._path, "version": f"{major}.{minor}.{micro}"}
            self.problem = Problem(Kind.PYTHON_TOO_OLD, "python", values)
            return
        self.interpreter = Interpreter(
            self._program,
            (major, minor, micro),
            tuple(map(str, answer["search_path"])),
            tuple(map(str, answer["extensions"])),
            frozenset(map(str, answer["builtins"])),
        )

    def _not_one(self, error: str) -> Problem:
        return Problem(Kind.PYTHON_NOT_ONE, "python", {"path": self._path, "error": error})


def _start(program: str, token: str) -> "subprocess.Popen[bytes]":
    """Variables such as PYTHONPATH are left aside with -E; the user's own packages count."""
    process = subprocess.Popen(
        [program, "-E", "-c", QUESTION],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        env=os.environ | {RUN_VARIABLE: token},
        start_new_session=POSIX,  # so that all of it can be ended
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    if POSIX:
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
    return process
