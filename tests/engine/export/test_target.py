"""Files that people ask for are checked before, and written whole or not at all."""

from pathlib import Path

import pytest

from poolscope.engine.export.target import check_ending, check_writable, written
from poolscope.engine.problem import Kind, ProblemError


def test_a_file_takes_its_place_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    with written(path) as part:
        part.write_text("whole")
        assert not path.exists()
        assert part.suffix == ".csv"
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt(), SystemExit(3)])
def test_an_exception_leaves_the_earlier_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("earlier")

    def fail() -> None:
        with written(path) as part:
            part.write_text("half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_problem_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught, written(tmp_path / "r.csv"):
        raise OSError(28, "No space left on device")
    problem = caught.value.problem
    assert problem.kind is Kind.NOT_WRITABLE
    assert problem.values["error"] == "No space left on device"


def test_checking_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    check_writable(path)
    assert not list(tmp_path.iterdir())
    path.write_text("earlier")
    check_writable(path)
    assert path.read_text() == "earlier"


@pytest.mark.parametrize(
    ("name", "kind"), [("gone/r.csv", Kind.NO_FOLDER), ("folder", Kind.IS_FOLDER)]
)
def test_what_cannot_be_written_says_why(tmp_path: Path, name: str, kind: Kind) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ProblemError) as caught:
        check_writable(tmp_path / name)
    assert caught.value.problem.kind is kind


def test_endings_are_known_in_any_case(tmp_path: Path) -> None:
    check_ending(Path("a.PNG"), [".png"])
    with pytest.raises(ProblemError) as caught:
        check_ending(Path("a.png.bak"), [".png"])
    assert caught.value.problem.values == {"path": "a.png.bak", "known": [".png"]}
