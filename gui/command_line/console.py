"""Standard output and standard error of the command line."""

import os
import select
import sys
from typing import TextIO


class OutputError(Exception):
    """Standard output or standard error cannot be written to; not raised for a closed pipe."""


def say(text: str) -> None:
    """A line on standard output. When nobody reads it any more (`| head -1`), nothing."""
    _write(sys.stdout, text)


def tell(text: str) -> None:
    """A line on standard error."""
    _write(sys.stderr, text)


def complain(sentence: str) -> None:
    """What went wrong, in one line on standard error."""
    tell(f"poolscope: {sentence}")


def tolerant() -> None:
    """Print what the streams' encoding does not have as an escape instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # started without a console, by pythonw
        return
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except OSError as error:
        silence(stream)
        raise OutputError(error.strerror or str(error)) from error


def has_room(stream: TextIO | None) -> bool:
    """A line can be written to `stream` without waiting for who reads it; True where nobody can
    tell."""
    if os.name != "posix" or stream is None:
        return True
    try:
        return bool(select.select((), (stream.fileno(),), (), 0)[1])
    except (OSError, ValueError):
        return True


def flush() -> None:
    """What Python would do at its end, but not with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            silence(stream)


def silence(stream: TextIO) -> None:
    """Send the rest, and what is still in the buffer, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
