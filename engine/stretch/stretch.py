"""What happened in a stretch of time of a run: tasks, busy time, what workers waited for."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..trace.columns import Ints
from ..trace.lane import Lane
from ..trace.layout import NO_CHUNK, TaskState
from ..trace.trace import Trace
from .chunk_moments import ChunkMoments
from .durations import Durations
from .figures import Figures, ends_of, sum_up
from .parts import WAYS, Parts, Span, note_lives, note_tasks, those_in
from .ways import ways_of, ways_open

ROWS = 32_768
"""Tasks looked at in one go."""
LANES = 500
"""Of so many workers, at most."""
STEPS = 100_000
"""What one call of `work` costs at most, in tasks looked at, about: a few ms."""
LANE_STEPS, SLICE_STEPS = 250, 80
"""What a worker costs, beside its tasks: its lane's searches; a slice of its lane."""


class _Slices(NamedTuple):
    """Parts, and from each of their lanes the places from `begins` up to `ends`, never none."""

    numbers: Ints
    begins: Ints
    ends: Ints

    @property
    def starts(self) -> Ints:
        """Where each begins when they are laid one behind the other."""
        sizes = self.ends - self.begins
        starts: Ints = np.cumsum(sizes) - sizes
        return starts


class Stretch:
    """Finds it out in bounded turns, and keeps it up with a run that goes on.

    begin_ns, end_ns: of the run's clock; see parts.py for what is in them. Raises ValueError unless
    the end comes after the begin. parts: a row for each worker that lived in it. figures: None
    before the first turns are over. looked_at: how many tasks this has cost.

    Where a worker's time went: it starts and initializes; from when it first asked for work it is
    in a task, or has a chunk in hand beside its tasks (unpickling, pickling, sending, other), or
    waits for one. What the chunks' columns do not say is `other`.

    A worker costs four searches in its lane. Its tasks are looked at once each, and for good: a
    worker of which nothing more can come into the stretch is not looked at again.
    """

    def __init__(self, trace: Trace, begin_ns: int, end_ns: int) -> None:
        if end_ns <= begin_ns:
            raise ValueError(f"the stretch ends at {end_ns}, but begins at {begin_ns}")
        self._trace = trace
        self.begin_ns, self.end_ns = begin_ns, end_ns
        self.parts = Parts()
        self.figures: Figures | None = None
        self.looked_at = 0
        self._span = Span(begin_ns, end_ns, end_ns)
        self._met = 0  # workers that have been asked whether they lived in it
        self._open: Ints = np.zeros(0, np.int64)  # parts into which something may still come
        self._durations = Durations()
        self._longest_row: int | None = None
        self._chunks = ChunkMoments(begin_ns, end_ns)
        self._saw_end = False
        self._round: Iterator[int] | None = None

    @property
    def settled(self) -> bool:
        """Nothing more will change."""
        return self._saw_end and self._round is None

    def work(self, now_ns: int, steps: int = STEPS) -> bool:
        """Go on by a bounded amount; True when all that is known now has been looked at.

        `now_ns`: how far running tasks have got. Until it is True for the first time, `figures` may
        lack what is known last; from then on they are replaced as a whole only.
        """
        if self._round is None:
            self._round = self._go_round(now_ns)
        for cost in self._round:
            steps -= cost
            if steps <= 0:
                return False
        self._round = None
        return True

    def _go_round(self, now_ns: int) -> Iterator[int]:
        """Look once at all that can have changed; yields what each step costs."""
        trace, ended = self._trace, self._trace.ended
        until_ns = self.end_ns if ended else max(min(self.end_ns, now_ns), self.begin_ns)
        self._span = Span(self.begin_ns, self.end_ns, until_ns)
        if ended and not self._saw_end:
            self._judge_again()  # only now it is known which results never came
        self._meet()
        looked, over = self._open, np.full(len(self._open), ended)
        for place, number in enumerate(looked.tolist()):
            if place % LANES == 0:
                note_lives(self.parts, looked[place : place + LANES], trace, self._span)
            over[place] |= self._count(number)
            yield LANE_STEPS
        if self.figures is None:
            self.figures = sum_up(self.parts, until_ns - self.begin_ns, None)
        columns = ("first", "stop", "swept", "closed", "judged")
        first, stop, swept, closed, judged = (self.parts[name][looked] for name in columns)
        yield from self._sweep(looked, np.maximum(swept, first), stop)
        yield from self._judge(looked, np.maximum(judged, np.maximum(first - 1, 0)), closed)
        self._chunks.begin()
        while (cost := self._chunks.step(trace)) is not None:
            yield cost // 2
        self._open = looked[~over]
        self._saw_end = ended
        ends = ends_of(self.parts, self._durations, self._longest_row, self._chunks)
        self.figures = sum_up(self.parts, until_ns - self.begin_ns, ends)

    def _lane(self, number: int) -> Lane:
        return self._trace.lanes[int(self.parts["ordinal"][number]) - 1]

    def _meet(self) -> None:
        """Take in workers that were born since, if they lived in the stretch."""
        ordinals = those_in(self._trace, self._met, self._span)
        self._met = len(self._trace.lanes)
        if len(ordinals):
            self._open = np.concatenate([self._open, self.parts.add(ordinals)])

    def _judge_again(self) -> None:
        self._open = np.arange(len(self.parts))
        for name in ("judged", "results_lost", "ways"):
            self.parts[name][:] = 0
        self.parts["judged_chunk"][:] = NO_CHUNK

    def _count(self, number: int) -> bool:
        """Count the tasks of a worker; True when nothing more can come into the stretch."""
        trace, parts, lane = self._trace, self.parts, self._lane(number)
        passed = note_tasks(parts, number, trace, lane, self._span)
        stop, closed = int(parts["stop"][number]), int(parts["closed"][number])
        beyond, last = min(stop + 1, len(lane)), None
        if closed < beyond:
            last = int(trace.tasks["chunk"][lane.rows[beyond - 1]])
        parts["ways_open"][number] = 0
        if last is not None or lane.chunk is not None:
            parts["ways_open"][number] = ways_open(trace, lane, last, self._span)
        return lane.over or (passed and closed > stop)

    def _slices(self, numbers: Ints, begins: Ints, ends: Ints) -> Iterator[_Slices]:
        """Cut what there is to look at into pieces of ROWS tasks and LANES workers at most."""
        some = ends > begins
        numbers, begins, ends = numbers[some], begins[some], ends[some]
        first = 0
        while first < len(numbers):
            sizes = np.cumsum(ends[first : first + LANES] - begins[first : first + LANES])
            whole = int(sizes.searchsorted(ROWS, "right"))
            stop = first + max(whole, 1)
            piece = _Slices(numbers[first:stop], begins[first:stop], ends[first:stop])
            if not whole:  # one lane has more than that
                piece = piece._replace(ends=piece.begins + ROWS)
                begins = begins.copy()
                begins[first] += ROWS
                stop = first
            yield piece
            first = stop

    def _lanes_of(self, piece: _Slices) -> Iterator[tuple[Lane, slice]]:
        begins, ends = piece.begins.tolist(), piece.ends.tolist()
        for number, begin, end in zip(piece.numbers.tolist(), begins, ends, strict=True):
            yield self._lane(number), slice(begin, end)

    def _sweep(self, numbers: Ints, begins: Ints, ends: Ints) -> Iterator[int]:
        """Look at how tasks ended, and how long they took."""
        parts = self.parts
        for piece in self._slices(numbers, begins, ends):
            lanes = list(self._lanes_of(piece))
            rows = np.concatenate([lane.rows[part] for lane, part in lanes])
            took_ns = np.concatenate([lane.ended[part] - lane.begun[part] for lane, part in lanes])
            states, starts = self._trace.state_of(rows), piece.starts
            lost, raised = states == TaskState.LOST, states == TaskState.RAISED
            parts["lost"][piece.numbers] += np.add.reduceat(lost, starts, dtype=np.int64)
            parts["raised"][piece.numbers] += np.add.reduceat(raised, starts, dtype=np.int64)
            own_ns = np.where(lost, -1, took_ns)
            longest_ns = np.maximum.reduceat(own_ns, starts)
            parts["longest"][piece.numbers] = np.maximum(
                parts["longest"][piece.numbers], longest_ns
            )
            self._take_durations(rows, own_ns)
            parts["swept"][piece.numbers] = piece.ends
            self.looked_at += len(rows)
            yield len(rows) + SLICE_STEPS * len(starts)

    def _take_durations(self, rows: Ints, own_ns: Ints) -> None:
        """`own_ns`: of tasks that came to an end of their own; -1 of the others."""
        at = int(own_ns.argmax())
        if own_ns[at] > self._durations.longest_ns or self._longest_row is None:
            self._longest_row = int(rows[at]) if own_ns[at] >= 0 else None
        self._durations.add(own_ns[own_ns >= 0])

    def _judge(self, numbers: Ints, begins: Ints, ends: Ints) -> Iterator[int]:
        """Look at what became of results, and at what chunks took beside their tasks.

        Also at the tasks before and after those that ended in the stretch: their chunks' ways out
        and in may be in it.
        """
        trace, parts = self._trace, self.parts
        held = trace.workers["chunk"]
        for piece in self._slices(numbers, begins, ends):
            rows = np.concatenate([lane.rows[part] for lane, part in self._lanes_of(piece)])
            starts, chunks = piece.starts, trace.tasks["chunk"][rows]
            owner = np.repeat(np.arange(len(starts)), piece.ends - piece.begins)
            places = np.arange(len(rows)) - starts[owner] + piece.begins[owner]
            first, stop = (parts[name][piece.numbers][owner] for name in ("first", "stop"))
            inside = (places >= first) & (places < stop)
            vain = trace.results_lost(rows) & inside
            parts["results_lost"][piece.numbers] += np.add.reduceat(vain, starts, dtype=np.int64)
            before = np.concatenate(([NO_CHUNK], chunks[:-1]))
            before[starts] = parts["judged_chunk"][piece.numbers]
            # The one that a dead worker had in hand is looked at by itself.
            in_hand = held[parts["ordinal"][piece.numbers] - 1][owner]
            new = (chunks != before) & (chunks != in_hand)
            sums = np.cumsum(ways_of(trace, chunks[new], self._span), axis=0)
            sums = np.concatenate([np.zeros((1, len(WAYS)), np.int64), sums])
            cuts = owner[new].searchsorted(np.arange(len(starts) + 1))
            parts["ways"][piece.numbers] += np.diff(sums[cuts], axis=0)
            parts["judged_chunk"][piece.numbers] = chunks[np.append(starts[1:], len(rows)) - 1]
            parts["judged"][piece.numbers] = piece.ends
            yield len(rows) + 2 * len(sums) + SLICE_STEPS * len(starts)


def what_happened(trace: Trace, begin_ns: int, end_ns: int, now_ns: int) -> Stretch:
    """All of it at once, however long that takes."""
    stretch = Stretch(trace, begin_ns, end_ns)
    while not stretch.work(now_ns):
        pass
    return stretch
