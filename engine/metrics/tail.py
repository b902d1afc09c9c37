"""The end of a run, in which some workers have nothing left to do and wait for the others."""

from typing import NamedTuple

import numpy as np

from ..breaking_off import Watch
from ..trace.columns import Ints
from ..trace.trace import Trace
from .blocks import blocks
from .lives import Lives


class Tail(NamedTuple):
    """begin_ns, end_ns: of the run's clock. workers: that were idle in it, on average."""

    begin_ns: int
    end_ns: int
    workers: float


def all_taken_ns(trace: Trace, watch: Watch) -> int | None:
    """When the last chunk was taken off the queue; None when some never was."""
    last = 0
    for part in blocks(trace.chunks.rows, watch):
        taken = trace.chunks["taken"][part]
        if not taken.all():
            return None
        last = max(last, int(taken.max()))
    return last or None


def tail(lives: Lives, taken_ns: int | None) -> Tail | None:
    """From the first moment at which a worker had no work while none was left to take, to the end
    of the last task; None where chunks were left, or without tasks.

        idle(slot) = max(taken_ns, when its workers had nothing in hand any more)
        begin = min over slots of idle(slot);  end = the end of the last task
        workers = sum over slots of max(end - idle(slot), 0) / (end - begin)

    A worker that never had a task is idle from when it first asked for work; one that had not
    asked by then was not idle but starting. `taken_ns`: see `all_taken_ns`.

    Source: the tail of a schedule as in self-scheduling, e.g. S. F. Hummel, E. Schonberg and L. E.
    Flynn, "Factoring: a method for scheduling parallel loops", CACM 35(8), 1992 (uneven finishing
    times of processors).
    """
    end_ns = int(lives.until_ns.max(initial=0))
    if taken_ns is None or not end_ns:
        return None
    idle = np.maximum(_free_by_slot(lives), taken_ns)
    begin_ns = min(int(idle.min()), end_ns)
    waited = float(np.maximum(end_ns - idle, 0).sum(dtype=np.float64))
    length = end_ns - begin_ns
    return Tail(begin_ns, end_ns, waited / length if length else 0.0)


def _free_by_slot(lives: Lives) -> Ints:
    """By slot with a worker that ever asked for work: since when nobody there had any."""
    count = lives.slots
    free, ready = np.zeros(count, np.int64), np.full(count, np.iinfo(np.int64).max)
    np.maximum.at(free, lives.slot, lives.free_ns)
    asked = lives.ready > 0
    np.minimum.at(ready, lives.slot[asked], lives.ready[asked])
    known = (free > 0) | (ready < np.iinfo(np.int64).max)
    found: Ints = np.where(free > 0, free, ready)[known]
    return found
