"""What processes print, line by line, as it comes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine import output
from poolscope.engine.names import HOST_OUTPUT_FILE
from poolscope.engine.output import LINE_LIMIT, OutputLine, OutputReader
from poolscope.engine.run import Run, Status


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / output.OUTPUT_FOLDER).mkdir()
    return tmp_path


def add(folder: Path, name: str, data: bytes) -> None:
    with open(folder / output.OUTPUT_FOLDER / name, "ab") as file:
        file.write(data)


def everything(reader: OutputReader) -> list[OutputLine]:
    lines, more = [], reader.update(ended=True)
    while more:
        lines += more
        more = reader.update(ended=True)
    return lines


def test_nothing_is_there_before_anybody_prints(tmp_path: Path) -> None:
    assert OutputReader(tmp_path).update(ended=True) == []


def test_lines_come_once_and_carry_who_printed_them(folder: Path) -> None:
    reader = OutputReader(folder)
    add(folder, HOST_OUTPUT_FILE, b"host\n")
    add(folder, "worker-12.txt", b"one\ntw")
    assert reader.update() == [OutputLine(0, "host"), OutputLine(12, "one")]
    assert reader.update() == []
    add(folder, "worker-12.txt", b"o\r\n\nthree")
    assert reader.update() == [OutputLine(12, "two"), OutputLine(12, "")]
    assert reader.update(ended=True) == [OutputLine(12, "three")]
    assert reader.update(ended=True) == []


def test_a_character_may_be_torn_between_two_looks(folder: Path) -> None:
    reader = OutputReader(folder)
    euro = "€".encode()
    add(folder, "worker-1.txt", euro[:1])
    assert reader.update() == []
    add(folder, "worker-1.txt", euro[1:] + b"\n")
    assert reader.update() == [OutputLine(1, "€")]


def test_what_is_no_text_is_shown_as_such(folder: Path) -> None:
    add(folder, "worker-1.txt", b"a\xff\xfe\x00b\n")
    assert OutputReader(folder).update() == [OutputLine(1, "a\ufffd\ufffd\x00b")]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_of_megabytes_is_cut_and_nothing_of_it_is_lost(folder: Path, end: bytes) -> None:
    text = "aé€" * 900_000
    add(folder, "worker-1.txt", text.encode() + end)
    lines = everything(OutputReader(folder))
    assert max(len(line.text) for line in lines) <= LINE_LIMIT
    assert "".join(line.text for line in lines) == text


def test_a_flood_is_spread_over_several_looks(folder: Path) -> None:
    add(folder, "worker-1.txt", b"x" * 99 + b"\n")
    reader = OutputReader(folder)
    reader.update()
    add(folder, "worker-1.txt", (b"x" * 99 + b"\n") * 30_000)
    add(folder, "worker-2.txt", b"heard\n")
    first = reader.update()
    assert OutputLine(2, "heard") in first and len(first) < 30_000
    assert len(first) + len(everything(reader)) == 30_001


# --- of real runs

MakeRun = Callable[..., Run]


def texts(run: Run) -> dict[int, list[str]]:
    lines: dict[int, list[str]] = {}
    for line in everything(run.recording.output):
        lines.setdefault(line.ordinal, []).append(line.text)
    return lines


def test_every_line_of_a_healthy_run_is_kept_whole(finish: MakeRun, start_method: str) -> None:
    run = finish(":print_lines", "range(12)", processes=3, start_method=start_method)
    found = [text for lines in texts(run).values() for text in lines]
    expected = [f"task {task} line {line}" for task in range(12) for line in range(200)]
    assert sorted(found) == sorted(expected)


def test_output_without_a_newline_is_kept(finish: MakeRun, start_method: str) -> None:
    run = finish(":print_unfinished", "range(4)", start_method=start_method)
    assert "".join(text for lines in texts(run).values() for text in lines) == "no end" * 4


def test_binary_output_and_lines_of_megabytes_do_no_harm(finish: MakeRun) -> None:
    assert finish(":print_binary", "range(4)").status is Status.FINISHED
    run = finish(":print_long", "range(2)")
    assert run.status is Status.FINISHED
    assert sum(len(text) for lines in texts(run).values() for text in lines) == 5_000_000


def test_what_the_inputs_print_is_the_host_s(finish: MakeRun) -> None:
    run = finish(":same", "[print('listing')]")
    assert texts(run) == {0: ["listing"]}
