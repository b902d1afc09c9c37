"""What is filled into the sentences about reasons: figures, counts and names. Qt-free."""

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from ...engine.explain.reason import Reason
from .. import wording
from ..advice import CPUS, size_text
from . import sentences

_COUNTED = (
    ("workers", "worker"),
    ("processes", "worker"),
    ("chunks", "chunk"),
    ("count", "task"),
)
"""Values that are numbers of things."""


class Facts(dict[str, str]):
    """What is filled into a template; a fact that nobody brought is a question mark."""

    def __missing__(self, name: str) -> str:
        return "?"


def facts_of(reason: Reason) -> Facts:
    """What the sentences of a reason are filled with, by the names in their templates."""
    values = reason.values
    facts = Facts({name: text_of(value) for name, value in values.items() if value is not None})
    for name, value in values.items():
        if name.endswith("_s") and is_number(value):
            facts[name.removesuffix("_s")] = duration(value)
    for name in ("share", "cpu_share"):
        if is_number(values.get(name)):
            facts["share"] = share_of(values[name])
    for name, text in _FIGURES.items():
        if is_number(values.get(name)):
            facts[name] = text(values[name])
    for name, thing in _COUNTED:
        if isinstance(values.get(name), int):
            facts[f"{thing}s"] = wording.count(values[name], thing)
    if isinstance(values.get("cpus"), int):
        one, many = CPUS
        template = wording.translate(one if values["cpus"] == 1 else many)
        facts["cpus"] = template.format(count=f"{values['cpus']:,}")
    if isinstance(values.get("libraries"), list | tuple):
        facts["libraries"] = joined([wording.one_line(name) for name in values["libraries"]])
    return facts


def joined(parts: list[str]) -> str:
    """Things one after the other, as they are listed.

    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    if len(parts) < 2:
        return "".join(parts)
    template = wording.translate(sentences.BOTH)
    return template.format(one=", ".join(parts[:-1]), other=parts[-1])


def capital(text: str) -> str:
    """The first letter large, unless it begins a name that is spelt with a small one."""
    name = text.partition("=")[0]
    return text if "=" in text and " " not in name else text[:1].upper() + text[1:]


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is one that can be said; what an opened file tells may be anything."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def number(value: Any, otherwise: float) -> float:
    """The value, if it is a number."""
    return float(value) if is_number(value) else otherwise


def text_of(value: object) -> str:
    """Any value in a line."""
    return f"{value:,}" if isinstance(value, int) else wording.one_line(value)


def duration(seconds: float) -> str:
    """With its unit."""
    return wording.duration(seconds)


def share_of(share: float) -> str:
    """As per cent."""
    from ..timeline.scene.time_scale import share_text  # it imports numpy

    return share_text(share)


def digits(value: float) -> str:
    """At most three that say something."""
    from ..timeline.scene.time_scale import three_digits  # it imports numpy

    return three_digits(value)


def _bytes(value: float) -> str:
    return size_text(round(value))


def _tenths(value: float) -> str:
    return digits(round(value, 1))


_FIGURES: Mapping[str, Callable[[float], str]] = {
    **dict.fromkeys(("bytes", "a_chunk", "limit"), _bytes),
    "times": digits,
    "others_cpus": _tenths,
}
"""Values that are neither times nor numbers of things."""
