"""Python files as text, in the encoding that their first lines name. No Qt."""

import io
import tokenize
from pathlib import Path

from ...engine.export.target import written
from ...engine.problem import Kind, Problem, ProblemError

MOST_BYTES = 1_000_000
"""Of a file that is shown."""


def read_source(path: Path) -> str:
    """The text of a Python file. Raises ProblemError when it cannot be read or is too large."""
    try:
        if not path.is_file() and path.exists():
            raise OSError("it is no regular file")
        if path.stat().st_size > MOST_BYTES:
            raise OSError(f"it has more than {MOST_BYTES:,} bytes")
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, ValueError) as error:
        text = (isinstance(error, OSError) and error.strerror) or str(error)
        values = {"path": str(path), "error": text}
        raise ProblemError(Problem(Kind.TASK_NOT_READ, "task", values)) from error


def write_source(path: Path, text: str) -> None:
    """Write a Python file, whole or not at all. Raises ProblemError."""
    with written(path) as part:
        part.write_bytes(encoded(text))


def encoded(text: str) -> bytes:
    """`text` as Python will read it again; a character that its encoding lacks becomes `?`."""
    plain = text.encode("utf-8", "replace")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(plain).readline)
        return text.encode(encoding, "replace")
    except (SyntaxError, LookupError):
        return plain  # it names an encoding that nobody knows: as it is, then
