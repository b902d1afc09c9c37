"""What `poolscope run` checks before anything runs."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from poolscope.engine.experiment import Experiment, Place, PoolSettings
from poolscope.engine.experiment_file import save
from poolscope.engine.interpreters import Interpreter
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.tasks.catalogue import CATALOGUE
from poolscope.gui.command_line.arguments import Parser, UsageError
from poolscope.gui.command_line.checking import check_function
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
    words = "--processes 3 --chunksize 7 --start-method forkserver --method imap --inputs range(9)"
    words += " --maxtasksperchild 2 --initializer m:f --initargs 1,2 --preload json,xml.dom"
    words += f" --preload os --order shuffled --seed 5 --inputs-limit 9 --cwd {tmp_path}"
    words += f" --env A=1 --env B=x=y --export {picture} --results {table} --save {kept}"
    request = request_of(parsed("sleep", *words.split()))
    preload = ("json", "xml.dom", "os")
    assert request.experiment == Experiment(
        "sleep",
        "range(9)",
        PoolSettings(3, 7, "forkserver", "imap", 2, "m:f", "1,2", preload),
        order="shuffled",
        seed=5,
        listing_s=9,
        place=Place(cwd=str(tmp_path), env=(("A", "1"), ("B", "x=y"))),
    )
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
        (["gone.py:f", "--inputs", "[1]"], Kind.TASK_NOT_READ, "task"),
        (["gone.json"], Kind.NOT_AN_EXPERIMENT, None),
        (["sleep", "--maxtasksperchild", "0"], Kind.OUT_OF_RANGE, "maxtasksperchild"),
        (["sleep", "--order", "best"], Kind.UNKNOWN_CHOICE, "order"),
        (["sleep", "--order", "shuffled", "--seed", "-1"], Kind.OUT_OF_RANGE, "seed"),
        (["sleep", "--inputs-limit", "soon"], Kind.NOT_A_NUMBER, "listing_s"),
        (["sleep", "--initializer", "m:f", "--initargs", "(1"], Kind.INITARGS_RAISED, "initargs"),
        (
            ["sleep", "--start-method", "forkserver", "--preload", "a,,b"],
            Kind.NOT_A_MODULE,
            "preload",
        ),
        (["sleep", "--env", "THREADS"], Kind.NOT_A_VARIABLE, "env"),
        (["sleep", "--env", "=1"], Kind.NOT_A_VARIABLE, "env"),
        (["sleep", "--env", "A=1", "--env", "A=2"], Kind.VARIABLE_TWICE, "env"),
        (["sleep", "--cwd", "gone"], Kind.NO_CWD, "cwd"),
        (["sleep", "--python", "gone/python"], Kind.PYTHON_NOT_FOUND, "python"),
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


@pytest.mark.parametrize(
    ("words", "field", "ruler", "value"),
    [
        (["--method", "apply", "--chunksize", "4"], "chunksize", "method", "apply"),
        (["--start-method", "spawn", "--preload", "json"], "preload", "start_method", "spawn"),
        (["--initargs", "(1,)"], "initargs", "initializer", ""),
        (["--seed", "0"], "seed", "order", "given"),
        (["--order", "longest", "--seed", "3"], "seed", "order", "longest"),
    ],
)
def test_an_option_that_can_have_no_effect_is_refused(
    words: list[str], field: str, ruler: str, value: str
) -> None:
    with pytest.raises(ProblemError) as caught:
        request_of(parsed("sleep", *words))
    problem = caught.value.problem
    assert (problem.kind, problem.field) == (Kind.WITHOUT_EFFECT, field)
    assert problem.values == {"ruler": ruler, "value": value}


def test_chunksize_auto_goes_with_every_method() -> None:
    words = ["--method", "apply", "--chunksize", "auto"]
    assert request_of(parsed("sleep", *words)).experiment.pool.method == "apply"


def test_files_of_inputs_become_expressions_that_mean_the_same_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    experiment = request_of(parsed("sleep", "--lines", "a b.txt")).experiment
    assert experiment.inputs == f"lines({str(tmp_path / 'a b.txt')!r})"
    experiment = request_of(parsed("sleep", "--csv", "t.csv", "it's")).experiment
    assert experiment.inputs == f'column({str(tmp_path / "t.csv")!r}, "it\'s")'


@pytest.mark.parametrize(
    "words",
    [
        ["--inputs", "[1]", "--lines", "a.txt"],
        ["--lines", "a.txt", "--csv", "a.csv", "x"],
        ["--csv", "a.csv", "x", "--inputs", "[1]"],
        ["--lines", "a.txt", "--lines", "b.txt"],
        ["--csv", "a.csv"],
    ],
)
def test_the_inputs_come_from_one_place(words: list[str]) -> None:
    with pytest.raises(UsageError):
        parsed("sleep", *words)


def test_a_saved_experiment_is_run_with_what_the_options_change(tmp_path: Path) -> None:
    pool = PoolSettings(3, 7, initializer="m:f")
    place = Place(env=(("A", "1"), ("B", "2")))
    source = "def crunch(x): return x"
    saved = Experiment("crunch", "[1, 2]", pool, source=source, listing_s=5, place=place)
    save(saved, tmp_path / "kept.json")
    task = str(tmp_path / "kept.json")
    assert request_of(parsed(task)).experiment == saved
    words = ["--inputs", "[3]", "--chunksize", "auto", "--processes", "2", "--env", "A=0"]
    changed = replace(saved, inputs="[3]").with_pool(processes=2, chunksize=None)
    changed = changed.with_place(env=(("B", "2"), ("A", "0")))
    assert request_of(parsed(task, *words)).experiment == changed


def test_a_saved_experiment_is_checked_like_a_typed_one(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    for experiment, kind in (
        (Experiment("laboratr"), Kind.UNKNOWN_TASK),
        (Experiment("gone", source="def f(x): return x"), Kind.UNKNOWN_TASK),
        (Experiment("f", source="def f(x:"), Kind.TASK_SYNTAX),
        (Experiment("sleep", "(1"), Kind.INPUTS_SYNTAX),
    ):
        save(experiment, path)
        with pytest.raises(ProblemError) as caught:
            request_of(parsed(str(path)))
        assert caught.value.problem.kind is kind


def test_the_interpreter_is_asked_what_it_is(tmp_path: Path) -> None:
    request = request_of(parsed("sleep", "--python", sys.executable))
    assert request.interpreter is not None
    assert request.interpreter.version == sys.version_info[:3]
    assert request.experiment.place.python == sys.executable
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\necho I am no Python\n")
    other.chmod(0o700)
    with pytest.raises(ProblemError) as caught:
        request_of(parsed("sleep", "--python", str(other)))
    assert caught.value.problem.kind is Kind.PYTHON_NOT_ONE


def test_a_newer_interpreter_may_read_what_ours_cannot(tmp_path: Path) -> None:
    path = tmp_path / "jobs.py"
    path.write_text("def crunch(x: of tomorrow): return x\n")
    experiment = Experiment(f"{path}:crunch", "[1]", place=Place(python="/opt/python"))
    newer = Interpreter("/opt/python", (sys.version_info[0], sys.version_info[1] + 1, 0), ())
    check_function(experiment, newer)
    with pytest.raises(ProblemError):
        check_function(experiment, replace(newer, version=sys.version_info[:3]))


def test_a_file_without_a_function_suggests_its_functions(tmp_path: Path) -> None:
    path = tmp_path / "jobs.py"
    path.write_text("def crunch(x): return x\ndef _hidden(x): return x\n")
    with pytest.raises(ProblemError) as caught:
        request_of(parsed(str(path)))
    assert caught.value.problem.values["close"] == [f"{path}:crunch"]


@pytest.mark.parametrize(
    ("name", "close"),
    [("crunsh", ["crunch"]), ("gone", ["crunch", "count"]), ("inner", ["crunch"])],
)
def test_a_function_that_is_not_there_suggests_close_ones(
    name: str, close: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "jobs.py"
    path.write_text("def crunch(x):\n    def inner(): pass\n    return x\ndef count(x): return x\n")
    with pytest.raises(ProblemError) as caught:
        request_of(parsed(f"{path}:{name}", "--inputs", "[1]"))
    problem = caught.value.problem
    assert problem.kind is Kind.UNKNOWN_TASK
    assert problem.values["close"][: len(close)] == [f"{path}:{one}" for one in close]


def test_what_only_an_import_would_tell_is_left_to_the_run(tmp_path: Path) -> None:
    path = tmp_path / "jobs.py"
    path.write_text("from others import *\nclass Job:\n    def run(x): return x\n")
    for task in (f"{path}:crunch", f"{path}:Job.run", "no.such.module:crunch"):
        assert request_of(parsed(task, "--inputs", "[1]")).experiment.task == task


@pytest.mark.parametrize(
    "text",
    [
        "for name in ('crunch',): globals()[name] = print\n",
        "def __getattr__(name): return print\n",
        "def make():\n    global crunch\n    def crunch(x): return x\nmake()\n",
        "if __name__ != '__main__':\n    def crunch(x): return x\n",
        "while True:\n    def crunch(x): return x\n    break\n",
    ],
)
def test_a_task_that_an_import_may_well_make_is_left_to_the_run(text: str, tmp_path: Path) -> None:
    path = tmp_path / "jobs.py"
    path.write_text(text)
    task = f"{path}:crunch"
    assert request_of(parsed(task, "--inputs", "[1]")).experiment.task == task


def test_what_is_wrong_with_the_task_is_said_before_the_inputs_that_it_lacks(
    tmp_path: Path,
) -> None:
    path = tmp_path / "jobs.py"
    path.write_text("def crunch(x): return x\n")
    broken = tmp_path / "broken.py"
    broken.write_text("def crunch(:")
    for task, kind in (
        (f"{path}:nosuch", Kind.UNKNOWN_TASK),
        (f"{path}:", Kind.UNKNOWN_TASK),
        (f"{tmp_path / 'gone.py'}:f", Kind.TASK_NOT_READ),
        (f"{broken}:crunch", Kind.TASK_SYNTAX),
        ("some.module:f", Kind.EMPTY),
    ):
        with pytest.raises(ProblemError) as caught:
            request_of(parsed(task))
        assert caught.value.problem.kind is kind
    with pytest.raises(ProblemError) as caught:  # another Python may read it
        request_of(parsed(f"{broken}:crunch", "--python", sys.executable))
    assert caught.value.problem.kind is Kind.EMPTY


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
    path.write_text("import os\ndef crunch(:")
    with pytest.raises(ProblemError) as caught:
        request_of(parsed(f"{path}:crunch", "--inputs", "[1]"))
    problem = caught.value.problem
    assert (problem.kind, problem.values["line"]) == (Kind.TASK_SYNTAX, 2)
