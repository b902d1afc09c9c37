"""Reasons in how the tasks were cut into chunks, and in what order they were handed out. Pure."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from ..checks.chunks import together
from ..experiment import auto_chunksize
from .case import Case, lane_spans, spans
from .reason import Cause, Evidence, Reason, Remedy, Span
from .what_if import Plan, best, chunksizes, round_first

LONG = 1.4
"""A task that took so many times the median is longer than the rest."""
TINY = 4
"""A chunk whose tasks take more than so many times its way is not of tiny ones."""
MOST_SORTED = 2_000_000
"""Tasks, of more of which nobody finds out what another order would do."""
MOST_ROWS = 100
"""Tasks that are pointed at."""
MOST_MESSAGE = 64 << 20
"""Bytes of a chunk that is still advised."""
SLACK_LARGER, SLACK_SMALLER = 0.1, 0.02
"""Of the shortest time: so much longer is as good."""
WAITED_FOR, AMONG = 0.75, 0.5
"""Of the tail: so long the task that the end waits for was in it; and others that it waits for."""


def reasons(case: Case, *, contended: bool = False) -> Iterator[Reason]:
    """TINY_TASKS or UNEVEN_CHUNKS, and LONG_TASK. contended: who is idle at the end of a run whose
    workers wait for CPUs leaves one to another, and nothing is lost.
    """
    if case.one_at_a_time or not case.tasks:
        return
    cutting = Cutting(case)
    chunks = cutting.other_chunks()
    if chunks is not None:
        yield chunks
    order = cutting.long_task(chunks)
    if order is not None:
        yield order
    elif chunks is None and not contended:
        rest = cutting.rest()
        if rest is not None:
            yield rest


class Cutting:
    """What other chunks, and another order, would have made of the same tasks.

    Times are those of a schedule that is played with the measured durations, with what a chunk cost
    its worker on average, and no quicker than the CPUs can compute it all; a cost is the difference
    of two such times.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.crew = min(case.numbers.processes, case.tasks)
        between_s = case.in_s + case.out_s
        weight_s = max(between_s - case.gap_s * case.chunks, 0.0) / case.tasks
        self.together = together(case.tasks, self.crew)
        self.plan = Plan(case.durations_s, case.gap_s, weight_s)
        numbers = case.numbers
        self.floor_s = (numbers.cpu_s or 0.0) / numbers.cpus

    def played_s(self, chunksize: int, plan: Plan | None = None) -> float:
        self.case.watch()
        return max((plan or self.plan).makespan_s(chunksize, self.crew), self.floor_s)

    @cached_property
    def now_s(self) -> float:
        return self.played_s(self.case.chunksize)

    @property
    def even_s(self) -> float:
        """If all workers ended at one time."""
        case = self.case
        all_s = float(case.durations_s.sum()) + case.in_s + case.out_s
        return max(all_s / self.crew, self.floor_s)

    @cached_property
    def _sizes(self) -> list[int]:
        """Chunksizes that can be advised."""
        case, pickling = self.case, self.case.numbers.pickling
        a_task = max(pickling.bytes_in, pickling.bytes_out) / case.tasks
        sizes = chunksizes(case.tasks, self.crew)
        return [size for size in sizes if size == 1 or size * a_task <= MOST_MESSAGE]

    def other_chunks(self) -> Reason | None:
        """TINY_TASKS where larger chunks save enough, and most of it the gaps between chunks; or
        else UNEVEN_CHUNKS where smaller ones do. None where neither does.
        """
        case = self.case
        larger = [(size, self.played_s(size)) for size in self._larger()]
        if larger and self._is_tiny:
            size, time_s = best(larger, SLACK_LARGER)
            saved_s = self.now_s - time_s
            fewer = case.chunks - -(-case.tasks // size)
            gaps_s = fewer * case.gap_s / self.crew
            if saved_s >= case.matters_s and gaps_s >= saved_s / 2:
                return self._tiny(size, saved_s)
        smaller = [(size, self.played_s(size)) for size in self._smaller()]
        if smaller and case.has_chunks:
            size, time_s = best(smaller, SLACK_SMALLER)
            if self.now_s - time_s >= case.matters_s:
                return self._uneven(size, self.now_s - time_s)
        return None

    @property
    def _is_tiny(self) -> bool:
        case = self.case
        return float(case.durations_s.sum()) <= TINY * case.gap_s * case.chunks

    def _larger(self) -> list[int]:
        """Chunksizes above the run's, that first which is advised before a run; none above that:
        what is left to be saved is less than one run differs from another.
        """
        now, most = self.case.chunksize, self.together
        sizes = [size for size in round_first(reversed(self._sizes)) if now < size <= most]
        return sorted(sizes, key=lambda size: size != most)

    def _smaller(self) -> list[int]:
        """Chunksizes below the run's, those first that Pool would come near to: four chunks a
        worker also share out what takes another time in the next run.
        """
        pools = auto_chunksize(self.case.tasks, self.crew)
        sizes = [size for size in self._sizes if size < self.case.chunksize]
        below = [size for size in reversed(sizes) if size <= pools]
        return round_first(below) + round_first(size for size in sizes if size > pools)

    def _tiny(self, better: int, cost_s: float) -> Reason:
        case = self.case
        values = {
            "task_s": float(case.durations_s.mean()),
            "trip_s": case.gap_s,
            "break_even_s": case.break_even_s,
            "chunksize": case.chunksize,
            "better": better,
        }
        pool: dict[str, Any] = {"chunksize": better}
        if not case.has_chunks:
            pool["method"] = "map_async"
        return Reason(Cause.TINY_TASKS, cost_s, values, gaps(case), Remedy(pool))

    def _uneven(self, better: int | None, cost_s: float) -> Reason:
        case = self.case
        idle = waiting(case)
        values = {
            "workers": max(round(case.numbers.tail_workers or 0.0), 1),
            "tail_s": tail_s(case),
            "chunksize": case.chunksize,
            "better": better,
        }
        remedy = None if better is None else Remedy({"chunksize": better})
        return Reason(Cause.UNEVEN_CHUNKS, cost_s, values, Evidence(idle), remedy)

    def long_task(self, chunks: Reason | None) -> Reason | None:
        """What the longest first would save, beyond what other chunks do; or where one task by
        itself keeps all waiting, what is lost by that. None where the end waits for no such task,
        but for chunks of several, or for as many tasks as there are workers.
        """
        case, durations = self.case, self.case.numbers.durations
        if durations is None or self.crew < 2 or case.tasks > MOST_SORTED:
            return None
        if durations.longest_s < LONG * durations.median_s or not self.waited_for:
            return None
        now_s = self.now_s - (0.0 if chunks is None else chunks.cost_s)
        ordered = self.plan.longest_first()
        sizes = [case.chunksize, *round_first(self._sizes)] if case.has_chunks else [1]
        times = [(size, self.played_s(size, ordered)) for size in sizes]
        size, time_s = best(times, SLACK_SMALLER)
        saved_s, lost_s = now_s - time_s, now_s - self.even_s
        remedy = None
        if saved_s >= case.matters_s:
            if case.may_be_ordered and case.experiment.order != "longest":
                other = case.has_chunks and size != case.chunksize
                pool = {"chunksize": size} if other else {}
                remedy = Remedy(pool, order="longest")
            return self._long(saved_s, remedy, first=True)
        if lost_s >= case.matters_s and durations.longest_s >= self.even_s:
            return self._long(lost_s, None, first=False)
        return None

    def _long(self, cost_s: float, remedy: Remedy | None, *, first: bool) -> Reason:
        case, durations = self.case, self.case.numbers.durations
        assert durations is not None
        row = self.waited_for[0]
        took_s = float(case.durations_s[row])
        values = {
            "index": int(case.recording.index_of(row)),
            "took_s": took_s,
            "median_s": durations.median_s,
            "times": took_s / max(durations.median_s, 1e-9),
            "tail_s": tail_s(case),
            "first": first,
            "count": len(self.waited_for),
        }
        evidence = Evidence(waiting(case), tuple(self.waited_for[:MOST_ROWS]))
        return Reason(Cause.LONG_TASK, cost_s, values, evidence, remedy)

    @cached_property
    def waited_for(self) -> list[int]:
        """Rows of the long tasks that workers without work waited for, that first which ended last.

        They were in the tail for as good as all of it, or the most of it, and one by one: what is
        there of them is less than the tail has workers.
        """
        case, durations = self.case, self.case.numbers.durations
        begin_ns, length_s = case.numbers.tail_begin_ns, tail_s(case)
        if durations is None or begin_ns is None or length_s < case.matters_s:
            return []
        tasks = case.trace.tasks
        rows = np.flatnonzero(tasks["ended"] > begin_ns)
        rows = rows[case.durations_s[rows] >= LONG * durations.median_s]
        inside_s = (tasks["ended"][rows] - np.maximum(tasks["begun"][rows], begin_ns)) / 1e9
        rows, inside_s = rows[inside_s >= AMONG * length_s], inside_s[inside_s >= AMONG * length_s]
        if not len(rows) or inside_s.max() < WAITED_FOR * length_s or len(rows) >= self.crew:
            return []
        return [int(row) for row in rows[np.argsort(-inside_s, kind="stable")]]

    def rest(self) -> Reason | None:
        """Workers that waited at the end although no other chunks would help: too few tasks."""
        lost_s = min(self.now_s - self.even_s, tail_s(self.case))
        if self.crew < 2 or lost_s < self.case.matters_s:
            return None
        return self._uneven(None, lost_s)


def waiting(case: Case) -> tuple[Span, ...]:
    """Workers that had nothing left to do while others still were in tasks."""
    tail_ns = case.numbers.tail_begin_ns or 0
    last = [lane for lane in case.trace.lanes if not lane.replaced and lane.ready_ns]
    ends = [(max(lane.until_ns, lane.ready_ns, tail_ns), lane.ordinal) for lane in last]
    return lane_spans([(end, case.last_ns, who) for end, who in ends if end < case.last_ns])


def tail_s(case: Case) -> float:
    return case.numbers.tail_s or 0.0


def gaps(case: Case) -> Evidence:
    """The longest between chunks."""
    ways = case.ways
    begin = ways.before - ways.out_ns  # of the chunk before, where there was one: near enough
    return Evidence(spans(begin, ways.began, ways.worker))
