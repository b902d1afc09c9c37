"""Inputs from text files and CSV columns."""

from pathlib import Path

import pytest

from poolscope.engine.tasks.files import column, lines


def test_lines_come_without_their_ends(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes("\ufeffone\r\ntwo\n\nfünf".encode())
    assert lines(str(file)) == ["one", "two", "", "fünf"]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1", "-2"], [1, -2]),
        (["1", "2.5"], [1.0, 2.5]),
        (["1", "x"], ["1", "x"]),
        (["1", ""], ["1", ""]),
        ([], []),
    ],
)
def test_a_column_is_of_one_type(tmp_path: Path, texts: list[str], values: list[object]) -> None:
    file = tmp_path / "table.csv"
    rows = "".join(f'"a, b",{text}\n' for text in texts)
    file.write_text(f"name,size\n{rows}")
    found = column(str(file), "size")
    assert found == values and [type(one) for one in found] == [type(one) for one in values]
    assert column(str(file), "name") == ["a, b"] * len(texts)


def test_a_column_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("name,size\n")
    with pytest.raises(KeyError, match="no column weight; it has name, size"):
        column(str(file), "weight")
