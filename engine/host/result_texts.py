"""Writes down what the tasks returned: while the run goes on, as far as that is cheap and safe.

So a run that breaks off keeps the results that had come by then. Standard library only.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ..backends.base import Backend
from ..names import RESULTS_FILE
from ..problem import ProblemError
from ..trace.layout import clock_ns
from .texts import PLAIN, TextWriter, encode_text

AFTER_NS = 1_000_000_000
"""A shorter run loses little, and is what people measure most finely."""
BUDGET_NS = 1_000_000
"""Between two looks at the workers, of which there are twenty a second."""
CHUNK_LIMIT = 2_000
"""Values of a chunk; those of a larger one would take longer than that."""
ITEMS_LIMIT = 40
"""Of a list or tuple that is looked through."""
SAFE = (int, str, bytes, *PLAIN)
"""Types whose repr is none of the user's own code, which might never end."""


class ResultTexts:
    """The results' text column in `folder`, in the order of rows."""

    def __init__(self, folder: Path, backend: Backend, chunks: int) -> None:
        self._path = folder / RESULTS_FILE
        self._backend = backend
        self._chunks = chunks
        self._from_ns = clock_ns() + AFTER_NS
        self._writer: TextWriter | None = None
        self._next = self._rows = 0  # chunks that are written whole, and their tasks
        self._waits = False  # for the end of the run, when there is time for all of it

    def go_on(self) -> None:
        """Write a few more of those that have come back, if it is their turn."""
        until_ns = clock_ns() + BUDGET_NS
        if until_ns < self._from_ns:
            return
        while not self._waits and self._next < self._chunks and clock_ns() < until_ns:
            size, over, values = self._backend.results_of(self._next)
            if not over:
                return
            if size > CHUNK_LIMIT or not all(map(_is_safe, values or ())):
                self._waits = True
                return
            try:
                self._open().write_lines(_lines(size, values))
            except ProblemError:  # a full disk: said when the rest is written
                self._waits = True
                return
            self._next += 1
            self._rows += size

    def finish(self, until_ns: int | None) -> None:
        """Write the rest until then, null for tasks that gave none.

        Raises ProblemError when the disk is full; it can be called again.
        """
        writer = self._open()
        already = writer.count - self._rows  # of the next chunk, before the disk was full
        writer.write_lines(islice(self._rest(), already, None), until_ns)
        writer.close()

    def _rest(self) -> Iterator[str]:
        for chunk in range(self._next, self._chunks):
            size, _, values = self._backend.results_of(chunk)
            yield from _lines(size, values)

    def _open(self) -> TextWriter:
        if self._writer is None:
            self._writer = TextWriter(self._path)
        return self._writer


def _lines(size: int, values: Any) -> Iterator[str]:
    if values is None:
        return iter(["null"] * size)
    return map(encode_text, values)


def _is_safe(value: Any) -> bool:
    if type(value) in (list, tuple):
        return len(value) <= ITEMS_LIMIT and all(type(item) in SAFE for item in value)
    return type(value) in SAFE
