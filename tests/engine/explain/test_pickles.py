"""Reasons in what is pickled."""

from collections.abc import Callable

import pytest

from poolscope.engine.explain.reason import Cause, Explanation, Reason
from poolscope.engine.recording import Recording

Play = Callable[..., Recording]
Why = Callable[..., Explanation]
Find = Callable[[Explanation, Cause], Reason]
MB = 1_000_000


def test_large_inputs_cost_what_workers_wait_for_them(
    play: Play, why: Why, reason_of: Find
) -> None:
    found = why(play([0.1] * 100, way_in=5, bytes_in=2 * MB))
    reason = reason_of(found, Cause.PICKLED_INPUTS)
    assert found.reasons[0] is reason and reason.remedy is None
    assert reason.cost_s == pytest.approx(0.25 - 0.0075, rel=0.02)  # without a common way's 150 µs
    assert reason.values["bytes"] == 200 * MB and reason.values["a_chunk"] == 2 * MB
    assert reason.values["share"] == pytest.approx(0.95, abs=0.03)
    assert reason.values["loop_s"] == pytest.approx(0.01)
    assert 0 < len(reason.evidence.spans) <= 200


def test_a_large_function_is_to_be_sent_less_often(play: Play, why: Why, reason_of: Find) -> None:
    run = play([1] * 200, way_in=5, bytes_in=4 * MB, function_bytes=4 * MB - 100)
    reason = reason_of(why(run), Cause.PICKLED_FUNCTION)
    assert reason.remedy is not None and reason.values["chunks"] == 200
    assert reason.remedy.applied(run.experiment).pool.chunksize == reason.values["better"]
    assert reason.values["better"] >= 40 and reason.cost_s == pytest.approx(0.48, rel=0.1)


def test_a_function_that_is_sent_once_a_worker_cannot_be_sent_less_often(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([1] * 20, chunksize=10, way_in=50, bytes_in=400 * MB, function_bytes=400 * MB)
    reason = reason_of(why(run), Cause.PICKLED_FUNCTION)
    assert reason.remedy is None and reason.values["better"] is None


def test_large_results_cost_their_way_and_what_the_host_does_at_the_end(
    play: Play, why: Why, reason_of: Find
) -> None:
    found = why(play([0.1] * 100, way_out=5, after=20, bytes_out=5 * MB))
    reason = reason_of(found, Cause.PICKLED_RESULTS)
    assert found.reasons[0] is reason and reason.remedy is None
    assert reason.cost_s == pytest.approx(0.25 - 0.0075 + 0.02, rel=0.02)
    assert reason.values["bytes"] == 500 * MB


def test_large_inputs_that_nobody_waits_for_are_well(play: Play, why: Why) -> None:
    assert why(play([100] * 20, way_in=2, bytes_in=2 * MB)).reasons == ()


def test_of_inputs_and_results_each_has_its_share(play: Play, why: Why) -> None:
    facts = {"bytes_in": 2 * MB, "bytes_out": 2 * MB, "way_in": 4.0, "way_out": 8.0}
    found = why(play([0.1] * 100, **facts)).reasons
    costs = {reason.cause: reason.cost_s for reason in found}
    assert costs[Cause.PICKLED_RESULTS] == pytest.approx(2 * costs[Cause.PICKLED_INPUTS])
    assert sum(costs.values()) == pytest.approx(0.6, rel=0.05)
