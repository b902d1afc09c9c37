"""Where a lane shows that its worker died, and which tasks of a broken chunk never ran. Pure.

A task that never ran has no time, so it takes none on the axis: the boxes stand one above the
other, beside the moment at which their chunk broke.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ....engine.consequences import place_of
from ....engine.problem import Kind
from ....engine.recording import Recording
from ....engine.trace.columns import Ints
from ....engine.trace.lane import Lane
from ....engine.trace.layout import Phase, TaskState
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
    x = _beside(scene, at_ns, 2 * half)
    return [] if x is None else [Cross(x + half, y + height / 2, half, by_hand)]


def snags_of(scene: LaneScene, lane: Lane, y: float, height: float) -> list[Snag]:
    """The marks of what could not be sent or read, in a lane at `y`."""
    half = min(SNAG_PX, height) / 2
    snags = []
    for at_ns in scene.troubles.get(lane.ordinal, ()):
        x = _beside(scene, at_ns, 2 * half)
        if x is not None:
            snags.append(Snag(x + half, y + height / 2, half, at_ns))
    return snags


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
    end = died_ns(scene, lane)
    found = []
    for number in _heaps(scene, lane, step + BESIDE_PX):
        at_ns = int(lane.broken_at[number])
        shift = CROSS_PX + BESIDE_PX if at_ns == end else 0.0
        left = _inside(scene, lane, number)
        if left is None:
            left = _beside(scene, at_ns, BOX_PX, shift)
        if left is not None:
            count = min(int(lane.never_run_count[number]), room)
            box = min(BOX_PX, height)
            found.append(Unrun(number, [(left, y + i * step, BOX_PX, box) for i in range(count)]))
    return found


def _heaps(scene: LaneScene, lane: Lane, width: float) -> list[int]:
    """Places in `lane.broken_at`: the last in each stretch of the view that is `width` pixels wide.

    Costs by the pixels, whatever the number of chunks that broke.
    """
    if not len(lane.broken_at):
        return []
    times = scene.trace.origin_ns + _times_at_steps(scene.scale, width)
    before = lane.broken_at.searchsorted(times)
    return (before[1:][np.diff(before) > 0] - 1).tolist()


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


def _inside(scene: LaneScene, lane: Lane, number: int) -> float | None:
    """The left edge of boxes at the end of the bar that broke its chunk by raising, where it is
    wide enough: beside it the worker goes on with another chunk."""
    row, tasks = int(lane.never_run[number]) - 1, scene.trace.tasks
    if row < 0 or tasks["state"][row] != TaskState.RAISED:
        return None
    begin, end = scene.x_of(np.array([tasks["begun"][row], tasks["ended"][row]])).tolist()
    wide = end - begin >= BOX_PX + 3 * BESIDE_PX and end <= scene.scale.right_px
    return end - BESIDE_PX - 1 - BOX_PX if wide else None


def _beside(scene: LaneScene, at_ns: int, width: float, shift: float = 0.0) -> float | None:
    """The left edge of what stands right of a moment, or left of it where there is no room."""
    x = float(scene.x_of(np.array([at_ns]))[0])
    left, right = scene.scale.left_px, scene.scale.right_px
    if not left <= x <= right:
        return None
    place = x + BESIDE_PX + shift
    return place if place + width <= right else x - BESIDE_PX - shift - width
