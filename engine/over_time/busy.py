"""How many workers were busy, over time: exact, brought up to date by what is new. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import numpy as np

from ..trace.columns import GrowingRows, Ints
from ..trace.lane import Lane
from ..trace.trace import Trace
from .curve import NO_CURVE, Curve
from .grid import Grid, add_spans, busy_until
from .steps import Steps

BINS = 1 << 17
"""At least half of them are in use: steps of a window's width are longer than a bin until it shows
less than about a hundredth of the run."""
FEW = 256
"""New tasks of a lane that cost less one by one than by the bins that they cover."""
BLOCK = 8192
"""Tasks that are added up at once."""
PIECE = 65_536
"""Tasks of one lane that are added up at once by the bins that they cover."""
PARTS = 1024
"""Lanes that are put together for that."""
LANES_A_STEP = 64


class BusyTime:
    """The time that all workers of `trace` spent in tasks, added up.

    Wide steps are sums of bins. Narrower ones are found in the lanes that were at work then, so it
    costs by the lanes and steps in view, however many tasks and replaced workers there are.
    looked_at: tasks and edges of bins that were looked at so far.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.looked_at = 0
        self._grid = Grid(1, BINS)
        self._met = 0
        self._growing: list[tuple[int, int]] = []  # lanes, and how many of their tasks are in
        # Lanes that are over: number, first begin, the latest end until then, their own last end.
        self._past = GrowingRows(np.int32, np.int64, np.int64, np.int64)
        self._batch: list[tuple[Ints, Ints]] = []  # begun, ended
        self._batched = 0

    @property
    def bin_ns(self) -> int:
        """Steps that are shorter are looked for in the lanes."""
        return self._grid.bin_ns

    def take_in(self) -> Iterator[None]:
        """Take in what is new, a little at each step: some 2 ms at most, whatever there is.

        To be gone through to its end before another begins.
        """
        trace = self.trace
        self._grid.reach(max(trace.end_ns - trace.origin_ns, 0))
        growing, self._growing = self._growing, []
        new = ((number, 0) for number in range(self._met, len(trace.lanes)))
        for step, (number, seen) in enumerate(chain(growing, new)):
            self._met = max(self._met, number + 1)
            yield from self._take(number, seen)
            if step % LANES_A_STEP == LANES_A_STEP - 1:
                yield
        self._add_batch()

    def _take(self, number: int, seen: int) -> Iterator[None]:
        lane = self.trace.lanes[number]
        over, count = lane.over, len(lane)  # in this order: nothing comes when it is over
        if not over:
            self._growing.append((number, count))
        elif count:
            self._note_past(lane)
        if count == seen:
            return
        covered = (int(lane.ended[count - 1]) - int(lane.begun[seen])) // self._grid.bin_ns
        if count - seen > max(FEW, covered):
            yield from self._add_by_bins(lane, seen, count)
            return
        for low in range(seen, count, BLOCK):
            new = slice(low, min(low + BLOCK, count))
            self._batch.append((lane.begun[new], lane.ended[new]))
            self._batched += new.stop - new.start
            if self._batched >= BLOCK or len(self._batch) >= PARTS:
                self._add_batch()
                yield

    def _note_past(self, lane: Lane) -> None:
        until_ns, latest = lane.until_ns, self._past[2]
        highest_ns = max(until_ns, int(latest[-1])) if len(latest) else until_ns
        values = lane.ordinal - 1, int(lane.begun[0]), highest_ns, until_ns
        self._past.extend(*(np.array([value]) for value in values))

    def _add_by_bins(self, lane: Lane, seen: int, count: int) -> Iterator[None]:
        for low in range(seen, count, PIECE):
            new = slice(low, min(low + PIECE, count))
            times = lane.begun[new], lane.ended[new], lane.busy_before[new]
            self.looked_at += self._grid.add_lane(0, *times, self.trace.origin_ns)
            yield

    def _add_batch(self) -> None:
        if not self._batch:
            return
        parts = zip(*self._batch, strict=True)
        begun, ended = (self._since_origin(np.concatenate(part)) for part in parts)
        self._grid.add_busy(np.zeros(len(begun), np.int64), begun, ended)
        self.looked_at += len(begun)
        self._batch, self._batched = [], 0

    def _since_origin(self, times_ns: Ints) -> Ints:
        """Only a file that was tampered with has earlier ones."""
        return np.maximum(times_ns - self.trace.origin_ns, 0)

    def curve(self, steps: Steps, now_ns: int) -> Curve:
        """How many workers were busy in each step, on average, up to now (the run's clock)."""
        until_ns = min(steps.end_ns, now_ns - self.trace.origin_ns)
        if until_ns <= steps.begin_ns:
            return NO_CURVE
        count = -(-until_ns // steps.step_ns) - steps.first
        steps = replace(steps, count=count)
        edges_ns = np.minimum(steps.edges_ns, until_ns)
        return Curve(edges_ns, self.busy_ns(steps, now_ns) / np.diff(edges_ns))

    def busy_ns(self, steps: Steps, now_ns: int) -> Ints:
        """ns by step that workers spent in tasks; those in hand reach up to now."""
        # What ends with the last step, or begins before the first, stands in one beside them.
        table = np.zeros((1, steps.count + 1), np.int64)
        if steps.step_ns >= self._grid.bin_ns:
            table[0, :-1] = self._of_bins(steps)
        else:
            table[0, :-1] = self._of_lanes(steps)
        running = [lane.running[1] for lane in self.trace.living if lane.running is not None]
        begun = np.array(running, np.int64)
        self._add(table, steps, begun, np.full(len(begun), now_ns))
        return table[0, :-1]

    def _add(self, table: Ints, steps: Steps, begun: Ints, ended: Ints) -> None:
        base_ns = self.trace.origin_ns + steps.begin_ns
        low = np.clip(begun - base_ns, 0, steps.end_ns - steps.begin_ns)
        high = np.clip(ended - base_ns, low, steps.end_ns - steps.begin_ns)
        add_spans(table, np.zeros(len(low), np.int64), low, high, steps.step_ns)

    def _of_bins(self, steps: Steps) -> Ints:
        bins = self._grid.busy[0]
        at = np.minimum(steps.edges_ns // self._grid.bin_ns, len(bins))
        sums = np.concatenate(([0], bins[at[0] : at[-1]].cumsum()))
        by_step: Ints = np.diff(sums[at - at[0]])
        return by_step

    def _of_lanes(self, steps: Steps) -> Ints:
        """Lanes with many tasks in view cost by the steps, all others by their tasks."""
        edges_ns = steps.edges_ns + self.trace.origin_ns
        begin_ns, end_ns = edges_ns[0], edges_ns[-1]
        table = np.zeros((1, steps.count + 1), np.int64)
        few: list[tuple[Ints, Ints]] = []
        for lane in self._at_work(int(begin_ns), int(end_ns)):
            begun, ended = lane.begun, lane.ended
            low = int(ended.searchsorted(begin_ns, side="right"))
            high = int(begun.searchsorted(end_ns, side="left"))
            if high - low > max(steps.count, FEW):
                seen = slice(low, high)
                times = begun[seen], ended[seen], lane.busy_before[seen]
                table[0, :-1] += np.diff(busy_until(edges_ns, *times))
            elif high > low:
                few.append((begun[low:high], ended[low:high]))
        if few:
            begun, ended = map(np.concatenate, zip(*few, strict=True))
            self._add(table, steps, begun, ended)
        return table[0, :-1]

    def _at_work(self, begin_ns: int, end_ns: int) -> list[Lane]:
        """Those lanes of which tasks may be there; those that were over before cost nothing."""
        numbers, begun, latest, until = (self._past[column] for column in range(4))
        low = int(latest.searchsorted(begin_ns, side="right"))
        there = (begun[low:] < end_ns) & (until[low:] > begin_ns)
        lanes = [self.trace.lanes[number] for number in numbers[low:][there].tolist()]
        return lanes + [self.trace.lanes[number] for number, _ in self._growing]
