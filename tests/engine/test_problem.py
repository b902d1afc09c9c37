"""Problems as data."""

import json
import pickle

import pytest

from poolscope.engine.problem import Kind, Problem, ProblemError


@pytest.mark.parametrize("kind", list(Kind))
def test_every_problem_comes_back_from_json_as_it_was(kind: Kind) -> None:
    problem = Problem(kind, "processes", {"low": 1, "high": 512, "value": "a “b”"})
    assert Problem.from_json(json.loads(json.dumps(problem.to_json()))) == problem


@pytest.mark.parametrize(
    "data", [{}, {"kind": "no such kind", "field": None, "values": {}}, {"kind": "empty"}]
)
def test_what_is_no_problem_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        Problem.from_json(data)


def test_an_error_carries_its_problem_and_names_the_field() -> None:
    problem = Problem(Kind.OUT_OF_RANGE, "chunksize", {"value": 0})
    error = ProblemError(problem)
    assert error.problem is problem and isinstance(error, ValueError)
    assert str(error) == "chunksize: out of range (value=0)"
    assert pickle.loads(pickle.dumps(problem)) == problem


def test_a_problem_without_a_field_is_about_the_run() -> None:
    assert str(Problem(Kind.POOL_STALLED)).startswith("run: pool stalled")
