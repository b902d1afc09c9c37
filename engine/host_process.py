"""A host as a child process: launched for a run folder, asked to stop, and nobody left after it.

Where there is fork, the process that is launched becomes the host's keeper (engine/host/keeper.py),
which ends what the host leaves; here is only what the keeper cannot do, or is not there to do.
"""

import contextlib
import errno
import io
import json
import os
import subprocess
import sys
import time
import tokenize
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import psutil

from . import belonging, host_files, lifeline
from .exits import cause, unheard_error
from .experiment import Experiment, Place
from .interpreters import program_of
from .messages import Command, Event, append_line
from .names import (
    EVENTS_FILE,
    HOST_OUTPUT_FILE,
    OUTPUT_FOLDER,
    RUN_VARIABLE,
    SOURCE_FILE,
    SOURCE_FOLDER,
)
from .problem import Kind, Problem, ProblemError
from .processes import (
    Left,
    children_of,
    end_carriers,
    kill_group,
    kill_session,
    session_members,
    unread_bytes,
)
from .trace.writer import is_full, not_recorded

TRACKER = "resource_tracker: "
"""In what the tracker says when it cleans up after the host: no word of the host's."""
MESSAGE_BYTES = 65_536
"""A keeper says no more at once."""
FORCE_S = 0.25
"""What the keeper gets, once told to end everything now, before it is ended itself."""
GIVE_UP_S = 10.0
"""Who is left so long after its keeper cannot be ended, not even by the kernel."""
POSIX = os.name == "posix"
UNKNOWN_OPTION = "unknown option: -p"
"""What a Python before 3.11 says to `-P`."""


class HostProcess:
    """`python -P <host> <folder> <connection> run|preview <sockets>`, in a session of its own.

    left: processes that tasks had started and that were still there in the end.

    Raises ProblemError, naming the field, when there is no such interpreter or working directory,
    or no process can be started. The caller owns `folder`.
    """

    def __init__(self, experiment: Experiment, folder: Path, *, preview: bool = False) -> None:
        self._folder = folder
        self._place = experiment.place
        self._write_end: int | None = None
        self._connection: Connection[Any, Any] | None = None
        self._token = belonging.new_token()
        self._pid: int | None = None
        self._code: int | None = None  # how the host ended, as its keeper tells
        self._nobody = False
        self._killed_at: float | None = None
        self._gone_at: float | None = None
        self.left = Left()
        self._launched: subprocess.Popen[bytes] | None = None
        try:
            self._launch(experiment, "preview" if preview else "run")
        except OSError as error:
            self._abandon()
            raise ProblemError(self._not_started(error)) from error
        except BaseException:
            self._abandon()
            raise

    def _launch(self, experiment: Experiment, mode: str) -> None:
        python, cwd = _python(experiment.place), _cwd(experiment)
        if experiment.source:
            file = self._folder / SOURCE_FOLDER / SOURCE_FILE
            file.parent.mkdir()
            file.write_bytes(_encoded(experiment.source))
        self._write_end = lifeline.create(str(self._folder))
        self._connection, theirs = Pipe()
        if POSIX:  # a task can write half a message there, and nobody waits for the other half
            os.set_blocking(self._connection.fileno(), False)
        handle, sockets = theirs.fileno(), belonging.folder_of(self._token)
        command = [python, "-P", str(host_files.lay()), str(self._folder), str(handle), mode]
        sockets.mkdir(mode=0o700)
        with theirs, open(self._folder / OUTPUT_FOLDER / HOST_OUTPUT_FILE, "ab") as output:
            self._launched = subprocess.Popen(
                [*command, str(sockets)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=cwd,
                env=os.environ | dict(experiment.place.env) | {RUN_VARIABLE: self._token},
                **_inherit(handle),
            )
        if POSIX:
            keeper = {"pid": self._process.pid, "ppid": os.getpid(), "role": "keeper"}
            append_line(self._folder / EVENTS_FILE, {"event": Event.HELPER.value, **keeper})

    def _abandon(self) -> None:
        self.release()
        if self._launched is not None:
            self.wait()
        belonging.remove_things(self._token)

    def _not_started(self, error: OSError) -> Problem:
        if self._place.python and error.errno in (errno.ENOEXEC, errno.EACCES):
            values = {"path": self._place.python, "error": error.strerror}
            return Problem(Kind.PYTHON_NOT_ONE, "python", values)
        if is_full(error):
            return not_recorded(self._folder, error)
        return Problem(Kind.HOST_NOT_STARTED, None, {"error": str(error)})

    @property
    def _process(self) -> "subprocess.Popen[bytes]":
        assert self._launched is not None
        return self._launched

    @property
    def pid(self) -> int | None:
        """The host's, which leads its group; None until its keeper has told it."""
        if not POSIX:
            return self._process.pid
        if self._pid is None:
            self._hear()
        return self._pid

    @property
    def gone(self) -> bool:
        """It has exited, and so has its keeper."""
        return self._process.poll() is not None

    def ask_to_stop(self) -> None:
        """Ask once; returns at once."""
        if self._connection is not None:
            with contextlib.suppress(OSError):  # it has gone already
                self._connection.send_bytes(json.dumps({"command": Command.STOP}).encode())

    @property
    def is_deaf(self) -> bool:
        """What it was asked has not even been read; False where that cannot be told."""
        return self._connection is not None and bool(unread_bytes(self._connection.fileno()))

    def kill(self) -> None:
        """End all of it now; returns at once. Call it again until it is gone."""
        now = time.monotonic()
        self._killed_at = self._killed_at or now
        if not POSIX:
            kill_group(self._process.pid)
        elif now > self._killed_at + FORCE_S:
            kill_session(self._process.pid)
        elif self._killed_at == now:
            self._process.terminate()

    def nobody_is_left(self) -> bool:
        """When it has gone: whether all that it had started is gone, too; ends what is not.

        Call it until then. The keeper has done it, unless it was killed or could not adopt orphans.
        After GIVE_UP_S it is True whoever is left.
        """
        self._gone_at = self._gone_at or time.monotonic()
        self._hear()
        below = [] if self._nobody else self._below()
        self.release()
        if not self._nobody:
            ended = end_carriers(self._token, below)
            self.left.add(ended.items())
            self._nobody = not ended
            if self._nobody:
                belonging.remove_things(self._token)
        return self._nobody or time.monotonic() > self._gone_at + GIVE_UP_S

    def _below(self) -> list[psutil.Process]:
        """The session of a keeper that was killed, and what descends from its host.

        One that is dying shows its variables no longer, and still its session.
        """
        if not POSIX:
            return []
        found = session_members(self._process.pid)
        with contextlib.suppress(OSError):
            if self._pid is not None and os.getsid(self._pid) == self._process.pid:
                found += children_of(self._pid)
        return found

    def wait(self) -> None:
        """End all of it, and wait until nobody is left."""
        while not self.gone:
            self.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.02)
        while not self.nobody_is_left():
            time.sleep(0.005)

    def _hear(self) -> None:
        """Take in what the keeper has told."""
        with contextlib.suppress(EOFError, OSError, ValueError, RecursionError):  # none of its own
            while self._connection is not None and self._connection.poll(0):
                match json.loads(self._connection.recv_bytes(MESSAGE_BYTES)):
                    case {"pid": int(pid)}:
                        self._pid = pid
                    case {"code": code, "left": list(left), "count": int(count), "sure": sure}:
                        self._code = code
                        self.left.add([(pid, name) for pid, name in left], count)
                        self._nobody = bool(sure)

    def release(self) -> None:
        """Let go of the connection and the lifeline: whoever still held on to it ends now."""
        if self._write_end is not None:
            os.close(self._write_end)
            self._write_end = None
        if self._connection is not None:
            self._hear()
            self._connection.close()
            self._connection = None

    def last_words(self, *, spoke: bool) -> Problem:
        """Why it has gone without an end; `spoke`: it had told at least that it was there."""
        tail = (self._folder / OUTPUT_FOLDER / HOST_OUTPUT_FILE).read_bytes()[-2000:]
        lines = tail.decode("utf-8", "replace").strip().splitlines()
        said = [line for line in lines if TRACKER not in line]
        if self._place.python and not spoke:
            values = {"path": self._place.python, "error": said[0] if said else ""}
            if any(UNKNOWN_OPTION in line.lower() for line in said):
                return Problem(Kind.PYTHON_TOO_OLD, "python", values)
            return Problem(Kind.PYTHON_NOT_ONE, "python", values)
        code = self._process.returncode if self._code is None else self._code
        untold = unheard_error(code) if spoke else None
        if untold is not None:
            return not_recorded(self._folder, untold)
        values = {"cause": cause(code), "output": said[-1] if said else ""}
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
