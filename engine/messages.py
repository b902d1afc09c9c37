"""What the app and its host tell each other. JSON only, so that nothing is ever unpickled.

The app sends commands over a connection. The host answers by appending events to a file of the
run folder, where they outlive both. Standard library only: the host imports it, too.
"""

import json
import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any


class Command(StrEnum):
    """What the app asks of the host."""

    STOP = "stop"


class Event(StrEnum):
    """What the host tells, in the order in which it happens. All times are the run's clock, ns."""

    HOST = "host"  # pid, ppid, python, now_ns
    LOADED = "loaded"  # at_ns; the task is imported, the inputs are being evaluated
    INPUTS = "inputs"  # count
    PREVIEW = "preview"  # items (short texts of the first), first_bytes; nothing more will come
    TRACE = "trace"  # tasks, chunks, chunksize, function_bytes; the trace's files are there now
    POOL = "pool"  # at_ns; Pool(...) is being called
    HELPER = "helper"  # pid, ppid, role
    CALLED = "called"  # at_ns; the Pool method is being called
    FAULT = "fault"  # problem, at_ns, count (of all faults so far); the run goes on
    KILLED = "killed"  # ordinal, pid, signal, at_ns; told by the app: the person ended a worker
    RETURNED = "returned"  # at_ns; it has returned or raised
    PROBLEM = "problem"  # problem, at_ns
    STOPPED = "stopped"  # at_ns
    ENDED = "ended"  # the host has nothing more to say


def append_line(path: str | Path, data: dict[str, Any]) -> None:
    """Append `data` as one line with one write, so that a reader never sees half of one for long.

    O_APPEND makes lines of several writers come one after the other. A full disk can take half a
    line and raise OSError for the rest; whoever comes next ends that line, and loses none of its
    own.
    """
    line = json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        if _torn(descriptor):
            line = b"\n" + line
        while line:
            line = line[os.write(descriptor, line) :]
    finally:
        os.close(descriptor)


def _torn(descriptor: int) -> bool:
    """The last line of the file has no end."""
    if not os.fstat(descriptor).st_size:
        return False
    os.lseek(descriptor, -1, os.SEEK_END)
    return os.read(descriptor, 1) != b"\n"


BLOCK_BYTES = 1 << 20
LINE_BYTES = 4 << 20
"""A longer line is passed over: an honest one, a failure with its traceback, has 0.2 MB at most."""


class LineTail:
    """Reads the JSON lines that a growing file has got since the last look, a block at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._passing = False  # in the middle of a line that is too long

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield each new whole line that is a JSON object; a line still being written waits.

        What is no JSON is passed over: a torn line of a machine that crashed; the next ones count.
        """
        for line in self._lines():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):  # the latter: nested without end
                continue
            if isinstance(value, dict):
                yield value

    def _lines(self) -> Iterator[bytes]:
        """The new whole lines; never more in memory than a block and a line."""
        try:
            file = open(self._path, "rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(self._offset)
            rest = b""
            while block := file.read(BLOCK_BYTES):
                *lines, rest = (rest + block).split(b"\n")
                for line in lines:
                    self._offset += len(line) + 1
                    passing, self._passing = self._passing, False
                    if not passing and len(line) <= LINE_BYTES:
                        yield line
                if self._passing or len(rest) > LINE_BYTES:
                    self._offset += len(rest)
                    self._passing, rest = True, b""
