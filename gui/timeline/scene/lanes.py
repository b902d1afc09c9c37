"""Lanes as geometry: which lane is where, which task is at a place. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any, Self

import numpy as np

from ....engine.trace.lane import Lane

LOWEST, HIGHEST = 18.0, 96.0
"""Pixels that a lane may take, with the gap to the next."""
THINNEST = 1.0
"""The same where all lanes are wanted in view at once."""
EVEN_FROM = 2.0
"""Lanes that take so much are all equal, with a gap after each."""


@dataclass(frozen=True)
class LaneLayout:
    """Where `count` lanes stand in `height` pixels. They share it within the limits, then scroll.

    grain: lanes are as high as a whole number of these; the device's pixels can be finer than ours.

    >>> LaneLayout(4, 200).pitch, LaneLayout(1, 200).pitch, LaneLayout(100, 200).pitch
    (50.0, 96.0, 18.0)
    """

    count: int
    height: float
    lowest: float = LOWEST
    highest: float = HIGHEST
    grain: float = 1.0

    @classmethod
    def of_all(cls, count: int, height: float, ratio: float) -> Self:
        """So thin that all lanes are in view, as long as each is seen at all; `ratio` pixels of
        the device are one of ours.
        """
        grain = 1.0 / ratio
        return cls(count, height, ceil(THINNEST * ratio - 1e-6) * grain, grain=grain)

    @property
    def pitch(self) -> float:
        """From the top of a lane to the top of the next.

        In whole grains, so that all lanes are equal; but where they are so thin that this would
        leave much of the room free, some are a pixel higher than others.
        """
        share = self.height / max(self.count, 1)
        if share >= EVEN_FROM or self.lowest >= EVEN_FROM:
            share = floor(share / self.grain + 1e-6) * self.grain
        return float(min(max(share, self.lowest), self.highest))

    @property
    def gap(self) -> float:
        """What of the pitch stays free."""
        if self.pitch < 10:
            return 1.0 if self.pitch >= EVEN_FROM else 0.0  # there is room for the lane only
        return float(min(max(round(self.pitch * 0.1), 2), 8))

    @property
    def bar(self) -> tuple[float, float]:
        """How far below the top of its lane a bar begins, and how high it is."""
        height = self.pitch - self.gap
        pad = 0.0 if height < 10 else 1.0 if height < 24 else min(5.0, round(height * 0.08))
        return pad, max(height - 2 * pad - (1 if pad else 0), 1.0)

    @property
    def content_height(self) -> float:
        return self.pitch * self.count

    @property
    def scroll_limit(self) -> float:
        beyond = self.content_height - self.height
        return beyond if beyond > 1e-6 else 0.0

    def top(self, number: int) -> float:
        return number * self.pitch

    def visible(self, scroll: float) -> range:
        """Numbers of the lanes of which something is seen."""
        first = max(0, int(scroll // self.pitch))
        last = int(-(-(scroll + self.height) // self.pitch))
        return range(first, min(self.count, last))

    def lane_at(self, y: float) -> int | None:
        """The lane at `y` of the content; a gap belongs to the lane above it."""
        number = int(y // self.pitch)
        return number if 0 <= number < self.count else None


def task_at(lane: Lane, time_ns: float, slack_ns: float, now_ns: int) -> int | None:
    """The row of the task that `lane` was at; within `slack_ns` the nearest one also counts."""
    if lane.running is not None and lane.running[1] - slack_ns <= time_ns <= now_ns + slack_ns:
        inside = lane.running[1] <= time_ns
        if inside or not len(lane) or time_ns > lane.ended[-1]:
            return lane.running[0]
    place = int(np.searchsorted(lane.begun, int(time_ns), side="right"))
    near: list[tuple[float, int]] = []
    for number in (place - 1, place):
        if 0 <= number < len(lane):
            off = max(lane.begun[number] - time_ns, time_ns - lane.ended[number], 0.0)
            near.append((float(off), number))
    if not near or min(near)[0] > slack_ns:
        return None
    return int(lane.rows[min(near)[1]])


def tick_numbers(numbers: Sequence[Any], pitch: float, least: float) -> range:
    """Every n-th number, so that labels that need `least` pixels do not touch.

    The middle one of n: what is written beside it has room also above the first.

    >>> list(tick_numbers(range(6), 6.0, 14.0))
    [1, 4]
    """
    step = max(1, int(-(-least // pitch)))
    start = numbers[0] if numbers else 0
    return range(start + (step // 2 - start) % step, start + len(numbers), step)
