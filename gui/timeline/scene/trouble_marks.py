"""Where a lane shows that its worker died, and which tasks of a broken chunk never ran. Pure.

A task that never ran has no time, so it takes none on the axis: the boxes stand one above the
other, beside the moment at which their chunk broke.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import isnan
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ....engine.consequences import place_of
from ....engine.problem import Kind
from ....engine.recording import Recording
from ....engine.trace.columns import Ints
from ....engine.trace.lane import NO_TIMES, Lane
from ....engine.trace.layout import Phase, TaskState
from .bars import Floats
from .life import Parting, parting
from .scene import LaneScene
from .time_scale import TimeScale

BOX_PX, BOX_GAP_PX = 9.0, 3.0
CROSS_PX = 9.0
SNAG_PX = 12.0
BESIDE_PX = 3.0
"""Free between the moment and what stands beside it."""
MARKED = 500
"""Faults that are looked at: a host tells fewer one by one, an opened file may say anything."""
LEAST_HEIGHT_PX = 8.0
"""A lane that is thinner has room for one box."""

AT_ONE_S_END = (
    Kind.WORKER_DIED,
    Kind.INITIALIZER_RAISED,
    Kind.INITIALIZER_NOT_READ,
    Kind.TASK_NOT_IMPORTED,
    Kind.INPUT_NOT_READ,
)
"""What a worker dies of: the cross of its death says it."""
IN_VAIN = (Kind.RESULT_NOT_SENT, Kind.RESULT_NOT_READ)
"""What goes wrong in the lane of a worker that lives on."""

Rect = tuple[float, float, float, float]
Troubles = dict[int | None, tuple[int, ...]]


class Cross(NamedTuple):
    """The middle and half of the size; `by_hand`: the person sent the signal."""

    x: float
    y: float
    half: float
    by_hand: bool


class Snag(NamedTuple):
    """The middle and half of the size of the mark of what could not be sent or read, and when."""

    x: float
    y: float
    half: float
    at_ns: int


class Unrun(NamedTuple):
    """The boxes of the tasks of one chunk; `number`: the chunk's place in `lane.broken_at`."""

    number: int
    boxes: list[Rect]


def troubles_of(recording: Recording) -> Troubles:
    """When something went wrong that was no death, by the ordinal of the worker, None for none."""
    found: dict[int | None, tuple[int, ...]] = {}
    for fault in recording.journal.faults[:MARKED]:
        if fault.problem.kind is Kind.WORKER_DIED:
            continue
        place = place_of(fault.problem, fault.at_ns, recording)
        if place.ordinal is None or fault.problem.kind not in AT_ONE_S_END:
            found[place.ordinal] = (*found.get(place.ordinal, ()), fault.at_ns)
    return found


def troubles_in(scene: LaneScene) -> list[float]:
    """x of what went wrong in no lane."""
    times_ns = scene.troubles.get(None, ())
    return scene.x_of(np.array(times_ns, np.int64)).tolist() if times_ns else []


def died_at(scene: LaneScene, lanes: Sequence[Lane]) -> npt.NDArray[np.bool_]:
    """By lane, whether its worker may have died where it is in view, other than by leaving."""
    which = np.array([lane.ordinal for lane in lanes], np.int64) - 1
    names = ("died", "exit_code", "phase")
    died, exit_code, phase = (scene.trace.workers[name][which] for name in names)
    begin_ns, end_ns = scene.span_ns
    seen: npt.NDArray[np.bool_] = (died >= begin_ns - 1) & (died <= end_ns + 1) & (died != 0)
    return seen & ~((exit_code == 0) & (phase == Phase.LEAVING))


def died_ns(scene: LaneScene, lane: Lane) -> int | None:
    """When the lane's worker died, if that was not by plan."""
    journal = scene.journal
    if journal is None or parting(lane, journal) is not Parting.DIED:
        return None
    return lane.died_ns


def crosses_of(scene: LaneScene, lane: Lane, y: float, height: float) -> list[Cross]:
    """The mark of a worker's death, in a lane at `y`."""
    half = min(CROSS_PX, height) / 2
    at_ns = died_ns(scene, lane)
    if at_ns is None or scene.journal is None:
        return []
    by_hand = any(kill.ordinal == lane.ordinal for kill in scene.journal.kills)
    x = float(_beside(scene, np.array([at_ns]), 2 * half)[0])
    return [] if isnan(x) else [Cross(x + half, y + height / 2, half, by_hand)]


def snags_of(scene: LaneScene, lane: Lane, y: float, height: float) -> list[Snag]:
    """The marks of what could not be sent or read, in a lane at `y`."""
    half = min(SNAG_PX, height) / 2
    times_ns = scene.troubles.get(lane.ordinal, ())
    places = _beside(scene, np.array(times_ns, np.int64), 2 * half).tolist()
    return [
        Snag(x + half, y + height / 2, half, at_ns)
        for x, at_ns in zip(places, times_ns, strict=True)
        if not isnan(x)
    ]


def snag_at(scene: LaneScene, lane: Lane, x: float, y: float) -> int | None:
    """The time of the mark at `x`, `y` pixels below the top of the lane, when it was told."""
    for snag in snags_of(scene, lane, *scene.layout.bar):
        if abs(x - snag.x) <= snag.half + 1 and abs(y - snag.y) <= snag.half + 1:
            return snag.at_ns
    return None


def unrun_of(scene: LaneScene, lane: Lane, y: float, height: float) -> list[Unrun]:
    """The boxes of tasks that never ran, in a lane at `y`: as many as it is high enough for."""
    step = BOX_PX + BOX_GAP_PX
    room = max(int((height + BOX_GAP_PX) // step), 1) if height >= LEAST_HEIGHT_PX else 1
    numbers = _heaps(scene, lane, step + BESIDE_PX)
    if not len(numbers):
        return []
    lefts = _lefts_of(scene, lane, numbers)
    counts = np.minimum(lane.never_run_count[numbers], room)
    box = min(BOX_PX, height)
    return [
        Unrun(number, [(left, y + i * step, BOX_PX, box) for i in range(count)])
        for number, left, count in zip(
            numbers.tolist(), lefts.tolist(), counts.tolist(), strict=True
        )
        if not isnan(left)
    ]


def _lefts_of(scene: LaneScene, lane: Lane, numbers: Ints) -> Floats:
    """The left edges of heaps; nan for one whose moment is out of view.

    Beside the moment, or at the end of the bar that broke its chunk by raising, where it is wide
    enough: beside it the worker goes on with another chunk.
    """
    at_ns, rows = lane.broken_at[numbers], lane.never_run[numbers] - 1
    died = at_ns == (died_ns(scene, lane) or -1)
    lefts = _beside(scene, at_ns, BOX_PX, np.where(died, CROSS_PX + BESIDE_PX, 0.0))
    tasks, right = scene.trace.tasks, scene.scale.right_px
    known = np.maximum(rows, 0)
    begin, end = scene.x_of(tasks["begun"][known]), scene.x_of(tasks["ended"][known])
    inside = (rows >= 0) & (tasks["state"][known] == TaskState.RAISED)
    inside &= (end - begin >= BOX_PX + 3 * BESIDE_PX) & (end <= right)
    return np.where(inside, end - BESIDE_PX - 1 - BOX_PX, lefts)


def _heaps(scene: LaneScene, lane: Lane, width: float) -> Ints:
    """Places in `lane.broken_at`: the last in each stretch of the view that is `width` pixels wide.

    Costs by the pixels, whatever the number of chunks that broke.
    """
    broken_at, span_ns = lane.broken_at, scene.span_ns
    low, high = broken_at.searchsorted((span_ns[0], span_ns[1] + 1)).tolist()
    if low == high:
        return NO_TIMES
    times = scene.trace.origin_ns + _times_at_steps(scene.scale, width)
    before = broken_at.searchsorted(times)
    return before[1:][np.diff(before) > 0] - 1


@lru_cache(maxsize=4)
def _times_at_steps(scale: TimeScale, width: float) -> Ints:
    """When the view begins, every `width` pixels of it, and when it is over: ns from the origin."""
    steps = np.arange(scale.left_px // width + 1, scale.right_px // width + 1) * width
    seconds = (steps - scale.left_px) * scale.seconds_per_px + scale.begin_s
    times = np.rint(np.array([scale.begin_s, *seconds, scale.end_s]) * 1e9).astype(np.int64)
    times[-1] += 1
    return times


def unrun_at(scene: LaneScene, lane: Lane, x: float, y: float) -> int | None:
    """The place in `lane.broken_at` of the box at `x`, `y` pixels below the top of the lane."""
    for unrun in unrun_of(scene, lane, *scene.layout.bar):
        for left, top, width, height in unrun.boxes:
            if left <= x <= left + width and top <= y <= top + height + BOX_GAP_PX:
                return unrun.number
    return None


def _beside(scene: LaneScene, at_ns: Ints, width: float, shift: Floats | float = 0.0) -> Floats:
    """The left edges of what stands right of moments, or left where there is no room; nan for a
    moment that is out of view.
    """
    x = scene.x_of(at_ns)
    left, right = scene.scale.left_px, scene.scale.right_px
    place = x + BESIDE_PX + shift
    place = np.where(place + width <= right, place, x - BESIDE_PX - shift - width)
    return np.where((left <= x) & (x <= right), place, np.nan)
