"""Tasks that were written in the window: the last one, and those that others took the place of."""

from collections.abc import Sequence
from typing import NamedTuple

KEPT = 5
"""So many of those that were replaced come back when they are wanted."""


class Written(NamedTuple):
    """A text, its function that was the task, and the inputs that it was left with."""

    source: str = ""
    task: str = ""
    inputs: str = ""

    @property
    def first_line(self) -> str:
        """Of the text, what tells it from another."""
        lines = (line.strip() for line in self.source.splitlines())
        return next(filter(None, lines), "")


def with_replaced(earlier: Sequence[Written], text: Written) -> tuple[Written, ...]:
    """`earlier` and `text`, the newest first; of one text only the newest state.

    >>> with_replaced([Written("a", "f"), Written("b")], Written("a", "g"))
    (Written(source='a', task='g', inputs=''), Written(source='b', task='', inputs=''))
    """
    if not text.source.strip():
        return tuple(earlier)
    others = (one for one in earlier if one.source != text.source)
    return (text, *others)[:KEPT]
