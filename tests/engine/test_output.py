"""What processes print, line by line, as it comes."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine import output
from poolscope.engine.names import HOST_OUTPUT_FILE
from poolscope.engine.output import READ_BYTES, READ_LINES, OutputLine, OutputReader
from poolscope.engine.output_file import LINE_LIMIT, mark
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
    assert OutputLine(2, "heard") in first and len(first) < 30_000 and reader.behind
    assert len(first) + len(everything(reader)) == 30_001
    assert not reader.behind


def test_one_look_is_bounded_over_all_processes_and_each_has_its_turn(folder: Path) -> None:
    for worker in range(1, 301):
        add(folder, f"worker-{worker}.txt", b"x" * 49 + b"\n" * 451)
    add(folder, "worker-301.txt", b"\n" * 20_000)
    reader = OutputReader(folder)
    seen: dict[int, int] = {}
    looks = 0
    while lines := reader.update(ended=True):
        assert len(lines) <= READ_LINES + 1
        for line in lines:
            seen[line.ordinal] = seen.get(line.ordinal, 0) + 1
        looks += 1
    assert looks > 5
    assert {seen[worker] for worker in range(1, 301)} == {451}
    assert seen[301] == 20_000


def test_short_lines_are_not_lost_where_a_look_ends(folder: Path) -> None:
    reader = OutputReader(folder)
    expected = [str(number) for number in range(60_000)]
    add(folder, "worker-1.txt", "\n".join(expected).encode())
    assert [line.text for line in everything(reader)] == expected


# --- what a terminal would show


def test_a_progress_bar_is_one_line_as_it_stood_last(folder: Path) -> None:
    reader = OutputReader(folder)
    for percent in range(0, 101, 5):
        add(folder, "worker-1.txt", f"\r{percent:3d}% of it".encode())
        assert reader.update() == []
    assert reader.unfinished == [OutputLine(1, "100% of it")]
    add(folder, "worker-1.txt", b"\ndone\r\n")
    assert reader.update() == [OutputLine(1, "100% of it"), OutputLine(1, "done")]
    assert reader.unfinished == []


def test_what_was_not_written_over_stays(folder: Path) -> None:
    add(folder, "worker-1.txt", b"12345\rab\n\x1b[31mlong red\r\x1b[0mx\n")
    assert OutputReader(folder).update() == [OutputLine(1, "ab345"), OutputLine(1, "\x1b[0mx")]


def test_a_bar_of_megabytes_without_an_end_is_kept_short(folder: Path) -> None:
    add(folder, "worker-1.txt", b"\r" + b"\r".join([b"%07d" % n for n in range(200_000)]))
    reader = OutputReader(folder)
    assert reader.update(newest=True) == [] and reader.behind  # one look is not all of it
    assert everything(reader) == [OutputLine(1, "0199999")]


# --- more than anybody reads


def test_whoever_wants_the_newest_is_told_what_was_passed_over(folder: Path) -> None:
    block = b"".join(b"%09d\n" % number for number in range(1_500_000))
    add(folder, "worker-1.txt", block)
    add(folder, "worker-2.txt", b"heard\n")
    reader = OutputReader(folder)
    lines: list[OutputLine] = []
    while (more := reader.update(ended=True, newest=True)) or reader.behind:
        lines += more
    gap = next(line for line in lines if line.skipped)
    assert gap.ordinal == 1 and OutputLine(2, "heard") in lines
    rest = [line.text for line in lines if line.ordinal == 1 and not line.skipped]
    assert gap.skipped + 10 * len(rest) == len(block)
    assert rest[-1] == "001499999" and len(rest) * 10 > READ_BYTES
    whole = OutputReader(folder)
    first = whole.update()
    assert first[0] == OutputLine(1, "000000000"), "the folder holds them all"


def test_on_the_disk_beginning_and_newest_stay_and_what_is_dropped_is_counted(
    folder: Path,
) -> None:
    """Read by somebody who is always there, and by one who comes after."""
    block = b"".join(b"%09d\n" % number for number in range(100_000))
    present, path = OutputReader(folder), folder / output.OUTPUT_FOLDER / "worker-1.txt"
    add(folder, "worker-2.txt", b"little\n")
    counts = {1: 0, 2: 0}
    for part in range(24):
        add(folder, "worker-1.txt", block)
        present.bound(4_000_000)
        assert path.stat().st_size < 4_000_000 + len(block)
        if part % 3:
            count(present.update(), counts)
    count(everything(present), counts)
    assert counts == {1: 24 * len(block), 2: 7}
    late = {1: 0, 2: 0}
    lines = everything(OutputReader(folder))
    count(lines, late)
    assert late == counts
    gaps = [line for line in lines if line.dropped]
    assert [gap.ordinal for gap in gaps] == [1] and gaps[0].dropped == present.dropped > 2 * 10**7
    texts = [line.text for line in lines if line.ordinal == 1]
    assert texts[:2] == ["000000000", "000000001"] and texts[-1] == "000099999"


def count(lines: list[OutputLine], counts: dict[int, int]) -> None:
    for line in lines:
        counts[line.ordinal] += line.dropped or len(line.text) + 1


def test_of_one_line_without_end_the_middle_goes_too(folder: Path) -> None:
    reader = OutputReader(folder)
    for _ in range(8):
        add(folder, "worker-1.txt", b"x" * 1_000_000)
        reader.bound(3_000_000)
    lines = everything(OutputReader(folder))
    assert sum(line.dropped + len(line.text) for line in lines) == 8_000_000
    assert sum(1 for line in lines if line.dropped) == 1


def test_files_that_are_deleted_under_the_reader_are_over(folder: Path) -> None:
    for newest in (False, True):
        add(folder, "worker-1.txt", b"line\n" * 10_000 + b"and a begin")
        reader = OutputReader(folder)
        assert reader.update(newest=newest) and reader.behind
        (folder / output.OUTPUT_FOLDER / "worker-1.txt").unlink()
        assert reader.update(newest=newest) == [] and not reader.behind
    shutil.rmtree(folder / output.OUTPUT_FOLDER)
    assert everything(reader) == [] and not reader.behind


def test_a_file_that_a_task_empties_is_read_on_from_its_new_begin(folder: Path) -> None:
    reader, path = OutputReader(folder), folder / output.OUTPUT_FOLDER / "worker-1.txt"
    add(folder, "worker-1.txt", b"before\n" * 10)
    assert len(reader.update()) == 10
    path.write_bytes(b"after\n")
    assert reader.update() == [OutputLine(1, "after")]
    add(folder, "worker-1.txt", b"more\n" * 10_000)
    reader._look(False)
    path.write_bytes(b"")  # between the look at its length and the reading
    reader._look = lambda _: None  # type: ignore[method-assign]
    assert reader.update() == [] and not reader.behind


def test_a_mark_with_a_number_that_cannot_be_is_a_line_like_others(folder: Path) -> None:
    for digits in ("9" * 5_000, "\u0669"):
        line = f"\x1e at least {digits} bytes of output were dropped here \x1e"
        add(folder, "worker-1.txt", line.encode() + b"\n")
        reader = OutputReader(folder)
        assert reader.update()[-1] == OutputLine(1, line) and not reader.dropped


def test_little_output_is_never_touched(folder: Path) -> None:
    reader = OutputReader(folder)
    for worker in range(1, 20):
        add(folder, f"worker-{worker}.txt", b"few\n" * 100)
    add(folder, "worker-20.txt", b"many\n" * 1_000_000)
    reader.bound(2_000_000)
    lines = everything(reader)
    assert {line.ordinal for line in lines if line.dropped} == {20}
    assert sum(1 for line in lines if line.text == "few") == 1_900


def test_a_task_that_prints_such_a_mark_does_not_upset_the_count(folder: Path) -> None:
    reader = OutputReader(folder)
    add(folder, "worker-1.txt", b"text " + mark(5) + b"x\n")
    assert reader.update() == [OutputLine(1, "text "), OutputLine(1, "", 5), OutputLine(1, "x")]
    add(folder, "worker-1.txt", b"y\n" * 2_000_000)
    reader.bound(2_000_000)
    assert 10**6 < reader.dropped < 4 * 10**6


# --- of real runs

MakeRun = Callable[..., Run]


def texts(run: Run) -> dict[int, list[str]]:
    lines: dict[int, list[str]] = {}
    for line in everything(run.recording.output):
        lines.setdefault(line.ordinal, []).append(line.text)
    return lines


def test_two_hundred_thousand_lines_of_four_workers_are_all_there_and_in_order(
    finish: MakeRun,
) -> None:
    run = finish(":print_many", "range(4)", processes=4, chunksize=1)
    assert run.status is Status.FINISHED
    lines = [line for lines in texts(run).values() for line in lines]
    for task in range(4):
        mine = [line for line in lines if line.startswith(f"{task} ")]
        assert mine == [f"{task} {number}" for number in range(50_000)]
    assert len(lines) == 200_000


def test_a_run_that_prints_for_ever_does_not_fill_the_disk(
    start: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "DISK_LIMIT", 8_000_000)
    run = start(":print_for_ever", "range(2)", processes=2)
    sizes = []
    while run.recording.output.dropped < 40_000_000 and not run.over:
        run.poll()
        run.recording.output.update(newest=True)
        files = (run.folder / output.OUTPUT_FOLDER).iterdir()
        sizes.append(sum(file.stat().st_size for file in files))
    run.stop()
    assert run.wait(60) and run.status is Status.STOPPED
    # What is printed between two looks comes on top, and a loaded machine looks seldom.
    assert sorted(sizes)[len(sizes) // 2] < 200_000_000
    run.recording.output.bound(8_000_000)
    lines = everything(OutputReader(run.folder))
    assert {line.ordinal for line in lines if line.dropped} == {1, 2}
    assert sum(line.dropped for line in lines) == run.recording.output.dropped
    assert sum(file.stat().st_size for file in (run.folder / "output").iterdir()) <= 8_000_000


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


def test_of_very_many_files_some_are_looked_at_at_a_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "MANY_FILES", 10)
    for number in range(1, 36):
        add(folder, f"worker-{number}.txt", f"line {number}\n".encode())
    looked_at: list[str] = []
    original = OutputReader._look_at_size

    def look(reader: OutputReader, entry: os.DirEntry[str]) -> None:
        looked_at.append(entry.name)
        original(reader, entry)

    monkeypatch.setattr(OutputReader, "_look_at_size", look)
    reader = OutputReader(folder)
    assert len(reader.update()) == len(looked_at) == 10
    add(folder, "worker-40.txt", b"late\n")
    lines, at_once = [], []
    while not lines or reader.behind:
        before = len(looked_at)
        lines += reader.update(ended=True, newest=True)
        at_once.append(len(looked_at) - before)
    assert max(at_once) <= 10 and sum(at_once) == 36, "once more, and each of them once"
    assert len(lines) == 26
    assert reader.update(ended=True) == [] and len(looked_at) == 46, "nobody prints any more"
