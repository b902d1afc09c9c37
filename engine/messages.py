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
    TRACE = "trace"  # tasks, chunks, chunksize; the trace's files are there now
    POOL = "pool"  # at_ns; Pool(...) is being called
    HELPER = "helper"  # pid, ppid, role
    CALLED = "called"  # at_ns; the Pool method is being called
    FAULT = "fault"  # problem, at_ns, count (of all faults so far); the run goes on
    RETURNED = "returned"  # at_ns; it has returned or raised
    PROBLEM = "problem"  # problem, at_ns
    STOPPED = "stopped"
    ENDED = "ended"  # the host has nothing more to say


def append_line(path: str | Path, data: dict[str, Any]) -> None:
    """Append `data` as one line with one write, so that a reader never sees half of one for long.

    O_APPEND makes lines of several writers come one after the other.
    """
    line = json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


class LineTail:
    """Reads the JSON lines that a growing file has got since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield each new whole line that is a JSON object; a line still being written waits."""
        try:
            with open(self._path, "rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return
        end = data.rfind(b"\n") + 1
        self._offset += end
        for line in data[:end].splitlines():
            try:
                value = json.loads(line)
            except ValueError:
                continue  # a torn line of a machine that crashed; the next ones still count
            if isinstance(value, dict):
                yield value
