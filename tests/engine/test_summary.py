"""The facts of a run that is over, and how long the rest of one will take."""

import json
from collections.abc import Callable

import pytest

from poolscope.engine.metrics.so_far import remaining_s, straggler
from poolscope.engine.run import Run
from poolscope.engine.summary import summarise
from poolscope.gui.wording import what_goes_on


def test_a_run_is_summed_up_in_plain_json(finish: Callable[..., Run]) -> None:
    run = finish("laborator", "(0, 0, 0)", processes=2)
    facts = summarise(run.recording, run.status)
    assert json.loads(json.dumps(facts)) == facts
    assert facts["status"] == "finished"
    assert facts["tasks"]["done"] == facts["tasks"]["total"] == 3
    assert sum(worker["tasks"] for worker in facts["workers"]) == 3
    assert [one["role"] for one in facts["processes"]][:2] == ["app", "host"]


def test_a_summary_says_who_replaced_whom_and_what_each_took(finish: Callable[..., Run]) -> None:
    settings = {"maxtasksperchild": 1, "chunksize": 4, "initializer": "remember"}
    run = finish(":remembered", "range(16)", processes=2, **settings)
    facts = summarise(run.recording, run.status)
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["method"], facts["chunks"]) == ("map", 4)
    workers = facts["workers"]
    assert len(workers) >= 4, "it is chunks that are counted, and each worker takes one"
    assert sorted(worker["chunks"] for worker in workers)[-4:] == [1, 1, 1, 1]
    assert [worker["tasks"] for worker in workers if worker["chunks"]] == [4] * 4
    pids = [worker["pid"] for worker in workers]
    assert [worker["replaces"] for worker in workers[:2]] == [None, None]
    assert {worker["replaces"] for worker in workers[2:]} <= set(pids)
    assert all(worker["initializer_s"] > 0 for worker in workers if worker["tasks"])


def test_without_them_there_is_no_initializer_and_no_successor(finish: Callable[..., Run]) -> None:
    run = finish("laborator", "(0, 0)", method="apply")
    facts = summarise(run.recording, run.status)
    assert (facts["method"], facts["chunks"]) == ("apply", 2)
    for worker in facts["workers"]:
        assert worker["replaces"] is None and worker["initializer_s"] is None


def test_a_run_that_never_had_a_pool_is_summed_up_too(finish: Callable[..., Run]) -> None:
    run = finish("laborator", "1/0")
    facts = summarise(run.recording, run.status)
    assert (facts["status"], facts["makespan_s"], facts["workers"]) == ("failed", None, [])
    assert facts["tasks"]["total"] == 0
    assert facts["chunks"] is None


def test_the_rest_takes_as_long_as_tasks_did_until_one_takes_far_longer(
    start: Callable[..., Run],
) -> None:
    run = start("sleep", "[0.2, 0.2, 600, 600, 600, 600]", processes=2, chunksize=1)
    while (counts := run.recording.counts).running + counts.over < 4:
        run.poll()
    trace, called_ns = run.recording.trace, run.recording.journal.called_ns
    assert called_ns is not None
    took_ns = (trace.tasks["ended"] - trace.tasks["begun"])[:2]
    begun_ns = trace.tasks["begun"][2:4]
    now_ns = int(begun_ns.max()) + 10**7
    running_ns = int((now_ns - begun_ns).sum())
    busy = (int(took_ns.sum()) + running_ns) / (now_ns - called_ns)
    left_s = remaining_s(run.recording, now_ns)
    assert left_s == pytest.approx((4 * took_ns.mean() - running_ns) / busy / 1e9)
    assert straggler(run.recording, now_ns) is None
    later_ns = int(begun_ns.min()) + 33 * 10**9 + 2 * int(took_ns.max())
    slow = straggler(run.recording, later_ns)
    assert slow is not None and slow.row in (2, 3) and slow.took_s > 33
    assert slow.longest_s == took_ns.max() / 1e9
    assert remaining_s(run.recording, later_ns) is None


def test_nobody_says_how_long_the_last_tasks_take(start: Callable[..., Run]) -> None:
    run = start("sleep", "[0, 600]", processes=2, chunksize=1)
    while run.recording.counts.over < 1 or run.recording.counts.running < 1:
        run.poll()
    begun_ns = int(run.recording.trace.tasks["begun"][1])
    assert remaining_s(run.recording, begun_ns + 10**6) is None
    assert straggler(run.recording, begun_ns + 10**6) is None
    words = what_goes_on(run.recording, None, None)
    assert words == "the last task is running"
    slow = straggler(run.recording, begun_ns + 33 * 10**9)
    assert slow is not None and slow.row == 1
    words = what_goes_on(run.recording, slow, None)
    assert words.startswith("task 1 has been running for 33 s; the longest other took ")


def test_nobody_knows_the_rest_before_the_first_task_is_over(finish: Callable[..., Run]) -> None:
    assert remaining_s(finish("laborator", "1/0").recording, 10**9) is None
