"""How many inputs there will be, without running anything."""

import sys
from typing import Any

import pytest

from poolscope.engine.inputs import check_syntax, static_bytes, static_count, static_distinct
from poolscope.engine.problem import Kind, ProblemError

KNOWN = [
    "(1, 2, 3)",
    "()",
    "[1]",
    "[[1, 2], [3]]",
    "{1, 2, 2}",
    "{'a': 1, 'b': 2}",
    "{}",
    "'word'",
    "b'bytes'",
    "range(10)",
    "range(20_000, 20_122)",
    "range(10, 0, -3)",
    "range(-5)",
    "range(5, 5)",
    "list(range(7))",
    "tuple('abc')",
    "sorted([3, 1, 2])",
    "[0] * 5",
    "3 * (1, 2)",
    "[0] * -1",
    "[1] + [2, 3]",
    "[bytes(10)] * 20",
    "[n * n for n in range(12)]",
    "  range(3)\n",
    "[x for x in [1, 2, 3]]",
    "range(10**3)",
    "range(2 * 500)",
    "range(-(10**2), 10**2 - 1)",
    "[0] * 10**3",
    "3 * 2 * [0]",
    "'ab' * 2 * 3",
    "[n for n in range(1 << 10)]",
]
UNKNOWN = [
    "load()",
    "range(n)",
    "range(1.5)",
    "range(1, 2, 0)",
    "range()",
    "[n for n in range(9) if n % 2]",
    "[a for a in (1, 2) for b in (3, 4)]",
    "(n for n in range(3))",
    "[*range(3)]",
    "[1] * n",
    "5",
    "1 / 0",
    "range(",
    "",
    "map(abs, [1])",
    "{[1]: 2}",
    "f'{1}'",
    "open('x')",
    "range(9999999999999999999999999)",
    "range(10**10**10)",
    "[0] * 2**99999999",
    "[0] * (1 << 99999999)",
    "[0] * 10**30",
    "[0] * " + "9" * 400,
    "[0] * 0x" + "f" * 5000,
    "[0] * 2**-1",
    "range(10.0**3)",
    "__import__('os').getcwd()",
]


@pytest.mark.parametrize("expression", KNOWN)
def test_a_count_that_is_told_is_the_true_one(expression: str) -> None:
    assert static_count(expression) == len(list(eval(expression.strip())))


@pytest.mark.parametrize("expression", UNKNOWN)
def test_what_only_running_it_would_tell_is_not_guessed(expression: str) -> None:
    assert static_count(expression) is None


def test_nothing_is_evaluated(capsys: pytest.CaptureFixture[str]) -> None:
    assert static_count("[print('run')] * 3") == 3
    assert static_count("[0] * print('run')") is None
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "expression",
    ["+".join(["[1]"] * 3000), "(" * 500 + ")" * 500, "-" * 10_000 + "1", "[0] * " + "9" * 5000],
    ids=["long sum", "deep parentheses", "many signs", "many digits"],
)
def test_no_expression_is_too_odd_to_be_looked_at(expression: str) -> None:
    assert static_count(expression) in (None, 3000)


@pytest.mark.parametrize("expression", ["range(", "1 2", "x = 1", "", "import os", "a\0b"])
def test_what_is_no_expression_is_a_problem_of_the_inputs(expression: str) -> None:
    with pytest.raises(ProblemError) as caught:
        check_syntax(expression)
    problem: Any = caught.value.problem
    assert (problem.kind, problem.field) == (Kind.INPUTS_SYNTAX, "inputs")
    assert problem.values["error"]


def test_an_expression_may_be_anything_that_python_takes() -> None:
    for expression in (*KNOWN, "load()", "  5 ", "lambda: 1", "range(\n3)"):
        check_syntax(expression)


def test_what_cannot_be_repeated_is_not_counted() -> None:
    assert static_count("range(5) * 3") is None
    assert static_count("list(range(5)) * 3") == 15


SIZES = [
    "[bytes(2_000_000) for task in range(100)]",
    "[bytes(2_000_000)] * 100",
    "[bytes(10**6), bytearray(1 << 20), b'x' * 300_000]",
    "[b'x' * (2 * 1024 * 1024) for _ in range(3)]",
    "['a' * 1_000_000 for _ in range(4)]",
    "[[0] * 100_000 for _ in range(5)]",
    "range(1000, 300_000)",
    "[n * n for n in range(1000, 100_000)]",
    "list(range(1000, 100_000))",
    "[bytes(1_000_000)] + [bytes(3_000_000)]",
    "('abc', b'def', 1.5, (1, 2))",
    "'word' * 1000",
]
UNSIZED = [
    "load()",
    "[bytes(n) for n in range(9)]",
    "[bytes(1) for n in load()]",
    "[load()] * 9",
    "[x, y]",
    "bytes(n)",
    "[10**10**10]",
    "[bytes(10**99)] * n",
    "{1: 2}",
    "map(abs, [1])",
    "[1] + load()",
    "range(",
    "[" + "1," * 60_000 + "]",
    "[0] * " + "9" * 400,
    "[bytes(0x" + "f" * 5000 + ")]",
    "[bytes(10**15) for n in range(10**15)]",
]


def held(value: Any, seen: set[int]) -> int:
    if id(value) in seen:
        return 0
    seen.add(id(value))
    inner = value if isinstance(value, list | tuple) else ()
    return sys.getsizeof(value) + sum(held(item, seen) for item in inner)


@pytest.mark.parametrize("expression", SIZES)
def test_the_size_that_is_told_is_about_the_true_one(expression: str) -> None:
    told = static_bytes(expression)
    inputs = list(eval(expression))
    assert told is not None
    assert held(inputs, set()) == pytest.approx(told, rel=0.25, abs=400)


@pytest.mark.parametrize("expression", UNSIZED, ids=[text[:20] for text in UNSIZED])
def test_a_size_that_the_text_does_not_tell_is_not_guessed(expression: str) -> None:
    assert static_bytes(expression) is None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[bytes(9)] * 100", 1),
        ("5 * [1, 2] + [3]", 3),
        ("[1, 2]", 2),
        ("[1] * 0", 0),
        ("list(range(9)) * 3", 9),
        ("[bytes(9) for n in range(10**3)]", 1000),
        ("[load()] * n", None),
        ("load()", None),
        ("range(", None),
    ],
)
def test_an_item_that_is_repeated_is_one_object(expression: str, expected: int | None) -> None:
    assert static_distinct(expression) == expected


def test_sizes_are_reckoned_without_making_anything() -> None:
    assert static_bytes("[bytes(10**15)] * 2") == pytest.approx(10**15)
    assert static_bytes("range(10_000_000_000_000)") == pytest.approx(4 * 10**14)
