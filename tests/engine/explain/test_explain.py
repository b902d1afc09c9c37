"""What is said of a run as a whole, and what is not."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from poolscope.engine.breaking_off import BrokenOff
from poolscope.engine.explain import explain as explaining
from poolscope.engine.explain.case import Case
from poolscope.engine.explain.costs import Costs
from poolscope.engine.explain.explain import explain, wants_costs
from poolscope.engine.explain.loop import loop_of
from poolscope.engine.explain.reason import Cause, Explanation, Reason, Silence
from poolscope.engine.metrics.measuring import measure_run
from poolscope.engine.metrics.numbers import Serial
from poolscope.engine.recording import Recording, read_whole
from poolscope.engine.run import Run

Play = Callable[..., Recording]
Why = Callable[..., Explanation]
Find = Callable[[Explanation, Cause], Reason]


def test_the_costliest_comes_first(play: Play, why: Why) -> None:
    run = play([10] * 40, chunksize=36, start_method="spawn", ready=100)
    found = why(run)
    assert [one.cause for one in found.reasons] == [Cause.UNEVEN_CHUNKS, Cause.START_UP]
    assert found.reasons[0].cost_s > found.reasons[1].cost_s


def test_there_are_never_more_than_five(
    play: Play, why: Why, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [Reason(Cause.LONG_TASK, cost, {}) for cost in (11, 17, 13, 15, 12, 16, 14)]
    monkeypatch.setattr(explaining, "_reasons", lambda *_, **__: iter(made))
    costs = [one.cost_s for one in why(play([500] * 400)).reasons]  # 100 s
    assert costs == [17, 16, 15, 14, 13]


def test_what_costs_too_little_is_not_said(
    play: Play, why: Why, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 200 ms."""
    made = [Reason(Cause.LONG_TASK, cost, {}) for cost in (0.009, 0.011)]
    monkeypatch.setattr(explaining, "_reasons", lambda *_, **__: iter(made))
    assert [one.cost_s for one in why(play([10] * 40)).reasons] == [0.011]


def test_values_are_plain(play: Play, why: Why) -> None:
    runs = [
        play([10] * 40, chunksize=36),
        play([0.01] * 500, way_in=0.1),
        play([10] * 40 + [200], start_method="spawn", ready=100),
        play([0.1] * 50, way_in=5, bytes_in=2_000_000),
    ]
    for run in runs:
        for reason in why(run).reasons:
            facts = reason.to_json()
            assert json.loads(json.dumps(facts)) == facts
            for span in reason.evidence.spans:
                assert 0 < span.begin_ns < span.end_ns
                assert type(span.begin_ns) is int and type(span.ordinals[0:1]) is tuple


def test_a_run_without_tasks_is_not_explained(finish: Callable[..., Run]) -> None:
    recording = finish("sleep", "()").recording
    assert explain(recording, measure_run(recording)).silence is Silence.NO_TASKS


def test_a_run_that_failed_is_not_explained(finish: Callable[..., Run]) -> None:
    for inputs in ("(0, 'x')", "1/0"):
        recording = finish("sleep", inputs).recording
        found = explain(recording, measure_run(recording))
        assert found.silence is Silence.NOT_WHOLE and found.reasons == ()


def test_a_run_that_was_stopped_is_not_explained(start: Callable[..., Run]) -> None:
    run = start("sleep", "[600]")
    while not run.recording.counts.running:
        run.poll()
    run.stop()
    assert run.wait(60)
    found = explain(run.recording, measure_run(run.recording))
    assert found.silence is Silence.NOT_WHOLE


def test_it_can_be_broken_off(play: Play) -> None:
    run = play([10] * 40, chunksize=36)

    def no_more() -> None:
        raise BrokenOff

    with pytest.raises(BrokenOff):
        explain(run, measure_run(run), watch=no_more)


def test_a_reopened_run_is_explained_alike(play: Play, why: Why) -> None:
    run = play([10] * 40, chunksize=36)
    assert why(read_whole(run.folder)).reasons == why(run).reasons


# --- beside a loop


def test_a_pool_that_takes_longer_than_a_loop_whatever_is_set_is_slower(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([0.001] * 2, called=3, ready=3, way_in=1.0, after=2)
    found = why(run, Costs(30e-6, 1e-7, {}, cpus=2))
    reason = reason_of(found, Cause.SLOWER_THAN_LOOP)
    assert found.reasons == (reason,), "what would be mended in vain is not told"
    assert reason.values["loop_s"] == pytest.approx(2e-6, rel=0.01)
    assert reason.values["measured"] is False
    assert reason.values["break_even_s"] == pytest.approx(3e-3, rel=0.01), (
        "of such a run, not 60 µs"
    )
    assert reason.values["chunksize"] == 1
    assert reason.cost_s == pytest.approx(reason.values["makespan_s"] - 2e-6, rel=0.01)


def test_a_reason_that_can_be_mended_tells_of_the_loop(
    play: Play, why: Why, reason_of: Find
) -> None:
    found = why(play([0.01] * 2000, way_in=0.1))
    assert [one.cause for one in found.reasons] == [Cause.TINY_TASKS]
    assert reason_of(found, Cause.TINY_TASKS).values["loop_s"] == pytest.approx(0.02)


def test_a_pool_that_is_quicker_than_a_loop_has_none(play: Play, why: Why) -> None:
    (reason,) = why(play([10] * 40, chunksize=36)).reasons
    assert "loop_s" not in reason.values


def test_a_measured_run_by_one_process_counts_where_it_was_quicker(play: Play) -> None:
    run = play([0.001] * 2, called=3, ready=3, way_in=1.0, after=2)
    numbers = measure_run(run)
    quick = replace(numbers, serial=Serial(1e-6, "2026-01-01"))
    (reason,) = explain(run, quick).reasons
    assert reason.values["measured"] is True and reason.values["loop_s"] == 1e-6
    slow = replace(numbers, serial=Serial(1.0, "2026-01-01"))
    (reason,) = explain(run, slow).reasons
    assert reason.values["measured"] is False, "its chunks went through a pool, too"


def test_apply_waits_for_each_task(play: Play, why: Why) -> None:
    run = play([10] * 20, method="apply", chunksize=None)
    found = why(run)
    assert found.reasons[0].cause is Cause.ONE_AT_A_TIME
    assert found.reasons[0].cost_s == pytest.approx(0.1)
    remedy = found.reasons[0].remedy
    assert remedy is not None and remedy.applied(run.experiment).pool.method == "map"


def test_one_process_has_nobody_to_apply_to_meanwhile(play: Play, why: Why) -> None:
    causes = [one.cause for one in why(play([10] * 20, method="apply", processes=1)).reasons]
    assert Cause.ONE_AT_A_TIME not in causes


def test_the_machine_is_asked_for_only_where_a_reason_would_say_more(play: Play, why: Why) -> None:
    tiny = play([0.01] * 2000, way_in=0.1)
    assert wants_costs(why(tiny))
    assert not wants_costs(why(tiny, Costs(30e-6, 1e-7, {}, cpus=2)))
    assert not wants_costs(why(play([10] * 40, chunksize=36)))


def test_what_a_loop_would_save_is_told_once(play: Play, why: Why, reason_of: Find) -> None:
    """The inputs cost a third of it; the rest nobody knows."""
    run = play([0.01] * 100, way_in=0.65, bytes_in=2_000_000, after=60)
    found = why(run)
    assert [one.cause for one in found.reasons] == [Cause.SLOWER_THAN_LOOP, Cause.PICKLED_INPUTS]
    lost_s = found.reasons[0].values["makespan_s"] - found.reasons[0].values["loop_s"]
    assert sum(one.cost_s for one in found.reasons) == pytest.approx(lost_s)


def test_a_chunksize_that_would_help_in_vain_is_not_told(play: Play, why: Why) -> None:
    """Nine tenths would be saved, and a loop would still be a hundred times quicker."""
    found = why(play([0.001] * 10, called=3, ready=3, way_in=1.0))
    assert [one.cause for one in found.reasons] == [Cause.SLOWER_THAN_LOOP]


def test_apply_is_not_blamed_for_the_start_which_map_would_wait_for_too(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([3] * 100, method="apply", chunksize=None, start_method="spawn", ready=300)
    found = why(run)
    assert reason_of(found, Cause.ONE_AT_A_TIME).cost_s == pytest.approx(0.15)
    assert reason_of(found, Cause.START_UP).cost_s <= 0.299


def test_replacing_the_workers_of_apply_costs_no_more_than_there_was(
    play: Play, why: Why, reason_of: Find
) -> None:
    run = play([1] * 100, method="apply", chunksize=None, maxtasksperchild=1, respawn=20)
    found = why(run)
    makespan_s = measure_run(run).makespan_s
    assert makespan_s is not None
    assert reason_of(found, Cause.RESPAWN).cost_s <= makespan_s
    assert sum(one.cost_s for one in found.reasons) <= makespan_s + 0.001


def test_all_together_cost_no_more_than_there_was(
    play: Play, why: Why, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = play([10] * 40, chunksize=36, start_method="spawn", ready=100)
    made = [Reason(Cause.RESPAWN, cost_s, {}) for cost_s in (0.3, 0.2, 9.0)]
    monkeypatch.setattr(explaining, "_reasons", lambda *_, **__: iter(made))
    found = why(run).reasons
    assert [one.cost_s for one in found] == [pytest.approx(0.459)]  # from the call on


def test_a_loop_would_have_got_no_more_of_a_busy_machine_than_all_workers(
    play: Play, case: Callable[..., Case]
) -> None:
    """They got 0.4 of a CPU: 80 ms in 200 ms."""
    looked = case(play([100] * 16, processes=8, cpu=0.05))
    assert loop_of(looked, contended=True).loop_s == pytest.approx(0.2)
    assert loop_of(looked, contended=True, used_s=0.3).loop_s == pytest.approx(0.08)


def test_what_the_making_of_the_pool_took_is_in_no_cost(
    play: Play, why: Why, reason_of: Find
) -> None:
    """The workers are ready 300 ms after it, of which 200 ms are before the call."""
    run = play([5] * 40, start_method="spawn", called=200, ready=300, way_in=0.5)
    found = why(run, Costs(30e-6, 1e-7, {"fork": 0.002}, cpus=2))
    reason = reason_of(found, Cause.START_UP)
    assert reason.values["start_up_s"] == pytest.approx(0.1)
    assert reason.values["making_s"] == pytest.approx(0.2)
    assert reason.cost_s == pytest.approx(0.1 - 0.006)
    makespan_s = found.numbers.makespan_s
    assert makespan_s is not None
    assert sum(one.cost_s for one in found.reasons) <= makespan_s
