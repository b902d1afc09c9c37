"""What happened in a stretch of time, against a plain count over all tasks and chunks."""

import itertools
import random

import numpy as np
import pytest

from poolscope.engine.journal import MOST_NS
from poolscope.engine.stretch import chunk_moments
from poolscope.engine.stretch import stretch as stretch_module
from poolscope.engine.stretch.figures import Figures
from poolscope.engine.stretch.parts import COLUMNS, WAYS
from poolscope.engine.stretch.stretch import Stretch, what_happened
from poolscope.engine.trace.layout import CHUNKS, WORKERS, ChunkOutcome, TaskState
from poolscope.engine.trace.trace import Trace

from .conftest import ORIGIN_NS, Chunk, MadeUp, Task

SEEDS = range(25)
DONE, RAISED, LOST = TaskState.DONE, TaskState.RAISED, TaskState.LOST


def stretches(run: MadeUp, seed: int, count: int = 6) -> list[tuple[int, int]]:
    """Some of the run, with its edges often where something begins or ends; and all of it."""
    choose = random.Random(seed)
    moments = [ORIGIN_NS, run.end]
    for chunk in run.chunks:
        moments += [at for at in (chunk.taken, chunk.sent, chunk.received) if at]
        for task in chunk.tasks:
            moments += [task.begun, task.ended or task.begun]
    found = []
    for _ in range(count):
        begin, end = sorted((choose.choice(moments), choose.choice(moments)))
        found.append((begin, end + (begin == end)))
    return [*found, (ORIGIN_NS - 10, run.end + 10)]


class Plain:
    """The same by looking at everything, of a run that is over."""

    def __init__(self, run: MadeUp, begin: int, end: int) -> None:
        self.run, self.begin, self.end = run, begin, end
        self.tasks = [(task, chunk) for chunk in run.chunks for task in chunk.tasks]

    def end_of(self, task: Task, chunk: Chunk) -> int:
        died = self.run.workers[chunk.worker - 1].died
        return task.ended if task.ended is not None else died  # type: ignore[return-value]

    def part(self, begin: int | None, end: int | None) -> int:
        if begin is None or end is None:
            return 0
        return max(min(end, self.end) - max(begin, self.begin), 0)

    def began(self, task: Task) -> bool:
        return self.begin <= task.begun < self.end

    def over_by(self, task: Task, chunk: Chunk, time: int) -> bool:
        return self.end_of(task, chunk) <= time and task.begun < time

    def ended(self, task: Task, chunk: Chunk) -> bool:
        return self.over_by(task, chunk, self.end) and not self.over_by(task, chunk, self.begin)

    def ran(self, task: Task, chunk: Chunk) -> bool:
        return task.begun < self.end and not self.over_by(task, chunk, self.begin)

    def vain(self, task: Task, chunk: Chunk) -> bool:
        arrived = chunk.outcome is ChunkOutcome.DONE and chunk.received
        return task.state is DONE and not arrived

    def those_that_ended(self) -> list[tuple[Task, Chunk]]:
        return [pair for pair in self.tasks if self.ended(*pair)]

    def sums(self) -> dict[str, int]:
        """As the fields of Figures and of its Ends are called."""
        tasks, ended = self.tasks, self.those_that_ended()
        states = [task.state for task, _ in ended]
        workers = self.run.workers
        return {
            "ran": sum(self.ran(*pair) for pair in tasks),
            "began": sum(self.began(task) for task, _ in tasks),
            "ended": len(ended),
            "whole": sum(self.began(task) for task, _ in ended),
            "running": 0,
            "busy_ns": sum(self.part(task.begun, self.end_of(task, c)) for task, c in tasks),
            "workers": sum(
                worker.born < self.end and (worker.died or self.end) > self.begin
                for worker in workers
            ),
            "at_work": len({chunk.worker for task, chunk in tasks if self.ran(task, chunk)}),
            "lived_ns": sum(self.part(w.born, w.died or self.end) for w in workers),
            "done": states.count(DONE),
            "raised": states.count(RAISED),
            "lost": states.count(LOST),
            "results_lost": sum(self.vain(*pair) for pair in ended),
            "handed": sum(self.begin <= chunk.handed < self.end for chunk in self.run.chunks),
            "taken": sum(self.begin <= chunk.taken < self.end for chunk in self.run.chunks),
            "received": sum(
                self.begin < (chunk.received or 0) <= self.end for chunk in self.run.chunks
            ),
            **self.ways(),
        }

    def ways(self) -> dict[str, int]:
        found = dict.fromkeys(("unpickling_ns", "pickling_ns", "sending_ns"), 0)
        for chunk in self.run.chunks:
            died = self.run.workers[chunk.worker - 1].died
            lost = chunk.outcome is ChunkOutcome.LOST
            unpickled = chunk.unpickled or (died if lost else None)
            pickled = chunk.pickled or (died if lost and chunk.ran else None)
            found["unpickling_ns"] += self.part(chunk.taken, unpickled)
            found["pickling_ns"] += self.part(chunk.ran, pickled)
            found["sending_ns"] += self.part(chunk.pickled, chunk.sent)
        return found

    def durations(self) -> list[int]:
        ended = self.those_that_ended()
        return sorted(task.ended - task.begun for task, _ in ended if task.ended is not None)


def flat(figures: Figures | None) -> dict[str, object]:
    assert figures is not None and figures.ends is not None
    return {**vars(figures), **vars(figures.ends)}


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_are_those_of_a_plain_count(make_up, seed: int) -> None:
    run = make_up(seed)
    trace = run.trace()
    for begin, end in stretches(run, seed):
        found, plain = (
            flat(what_happened(trace, begin, end, run.end).figures),
            Plain(run, begin, end),
        )
        sums = plain.sums()
        assert {name: found[name] for name in sums} == sums
        durations = plain.durations()
        assert found["longest_ns"] == max(durations, default=0)
        expected = float(np.median(durations)) if durations else None
        assert found["median_ns"] == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_workers_add_up_to_the_whole(make_up, seed: int) -> None:
    run = make_up(seed)
    trace = run.trace()
    for begin, end in stretches(run, seed, 2):
        stretch = what_happened(trace, begin, end, run.end)
        figures = stretch.figures
        assert figures is not None and figures.ends is not None
        parts, ends = stretch.parts, figures.ends
        assert figures.length_ns == end - begin
        assert (parts["lived"] <= end - begin).all() and (parts["busy"] <= parts["lived"]).all()
        known = (
            figures.busy_ns + figures.starting_ns + figures.initializing_ns + ends.waiting_ns
            + ends.unpickling_ns + ends.pickling_ns + ends.sending_ns + ends.other_ns
        )  # fmt: skip
        assert known == figures.lived_ns, "all of a worker's time is told, and none of it twice"
        assert int(parts["longest"].max(initial=0)) == ends.longest_ns


@pytest.mark.parametrize("seed", SEEDS)
def test_stretches_that_touch_share_nothing_and_lose_nothing(make_up, seed: int) -> None:
    run = make_up(seed)
    trace, cuts = run.trace(), [ORIGIN_NS - 1, *sorted({c.taken for c in run.chunks}), run.end + 1]
    whole = flat(what_happened(trace, cuts[0], cuts[-1], run.end).figures)
    pieces = [
        flat(what_happened(trace, begin, end, run.end).figures)
        for begin, end in itertools.pairwise(cuts)
    ]
    for name in ("began", "ended", "busy_ns", "lived_ns", "done", "raised", "lost", "results_lost",
                 "handed", "taken", "received", "unpickling_ns", "sending_ns"):  # fmt: skip
        assert sum(piece[name] for piece in pieces) == whole[name], name


@pytest.mark.parametrize("seed", SEEDS)
def test_kept_up_with_a_run_that_goes_on_it_is_the_same_as_found_afresh(make_up, seed: int) -> None:
    run = make_up(seed)
    step, (begin, end) = max((run.end - ORIGIN_NS) // 9, 1), stretches(run, seed, 1)[0]
    trace, kept = run.trace(ORIGIN_NS + 1), None
    for now in range(ORIGIN_NS + 1, run.end + step, step):
        run.show(now)
        trace.update()
        trace.update()
        if now <= begin:
            continue
        kept = kept or Stretch(trace, begin, end)
        while not kept.work(now, steps=1):
            pass
        fresh = what_happened(trace, begin, end, now)
        assert not kept.settled
        running = [lane.running for lane in trace.lanes if lane.running is not None]
        assert fresh.figures is not None
        assert fresh.figures.running == sum(begun < end for _, begun in running)
        assert kept.figures == fresh.figures
        for name in COLUMNS:
            assert kept.parts[name].tolist() == fresh.parts[name].tolist(), name
    run.show(run.end)
    trace.update(ended=True)
    assert kept is not None
    while not kept.work(run.end, steps=1):
        pass
    assert kept.settled
    assert kept.figures == what_happened(run.trace(), begin, end, run.end).figures


def test_a_stretch_as_long_as_a_task_holds_that_task_and_no_neighbour(make_up) -> None:
    seen = 0
    for seed in SEEDS:
        run = make_up(seed)
        trace = run.trace()
        for chunk in run.chunks:
            for task in chunk.tasks:
                if task.ended is None or task.ended == task.begun:
                    continue
                stretch = what_happened(trace, task.begun, task.ended, run.end)
                number = stretch.parts["ordinal"].tolist().index(chunk.worker)
                part = {name: int(stretch.parts[name][number]) for name in COLUMNS}
                at_once = sum(other.begun == other.ended == task.begun for other in chunk.tasks)
                assert (part["ran"], part["whole"]) == (1 + at_once, 1 + at_once)
                assert part["busy"] == task.ended - task.begun
                seen += 1
    assert seen > 100


def test_what_a_worker_is_at_now_counts_up_to_now(make_up) -> None:
    run = make_up(0)
    run.chunks[:] = []
    assert run.workers, "only their lives are left"
    trace = run.trace(run.workers[0].ready)
    stretch = what_happened(trace, ORIGIN_NS, run.end + 1_000, run.workers[0].ready + 7)
    figures = stretch.figures
    assert figures is not None and figures.ends is not None
    assert figures.length_ns == run.workers[0].ready + 7 - ORIGIN_NS
    assert figures.ends.waiting_ns >= 7 and figures.utilisation == 0.0
    assert figures.rate == figures.busy_workers == 0.0


def test_a_stretch_without_a_length_is_none(make_up) -> None:
    with pytest.raises(ValueError, match="ends at 5, but begins at 5"):
        Stretch(make_up(1).trace(), 5, 5)


def test_chunks_are_counted_in_blocks_and_those_that_came_back_once(
    make_up, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_moments, "BLOCK", 2)
    run = next(run for run in map(make_up, SEEDS) if len(run.chunks) > 8)
    trace, plain = run.trace(), Plain(run, ORIGIN_NS, run.end)
    stretch = what_happened(trace, ORIGIN_NS, run.end, run.end)
    found, sums = flat(stretch.figures), plain.sums()
    assert [found[n] for n in ("handed", "taken", "received")] == [
        sums[n] for n in ("handed", "taken", "received")
    ]
    looked_at = stretch._chunks.looked_at
    assert looked_at == len(run.chunks)
    assert stretch.work(run.end) and stretch._chunks.looked_at == looked_at
    assert len(WAYS) == stretch.parts["ways"].shape[1]


def test_a_turn_is_bounded_and_no_task_is_looked_at_twice(
    make_up, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch_module, "ROWS", 3)
    monkeypatch.setattr(stretch_module, "LANE_STEPS", 3)
    run = next(run for run in map(make_up, SEEDS) if len(run.chunks) > 8)
    trace = run.trace()
    stretch, turns = Stretch(trace, ORIGIN_NS, run.end), 1
    while not stretch.work(run.end, steps=4):
        before, turns = stretch.looked_at, turns + 1
        assert stretch.looked_at - before <= 4 + 3
    assert stretch.figures is not None
    assert stretch.looked_at == stretch.figures.ended > 12 and turns > 5
    for _ in range(3):
        assert stretch.work(run.end + 1, steps=4)
    assert stretch.looked_at == stretch.figures.ended


def test_a_stretch_of_the_past_costs_nothing_while_the_run_goes_on(
    make_up, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    count = stretch_module.note_tasks
    monkeypatch.setattr(
        stretch_module, "note_tasks", lambda *args: (counted.append(1), count(*args))[1]
    )
    run = next(run for run in map(make_up, SEEDS) if len(run.chunks) > 8)
    late = max(chunk.taken for chunk in run.chunks)
    trace = run.trace(late)
    chunk = run.chunks[0]
    assert chunk.tasks, "of this one"
    stretch = Stretch(trace, chunk.taken, chunk.taken + 1)
    assert stretch.work(late)
    working = [lane for lane in trace.lanes if len(lane) and not lane.over]
    assert len(counted) >= len(working) > 0
    counted.clear()
    assert stretch.work(late)
    assert len(counted) < len(working), "a worker that has gone on is not looked at again"


@pytest.mark.parametrize("seed", range(6))
def test_times_that_cannot_be_are_no_more_than_wrong(make_up, seed: int) -> None:
    """An opened file may say anything of chunks and workers; what tasks say is checked before."""
    run, choose = make_up(seed), random.Random(seed)
    run.show(run.end)
    for table, names in (
        (CHUNKS, ("handed", "taken", "unpickled", "ran", "pickled", "sent", "received")),
        (WORKERS, ("ready", "initializing", "initialized", "died")),
    ):
        columns = run._columns(table)
        for name in names:
            for row in range(len(columns[name])):
                columns[name][row] = choose.choice([0, 1, run.end, MOST_NS - 1])
    trace = Trace(run.folder, ORIGIN_NS)
    trace.update(ended=True)
    for begin, end in [(0, MOST_NS), *stretches(run, seed, 2)]:
        stretch = what_happened(trace, begin, end, run.end)
        figures, parts = stretch.figures, stretch.parts
        assert figures is not None and figures.ends is not None
        assert 0 <= figures.utilisation <= 1
        assert all((parts[name] >= 0).all() for name in COLUMNS if name != "judged_chunk")
        assert min(value for value in vars(figures.ends).values() if value is not None) >= 0
