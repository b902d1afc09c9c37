"""Reasons in the cutting and the order of tasks, on runs whose times are known."""

from collections.abc import Callable

import pytest

from poolscope.engine.checks.chunks import together
from poolscope.engine.experiment import Experiment
from poolscope.engine.explain.costs import Costs
from poolscope.engine.explain.reason import Cause, Explanation, Reason
from poolscope.engine.explain.what_if import is_round
from poolscope.engine.metrics.measuring import measure_run
from poolscope.engine.recording import Recording
from poolscope.engine.run_folder import OPENED_PREFIX

Play = Callable[..., Recording]
Why = Callable[..., Explanation]
Find = Callable[[Explanation, Cause], Reason]


def test_a_chunk_that_holds_most_of_the_tasks_is_too_large(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([10] * 40, chunksize=36)
    found = why(run)
    reason = reason_of(found, Cause.UNEVEN_CHUNKS)
    assert found.reasons == (reason,)
    assert reason.cost_s == pytest.approx(0.160)  # 360 ms instead of 200
    assert reason.values["workers"] == 1 and reason.values["tail_s"] == pytest.approx(0.320)
    assert reason.values["chunksize"] == 36 and reason.values["better"] == 5
    assert reason.remedy is not None
    assert reason.remedy.applied(run.experiment).pool.chunksize == 5


def test_who_waited_at_the_end_is_pointed_at(play: Play, why: Why, reason_of: Find) -> None:
    reason = reason_of(why(play([10] * 40, chunksize=36)), Cause.UNEVEN_CHUNKS)
    (span,) = reason.evidence.spans
    assert span.ordinals == (2,)
    assert (span.end_ns - span.begin_ns) / 1e9 == pytest.approx(0.320)


def test_tasks_that_cannot_be_shared_evenly_have_no_remedy(
    play: Play, why: Why, reason_of: Find
) -> None:
    reason = reason_of(why(play([100] * 3)), Cause.UNEVEN_CHUNKS)
    assert reason.remedy is None and reason.values["better"] is None
    assert reason.cost_s == pytest.approx(0.050)


def test_a_long_task_at_the_end_is_to_be_the_first(play: Play, why: Why, reason_of: Find) -> None:
    run = play([10] * 40 + [200])
    reason = reason_of(why(run), Cause.LONG_TASK)
    assert reason.values["index"] == 40 and reason.evidence.rows == (40,)
    assert reason.values["took_s"] == pytest.approx(0.2)
    assert reason.values["times"] == pytest.approx(20)
    assert reason.cost_s == pytest.approx(0.100)  # 400 ms instead of 300
    assert reason.remedy is not None
    other = reason.remedy.applied(run.experiment)
    assert other.order == "longest" and other.pool.chunksize == 1


def test_a_task_that_takes_as_long_as_all_others_needs_to_be_cut(
    play: Play, why: Why, reason_of: Find
) -> None:
    reason = reason_of(why(play([500] + [10] * 10)), Cause.LONG_TASK)
    assert reason.remedy is None
    assert reason.cost_s == pytest.approx(0.5 - 0.3, abs=0.01)


def test_the_longest_go_first_already(play: Play, why: Why) -> None:
    assert why(play([60, 40, 30, 30, 20, 20] + [1] * 20)).reasons == ()


def test_an_order_that_nobody_will_know_is_not_proposed(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([10] * 40 + [200])
    opened = run.folder.parent / f"{OPENED_PREFIX}1"
    run.folder.rename(opened)
    run.folder = opened
    assert reason_of(why(run), Cause.LONG_TASK).remedy is None


def test_the_task_that_was_waited_for_is_the_one_that_is_named(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([210] + [10] * 40 + [200])
    reason = reason_of(why(run), Cause.LONG_TASK)
    assert reason.values["index"] == 41


def test_tasks_shorter_than_their_way_are_to_go_together(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([0.01] * 2000, way_in=0.08, way_out=0.02)
    found = why(run)
    reason = reason_of(found, Cause.TINY_TASKS)
    assert found.reasons[0] is reason
    assert reason.values["trip_s"] == pytest.approx(0.0001, rel=0.01)
    assert reason.values["task_s"] == pytest.approx(0.00001)
    assert reason.cost_s == pytest.approx(0.1, rel=0.05)  # 2,000 gaps of 0.1 ms, by two
    assert reason.values["break_even_s"] is None
    assert reason.remedy is not None
    better = reason.remedy.applied(run.experiment).pool.chunksize
    assert better == reason.values["better"] and 20 <= better <= 500
    assert 0 < len(reason.evidence.spans) <= 200


def test_the_break_even_is_that_of_the_machine(play: Play, why: Why, reason_of: Find) -> None:
    run = play([0.01] * 2000, way_in=0.08, way_out=0.02)
    costs = Costs(80e-6, 0.2e-6, {}, cpus=2)
    reason = reason_of(why(run, costs), Cause.TINY_TASKS)
    assert reason.values["break_even_s"] == pytest.approx(160.2e-6)
    assert reason.values["chunksize"] == 1


def test_a_break_even_that_the_run_itself_refutes_is_not_promised(
    play: Play, why: Why, reason_of: Find
) -> None:
    """By the machine 10 µs were enough. But with tasks of 10 µs, it took 5 times a loop."""
    run = play([0.01] * 2000, way_in=0.08, way_out=0.02)
    costs = Costs(5e-6, 0.1e-6, {}, cpus=2)
    assert costs.break_even_s(2) == pytest.approx(10.1e-6)
    reason = reason_of(why(run, costs), Cause.TINY_TASKS)
    assert reason.values["break_even_s"] == pytest.approx(100e-6, rel=0.01)
    at_it = play([0.1] * 2000, way_in=0.08, way_out=0.02)
    assert at_it.journal.makespan_s == pytest.approx(2000 * 100e-6, rel=0.02), "as a loop takes"


def test_single_calls_become_chunks_of_another_method(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([0.01] * 2000, way_in=0.08, way_out=0.02, method="apply_async", chunksize=None)
    reason = reason_of(why(run), Cause.TINY_TASKS)
    assert reason.remedy is not None
    pool = reason.remedy.applied(run.experiment).pool
    assert pool.method == "map_async" and pool.chunksize == reason.values["better"]


def test_nobody_advises_chunks_that_weigh_too_much(play: Play, why: Why, reason_of: Find) -> None:
    """Of 8 MiB a task, eight are enough for a message."""
    facts = {"bytes_in": 8 << 20, "way_in": 1.0, "function_bytes": 40}
    explanation = why(play([0.01] * 200, **facts), Costs(0.0002, 1e-6, {}, cpus=2))
    sizes = [reason.values.get("better") or 1 for reason in explanation.reasons]
    assert max(sizes) <= 8


def test_equal_tasks_in_pools_own_chunks_are_all_well(play: Play, why: Why) -> None:
    run = play([10] * 104, chunksize=None, way_in=0.05)
    assert why(run).reasons == () and why(run).silence is None


def test_what_makes_no_difference_is_not_said(play: Play, why: Why) -> None:
    """One task more than can be shared evenly, among hundreds."""
    assert why(play([10] * 201)).reasons == ()


def test_apply_is_told_by_its_method_alone(play: Play, why: Why) -> None:
    run = play([10] * 20, method="apply", chunksize=None, processes=2)
    assert [reason.cause for reason in why(run).reasons][:1] == [Cause.ONE_AT_A_TIME]


def test_the_long_task_is_named_by_its_input(play: Play, why: Why, reason_of: Find) -> None:
    run = play([10] * 40 + [200], experiment=Experiment("mine:work", "range(9)"))
    assert reason_of(why(run), Cause.LONG_TASK).values["index"] == 40


def test_tasks_that_take_far_longer_than_their_way_are_not_tiny(play: Play, why: Why) -> None:
    """It is lost, but by a machine that is busy with something else."""
    assert why(play([20] * 100, way_in=3)).reasons == ()


def test_long_tasks_side_by_side_are_not_one(play: Play, why: Why, reason_of: Find) -> None:
    found = why(play([20] * 40 + [500] * 8, processes=16, cpu=0.01))
    reason = reason_of(found, Cause.LONG_TASK)
    assert reason.values["count"] == 8
    assert sorted(reason.evidence.rows) == list(range(40, 48))
    assert reason.values["index"] == reason.evidence.rows[0]


def test_the_end_that_waits_for_chunks_of_several_long_tasks_waits_for_none_of_them(
    play: Play, why: Why, reason_of: Find
) -> None:
    """Two chunks are four long tasks each; 14 of 16 workers wait for them."""
    found = why(play([20] * 40 + [500] * 8, processes=16, cpu=0.01, chunksize=4))
    assert [one.cause for one in found.reasons] == [Cause.UNEVEN_CHUNKS]
    assert reason_of(found, Cause.UNEVEN_CHUNKS).values["workers"] == 14


def test_a_chunk_of_two_long_tasks_is_not_one_of_them(play: Play, why: Why) -> None:
    """The last one takes 300 ms of the 500 that were waited for it."""
    found = why(play([10] * 40 + [200, 300], chunksize=2))
    assert [one.cause for one in found.reasons] == [Cause.UNEVEN_CHUNKS]


def test_who_waited_is_counted_by_how_long_it_did(play: Play, why: Why, reason_of: Find) -> None:
    """One of two long chunks ends a little earlier; that makes no fifteenth who waited."""
    run = play([20] * 40 + [500] * 4 + [505] * 4, processes=16, cpu=0.01, chunksize=4)
    assert reason_of(why(run), Cause.UNEVEN_CHUNKS).values["workers"] == 14


def test_nobody_waited_for_a_long_task_that_ended_with_the_others(play: Play, why: Why) -> None:
    """One worker began late: handed out so at one time, it would have been the last."""
    run = play([10] * 12 + [100] + [10] * 4, ready=[1, 178])
    assert measure_run(run).tail_s == pytest.approx(0.003)
    assert Cause.LONG_TASK not in [one.cause for one in why(run).reasons]


@pytest.mark.parametrize("way_in", [0.05, 0.1, 0.3])
@pytest.mark.parametrize("chunksize", [1, 10, 100])
def test_the_chunksize_for_tiny_tasks_is_the_one_that_is_advised_before_a_run(
    play: Play, why: Why, reason_of: Find, way_in: float, chunksize: int
) -> None:
    run = play([0.0005] * 20_000, way_in=way_in, chunksize=chunksize)
    assert reason_of(why(run), Cause.TINY_TASKS).values["better"] == together(20_000, 2) == 1000


@pytest.mark.parametrize("chunksize", [1000, 2500, None])
def test_chunks_as_large_as_that_are_not_to_be_larger(
    play: Play, why: Why, chunksize: int | None
) -> None:
    found = why(play([0.0005] * 20_000, way_in=1.0, chunksize=chunksize))
    assert Cause.TINY_TASKS not in [one.cause for one in found.reasons]


def test_uneven_chunks_are_to_be_a_round_number(play: Play, why: Why, reason_of: Find) -> None:
    for tasks in (970, 1000, 1030):
        run = play([1] * tasks, chunksize=600)
        assert is_round(reason_of(why(run), Cause.UNEVEN_CHUNKS).values["better"])
