"""A host as a child process: launched for a run folder, asked to stop, and nobody left after it."""

import contextlib
import errno
import io
import json
import os
import subprocess
import sys
import tokenize
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from . import host_files, lifeline
from .exits import cause
from .experiment import Experiment, Place
from .interpreters import program_of
from .messages import Command
from .names import HOST_OUTPUT_FILE, OUTPUT_FOLDER, SOURCE_FILE, SOURCE_FOLDER
from .problem import Kind, Problem, ProblemError

POSIX = os.name == "posix"
UNKNOWN_OPTION = "unknown option: -p"
"""What a Python before 3.11 says to `-P`."""


class HostProcess:
    """`python -P <host> <folder> <connection> run|preview`, in a process group of its own.

    Raises ProblemError, naming the field, when there is no such interpreter or working directory,
    or no process can be started. The caller owns `folder`.
    """

    def __init__(self, experiment: Experiment, folder: Path, *, preview: bool = False) -> None:
        self._folder = folder
        self._place = experiment.place
        self._write_end: int | None = None
        self._connection: Connection[Any, Any] | None = None
        try:
            self._launch(experiment, "preview" if preview else "run")
        except OSError as error:
            self.release()
            raise ProblemError(self._not_started(error)) from error
        except BaseException:
            self.release()
            raise

    def _launch(self, experiment: Experiment, mode: str) -> None:
        python, cwd = _python(experiment.place), _cwd(experiment)
        if experiment.source:
            file = self._folder / SOURCE_FOLDER / SOURCE_FILE
            file.parent.mkdir()
            file.write_bytes(_encoded(experiment.source))
        self._write_end = lifeline.create(str(self._folder))
        self._connection, theirs = Pipe()
        handle = theirs.fileno()
        command = [python, "-P", str(host_files.lay()), str(self._folder), str(handle), mode]
        with theirs, open(self._folder / OUTPUT_FOLDER / HOST_OUTPUT_FILE, "ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=cwd,
                env=os.environ | dict(experiment.place.env),
                **_inherit(handle),
            )

    def _not_started(self, error: OSError) -> Problem:
        if self._place.python and error.errno in (errno.ENOEXEC, errno.EACCES):
            values = {"path": self._place.python, "error": error.strerror}
            return Problem(Kind.PYTHON_NOT_ONE, "python", values)
        return Problem(Kind.HOST_NOT_STARTED, None, {"error": str(error)})

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def gone(self) -> bool:
        """It has exited."""
        return self._process.poll() is not None

    def ask_to_stop(self) -> None:
        """Ask once; returns at once."""
        if self._connection is not None:
            with contextlib.suppress(OSError):  # it has gone already
                self._connection.send_bytes(json.dumps({"command": Command.STOP}).encode())

    def wait(self) -> None:
        self._process.wait()

    def release(self) -> None:
        """Let go of the connection and the lifeline: whoever still held on to it ends now."""
        if self._write_end is not None:
            os.close(self._write_end)
            self._write_end = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def last_words(self, *, spoke: bool) -> Problem:
        """Why it has gone without an end; `spoke`: it had told at least that it was there."""
        tail = (self._folder / OUTPUT_FOLDER / HOST_OUTPUT_FILE).read_bytes()[-2000:]
        said = tail.decode("utf-8", "replace").strip().splitlines()
        if self._place.python and not spoke:
            values = {"path": self._place.python, "error": said[0] if said else ""}
            if any(UNKNOWN_OPTION in line.lower() for line in said):
                return Problem(Kind.PYTHON_TOO_OLD, "python", values)
            return Problem(Kind.PYTHON_NOT_ONE, "python", values)
        values = {"cause": cause(self._process.returncode), "output": said[-1] if said else ""}
        return Problem(Kind.HOST_DIED, None, values)


def _encoded(source: str) -> bytes:
    """The text of a module in the encoding that its first lines declare."""
    source = source.removeprefix("\ufeff")
    data = source.encode("utf-8", "backslashreplace")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return source.encode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return data  # the host says what is wrong with it


def _python(place: Place) -> str:
    return program_of(place.python) if place.python else sys.executable


def _cwd(experiment: Experiment) -> Path | None:
    folder = experiment.folder
    if folder is not None and not folder.is_dir():
        if not experiment.place.cwd:
            return None  # the task's file is not there either, which the host says better
        raise ProblemError(Problem(Kind.NO_CWD, "cwd", {"path": str(folder)}))
    return folder


def _inherit(handle: int) -> dict[str, Any]:
    """What makes Popen hand `handle` down, into a process group of its own."""
    if POSIX:
        return {"pass_fds": [handle], "start_new_session": True}
    os.set_handle_inheritable(handle, True)  # type: ignore[attr-defined]
    startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})  # type: ignore[attr-defined]
    flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW  # type: ignore[attr-defined]
    return {"startupinfo": startup, "close_fds": True, "creationflags": flags}
