"""The description of a run: what it lets through, what it refuses, and its two spellings."""

from typing import Any

import pytest

from poolscope.engine.experiment import (
    CHUNKSIZE_LIMIT,
    PROCESSES_LIMIT,
    START_METHODS,
    Experiment,
    PoolSettings,
    auto_chunksize,
    start_methods,
)
from poolscope.engine.problem import Kind, ProblemError


@pytest.mark.parametrize(
    ("settings", "kind", "field"),
    [
        ({"processes": 0}, Kind.OUT_OF_RANGE, "processes"),
        ({"processes": -1}, Kind.OUT_OF_RANGE, "processes"),
        ({"processes": PROCESSES_LIMIT + 1}, Kind.OUT_OF_RANGE, "processes"),
        ({"processes": "4"}, Kind.NOT_A_NUMBER, "processes"),
        ({"processes": 2.0}, Kind.NOT_A_NUMBER, "processes"),
        ({"processes": True}, Kind.NOT_A_NUMBER, "processes"),
        ({"processes": None}, Kind.NOT_A_NUMBER, "processes"),
        ({"chunksize": 0}, Kind.OUT_OF_RANGE, "chunksize"),
        ({"chunksize": CHUNKSIZE_LIMIT + 1}, Kind.OUT_OF_RANGE, "chunksize"),
        ({"chunksize": "auto"}, Kind.NOT_A_NUMBER, "chunksize"),
        ({"start_method": "thread"}, Kind.UNKNOWN_CHOICE, "start_method"),
        ({"start_method": ["fork"]}, Kind.UNKNOWN_CHOICE, "start_method"),
        ({"method": "filter"}, Kind.UNKNOWN_CHOICE, "method"),
    ],
)
def test_a_bad_setting_is_refused_and_named(
    settings: dict[str, Any], kind: Kind, field: str
) -> None:
    with pytest.raises(ProblemError) as caught:
        PoolSettings(**settings)
    problem = caught.value.problem
    assert (problem.kind, problem.field) == (kind, field)
    if kind is Kind.OUT_OF_RANGE:
        assert problem.values["low"] == 1 and problem.values["value"] == settings[field]
    if kind is Kind.UNKNOWN_CHOICE:
        assert problem.values["choices"]


def test_the_limits_themselves_are_let_through() -> None:
    for processes in (1, PROCESSES_LIMIT):
        assert PoolSettings(processes).processes == processes
    for chunksize in (None, 1, CHUNKSIZE_LIMIT):
        assert PoolSettings(chunksize=chunksize).chunksize == chunksize


@pytest.mark.parametrize("field", ["task", "inputs"])
@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_field_is_refused_and_named(field: str, text: str) -> None:
    with pytest.raises(ProblemError) as caught:
        Experiment(**{field: text})  # type: ignore[arg-type]
    assert (caught.value.problem.kind, caught.value.problem.field) == (Kind.EMPTY, field)


def test_an_experiment_comes_back_from_json_as_it_was() -> None:
    for method in start_methods():
        pool = PoolSettings(7, 3, method)
        experiment = Experiment("tasks/mine.py:crunch", "range(5)", pool)
        assert Experiment.from_json(experiment.to_json()) == experiment


def test_json_of_an_earlier_version_may_lack_fields() -> None:
    assert Experiment.from_json({"task": "sleep"}) == Experiment("sleep")


@pytest.mark.parametrize(
    "data", [{"colour": 1}, {"pool": {"colour": 1}}, {"pool": 5}], ids=["top", "pool", "type"]
)
def test_json_with_unknown_fields_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Experiment.from_json(data)


def test_json_with_bad_values_is_refused_as_the_form_is() -> None:
    with pytest.raises(ProblemError):
        Experiment.from_json({"pool": {"processes": 0}})


def test_a_change_makes_another_experiment_and_checks_it() -> None:
    first = Experiment()
    assert first.with_pool(processes=5).pool.processes == 5 and first.pool.processes == 2
    with pytest.raises(ProblemError):
        first.with_pool(processes=0)


def test_the_title_is_the_call_that_is_made() -> None:
    default = PoolSettings.start_method
    assert Experiment().call_text() == "Pool(2).map(laborator, (1, 2, 3))"
    text = Experiment("dir/f.py:job", "range(\n  5\n)", PoolSettings(4, 7)).call_text()
    assert text == "Pool(4).map(job, range( 5 ), chunksize=7)"
    for method in start_methods():
        if method != default:
            title = Experiment(pool=PoolSettings(2, None, method)).call_text()
            assert title == f'get_context("{method}").Pool(2).map(laborator, (1, 2, 3))'


def test_a_task_of_a_file_is_called_by_its_bare_name() -> None:
    assert Experiment("C:/my/tasks.py:job").function_name == "job"
    assert Experiment("sleep").function_name == "sleep"


def test_start_methods_are_those_of_the_platform_in_one_order() -> None:
    found = start_methods()
    assert "spawn" in found and PoolSettings().start_method in found
    assert list(found) == [method for method in START_METHODS if method in found]


def test_auto_chunksize_makes_at_most_four_chunks_a_worker() -> None:
    for tasks in range(1, 500):
        for processes in (1, 2, 5, 60):
            size = auto_chunksize(tasks, processes)
            assert -(-tasks // size) <= 4 * processes
            assert size == 1 or -(-tasks // (size - 1)) > 4 * processes
    assert auto_chunksize(0, 3) == 0
