"""Other programs that hold the CPUs, and what tasks have other processes compute."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from poolscope.engine.experiment import Experiment
from poolscope.engine.explain import busy, crowd
from poolscope.engine.explain import explain as explaining
from poolscope.engine.explain.case import Case
from poolscope.engine.explain.costs import Costs
from poolscope.engine.explain.reason import Cause, Explanation
from poolscope.engine.explain.seen import Seen, count_started, look
from poolscope.engine.recording import Recording
from poolscope.engine.sampling.layout import ProcessState, Role
from poolscope.engine.sampling.samples import Reading, Series

Play = Callable[..., Recording]
MakeCase = Callable[..., Case]
Why = Callable[..., Explanation]
HELD = Seen(runnable=1.0, machine_busy=1.0, others_cpus=1.2)
"""Other programs had 1.2 CPUs, and tasks always wanted one."""


def samples_of(case: Case, *, used: float = 0.7, **other: Any) -> SimpleNamespace:
    """Of two rounds while the tasks were at work; one worker was looked at. used: CPUs."""
    at_ns = np.array([case.first_ns + 1, (case.first_ns + case.last_ns) // 2, case.last_ns])

    def flat(value: float) -> Callable[[], Series]:
        return lambda: Series(at_ns, np.full(3, value))

    facts: dict[str, Any] = {
        "processes": [SimpleNamespace(number=0, role=Role.WORKER)],
        "last": lambda number: Reading(0, 1.0, 5, 1, ProcessState.RUNNING),
        "workers_cpu": flat(used),
        "own_cpu": flat(0.8),
        "workers_rss": flat(1),
        "workers_runnable": flat(1.0),
        "machine_cpu": flat(1.0),
        "available": flat(1),
        "limit_bytes": 100,
        "started_cpu_s": 0.0,
    }
    return SimpleNamespace(**facts | other)


def with_samples(recording: Recording, case: Case, **other: Any) -> Recording:
    recording.samples = samples_of(case, **other)  # type: ignore[attr-defined, assignment]
    return recording


# --- other programs


def test_programs_that_hold_the_cpus_are_a_reason_of_their_own(play: Play, case: MakeCase) -> None:
    """Two workers got 0.76 of two CPUs."""
    found = busy.reason(case(play([50] * 24, cpu=0.38)), HELD)
    assert found is not None and found.cause is Cause.BUSY_MACHINE and found.remedy is None
    assert found.values["others_cpus"] == 1.2 and found.values["cpus"] == 2
    assert found.values["share"] == pytest.approx(0.6)
    assert found.cost_s == pytest.approx(0.6 * 1.2 / 2), "of 2 CPUs they missed 1.24"


def test_no_more_is_laid_to_others_than_the_tasks_wanted(play: Play, case: MakeCase) -> None:
    """Half of their time they waited for something else."""
    found = busy.reason(
        case(play([50] * 24, cpu=0.2)), Seen(runnable=0.5, machine_busy=1.0, others_cpus=1.6)
    )
    assert found is not None
    assert found.cost_s == pytest.approx(0.6 * 0.6)


@pytest.mark.parametrize(
    ("cpu", "seen"),
    [
        (0.95, HELD),
        (0.38, Seen(runnable=0.4, machine_busy=1.0, others_cpus=1.2)),
        (0.38, Seen(machine_busy=1.0, others_cpus=1.2)),
        (0.38, Seen(runnable=1.0, machine_busy=0.5, others_cpus=1.2)),
        (0.38, Seen(runnable=1.0, machine_busy=1.0, others_cpus=0.1)),
        (0.38, Seen(runnable=1.0, machine_busy=1.0)),
    ],
    ids=["computed", "waited for else", "nobody saw", "free CPUs", "few others", "unknown others"],
)
def test_others_are_not_blamed_for_what_they_did_not_do(
    play: Play, case: MakeCase, cpu: float, seen: Seen
) -> None:
    assert busy.reason(case(play([50] * 24, cpu=cpu)), seen) is None


def test_others_are_what_the_machine_did_less_what_the_run_did(play: Play, case: MakeCase) -> None:
    run = play([50] * 24, cpu=0.38)
    made = case(with_samples(run, case(run)))
    assert look(made).others_cpus == pytest.approx(2 * 1.0 - 0.8)
    run.machine["affinity"] = 8
    assert look(case(run)).others_cpus is None, "of those a part is granted"


def test_a_run_on_a_busy_machine_is_explained_by_that(play: Play, case: MakeCase, why: Why) -> None:
    run = play([50] * 24, cpu=0.38)
    found = why(with_samples(run, case(run)))
    assert [one.cause for one in found.reasons] == [Cause.BUSY_MACHINE]
    assert found.cpu_share == pytest.approx(0.38) and found.waited == pytest.approx(0.62)


# --- processes of tasks


def test_what_tasks_have_others_compute_is_no_waiting(play: Play, case: MakeCase) -> None:
    """Of the two workers' 1.2 s, other processes computed 1.08 s."""
    run = play([50] * 24, cpu=0.01)
    helper = SimpleNamespace(number=1, role=Role.OF_TASK)
    worker = SimpleNamespace(number=0, role=Role.WORKER)
    made = case(with_samples(run, case(run), processes=[worker, helper], started_cpu_s=1.08))
    seen = look(made)
    assert seen.starts and seen.started_s == pytest.approx(1.08)
    count_started(made, seen)
    assert made.numbers.cpu_share == pytest.approx(0.91)
    assert list(crowd.reasons(made, seen)) == []
    untold = case(with_samples(run, case(run)))
    (few,) = crowd.reasons(untold, Seen(runnable=0.02))
    assert few.cause is Cause.TOO_FEW_WORKERS, "were it not for them"


def test_too_many_workers_for_what_others_compute(play: Play, case: MakeCase) -> None:
    made = case(play([200] * 24, processes=12, cpu=0.01))
    seen = Seen(runnable=1.0, machine_busy=1.0, starts=True, started_s=0.7)
    count_started(made, seen)
    (found,) = crowd.reasons(made, seen)
    assert found.cause is Cause.TOO_MANY_WORKERS and found.values["better"] == 2


def test_where_nobody_can_tell_what_others_computed_there_are_not_more_workers_than_cpus(
    play: Play, case: MakeCase
) -> None:
    run = case(play([50] * 24, cpu=0.01))
    assert list(crowd.reasons(run, Seen(starts=True))) == []
    assert [one.cause for one in crowd.reasons(run, Seen())] == [Cause.TOO_FEW_WORKERS]


@pytest.mark.parametrize("system", ["macOS-15", "Linux-6"])
def test_only_some_systems_tell_of_processes_that_have_ended(
    play: Play, case: MakeCase, system: str
) -> None:
    run = play([50] * 24)
    run.machine["system"] = system
    seen = look(case(with_samples(run, case(run), started_cpu_s=0.1)))
    assert seen.starts and seen.started_s == (0.1 if system == "Linux-6" else None)


def test_of_replaced_workers_nobody_has_seen_all(play: Play, case: MakeCase) -> None:
    run = play([50] * 24, maxtasksperchild=1)
    seen = look(case(with_samples(run, case(run), started_cpu_s=0.1)))
    assert seen.starts and seen.started_s is None


def test_unseen_tasks_that_can_start_processes_may_have_done_so(play: Play, case: MakeCase) -> None:
    seen = look(case(play([50] * 24, experiment=Experiment("subprocess:run", "range(9)"))))
    assert seen.starts and seen.started_s is None
    assert not look(case(play([50] * 24))).starts


# --- beside a loop


def test_too_many_workers_come_before_the_loop_where_fewer_make_the_pool_the_quicker_one(
    play: Play, case: MakeCase, why: Why
) -> None:
    """60 tasks that compute 40 ms by 16 workers, while others have most of the CPUs."""
    run = play([1200] * 60, processes=16, cpu=1 / 30, start_method="spawn", ready=1000)
    found = why(with_samples(run, case(run)), Costs(80e-6, 1e-6, {}, cpus=2))
    causes = [one.cause for one in found.reasons]
    assert Cause.SLOWER_THAN_LOOP not in causes
    assert {Cause.BUSY_MACHINE, Cause.TOO_MANY_WORKERS} <= set(causes)
    assert all("loop_s" not in one.values for one in found.reasons if one.remedy is None)


@pytest.mark.parametrize("after", [0, 9000])
def test_too_many_workers_tell_why_although_nobody_knows_who_had_the_cpus(
    play: Play, case: MakeCase, why: Why, after: float
) -> None:
    """But not of a return that takes long."""
    run = play([1200] * 60, processes=16, cpu=0.05, ready=100, after=after)
    run.machine["affinity"] = 8
    found = why(with_samples(run, case(run), used=0.95))
    causes = [one.cause for one in found.reasons]
    assert (Cause.SLOWER_THAN_LOOP in causes) is (after > 0)
    assert Cause.TOO_MANY_WORKERS in causes and Cause.BUSY_MACHINE not in causes


def test_what_a_pool_pays_from_is_said_only_of_tasks_that_are_near_it(
    play: Play, why: Why, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "_reasons", lambda *_, **__: iter(()))
    monkeypatch.setattr(crowd, "is_contended", lambda *_: True)
    costs = Costs(80e-6, 1e-6, {}, cpus=2)
    (long,) = why(play([1200] * 60, processes=16, cpu=0.05, ready=3000), costs).reasons
    assert long.cause is Cause.SLOWER_THAN_LOOP
    assert long.values["short"] is False and "break_even_s" not in long.values
    (short,) = why(play([0.1] * 60, processes=16, way_in=3), costs).reasons
    assert short.values["short"] is True and short.values["break_even_s"] >= 80e-6


def test_a_loop_is_not_still_quicker_than_a_remedy_that_beats_it(play: Play, why: Why) -> None:
    run = play([20] * 40, maxtasksperchild=1, respawn=40)
    (found,) = (one for one in why(run).reasons if one.cause is Cause.RESPAWN)
    assert found.values["loop_s"] == pytest.approx(0.8) and found.values["still"] is False
    (found,) = why(play([0.01] * 2000, way_in=0.1, after=15)).reasons
    assert found.values["loop_s"] == pytest.approx(0.02) and found.values["still"] is True
