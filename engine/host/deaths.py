"""What a worker died of, as far as anybody can tell: its exit code, its own last note, the kernel.

In the host only. Standard library only.
"""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..exits import cause
from ..names import FAILURES_FILE
from ..problem import Kind, Problem
from ..trace.layout import NO_CHUNK, Phase

VMSTAT = "/proc/vmstat"
DEADLY, PICKLING = b'"deadly": true', b'"pickling": "'
"""In the note of a worker that is about to end of it, and in that of a result that cannot be sent.
Inside a text the quotes are escaped.
"""
NOT_SENT_KEPT = 1000
BLOCK_BYTES = 1 << 20


class Notes:
    """What workers noted that ended them or kept back a result, read off the failures on demand.

    Other lines are passed over: there can be one for each task.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FAILURES_FILE
        self._offset = 0
        self._rest = b""
        self._last: dict[tuple[int, int], dict[str, Any]] = {}
        self._not_sent: dict[int, dict[str, Any]] = {}

    def last_of(self, ordinal: int, chunk: int) -> dict[str, Any] | None:
        """The last note of worker `ordinal` with `chunk` in hand; None when it left none."""
        self._read()
        return self._last.pop((ordinal, chunk), None)

    def not_sent(self, chunk: int) -> dict[str, Any] | None:
        """Why the results of `chunk` cannot be pickled; None beyond the first NOT_SENT_KEPT."""
        if chunk not in self._not_sent:
            self._read()
        return self._not_sent.get(chunk)

    def _read(self) -> None:
        if not self._path.exists():
            return
        with open(self._path, "rb") as file:
            file.seek(self._offset)
            while block := file.read(BLOCK_BYTES):
                self._offset += len(block)
                *lines, self._rest = (self._rest + block).split(b"\n")
                for line in lines:
                    # A worker killed in the middle of its note has torn it.
                    with contextlib.suppress(ValueError, KeyError):
                        self._take(line)

    def _take(self, line: bytes) -> None:
        if DEADLY in line:
            note = json.loads(line)
            self._last[note["worker"], note["chunk"]] = note
        elif PICKLING in line and len(self._not_sent) < NOT_SENT_KEPT:
            note = json.loads(line)
            self._not_sent.setdefault(note["chunk"], note)


class OutOfMemory:
    """Whether the kernel has killed for want of memory, by its own count (Linux only)."""

    def __init__(self) -> None:
        self._known = _kills()

    def struck(self) -> bool:
        """It has since the last time that this was asked, or since the beginning."""
        before, self._known = self._known, _kills()
        return before is not None and self._known is not None and self._known > before


def _kills() -> int | None:
    try:
        with open(VMSTAT, "rb") as file:
            for line in file:
                if line.startswith(b"oom_kill "):
                    return int(line.split()[1])
    except OSError:  # not on this system
        return None
    return None


class Deaths:
    """Says of a worker's death what it was.

    function: what the tasks call. initializer: why no worker gets beyond it, as the first one
    that noted it did.
    """

    def __init__(self, notes: Notes, function: Callable[..., Any]) -> None:
        self._function = function
        self._notes = notes
        self._memory = OutOfMemory()
        self.initializer: Problem | None = None

    def problem(
        self, ordinal: int, pid: int | None, code: int, phase: Phase, chunk: int, lost: range
    ) -> Problem:
        """Why worker `ordinal` ended with `code`, and what became of the rows in `lost`.

        chunk: that it had in hand. lost: those of its tasks that did not end, the first of them
        begun when it was `phase` RUNNING; empty when only results went down, or nothing at all.
        """
        note = self._notes.last_of(ordinal, chunk) if code >= 0 else None
        if note is not None and "unpickling" in note and chunk != NO_CHUNK:
            return self._not_read(note, chunk, lost)
        if note is not None and "initializer" in note:
            self.initializer = self.initializer or _of_initializer(note)
            if "unpickling" in note:
                return _of_initializer(note)
        values: dict[str, Any] = {"pid": pid, "cause": cause(code), "phase": phase.name.lower()}
        if note is not None:
            values |= {"cause": line_of(note), "raised": True}
            if "sending" in note:
                values["phase"] = Phase.SENDING.name.lower()
        if values["cause"] == "SIGKILL" and self._memory.struck():
            values["out_of_memory"] = True
        if chunk != NO_CHUNK:
            values |= {"first": lost.start, "last": lost.stop - 1}
            if lost and phase is Phase.RUNNING:
                values |= {"task": lost.start, "first": lost.start + 1}
        return Problem(Kind.WORKER_DIED, None, values)

    def _not_read(self, note: dict[str, Any], chunk: int, lost: range) -> Problem:
        facts = {"error": line_of(note), "traceback": note["traceback"]}
        missing = note.get("missing")
        if missing is not None and _is_of(self._function, *missing):
            values = {"task": name_of(self._function), "module": missing[0]}
            return Problem(Kind.TASK_NOT_IMPORTED, "task", values | facts)
        task = lost.start if len(lost) == 1 else None
        return Problem(Kind.INPUT_NOT_READ, None, {"task": task, "chunk": chunk} | facts)


def _of_initializer(note: dict[str, Any]) -> Problem:
    unread = "unpickling" in note
    kind = Kind.INITIALIZER_NOT_READ if unread else Kind.INITIALIZER_RAISED
    facts = {"error": line_of(note), "traceback": note["traceback"]}
    return Problem(kind, "initializer", facts)


def line_of(note: dict[str, Any]) -> str:
    """A worker's note as a traceback's last line."""
    kind, message = note["type"], note["message"]
    return f"{kind}: {message}" if message else str(kind)


def name_of(function: Any) -> str:
    return str(getattr(function, "__qualname__", function))


def _is_of(function: Any, module: str, name: str) -> bool:
    """Whether `function` is found by way of `name` in `module`: itself, or its class."""
    while hasattr(function, "func"):  # functools.partial
        function = function.func
    if not hasattr(function, "__qualname__"):
        function = type(function)
    path = str(function.__qualname__)
    return function.__module__ == module and f"{path}.".startswith(f"{name}.")
