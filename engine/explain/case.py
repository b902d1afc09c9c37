"""A run that is over, as the reasons look at it: what several of them need to know of it. Pure."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..breaking_off import Watch, go_on
from ..experiment import SINGLE_CALLS, Experiment
from ..metrics.numbers import Numbers
from ..recording import Recording
from ..run_folder import OPENED_PREFIX
from ..trace.columns import Ints
from ..trace.lane import Lane
from ..trace.trace import Trace
from .costs import Costs
from .reason import Span

NS = 1e9
SHARE, LEAST_S = 0.05, 0.002
"""Less of the time, or less time, is no reason: the clock of a busy machine is not better."""
GUESSED_GAP_S = 150e-6
"""Of a worker from chunk to chunk, where nobody has measured the machine."""
MOST_CHUNKS = 1_000_000
"""That are looked at one by one; the others are taken to be like them."""
MOST_SPANS = 200
"""That are pointed at; the longest."""


@dataclass(frozen=True)
class Ways:
    """What workers did between chunks, an item a chunk of those that were looked at.

    worker: ordinals. before: when the worker was free for it. began: its first task did. ran: its
    last task returned. sent: its result was sent off. imported: how long unpickling a worker's
    first took longer than others, where it imports the task then; else 0. All in ns.
    """

    worker: Ints
    before: Ints
    began: Ints
    ran: Ints
    sent: Ints
    imported: Ints

    @property
    def in_ns(self) -> Ints:
        """Waiting for it, receiving and unpickling; without the import of the task."""
        waited: Ints = np.maximum(self.began - self.before - self.imported, 0)
        return waited

    @property
    def out_ns(self) -> Ints:
        """Pickling and sending its result."""
        took: Ints = np.maximum(self.sent - self.ran, 0)
        return took


class Case:
    """A run, its figures and what the machine costs.

    Raises ValueError for one that has no trace, or whose method never returned.
    """

    def __init__(
        self,
        recording: Recording,
        numbers: Numbers,
        costs: Costs | None,
        watch: Watch = go_on,
    ) -> None:
        journal = recording.journal
        called_ns, returned_ns = journal.called_ns, journal.returned_ns
        if recording.trace is None or called_ns is None or returned_ns is None:
            raise ValueError("the run is not whole")
        self.recording, self.numbers, self.costs = recording, numbers, costs
        self.watch = watch  # is asked by what takes long
        self.trace: Trace = recording.trace
        self.called_ns, self.returned_ns = called_ns, returned_ns
        self.pool_ns = self.trace.origin_ns
        self.experiment: Experiment = recording.experiment

    @property
    def makespan_s(self) -> float:
        return max(self.returned_ns - self.called_ns, 1) / NS

    @property
    def whole_s(self) -> float:
        """From the making of the pool to the return of its method."""
        return max(self.returned_ns - self.pool_ns, 1) / NS

    @property
    def matters_s(self) -> float:
        """What is less than that is no reason."""
        return max(SHARE * self.makespan_s, LEAST_S)

    @property
    def tasks(self) -> int:
        return self.trace.total

    @property
    def chunks(self) -> int:
        return max(self.trace.chunks.rows, 1)

    @cached_property
    def chunksize(self) -> int:
        """Tasks a chunk; as the run had it."""
        return max(int(self.trace.chunks["size"].max(initial=1)), 1)

    @property
    def workers(self) -> int:
        """Processes of the pool that can have had a chunk."""
        processes = 1 if self.one_at_a_time else self.numbers.processes
        return max(min(processes, self.chunks), 1)

    @property
    def one_at_a_time(self) -> bool:
        """The method waits for each task before it hands out the next."""
        return self.experiment.pool.method == "apply"

    @property
    def has_chunks(self) -> bool:
        return self.experiment.pool.method not in SINGLE_CALLS

    @cached_property
    def durations_s(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Of all tasks, in the order of handing out."""
        tasks = self.trace.tasks
        durations = np.empty(tasks.rows)
        np.subtract(tasks["ended"], tasks["begun"], out=durations, casting="unsafe")
        durations /= NS
        return durations

    @cached_property
    def first_ns(self) -> int:
        """When the first task began."""
        return int(self.trace.tasks["begun"].min())

    @cached_property
    def last_ns(self) -> int:
        """When the last task ended."""
        return int(self.trace.tasks["ended"].max())

    @cached_property
    def first_lanes(self) -> list[Lane]:
        """Of the workers that the pool began with, and that got ready."""
        return [lane for lane in self.trace.lanes if lane.replaces is None and lane.ready_ns]

    @cached_property
    def ways(self) -> Ways:
        """Of the first MOST_CHUNKS."""
        names = ("worker", "taken", "unpickled", "ran", "sent")
        columns = (self.trace.chunks[name][:MOST_CHUNKS] for name in names)
        worker, taken, began, ran, sent = columns
        known = np.flatnonzero((worker > 0) & (taken > 0) & (began > 0) & (ran > 0) & (sent > 0))
        known = known[np.lexsort((taken[known], worker[known]))]
        worker, began, ran, sent = worker[known], began[known], ran[known], sent[known]
        before = np.empty_like(sent)
        before[1:] = sent[:-1]
        first = np.ones(len(worker), bool)
        first[1:] = worker[1:] != worker[:-1]
        ready = self.trace.workers["ready"]
        before[first] = np.maximum(ready[worker[first] - 1], self.called_ns)
        unpickling = began - taken[known]
        return Ways(worker, before, began, ran, sent, self._imported_ns(unpickling, first))

    def _imported_ns(self, unpickling: Ints, first: "np.ndarray[Any, np.dtype[np.bool_]]") -> Ints:
        """Of each chunk, what its unpickling took longer than that of a worker's later ones: with
        the first, a worker that was not forked imports the task.
        """
        imported = np.zeros_like(unpickling)
        if self.experiment.pool.start_method == "fork" or (first.all() and self.is_heavy):
            return imported
        common = 0 if first.all() else int(unpickling[~first].mean())
        imported[first] = np.maximum(unpickling[first] - common, 0)
        return imported

    @cached_property
    def imported_s(self) -> float:
        """What the import of the task took a worker, on average; 0 where nobody can tell."""
        imported = self.ways.imported
        workers = len(np.unique(self.ways.worker))
        return float(imported.sum()) / NS / workers if workers else 0.0

    @cached_property
    def in_s(self) -> float:
        """Of all workers, added up."""
        return self._all(self.ways.in_ns)

    @cached_property
    def out_s(self) -> float:
        """Of all workers, added up."""
        return self._all(self.ways.out_ns)

    def _all(self, times_ns: Ints) -> float:
        looked_at = len(times_ns)
        return float(times_ns.sum()) / NS * self.chunks / looked_at if looked_at else 0.0

    @cached_property
    def gap_s(self) -> float:
        """What a worker spends between two chunks, on average, whatever the chunks weigh: what the
        machine takes for it, or else a guess, but no more than was measured.
        """
        measured_s = (self.in_s + self.out_s) / self.chunks
        if not self.is_heavy:
            return measured_s
        return min(measured_s, GUESSED_GAP_S if self.costs is None else self.costs.gap_s)

    @property
    def is_heavy(self) -> bool:
        """Messages are so large that their way depends on it."""
        pickling = self.numbers.pickling
        heaviest = max(pickling.bytes_in, pickling.bytes_out)
        return heaviest > HEAVY_BYTES * max(pickling.chunks, 1)

    @property
    def break_even_s(self) -> float | None:
        """The task time from which on a run like this one would be no slower than a plain loop: by
        what the machine costs, but no less than by what this one took; None while nobody has
        measured the machine, and for one worker.

        A pool that took m for n tasks of t takes m + n (b - t) / w for those of b, and a loop n b:
        they are equal at b = (m / n - t / w) w / (w - 1).
        """
        w = min(self.workers, self.numbers.cpus)
        costs_s = None
        if self.costs is not None:
            costs_s = self.costs.break_even_s(self.workers, self.chunksize)
        if costs_s is None or w < 2:
            return None
        task_s = float(self.durations_s.mean())
        return max(costs_s, (self.makespan_s / self.tasks - task_s / w) * w / (w - 1))

    @property
    def may_be_ordered(self) -> bool:
        """A next run can take its tasks longest first: engine/former.py will find this one."""
        counts, folder = self.recording.counts, self.recording.folder
        whole = counts.done == counts.total
        return whole and not folder.name.startswith(OPENED_PREFIX)


HEAVY_BYTES = 16_384
"""Of a message, on average: to pickle, send and unpickle less takes a small part of a gap."""


def spans(begin: Ints, end: Ints, ordinals: Ints) -> tuple[Span, ...]:
    """The longest of these stretches, by time; an item each."""
    lengths = end - begin
    longest = np.argsort(-lengths, kind="stable")[:MOST_SPANS]
    longest = longest[lengths[longest] > 0]
    longest = longest[np.argsort(begin[longest], kind="stable")]
    columns = (column[longest].tolist() for column in (begin, end, ordinals))
    return tuple(Span(one, other, (who,)) for one, other, who in zip(*columns, strict=True))


def lane_spans(stretches: list[tuple[int, int, int]]) -> tuple[Span, ...]:
    """The same of (begin, end, ordinal)."""
    if not stretches:
        return ()
    columns = np.array(stretches, np.int64).T
    return spans(columns[0], columns[1], columns[2])
