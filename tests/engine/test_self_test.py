"""The machine is measured once, by real runs, and what was found is kept for it alone."""

import dataclasses
import json
import tempfile
from pathlib import Path

import pytest

from poolscope.engine import self_test
from poolscope.engine.experiment import (
    PROCESSES_HERE,
    Experiment,
    PoolSettings,
    start_methods,
)
from poolscope.engine.explain.costs import Costs
from poolscope.engine.machine import Machine, describe
from poolscope.engine.run import Run
from poolscope.engine.self_test import SelfTest, costs_here

LIMIT_S = 60
COSTS = Costs(30e-6, 0.2e-6, {"fork": 0.002}, cpus=2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "costs.json"


@pytest.fixture(scope="module")
def measured() -> SelfTest:
    test = SelfTest()
    assert test.wait(LIMIT_S)
    return test


def kept(file: Path, costs: Costs = COSTS, machine: Machine | None = None) -> None:
    test = SelfTest(machine=machine)
    test.stop()
    test.costs = costs
    assert test.keep(file)


def test_it_finds_what_a_pool_costs_here(measured: SelfTest) -> None:
    costs = measured.costs
    assert costs is not None
    assert set(costs.start_s) == set(start_methods())
    assert costs.cpus == describe().usable
    assert 0 < costs.in_chunk_s < costs.trip_s, "the way costs more than the task in a chunk"
    if "spawn" in costs.start_s and "fork" in costs.start_s:
        assert costs.start_s["fork"] < costs.start_s["spawn"]


def test_tasks_far_below_the_break_even_are_slower_than_a_loop_and_far_above_quicker(
    measured: SelfTest, tmp_path: Path
) -> None:
    """By a factor of 20 to both sides: machines are noisy."""
    costs = measured.costs
    assert costs is not None
    even_s = costs.break_even_s(2)
    if even_s is None:
        pytest.skip("one CPU: a pool is never quicker")
    assert _makespan_s(2, even_s / 20, 2000, tmp_path) > 2000 * even_s / 20
    pairs = [
        (_makespan_s(2, even_s * 20, 200, tmp_path), _makespan_s(1, even_s * 20, 200, tmp_path))
        for _ in range(3)
    ]
    assert min(two for two, _ in pairs) < min(one for _, one in pairs)


def _makespan_s(workers: int, task_s: float, count: int, folder: Path) -> float:
    """Of tasks that compute for so long; one worker gets all of them at once, as in a loop."""
    source = (
        "import time\n"
        "def compute(seconds):\n"
        "    end = time.thread_time() + seconds\n"
        "    while time.thread_time() < end: pass\n"
    )
    pool = PoolSettings(workers, chunksize=1 if workers > 1 else count)
    run = Run(Experiment("compute", f"[{task_s}] * {count}", pool, source=source), parent=folder)
    assert run.wait(LIMIT_S)
    makespan_s = run.recording.journal.makespan_s
    assert makespan_s is not None
    return makespan_s


def test_it_leaves_nothing_behind(tmp_path: Path) -> None:
    test = SelfTest(parent=tmp_path)
    assert test.wait(LIMIT_S) and test.costs is not None
    assert list(tmp_path.iterdir()) == []


def test_it_is_stopped_at_once_and_has_found_nothing(tmp_path: Path) -> None:
    test = SelfTest(parent=tmp_path)
    while not list(tmp_path.iterdir()):
        test.poll()
    test.stop()
    assert test.wait(LIMIT_S)
    assert test.costs is None and not test.keep(tmp_path / "costs.json")
    assert list(tmp_path.iterdir()) == []
    assert not test.poll()


def test_one_that_was_never_begun_is_stopped(tmp_path: Path) -> None:
    test = SelfTest(parent=tmp_path)
    test.stop()
    assert test.over and test.costs is None


def test_where_nothing_can_be_run_nothing_is_found(tmp_path: Path) -> None:
    test = SelfTest(parent=tmp_path / "not there")
    assert test.wait(LIMIT_S)
    assert test.costs is None


def test_a_folder_of_another_program_is_not_cleared_out_while_it_runs(tmp_path: Path) -> None:
    """Whose it is stands in it, as in that of an opened run."""
    test = SelfTest()
    try:
        test.poll()
        (folder,) = Path(tempfile.gettempdir()).glob(f"{self_test.run_folder.OPENED_PREFIX}*")
        assert self_test.run_folder.owned(folder)
    finally:
        test.stop()
        assert test.wait(LIMIT_S)


def test_what_was_found_is_kept_and_comes_back(file: Path) -> None:
    assert costs_here(file) is None
    kept(file)
    assert costs_here(file) == COSTS


def test_what_another_machine_costs_is_forgotten(file: Path) -> None:
    kept(file, machine=dataclasses.replace(describe(), affinity=77))
    assert costs_here(file) is None
    assert not file.exists()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"of": 1}', "[" * 100_000, "\0", '{"of": ' * 9]
)
def test_a_damaged_file_is_deleted(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert costs_here(file) is None and not file.exists()


def test_costs_that_cannot_be_are_not_believed(file: Path) -> None:
    kept(file)
    data = json.loads(file.read_text())
    data["costs"]["trip_s"] = -1.0
    file.write_text(json.dumps(data))
    assert costs_here(file) is None and not file.exists()


def test_a_place_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    test = SelfTest()
    test.stop()
    test.costs = COSTS
    assert not test.keep(tmp_path / "file" / "costs.json")


def test_it_is_kept_beside_the_runs(own_folders: Path) -> None:
    kept(self_test._file())
    try:
        assert costs_here() == COSTS
        assert self_test._file().parent == self_test.run_folder.root().parent
    finally:
        self_test._file().unlink()


def test_a_machine_with_more_cpus_than_a_pool_has_workers_is_measured_with_these() -> None:
    cpus = PROCESSES_HERE + 256
    machine = dataclasses.replace(describe(), logical=cpus, affinity=cpus, quota=None)
    test = SelfTest(machine=machine)
    test.stop()
    test._found = {"trip": 30e-6, "in_chunk": 0.2e-6}
    test._conclude()
    assert test.costs is not None and test.costs.cpus == PROCESSES_HERE
