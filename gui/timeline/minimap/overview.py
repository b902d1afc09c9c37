"""The whole run at a small size: who was busy when, and where something went wrong. Pure.

A lane's busy time up to any moment is one search in its running sums. So what is new in a lane
costs by the time bins that it covers, however many tasks that are; of lanes with fewer tasks than
that the tasks are put together and added up one by one. No task is looked at twice.
"""

from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np

from ....engine.over_time.grid import ROWS, Bools, Grid, add_spans
from ....engine.trace.columns import Ints
from ....engine.trace.trace import Trace
from .overview_rows import LaneRows

FEW = 256
"""New tasks of a lane that cost less one by one than by the bins that they cover."""
BLOCK = 8192
"""Tasks that are added up at once."""
PARTS = 1024
"""Lanes that are put together for that."""
LANES_A_STEP = 64


class Snapshot(NamedTuple):
    """What there is to draw of a run.

    busy: ns by row and bin. alive: ns that lanes could have been busy; None where no worker was
    replaced, and all lanes are as long as the run. bad: where a task raised or was lost.
    counts: lanes by row, from the top. bin_ns: how long a bin is; the first begins at the origin.
    """

    busy: Ints
    alive: Ints | None
    bad: Bools
    counts: Ints
    bin_ns: int


class Overview:
    """The lanes of `trace` in rows and bins, brought up to date by what is new in them.

    by_slot: rows stand in the order of slots, then of births; else in that of births.
    looked_at: tasks and edges of bins that were looked at so far.
    """

    def __init__(self, trace: Trace, *, by_slot: bool = False) -> None:
        self.trace, self.by_slot = trace, by_slot
        self.looked_at = 0
        self._begin(slots=1)

    def _begin(self, slots: int) -> None:
        self._slots = slots
        self._slots_a_band = max(slots // ROWS, 1)
        self._rows = LaneRows(min(slots, ROWS))
        self._grid = Grid()
        self._growing: list[tuple[int, int]] = []  # lanes, and how many of their tasks are in
        self._unreplaced: deque[int] = deque()
        self._heirs = False  # some worker has taken another's place
        self._bad = 0  # rows of bad tasks that are in
        self._batch: list[tuple[int, Ints, Ints]] = []  # lane, begun, ended
        self._batched = 0

    def take_in(self) -> Iterator[None]:
        """Take in what is new, a little at each step: some 2 ms at most, whatever there is.

        To be gone through to its end before another begins.
        """
        trace = self.trace
        bad = len(trace.bad_rows)  # at each step there may be more of everything
        self._know_slots()
        self._grid.reach(trace.end_ns - trace.origin_ns)
        growing, self._growing = self._growing, []
        new = ((number, 0) for number in range(len(self._rows), len(trace.lanes)))
        for step, (number, seen) in enumerate(chain(growing, new)):
            if number >= len(self._rows):
                self._meet(number)
            if self._take(number, seen) or step % LANES_A_STEP == 0:
                yield
            if step % PARTS == PARTS - 1:
                yield from self._note_replaced()  # what is drawn meanwhile asks for the others
        self._add_batch()
        yield
        yield from self._note_replaced()
        while self._bad < bad:
            self._take_bad(trace.bad_rows[self._bad : min(self._bad + BLOCK, bad)])
            yield

    def _know_slots(self) -> None:
        """Slots that nobody knew of begin it all anew; there are twice as many then, at least."""
        count = len(self.trace.lanes)
        if not self.by_slot or not count:
            return
        slots = int(self.trace.workers["slot"][:count].max()) + 1
        if slots > self._slots:
            self._begin(1 << (slots - 1).bit_length())

    def _meet(self, number: int) -> None:
        band = self.trace.lanes[number].slot // self._slots_a_band if self.by_slot else 0
        joined = self._rows.add(band)
        if joined is not None:
            self._grid.join_rows(*joined)
        self._unreplaced.append(number)
        self._heirs = self._heirs or self.trace.lanes[number].replaces is not None

    def _take(self, number: int, seen: int) -> bool:
        """Take in a lane's tasks after those that were seen; whether that was any work."""
        lane = self.trace.lanes[number]
        over, count = lane.over, len(lane)  # in this order: nothing comes when it is over
        if not over:
            self._growing.append((number, count))
        if count == seen:
            return False
        new, origin_ns = slice(seen, count), self.trace.origin_ns
        if count - seen <= FEW:
            self._batch.append((number, lane.begun[new], lane.ended[new]))
            self._batched += count - seen
            if self._batched < BLOCK and len(self._batch) < PARTS:
                return False
            self._add_batch()
        else:
            row = int(self._rows.row_of[number])
            times = lane.begun[new], lane.ended[new]
            self.looked_at += self._grid.add_lane(row, *times, lane.busy_before[new], origin_ns)
        return True

    def _add_batch(self) -> None:
        if not self._batch:
            return
        numbers, begun, ended = zip(*self._batch, strict=True)
        sizes = [len(part) for part in begun]
        rows = np.repeat(self._rows.row_of[list(numbers)], sizes).astype(np.int64)
        times = self._since_origin(np.concatenate(begun)), self._since_origin(np.concatenate(ended))
        self._grid.add_busy(rows, *times)
        self.looked_at += self._batched
        self._batch, self._batched = [], 0

    def _note_replaced(self) -> Iterator[None]:
        """Of workers that have been replaced it is known how long they lived."""
        lanes, waiting = self.trace.lanes, len(self._unreplaced) if self._heirs else 0
        for start in range(0, waiting, PARTS):
            died, gone = self.trace.workers["died"], list[int]()
            for _ in range(start, min(start + PARTS, waiting)):
                number = self._unreplaced.popleft()
                over = lanes[number].replaced and died[number]
                (gone if over else self._unreplaced).append(number)
            self._add_lives(np.array(gone, np.int64))
            yield

    def _add_lives(self, gone: Ints) -> None:
        if len(gone):
            rows, births = self._rows.row_of[gone].astype(np.int64), self._births(gone)
            died = self._since_origin(self.trace.workers["died"][gone])
            self._grid.add_alive(rows, births, np.maximum(died, births))

    def _births(self, numbers: Ints) -> Ints:
        """When lanes begin: those of the first workers are as long as the run."""
        lanes = self.trace.lanes
        heirs = np.array([lanes[n].replaces is not None for n in numbers.tolist()], np.bool_)
        return np.where(heirs, self._since_origin(self.trace.workers["born"][numbers]), 0)

    def _since_origin(self, times_ns: Ints) -> Ints:
        """Only a file that was tampered with has earlier ones."""
        return np.maximum(times_ns - self.trace.origin_ns, 0)

    def _take_bad(self, rows: Ints) -> None:
        """Mark these, or the first of them where many have to be looked for one by one."""
        trace = self.trace
        # Of those that never ended their lanes know when they were over: with their workers.
        never = np.flatnonzero(trace.tasks["ended"][rows] == 0)
        if len(never) > FEW:
            rows, never = rows[: int(never[FEW])], never[:FEW]
        begun, ended = trace.tasks["begun"][rows], trace.tasks["ended"][rows]
        for place in never.tolist():
            found = trace.find(int(rows[place]))
            ended[place] = begun[place] if found is None else found[0].ended[found[1]]
        lanes = self._rows.row_of[trace.tasks["worker"][rows] - 1].astype(np.int64)
        self._grid.mark_bad(lanes, self._since_origin(begun), self._since_origin(ended))
        self._bad += len(rows)
        self.looked_at += len(rows)

    def snapshot(self, now_ns: int, until_ns: int = 0) -> Snapshot:
        """What has been taken in, and the tasks that run up to now; with bins to `until_ns`."""
        grid, rows, trace = self._grid, self._rows, self.trace
        known = [lane for lane in trace.living if lane.running and lane.ordinal <= len(rows)]
        begun = np.array([lane.running[1] for lane in known if lane.running], np.int64)
        begun = self._since_origin(begun)
        now_ns = max(now_ns - trace.origin_ns, int(np.max(begun, initial=0)), 0)
        grid.reach(max(now_ns, until_ns - trace.origin_ns))
        used = rows.counts > 0
        busy = grid.busy
        if known:
            busy = busy.copy()
            at = rows.row_of[[lane.ordinal - 1 for lane in known]].astype(np.int64)
            add_spans(busy, at, begun, np.full(len(at), now_ns), grid.bin_ns)
        alive = self._alive()[used] if self._heirs else None
        return Snapshot(busy[used], alive, grid.bad[used], rows.counts[used], grid.bin_ns)

    def _alive(self) -> Ints:
        """Workers that nobody has replaced count to the end."""
        numbers = np.array(self._unreplaced, np.int64)
        alive = self._grid.alive.copy()
        rows = self._rows.row_of[numbers].astype(np.int64)
        ends = np.full(len(numbers), self._grid.end_ns - 1)
        add_spans(alive, rows, self._births(numbers), ends, self._grid.bin_ns)
        return alive
