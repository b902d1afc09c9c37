"""Finding tasks by number and by part of their inputs."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from poolscope.engine import search
from poolscope.engine.host.texts import encode_text
from poolscope.engine.recording import Recording
from poolscope.engine.search import TaskSearch, TextSearch, index_meant
from poolscope.engine.trace import columns
from poolscope.engine.trace.columns import TextColumn

LETTERS = 'aAbB1"\\ é€Éß\u017fk\u212aİ😀\x7f\x01\t\n'
"""Some whose cases differ in length, some that JSON spells in another way."""
texts = st.text(st.sampled_from(LETTERS) | st.characters(exclude_categories=["Cs"]), max_size=9)
spelled = st.one_of(
    texts.map(lambda text: json.dumps(text).encode()),
    texts.map(lambda text: json.dumps(text, ensure_ascii=False).encode()),
    texts.map(lambda text: encode_text(text).encode("utf-8", "backslashreplace")),
    st.integers(0, 99).map(lambda number: encode_text(number).encode()),
)
broken = st.one_of(
    st.sampled_from([b"null", b"", b'"', b'"a"b"', b'"a","b"', b'["a"', b'"b"]', b"1", b'"a\xff"']),
    st.sampled_from([b' "a" ', b'"a\\"', b'"\xed\xa0\x80a"', b'\xef\xbb\xbf"a"', b'"' + b"a" * 40]),
    st.binary(max_size=6).map(lambda line: line.replace(b"\n", b"")),
)


def column_of(folder: Path, data: bytes) -> TextColumn:
    path = folder / "inputs.jsonl"
    path.write_bytes(data)
    column = TextColumn(path)
    column.update()
    return column


def run_to_its_end(found: TextSearch) -> list[int]:
    for _ in range(10_000):
        if found.over:
            return found.rows.tolist()
        found.step()
    raise AssertionError("it does not come to an end")


def plain_scan(lines: list[bytes], wanted: str, longest: int) -> list[int]:
    """What anybody would write who had no million lines."""
    found = []
    for number, line in enumerate(lines):
        try:
            text = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(text, str) and wanted.casefold() in text.casefold() and len(line) < longest:
            found.append(number)
    return found


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(
    st.lists(spelled, max_size=12) | st.lists(spelled | broken, max_size=12),
    st.text(st.sampled_from(LETTERS + 'xn"'), min_size=1, max_size=2),
)
@example([b'"', b'"a"b"'], "a")
@example([b'"a"b"', b'"'], "a")
@example([b'["a"', b'"b"]', b'"a", "b"'], "a")
@example([b'"a\\"', b'"'], "a")
@example(['"K\u212a"'.encode()], "kk")
@example([b'"\\u00e9"', '"É"'.encode(), b'"e"'], "É")
def test_a_search_finds_what_a_plain_scan_finds(lines: list[bytes], wanted: str) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "LINE_BYTES", 32)
        patch.setattr(search, "LINE_BYTES", 32)
        patch.setattr(search, "BLOCK_BYTES", 40)
        column = column_of(Path(folder), b"".join(line + b"\n" for line in lines))
        expected = plain_scan(lines, wanted, 32)
        assert run_to_its_end(TextSearch(column, wanted, len(column))) == expected
        patch.setattr(search, "BLOCK_BYTES", 1 << 17)
        patch.setattr(search, "BLOCK_LINES", 5)
        assert run_to_its_end(TextSearch(column, wanted, len(column))) == expected


@pytest.mark.parametrize("text", ["7", "77", "'7", "7é"])
def test_hits_that_are_many_and_few_are_all_found(tmp_path: Path, text: str) -> None:
    values = [f"{n}é" if n % 3 else n for n in range(30_000)]
    lines = [encode_text(value).encode() for value in values]
    column = column_of(tmp_path, b"".join(line + b"\n" for line in lines))
    assert run_to_its_end(TextSearch(column, text, 30_000)) == plain_scan(lines, text, 1 << 16)


class Watched(TextColumn):
    """Notes what is read off it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.read: list[int] = []

    def raw(self, start: int, most: int) -> bytes:
        data = super().raw(start, most)
        self.read.append(len(data))
        return data

    def __getitem__(self, number: int) -> str | None:
        raise AssertionError("line by line")


@pytest.mark.parametrize("shape", ["{}", "C:\\\\x{}", "é{}"])
def test_a_step_costs_a_bounded_block_and_all_steps_the_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    def fail(line: bytes) -> str | None:
        raise AssertionError(f"decoded by itself: {line!r}")

    monkeypatch.setattr(search, "text_of", fail)
    path = tmp_path / "inputs.jsonl"
    path.write_text("".join(f'"{shape.format(n)}"\n' for n in range(100_000)), "utf-8")
    column = Watched(path)
    column.update()
    found = TextSearch(column, "99999", 100_000)
    seen = 0
    while not found.over:
        found.step()
        assert found.looked_at - seen <= search.BLOCK_LINES
        seen = found.looked_at
    assert found.rows.tolist() == [99_999]
    assert max(column.read) <= search.BLOCK_BYTES
    assert sum(column.read) < 1.6 * path.stat().st_size + search.BLOCK_BYTES


def test_a_line_that_never_ends_is_passed_over_in_bounded_steps(tmp_path: Path) -> None:
    long = b'"' + b"a" * (3 * search.BLOCK_BYTES) + b'"\n'
    path = tmp_path / "inputs.jsonl"
    path.write_bytes(b'"a0"\n' + long + b'"a2"\n')
    column = Watched(path)
    column.update()
    assert run_to_its_end(TextSearch(column, "a", 9)) == [0, 2]
    assert max(column.read) <= search.BLOCK_BYTES


def test_a_search_goes_on_with_the_lines_that_come(tmp_path: Path) -> None:
    path = tmp_path / "inputs.jsonl"
    path.write_bytes(b'"one"\n"tw')
    column = TextColumn(path)
    column.update()
    found = TextSearch(column, "o", 9)
    assert run_to_its_end(found) == [0]
    assert not found.step()
    with open(path, "ab") as file:
        file.write(b'o"\n"three"\n"four"\n')
    column.update()
    assert not found.over
    assert run_to_its_end(found) == [0, 1, 3]


def test_lines_beyond_the_last_task_are_of_none(tmp_path: Path) -> None:
    path = tmp_path / "inputs.jsonl"
    path.write_bytes(b'"a"\n' * 5)
    column = TextColumn(path)
    column.update()
    assert run_to_its_end(TextSearch(column, "a", 3)) == [0, 1, 2]
    column = TextColumn(path)
    column.most = 2
    column.update()
    assert run_to_its_end(TextSearch(column, "a", 9)) == [0, 1]


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("1,234,567", 1_234_567),
        ("12,34", None),
        (",123", None),
        ("1.0", None),
        ("-3", None),
        ("²", None),
        ("٣", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_a_whole_number_is_an_index(text: str, index: int | None) -> None:
    assert index_meant(text) == index


def recording_of(column: TextColumn, total: int) -> Recording:
    """A run that handed its inputs out backwards."""
    counts = SimpleNamespace(total=total)
    fake = SimpleNamespace(inputs=column, counts=counts, row_of=lambda index: total - 1 - index)
    return cast(Recording, cast(Any, fake))


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.lists(st.sampled_from(["2", "12", "3", "x"]), min_size=1, max_size=8))
def test_a_task_with_that_index_comes_first_and_each_comes_once(values: list[str]) -> None:
    with TemporaryDirectory() as folder:
        column = column_of(Path(folder), "".join(f'"{value}"\n' for value in values).encode())
    total = len(values)
    tasks = TaskSearch(recording_of(column, total), "2")
    while not tasks.over:
        tasks.step()
    numbered = [total - 1 - 2] if total > 2 else []
    expected = numbered + [
        row for row, value in enumerate(values) if "2" in value and row not in numbered
    ]
    assert [tasks.row(place) for place in range(tasks.count)] == expected
    by_row = expected[len(numbered) :]
    for row in range(total):
        if row in numbered:
            assert (tasks.beside(row, 1), tasks.beside(row, -1)) == (1, -1)
            continue
        after = [found for found in by_row if found > row]
        before = [found for found in by_row if found < row]
        assert tasks.beside(row, 1) == (expected.index(after[0]) if after else len(expected))
        least = len(numbered) - 1  # before the first text is the number, and before that nothing
        assert tasks.beside(row, -1) == (expected.index(before[-1]) if before else least)


def test_a_number_beyond_the_last_task_is_only_a_text(tmp_path: Path) -> None:
    tasks = TaskSearch(recording_of(column_of(tmp_path, b'"71"\n"8"\n'), 2), "71")
    assert tasks.step() == 1
    assert tasks.row(0) == 0
