"""Where runs live: making, saving, opening and clearing out."""

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine import belonging, lifeline, machine, run_folder
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


def parent_process(started: int | None = None) -> str:
    """The process that started this one, as an owner."""
    pid = os.getppid()
    return f"{belonging._namespace():x}-{pid}-{started or belonging._started(pid)}"


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
    own = (folder / run_folder.OWNER_FILE).read_text()
    (folder / run_folder.OWNER_FILE).write_text(own[: own.rindex("-")] + "-12")
    assert not run_folder.owned(folder), "the PID was given to somebody else"
    for text in ("0-999999999-1", "nonsense", "", "é", "1-" * 100_000):
        (folder / run_folder.OWNER_FILE).write_text(text)
        assert not run_folder.owned(folder)
    (folder / run_folder.OWNER_FILE).unlink()
    assert not run_folder.owned(folder)


def test_clearing_out_deletes_the_oldest_and_never_what_is_in_use(tmp_path: Path) -> None:
    owners = {1: parent_process(), 2: parent_process(1)}
    for number in range(8):  # 0, 3 and later are this process's own
        folder = make(tmp_path).rename(tmp_path / f"2024010{number}")
        if number in owners:
            (folder / run_folder.OWNER_FILE).write_text(owners[number])
    (tmp_path / "a file").write_text("")
    run_folder.clear_out(tmp_path, keep=3, in_use=(tmp_path / "20240103",))
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [f"2024010{number}" for number in (1, 3, 5, 6, 7)] + ["a file"]


def test_what_is_claimed_is_cleared_out_by_no_other(tmp_path: Path) -> None:
    folder = make(tmp_path)
    mine = (folder / run_folder.OWNER_FILE).read_text()
    (folder / run_folder.OWNER_FILE).write_text("1 1.0")  # gone long ago
    assert not run_folder.owned(folder)
    run_folder.claim(folder)
    assert (folder / run_folder.OWNER_FILE).read_text() == mine
    (folder / run_folder.OWNER_FILE).write_text(parent_process())
    run_folder.claim(folder)
    assert (folder / run_folder.OWNER_FILE).read_text() != mine


def test_a_clock_that_is_set_makes_no_owner_look_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path)
    if belonging.LINUX:
        monkeypatch.setattr(belonging.psutil.Process, "create_time", lambda _: 5.0)
    assert run_folder.owned(folder)


@pytest.mark.skipif(not belonging.LINUX, reason="needs a lifeline")
def test_a_run_in_hand_in_another_container_is_owned_as_long(tmp_path: Path) -> None:
    folder = make(tmp_path)
    (folder / run_folder.OWNER_FILE).write_text(f"{belonging._namespace() + 1:x}-1-1")
    assert lifeline.is_held(str(folder)) is None and not run_folder.owned(folder)
    write_end = lifeline.create(str(folder))
    assert write_end is not None and run_folder.owned(folder)
    os.close(write_end)
    assert lifeline.is_held(str(folder)) is False and not run_folder.owned(folder)


# --- saving and opening


def test_a_run_whose_folder_has_gone_is_not_saved_as_nothing(tmp_path: Path) -> None:
    folder, path = make(tmp_path), tmp_path / "mine.poolscope"
    path.write_text("earlier")
    run_folder.delete(folder)
    with pytest.raises(ProblemError) as caught:
        run_folder.save(folder, path)
    assert caught.value.problem.kind is Kind.RUN_NOT_RECORDED
    assert caught.value.problem.values["path"] == str(folder)
    assert path.read_text() == "earlier" and list(tmp_path.iterdir()) == [path]


def test_a_saved_run_opens_with_all_that_it_had(
    finish: MakeRun, tmp_path: Path, opened: Path
) -> None:
    run = finish(":raise_at_3", "range(10)", chunksize=5)
    (run.folder / "output" / "host.txt").write_text("said\n")
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
    assert [line.text for line in recording.output.update(ended=True)] == ["said"]
    with zipfile.ZipFile(path) as archive:
        assert run_folder.OWNER_FILE not in archive.namelist()
        assert "output/worker-1.txt" not in archive.namelist(), "it has printed nothing"
    run_folder.delete(recording.folder)


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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"not a zip", "it is no saved run"),
        (
            archive({"experiment.json": EXPERIMENT})[:-30],
            "it is damaged, or was only partly copied",
        ),
        (broken_stream(), "it is damaged, or was only partly copied"),
    ],
)
def test_what_is_no_zip_file_is_told_apart(
    tmp_path: Path, opened: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "bad.poolscope"
    path.write_bytes(content)
    with pytest.raises(ProblemError) as caught:
        run_folder.open_saved(path)
    assert str(caught.value.problem.values["error"]).startswith(words)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        Recording(tmp_path)
    assert caught.value.problem.kind is Kind.NOT_A_RUN


def test_folders_made_in_one_second_sort_by_their_time(tmp_path: Path) -> None:
    made = [make(tmp_path) for _ in range(20)]
    assert sorted(made) == made


PLAIN = {"experiment": {}, "machine": {}, "started": "now"}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"a":' * 100_000, "it is nested too deeply"),
        (json.dumps({"machine": {}, "started": ""}).encode(), "it has no 'experiment'"),
        (json.dumps(PLAIN | {"machine": 5}).encode(), "not as this version of Poolscope"),
        (json.dumps(PLAIN | {"experiment": {"pool": {"processes": 10**400}}}).encode(), "range"),
        (b'{"experiment": ' + b"9" * 5000 + b"}", "digits"),
        (b"\xff\xfe\x00", "decode"),
    ],
    ids=["deep", "missing", "another type", "huge", "many digits", "no text"],
)
def test_what_describes_no_experiment_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, found: str
) -> None:
    (tmp_path / "experiment.json").write_bytes(content)
    with pytest.raises(ProblemError) as caught:
        Recording(tmp_path)
    error = caught.value.problem.values["error"]
    assert error.startswith("experiment.json: ") and found in error


def test_of_a_machine_and_a_host_only_plain_facts_are_kept(tmp_path: Path) -> None:
    nested: list[object] = []
    for _ in range(400):
        nested = [nested]
    facts = {"python": "3.12", "usable": float("nan"), "logical": 10**30, "more": nested, "ok": 2}
    text = PLAIN | {"machine": facts, "started": "x" * 1000}
    (tmp_path / "experiment.json").write_text(json.dumps(text))
    host = {"event": "host", "pid": 5, "ppid": 6, "now_ns": -1, "python": nested, "load": 1e400}
    (tmp_path / "events.jsonl").write_text(json.dumps(host) + "\n")
    recording = Recording(tmp_path)
    recording.update(ended=True)
    assert recording.machine == {"python": "3.12", "more": [], "ok": 2}
    assert recording.started == "x" * 100
    assert recording.journal.host == {"event": "host", "pid": 5, "ppid": 6, "python": []}
