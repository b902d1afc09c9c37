"""Inputs are listed before the pool starts, and may be anything."""

from collections.abc import Callable

import pytest

from poolscope.engine.host import listing
from poolscope.engine.problem import Kind, ProblemError


class GaveUp(Exception):
    pass


def keep_on() -> None:
    """Never gives up."""


def give_up_after(looks: int) -> Callable[[], None]:
    left = [looks]

    def look() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise GaveUp

    return look


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("(1, 2, 3)", [1, 2, 3]),
        ("  range(3)\n", [0, 1, 2]),
        ("[]", []),
        ("'ab'", ["a", "b"]),
        ("{'k': 1}", ["k"]),
        ("(n * n for n in range(4))", [0, 1, 4, 9]),
        ("[math.floor(2.5), len(list(itertools.repeat(0, 3)))]", [2, 3]),
        ("[random.Random(1).random() for _ in (1,)]", [0.13436424411240122]),
    ],
)
def test_an_expression_is_listed(expression: str, values: list[object]) -> None:
    assert listing.list_inputs(expression, keep_on) == values


def test_more_than_a_batch_is_listed_whole() -> None:
    count = listing.CHECK_EVERY * 2 + 1
    assert listing.list_inputs(f"iter(range({count}))", keep_on) == list(range(count))


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("1/0", Kind.INPUTS_RAISED),
        ("nosuch", Kind.INPUTS_RAISED),
        ("(1 // n for n in (1, 0))", Kind.INPUTS_RAISED),
        ("exit(3)", Kind.INPUTS_RAISED),
        ("(exit(n) for n in (1, 0))", Kind.INPUTS_RAISED),
        ("5", Kind.INPUTS_NOT_ITERABLE),
        ("None", Kind.INPUTS_NOT_ITERABLE),
        ("range(", Kind.INPUTS_SYNTAX),
        ("a = 1", Kind.INPUTS_SYNTAX),
    ],
)
def test_inputs_that_cannot_be_listed_are_a_problem_of_the_field(
    expression: str, kind: Kind
) -> None:
    with pytest.raises(ProblemError) as caught:
        listing.list_inputs(expression, keep_on)
    problem = caught.value.problem
    assert (problem.kind, problem.field) == (kind, "inputs") and problem.values


def test_endless_inputs_are_given_up_when_asked_to() -> None:
    with pytest.raises(GaveUp):
        listing.list_inputs("itertools.count()", give_up_after(3))


def test_endless_inputs_end_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNT_LIMIT", 100_000)
    with pytest.raises(ProblemError) as caught:
        listing.list_inputs("itertools.count()", keep_on)
    assert caught.value.problem.kind is Kind.INPUTS_TOO_MANY
    assert caught.value.problem.values["limit"] == 100_000


def test_an_expression_sees_nothing_of_the_host() -> None:
    for name in ("Problem", "listing", "Host", "keep_on"):
        with pytest.raises(ProblemError):
            listing.list_inputs(f"[{name}]", keep_on)
    listing.list_inputs("[n := 3]", keep_on)
    assert set(listing.NAMES) == {"math", "random", "itertools"}
