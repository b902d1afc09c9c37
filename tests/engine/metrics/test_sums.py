"""Runs made up at random: figures agree with one another, and with a slow and plain count."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from poolscope.engine.metrics import blocks, durations, gaps, lives, pickling, tail, turns
from poolscope.engine.metrics.measuring import measure_run
from poolscope.engine.metrics.numbers import Numbers
from poolscope.engine.recording import Recording

MakeTale = Callable[..., Any]


def made_up(tale: MakeTale, seed: int) -> Recording:
    """Up to 6 workers in up to 3 slots that take chunks of up to 6 tasks off one queue."""
    random = np.random.default_rng(seed)
    slots, size = int(random.integers(1, 4)), int(random.integers(1, 7))
    count = int(random.integers(1, 60))
    sizes = [size] * (count // size) + ([count % size] if count % size else [])
    quota = int(random.integers(1, 8)) if random.random() < 0.5 else None
    run = tale(sizes, processes=slots, chunksize=size, maxtasksperchild=quota)
    free = [int(random.integers(2, 20)) for _ in range(slots)]
    worker = [run.worker(slot, born=1, ready=free[slot]) for slot in range(slots)]
    had = [0] * slots
    for chunk, tasks in enumerate(sizes):
        slot = int(np.argmin(free))
        if quota is not None and had[slot] == quota:
            run._workers.set(worker[slot], "died", (free[slot] + 1) * 1_000_000)
            born = free[slot] + 2
            free[slot], had[slot] = born + int(random.integers(1, 9)), 0
            worker[slot] = run.worker(slot, born=born, ready=free[slot])
        at = max(free[slot], 11)
        spans, time = [], at + int(random.integers(0, 3))
        for _ in range(tasks):
            begun = time + int(random.integers(0, 2))
            time = begun + int(random.integers(0, 30))
            spans.append((begun, time))
        pickled = time + int(random.integers(0, 3))
        used = int(random.integers(0, (time - spans[0][0]) * 1_000_000 + 1))
        free[slot] = sent = pickled + int(random.integers(0, 3))
        run.chunk(chunk, worker[slot], at, spans, pickled=pickled, sent=sent, cpu=used)
        had[slot] += 1
    return run.recording(max(free) + 3)  # type: ignore[no-any-return]


def plainly(recording: Recording) -> dict[str, float]:
    """The same by going through all tasks one by one."""
    trace = recording.trace
    assert trace is not None
    rows = range(trace.total)
    of = {name: trace.tasks[name].tolist() for name in ("begun", "ended", "worker", "chunk")}
    found = {"work_s": sum(of["ended"][row] - of["begun"][row] for row in rows) / 1e9}
    within = between = 0
    last: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: (of["begun"][row], of["ended"][row], row)):
        before = last.get(of["worker"][row])
        if before is not None:
            gap = of["begun"][row] - of["ended"][before]
            inside = of["chunk"][row] == of["chunk"][before]
            within, between = within + inside * gap, between + (not inside) * gap
        last[of["worker"][row]] = row
    return found | {"within_s": within / 1e9, "between_s": between / 1e9}


def assert_sums_agree(figures: Numbers, recording: Recording) -> None:
    expected = plainly(recording)
    assert figures.work_s == pytest.approx(expected["work_s"])
    assert figures.within.total_s == pytest.approx(expected["within_s"])
    assert figures.between.total_s == pytest.approx(expected["between_s"])
    trace, called_ns = recording.trace, recording.journal.called_ns
    assert trace is not None and called_ns is not None and figures.makespan_s is not None
    over_ns = recording.journal.over_ns or 0
    lived = sum(
        max(min(lane.died_ns or over_ns, over_ns) - max(lane.born_ns, called_ns), 0) / 1e9
        for lane in trace.lanes
    )
    known = figures.work_s + figures.within.total_s + figures.between.total_s
    assert known + figures.respawn_s <= figures.processes * figures.makespan_s + 1e-9
    assert known <= lived + 1e-9
    assert sum(worker.busy_s for worker in figures.workers) == pytest.approx(figures.work_s)
    assert sum(worker.tasks for worker in figures.workers) == figures.tasks
    assert figures.cpu_share is None or 0 <= figures.cpu_share <= 1
    assert figures.utilisation is not None and 0 <= figures.utilisation <= 1
    assert figures.tail_s is not None and figures.tail_workers is not None
    assert 0 <= figures.tail_s <= figures.makespan_s
    assert 0 <= figures.tail_workers <= figures.processes - 1
    assert figures.durations is not None and figures.durations.count == figures.tasks
    assert figures.durations.mean_s * figures.tasks == pytest.approx(figures.work_s)
    assert figures.imbalance is None or figures.imbalance >= 0


@pytest.mark.parametrize("seed", range(40))
def test_work_and_gaps_fit_into_the_time_that_workers_lived(tale: MakeTale, seed: int) -> None:
    recording = made_up(tale, seed)
    assert_sums_agree(measure_run(recording), recording)


@pytest.mark.parametrize("seed", range(12))
def test_it_does_not_matter_how_many_rows_are_looked_at_at_once(
    tale: MakeTale, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = made_up(tale, seed + 100)
    whole = measure_run(recording)
    for module in (blocks, lives):
        monkeypatch.setattr(module, "BLOCK", seed % 5 + 1)
    assert all(
        module.blocks is blocks.blocks for module in (durations, gaps, pickling, tail, turns)
    )
    assert measure_run(recording) == whole
