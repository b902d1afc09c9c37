"""Whether the inputs fit is read off their text, and nothing of it is evaluated."""

from pathlib import Path

import pytest

from poolscope.engine.checks.finding import Advice
from poolscope.engine.checks.shapes import widths
from poolscope.engine.problem import Kind

from .conftest import Look

TWO = "def two(a, b): return a + b\ndef pairs(): yield 1, 2"

WIDTHS: list[tuple[str, set[int]]] = [
    ("(1, 2, 3)", {-1}),
    ("[-1, 2.5, None]", {-1}),
    ("range(10)", {-1}),
    ("[(1, 2), (3, 4)]", {2}),
    ("[(1, 2), (3, 4, 5)]", {2, 3}),
    ("[[1, 2]] * 5 + [(1,)]", {1, 2}),
    ("5 * [(1, 2)]", {2}),
    ("['ab', b'c']", {1, 2}),
    ("[(n, n) for n in range(9)]", {2}),
    ("((n, 1) for n in range(9))", {2}),
    ("[n for n in range(9)]", {-1}),
    ("[pair for pair in zip(a, b)]", {2}),
    ("list(zip(a, b, c))", {3}),
    ("enumerate(words)", {2}),
    ("{(1, 2): 3}", {2}),
    ("{1: 2, **other}", {-1}),
    ("[*rows]", set()),
    ("[(*row,)]", set()),
    ("zip(*columns)", set()),
    ("[n * n for n in range(9)]", set()),
    ("rows", set()),
    ("load()", set()),
    ("sorted(zip(a, b), key=len)", set()),
    ("1 +", set()),
    ("+".join(["[(1, 2)]"] * 3000), set()),
]


@pytest.mark.parametrize(("expression", "expected"), WIDTHS, ids=[text[:30] for text, _ in WIDTHS])
def test_the_width_of_items_is_told_only_where_the_text_shows_it(
    expression: str, expected: set[int]
) -> None:
    assert widths(expression) == expected


@pytest.mark.parametrize("inputs", ["(1, 2, 3)", "range(10)", "[(1, 2), 3]"])
@pytest.mark.parametrize("method", ["starmap", "starmap_async"])
def test_single_values_cannot_be_unpacked(look: Look, inputs: str, method: str) -> None:
    found = look(TWO, task="two", inputs=inputs, method=method)
    assert found[Advice.STAR_NOT_TUPLES].stops
    assert found[Advice.STAR_NOT_TUPLES].values == {"method": method}
    assert not look("def one(a): pass", task="one", inputs=inputs, method="map")


def test_tuples_of_another_length_than_the_task_takes_are_found(look: Look) -> None:
    found = look(TWO, task="two", inputs="[(1, 2), (1, 2, 3)]", method="starmap")
    assert found[Advice.STAR_WIDTH].stops
    values = {"function": "two", "given": 3, "least": 2, "most": 2, "method": "starmap"}
    assert found[Advice.STAR_WIDTH].values == values
    assert not look(TWO, task="two", inputs="zip(a, b)", method="starmap")
    decorated = "@unpacked\ndef two(a): pass"
    assert not look(decorated, task="two", inputs="zip(a, b)", method="starmap")


def test_a_generator_function_must_be_called(look: Look) -> None:
    text = TWO + "\ndef one(x): pass"
    found = look(text, task="one", inputs="pairs")[Advice.NOT_CALLED]
    assert found.stops and found.field == "inputs" and found.values == {"function": "pairs"}
    assert not look(text, task="one", inputs="pairs()")
    assert not look(text + "\nnumbers = [1]", task="one", inputs="numbers")


def test_a_single_number_is_no_collection(look: Look) -> None:
    problem = look(inputs="5")[Advice.PROBLEM].values["problem"]
    assert problem.kind is Kind.INPUTS_NOT_ITERABLE and problem.values == {"type": "int"}
    assert not look(inputs="'word'")


def test_no_inputs_are_no_tasks(look: Look) -> None:
    assert look(inputs="()")[Advice.NO_INPUTS].field == "inputs"
    assert not look(inputs="load()")


@pytest.mark.parametrize("expression", ["lines('{}')", "column('{}', 'n')", "sorted(lines('{}'))"])
def test_a_file_of_inputs_is_looked_for_in_the_working_directory(
    look: Look, tmp_path: Path, expression: str
) -> None:
    (tmp_path / "there.txt").touch()
    for name, is_there in (("there.txt", True), ("gone.txt", False)):
        found = look(inputs=expression.format(name), cwd=str(tmp_path))
        assert (Advice.FILE_NOT_THERE in found) != is_there
    assert found[Advice.FILE_NOT_THERE].values == {"path": "gone.txt"}
    assert not look(inputs=expression.format(tmp_path / "there.txt"))


def test_a_function_of_the_file_s_own_may_read_from_elsewhere(look: Look) -> None:
    text = "def f(x): pass\ndef lines(name): return []"
    assert not look(text, task="f", inputs="lines('gone.txt')")
    assert not look(task="json:loads", inputs="lines('gone.txt')")  # nobody knows what that has


def test_a_very_long_expression_is_not_looked_through(look: Look) -> None:
    inputs = f"[{'1,' * 60_000}]"
    assert not look(TWO, task="two", inputs=inputs, method="starmap")
