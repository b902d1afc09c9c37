"""What is read off hand-made files, and what of hostile ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poolscope.engine.sampling.files import SampleFiles
from poolscope.engine.sampling.layout import MACHINE, PROCESSES_FILE, SAMPLES, ProcessState, Role
from poolscope.engine.sampling.samples import Samples
from poolscope.engine.trace.layout import HEADER_BYTES, header

S = 10**9
MB = 10**6
GONE = ProcessState.GONE
Row = tuple[int, ...]
Compare = Callable[[Samples, Samples], None]


def line(number: int, role: Role, *, parent: int | None = None) -> dict[str, Any]:
    ordinal = number if role is Role.WORKER else None
    return {
        "number": number,
        "pid": 100 + number,
        "ppid": 99,
        "parent": parent,
        "role": role.value,
        "ordinal": ordinal,
        "name": f"one {number}",
        "born_ns": S // 2,
        "at_ns": S,
    }


def row(
    round_s: float,
    process: int,
    cpu_s: float,
    *,
    rss: int = MB,
    state: ProcessState = ProcessState.RUNNING,
    children_s: float = 0.0,
    late_s: float = 0.0,
) -> Row:
    at = (round_s + late_s) * S
    return (int(round_s * S), int(at), process, int(cpu_s * S), rss, 2, state, int(children_s * S))


HOST, ONE, TWO = range(3)
LINES = [line(HOST, Role.HOST), line(ONE, Role.WORKER, parent=0), line(TWO, Role.WORKER, parent=0)]
ROWS = [
    [row(1, HOST, 0.1), row(1, ONE, 0.25), row(1, TWO, 0.5)],
    [row(2, HOST, 0.1), row(2, ONE, 1.25), row(2, TWO, 1.0, rss=3 * MB)],
    [row(4, HOST, 0.2), row(4, ONE, 1.25), row(4, TWO, 1.5)],
]
MACHINES = [(0.5, 1, 10), (1, 1.5, 11), (2, 3.5, 13), (4, 5.5, 17)]


def machine(at_s: float, busy_s: float, all_s: float, free: int = 5) -> Row:
    return (int(at_s * S), int(busy_s * S), int(all_s * S), free * MB, 9 * MB)


def write(
    folder: Path,
    lines: list[dict[str, Any]] | None = None,
    rounds: list[list[Row]] | None = None,
    machines: list[Row] | None = None,
) -> Path:
    rounds = ROWS if rounds is None else rounds
    machines = [machine(*one) for one in MACHINES] if machines is None else machines
    written = SampleFiles(folder)
    written.write(dumped(LINES if lines is None else lines), b"", packed(machines[:1]))
    for rows, of_round in zip(rounds, machines[1:], strict=True):
        written.write([], packed(rows), packed([of_round]))
    written.finish(dumped([{"end_ns": 5 * S}]))
    return folder


def dumped(lines: list[dict[str, Any]]) -> list[str]:
    return [json.dumps(one) + "\n" for one in lines]


def packed(rows: list[Row]) -> bytes:
    return np.array(rows, "<i8").tobytes()


def read(folder: Path, limit: int | None = None) -> Samples:
    samples = Samples(folder)
    samples.update(limit)
    for _ in range(10_000):
        if not samples.behind:
            return samples
        samples.update(limit)
    raise AssertionError("it never comes to an end")


def test_what_was_seen_is_read_with_its_curves(tmp_path: Path) -> None:
    samples = read(write(tmp_path))
    assert not samples.incomplete
    assert [one.role for one in samples.processes] == [Role.HOST, Role.WORKER, Role.WORKER]
    assert [one.ordinal for one in samples.processes] == [None, 1, 2]
    last = samples.last(TWO)
    assert last is not None
    assert last == (4 * S, 0.25, MB, 2, ProcessState.RUNNING)
    cpu = samples.workers_cpu()
    assert cpu.at_ns.tolist() == [1 * S, 2 * S, 4 * S]
    # At the first look what was used since birth; then since the look before.
    np.testing.assert_allclose(cpu.values, [0.75 / 0.5, 1.5, 0.25])
    assert samples.workers_rss().values.tolist() == [2 * MB, 4 * MB, 2 * MB]
    busy = samples.machine_cpu()
    assert busy.at_ns.tolist() == [1 * S, 2 * S, 4 * S]
    np.testing.assert_allclose(busy.values, [0.5, 1.0, 0.5])
    assert samples.available().values.tolist() == [5 * MB] * 4
    assert samples.limit_bytes == 9 * MB


def test_bit_by_bit_it_is_the_same_as_all_at_once(tmp_path: Path, same: Compare) -> None:
    whole = read(write(tmp_path))
    for limit in (1, 2, 3, 5, 100):
        same(read(tmp_path, limit), whole)


def test_a_share_is_of_the_time_between_two_looks_and_not_two_rounds(tmp_path: Path) -> None:
    """A round takes a while where there are many."""
    rows = [[row(1, ONE, 0.1, late_s=0.5)], [row(2, ONE, 0.6)], [row(4, ONE, 0.6)]]
    samples = read(write(tmp_path, rounds=rows))
    np.testing.assert_allclose(samples.workers_cpu().values[1:], [1.0, 0.0])


def test_of_who_has_gone_the_last_look_counts_and_nobody_adds_its_memory(tmp_path: Path) -> None:
    ended = [*row(4, ONE, 1.5, state=GONE)]
    ended[1] = 3 * S  # that look was not kept
    rounds = [*ROWS[:2], [row(4, HOST, 0.2), tuple(ended), row(4, TWO, 1.5)]]
    lines = [*LINES, {"number": ONE, "gone_ns": 7 * S // 2}]
    samples = read(write(tmp_path, lines, rounds))
    assert samples.last(ONE) == (3 * S, None, MB, 2, GONE)
    assert samples.processes[ONE].gone_ns == 7 * S // 2
    assert samples.workers_rss().values[-1] == MB
    np.testing.assert_allclose(samples.workers_cpu().values[-1], 0.25 / 2 + 0.5 / 2)


def test_what_an_ended_worker_used_after_the_last_look_is_told_by_its_parent(
    tmp_path: Path,
) -> None:
    """It is told one round later than the worker was seen to have gone, and is paid then."""
    rounds = [
        ROWS[0],
        [row(2, HOST, 0.1), row(2, ONE, 0.25, state=GONE), row(2, TWO, 1.5)],
        [row(4, HOST, 0.2, children_s=0.65), row(4, TWO, 1.5)],
    ]
    samples = read(write(tmp_path, rounds=rounds))
    np.testing.assert_allclose(samples.workers_cpu().values, [1.5, 1.0, 0.2])


def test_a_worker_that_nobody_ever_saw_is_in_what_its_parent_is_told(tmp_path: Path) -> None:
    server = line(HOST, Role.FORK_SERVER)
    rounds = [
        [row(1, HOST, 0, children_s=5), row(1, ONE, 0.5)],
        [row(2, HOST, 0, children_s=5.5), row(2, ONE, 0.5)],
        [row(4, HOST, 0, children_s=5.5), row(4, ONE, 0.5)],
    ]
    samples = read(write(tmp_path, [server, *LINES[1:]], rounds))
    np.testing.assert_allclose(samples.workers_cpu().values[1:], [0.5, 0.0])


CHILD, GRANDCHILD = 3, 4
FAMILY = [
    *LINES,
    line(CHILD, Role.OF_TASK, parent=ONE),
    line(GRANDCHILD, Role.OF_TASK, parent=CHILD),
]


def test_what_tasks_started_is_counted_once_whoever_tells_of_it(tmp_path: Path) -> None:
    """0.3 s that nobody saw; 0.5 s of one that was looked at when it had used 0.4 s; its own child,
    0.2 s; and one that is still there, 0.1 s."""
    last = line(5, Role.OF_TASK, parent=TWO)
    rounds = [
        [row(1, ONE, 0), row(1, TWO, 0)],
        [row(2, ONE, 0, children_s=0.3), row(2, CHILD, 0.4), row(2, GRANDCHILD, 0.2)],
        [
            row(3, ONE, 0, children_s=1.0),
            row(3, CHILD, 0.4, state=GONE),
            row(3, GRANDCHILD, 0.2, state=GONE),
            row(3, 5, 0.1),
        ],
    ]
    machines = [machine(n, n, 2 * n) for n in range(1, 5)]
    samples = read(write(tmp_path, [*FAMILY, last], rounds, machines))
    assert samples.started_cpu_s == pytest.approx(0.3 + 0.5 + 0.2 + 0.1)


def test_who_starts_nothing_has_nothing_started(tmp_path: Path) -> None:
    assert read(write(tmp_path)).started_cpu_s == 0


def test_a_worker_whose_task_started_something_that_runs_is_at_work(tmp_path: Path) -> None:
    sleeps = ProcessState.SLEEPING
    for state, share in ((ProcessState.RUNNING, 0.5), (sleeps, 0.0)):
        rows = [
            row(1, ONE, 0, state=sleeps),
            row(1, TWO, 0, state=sleeps),
            row(1, CHILD, 0, state=sleeps),
            row(1, GRANDCHILD, 0, state=state),
        ]
        folder = tmp_path / state.name
        folder.mkdir()
        samples = read(write(folder, FAMILY, [rows], [machine(1, 1, 2), machine(2, 2, 4)]))
        assert samples.workers_runnable().values.tolist() == [share]


def test_the_run_s_own_cpus_are_those_of_all_its_processes(tmp_path: Path) -> None:
    """The worker's children tell of 0.5 s more than the looks at the child did."""
    rounds = [
        [row(1, HOST, 0.1), row(1, ONE, 0.1)],
        [row(2, HOST, 0.2), row(2, ONE, 0.3), row(2, CHILD, 0.4)],
        [row(3, HOST, 0.2), row(3, ONE, 0.4, children_s=0.9), row(3, CHILD, 0.4, state=GONE)],
    ]
    machines = [machine(n, n, 2 * n) for n in range(1, 5)]
    samples = read(write(tmp_path, FAMILY[:4], rounds, machines))
    np.testing.assert_allclose(samples.own_cpu().values[1:], [0.1 + 0.2 + 0.4 / 1.5, 0.1 + 0.5])
    np.testing.assert_allclose(samples.workers_cpu().values[1:], [0.2, 0.1])


def test_what_is_learnt_later_is_taken_over(tmp_path: Path) -> None:
    more = [
        {"number": TWO, "role": "resource tracker"},
        {"number": HOST, "name": "renamed\n"},
        {"number": ONE, "role": "worker", "ordinal": 7},
    ]
    samples = read(write(tmp_path, [*LINES, *more]))
    assert samples.processes[TWO].role is Role.RESOURCE_TRACKER
    assert samples.processes[TWO].ordinal is None
    assert samples.processes[HOST].name == "renamed?"
    assert samples.processes[ONE].ordinal == 7


def test_a_round_that_is_still_being_written_waits(tmp_path: Path) -> None:
    written = SampleFiles(tmp_path)
    written.write(dumped(LINES), b"", packed([machine(*MACHINES[0])]))
    samples = Samples(tmp_path)
    samples.update()
    assert samples.workers_cpu().at_ns.tolist() == [] and not samples.behind
    written._samples.append(packed(ROWS[0]))
    assert not samples.update() and samples.last(ONE) is None
    written._machine.append(packed([machine(*MACHINES[1])]))
    assert samples.update() and samples.last(ONE) is not None
    assert samples.incomplete, "nobody has said that it is all"
    written.write([], packed(ROWS[1]), packed([machine(*MACHINES[2])]))
    written.finish(dumped([{"end_ns": 5 * S}]))
    assert samples.update() and not samples.incomplete
    assert len(samples.workers_cpu().at_ns) == 2


def test_more_than_a_table_s_first_room_is_read_to_the_end(tmp_path: Path, same: Compare) -> None:
    rounds = [[row(n, HOST, n), row(n, ONE, n), row(n, TWO, n / 2)] for n in range(1, 400)]
    machines = [machine(n + 0.5 if n == 0 else n, n, 2 * n) for n in range(400)]
    samples = read(write(tmp_path, rounds=rounds, machines=machines), 100)
    np.testing.assert_allclose(samples.workers_cpu().values[1:], 1.5)
    same(samples, read(tmp_path))


# --- files that cannot be


def changed(at: tuple[int, int], column: str, value: int) -> list[list[Row]]:
    copy = [[list(one) for one in rows] for rows in ROWS]
    copy[at[0]][at[1]][SAMPLES.columns.index(column)] = value
    return [[tuple(one) for one in rows] for rows in copy]


BAD_ROWS = {
    "a negative time": ((1, 1), "at", -1),
    "a time after all times": ((1, 1), "at", 1 << 61),
    "a look before its round": ((1, 1), "at", S),
    "rounds out of order": ((1, 1), "round", S // 2),
    "a negative process": ((1, 1), "process", -1),
    "a process that there is not": ((1, 1), "process", 3),
    "a process twice in a round": ((1, 1), "process", 2),
    "negative CPU time": ((1, 1), "cpu", -(1 << 63)),
    "CPU time that falls": ((1, 1), "cpu", 0),
    "CPU time of its children that falls": ((0, 1), "children", S),
    "negative memory": ((1, 1), "rss", -1),
    "memory without end": ((1, 1), "rss", (1 << 63) - 1),
    "threads without end": ((1, 1), "threads", 1 << 40),
    "a state that there is not": ((1, 1), "state", 7),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_rows_that_cannot_be_are_left_out_with_all_that_follow(tmp_path: Path, name: str) -> None:
    samples = read(write(tmp_path, rounds=changed(*BAD_ROWS[name])), 2)
    assert samples.incomplete and not samples.behind
    assert len(samples.workers_cpu().at_ns) < len(ROWS)
    assert not samples.update()


BAD_LINES: dict[str, Any] = {
    "no number": LINES[1] | {"number": "1"},
    "a number that is left out": LINES[1] | {"number": 2},
    "a negative PID": LINES[1] | {"pid": -1},
    "a PID without end": LINES[1] | {"pid": 10**30},
    "a PID that is a truth": LINES[1] | {"pid": True},
    "a role that there is not": LINES[1] | {"role": "king"},
    "a role that is a list": LINES[1] | {"role": []},
    "a name that is none": LINES[1] | {"name": {}},
    "a parent that comes later": LINES[1] | {"parent": 1},
    "a time before all times": LINES[1] | {"at_ns": -5},
    "a birth after all times": LINES[1] | {"born_ns": 1 << 70},
    "an ordinal that is a text": LINES[1] | {"ordinal": "one"},
    "an end of nobody": {"number": 9, "gone_ns": 5},
    "an end before all times": {"number": 0, "gone_ns": -5},
    "nothing": {},
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_lines_that_cannot_be_are_left_out_with_all_that_follow(tmp_path: Path, name: str) -> None:
    samples = read(write(tmp_path, [LINES[0], BAD_LINES[name], *LINES[1:]]))
    assert samples.incomplete and not samples.behind
    assert [one.pid for one in samples.processes] == [100]
    assert samples.last(1) is None


BAD_MACHINES: dict[str, Row] = {
    "the same time again": machine(1, 3.5, 13),
    "time that runs backwards": machine(0.7, 3.5, 13),
    "busy time that falls": machine(2, 1, 13),
    "a negative size": machine(2, 3.5, 13, free=-1),
    "a size without end": machine(2, 3.5, 13, free=1 << 40),
}


@pytest.mark.parametrize("name", BAD_MACHINES)
def test_a_machine_that_cannot_be_ends_what_is_taken_in(tmp_path: Path, name: str) -> None:
    machines = [machine(*one) for one in MACHINES]
    machines[2] = BAD_MACHINES[name]
    samples = read(write(tmp_path, machines=machines))
    assert samples.incomplete and not samples.behind
    assert len(samples.machine_cpu().at_ns) <= 1


def test_more_busy_time_than_time_is_a_full_machine(tmp_path: Path) -> None:
    machines = [machine(*one) for one in MACHINES[:3]] + [machine(4, 1000, 17)]
    assert read(write(tmp_path, machines=machines)).machine_cpu().values[-1] == 1.0


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: HEADER_BYTES + 5])


def boast(path: Path) -> None:
    table = SAMPLES if path.name == SAMPLES.file_name else MACHINE
    path.write_bytes(header(table, 10**12) + path.read_bytes()[HEADER_BYTES:])


@pytest.mark.parametrize("name", [SAMPLES.file_name, MACHINE.file_name])
@pytest.mark.parametrize("deed", [cut, boast, lambda path: path.write_bytes(b"")])
def test_tables_that_are_none_leave_the_processes(
    tmp_path: Path, name: str, deed: Callable[[Path], None]
) -> None:
    deed(write(tmp_path) / name)
    samples = read(tmp_path)
    assert samples.incomplete and len(samples.processes) == 3
    assert len(samples.workers_cpu().at_ns) == 0


def test_lines_that_are_no_json_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path) / PROCESSES_FILE
    path.write_bytes(b"{torn\n[1]\n" + path.read_bytes() + b'{"number": 0, "gone')
    samples = read(tmp_path)
    assert len(samples.processes) == 3 and not samples.incomplete


def test_many_lines_are_taken_in_bit_by_bit(tmp_path: Path) -> None:
    count = 5000
    lines = [LINES[0] | {"number": number} for number in range(count)]
    (tmp_path / PROCESSES_FILE).write_text("".join(dumped(lines)))
    samples = Samples(tmp_path)
    samples.update(100)
    assert len(samples.processes) == 100 and samples.behind
    while samples.behind:
        samples.update(100)
    assert len(samples.processes) == count
