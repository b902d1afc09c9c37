"""A preview lists the inputs in a host, runs no task, and leaves nothing."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from poolscope.engine import output
from poolscope.engine.experiment import Experiment, Place, PoolSettings
from poolscope.engine.preview import Preview
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.run import Run

Look = Callable[..., Preview]


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    previews: list[Preview] = []

    def make(inputs: str, task: str = "laborator", **changes: object) -> Preview:
        experiment = replace(Experiment(task, inputs), **changes)  # type: ignore[arg-type]
        previews.append(Preview(experiment, parent=tmp_path))
        return previews[-1]

    yield make
    for preview in previews:
        preview.stop()
        assert not list(tmp_path.glob("poolscope-*")), "its folder is left"


def test_it_tells_the_first_items_and_the_count(look: Look) -> None:
    preview = look("range(1000)")
    assert preview.wait(30) and preview.problem is None
    assert preview.count == 1000
    assert preview.items[:3] == ["0", "1", "2"] and len(preview.items) == 20
    assert preview.first_bytes and preview.first_bytes < 100


def test_it_knows_how_large_an_input_is(look: Look) -> None:
    preview = look("[bytes(100_000)] * 3")
    assert preview.wait(30) and preview.first_bytes is not None
    assert 100_000 < preview.first_bytes < 101_000


def test_no_task_runs(look: Look, tmp_path: Path) -> None:
    file = tmp_path / "marks.py"
    file.write_text("def mark(x):\n    open(__file__ + '.ran', 'w').close()\n")
    assert look("range(3)", f"{file}:mark").wait(30)
    assert not Path(f"{file}.ran").exists()


def test_it_uses_the_names_of_the_task_s_file(look: Look, data: Path) -> None:
    preview = look("numbers()", f"{data / 'siblings' / 'own_tasks.py'}:crunch")
    assert preview.wait(30) and preview.items == ["0", "1", "2", "3", "4"]


def test_it_reads_text_files_and_csv_columns(look: Look, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("one\ntwo\n")
    (tmp_path / "table.csv").write_text("name,size\na,1\nb,2\n")
    place = Place(cwd=str(tmp_path))
    words = look("lines('words.txt')", place=place)
    sizes = look("column('table.csv', 'size')", place=place)
    assert words.wait(30) and words.items == ["'one'", "'two'"]
    assert sizes.wait(30) and sizes.items == ["1", "2"]


@pytest.mark.parametrize(
    ("inputs", "task", "kind"),
    [
        ("1/0", "sleep", Kind.INPUTS_RAISED),
        ("[lambda: 0]", "sleep", Kind.INPUT_NOT_SENT),
        ("range(3)", "nosuch.py:f", Kind.TASK_NOT_LOADED),
        ("range(3)", "nosuch", Kind.UNKNOWN_TASK),
        ("column('nosuch.csv', 'x')", "sleep", Kind.INPUTS_RAISED),
    ],
)
def test_what_is_wrong_is_said(look: Look, inputs: str, task: str, kind: Kind) -> None:
    preview = look(inputs, task)
    assert preview.wait(30) and preview.problem is not None
    assert preview.problem.kind is kind


@pytest.mark.parametrize(
    "inputs",
    [
        "(n for n in iter(int, 1) if n)",  # an item that never comes
        "(__import__('time').sleep(0.2) for n in itertools.count())",
    ],
)
def test_inputs_that_never_end_are_ended_at_their_limit(look: Look, inputs: str) -> None:
    preview = look(inputs, listing_s=1)
    assert preview.wait(30) and preview.problem is not None
    assert preview.problem.kind is Kind.INPUTS_TOO_SLOW
    assert preview.problem.values["seconds"] == 1


def test_a_run_ends_them_too(tmp_path: Path) -> None:
    experiment = Experiment("sleep", "(n for n in iter(int, 1) if n)", listing_s=1)
    run = Run(experiment, parent=tmp_path)
    assert run.wait(30) and run.problem is not None
    assert run.problem.kind is Kind.INPUTS_TOO_SLOW


def test_it_can_be_stopped_while_the_task_is_being_imported(look: Look, tmp_path: Path) -> None:
    file = tmp_path / "slow.py"
    file.write_text("import time\ntime.sleep(60)\ndef f(x): return x\n")
    preview = look("range(3)", f"{file}:f")
    preview.poll()
    preview.stop()
    assert preview.over and preview.problem is None and preview.count is None


def test_an_import_that_prints_without_end_does_not_fill_the_disk(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "DISK_LIMIT", 4_000_000)
    file = tmp_path / "flood.py"
    file.write_text("while True:\n    print('x' * 9_999)\ndef f(x): return x\n")
    preview = look("range(3)", f"{file}:f")
    (printed,) = tmp_path.glob("poolscope-*/output/host.txt")
    sizes = [0]
    while sizes[-1] >= max(sizes):  # until it has been made shorter
        preview.poll()
        sizes.append(printed.stat().st_size)
    assert not preview.over
    preview.stop()


def test_a_folder_that_is_deleted_under_it_ends_it(look: Look, tmp_path: Path) -> None:
    file = tmp_path / "slow.py"
    file.write_text("import time\ntime.sleep(60)\ndef f(x): return x\n")
    preview = look("range(3)", f"{file}:f")
    (folder,) = tmp_path.glob("poolscope-*")
    shutil.rmtree(folder)
    assert preview.wait(30) and preview.problem is not None
    assert preview.problem.kind in (Kind.RUN_NOT_RECORDED, Kind.HOST_DIED)


def test_nothing_is_left_when_it_cannot_start(tmp_path: Path) -> None:
    experiment = Experiment(place=Place(python=str(tmp_path / "nosuch")))
    with pytest.raises(ProblemError) as caught:
        Preview(experiment, parent=tmp_path)
    assert caught.value.problem.kind is Kind.PYTHON_NOT_FOUND
    assert not list(tmp_path.iterdir())


def test_by_default_its_folder_is_temporary(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    preview = Preview(Experiment(pool=PoolSettings()))
    assert len(list(tmp_path.glob("poolscope-opened-*"))) == 1
    assert preview.wait(30) and not list(tmp_path.iterdir())
