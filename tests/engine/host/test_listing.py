"""Inputs are listed before the pool starts, and may be anything."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from poolscope.engine.experiment import Experiment
from poolscope.engine.host import listing
from poolscope.engine.problem import Kind, ProblemError


def list_all(
    expression: str, look: Callable[[], None], limit_s: float = 60, **module: object
) -> list[object]:
    return listing.list_inputs(expression, listing.names_beside(module), look, limit_s)


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
    assert list_all(expression, keep_on) == values


def test_more_than_a_batch_is_listed_whole() -> None:
    count = listing.CHECK_EVERY * 2 + 1
    assert list_all(f"iter(range({count}))", keep_on) == list(range(count))


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
        list_all(expression, keep_on)
    problem = caught.value.problem
    assert (problem.kind, problem.field) == (kind, "inputs") and problem.values


def test_endless_inputs_are_given_up_when_asked_to() -> None:
    with pytest.raises(GaveUp):
        list_all("itertools.count()", give_up_after(3))


def test_endless_inputs_end_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNT_LIMIT", 100_000)
    with pytest.raises(ProblemError) as caught:
        list_all("itertools.count()", keep_on)
    assert caught.value.problem.kind is Kind.INPUTS_TOO_MANY
    assert caught.value.problem.values["limit"] == 100_000


def test_an_expression_sees_nothing_of_the_host() -> None:
    for name in ("Problem", "listing", "Host", "keep_on"):
        with pytest.raises(ProblemError):
            list_all(f"[{name}]", keep_on)
    list_all("[n := 3]", keep_on)
    assert set(listing.NAMES) == {"math", "random", "itertools", "lines", "column"}


def test_an_expression_may_use_what_the_task_s_module_defines() -> None:
    def numbers() -> Iterator[int]:
        yield from (4, 5)

    assert list_all("numbers()", keep_on, numbers=numbers) == [4, 5]
    assert list_all("[math]", keep_on, math="mine") == ["mine"]
    with pytest.raises(ProblemError):
        list_all("[__file__]", keep_on, __file__="my_tasks.py")


def test_inputs_that_take_too_long_end_at_their_limit() -> None:
    with pytest.raises(ProblemError) as caught:
        list_all("itertools.count()", keep_on, limit_s=0)
    assert caught.value.problem.kind is Kind.INPUTS_TOO_SLOW


def test_initargs_are_a_tuple_whatever_collection_they_are() -> None:
    assert listing.initargs("[1, n]", {"n": 2}) == (1, 2)
    assert listing.initargs(" ", {}) == ()
    for wrong in ("1", "nosuch", "(", "1/0"):
        with pytest.raises(ProblemError) as caught:
            listing.initargs(wrong, {})
        problem = caught.value.problem
        assert (problem.kind, problem.field) == (Kind.INITARGS_RAISED, "initargs")


def test_the_same_seed_shuffles_as_the_plain_program_does(tmp_path: Path) -> None:
    inputs = list("abcdefgh")
    experiment = Experiment(order="shuffled", seed=7)
    positions = listing.positions(experiment, len(inputs), tmp_path)
    assert positions is not None
    shuffled = list(inputs)
    random.Random(7).shuffle(shuffled)
    assert [inputs[position] for position in positions] == shuffled
    assert listing.positions(Experiment(), 8, tmp_path) is None
