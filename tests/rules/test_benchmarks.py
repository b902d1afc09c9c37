"""The bench measures what it says, at sizes that mean nothing: it must not rot between releases."""

import importlib
import importlib.util
import json
import math
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from poolscope.engine import run_folder

BENCH = Path(__file__).parents[1] / "benchmarks"
Part = Callable[[str], ModuleType]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Iterator[Part]:
    """`part(name)`: a module of the bench, which is a program and no package."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.setenv("POOLSCOPE_BENCH", uuid.uuid4().hex)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCH)):
            del sys.modules[name]


@pytest.fixture
def bench(part: Part, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("poolscope_bench", BENCH / "__main__.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tables(part: Part) -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """`tables(name, sizes)`: the rows of a part's tables, each with nothing but known columns."""

    def measured(name: str, *sizes: object) -> dict[str, list[dict[str, Any]]]:
        options = part("options")
        found = {}
        for section in part(name).measure(options.Options(1, True), options.quiet, *sizes):
            assert section.rows
            for row in section.rows:
                assert set(row) <= set(section.headings)
                assert all(_is_sane(value) for value in row.values()), row
            found[section.title] = section.rows
        return found

    return measured


def _is_sane(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


# Figures and tables.


def test_two_programs_take_turns_and_a_bare_one_stands_at_both_ends(part: Part) -> None:
    told: list[str] = []
    times = iter(range(1, 100))

    def measure(name: str) -> Callable[[], float]:
        return lambda: told.append(name) or float(next(times))

    figures = part("figures")
    found = figures.take_turns(measure("bare"), measure("ours"), 3)
    assert told == ["bare", "ours", *["bare", "ours"] * 3, "bare"]
    assert found == figures.Pairs((3.0, 5.0, 7.0, 9.0), (4.0, 6.0, 8.0))
    assert found.ratio == 6 / 5
    assert found.noise == 7 / 5
    assert found.added == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("count", "expected"), [(31, (9, 21)), (6, (0, 5)), (5, (0, 4)), (1, (0, 0))]
)
def test_the_interval_of_a_median_is_that_of_the_sign_test(
    part: Part, count: int, expected: tuple[int, int]
) -> None:
    assert part("figures").interval(range(count)) == expected


def test_a_percentile_is_a_value_that_was_measured(part: Part) -> None:
    percentile = part("figures").percentile
    values = [float(number) for number in range(200, 0, -1)]
    assert (percentile(values, 50), percentile(values, 99), percentile(values, 100)) == (
        100.0,
        198.0,
        200.0,
    )
    assert percentile([], 99) == 0.0


def test_a_table_says_where_a_target_is_missed(part: Part) -> None:
    report = part("report")
    columns = {"name": "name", "added_us": "added, µs", "span": "interval"}
    rows = [
        {"name": "a", "added_us": 0.1234, "span": (0.1, 2.0)} | report.judged(0.1234, 0.25, "µs"),
        {"name": "b", "added_us": 1234.5} | report.judged(1234.5, 0.25, "µs"),
        {"name": "c"},
    ]
    section = report.Section("Title", "What it is.", columns, rows)
    assert report.as_markdown(section).splitlines()[4:] == [
        "| name | added, µs | interval | target | reached |",
        "| --- | --- | --- | --- | --- |",
        "| a | 0.123 | 0.1 to 2 | ≤ 0.25 µs | yes |",
        "| b | 1230 | – | ≤ 0.25 µs | no |",
        "| c | – | – | – | – |",
    ]
    assert [line.split()[-1] for line in report.as_text(section).splitlines()[5:]] == [
        "yes",
        "no",
        "–",
    ]
    assert section.to_json()["rows"][1]["reached"] is False


# What is measured.


@pytest.mark.parametrize(("tasks", "lanes"), [(1, 2), (20_003, 3), (12_000, 8)])
def test_a_written_recording_is_one_that_opens(
    part: Part, tmp_path: Path, tasks: int, lanes: int
) -> None:
    folder = part("recordings").write(tasks, lanes, texts=True)
    path = tmp_path / "written.poolscope"
    try:
        run_folder.save(folder, path)
    finally:
        run_folder.delete(folder)
    recording = run_folder.open_saved(path)  # which believes nothing
    try:
        counts = recording.counts
        assert counts.total == tasks
        assert counts.done + counts.raised + counts.lost + counts.not_run == tasks
        assert counts.lost == 1
        assert counts.raised == len(recording.failures) == -(-tasks // 50 // lanes) * lanes // 200
        assert recording.trace is not None and len(recording.trace.lanes) == lanes
        assert (len(recording.inputs), len(recording.results)) == (tasks, tasks)
        assert recording.results[tasks - 1] == str(3 * (tasks - 1))
    finally:
        run_folder.delete(recording.folder)


def test_the_recorder_is_timed_beside_a_bare_pool(part: Part, tables: Callable[..., Any]) -> None:
    cases = (part("recorder").Case("empty", "nothing", 0, 200, 1),)
    ((row,),) = tables("recorder", cases).values()
    assert row["tasks"] == 10
    assert row["target"] == "≤ 1.5 µs"
    assert row["bare_us"] > 0


def test_the_starts_of_workers_are_timed_beside_bare_ones(tables: Callable[..., Any]) -> None:
    rows = tables("starts", ("forkserver",))["Starts: until a worker is ready"]
    assert [row["worker"] for row in rows] == ["the middle one", "the first, with the server"]
    assert all(row["bare_ms"] > 0 and row["recorded_ms"] > 0 for row in rows)


def test_frames_are_painted_by_us_and_by_a_bar_graph(
    part: Part, tables: Callable[..., Any]
) -> None:
    sizes = part("frames").Sizes((1_000,), (2,), frames=6, bars_lanes=2)
    (ours,), (bars,) = tables("frames", sizes).values()
    assert (ours["frames"], ours["lanes_seen"]) == (6, 2)
    assert (bars["frames"], bars["note"]) == (6, None)


def test_a_window_is_watched_while_it_watches_a_run(part: Part, tables: Callable[..., Any]) -> None:
    sizes = part("live").Sizes(1_000, (100,), (1_000,), seconds=0.05, rest_ms=1)
    (watched,), (share,), stalls, late = tables("live", sizes).values()
    assert watched["pairs"] == share["runs"] == 1
    assert [row["beats"] > 0 for row in stalls] == [True, True]
    assert [row["tasks"] for row in late] == [50, 50]
    assert all(0 < row["median_ms"] <= row["p99_ms"] <= row["worst_ms"] for row in late)


def test_memory_and_opening_are_measured_in_programs_of_their_own(
    part: Part, tables: Callable[..., Any]
) -> None:
    (memory,), (opening,) = tables("memory", part("memory").Sizes((5_000,), 2, 50)).values()
    # Of each finished task: row, begin, end, and the busy time before it.
    assert memory["trace_arrays_bytes"] >= 4 + 3 * 8
    assert opening["held_ms"] > 0 and opening["first_frame_s"] > 0


def test_a_peer_that_fails_or_is_not_there_is_a_row(part: Part, tables: Callable[..., Any]) -> None:
    peers = part("peers")
    broken = peers.Peer("Broken", "pytest", "pytest", "no_such_peer", 100, None, "nothing", "0")
    absent = peers.Peer("Absent", "no-such-package", "no_such_module", "", 1, 1, "nothing", "0")
    added, kept = tables("peers", (broken, absent)).values()
    assert [row["tool"] for row in added] == ["Broken", "Broken", "Absent"]
    assert all(row["note"].startswith("failed: exit status 2: ") for row in added[:2])
    assert added[2]["note"] == "not installed"
    assert [row["tool"] for row in kept] == ["Broken", "Absent"]


# The program.


def test_the_bench_writes_a_table_and_a_file_and_goes_on_after_a_failure(
    bench: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object) -> Iterator[object]:
        raise bench.ChildError("it broke")
        yield

    monkeypatch.setattr(importlib.import_module("live"), "measure", broken)
    out = tmp_path / "found.json"
    assert bench.main(["live", "start_up", "--pairs", "1", "--out", str(out)]) == 1
    found = json.loads(out.read_text("utf-8"))
    assert {"python", "usable", "affinity", "quota", "packages", "load_at_start"} <= set(found)
    assert list(found["parts"]) == ["live", "start_up"]
    assert found["parts"]["live"] == "live: failed: ChildError: it broke"
    window, run = found["parts"]["start_up"][0]["rows"]
    assert window["target"] == "≤ 2 × the bare window"
    assert run["bare_ms"] > 0
    page = out.with_suffix(".md").read_text("utf-8")
    assert page.startswith("## Measured\n\n- ")
    assert "| poolscope run | 1 | " in page
    assert "poolscope: first painted window" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-part"],
        ["--pairs", "0"],
        ["--pairs", "many"],
        ["--out", "figures.txt"],
        ["--out", "no/such/folder/figures.json"],
        ["--no-such-option"],
    ],
)
def test_misuse_of_the_bench_is_one_line(
    bench: ModuleType, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        bench.main(arguments)
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_each_part_is_a_module_that_measures(bench: ModuleType, part: Part) -> None:
    assert all(callable(part(name).measure) for name in bench.PARTS)
