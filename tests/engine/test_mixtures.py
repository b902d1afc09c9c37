"""Whatever mixture of tasks sleeps, raises, exits and dies: each ends once, and truly."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from poolscope.engine.experiment import METHODS, STAR_METHODS, start_methods
from poolscope.engine.processes import group_members
from poolscope.engine.run import Run, Status
from poolscope.engine.summary import summarise
from poolscope.engine.trace.layout import TaskState

MakeRun = Callable[..., Run]
ENDS = (TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.NOT_RUN)
HARMLESS = ("sleep", "return large")
DEEDS = (
    *HARMLESS,
    "raise",
    "raise bare",
    "raise unreadable",
    "return unpicklable",
    "exit",
    "end",
    "kill",
)

orders = st.lists(
    st.tuples(st.sampled_from((*HARMLESS, *HARMLESS, *HARMLESS, *DEEDS)), st.integers(0, 9)),
    min_size=1,
    max_size=14,
)
pools = st.fixed_dictionaries(
    {
        "method": st.sampled_from(METHODS),
        "processes": st.integers(1, 3),
        "start_method": st.sampled_from(start_methods()),
    },
    optional={"maxtasksperchild": st.integers(1, 3)},
)
chunksizes = st.one_of(st.none(), st.integers(1, 5))


def experiment(method: str, chunksize: int | None, **others: Any) -> dict[str, Any]:
    """The settings that `method` can have."""
    if chunksize is not None and not method.startswith("apply"):
        others["chunksize"] = chunksize
    return {"method": method, **others}


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # each example is a run: shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(orders=orders, pool=pools, chunksize=chunksizes)
@example(orders=[(deed, 3) for deed in DEEDS], pool={"method": "map", "processes": 2}, chunksize=2)
def test_every_task_ends_in_exactly_one_way(
    finish: MakeRun,
    data: Path,
    orders: list[tuple[str, int]],
    pool: dict[str, Any],
    chunksize: int | None,
) -> None:
    task = f"{data / 'mixture.py'}:act"
    star = pool["method"] in STAR_METHODS
    inputs = repr([(order,) for order in orders] if star else orders)
    run = finish(task, inputs, **experiment(chunksize=chunksize, **pool))
    assert not group_members(run.host_pid)
    assert_ends(run, orders)
    assert_times(run)
    assert_lanes(run)


def assert_ends(run: Run, orders: list[tuple[str, int]]) -> None:
    """Every task is over in one of four ways, as it was told to be, and the counts agree."""
    trace = run.recording.trace
    assert trace is not None and trace.total == len(orders)
    states = [TaskState(state) for state in trace.tasks["state"]]
    assert set(states) <= set(ENDS)
    counts = run.recording.counts
    for state, count in zip(
        ENDS, (counts.done, counts.raised, counts.lost, counts.not_run), strict=True
    ):
        assert states.count(state) == count
    assert counts.total == len(orders) and counts.running == 0
    assert summarise(run.recording, run.status)["tasks"]["done"] == counts.done
    for (deed, _), state in zip(orders, states, strict=True):
        if deed in ("raise", "raise unreadable"):
            assert state in (TaskState.RAISED, TaskState.LOST, TaskState.NOT_RUN)
        elif deed in ("raise bare", "exit", "end", "kill"):
            assert state in (TaskState.LOST, TaskState.NOT_RUN)
        else:  # a pool that breaks down takes others with it
            assert state in (TaskState.DONE, TaskState.LOST, TaskState.NOT_RUN)
    if all(deed in HARMLESS for deed, _ in orders):
        assert (run.status, run.problem) == (Status.FINISHED, None)
        assert counts.done == len(orders) and not counts.result_lost
    else:
        assert run.status is Status.FAILED and run.problem is not None


def assert_times(run: Run) -> None:
    trace = run.recording.trace
    assert trace is not None
    tasks = trace.tasks
    begun, ended, states = (np.asarray(tasks[name]) for name in ("begun", "ended", "state"))
    ran = states != TaskState.NOT_RUN
    assert (begun[ran] > 0).all() and (begun[ran] <= ended[ran]).all()
    assert not begun[~ran].any() and not ended[~ran].any()


def assert_lanes(run: Run) -> None:
    """A worker ran its tasks one after the other, in its life; all that ran are in one lane."""
    trace = run.recording.trace
    assert trace is not None
    rows = [int(row) for lane in trace.lanes for row in lane.rows]
    assert len(rows) == len(set(rows))
    assert set(rows) == set(np.flatnonzero(trace.tasks["state"] != TaskState.NOT_RUN).tolist())
    for lane in trace.lanes:
        spans = list(zip(lane.begun.tolist(), lane.ended.tolist(), strict=True))
        for (_, ended), (begun, _) in itertools.pairwise(spans):
            assert ended <= begun, f"worker {lane.pid} runs two tasks at once"
        if spans:
            assert lane.born_ns < spans[0][0]
        assert lane.died_ns and lane.exit_code is not None
