"""The kept run by one process that a speed-up is measured against."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment
from poolscope.engine.journal import Status
from poolscope.engine.metrics.baseline import serial_run
from poolscope.engine.metrics.measuring import measure_run
from poolscope.engine.run import Run

TASKS = Experiment("sleep", "[0.01] * 8")
ONE = TASKS.with_pool(processes=1)


def run(experiment: Experiment, folder: Path) -> Run:
    started = Run(experiment, parent=folder)
    assert started.wait(30)
    return started


def told(folder: Path, **changes: Any) -> None:
    """Have a run's experiment.json say something else."""
    path = folder / "experiment.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_without_a_run_by_one_there_is_none(tmp_path: Path) -> None:
    assert serial_run(run(TASKS, tmp_path).recording, tmp_path) is None


def test_the_newest_run_by_one_of_the_same_tasks_is_found(tmp_path: Path) -> None:
    run(ONE, tmp_path)
    newest = run(ONE.with_pool(chunksize=2, method="imap"), tmp_path)
    both = run(TASKS, tmp_path)
    found = serial_run(both.recording, tmp_path)
    assert found is not None and found.makespan_s == newest.recording.journal.makespan_s
    assert found.started == newest.recording.started
    figures = measure_run(both.recording, serial=found)
    assert figures.makespan_s is not None
    assert figures.speed_up == pytest.approx(found.makespan_s / figures.makespan_s)


def test_a_run_by_one_is_its_own(tmp_path: Path) -> None:
    run(ONE, tmp_path)
    second = run(ONE, tmp_path)
    found = serial_run(second.recording, tmp_path)
    assert found is not None and found.makespan_s == second.recording.journal.makespan_s
    assert measure_run(second.recording, serial=found).speed_up == 1.0


def test_so_it_is_where_it_was_opened_from_a_file(tmp_path: Path) -> None:
    kept = run(ONE, tmp_path)
    run_folder.save(kept.folder, tmp_path / "one.poolscope")
    opened = run_folder.open_saved(tmp_path / "one.poolscope")
    try:
        found = serial_run(opened, tmp_path)
        assert found is not None and found.makespan_s == kept.recording.journal.makespan_s
    finally:
        run_folder.delete(opened.folder)


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, inputs="[0.01] * 7"),
        replace(ONE, task="mixed"),
        ONE.with_place(cwd="/"),
        ONE.with_pool(processes=2),
    ],
)
def test_a_run_of_something_else_does_not_count(tmp_path: Path, other: Experiment) -> None:
    run(other, tmp_path)
    assert serial_run(run(TASKS, tmp_path).recording, tmp_path) is None


def test_a_run_by_one_that_failed_is_none_and_not_its_own_either(tmp_path: Path) -> None:
    failing = Experiment("sleep", "(0, 'x')").with_pool(processes=1)
    failed = run(failing, tmp_path)
    assert failed.status is Status.FAILED
    assert serial_run(failed.recording, tmp_path) is None
    assert serial_run(run(failing.with_pool(processes=2), tmp_path).recording, tmp_path) is None


def test_a_run_on_another_machine_or_by_another_python_does_not_count(tmp_path: Path) -> None:
    one, both = run(ONE, tmp_path), run(TASKS, tmp_path)
    assert serial_run(both.recording, tmp_path) is not None
    machine = json.loads((one.folder / "experiment.json").read_text())["machine"]
    told(one.folder, machine=machine | {"physical": 1_000})
    assert serial_run(both.recording, tmp_path) is None
    told(one.folder, machine=machine)
    events = one.folder / "events.jsonl"
    version = both.recording.journal.host["python"]
    events.write_text(events.read_text().replace(f'"{version}"', '"2.7.18"'))
    assert serial_run(both.recording, tmp_path) is None


@pytest.mark.parametrize("file", ["tasks.npy", "events.jsonl", "experiment.json"])
def test_what_cannot_be_read_is_passed_over(tmp_path: Path, file: str) -> None:
    first, second = run(ONE, tmp_path), run(ONE, tmp_path)
    (second.folder / file).write_bytes(b"\x93NUMPY nothing")
    found = serial_run(run(TASKS, tmp_path).recording, tmp_path)
    assert found is not None and found.makespan_s == first.recording.journal.makespan_s
