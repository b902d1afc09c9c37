"""Where runs live: making, saving, opening and clearing out."""

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine import machine, run_folder
from poolscope.engine.experiment import Experiment
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run

MakeRun = Callable[..., Run]


@pytest.fixture
def opened(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which saved runs are unpacked."""
    folder = tmp_path_factory.mktemp("opened")
    monkeypatch.setattr(run_folder.tempfile, "tempdir", str(folder))
    return folder


def make(parent: Path, task: str = "laborator") -> Path:
    return run_folder.create(Experiment(task), machine.describe(), parent)


def test_runs_live_in_the_user_s_data_folder_and_nowhere_else(own_folders: Path) -> None:
    assert own_folders in run_folder.root().parents and run_folder.root().is_dir()


def test_a_new_folder_says_what_is_run_and_when(tmp_path: Path) -> None:
    folder = make(tmp_path, "dir/mine.py:crunch")
    recording = Recording(folder)
    assert recording.experiment == Experiment("dir/mine.py:crunch")
    assert recording.machine["usable"] >= 1 and recording.started.count(":") >= 2
    assert "-crunch-" in folder.name and run_folder.owned(folder)


@pytest.mark.parametrize("task", ["a/b", "..", "../../up", "é" * 500, "C:\\x", "a b*?"])
def test_any_task_s_name_makes_a_folder_inside_its_parent(tmp_path: Path, task: str) -> None:
    assert make(tmp_path, task).parent == tmp_path


def test_a_folder_that_cannot_be_filled_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ProblemError) as caught:
        make(tmp_path)
    assert caught.value.problem.kind is Kind.NOT_WRITABLE
    assert caught.value.problem.values["error"] == "No space left on device"
    assert not list(tmp_path.iterdir())


def test_a_folder_whose_program_has_gone_is_nobody_s(tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder / run_folder.OWNER_FILE).write_text(f"{os.getpid()} 12.5")
    assert not run_folder.owned(folder), "the PID was given to somebody else"
    for text in ("999999999 1.0", "nonsense", ""):
        (folder / run_folder.OWNER_FILE).write_text(text)
        assert not run_folder.owned(folder)
    (folder / run_folder.OWNER_FILE).unlink()
    assert not run_folder.owned(folder)


def test_clearing_out_deletes_the_oldest_and_never_what_is_in_use(tmp_path: Path) -> None:
    folders = []
    for number in range(6):
        folder = make(tmp_path)
        folder = folder.rename(tmp_path / f"2024010{number}")
        if number != 1:
            (folder / run_folder.OWNER_FILE).unlink()
        folders.append(folder.name)
    (tmp_path / "a file").write_text("")
    run_folder.clear_out(tmp_path, keep=3)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == sorted([folders[1], *folders[3:], "a file"])


# --- saving and opening


def test_a_saved_run_opens_with_all_that_it_had(
    finish: MakeRun, tmp_path: Path, opened: Path
) -> None:
    run = finish(":raise_at_3", "range(10)", chunksize=5)
    path = tmp_path / "mine.poolscope"
    run_folder.save(run.folder, path)
    recording = run_folder.open_saved(path)
    assert recording.experiment == run.experiment
    assert recording.counts == run.recording.counts
    assert recording.journal == run.recording.journal
    assert recording.failures == run.recording.failures
    assert [recording.results[row] for row in range(10)] == [
        run.recording.results[row] for row in range(10)
    ]
    assert recording.trace is not None and run.recording.trace is not None
    for lane, original in zip(recording.trace.lanes, run.recording.trace.lanes, strict=True):
        assert lane.pid == original.pid and lane.rows.tolist() == original.rows.tolist()
    assert run_folder.owned(recording.folder)  # by us, until we are done with it
    assert not any(stat.S_ISFIFO(file.stat().st_mode) for file in recording.folder.iterdir())
    assert "host.txt" in {file.name for file in recording.folder.rglob("*")}
    with zipfile.ZipFile(path) as archive:
        assert run_folder.OWNER_FILE not in archive.namelist()


def test_a_save_that_fails_leaves_the_earlier_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, path = make(tmp_path), tmp_path / "mine.poolscope"
    path.write_text("earlier")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(ProblemError) as caught:
        run_folder.save(folder, path)
    assert caught.value.problem.kind is Kind.NOT_WRITABLE
    assert path.read_text() == "earlier"
    assert {file.name for file in tmp_path.iterdir()} == {folder.name, path.name}


@pytest.mark.parametrize("name", ["no/such/folder.poolscope", "file/in.poolscope", "x" * 300])
def test_a_path_that_cannot_be_written_is_a_problem(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ProblemError) as caught:
        run_folder.save(folder, tmp_path / name)
    expected = Kind.NO_FOLDER if name.startswith("no/") else Kind.NOT_WRITABLE
    assert caught.value.problem.kind is expected
    assert caught.value.problem.values["path"] == str(tmp_path / name)


def archive(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return data.getvalue()


EXPERIMENT = json.dumps({"experiment": {}, "machine": {}, "started": "now"}).encode()
TORN_PROBLEM = b'{"event":"problem","problem":{},"at_ns":1}\n'
POOL = b'{"event": "pool", "at_ns": 5}\n'


def broken_stream() -> bytes:
    data = bytearray(archive({"experiment.json": EXPERIMENT * 50}))
    start = data.index(b"experiment.json") + len("experiment.json")
    data[start : start + 8] = b"\xff" * 8
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(archive({"experiment.json": EXPERIMENT}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip",
        archive({}),
        archive({"other.json": b"{}"}),
        archive({"experiment.json": b"not json"}),
        archive({"experiment.json": b"[]"}),
        archive({"experiment.json": b'{"experiment": {"pool": {"processes": 0}}}'}),
        archive({"experiment.json": EXPERIMENT, "../evil": b"x"}),
        archive({"experiment.json": EXPERIMENT, "/evil": b"x"}),
        archive({"experiment.json": EXPERIMENT, "output/../../evil": b"x"}),
        archive({"experiment.json": EXPERIMENT, "events.jsonl": POOL}),
        archive({"experiment.json": EXPERIMENT, "events.jsonl": POOL, "tasks.npy": b"\x93NUMPY"}),
        archive(
            {
                "experiment.json": EXPERIMENT,
                "events.jsonl": TORN_PROBLEM,
            }
        ),
        archive({"experiment.json": EXPERIMENT})[:-30],
        broken_stream(),
        encrypted(),
    ],
    ids=[
        "empty",
        "no zip",
        "nothing in it",
        "no experiment",
        "no json",
        "another json",
        "bad experiment",
        "parent",
        "absolute",
        "through output",
        "no trace",
        "torn trace",
        "torn problem",
        "truncated",
        "broken stream",
        "encrypted",
    ],
)
def test_what_is_no_saved_run_is_refused_and_nothing_stays(
    tmp_path: Path, opened: Path, content: bytes
) -> None:
    path = tmp_path / "bad.poolscope"
    path.write_bytes(content)
    with pytest.raises(ProblemError) as caught:
        run_folder.open_saved(path)
    problem = caught.value.problem
    assert problem.kind is Kind.NOT_A_RUN and problem.values["path"] == str(path)
    assert problem.values["error"]
    assert [file.name for file in tmp_path.iterdir()] == ["bad.poolscope"]
    assert not list(opened.iterdir())


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_folder, "UNPACKED_LIMIT", 1000)
    monkeypatch.setattr(zipfile.ZipFile, "extractall", None)
    path = tmp_path / "bomb.poolscope"
    path.write_bytes(archive({"experiment.json": EXPERIMENT, "tasks.npy": bytes(10_000)}))
    with pytest.raises(ProblemError) as caught:
        run_folder.open_saved(path)
    assert caught.value.problem.kind is Kind.NOT_A_RUN


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        Recording(tmp_path)
    assert caught.value.problem.kind is Kind.NOT_A_RUN


def test_folders_made_in_one_second_sort_by_their_time(tmp_path: Path) -> None:
    made = [make(tmp_path) for _ in range(20)]
    assert sorted(made) == made
