"""Runs that are kept, and those that were broken off with their app."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from poolscope.engine import history
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.history import State, open_kept, past_runs, settle_broken, state_of
from poolscope.engine.messages import append_line
from poolscope.engine.names import EVENTS_FILE, EXPERIMENT_FILE
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run, Status
from poolscope.engine.trace import ending
from poolscope.engine.trace.layout import TASKS, TaskState

MakeRun = Callable[..., Run]
WaitUntil = Callable[..., None]
APP = """
import sys, time
from pathlib import Path
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.run import Run
run = Run(Experiment("sleep", "[0.01] * 6 + [60] * 6", PoolSettings(2, chunksize=3)),
          parent=Path(sys.argv[1]))
while run.recording.counts.done < 6 or run.recording.counts.running < 2:
    run.poll()
    time.sleep(0.01)
print(run.host_pid, flush=True)
while True:
    run.poll()
    time.sleep(0.01)
"""


@pytest.fixture
def broken(tmp_path: Path, wait_until: WaitUntil) -> Path:
    """The folder of a run whose app was killed in the middle of it."""
    parent = tmp_path / "runs"
    parent.mkdir()
    app = subprocess.Popen([sys.executable, "-c", APP, str(parent)], stdout=subprocess.PIPE)
    assert app.stdout is not None
    host_pid = int(app.stdout.readline())
    (folder,) = parent.iterdir()
    assert state_of(folder) is State.RUNNING
    assert settle_broken(parent) == []
    with pytest.raises(ProblemError) as caught:
        open_kept(folder)
    assert caught.value.problem.kind is Kind.RUN_ELSEWHERE
    app.kill()
    app.communicate()
    wait_until(lambda: not psutil.pid_exists(host_pid))
    return folder


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a lifeline")
def test_a_run_whose_app_was_killed_is_settled_once_with_every_finished_row(broken: Path) -> None:
    (listed,) = past_runs(broken.parent)
    assert (listed.state, listed.tasks, listed.done) == (State.BROKEN_OFF, 12, 6)
    before = np.load(broken / TASKS.file_name)
    (past,) = settle_broken(broken.parent)
    assert (past.folder, past.state, past.done) == (broken, State.FAILED, 6)
    after = np.load(broken / TASKS.file_name)
    done = before[:, TASKS.columns.index("state")] == TaskState.DONE
    assert np.array_equal(after[done], before[done]) and done.sum() == 6
    assert settle_broken(broken.parent) == []
    recording = open_kept(broken)
    counts = recording.counts
    assert (counts.done, counts.lost, counts.not_run, counts.running) == (6, 2, 4, 0)
    status, problem = recording.journal.conclusion()
    assert status is Status.FAILED and problem is not None and problem.kind is Kind.APP_ENDED
    assert len((broken / EVENTS_FILE).read_text().split("app_ended")) == 2
    assert broken.exists()


def test_kept_runs_are_listed_with_the_newest_first(tmp_path: Path) -> None:
    for task in ("sleep", "laborator", "sleep"):
        run = Run(Experiment(task, "[0]", PoolSettings(1)), parent=tmp_path)
        assert run.wait(60)
    listed = past_runs(tmp_path)
    assert [past.experiment.task for past in listed] == ["sleep", "laborator", "sleep"]
    assert listed == sorted(listed, key=lambda past: past.folder.name, reverse=True)
    assert {past.state for past in listed} == {State.FINISHED}
    assert [(past.tasks, past.done) for past in listed] == [(1, 1)] * 3
    assert past_runs(tmp_path, limit=2) == listed[:2]
    assert settle_broken(tmp_path) == []


def test_what_cannot_be_read_is_passed_over(finish: MakeRun, tmp_path: Path) -> None:
    run = finish(":same", "range(3)")
    (tmp_path / "a file").write_text("")
    for number, (name, text) in enumerate(
        [
            (EXPERIMENT_FILE, "no json"),
            (EXPERIMENT_FILE, '{"experiment": {}, "started": 5}'),
            (TASKS.file_name, "no table"),
            (EVENTS_FILE, "\x00\nno events\n[1]\n"),
        ]
    ):
        copy = tmp_path / f"9999{number}"
        shutil.copytree(run.folder, copy, ignore=shutil.ignore_patterns("lifeline", "owner"))
        (copy / name).write_text(text)
    (tmp_path / "99999").mkdir()
    folders = [past.folder for past in past_runs(tmp_path)]
    assert folders == [tmp_path / "99993", run.folder]  # without events it is a run all the same
    settle_broken(tmp_path)
    assert [past.state for past in past_runs(tmp_path)] == [State.FAILED, State.FINISHED]
    assert past_runs(tmp_path / "nowhere") == []


def test_tasks_beyond_the_limit_are_not_counted(finish: MakeRun, monkeypatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    run = finish(":same", "range(30)")
    monkeypatch.setattr(history, "COUNT_LIMIT", 29)
    (past,) = past_runs(tmp_path)
    assert (past.folder, past.tasks, past.done) == (run.folder, 30, None)


def test_a_run_of_a_later_version_is_neither_opened_nor_changed(finish: MakeRun) -> None:
    run = finish(":same", "range(3)")
    fault = {"event": "fault", "problem": {"kind": "yet_unknown"}, "at_ns": 1, "count": 1}
    append_line(run.folder / EVENTS_FILE, fault)
    before = (run.folder / EVENTS_FILE).read_bytes()
    with pytest.raises(ProblemError) as caught:
        open_kept(run.folder)
    assert caught.value.problem.kind is Kind.NOT_A_RUN
    assert "another version of Poolscope" in caught.value.problem.values["error"]
    assert settle_broken(run.folder.parent) == []
    assert (run.folder / EVENTS_FILE).read_bytes() == before


@pytest.mark.parametrize("torn", ["header", "worker", "cut"])
def test_tables_that_a_crash_has_torn_are_refused_or_settled(finish: MakeRun, torn: str) -> None:
    run = finish(":same", "range(3)")
    path = run.folder / TASKS.file_name
    table = np.load(path, mmap_mode="r+")
    table[1, TASKS.columns.index("state")] = TaskState.OPEN
    table[1, TASKS.columns.index("worker")] = 10**9
    table.flush()
    del table
    if torn == "worker":
        ending.finish(run.folder)
        assert np.load(path)[1, TASKS.columns.index("state")] == TaskState.LOST
    else:
        data = path.read_bytes()
        path.write_bytes(b"\0" * 128 + data[128:] if torn == "header" else data[:-8])
        with pytest.raises(ProblemError) as caught:
            ending.finish(run.folder)
        assert caught.value.problem.kind is Kind.NOT_A_RUN
    with pytest.raises(ProblemError) as caught:
        open_kept(run.folder)
    assert caught.value.problem.kind is Kind.NOT_A_RUN


def test_what_cannot_be_settled_is_shown_all_the_same(
    finish: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finish(":same", "range(3)")
    table = np.load(run.folder / TASKS.file_name, mmap_mode="r+")
    table[1, TASKS.columns.index("state")] = TaskState.OPEN
    table.flush()

    def protected(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ending, "mapped", protected)
    with pytest.raises(ProblemError) as caught:
        ending.finish(run.folder)
    assert caught.value.problem.kind is Kind.RUN_NOT_RECORDED
    counts = open_kept(run.folder).counts
    assert (counts.done, counts.lost) == (2, 1)


def test_a_host_s_pid_that_another_process_has_by_now_keeps_no_run_alive(
    finish: MakeRun, tmp_path: Path
) -> None:
    run = finish(":same", "range(3)")
    copy = tmp_path / "copy"
    shutil.copytree(run.folder, copy, ignore=shutil.ignore_patterns("lifeline", "owner"))
    events = (copy / EVENTS_FILE).read_text().splitlines()
    cut = [line for line in events if '"ended"' not in line]
    text = "\n".join(cut).replace(f'"pid": {run.host_pid}', '"pid": 1') + "\n"
    (copy / EVENTS_FILE).write_text(text)
    assert state_of(copy) is State.BROKEN_OFF


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of POSIX")
def test_a_kept_run_is_not_changed_by_being_opened(finish: MakeRun) -> None:
    run = finish(":raise_at_3", "range(8)", chunksize=4)
    before = {file: file.stat().st_mtime_ns for file in run.folder.rglob("*") if file.is_file()}
    recording = open_kept(run.folder)
    assert isinstance(recording, Recording) and recording.folder == run.folder
    after = {file: file.stat().st_mtime_ns for file in run.folder.rglob("*") if file.is_file()}
    assert after == before
    assert recording.counts == run.recording.counts


def test_what_a_list_counts_is_bounded_over_all_its_runs(
    finish: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        finish("laborator", "(0,) * 20")
    monkeypatch.setattr(history, "COUNT_LIMIT", 45)
    assert [past.done for past in past_runs(tmp_path)] == [20, 20, None]
