"""Files that people ask for are checked before, and written whole or not at all."""

import os
import stat
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


# --- what else may be at the path

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and links of POSIX")
root = os.name == "posix" and os.geteuid() == 0


def write(path: Path, text: str = "new") -> None:
    with written(path) as part:
        part.write_text(text)


def refused(path: Path) -> ProblemError:
    with pytest.raises(ProblemError) as caught:
        write(path)
    return caught.value


@posix
def test_a_link_stays_a_link_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "real.csv", tmp_path / "link.csv"
    target.write_text("earlier")
    link.symlink_to(target)
    check_writable(link)
    write(link)
    assert link.is_symlink() and target.read_text() == "new" and not target.is_symlink()
    target.unlink()
    write(link, "again")
    assert target.read_text() == "again", "a link to nothing yet is one to a new file"
    assert [path.name for path in target.parent.iterdir()] == ["real.csv"]


@posix
def test_links_in_a_circle_are_a_problem(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.symlink_to(other)
    other.symlink_to(one)
    assert refused(one).problem.kind is Kind.NOT_WRITABLE
    assert one.is_symlink() and other.is_symlink()


@posix
def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "private.csv"
    path.write_text("earlier")
    path.chmod(0o600)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and path.read_text() == "new"


@posix
@pytest.mark.skipif(root, reason="root may write everywhere")
def test_a_file_or_folder_that_is_protected_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("earlier")
    path.chmod(0o400)
    assert refused(path).problem.kind is Kind.WRITE_PROTECTED
    path.chmod(0o600)
    tmp_path.chmod(0o500)
    try:
        problem = refused(path).problem
    finally:
        tmp_path.chmod(0o700)
    assert (problem.kind, problem.values["error"]) == (Kind.NOT_WRITABLE, "Permission denied")
    assert path.read_text() == "earlier"


@posix
def test_a_pipe_or_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    assert refused(pipe).problem.kind is Kind.NOT_WRITABLE
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    device = tmp_path / "device.csv"
    device.symlink_to("/dev/null")
    with pytest.raises(ProblemError):
        check_writable(device)
    assert refused(device).problem.values["path"] == str(device)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_folder_that_goes_away_while_it_is_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "going"
    folder.mkdir()

    def vanish() -> None:
        with written(folder / "r.csv") as part:
            part.write_text("new")
            part.unlink()
            folder.rmdir()

    with pytest.raises(ProblemError) as caught:
        vanish()
    assert caught.value.problem.kind is Kind.NO_FOLDER
    assert caught.value.problem.values["folder"] == str(folder)


def test_a_folder_that_takes_the_name_while_it_is_written_stays(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"

    def take() -> None:
        with written(path) as part:
            part.write_text("new")
            path.mkdir()

    with pytest.raises(ProblemError) as caught:
        take()
    assert caught.value.problem.kind is Kind.IS_FOLDER
    assert path.is_dir() and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "r." + "x" * 300, "漢" * 300 + ".csv"])
def test_a_name_that_is_too_long_is_one_problem(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path / name).problem.kind is Kind.NOT_WRITABLE
    with pytest.raises(ProblemError):
        check_writable(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["x" * 251 + ".csv", "漢" * 83 + ".csv", "r." + "x" * 250])
def test_the_longest_name_that_there_can_be_is_written(tmp_path: Path, name: str) -> None:
    check_writable(tmp_path / name)
    write(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_what_could_not_be_read_is_not_blamed_on_the_target(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("earlier")

    def read() -> None:
        with written(path):
            (tmp_path / "source").read_text()

    with pytest.raises(ProblemError) as caught:
        read()
    assert str(tmp_path / "source") in caught.value.problem.values["error"]
    assert path.read_text() == "earlier"
