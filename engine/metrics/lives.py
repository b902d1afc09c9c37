"""What each worker did and when it was there, a place a worker; and by the slots they shared."""

from dataclasses import dataclass

import numpy as np

from ..breaking_off import Watch
from ..trace.columns import Ints
from ..trace.trace import Trace
from .blocks import BLOCK, blocks
from .numbers import WorkerNumbers


@dataclass(frozen=True)
class Lives:
    """Arrays with a place a worker, in the order of birth; times in ns, 0 for what never was.

    slot, pid, born, ready, initializing, initialized, died: see trace/layout.py. tasks: that it
    began. busy_ns: in tasks, before the end of the run. until_ns: the end of its last task.
    free_ns: when it had nothing in hand any more: its last task over and that chunk's result sent.
    """

    slot: Ints
    pid: Ints
    born: Ints
    ready: Ints
    initializing: Ints
    initialized: Ints
    died: Ints
    tasks: Ints
    busy_ns: Ints
    until_ns: Ints
    free_ns: Ints

    def __len__(self) -> int:
        return len(self.slot)

    @property
    def slots(self) -> int:
        """How many there were, the highest counts."""
        return int(self.slot.max(initial=-1)) + 1


COLUMNS = ("slot", "pid", "born", "ready", "initializing", "initialized", "died")


def lives_of(trace: Trace, over_ns: int, watch: Watch) -> Lives:
    """Of all workers ever born; over_ns: the end of the run, after which tasks do not count."""
    lanes = trace.lanes
    tasks, busy, until = (np.zeros(len(lanes), np.int64) for _ in range(3))
    for place, lane in enumerate(lanes):
        if not place % BLOCK:
            watch()
        count = len(lane)
        if count:
            tasks[place], until[place] = count, lane.until_ns
            late = until[place] > over_ns
            busy[place] = lane.busy_until(over_ns) if late else lane.busy_ns
    said = {name: np.array(trace.workers[name][: len(lanes)]) for name in COLUMNS}
    free = np.where(tasks > 0, np.maximum(until, _last_sent(trace, watch)), 0)
    return Lives(**said, tasks=tasks, busy_ns=busy, until_ns=until, free_ns=free)


def _last_sent(trace: Trace, watch: Watch) -> Ints:
    """By worker, when the result of the last chunk that it took was sent; 0 where it was not."""
    last = np.full(len(trace.lanes) + 1, -1, np.int64)
    for part in blocks(trace.chunks.rows, watch):
        worker = trace.chunks["worker"][part]
        worker = np.where(worker < len(last), worker, 0)
        # Of one worker the last value stays, and it takes chunks in the order of their numbers.
        last[worker] = np.arange(part.start, part.stop)
    sent: Ints = np.where(last < 0, 0, trace.chunks["sent"][last]) if trace.chunks.rows else last
    return np.maximum(sent[1:], 0)


def worker_numbers(lives: Lives, called_ns: int, over_ns: int) -> tuple[WorkerNumbers, ...]:
    """One each. utilisation = busy / lived, where lived is the part of the time from the call of
    the Pool method to its end for which the worker was there, its own start included.
    """
    ends = np.where(lives.died, np.minimum(lives.died, over_ns), over_ns)
    lived = ends - np.maximum(lives.born, called_ns)
    shares = np.minimum(lives.busy_ns / np.maximum(lived, 1), 1.0)
    columns = (lives.pid, lives.tasks, lives.busy_ns / 1e9, shares, lived > 0)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return tuple(
        WorkerNumbers(ordinal, pid, tasks, busy_s, share if there else None)
        for ordinal, (pid, tasks, busy_s, share, there) in enumerate(rows, 1)
    )


def imbalance(lives: Lives, processes: int) -> float | None:
    """max(L) / mean(L) - 1 over the slots of the pool: L is a slot's time in tasks. None without.

    Workers that replaced one another share the time of their slot; a slot without tasks counts. 0
    is an even load; 0.5: the busiest had half as much again as an even share.

    Source: "percent imbalance" of O. Pearce et al., "Quantifying the effectiveness of load balance
    algorithms", ICS 2012; L. DeRose, B. Homer and D. Johnson, "Detecting application load imbalance
    on high end massively parallel systems", Euro-Par 2007, call max(L) - mean(L) imbalance time.
    """
    busy = np.zeros(max(lives.slots, processes))
    np.add.at(busy, lives.slot, lives.busy_ns)
    mean = float(busy.mean())
    return float(busy.max()) / mean - 1 if mean else None
