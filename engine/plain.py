"""Facts that a file brings, cut down to what is safe to show, to count with and to write again."""

import math
from collections.abc import Mapping
from typing import Any

LARGEST = 1 << 62
"""Whole numbers reach from minus this to this: two of them can be subtracted in 64 bits."""
TEXT_LIMIT = 100_000
LIST_LIMIT = 1000


def is_plain(value: object) -> bool:
    """Whether it is nothing, a text, a whole number of at most 63 bits, or a finite number."""
    match value:
        case None | bool() | str():
            return True
        case int():
            return -LARGEST <= value <= LARGEST
        case float():
            return math.isfinite(value)
    return False


def plain_facts(data: Mapping[Any, Any]) -> dict[str, Any]:
    """What of `data` is plain, or a list of such; texts and lists are cut at their limits.

    >>> plain_facts({"pid": 1, "load": float("nan"), "names": ["a", {}], "more": {"b": 2}})
    {'pid': 1, 'names': ['a']}
    """
    facts: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, list):
            facts[name] = [_cut(item) for item in value[:LIST_LIMIT] if is_plain(item)]
        elif is_plain(value):
            facts[name] = _cut(value)
    return facts


def _cut(value: Any) -> Any:
    return value[:TEXT_LIMIT] if isinstance(value, str) else value
