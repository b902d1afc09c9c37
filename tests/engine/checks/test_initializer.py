"""An initializer that fails keeps a pool from ever getting on: it is looked at before."""

from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.checks.finding import Advice
from poolscope.engine.problem import Kind

from .conftest import Look

TASK = "def f(x): return x\n"
CASES: list[tuple[str, dict[str, Any], Advice, str, bool]] = [
    ("", {"initializer": "setup"}, Advice.FUNCTION_NOT_THERE, "initializer", True),
    (
        "setup = lambda: 1",
        {"initializer": "setup", "start_method": "spawn"},
        Advice.LAMBDA,
        "initializer",
        True,
    ),
    (
        "def setup(a): pass",
        {"initializer": "setup"},
        Advice.INITIALIZER_WIDTH,
        "initargs",
        True,
    ),
    (
        "def setup(): pass",
        {"initializer": "setup", "initargs": "(1, 2)"},
        Advice.INITIALIZER_WIDTH,
        "initargs",
        True,
    ),
    (
        "def setup(*, a): pass",
        {"initializer": "setup"},
        Advice.NEEDS_KEYWORDS,
        "initializer",
        True,
    ),
    (
        "async def setup(): pass",
        {"initializer": "setup"},
        Advice.INITIALIZER_NEVER_RUNS,
        "initializer",
        False,
    ),
    (
        "def setup(): yield",
        {"initializer": "setup"},
        Advice.INITIALIZER_NEVER_RUNS,
        "initializer",
        False,
    ),
    ("", {"initializer": "gone.py:setup"}, Advice.FILE_NOT_THERE, "initializer", True),
    ("", {"initializer": "no_such_pkg:go"}, Advice.MODULE_NOT_THERE, "initializer", True),
    ("def setup(): pass", {"initializer": "setup", "initargs": "(1,"}, Advice.PROBLEM, "", True),
]
FINE: list[dict[str, Any]] = [
    {"initializer": "setup", "initargs": "(1,)"},
    {"initializer": "setup", "initargs": "args()"},
    {"initializer": "setup", "initargs": "(*args,)"},
    {"initializer": "random:seed"},
    {"initializer": "", "initargs": "(1,"},
]


@pytest.mark.parametrize(("text", "names", "advice", "field", "stops"), CASES)
def test_an_initializer_that_cannot_work_is_found(
    look: Look, text: str, names: dict[str, Any], advice: Advice, field: str, stops: bool
) -> None:
    found = look(TASK + text, task="f", **names)
    assert list(found) == [advice]
    assert (found[advice].field, found[advice].stops) == (field or "initargs", stops)


@pytest.mark.parametrize("names", FINE)
def test_an_initializer_that_may_well_work_is_left_alone(look: Look, names: dict[str, Any]) -> None:
    assert not look(TASK + "def setup(a): pass", task="f", **names)


def test_the_catalogue_has_no_file_to_take_one_from(look: Look, tmp_path: Path) -> None:
    found = look(initializer="setup")[Advice.INITIALIZER_WITHOUT_FILE]
    assert found.stops and found.values == {"function": "setup"}
    file = tmp_path / "there.py"
    file.touch()
    assert not look(initializer=f"{file}:setup")


def test_initargs_that_are_no_expression_are_a_problem_of_theirs(look: Look) -> None:
    text = TASK + "def setup(a): pass"
    problem = look(text, task="f", initializer="setup", initargs="1 +")[Advice.PROBLEM]
    assert problem.values["problem"].kind is Kind.INITARGS_RAISED
