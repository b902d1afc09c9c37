import os
from pathlib import Path

import pytest

from poolscope.engine.problem import Kind, ProblemError
from poolscope.gui.editor.source_files import MOST_BYTES, read_source, write_source


@pytest.mark.parametrize(
    "content",
    [
        "é = 1\n".encode(),
        b"\xef\xbb\xbf" + "é = 1\n".encode(),
        "# -*- coding: latin-1 -*-\né = 1\n".encode("latin-1"),
        "é = 1\r\n".encode(),
    ],
    ids=["utf-8", "bom", "latin-1", "crlf"],
)
def test_a_file_is_read_in_its_own_encoding(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tasks.py"
    path.write_bytes(content)
    assert read_source(path).splitlines()[-1] == "é = 1"
    assert "\r" not in read_source(path)


def test_a_written_file_is_read_again_as_it_was(tmp_path: Path) -> None:
    for text in ("é = '☃'\n", "# coding: latin-1\né = 1\n", "# coding: no-such\nx = 'é'\n"):
        path = tmp_path / "tasks.py"
        write_source(path, text)
        if "no-such" in text:
            assert path.read_text(encoding="utf-8") == text
        else:
            assert read_source(path) == text
    assert [one.name for one in tmp_path.iterdir()] == ["tasks.py"]


def test_what_an_encoding_lacks_does_not_stop_the_writing(tmp_path: Path) -> None:
    path = tmp_path / "tasks.py"
    write_source(path, "x = '\udcff'\n")
    assert path.read_text() == "x = '?'\n"


def make_large(path: Path) -> None:
    path.write_text("#" * (MOST_BYTES + 1))


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_bytes(path: Path) -> None:
    path.write_bytes(b"x = '\xff'\n")


def make_unknown(path: Path) -> None:
    path.write_text("# coding: no-such\n")


@pytest.mark.parametrize(
    "make",
    [
        make_large,
        make_bytes,
        make_unknown,
        Path.mkdir,
        lambda path: None,
        pytest.param(make_pipe, marks=pytest.mark.skipif(os.name == "nt", reason="POSIX")),
    ],
    ids=["large", "no utf-8", "unknown encoding", "folder", "none", "pipe"],
)
def test_a_file_that_cannot_be_shown_is_a_problem(tmp_path: Path, make) -> None:
    path = tmp_path / "tasks.py"
    make(path)
    with pytest.raises(ProblemError) as caught:
        read_source(path)
    assert caught.value.problem.kind is Kind.TASK_NOT_READ
    assert caught.value.problem.values["error"]


def test_a_place_that_cannot_be_written_to_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        write_source(tmp_path / "none" / "tasks.py", "x")
    assert caught.value.problem.kind is Kind.NO_FOLDER
