"""What all workers have told and done together, without walking over those that are gone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poolscope.engine.metrics.so_far import busy_ns
from poolscope.engine.trace.lane import Lane
from poolscope.engine.trace.roster import SAID, Told
from poolscope.engine.trace.trace import Trace

MakeTables = Callable[..., Any]
WORKERS = 40


def replaced_one_after_another(table: Any, *, until: int = WORKERS) -> None:
    """Workers 1 and 2 begin; when one has run its chunk, another takes its place."""
    for ordinal in range(1, until + 1):
        if ordinal > 2:
            table.replace()
        table.workers.set(ordinal, "ready", table.now())
        if ordinal % 3:
            table.workers.set(ordinal, "initializing", table.now())
            table.now()
            table.workers.set(ordinal, "initialized", table.now())
        for _ in table.run(ordinal, ordinal - 1):
            pass
        if ordinal % 5:
            table.workers.set(ordinal, "exit_code", -(ordinal % 4))
            table.workers.set(ordinal, "died", table.now())


def plainly_told(trace: Trace) -> Told:
    count = len(trace.lanes)
    column = {name: trace.workers[name][:count] for name in SAID}
    over = column["initialized"] != 0
    began = np.where(column["ready"] == 0, column["died"], column["ready"])
    return Told(
        said=sum(int(values.sum()) for values in column.values()),
        begun_ns=max(int(column[name].max()) for name in ("initializing", "initialized"))
        if began.max() < column["initialized"].max()
        else int(began.max()),
        died_ns=int(column["died"].max()),
        initializers=int(over.sum()),
        initializers_ns=int((column["initialized"] - column["initializing"])[over].sum()),
        initializing=bool(column["initializing"].any()),
    )


@pytest.mark.parametrize("ended", [False, True])
def test_the_sums_are_those_of_the_plain_formula(
    tmp_path: Path, tables: MakeTables, ended: bool
) -> None:
    table = tables(tmp_path, 2 * WORKERS, 2)
    trace = Trace(tmp_path, 0)
    trace.update()
    assert trace.told == plainly_told(trace)
    replaced_one_after_another(table)
    said = trace.told.said
    trace.update()
    trace.update(ended=ended)
    assert len(trace.living) == (0 if ended else WORKERS // 5)
    assert trace.told == plainly_told(trace) and trace.told.said != said
    for time_ns in range(1_000, trace.end_ns + 10, 7):
        plain = sum(busy_ns(lane, time_ns) for lane in trace.lanes)
        assert trace.busy_ns(time_ns) == plain, time_ns


def test_a_running_task_counts_until_then(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 2 * WORKERS + 2, 2)
    replaced_one_after_another(table)
    table.take(WORKERS, WORKERS)
    table.begin(2 * WORKERS)
    trace = Trace(tmp_path, 0)
    trace.update()
    for later_ns in (0, 5, 1_000):
        time_ns = trace.end_ns + later_ns
        assert trace.busy_ns(time_ns) == sum(busy_ns(lane, time_ns) for lane in trace.lanes)
    assert trace.busy_ns(10**6) > trace.busy_ns(10**5)


def test_nobody_walks_over_those_that_are_gone(
    tmp_path: Path, tables: MakeTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced_one_after_another(tables(tmp_path, 2 * WORKERS, 2))
    trace = Trace(tmp_path, 0)
    trace.update()
    asked: list[int] = []
    for name in ("busy_until", "busy_so_far"):
        original = getattr(Lane, name)

        def look(lane: Lane, time_ns: int, _original: Any = original) -> int:
            asked.append(lane.ordinal)
            return int(_original(lane, time_ns))

        monkeypatch.setattr(Lane, name, look)
    trace.busy_ns(trace.end_ns)
    assert set(asked) == {lane.ordinal for lane in trace.living}
    assert 0 < len(trace.living) < WORKERS / 4


def test_a_table_that_grows_is_the_same_for_all_lanes(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 600, 1)
    trace = Trace(tmp_path, 0)
    trace.update()
    first, workers = trace.lanes[0], trace.workers
    for _ in range(300):
        table.replace()
    table.workers.set(1, "pid", 77)
    assert trace.pid_of(290) == 390
    trace.update()
    assert len(trace.lanes) == 302 and trace.workers is workers and first.pid == 77


def test_workers_are_met_a_few_at_a_time_where_a_look_is_limited(
    tmp_path: Path, tables: MakeTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poolscope.engine.trace.trace.LANES_AT_ONCE", 7)
    tables(tmp_path, 10, 1, workers=30)
    trace = Trace(tmp_path, 0)
    met = []
    while not met or trace.behind:
        trace.update(limit=1_000)
        met.append(len(trace.lanes))
    assert met == [7, 14, 21, 28, 30]
