"""Which tables can be true: those of every run of ours, and none that was tampered with."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.host import listing
from poolscope.engine.journal import Journal, Status
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run
from poolscope.engine.trace import sound
from poolscope.engine.trace.layout import CHUNKS, FETCHED, ORDER, TASKS, WORKERS, Table
from poolscope.engine.trace.reader import Columns

MakeRun = Callable[..., Run]
WaitUntil = Callable[..., None]
TABLES = {"tasks": TASKS, "chunks": CHUNKS, "workers": WORKERS, "fetched": FETCHED, "order": ORDER}


def assert_opens(run_or_folder: Path, path: Path) -> Recording:
    """Saved and opened again, it says the same. Returns what was saved."""
    original = Recording(run_or_folder)
    original.update(ended=True)
    run_folder.save(run_or_folder, path)
    recording = run_folder.open_saved(path)
    assert recording.counts == original.counts
    assert recording.journal == original.journal
    run_folder.delete(recording.folder)
    return original


@pytest.mark.parametrize(
    ("task", "inputs", "settings"),
    [
        (":same", "range(3000)", {"chunksize": 1, "processes": 4}),
        (":same", "range(3000)", {"method": "imap", "processes": 2}),
        (":same", "range(300)", {"method": "imap_unordered", "chunksize": 7}),
        (":same", "[]", {}),
        (":same", "[]", {"method": "imap"}),
        (":same", "range(12)", {"maxtasksperchild": 1, "chunksize": 2}),
        (":same", "range(12)", {"method": "apply"}),
        (":raise_at_3", "range(60)", {"method": "apply_async"}),
        (":end_every_third", "range(30)", {"chunksize": 4, "processes": 3}),
        (":raise_base_at_3", "range(60)", {"method": "imap", "chunksize": 4}),
        (":raise_unreadable_at_3", "range(60)", {"chunksize": 4}),
        (":same", "[lambda: 1] * 20", {"chunksize": 3}),
    ],
)
def test_runs_of_all_kinds_can_be_saved_and_opened(
    finish: MakeRun, tmp_path: Path, task: str, inputs: str, settings: dict[str, object]
) -> None:
    run = finish(task, inputs, **settings)
    if run.recording.trace is not None:
        assert_opens(run.folder, tmp_path / "mine.poolscope")


@pytest.mark.parametrize("cut_by", ["stop", "kill"])
def test_so_can_those_that_were_cut_short(
    start: MakeRun, tmp_path: Path, wait_until: WaitUntil, cut_by: str
) -> None:
    run = start(":sleep", "[0.001] * 5000", chunksize=2, processes=3, method="imap")
    wait_until(lambda: (run.poll(), run.recording.counts.done > 20)[1])
    if cut_by == "stop":
        run.stop()
    else:
        os.kill(run.host_pid, signal.SIGKILL)
    assert run.wait(60)
    original = assert_opens(run.folder, tmp_path / "mine.poolscope")
    assert original.counts.not_run > 1000 and original.counts.done > 20


OTHER_APP = """
import sys
from pathlib import Path
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.run import Run
pool = PoolSettings(processes=3, chunksize=2, maxtasksperchild=5)
run = Run(Experiment(sys.argv[1], "[0.002] * 5000", pool), parent=Path(sys.argv[2]))
while run.recording.counts.done < 50:
    run.poll()
print(run.folder, run.host_pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends the run there only")
def test_so_can_what_an_app_has_left_that_was_killed(
    tmp_path: Path, data: Path, wait_until: WaitUntil
) -> None:
    command = [sys.executable, "-c", OTHER_APP, f"{data / 'faults.py'}:sleep", str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        folder, host = other.stdout.readline().split()
        other.kill()
    wait_until(lambda: not Path(f"/proc/{host}").exists())
    original = assert_opens(Path(folder), tmp_path / "mine.poolscope")
    assert original.journal.conclusion()[0] is Status.FAILED
    assert original.counts.done >= 50 and original.counts.not_run > 1000


# --- tables that were tampered with


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """A run folder: three chunks of four tasks and one of one, handed out in another order."""
    pool = PoolSettings(chunksize=4, method="imap_unordered", maxtasksperchild=1)
    experiment = Experiment(f"{data / 'faults.py'}:raise_at_3", "range(13)", pool, order="shuffled")
    run = Run(experiment, parent=tmp_path_factory.mktemp("runs"))
    assert run.wait(60)
    return run.folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A copy of it to tamper with."""
    return Path(shutil.copytree(original, tmp_path / "run", ignore=shutil.ignore_patterns("life*")))


def cells(folder: Path, table: Table) -> npt.NDArray[np.int64]:
    """The table to write to, by row and column."""
    data = np.load(folder / table.file_name, mmap_mode="r+")
    assert isinstance(data, np.memmap)
    return data


def refusal(folder: Path) -> str:
    with pytest.raises(ProblemError) as caught:
        Recording(folder, checked=True).update(ended=True)
    assert caught.value.problem.kind is Kind.NOT_A_RUN
    return str(caught.value.problem.values["error"])


def test_what_was_not_tampered_with_passes(folder: Path) -> None:
    recording = Recording(folder, checked=True)
    recording.update(ended=True)
    assert recording.counts.over == 13 and recording.counts.raised == 1
    assert recording.trace is not None and recording.trace.fetched is not None


@pytest.mark.parametrize("value", [-1, 2**60 + 1])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table, column)
        for table in (TASKS, CHUNKS, WORKERS, FETCHED)
        for column in table.columns
        if (table, column) not in ((WORKERS, "chunk"), (WORKERS, "exit_code"), (TASKS, "state"))
    ],
)
def test_no_column_takes_what_is_negative_or_huge(
    folder: Path, table: Table, column: str, value: int
) -> None:
    cells(folder, table)[0, table.columns.index(column)] = value
    assert refusal(folder) == f"{table.file_name} has a value in the column {column} that cannot be"


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "found"),
    [
        ("tasks", "state", 0, 1, "a state that there is not"),
        ("tasks", "begun", 0, 0, "a task that ended and never began"),
        ("tasks", "begun", 0, 2**59, "a task that ended before it began"),
        ("tasks", "ended", 0, 1, "a task that ended before it began"),
        ("tasks", "chunk", 0, 1, "a task that is not in its chunk"),
        ("tasks", "worker", 0, 0, "a task whose worker did not have its chunk"),
        ("chunks", "worker", 0, 0, "a task whose worker did not have its chunk"),
        ("tasks", "begun", 1, 1, "a worker that ran two tasks at once"),
        ("tasks", "worker", 0, 99, "a value in the column worker that cannot be"),
        ("chunks", "worker", 0, 99, "a value in the column worker that cannot be"),
        ("chunks", "first", 1, 3, "a chunk whose tasks are not its own"),
        ("chunks", "size", 0, 3, "a chunk whose tasks are not its own"),
        ("chunks", "size", 3, 2, "a chunk whose tasks are not its own"),
        ("chunks", "outcome", 0, 6, "a value in the column outcome that cannot be"),
        ("workers", "phase", 0, 10, "a value in the column phase that cannot be"),
        ("workers", "slot", 0, 512, "a value in the column slot that cannot be"),
        ("workers", "chunk", 0, 4, "a value in the column chunk that cannot be"),
        ("workers", "chunk", 0, -2, "a value in the column chunk that cannot be"),
        ("workers", "born", 200, 5, "a worker after rows without one"),
        ("workers", "exit_code", 0, 2**40, "a value in the column exit_code that cannot be"),
        ("order", "position", 0, 13, "it is no order"),
        ("order", "position", 0, -1, "it is no order"),
    ],
)
def test_tables_that_do_not_fit_one_another_are_refused(
    folder: Path, table: str, column: str, row: int, value: int, found: str
) -> None:
    data = cells(folder, TABLES[table])
    data[row, TABLES[table].columns.index(column)] = value
    assert found in refusal(folder)


def test_no_chunk_comes_after_those_that_were_not_handed_out(folder: Path) -> None:
    data = cells(folder, CHUNKS)
    first, size = CHUNKS.columns.index("first"), CHUNKS.columns.index("size")
    data[2, size], data[3, first] = 0, 8
    assert "a chunk after an empty one" in refusal(folder)


def test_the_tasks_of_a_chunk_begin_in_their_order(folder: Path) -> None:
    data = cells(folder, TASKS)
    for name in ("begun", "ended", "state"):
        data[4, TASKS.columns.index(name)] = 0
    assert "a task that began before the one in front of it" in refusal(folder)


def test_the_journal_is_to_agree_with_them(folder: Path) -> None:
    for facts in ({"inputs": 12, "chunks": 4}, {"inputs": 13, "chunks": 3}, {}):
        with pytest.raises(ProblemError) as caught:
            sound.check(folder, Journal(**facts))
        assert "another number of rows" in str(caught.value.problem.values["error"])


def test_more_time_in_tasks_than_there_is_would_not_fit_into_64_bits(folder: Path) -> None:
    data, chunks = cells(folder, TASKS), cells(folder, CHUNKS)
    begun, ended, worker, state = (
        TASKS.columns.index(name) for name in ("begun", "ended", "worker", "state")
    )
    data[:, begun], data[:, ended], data[:, state], data[:, worker] = 1, 2**60, 4, 1
    data[:, TASKS.columns.index("chunk")] = np.arange(13) // 4
    chunks[:, CHUNKS.columns.index("worker")] = 1
    assert "more work than there is time" in refusal(folder)


def test_what_does_not_fit_into_the_memory_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "WORKER_BYTES", 1 << 50)
    assert "of memory" in refusal(folder)


def test_blocks_make_no_difference(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 3, 4, 5, 13):
        monkeypatch.setattr(sound, "BLOCK", size)
        Recording(folder, checked=True).update(ended=True)
    cells(folder, TASKS)[1, TASKS.columns.index("begun")] = 1
    for size in (1, 2, 13):
        monkeypatch.setattr(sound, "BLOCK", size)
        assert "two tasks at once" in refusal(folder)


def test_its_limits_are_those_of_the_host() -> None:
    assert sound.MOST_TASKS == listing.COUNT_LIMIT


# --- files that are no tables


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (np.zeros((13, 5), ">i8", "F"), ">i8 of shape (13, 5), as another version"),
        (np.zeros((13, 5), "<f8", "F"), "<f8 of shape (13, 5), as another version"),
        (np.zeros((13, 4), "<i8", "F"), "<i8 of shape (13, 4), as another version"),
        (np.zeros((13, 5), "<i8", "C"), "<i8 of shape (13, 5), as another version"),
        (np.zeros((13, 5, 1), "<i8", "F"), "it is no table"),
        (np.zeros((13, 5), object, "F"), "|O of shape (13, 5), as another version"),
        (np.zeros((13, 5), [("a", "<i8")], "F"), "it is no table"),
    ],
    ids=["big-endian", "floats", "narrow", "by row", "deep", "objects", "fields"],
)
def test_another_form_of_table_is_refused_and_never_unpickled(
    tmp_path: Path, data: npt.NDArray[np.generic], found: str
) -> None:
    np.save(tmp_path / TASKS.file_name, data, allow_pickle=True)
    with pytest.raises(ProblemError) as caught:
        Columns(tmp_path, TASKS)
    assert found in str(caught.value.problem.values["error"])


@pytest.mark.parametrize(
    "shape",
    ["(999999999999999, 5)", "(-1, 5)", "(13, 5) + ()", "[13, 5]", "(13, __import__('os'))"],
)
def test_a_header_is_not_believed(tmp_path: Path, shape: str) -> None:
    text = f"{{'descr': '<i8', 'fortran_order': True, 'shape': {shape}, }}".ljust(117) + "\n"
    head = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()
    (tmp_path / TASKS.file_name).write_bytes(head + bytes(13 * 5 * 8))
    with pytest.raises(ProblemError) as caught:
        Columns(tmp_path, TASKS)
    assert str(caught.value.problem.values["error"]).startswith("tasks.npy: it is ")
