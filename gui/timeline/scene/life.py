"""A worker's life around its tasks: its start, the initializer, and how it went. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ....engine.journal import Journal
from ....engine.trace.columns import Ints
from ....engine.trace.lane import Lane
from ....engine.trace.layout import Phase
from ....engine.trace.trace import Trace

Span = tuple[int, int]
"""Begin and end in ns of the run's clock."""


class Parting(StrEnum):
    """What became of a worker. LEFT: it had done its chunks (maxtasksperchild). ENDED: with all."""

    LIVES = "lives"
    LEFT = "left"
    DIED = "died"
    ENDED = "ended"


class Stage(StrEnum):
    """What a worker was at, at a time at which it ran no task."""

    UNBORN = "unborn"
    STARTING = "starting"
    INITIALIZING = "initializing"
    AT_WORK = "at work"
    GONE = "gone"


@dataclass(frozen=True)
class Life:
    """starting, initializing: spans that end now while they go on; None where there was none.

    born_ns, gone_ns: of a worker that took another's place, and of one whose place was taken;
    None for the others, whose lanes are as long as the run.
    """

    starting: Span | None
    initializing: Span | None
    born_ns: int | None
    gone_ns: int | None

    def stage(self, time_ns: float) -> Stage:
        """What the worker was at then."""
        if self.born_ns is not None and time_ns < self.born_ns:
            return Stage.UNBORN
        if self.gone_ns is not None and time_ns >= self.gone_ns:
            return Stage.GONE
        if self.starting is not None and self.starting[0] <= time_ns < self.starting[1]:
            return Stage.STARTING
        if self.initializing is not None and self.initializing[0] <= time_ns < self.initializing[1]:
            return Stage.INITIALIZING
        return Stage.AT_WORK


def life_of(lane: Lane, now_ns: int) -> Life:
    """The life of `lane`'s worker so far."""
    born_ns, died_ns = lane.born_ns, lane.died_ns
    called_ns, returned_ns = lane.initializing_ns
    open_end_ns = died_ns or now_ns
    started_ns = called_ns or lane.ready_ns or open_end_ns
    return Life(
        starting=(born_ns, started_ns) if born_ns else None,
        initializing=(called_ns, returned_ns or open_end_ns) if called_ns else None,
        born_ns=born_ns if lane.replaces is not None and born_ns else None,
        gone_ns=died_ns if lane.replaced and died_ns else None,
    )


@dataclass(frozen=True)
class Lives:
    """Of many workers at once, by lane: as Life, with 0 for what there was not.

    A stretch is where it begins and where it ends.
    """

    starting: tuple[Ints, Ints]
    initializing: tuple[Ints, Ints]
    born_ns: Ints
    gone_ns: Ints


def lives_of(trace: Trace, lanes: Sequence[Lane], now_ns: int) -> Lives:
    """The lives so far of the workers of `lanes`."""
    which = np.array([lane.ordinal for lane in lanes], np.int64) - 1
    names = ("born", "died", "ready", "initializing", "initialized")
    born, died, ready, called, returned = (trace.workers[name][which] for name in names)
    open_end = np.where(died, died, now_ns)
    started = np.where(called, called, np.where(ready, ready, open_end))
    replaces = np.array([lane.replaces is not None for lane in lanes], np.bool_)
    replaced = np.array([lane.replaced for lane in lanes], np.bool_)
    return Lives(
        starting=(born, started),
        initializing=(called, np.where(returned, returned, open_end)),
        born_ns=np.where(replaces, born, 0),
        gone_ns=np.where(replaced, died, 0),
    )


def parting(lane: Lane, journal: Journal) -> Parting:
    """How the worker went, if it has gone."""
    if not lane.died_ns:
        return Parting.LIVES
    over = journal.over_ns is not None and lane.died_ns > journal.over_ns
    if not lane.replaced and (journal.stopped or over):
        return Parting.ENDED
    return Parting.LEFT if lane.left else Parting.DIED


def deaths(trace: Trace, journal: Journal) -> set[int]:
    """Ordinals of the workers that died, and did not leave or were ended with all."""
    workers, count = trace.workers, len(trace.lanes)
    died, slots = workers["died"][:count], workers["slot"][:count]
    left = (workers["exit_code"][:count] == 0) & (workers["phase"][:count] == Phase.LEAVING)
    last = np.zeros(count, np.bool_)  # of its slot: nobody has taken its place
    last[_lasts(slots)] = True
    with_all = died > journal.over_ns if journal.over_ns is not None else np.zeros_like(last)
    ended = last & (with_all | journal.stopped)
    return set((np.flatnonzero((died != 0) & ~left & ~ended) + 1).tolist())


def slot_order(trace: Trace) -> Ints:
    """Numbers of the lanes with those of one slot one under the other, each in order of birth."""
    return np.argsort(trace.workers["slot"][: len(trace.lanes)], kind="stable")


def _lasts(slots: Ints) -> Ints:
    """Where each slot is for the last time."""
    if not len(slots) or slots.min() < 0 or slots.max() > 2 * len(slots):  # what no pool has
        return len(slots) - 1 - np.unique(slots[::-1], return_index=True)[1]
    latest = np.full(int(slots.max()) + 1, -1)
    latest[slots] = np.arange(len(slots))  # of equal places the last value stays
    return latest[latest >= 0]
