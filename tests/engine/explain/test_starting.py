"""Reasons in the start of workers."""

from collections.abc import Callable

import pytest

from poolscope.engine.experiment import Experiment
from poolscope.engine.explain.case import Case
from poolscope.engine.explain.costs import Costs
from poolscope.engine.explain.reason import Cause, Explanation, Reason
from poolscope.engine.explain.starting import waited_s
from poolscope.engine.recording import Recording

Play = Callable[..., Recording]
Why = Callable[..., Explanation]
Find = Callable[[Explanation, Cause], Reason]


def test_a_start_by_spawn_that_dominates_is_to_be_a_fork(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([5] * 40, start_method="spawn", ready=100)
    found = why(run, Costs(30e-6, 1e-7, {"fork": 0.002, "spawn": 0.1}, cpus=2))
    reason = reason_of(found, Cause.START_UP)
    assert found.reasons == (reason,)
    assert reason.cost_s == pytest.approx(0.099 - 0.006)  # 2 ms, and 2 ms for each of two
    assert reason.values["share"] == pytest.approx(0.5, rel=0.01)
    assert reason.values["start_up_s"] == pytest.approx(0.099)  # after the call
    assert reason.values["making_s"] is None
    assert reason.remedy is not None
    assert reason.remedy.applied(run.experiment).pool.start_method == "fork"
    assert len(reason.evidence.spans) == 2


def test_a_start_that_is_nothing_beside_the_tasks_is_not_said(play: Play, why: Why) -> None:
    assert why(play([50] * 100, start_method="spawn", ready=100)).reasons == ()


def test_a_library_that_must_not_be_forked_is_not(play: Play, why: Why, reason_of: Find) -> None:
    experiment = Experiment("polars:scan", "range(9)")
    run = play([5] * 40, start_method="spawn", ready=100, experiment=experiment)
    assert reason_of(why(run), Cause.START_UP).remedy is None
    costs = Costs(30e-6, 1e-7, {"forkserver": 0.02}, cpus=2)
    remedy = reason_of(why(run, costs), Cause.START_UP).remedy
    assert remedy is not None and remedy.pool == {"start_method": "forkserver"}


def test_an_initializer_that_dominates_has_no_remedy_here(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([5] * 40, ready=200, initializer=190)
    reason = reason_of(why(run), Cause.START_UP)
    assert reason.remedy is None and reason.cost_s == pytest.approx(0.19)
    assert reason.values["initializer_s"] == pytest.approx(0.19)


def test_a_short_start_by_fork_is_no_reason(play: Play, why: Why) -> None:
    assert why(play([5] * 40, ready=15)).reasons == ()


def test_the_start_of_too_many_workers_is_told_once(play: Play, why: Why, reason_of: Find) -> None:
    experiment = Experiment("count_primes", "range(9)")
    run = play([40] * 80, processes=8, cpu=0.25, ready=400, initializer=390, experiment=experiment)
    found = why(run)
    assert found.reasons[0].cause is Cause.TOO_MANY_WORKERS
    together_s = sum(reason.cost_s for reason in found.reasons)
    assert together_s <= 0.401


def test_workers_that_are_replaced_again_and_again_cost_their_starts(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([5] * 200, maxtasksperchild=1, respawn=5)
    found = why(run)
    reason = reason_of(found, Cause.RESPAWN)
    assert found.reasons[0] is reason
    assert reason.values["workers"] == 200 and reason.values["maxtasksperchild"] == 1
    assert reason.cost_s == pytest.approx(0.5, rel=0.05)
    assert reason.remedy is not None
    better = reason.remedy.applied(run.experiment).pool.maxtasksperchild
    assert better == reason.values["better"] and better is not None and 10 < better < 100
    assert len(reason.evidence.spans) == 200


def test_when_hardly_any_is_to_be_replaced_none_is(play: Play, why: Why, reason_of: Find) -> None:
    run = play([5] * 20, maxtasksperchild=1, respawn=50)
    reason = reason_of(why(run), Cause.RESPAWN)
    assert reason.remedy is not None and reason.values["better"] is None
    assert reason.remedy.applied(run.experiment).pool.maxtasksperchild is None


def test_replacing_workers_now_and_then_is_well(play: Play, why: Why) -> None:
    assert why(play([5] * 200, maxtasksperchild=40, respawn=5)).reasons == ()


def test_a_quicker_start_saves_no_more_than_the_start_that_is_said(
    play: Play, why: Why, reason_of: Find
) -> None:
    """One worker begins after 66 ms, the other one after 120 ms."""
    run = play([5] * 40, start_method="spawn", ready=[66, 120])
    reason = reason_of(why(run, Costs(30e-6, 1e-7, {"fork": 0.002}, cpus=2)), Cause.START_UP)
    assert reason.values["start_up_s"] == pytest.approx((0.065 + 0.119) / 2)
    assert 0.066 < reason.cost_s < reason.values["start_up_s"]


@pytest.mark.parametrize(("start_method", "imported"), [("spawn", 0.1), ("fork", 0.0)])
def test_the_import_of_the_task_is_a_part_of_the_start(
    play: Play, case: Callable[..., Case], start_method: str, imported: float
) -> None:
    """It is in the way of a worker's first chunk, which Pool unpickles only then."""
    run = play([5] * 40, start_method=start_method, way_in=2, first_in=102)
    looked = case(run)
    assert looked.imported_s == pytest.approx(imported)
    assert waited_s(looked) == pytest.approx(imported)
    gap_s = 0.002 if imported else 0.002 + 2 * 0.1 / 40
    assert looked.gap_s == pytest.approx(gap_s)
