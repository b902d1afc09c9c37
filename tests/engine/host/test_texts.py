"""Inputs and results as short text."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.host import texts
from poolscope.engine.host.texts import CHECK_EVERY, TEXT_LIMIT, TextWriter, encode_text, short_text
from poolscope.engine.trace.columns import TextColumn
from poolscope.engine.trace.layout import clock_ns


class BadRepr:
    def __repr__(self) -> str:
        raise RuntimeError("no")


class ExitRepr:
    def __repr__(self) -> str:
        raise SystemExit(3)


class LongRepr:
    def __repr__(self) -> str:
        return "x" * 1_000_000


class NoText:
    def __repr__(self) -> Any:
        return 5


@pytest.mark.parametrize(
    "value",
    [0, -1, 1.5, True, None, 2j, "ä\n'\"", b"\x00", (1, "a"), [], {"a": [1]}, {1}, range(3)],
)
def test_a_short_value_is_its_repr(value: object) -> None:
    assert short_text(value) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10_000,
        list(range(10_000)),
        {n: n for n in range(10_000)},
        LongRepr(),
        [LongRepr()] * 3,
        10**190,
        10**300,
        10**5000,
        [10**5000],
        bytes(10_000),
        [bytes(10_000)] * 100,
        bytearray(10_000),
        "\U0001f600" * 10_000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_text_is_longer_than_its_limit(value: object) -> None:
    assert 0 < len(short_text(value)) <= TEXT_LIMIT + 1


def test_a_shortened_value_says_so() -> None:
    assert short_text(bytes(2_000_000)).endswith("(2,000,000 bytes)")
    assert short_text("x" * 10_000).endswith("(10,000 characters)")
    assert short_text(10**5000) == "an int of 16,610 bits"
    assert re.search("int of 16,610 bits", short_text([10**5000]))


@pytest.mark.parametrize("kind", [BadRepr, ExitRepr, NoText])
def test_a_class_whose_repr_fails_is_named(kind: type) -> None:
    assert kind.__name__ in short_text(kind())
    assert short_text([kind()])


def test_a_value_that_holds_itself_has_a_text() -> None:
    loop: list[Any] = []
    loop.append(loop)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert short_text(loop) and short_text(deep)


@pytest.mark.parametrize("text", ["a\nb", "\u2028", "\x00\x1f", "\udc80", "é😀", '"\\'])
def test_a_line_is_one_json_string(tmp_path: Path, text: str) -> None:
    line = encode_text(text)
    assert "\n" not in line and json.loads(line) == repr(text)
    writer = TextWriter(tmp_path / "texts")
    writer.write([text])
    writer.close()
    column = TextColumn(tmp_path / "texts")
    column.update()
    assert len(column) == 1 and column[0] == repr(text)


def test_writing_stops_at_its_deadline_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    writer = TextWriter(tmp_path / "texts")
    values = list(range(CHECK_EVERY * 3))
    assert not writer.write(values, until_ns=clock_ns() - 1)
    assert writer.count == CHECK_EVERY
    assert writer.write(values[writer.count :])
    writer.close()
    lines = (tmp_path / "texts").read_text().splitlines()
    assert lines == [f'"{value}"' for value in values]


def test_plain_values_are_those_whose_repr_is_short() -> None:
    assert all(len(repr(kind(0))) < 10 for kind in texts.PLAIN if kind is not type(None))
