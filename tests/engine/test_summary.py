"""The facts of a run that is over, and how long the rest of one will take."""

import json
from collections.abc import Callable

from poolscope.engine.metrics import remaining_s
from poolscope.engine.run import Run
from poolscope.engine.summary import summarise


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


def test_the_rest_takes_as_long_as_the_rate_so_far_says(start: Callable[..., Run]) -> None:
    run = start("sleep", "[0, 0, 600, 600, 600, 600]", processes=2, chunksize=1)
    while run.recording.trace is None or run.recording.counts.over < 2:
        run.poll()
    called_ns = run.recording.journal.called_ns
    assert called_ns is not None
    assert remaining_s(run.recording, called_ns + 3 * 10**9) == 6.0


def test_nobody_knows_the_rest_before_the_first_task_is_over(finish: Callable[..., Run]) -> None:
    assert remaining_s(finish("laborator", "1/0").recording, 10**9) is None
