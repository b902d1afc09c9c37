"""Every setting of Pool, and where a run takes place, by the `poolscope` command."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine.experiment import METHODS, STAR_METHODS, Experiment, Place, PoolSettings
from poolscope.engine.experiment_file import save

Command = Callable[..., "subprocess.CompletedProcess[str]"]
BIN, PYTHON = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
TASKS = """
import os

GREETING = "hello"

def add(first, second=10):
    return first + second

def numbers():
    yield from range(6)

def set_up(*words):
    os.environ["SET_UP"] = " ".join(words)

def where(number):
    return number, os.getcwd(), os.environ.get("SET_UP"), os.environ.get("GIVEN")
"""


@pytest.fixture
def run(poolscope: Command, folder: Path) -> Callable[..., tuple[dict, list[object]]]:
    """`run("tasks.py:f", …)` runs it; the facts it tells, and the results by index."""
    (folder / "tasks.py").write_text(TASKS)

    def run(*words: str) -> tuple[dict, list[object]]:
        table = folder / "results.jsonl"
        said = poolscope("run", *words, "--json", "--results", str(table))
        assert said.returncode == 0, said.stderr
        rows = [json.loads(line) for line in table.read_text().splitlines()]
        results = {row["index"]: ast.literal_eval(row["value"]) for row in rows}
        return json.loads(said.stdout), [results[index] for index in range(len(rows))]

    return run


RunTask = Callable[..., tuple[dict, list[object]]]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_the_results_of_its_inputs(method: str, run: RunTask) -> None:
    inputs = "[(n, n) for n in numbers()]" if method in STAR_METHODS else "numbers()"
    facts, results = run("tasks.py:add", "--method", method, "--inputs", inputs)
    expected = [2 * n if method in STAR_METHODS else n + 10 for n in range(6)]
    assert results == expected
    assert facts["experiment"]["pool"]["method"] == method
    assert facts["tasks"]["done"] == 6


def test_maxtasksperchild_counts_chunks(run: RunTask) -> None:
    words = ["--inputs", "range(20)", "--chunksize", "4", "--maxtasksperchild", "1"]
    facts, _ = run("tasks.py:add", *words)
    busy = [worker for worker in facts["workers"] if worker["tasks"]]
    assert [worker["tasks"] for worker in busy] == [4] * 5
    assert [worker["chunks"] for worker in busy] == [1] * 5


def test_neighbours_called_like_our_folders_are_imported(
    start_method: str, run: RunTask, data: Path
) -> None:
    task = f"{data / 'siblings' / 'own_tasks.py'}:crunch"
    _, results = run(task, "--inputs", "numbers()", "--start-method", start_method)
    assert results == ["<0>", "<3>", "<6>", "<9>", "<12>"]


def test_another_python_with_a_package_that_ours_does_not_have(
    start_method: str, run: RunTask, folder: Path, tmp_path: Path
) -> None:
    venv = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (purelib,) = venv.rglob("site-packages")
    (purelib / "only_there.py").write_text("def crunch(x): return 3 * x\n")
    (folder / "more.py").write_text("import only_there, sys\ndef f(x): return sys.prefix\n")
    words = ["--inputs", "[1]", "--start-method", start_method, "--python"]
    assert run("more.py:f", *words, str(venv / BIN / PYTHON))[1] == [str(venv)]
    assert run("more.py:f", *words, str(venv))[1] == [str(venv)], "its folder will do"
    _, results = run("only_there:crunch", "--inputs", "[2]", "--python", str(venv))
    assert results == [6]


def test_initializer_directory_and_variables_reach_the_workers(
    start_method: str, run: RunTask, tmp_path: Path
) -> None:
    words = ["--initializer", "set_up", "--initargs", "(GREETING, 'you')", "--env", "GIVEN=a=b"]
    words += ["--cwd", str(tmp_path), "--start-method", start_method]
    _, results = run("tasks.py:where", "--inputs", "[1]", *words)
    assert results == [(1, str(tmp_path), "hello you", "a=b")]


def test_the_working_directory_is_that_of_the_file(
    poolscope: Command, run: RunTask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "names.txt").write_text("x\ny\n")
    monkeypatch.chdir(folder.parent)
    words = ["--inputs", "[n for n, _ in enumerate(lines('names.txt'))]"]
    _, results = run(f"{folder.name}/tasks.py:where", *words)
    assert results == [(number, str(folder), None, None) for number in range(2)]


def test_inputs_are_lines_or_a_column_of_a_file(run: RunTask, folder: Path) -> None:
    (folder / "names.txt").write_text("x\ny\n")
    (folder / "table.csv").write_text("a,b\n1,5\n2,6\n")
    assert run("builtins:str", "--lines", "names.txt")[1] == ["x", "y"]
    assert run("tasks.py:add", "--csv", "table.csv", "b")[1] == [15, 16]


def test_results_stay_with_their_inputs_in_any_order(run: RunTask) -> None:
    expected = [n + 10 for n in range(6)]
    words = ["--inputs", "numbers()", "--chunksize", "1", "--order"]
    for order in (["given"], ["shuffled", "--seed", "3"], ["longest"]):
        assert run("tasks.py:add", *words, *order)[1] == expected


def test_a_saved_experiment_runs_as_it_was_saved(run: RunTask, folder: Path) -> None:
    pool = PoolSettings(3, 2, initializer="set_up")
    place = Place(env=(("GIVEN", "1"),))
    save(Experiment("where", "range(4)", pool, source=TASKS, place=place), folder / "kept.json")
    facts, results = run("kept.json")
    assert [result[2:] for result in results] == [("", "1")] * 4
    assert facts["chunks"] == 2
    facts, results = run("kept.json", "--inputs", "[5]", "--env", "GIVEN=2")
    assert [(result[0], result[3]) for result in results] == [(5, "2")]


def test_the_program_of_a_command_gives_its_results(
    start_method: str, poolscope: Command, run: RunTask, tmp_path: Path
) -> None:
    words = ["tasks.py:where", "--inputs", "numbers()", "--initializer", "set_up", "--env"]
    words += ["GIVEN=1", "--method", "imap", "--chunksize", "2", "--start-method", start_method]
    _, results = run(*words)
    program = tmp_path / "program.py"
    program.write_text(poolscope("code", *words).stdout)
    said = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    assert ast.literal_eval(said.stdout) == results


def test_what_is_to_know_is_noted_before_the_run(poolscope: Command, run: RunTask) -> None:
    words = ["laborator", "--inputs", "[0]", "--processes", "2"]
    said = poolscope("run", *words)
    notes = [line for line in said.stderr.splitlines() if line.startswith("note: ")]
    assert len(notes) == 1 and "processes" in notes[0]
    assert run(*words)[0]["notes"] == [notes[0].removeprefix("note: ")]
    assert "note" not in poolscope("run", *words, "--quiet").stderr
