"""What a recording knows about a problem: where it is, and what went down with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine.consequences import Place, explained, harmless, place_of
from poolscope.engine.experiment import Experiment, PoolSettings, start_methods
from poolscope.engine.problem import Kind, Problem
from poolscope.engine.run import Run

MakeRun = Callable[..., Run]
needs_fork = pytest.mark.skipif("fork" not in start_methods(), reason="needs fork")


def test_a_task_that_raises_takes_the_rest_of_its_chunk_down(finish: MakeRun) -> None:
    run = finish(":raise_at_3", "range(12)", chunksize=6)
    recording, problem = run.recording, run.problem
    assert problem is not None and recording.trace is not None
    told = explained(problem, recording)
    assert told.values["never_run"] == [4, 5, 2]
    assert told.values["went_down"] == [0, 2, 3]
    place = place_of(problem, recording.journal.problem_ns, recording)
    assert place.row == 3
    assert place.at_ns == recording.trace.tasks["ended"][3]
    lane = recording.trace.lanes[place.ordinal - 1]
    assert (lane.never_run.tolist(), lane.never_run_count.tolist()) == ([4], [2])
    assert lane.broken_at.tolist() == [place.at_ns]


def test_a_death_says_whose_results_went_down(finish: MakeRun) -> None:
    run = finish(":kill_at_3", "range(12)", chunksize=6)
    assert run.problem is not None
    told = explained(run.problem, run.recording)
    assert told.values["went_down"] == [0, 2, 3]
    assert "by_hand" not in told.values
    assert not harmless(run.problem, run.recording)


def test_tasks_that_are_no_neighbours_are_only_counted(tmp_path: Path) -> None:
    experiment = Experiment(
        f"{Path(__file__).parent.parent / 'data' / 'faults.py'}:raise_at_3",
        "range(12)",
        PoolSettings(2, chunksize=12),
        order="shuffled",
        seed=5,
    )
    run = Run(experiment, parent=tmp_path)
    assert run.wait(60)
    assert run.problem is not None and run.problem.values["task"] == 3
    told = explained(run.problem, run.recording)
    row = run.recording.row_of(3)
    expected = {"went_down": row, "never_run": 11 - row}
    for name, count in expected.items():
        if count > 1:
            assert told.values[name] == [None, None, count]
    assert place_of(run.problem, None, run.recording).row == row


def test_a_worker_that_had_nothing_in_hand_took_nothing_down(finish: MakeRun) -> None:
    recording = finish(":same", "range(4)").recording
    died = {"pid": recording.trace.lanes[0].pid, "cause": "SIGKILL", "phase": "waiting"}
    problem = Problem(Kind.WORKER_DIED, None, died)
    assert harmless(problem, recording)
    assert not harmless(Problem(Kind.WORKER_DIED, None, died | {"phase": "receiving"}), recording)
    assert not harmless(Problem(Kind.POOL_STALLED), recording)


@pytest.mark.parametrize(
    "values",
    [{"task": 10**9}, {"task": -1}, {"task": "3"}, {"pid": "1"}, {"pid": 2**70}, {"chunk": 99}, {}],
)
def test_facts_that_are_none_have_no_place(finish: MakeRun, values: dict) -> None:
    recording = finish(":same", "range(4)").recording
    for kind in (Kind.TASK_RAISED, Kind.WORKER_DIED, Kind.INPUT_NOT_SENT):
        problem = Problem(kind, None, values)
        assert place_of(problem, 5, recording) == Place(None, None, 5)
        assert explained(problem, recording).values == values
