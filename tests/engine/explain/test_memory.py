"""Reasons in memory, by what was seen."""

from collections.abc import Callable

from poolscope.engine.explain import memory
from poolscope.engine.explain.case import Case
from poolscope.engine.explain.reason import Cause
from poolscope.engine.explain.seen import Seen
from poolscope.engine.recording import Recording

Play = Callable[..., Recording]
MakeCase = Callable[..., Case]
GB = 1 << 30


def test_workers_that_fill_the_memory_are_to_be_fewer(play: Play, case: MakeCase) -> None:
    run = play([20] * 60, processes=8)
    seen = Seen(rss=14 * GB, rss_at_ns=5, available=GB, limit=16 * GB)
    (reason,) = memory.reasons(case(run), seen)
    assert reason.cause is Cause.MEMORY and reason.cost_s == 0
    assert reason.values["bytes"] == 14 * GB and reason.values["limit"] == 16 * GB
    assert reason.remedy is not None
    assert reason.remedy.applied(run.experiment).pool.processes == 6
    assert reason.evidence.spans[0].begin_ns == 5


def test_one_worker_that_fills_it_cannot_be_fewer(play: Play, case: MakeCase) -> None:
    seen = Seen(rss=14 * GB, rss_at_ns=5, available=GB, limit=16 * GB)
    (reason,) = memory.reasons(case(play([20] * 60, processes=1)), seen)
    assert reason.remedy is None and reason.values["better"] is None


def test_memory_that_others_fill_is_no_reason(play: Play, case: MakeCase) -> None:
    seen = Seen(rss=3 * GB, rss_at_ns=5, available=GB, limit=16 * GB)
    assert list(memory.reasons(case(play([20] * 4)), seen)) == []


def test_memory_that_is_left_is_no_reason(play: Play, case: MakeCase) -> None:
    seen = Seen(rss=9 * GB, rss_at_ns=5, available=6 * GB, limit=16 * GB)
    assert list(memory.reasons(case(play([20] * 4)), seen)) == []


def test_where_nobody_has_looked_nothing_is_said(play: Play, case: MakeCase) -> None:
    assert list(memory.reasons(case(play([20] * 4)), Seen())) == []
