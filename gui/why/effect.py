"""How a run compares with the one before: a gain is said where it is more than chance."""

from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication

from ...engine.experiment import Experiment
from ...engine.former import question
from ...engine.recording import Recording
from ..timeline.scene.time_scale import three_digits
from . import words

translate = QCoreApplication.translate

CHANCE = 1.25
"""Makespans of short runs with equal settings differ by as much where other programs run."""


class Measured(NamedTuple):
    """A run that ended well, where it ran, and how long it took."""

    experiment: Experiment
    machine: dict[str, Any]
    makespan_s: float


def measured(recording: Recording) -> Measured | None:
    """None where it has no makespan to compare with."""
    makespan_s = recording.journal.makespan_s
    if makespan_s is None or makespan_s <= 0:
        return None
    return Measured(recording.experiment, recording.machine, makespan_s)


def effect(now: Measured, before: Measured) -> str:
    """How they compare; "" for runs of other tasks, or of another machine."""
    one, other = now.experiment.absolute(), before.experiment.absolute()
    if question(one) != question(other) or now.machine != before.machine:
        return ""
    times = before.makespan_s / now.makespan_s
    if one == other:
        return _by_chance(times)
    change = words.change_text(one, other)
    if 1 / words.ALIKE < times < words.ALIKE or times >= CHANCE or times <= 1 / CHANCE:
        return words.effect_text(now.makespan_s, before.makespan_s, change)
    if change:
        text = translate("WhyPart", "{times} × {than} the run before, {change}; it may be chance.")
    else:
        text = translate("WhyPart", "{times} × {than} the run before; it may be chance.")
    return text.format(times=_digits(times), than=_than(times), change=change)


def _by_chance(times: float) -> str:
    """Of the same settings: nothing was gained."""
    if 1 / words.ALIKE < times < words.ALIKE:
        return words.effect_text(1.0, 1.0)
    text = translate(
        "WhyPart",
        "{times} × {than} the run before, with the same settings: so much is chance, or other"
        " programs.",
    )
    return text.format(times=_digits(times), than=_than(times))


def _than(times: float) -> str:
    return translate("WhyPart", "faster than") if times > 1 else translate("WhyPart", "slower than")


def _digits(times: float) -> str:
    return three_digits(max(times, 1 / times))
