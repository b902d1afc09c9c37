"""What `poolscope run` checks before anything runs."""

import argparse
from pathlib import Path

import pytest

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.tasks.catalogue import CATALOGUE
from poolscope.gui.command_line.arguments import Parser
from poolscope.gui.command_line.request import request_of
from poolscope.gui.command_line.run import add_arguments


def parsed(*words: str) -> argparse.Namespace:
    parser = Parser("poolscope run", "")
    add_arguments(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize("task", CATALOGUE, ids=lambda task: task.name)
def test_a_task_of_the_catalogue_brings_its_own_inputs(task: object) -> None:
    experiment = request_of(parsed(task.name)).experiment
    assert experiment == Experiment(task.name, task.inputs, PoolSettings())


def test_every_option_arrives_in_the_request(tmp_path: Path) -> None:
    picture, table, kept = (str(tmp_path / name) for name in ("t.png", "r.CSV", "k.poolscope"))
    words = f"--processes 3 --chunksize 7 --start-method spawn --method map --export {picture}"
    words += f" --results {table} --save {kept} --inputs range(9)"
    request = request_of(parsed("sleep", *words.split()))
    assert request.experiment == Experiment("sleep", "range(9)", PoolSettings(3, 7, "spawn", "map"))
    assert request.files == (Path(picture), Path(table), Path(kept))


def test_chunksize_auto_leaves_it_to_pool() -> None:
    assert request_of(parsed("sleep", "--chunksize", "auto")).experiment.pool.chunksize is None


def test_export_may_be_given_several_times(tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("a.png", "b.png")]
    words = [word for file in files for word in ("--export", file)]
    assert request_of(parsed("sleep", *words)).exports == tuple(map(Path, files))


@pytest.mark.parametrize(
    ("words", "kind", "field"),
    [
        (["laboratr"], Kind.UNKNOWN_TASK, "task"),
        (["gone.py:f", "--inputs", "[1]"], Kind.TASK_NOT_LOADED, "task"),
        (["sleep", "--processes", "0"], Kind.OUT_OF_RANGE, "processes"),
        (["sleep", "--processes", "2.5"], Kind.NOT_A_NUMBER, "processes"),
        (["sleep", "--chunksize", "-1"], Kind.OUT_OF_RANGE, "chunksize"),
        (["sleep", "--chunksize", "big"], Kind.NOT_A_NUMBER, "chunksize"),
        (["sleep", "--start-method", "thread"], Kind.UNKNOWN_CHOICE, "start_method"),
        (["sleep", "--method", "reduce"], Kind.UNKNOWN_CHOICE, "method"),
        (["sleep", "--inputs", "(1,"], Kind.INPUTS_SYNTAX, "inputs"),
        (["sleep", "--inputs", " "], Kind.EMPTY, "inputs"),
        (["sleep", "--export", "t.gif"], Kind.UNKNOWN_ENDING, None),
        (["sleep", "--results", "r.txt"], Kind.UNKNOWN_ENDING, None),
        (["sleep", "--save", "kept.zip"], Kind.UNKNOWN_ENDING, None),
        (["sleep", "--export", "gone/t.png"], Kind.NO_FOLDER, None),
        (["sleep", "--results", "folder.csv"], Kind.IS_FOLDER, None),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(
    words: list[str],
    kind: Kind,
    field: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.csv").mkdir()
    with pytest.raises(ProblemError) as caught:
        request_of(parsed(*words))
    assert (caught.value.problem.kind, caught.value.problem.field) == (kind, field)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_a_file_without_a_function_suggests_its_functions(tmp_path: Path) -> None:
    path = tmp_path / "jobs.py"
    path.write_text("def crunch(x): return x\ndef _hidden(x): return x\n")
    with pytest.raises(ProblemError) as caught:
        request_of(parsed(str(path)))
    assert caught.value.problem.values["close"] == [f"{path}:crunch"]


def test_a_function_of_one_s_own_needs_inputs(tmp_path: Path) -> None:
    path = tmp_path / "jobs.py"
    path.write_text("def crunch(x): return x\n")
    with pytest.raises(ProblemError) as caught:
        request_of(parsed(f"{path}:crunch"))
    assert (caught.value.problem.kind, caught.value.problem.field) == (Kind.EMPTY, "inputs")
    request = request_of(parsed(f"{path}:crunch", "--inputs", "[1]"))
    assert request.experiment.task == f"{path}:crunch"


def test_a_file_that_is_not_python_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "jobs.py"
    path.write_text("def crunch(:")
    with pytest.raises(ProblemError) as caught:
        request_of(parsed(f"{path}:crunch", "--inputs", "[1]"))
    assert caught.value.problem.kind is Kind.TASK_NOT_LOADED
