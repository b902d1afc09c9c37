"""A full disk at each moment of a run: one sentence, nothing lost that was written, nobody left.

The disk is a real one of a megabyte where this user may mount one, and otherwise, or besides, the
limit of the size of a file that the system keeps for a process: both refuse to write.
"""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.export.target import written
from poolscope.engine.journal import Status
from poolscope.engine.messages import LineTail, append_line
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run

resource = pytest.importorskip("resource", reason="limits of POSIX")
LIMIT_S = 60
MakeRun = Callable[..., Run]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of a disk of one megabyte, of root's or of this process's own making."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=1m,mode=0777", "none", str(folder)]
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk: see the last test")
    done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Write a file until the disk is full, then give `leave` bytes free again."""
    path = folder / "filling"
    with open(path, "ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as error:
            full = error.errno == errno.ENOSPC
        assert full
        file.truncate(max(0, file.tell() - leave))
    return path


def experiment(task: str, inputs: str, data: Path, **settings: object) -> Experiment:
    pool = PoolSettings(**({"processes": 2, "chunksize": 1} | settings))  # type: ignore[arg-type]
    return Experiment(f"{data / 'faults.py'}:{task}", inputs, pool)


def until(run: Run, condition: Callable[[], object], wait_until: Callable[..., None]) -> None:
    wait_until(lambda: (run.poll() and False) or run.over or condition())


def no_limits(run: Run) -> None:
    """From now on no process of the run can make a file longer, and files only as long as now."""
    for process in psutil.Process(os.getpid()).children(recursive=True):
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


# --- lines


def test_a_line_that_a_full_disk_has_torn_costs_nobody_else_theirs(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    tail = LineTail(path)
    append_line(path, {"line": 1})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 5, hard))
    try:
        for _ in range(3):
            with pytest.raises(OSError, match="File too large"):
                append_line(path, {"line": 2, "long": "x" * 50})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.stat().st_size == len('{"line": 1}\n') + 5, "half of it was written"
    assert list(tail.read()) == [{"line": 1}]
    append_line(path, {"line": 3})
    append_line(path, {"line": 4})
    assert list(tail.read()) == [{"line": 3}, {"line": 4}]


# --- before the run


def test_a_run_folder_on_a_full_disk_is_a_problem_and_leaves_nothing(
    disk: Path, data: Path
) -> None:
    filling = fill(disk)
    with pytest.raises(ProblemError) as caught:
        Run(experiment("same", "[1]", data), parent=disk)
    assert caught.value.problem.kind in (Kind.NOT_WRITABLE, Kind.DISK_FULL)
    assert list(disk.iterdir()) == [filling]


@pytest.mark.parametrize("leave", [16_384, 65_536, 131_072, 262_144])
def test_tables_without_room_are_a_problem_before_anything_runs(
    disk: Path, data: Path, leave: int
) -> None:
    fill(disk, leave)
    run = Run(experiment("same", "range(4000)", data), parent=disk)
    assert run.wait(LIMIT_S)
    assert run.status is Status.FAILED and run.problem is not None
    assert run.problem.kind in (Kind.NO_SPACE, Kind.DISK_FULL)
    assert str(run.folder) in run.problem.values["path"]
    assert run.recording.counts.done == 0


def test_a_limit_of_files_is_as_good_as_a_full_disk(finish: MakeRun) -> None:
    limit = "(100_000, -1)"
    run = finish(
        ":same", f"__import__('resource').setrlimit(1, {limit}) or range(20_000)", chunksize=1
    )
    assert run.problem is not None and run.problem.kind is Kind.NO_SPACE


# --- in the middle of it


def test_a_disk_that_fills_up_during_a_run_costs_texts_and_nothing_else(
    disk: Path, data: Path, wait_until: Callable[..., None]
) -> None:
    """Tasks are recorded to the last, whose notes of what they raise find no room any more."""
    go = disk.parent / "go"
    inputs = f"[(n, {str(go)!r}) for n in range(300)]"
    run = Run(experiment("raise_at_3_after", inputs, data), parent=disk)
    until(run, lambda: run.recording.counts.running == 2, wait_until)
    fill(disk)
    go.touch()
    assert run.wait(LIMIT_S)
    counts = run.recording.counts
    assert (counts.done, counts.raised, counts.lost) == (299, 1, 0)
    assert run.status is Status.FAILED and run.problem is not None
    assert run.problem.kind is Kind.TASK_RAISED
    assert "three is too much" in run.problem.values["error"], "and no OSError in its place"
    assert [fault.problem.kind for fault in run.recording.journal.faults] == [Kind.DISK_FULL]
    again = Recording(run.folder)
    again.update(ended=True)
    assert again.counts == counts and again.journal.ended


def test_results_whose_texts_have_no_room_are_said(
    disk: Path, data: Path, wait_until: Callable[..., None]
) -> None:
    go = disk.parent / "go"
    inputs = f"[(n, {str(go)!r}) for n in range(4, 2000)]"
    run = Run(experiment("raise_at_3_after", inputs, data), parent=disk)
    until(run, lambda: run.recording.counts.running == 2, wait_until)
    filling = fill(disk, 8192)
    go.touch()
    assert run.wait(LIMIT_S)
    assert run.status is Status.FAILED and run.problem is not None
    assert run.problem.kind is Kind.DISK_FULL
    assert run.problem.values["path"] == str(run.folder)
    assert run.recording.counts.done == 1996
    kept = (run.folder / "results.jsonl").read_bytes().splitlines(keepends=True)
    assert 100 < len(kept) < 1996 and all(json.loads(line) for line in kept)
    assert run.recording.journal.returned_ns is not None
    # What cannot be written elsewhere either leaves the earlier file whole.
    filling.write_bytes(b"")
    path = disk / "run.poolscope"
    run_folder.save(run.folder, path)
    earlier = path.read_bytes()
    fill(disk)
    with pytest.raises(ProblemError) as caught:
        run_folder.save(run.folder, path)
    assert caught.value.problem.kind is Kind.NOT_WRITABLE
    assert path.read_bytes() == earlier
    assert not list(disk.glob(".*")), "and nothing beside it"


@pytest.mark.parametrize("method", ["map", "imap_unordered", "apply_async"])
def test_where_nothing_can_be_written_any_more_the_trace_is_whole(
    start: MakeRun, wait_until: Callable[..., None], tmp_path: Path, method: str
) -> None:
    """Not even the last words: the app finds out, and says so."""
    go = tmp_path / "go"
    inputs = f"[(n, {str(go)!r}) for n in range(4, 40)]"
    run = start(":raise_at_3_after", inputs, method=method, chunksize=None)
    until(run, lambda: run.recording.counts.running == 2, wait_until)
    no_limits(run)
    go.touch()
    assert run.wait(LIMIT_S)
    assert run.status is Status.FAILED and run.problem is not None
    assert run.recording.counts.done == 36
    assert run.problem.kind is Kind.DISK_FULL


def test_a_print_that_fails_is_the_task_s_own_exception(
    start: MakeRun, wait_until: Callable[..., None], tmp_path: Path
) -> None:
    go = tmp_path / "go"
    run = start(":print_after", f"[{str(go)!r}] * 2", chunksize=1)
    until(run, lambda: run.recording.counts.running == 2, wait_until)
    workers = psutil.Process(run.host_pid).children(recursive=True)
    for worker in workers:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    go.touch()
    assert run.wait(LIMIT_S)
    assert run.problem is not None and run.problem.kind is Kind.TASK_RAISED
    assert "File too large" in run.problem.values["error"]
    assert run.recording.counts.raised == 2


def test_more_workers_than_the_table_has_room_for_end_the_run(
    disk: Path, data: Path, wait_until: Callable[..., None]
) -> None:
    """The table of workers grows in a thread of Pool's, where nobody looks for an exception."""
    go = disk.parent / "go"
    inputs = f"[(n, {str(go)!r}) for n in range(4, 700)]"
    settings = experiment("raise_at_3_after", inputs, data, maxtasksperchild=1, processes=4)
    run = Run(settings, parent=disk)
    until(run, lambda: run.recording.counts.running == 4, wait_until)
    fill(disk)
    go.touch()
    assert run.wait(LIMIT_S)
    assert run.status is Status.FAILED and run.problem is not None
    assert run.problem.kind is Kind.DISK_FULL
    assert 200 < run.recording.counts.done < 696


def test_a_run_on_a_full_disk_is_stopped_as_any_other(
    disk: Path, data: Path, wait_until: Callable[..., None]
) -> None:
    run = Run(experiment("sleep", "[0] * 30 + [600, 600]", data), parent=disk)
    until(run, lambda: run.recording.counts.running == 2, wait_until)
    fill(disk)
    run.stop()
    assert run.wait(LIMIT_S)
    assert run.status is Status.STOPPED
    assert [fault.problem.kind for fault in run.recording.journal.faults] == [Kind.DISK_FULL]
    assert run.recording.counts.done == 30


def test_a_host_that_is_killed_while_the_disk_is_full_is_said_to_have_been(
    disk: Path, data: Path, wait_until: Callable[..., None]
) -> None:
    run = Run(experiment("sleep", "[600, 600]", data), parent=disk)
    until(run, lambda: run.recording.counts.running == 2, wait_until)
    fill(disk)
    os.kill(run.host_pid, signal.SIGKILL)
    assert run.wait(LIMIT_S)
    assert run.problem is not None and run.problem.kind is Kind.HOST_DIED
    again = Recording(run.folder)
    again.update(ended=True)
    assert again.journal.problem is not None, "for this there was room kept back"
    assert again.journal.problem.kind is Kind.HOST_DIED


def test_a_run_folder_that_goes_away_is_named_at_the_end(
    start: MakeRun, wait_until: Callable[..., None], tmp_path: Path
) -> None:
    go = tmp_path / "go"
    run = start(":raise_at_3_after", f"[(n, {str(go)!r}) for n in range(4, 8)]")
    until(run, lambda: run.recording.counts.running == 2, wait_until)
    shutil.rmtree(run.folder)
    go.touch()
    assert run.wait(LIMIT_S)
    assert run.status is Status.FAILED and run.problem is not None
    assert run.problem.kind is Kind.RUN_NOT_RECORDED
    assert run.problem.values["path"] == str(run.folder)
    assert not run.folder.exists()


def test_what_is_sampled_leaves_the_last_of_the_disk_to_the_run(disk: Path, data: Path) -> None:
    run = Run(experiment("sleep", "[0.4, 0.4]", data), parent=disk)
    assert run.wait(LIMIT_S)
    assert run.status is Status.FINISHED and not run.recording.journal.faults
    assert run.sampler.problem is not None and run.sampler.problem.kind is Kind.DISK_FULL
    assert run.recording.samples.incomplete and run.recording.samples.processes
    assert not (run.folder / "samples.npy").exists()


# --- other files


def test_a_file_on_a_full_disk_leaves_the_earlier_one_whole(disk: Path) -> None:
    path = disk / "results.csv"
    path.write_text("earlier")
    filling = fill(disk)

    def write() -> None:
        with written(path) as part:
            part.write_bytes(bytes(100_000))

    with pytest.raises(ProblemError) as caught:
        write()
    assert "No space left" in caught.value.problem.values["error"]
    assert path.read_text() == "earlier"
    assert set(disk.iterdir()) == {path, filling}


def test_the_command_says_it_in_one_line(disk: Path, tmp_path: Path) -> None:
    fill(disk)
    command = [sys.executable, "-m", "poolscope.gui", "run", "laborator"]
    env = os.environ | {"XDG_DATA_HOME": str(disk)}
    said = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=LIMIT_S, cwd=tmp_path, check=False
    )
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1 and "No space left" in said.stderr
    assert str(disk) in said.stderr and said.stdout == ""


def test_an_ordinary_user_has_all_this_tested_in_a_namespace_of_their_own() -> None:
    if os.geteuid() == 0:
        pytest.skip("root has mounted the disks above")
    enter = ["unshare", "--map-root-user", "--mount"]
    if shutil.which(enter[0]) is None or subprocess.run([*enter, "true"], check=False).returncode:
        pytest.skip("this user may not make a namespace to mount a disk in")
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not limit"]
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [*enter, *tests, __file__], cwd=root, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout
    assert "skipped" not in said.stdout.replace("1 skipped", "", 1)
