"""Hands lines on to standard output or standard error, and waits for nobody who reads them.

A full pipe or a terminal that is held would otherwise hold up the run: nobody would keep its
deadlines, obey Ctrl-C, or bound what it prints.
"""

import os
import select
import stat
from typing import TextIO

from .console import OutputError, silence

PIECE_BYTES = 4096
"""What a pipe that can be written to takes without waiting, on Linux (its PIPE_BUF)."""
FILE_PIECE_BYTES = 1 << 20


class Passing:
    """Of one stream. closed: nobody reads it any more."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._waiting = memoryview(b"")
        self.closed = stream is None  # started without a console, by pythonw
        self._descriptor = None if stream is None else _descriptor(stream)
        self._piece = PIECE_BYTES
        if self._descriptor is not None and stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            self._piece = FILE_PIECE_BYTES

    @property
    def held(self) -> bool:
        """There is something that the reader has not taken yet."""
        return bool(self._waiting)

    def hand(self, lines: list[str]) -> None:
        """Hand on `lines`, as far as the reader takes them now; `push` goes on with the rest.

        Raises OutputError when they cannot be written; not for a closed pipe.
        """
        stream = self._stream
        if self.closed or stream is None or not lines:
            return
        text = "\n".join([*lines, ""])
        try:
            if self._descriptor is None:
                stream.write(text)
                stream.flush()
                return
            stream.flush()
            data = text.encode(stream.encoding, stream.errors or "strict")
        except OSError as error:
            self._fail(stream, error)
            return
        self._waiting = memoryview(bytes(self._waiting) + data)
        self.push()

    def push(self) -> None:
        """Hand on what waits, as far as the reader takes it now. Raises as `hand` does."""
        if self._descriptor is None or self._stream is None:
            return
        try:
            while self._waiting and select.select((), (self._descriptor,), (), 0)[1]:
                written = os.write(self._descriptor, self._waiting[: self._piece])
                self._waiting = self._waiting[written:]
        except BlockingIOError:  # a stream that never waits, and has less room than it seemed
            return
        except OSError as error:
            self._fail(self._stream, error)

    def _fail(self, stream: TextIO, error: OSError) -> None:
        self._waiting = memoryview(b"")
        self.closed = True
        silence(stream)
        if not isinstance(error, BrokenPipeError):
            raise OutputError(error.strerror or str(error)) from error


def _descriptor(stream: TextIO) -> int | None:
    """What `select` can look at; None where it cannot, or `stream` is no file of the system's."""
    if os.name != "posix":
        return None
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None
