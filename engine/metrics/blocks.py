"""A table of any length, looked at in pieces that a processor's cache holds."""

from collections.abc import Iterator

from ..breaking_off import Watch

BLOCK = 65_536
"""Rows looked at in one go; a column of so many has half a megabyte."""
NS = 1e9


def blocks(rows: int, watch: Watch) -> Iterator[slice]:
    """All of `rows`, one piece after the other; before each, `watch` is asked."""
    for start in range(0, rows, BLOCK):
        watch()
        yield slice(start, min(start + BLOCK, rows))
