"""The figures of a stretch of time."""

from dataclasses import dataclass

import numpy as np

from .chunk_moments import ChunkMoments
from .durations import Durations
from .parts import WAYS, Parts

UNPICKLING, PICKLING, SENDING, IN_HAND = range(len(WAYS))


@dataclass(frozen=True)
class Ends:
    """What is known only when each task that ended in the stretch has been looked at.

    done, raised, lost: how they ended; results_lost: done, and in vain. longest_ns, longest_row: of
    those that came to an end of their own, from their begins on, wherever these are; the row is
    None without any. median_ns likewise; exact: see durations.py. handed, taken, received: chunks.
    unpickling_ns, pickling_ns, sending_ns, waiting_ns: what workers did instead of being in a task,
    see `Stretch`; other_ns: what is left.
    """

    done: int
    raised: int
    lost: int
    results_lost: int
    longest_ns: int
    longest_row: int | None
    median_ns: float | None
    exact: bool
    handed: int
    taken: int
    received: int
    unpickling_ns: int
    pickling_ns: int
    sending_ns: int
    waiting_ns: int
    other_ns: int


@dataclass(frozen=True)
class Figures:
    """Of a stretch of time; times in ns, sums over its workers.

    length_ns: of it, as far as it has passed. workers: that lived in it. at_work: those of them
    that were in a task. ran: tasks that were running in it at any time, `whole` of them from their
    begin to their end; running: those that are still in hand. lived_ns: for how long the workers
    lived in it, busy_ns: and were in tasks. ends: None until all tasks have been looked at.
    """

    length_ns: int
    workers: int
    at_work: int
    ran: int
    began: int
    ended: int
    whole: int
    running: int
    busy_ns: int
    lived_ns: int
    starting_ns: int
    initializing_ns: int
    ends: Ends | None

    @property
    def busy_workers(self) -> float:
        """How many workers were in a task, on average over the stretch."""
        return self.busy_ns / self.length_ns if self.length_ns else 0.0

    @property
    def utilisation(self) -> float:
        """Which share of the time for which its workers lived they were in tasks, 0 to 1."""
        return min(self.busy_ns / self.lived_ns, 1.0) if self.lived_ns else 0.0

    @property
    def rate(self) -> float:
        """Tasks that ended, per second."""
        return self.ended / self.length_ns * 1e9 if self.length_ns else 0.0


def sum_up(parts: Parts, length_ns: int, ends: Ends | None) -> Figures:
    """The figures of all workers together."""
    names = ("ran", "began", "ended", "whole", "running")
    times = ("busy", "lived", "starting", "initializing")
    total = {name: int(parts[name].sum()) for name in names}
    total |= {f"{name}_ns": int(parts[name].sum()) for name in times}
    at_work = int(np.count_nonzero(parts["ran"]))
    return Figures(length_ns, len(parts), at_work, **total, ends=ends)


def ends_of(
    parts: Parts, durations: Durations, longest_row: int | None, chunks: ChunkMoments
) -> Ends:
    """How all tasks ended, and where the rest of the workers' time went."""
    ended, raised, lost = (int(parts[name].sum()) for name in ("ended", "raised", "lost"))
    ways = parts["ways"] + parts["ways_open"]
    beside = ways[:, :IN_HAND].sum(axis=1)
    handling = np.maximum(ways[:, IN_HAND], parts["busy"] + beside)
    waiting = np.maximum(parts["asking"] - handling, 0)
    known = parts["busy"] + beside + waiting + parts["starting"] + parts["initializing"]
    handed, taken, received = chunks.counts
    return Ends(
        done=ended - raised - lost,
        raised=raised,
        lost=lost,
        results_lost=int(parts["results_lost"].sum()),
        longest_ns=durations.longest_ns,
        longest_row=longest_row,
        median_ns=durations.median_ns,
        exact=durations.exact,
        handed=handed,
        taken=taken,
        received=received,
        unpickling_ns=int(ways[:, UNPICKLING].sum()),
        pickling_ns=int(ways[:, PICKLING].sum()),
        sending_ns=int(ways[:, SENDING].sum()),
        waiting_ns=int(waiting.sum()),
        other_ns=int(np.maximum(parts["lived"] - known, 0).sum()),
    )
