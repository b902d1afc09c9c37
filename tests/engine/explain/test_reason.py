"""Reasons and remedies as data."""

import json

import pytest

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.explain.reason import Cause, Evidence, Reason, Remedy, Span
from poolscope.engine.problem import ProblemError


def test_a_remedy_changes_what_it_names_and_nothing_else() -> None:
    experiment = Experiment("sleep", "(1, 2)", PoolSettings(3, 7)).with_place(env=(("A", "1"),))
    remedy = Remedy({"chunksize": 2}, order="longest", variables={"OMP_NUM_THREADS": "1"})
    other = remedy.applied(experiment)
    assert other.pool == PoolSettings(3, 2) and other.order == "longest"
    assert dict(other.place.env) == {"A": "1", "OMP_NUM_THREADS": "1"}
    assert (other.task, other.inputs, other.seed) == (experiment.task, experiment.inputs, 0)
    assert Remedy().applied(experiment) == experiment


def test_a_variable_that_is_set_already_is_set_anew() -> None:
    experiment = Experiment().with_place(env=(("OMP_NUM_THREADS", "8"),))
    other = Remedy(variables={"OMP_NUM_THREADS": "1"}).applied(experiment)
    assert other.place.env == (("OMP_NUM_THREADS", "1"),)


def test_a_setting_may_be_taken_away() -> None:
    experiment = Experiment().with_pool(maxtasksperchild=1)
    assert Remedy({"maxtasksperchild": None}).applied(experiment).pool.maxtasksperchild is None


def test_what_does_not_fit_is_a_problem() -> None:
    with pytest.raises(ProblemError):
        Remedy({"processes": 100_000}).applied(Experiment())


def test_a_reason_is_plain_json() -> None:
    reason = Reason(
        Cause.TINY_TASKS, 0.5, {"better": 4}, Evidence((Span(1, 2),)), Remedy({"chunksize": 4})
    )
    facts = reason.to_json()
    assert json.loads(json.dumps(facts)) == facts
    assert facts["cause"] == "tiny_tasks" and facts["remedy"]["pool"] == {"chunksize": 4}
