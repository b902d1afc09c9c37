"""What a machine costs, as it is counted with and kept."""

import json

import pytest

from poolscope.engine.explain.costs import Costs

COSTS = Costs(30e-6, 0.2e-6, {"fork": 0.002, "spawn": 0.05}, cpus=4)


def test_at_the_break_even_pool_and_loop_take_the_same_time() -> None:
    for workers, chunksize in ((2, 1), (4, 1), (4, 50)):
        task_s = COSTS.break_even_s(workers, chunksize)
        assert task_s is not None
        pool_s = (task_s + COSTS.in_chunk_s) / workers + COSTS.trip_s / chunksize
        assert pool_s == pytest.approx(task_s)


def test_more_workers_than_cpus_do_not_lower_it() -> None:
    assert COSTS.break_even_s(16) == COSTS.break_even_s(4)


def test_one_worker_is_never_quicker_than_a_loop() -> None:
    assert COSTS.break_even_s(1) is None


def test_they_come_back_as_they_were_kept() -> None:
    assert Costs.from_json(json.loads(json.dumps(COSTS.to_json()))) == COSTS


@pytest.mark.parametrize(
    "wrong",
    [
        {"trip_s": -1.0},
        {"trip_s": float("nan")},
        {"trip_s": "1"},
        {"in_chunk_s": 0.0},
        {"in_chunk_s": 1e9},
        {"start_s": []},
        {"start_s": {"fork": None}},
        {"start_s": {"fork": float("inf")}},
        {"cpus": 0},
        {"cpus": True},
        {"cpus": 1 << 40},
    ],
)
def test_what_no_machine_costs_is_not_believed(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no costs"):
        Costs.from_json({**COSTS.to_json(), **wrong})


def test_what_is_no_costs_at_all_is_not_believed() -> None:
    for data in (None, [], {}, "x"):
        with pytest.raises(ValueError, match="no costs"):
            Costs.from_json(data)
