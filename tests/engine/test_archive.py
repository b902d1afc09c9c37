"""Saved runs that are none, or are made to do harm."""

import io
import json
import os
import shutil
import stat
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine import archive, run_folder
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.sampling.layout import PROCESSES_FILE
from poolscope.engine.sampling.stored import MOST_PROCESSES
from poolscope.gui import wording

EXPERIMENT = json.dumps({"experiment": {}, "machine": {}, "started": "now"}).encode()
HELLO = b"hello\n" * 1000
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


def zipped(*names: str, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """experiment.json, and files of these names."""
    return zipped_as([zipfile.ZipInfo(name) for name in names], compression)


def zipped_as(members: list[zipfile.ZipInfo], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as file:
        file.writestr("experiment.json", EXPERIMENT)
        for member in members:
            file.writestr(member, HELLO, compression)
    return data.getvalue()


def renamed(name: bytes) -> bytes:
    """With a name that zipfile itself would not write; as long as the one that it takes."""
    return zipped("x" * len(name)).replace(b"x" * len(name), name)


def with_mode(mode: int) -> bytes:
    member = zipfile.ZipInfo("results.jsonl")
    member.external_attr = mode << 16
    return zipped_as([member])


def claiming(name: str, size: int, data: bytes) -> bytes:
    """`data`, but the member says that it unpacks to `size` bytes, wherever that stands."""
    changed = bytearray(data)
    for signature, place, start in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            if data[at + start : at + start + len(name)] == name.encode():
                struct.pack_into("<L", changed, at + place, size)
    return bytes(changed)


def flagged(place: int, value: int) -> bytes:
    """With two bytes of the last member's entry in the table of contents changed."""
    data = bytearray(zipped("results.jsonl"))
    struct.pack_into("<H", data, data.rindex(b"PK\x01\x02") + place, value)
    return bytes(data)


def long_contents() -> bytes:
    """The end of a zip file whose table of contents is said to have 1 GB."""
    return struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 1 << 30, 0, 0)


def refusal(path: Path) -> str:
    """What is wrong with the file at `path`; it must be refused, in one sentence."""
    with pytest.raises(ProblemError) as caught:
        run_folder.open_saved(path)
    problem = caught.value.problem
    assert problem.kind is Kind.NOT_A_RUN and problem.values["path"] == str(path)
    assert "\n" not in wording.sentence(problem)
    return str(problem.values["error"])


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "parent": (lambda: zipped("../evil"), "holds the name"),
    "absolute": (lambda: zipped("/evil"), "holds the name"),
    "through output": (lambda: zipped("output/../../evil"), "holds the name"),
    "deep": (lambda: zipped("output/more/evil"), "holds the name"),
    "drive": (lambda: zipped("C:evil"), "holds the name"),
    "backslash": (lambda: renamed(b"..\\evil"), "holds the name"),
    "stream": (lambda: zipped("experiment.json:evil"), "holds the name"),
    "device": (lambda: zipped("output/nul.txt"), "holds the name"),
    "hidden": (lambda: zipped(".profile"), "holds the name"),
    "NUL": (lambda: renamed(b"results.jsonl\x00.py"), "holds the name"),
    "control character": (lambda: renamed(b"res\nults.jsonl"), "holds the name"),
    "long name": (lambda: zipped("x" * 60_000), "holds the name"),
    "owner": (lambda: zipped("Owner"), "holds the name"),
    "lifeline": (lambda: zipped("lifeline"), "holds the name"),
    "source": (lambda: zipped("source"), "holds the name"),
    "output is a file": (lambda: zipped("output"), "holds the name"),
    "folder for a file": (lambda: zipped("tasks.npy/"), "holds the name"),
    "file for a folder": (lambda: zipped("tasks.npy/evil"), "holds the name"),
    "same in another case": (lambda: zipped("Results.jsonl", "results.jsonl"), "twice"),
    "link": (lambda: with_mode(stat.S_IFLNK | 0o777), "is no file"),
    "pipe": (lambda: with_mode(stat.S_IFIFO | 0o666), "is no file"),
    "encrypted": (lambda: flagged(8, 1), "encrypted"),
    "bzip2": (lambda: zipped("tasks.npy", compression=zipfile.ZIP_BZIP2), "compressed"),
    "lzma": (lambda: zipped("tasks.npy", compression=zipfile.ZIP_LZMA), "compressed"),
    "unknown compression": (lambda: flagged(10, 77), "compressed"),
    "long contents": (long_contents, "table of contents"),
    "more than it says": (lambda: claiming("tasks.npy", 10, zipped("tasks.npy")), "damaged"),
    "less than it says": (
        lambda: claiming("tasks.npy", 10**6, zipped("tasks.npy")),
        "another size than it says",
    ),
    "large experiment": (
        lambda: claiming("experiment.json", 10**9, zipped()),
        "experiment.json would unpack to more than 67,108,864 bytes",
    ),
    "large events": (
        lambda: claiming("events.jsonl", 10**8, zipped("events.jsonl")),
        "events.jsonl would unpack",
    ),
    "large samples": (
        lambda: claiming("samples.npy", 2 << 30, zipped("samples.npy")),
        "samples.npy would unpack",
    ),
    "large table of the machine": (
        lambda: claiming("machine.npy", 10**8, zipped("machine.npy")),
        "machine.npy would unpack",
    ),
    "more processes than there can be": (
        lambda: claiming("processes.jsonl", 10**9, zipped("processes.jsonl")),
        "processes.jsonl would unpack",
    ),
    "more texts than tasks": (
        lambda: claiming("inputs.jsonl", 10**8, zipped("inputs.jsonl")),
        "inputs.jsonl would unpack",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_of_it_stays(
    tmp_path: Path, opened: Path, name: str
) -> None:
    make, found = HOSTILE[name]
    path = tmp_path / "bad.poolscope"
    content = make()
    if name == "long contents":  # a hole in the file: it takes no space
        with open(path, "wb") as file:
            file.seek((1 << 30) + 1000)
            file.write(content)
    else:
        path.write_bytes(content)
    assert found in refusal(path)
    assert {file.name for file in tmp_path.iterdir()} == {"bad.poolscope", "opened"}
    assert not list(opened.iterdir())


def test_the_name_of_a_file_can_be_in_it_once_only(tmp_path: Path, opened: Path) -> None:
    path = tmp_path / "bad.poolscope"
    with pytest.warns(UserWarning, match="Duplicate name"):
        path.write_bytes(zipped("experiment.json"))
    assert "twice" in refusal(path)
    assert not list(opened.iterdir())


def test_it_may_not_unpack_to_more_than_8_gb(
    tmp_path: Path, opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_extract", None)  # not a byte of it
    data = zipped("tasks.npy", "chunks.npy", "order.npy")
    for name in ("tasks.npy", "chunks.npy", "order.npy"):
        data = claiming(name, 2**32 - 2, data)
    path = tmp_path / "bomb.poolscope"
    path.write_bytes(data)
    assert "more than 8 GB" in refusal(path)


def test_what_is_very_small_for_what_it_holds_is_unpacked_as_far_as_it_says(
    tmp_path: Path, opened: Path
) -> None:
    """A bomb: 50 MB of nothing in 50 KB, said to be 10 bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("experiment.json", EXPERIMENT)
        file.writestr("tasks.npy", bytes(50_000_000))
    path = tmp_path / "bomb.poolscope"
    path.write_bytes(claiming("tasks.npy", 10, data.getvalue()))
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(zipfile.BadZipFile):
        archive.unpack(path, target)
    assert sum(file.stat().st_size for file in target.rglob("*.npy")) <= 10


def test_there_is_a_limit_to_the_number_of_files(
    tmp_path: Path, opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MEMBERS_LIMIT", 50)
    path = tmp_path / "many.poolscope"
    path.write_bytes(zipped(*(f"output/worker-{number}.txt" for number in range(50))))
    assert "more than 50 files" in refusal(path)


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path, opened: Path) -> None:
    path = tmp_path / "cut.poolscope"
    whole = zipped("output/host.txt")
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert refusal(path)
    assert not list(opened.iterdir())


def test_what_others_have_zipped_is_opened(tmp_path: Path, opened: Path) -> None:
    """With an entry for the folder, something in front, and a comment behind."""
    path = tmp_path / "mine.poolscope"
    data = io.BytesIO(b"in front")
    data.seek(0, io.SEEK_END)
    with zipfile.ZipFile(data, "a", zipfile.ZIP_STORED) as file:
        file.writestr("experiment.json", EXPERIMENT)
        file.writestr("output/", b"")
        file.writestr("output/host.txt", HELLO)
        file.comment = b"of mine" * 1000
    path.write_bytes(data.getvalue())
    recording = run_folder.open_saved(path)
    assert (recording.folder / "output" / "host.txt").read_bytes() == HELLO
    run_folder.delete(recording.folder)


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path, opened: Path) -> None:
    assert refusal(tmp_path / "none.poolscope") == "No such file or directory"
    assert refusal(tmp_path) == "it is no file"


@posix
def test_a_pipe_or_a_device_is_refused_without_waiting_for_it(tmp_path: Path, opened: Path) -> None:
    os.mkfifo(tmp_path / "pipe.poolscope")
    assert refusal(tmp_path / "pipe.poolscope") == "it is no file"
    (tmp_path / "link.poolscope").symlink_to("/dev/zero")
    assert refusal(tmp_path / "link.poolscope") == "it is no file"


def no_room(path: Path) -> str:
    with pytest.raises(ProblemError) as caught:
        run_folder.open_saved(path)
    assert caught.value.problem.kind is Kind.NO_SPACE
    return wording.sentence(caught.value.problem)


def test_where_there_is_no_room_for_it_nothing_is_written(
    tmp_path: Path, opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(archive, "_extract", None)
    path = tmp_path / "mine.poolscope"
    path.write_bytes(zipped("output/host.txt"))
    text = no_room(path)
    assert str(path) in text and f"takes {6000 + len(EXPERIMENT):,} bytes" in text
    assert not list(opened.iterdir())


@posix
def test_a_disk_that_fills_up_meanwhile_is_said_and_nothing_stays(
    tmp_path: Path, opened: Path
) -> None:
    import resource

    path = tmp_path / "mine.poolscope"
    path.write_bytes(zipped("output/host.txt"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        text = no_room(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(path) in text
    assert not list(opened.iterdir())


def test_without_a_place_to_unpack_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    path = tmp_path / "mine.poolscope"
    path.write_bytes(zipped())
    with pytest.raises(ProblemError) as caught:
        run_folder.open_saved(path)
    assert caught.value.problem.kind is Kind.NOT_WRITABLE


def test_whoever_interrupts_it_finds_nothing_left(
    tmp_path: Path, opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Recording, "update", interrupted)
    path = tmp_path / "mine.poolscope"
    path.write_bytes(zipped())
    with pytest.raises(KeyboardInterrupt):
        run_folder.open_saved(path)
    assert not list(opened.iterdir())


def test_a_file_of_before_1980_can_be_saved(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "experiment.json").write_bytes(EXPERIMENT)
    os.utime(folder / "experiment.json", (0, 0))
    archive.pack(folder, tmp_path / "mine.poolscope")
    with zipfile.ZipFile(tmp_path / "mine.poolscope") as file:
        assert file.namelist() == ["experiment.json"]


def test_the_processes_of_the_longest_run_still_fit_into_a_saved_one() -> None:
    number, at_ns = MOST_PROCESSES - 1, 10**17
    seen = {"number": number, "pid": 4194303, "ppid": 4194303, "parent": 2, "role": "worker"}
    seen |= {"ordinal": number, "name": "python3.13", "born_ns": at_ns, "at_ns": at_ns}
    told = {"number": number, "role": "worker", "ordinal": number}
    gone = {"number": number, "gone_ns": at_ns}
    line_bytes = sum(len(json.dumps(line)) + 1 for line in (seen, told, gone))
    assert dict(archive._limits(0))[PROCESSES_FILE] > MOST_PROCESSES * line_bytes
