"""Whether memory will do is reckoned from the text of the inputs, or from what a preview told."""

from typing import Any

import pytest

from poolscope.engine.checks.check import check
from poolscope.engine.checks.facts import Facts
from poolscope.engine.checks.finding import Advice, Finding
from poolscope.engine.experiment import Experiment

from .conftest import Look, machine

GB = 1_000_000_000
BIG = "[bytes(10_000_000) for task in range(100)]"


@pytest.mark.parametrize(
    ("available", "advice"),
    [
        (GB // 2, Advice.TOO_MUCH_MEMORY),
        (3 * GB // 2, Advice.MUCH_MEMORY),
        (4 * GB, None),
        (None, None),
    ],
)
def test_inputs_are_held_against_the_memory_that_is_free(
    look: Look, available: int | None, advice: Advice | None
) -> None:
    names = {"inputs": BIG, "chunksize": 1, "available_bytes": available}
    found = look(task="big_argument", **names)
    assert list(found) == ([] if advice is None else [advice])
    if advice is not None:
        assert found[advice].field == "inputs" and not found[advice].stops
        assert found[advice].values == {"bytes": GB, "available": available}


def test_one_object_that_is_there_many_times_counts_once(look: Look) -> None:
    assert not look(inputs="[bytes(10_000_000)] * 100", available_bytes=GB // 2)


def find(expression: str, **facts: Any) -> list[Finding]:
    return check(Experiment(inputs=expression), Facts(machine(), environment={}, **facts))


def test_what_a_preview_told_counts_where_the_text_does_not_tell() -> None:
    told = {"inputs": 1000, "first_bytes": 1_000_000, "available_bytes": GB}
    assert [one.advice for one in find("load()", **told)] == [Advice.TOO_MUCH_MEMORY]
    assert not find("load()", **{**told, "first_bytes": 1000})
    assert not find("load()", inputs=1000, available_bytes=1)


def test_tasks_without_number_need_memory_by_themselves(look: Look) -> None:
    found = look(inputs="range(10_000_000)", available_bytes=2 * GB)
    assert list(found) == [Advice.MUCH_MEMORY]
    assert 10**9 <= found[Advice.MUCH_MEMORY].values["bytes"] <= 2 * GB


def test_what_is_on_its_way_to_the_workers_counts_too(look: Look) -> None:
    names = {"task": "big_argument", "inputs": BIG, "processes": 4, "available_bytes": 4 * GB}
    assert not look(**names, chunksize=1)
    assert list(look(**names, chunksize=25)) == [Advice.MUCH_MEMORY]


def test_a_chunk_of_gigabytes_is_one_message(look: Look) -> None:
    names = {"task": "big_argument", "inputs": "[bytes(10_000_000) for task in range(1000)]"}
    found = look(**names, chunksize=200)
    assert list(found) == [Advice.LARGE_CHUNK]
    assert found[Advice.LARGE_CHUNK].values == {"bytes": 2 * GB, "chunksize": 200}
    assert not look(**names, chunksize=50)


def test_each_chunk_carries_a_copy_of_one_object_that_is_there_many_times(look: Look) -> None:
    names = {"inputs": "[bytes(2_000_000_000)] * 100", "available_bytes": 16 * GB}
    found = look(**names, processes=2)
    assert list(found) == [Advice.MUCH_MEMORY, Advice.LARGE_INPUT]
    assert found[Advice.MUCH_MEMORY].values["bytes"] == 10 * GB
    assert Advice.TOO_MUCH_MEMORY in look(**names, processes=4)
    assert not look(inputs="[bytes(1_000_000)] * 10_000", available_bytes=GB)


@pytest.mark.parametrize("chunksize", [1, 5])
def test_a_smaller_chunk_is_not_advised_where_one_input_is_too_large(
    look: Look, chunksize: int
) -> None:
    names = {"task": "big_argument", "inputs": "[bytes(2_000_000_000) for task in range(20)]"}
    found = look(**names, chunksize=chunksize, processes=2)
    assert list(found) == [Advice.LARGE_INPUT]
    assert found[Advice.LARGE_INPUT].field == "inputs"
    assert found[Advice.LARGE_INPUT].values == {"bytes": 2 * GB}


def test_many_references_to_small_objects_are_no_large_message(look: Look) -> None:
    assert not look(inputs="[0] * 300_000_000", available_bytes=10**13)


def test_a_little_more_or_less_free_memory_is_no_news(look: Look) -> None:
    found = [look(inputs=BIG, available_bytes=GB // 2 + some) for some in (0, 12_345)]
    assert found[0] == found[1]
