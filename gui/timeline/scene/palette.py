"""What colours mean, as numbers. No Qt.

Categories: Paul Tol's bright scheme, which stays apart for the colour-blind. Durations: viridis.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Ints
from ....engine.trace.lane import Lane
from .digests import LaneDigest

Colours = npt.NDArray[np.uint8]
"""Red, green, blue by row."""


class ColourBy(StrEnum):
    """What the colour of a bar tells. Raised and lost look their own way with each of them."""

    TASK = "task"
    CHUNK = "chunk"
    WORKER = "worker"
    DURATION = "duration"
    STATE = "state"


BRIGHT = ("#4477AA", "#66CCEE", "#228833", "#CCBB44", "#EE6677", "#AA3377")
VIRIDIS = (
    "#440154",
    "#482878",
    "#3e4989",
    "#31688e",
    "#26828e",
    "#1f9e89",
    "#35b779",
    "#6ece58",
    "#b5de2b",
    "#fde725",
)
DONE, RUNNING = 0, 1
"""Colours of BRIGHT by state."""
LEVELS = 32
"""Shades that durations are told apart by."""
NICE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def rgb(text: str) -> tuple[int, int, int]:
    """>>> rgb("#4477AA")
    (68, 119, 170)
    """
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def colour_table(by: ColourBy, dark: bool) -> Colours:
    """The colours by their numbers, one a row."""
    if by is not ColourBy.DURATION:
        return np.array([rgb(text) for text in BRIGHT], np.uint8)
    anchors = np.array([rgb(text) for text in VIRIDIS], float)
    low, high = (0.18, 1.0) if dark else (0.0, 0.94)  # ends that are too near to the track
    at = np.linspace(low, high, LEVELS) * (len(anchors) - 1)
    channels = [np.interp(at, np.arange(len(anchors)), anchors[:, c]) for c in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


def by_worker(lane: Lane) -> int:
    """The number of the colour of a worker."""
    return (lane.ordinal - 1) % len(BRIGHT)


def running_number(by: ColourBy, lane: Lane, digest: LaneDigest, chunk: int) -> int | None:
    """The number of the colour of the task that `lane` runs now: the one it will keep.

    None: nobody knows it yet, because a duration is known at the end.
    """
    row = 0 if lane.running is None else lane.running[0]
    match by:
        case ColourBy.TASK:
            return digest.running_task_turn(lane, row)
        case ColourBy.CHUNK:
            return digest.running_chunk_turn(chunk)
        case ColourBy.WORKER:
            return by_worker(lane)
        case ColourBy.DURATION:
            return None
        case ColourBy.STATE:
            return RUNNING


def level_of(durations_ns: Ints, longest_ns: int) -> Ints:
    """Shades by duration, in even steps from 0 to `nice_limit(longest_ns)`."""
    share = durations_ns / nice_limit(longest_ns)
    return np.clip((share * LEVELS).astype(np.int64), 0, LEVELS - 1)


def nice_limit(longest_ns: int) -> int:
    """`longest_ns` rounded up, in steps, so that colours seldom change while a run goes on.

    >>> nice_limit(410), nice_limit(1_000_001)
    (500, 1200000)
    """
    power = 10 ** (len(str(max(longest_ns, 1))) - 1)
    return next(int(n * power) for n in NICE if n * power >= longest_ns)
