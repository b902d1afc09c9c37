"""Time on the screen: seconds to pixels and back, ticks; figures as people read them. Pure."""

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", float, npt.NDArray[np.float64])

UNITS = (("h", 3600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
DIGITS_LIMIT = 5
"""A tick label with more digits is written as the distance from a base."""


@dataclass(frozen=True)
class TimeScale:
    """A stretch of time laid over a stretch of pixels.

    >>> scale = TimeScale(1.0, 3.0, 100.0, 300.0)
    >>> scale.x_of(2.0), scale.time_of(250.0), scale.seconds_per_px
    (200.0, 2.5, 0.01)
    """

    begin_s: float
    end_s: float
    left_px: float
    right_px: float

    @property
    def seconds_per_px(self) -> float:
        return (self.end_s - self.begin_s) / max(self.right_px - self.left_px, 1.0)

    def x_of(self, time_s: Number) -> Number:
        return self.left_px + (time_s - self.begin_s) / self.seconds_per_px

    def time_of(self, x: float) -> float:
        return self.begin_s + (x - self.left_px) * self.seconds_per_px


@dataclass(frozen=True)
class Ticks:
    """Labels of a time axis. With a `base` the labels are distances from it ("+20 µs")."""

    base: str | None
    places: tuple[tuple[float, str], ...]  # seconds, label


def ticks(begin_s: float, end_s: float, count: float) -> Ticks:
    """About `count` ticks or fewer between two times, in steps of 1, 2 or 5 of a unit.

    >>> [label for _, label in ticks(0, 0.41, 5).places]
    ['0 s', '100 ms', '200 ms', '300 ms', '400 ms']
    """
    span = max(end_s - begin_s, 1e-9)
    largest = max(abs(begin_s), abs(end_s))
    base_s = 0.0
    if _digits(largest, _step_s(span, largest, count)) > DIGITS_LIMIT:
        grain = 10.0 ** math.ceil(math.log10(span))
        base_s = math.floor(begin_s / grain + 1e-9) * grain
        largest = max(end_s - base_s, span)
    name, size = _unit(largest)
    step_s = _step_s(span, largest, count)
    decimals = max(0, -math.floor(math.log10(step_s / size) + 1e-9))
    first = math.ceil((begin_s - base_s) / step_s - 1e-6)
    last = math.floor((end_s - base_s) / step_s + 1e-6)
    sign = "+" if base_s else ""
    places = tuple(
        (
            base_s + n * step_s,
            f"{sign}{n * step_s / size:.{decimals}f} {name}" if n else f"{sign}0 s",
        )
        for n in range(first, last + 1)
    )
    return Ticks(_base_text(base_s, span) if base_s else None, places)


def _digits(largest_s: float, step_s: float) -> int:
    return math.floor(math.log10(max(largest_s / step_s, 1.0))) + 1


def _unit(largest_s: float) -> tuple[str, float]:
    """The largest unit of which there is one or more; minutes from ten on, hours likewise."""
    for name, size in UNITS:
        if largest_s >= (10 * size if size > 1 else size) * (1 - 1e-9):
            return name, size
    return UNITS[-1]


def _step_s(span_s: float, largest_s: float, count: float) -> float:
    size = _unit(largest_s)[1]
    rough = span_s / max(count, 1.0) / size
    power = 10.0 ** math.floor(math.log10(rough))
    return size * next((n * power for n in (1, 2, 5) if n * power >= rough * 0.999), 10 * power)


def _base_text(base_s: float, span_s: float) -> str:
    decimals = max(0, -math.ceil(math.log10(span_s)))
    return f"{base_s:.{decimals}f} s"


def duration_text(seconds: float) -> str:
    """A duration with at most three significant digits and its unit.

    >>> duration_text(0.41), duration_text(2.934), duration_text(123.4), duration_text(13e-6)
    ('410 ms', '2.93 s', '2 min 3 s', '13 µs')
    """
    if seconds < 0:
        return f"−{duration_text(-seconds)}"
    if round(seconds) >= 3600:
        minutes = round(seconds / 60)
        return _pair(minutes // 60, "h", minutes % 60, "min")
    if round(seconds, 1) >= 60:
        return _pair(round(seconds) // 60, "min", round(seconds) % 60, "s")
    for name, size in UNITS[2:]:
        if seconds >= size * 0.9995:
            return f"{three_digits(seconds / size)} {name}"
    return f"{three_digits(seconds * 1e9)} ns" if seconds else "0 s"


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    if not small:
        return f"{large} {large_unit}"
    return f"{large} {large_unit} {small} {small_unit}"


def three_digits(value: float) -> str:
    """At most three significant digits, no exponent, no trailing zeros.

    >>> three_digits(2.934), three_digits(99.96), three_digits(1234.5), three_digits(0.00009508)
    ('2.93', '100', '1234', '0.0000951')
    """
    if abs(value) >= 100:
        return f"{value:.0f}"
    rounded = float(f"{value:.3g}")
    text = f"{rounded:.3g}" if value else "0"
    return text if "e" not in text else f"{rounded:.9f}".rstrip("0").rstrip(".")


def share_text(share: float) -> str:
    """In whole percent; nothing at all is 0 %.

    >>> share_text(0.5), share_text(0.0001), share_text(0.0)
    ('50 %', '< 1 %', '0 %')
    """
    return "< 1 %" if 0 < share < 0.005 else f"{share * 100:.0f} %"


def workers_text(count: float) -> str:
    """How many workers, on average; a small part of one needs no digits.

    >>> workers_text(1.234), workers_text(0.00009508)
    ('1.23', '< 0.01')
    """
    return "< 0.01" if 0 < count < 0.01 else three_digits(count)
