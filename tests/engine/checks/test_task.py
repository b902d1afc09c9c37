"""Whether the task's function is there and can be called is read off its file."""

from typing import Any

import pytest

from poolscope.engine.checks.finding import Advice
from poolscope.engine.problem import Kind, Problem

from .conftest import Look

TWO = "def two(a, b): return a + b"
CASES: list[tuple[str, dict[str, Any], Advice, str]] = [
    ("def f(x): pass", {"task": "g"}, Advice.FUNCTION_NOT_THERE, "task"),
    ("def outer():\n  def f(x): pass", {"task": "f"}, Advice.FUNCTION_INSIDE, "task"),
    (
        "if __name__ == '__main__':\n  def f(x): pass",
        {"task": "f"},
        Advice.FUNCTION_MAIN_ONLY,
        "task",
    ),
    (
        "if __name__ == '__main__' and argv:\n  def f(x): pass",
        {"task": "f"},
        Advice.FUNCTION_MAIN_ONLY,
        "task",
    ),
    ("f = lambda x: x", {"task": "f"}, Advice.LAMBDA, "task"),
    ("async def f(x): pass", {"task": "f"}, Advice.ASYNC, "task"),
    ("async def f(x): yield x", {"task": "f"}, Advice.ASYNC, "task"),
    ("def f(x): yield x", {"task": "f"}, Advice.GENERATOR, "task"),
    ("def f(x, *, key): pass", {"task": "f"}, Advice.NEEDS_KEYWORDS, "task"),
    ("def f(): pass", {"task": "f"}, Advice.TAKES_NOTHING, "task"),
    (TWO, {"task": "two"}, Advice.NEEDS_MORE, "method"),
    (TWO, {"task": "two", "method": "imap"}, Advice.NEEDS_MORE, "method"),
    (TWO, {"task": "two", "method": "apply_async"}, Advice.NEEDS_MORE, "method"),
]
FINE: list[tuple[str, dict[str, Any]]] = [
    ("def f(x): return x", {"task": "f"}),
    ("def f(x=1, y=2): return x", {"task": "f"}),
    ("def f(*xs): return xs", {"task": "f"}),
    ("def f(x, *, key=None): return x", {"task": "f"}),
    ("def _hidden(x): return x", {"task": "_hidden"}),
    ("class Tool:\n  def call(x): return x", {"task": "Tool.call"}),
    ("from math import *", {"task": "sqrt"}),
    ("def __getattr__(name): return print", {"task": "anything"}),
    ("f = lambda x: x\ndef f(x): return x", {"task": "f"}),
    ("f = lambda x: x\nf = print", {"task": "f"}),
    ("def f(a, b): return a\nf = partial(f, 1)", {"task": "f"}),
    ("globals()['anything'] = print", {"task": "anything"}),
    ("def g():\n  global f\n  def f(x): pass\ng()", {"task": "f"}),
    ("if __name__ == '__main__': pass\nelse:\n  def f(x): pass", {"task": "f"}),
    ("@wraps\ndef f(a, b): yield a", {"task": "f"}),
    (TWO, {"task": "two", "method": "starmap", "inputs": "[(1, 2)] * 9"}),
]


@pytest.mark.parametrize(("text", "names", "advice", "field"), CASES)
def test_a_function_that_a_pool_cannot_call_stops_the_run(
    look: Look, text: str, names: dict[str, Any], advice: Advice, field: str
) -> None:
    found = look(text, **names)
    assert list(found) == [advice]
    assert found[advice].stops and found[advice].field == field
    assert found[advice].values["function"] == names["task"]


@pytest.mark.parametrize(("text", "names"), FINE)
def test_nothing_is_said_of_a_function_that_may_well_work(
    look: Look, text: str, names: dict[str, Any]
) -> None:
    assert not look(text, **names)


def test_a_name_that_is_not_there_brings_close_ones(look: Look) -> None:
    text = "def crunch(x): pass\ndef munch(x): pass"
    assert look(text, task="crumch")[Advice.FUNCTION_NOT_THERE].values["close"] == ["crunch"]
    assert look(text, task="zzz")[Advice.FUNCTION_NOT_THERE].values["close"] == []


def test_a_file_without_a_function_s_name_brings_those_that_it_has(look: Look, tmp_path) -> None:
    file = tmp_path / "jobs.py"
    file.write_text("def crunch(x): pass\n")
    found = look(file, task="")[Advice.FUNCTION_NOT_THERE]
    assert found.values == {"function": "", "close": ["crunch"]}


def test_the_method_that_unpacks_is_of_the_same_kind(look: Look) -> None:
    assert look(TWO, task="two")[Advice.NEEDS_MORE].values["star"] == "starmap"
    found = look(TWO, task="two", method="map_async")[Advice.NEEDS_MORE]
    assert found.values["star"] == "starmap_async" and found.values["least"] == 2


def test_a_file_that_cannot_be_read_or_parsed_is_the_problem_that_it_brings(look: Look) -> None:
    problem = Problem(Kind.TASK_SYNTAX, "task", {"path": "a.py", "line": 3, "error": "bad"})
    found = look(task="a.py:f", source=problem)[Advice.PROBLEM]
    assert (found.field, found.stops, found.values) == ("task", True, {"problem": problem})


def test_a_task_that_the_catalogue_lacks_stops_the_run(look: Look) -> None:
    problem = look(task="laboratr")[Advice.PROBLEM].values["problem"]
    assert problem == Problem(Kind.UNKNOWN_TASK, "task", {"value": "laboratr"})
    assert not look(task="laborator")


def test_a_name_of_the_catalogue_means_the_written_text_when_there_is_one(look: Look) -> None:
    assert list(look("def other(x): pass", task="sleep")) == [Advice.FUNCTION_NOT_THERE]
