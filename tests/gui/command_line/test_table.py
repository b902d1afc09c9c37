"""The table of workers and the bar."""

from typing import Any

from poolscope.gui.command_line.progress import bar
from poolscope.gui.command_line.table import SHOWN, worker_table


def worker(pid: int, **facts: Any) -> dict[str, Any]:
    return {"pid": pid, "replaces": None, "tasks": 0, "busy_s": 0.0, "exit_code": 0} | facts


def test_the_table_has_a_line_a_worker_in_columns_that_line_up() -> None:
    workers = [
        worker(4711, tasks=2000, busy_s=1.5),
        worker(123456),
    ]
    lines = worker_table(workers, 2.0)
    assert [line.split() for line in lines[1:]] == [
        ["4711", "2,000", "1.500", "75", "%"],
        ["123456", "0", "0.000", "0", "%"],
    ]
    assert len({len(line) for line in lines}) == 1


def test_the_table_says_whom_a_worker_replaces_where_any_does() -> None:
    lines = worker_table([worker(11), worker(12, replaces=11)], 1.0)
    assert lines[0].split()[-1] == "replaces"
    assert [line.split()[-1] for line in lines[1:]] == ["%", "11"]
    assert "replaces" not in worker_table([worker(11)], 1.0)[0]


def test_a_table_of_thousands_of_workers_says_how_many_it_leaves_out() -> None:
    lines = worker_table([worker(pid) for pid in range(1, 2_051)], 1.0)
    assert len(lines) == 1 + SHOWN + 1
    assert "2,000 more" in lines[-1]


def test_without_workers_there_is_no_table() -> None:
    assert worker_table([], 2.0) == []


def test_a_run_of_no_time_has_no_share() -> None:
    assert worker_table([worker(1)], None)[1].split()[-2:] == ["0", "%"]


def test_the_bar_fills_from_the_left_and_keeps_its_width() -> None:
    bars = [bar(share, 8) for share in (0, 0.5, 1)]
    assert {len(one) for one in bars} == {8}
    assert len(set(bars[0])) == len(set(bars[2])) == 1
    assert bars[1] == bars[2][:4] + bars[0][4:]


def test_in_a_narrow_terminal_the_bar_goes_away() -> None:
    assert bar(0.5, -3) == ""
