"""The equivalent program gives the results of the run that it stands for."""

import ast
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from poolscope.engine.experiment import METHODS, STAR_METHODS, Experiment, Place, PoolSettings
from poolscope.engine.journal import Status
from poolscope.engine.program import program
from poolscope.engine.run import Run
from poolscope.engine.tasks.catalogue import CATALOGUE

RUN_S = 60.0
TASKS = """
import os, pathlib
import engine, gui

def twice(number):
    return gui.add(number, number) + engine.ZERO

def add(first, second):
    return gui.add(first, second)

def numbers():
    yield from range(5)

def pairs():
    return [(number, 10) for number in numbers()]

TEXT = "so"

def set_up(one, two):
    os.environ["SET_UP"] = f"{one} {two}"

def where(number):
    return number, os.getcwd(), os.environ.get("SET_UP"), os.environ.get("GIVEN")
"""
SOURCE = '''"""Written in the window."""
from __future__ import annotations; import random

main = run_experiment = print = list = 5

def inputs():
    return [pool for pool in range(4)]

def results(pool: Unknown):
    random.seed(pool)
    return pool, random.random(), main

if __name__ == "__main__":
    raise SystemExit("nobody shall get here")
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """my_tasks.py, with neighbours that are called like folders of ours."""
    folder = tmp_path / "their tasks"
    folder.mkdir()
    (folder / "my_tasks.py").write_text(TASKS)
    (folder / "engine.py").write_text("ZERO = 0\n")
    (folder / "gui.py").write_text("def add(a, b): return a + b\n")
    return folder


@pytest.fixture
def printed(tmp_path: Path) -> Callable[..., object]:
    """What the program prints at its end, saved and started somewhere else, as a value."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(experiment: Experiment, positions: list[int] | None = None) -> object:
        path = elsewhere / "saved.py"
        path.write_text(program(experiment, positions), "utf-8")
        said = subprocess.run(
            [sys.executable, path], capture_output=True, text=True, cwd=elsewhere, timeout=RUN_S
        )
        assert said.returncode == 0, said.stderr + path.read_text("utf-8")
        return ast.literal_eval(said.stdout.splitlines()[-1])

    return run


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[[Experiment], list[object]]:
    """The results of a run, in the order of handing out."""

    def run(experiment: Experiment) -> list[object]:
        running = Run(experiment, parent=tmp_path)
        try:
            assert running.wait(RUN_S)
        finally:
            running.stop()
            running.wait()
        assert running.status == Status.FINISHED, running.problem
        recording = running.recording
        return [ast.literal_eval(recording.results[row]) for row in range(recording.counts.total)]

    return run


Printed = Callable[..., object]
Recorded = Callable[[Experiment], list[object]]


@pytest.mark.parametrize("method", METHODS)
def test_the_program_prints_the_results_of_the_run(
    method: str, start_method: str, folder: Path, printed: Printed, recorded: Recorded
) -> None:
    star = method in STAR_METHODS
    experiment = Experiment(
        f"{folder / 'my_tasks.py'}:{'add' if star else 'twice'}",
        "pairs()" if star else "numbers()",
        PoolSettings(2, None, start_method, method),
    )
    results = printed(experiment)
    if method == "imap_unordered":
        results = sorted(results)  # type: ignore[call-overload]
    assert results == recorded(experiment)
    assert results == ([10, 11, 12, 13, 14] if star else [0, 2, 4, 6, 8])


def test_all_settings_are_those_of_the_run(
    start_method: str, folder: Path, printed: Printed, recorded: Recorded
) -> None:
    experiment = Experiment(
        f"{folder / 'my_tasks.py'}:where",
        "[math.isqrt(number) for number in numbers()\n if number]  # four",
        PoolSettings(2, 2, start_method, "imap", 1, "set_up", "1, TEXT", ("json",)),
        order="shuffled",
        seed=7,
        place=Place(cwd=str(folder.parent), env=(("GIVEN", 'a "value"\\'),)),
    )
    results = printed(experiment)
    assert results == recorded(experiment)
    expected = [(number, str(folder.parent), "1 so", 'a "value"\\') for number in (1, 1, 1, 2)]
    random.Random(7).shuffle(expected)
    assert results == expected


def test_a_module_written_in_the_window_is_pasted_whatever_it_calls_its_things(
    start_method: str, printed: Printed, recorded: Recorded
) -> None:
    experiment = Experiment(
        "results",
        "inputs()",
        PoolSettings(start_method=start_method),
        source=SOURCE,
        order="shuffled",
    )
    results = printed(experiment)
    assert results == recorded(experiment)
    assert len(results) == 4  # type: ignore[arg-type]


def test_a_task_of_the_catalogue_is_pasted_with_what_it_needs(
    start_method: str, printed: Printed, recorded: Recorded
) -> None:
    experiment = Experiment("uneven", "3, 4", PoolSettings(start_method=start_method))
    assert printed(experiment) == recorded(experiment)


def test_every_task_of_the_catalogue_can_be_called_in_its_program(tmp_path: Path) -> None:
    smallest = dict.fromkeys((task.name for task in CATALOGUE), "0") | {"big_argument": "b''"}
    calls = ["import runpy"]
    for name, value in smallest.items():
        (tmp_path / f"{name}.py").write_text(program(Experiment(name)), "utf-8")
        calls.append(f"runpy.run_path({str(tmp_path / name) + '.py'!r})[{name!r}]({value})")
    subprocess.run([sys.executable, "-c", "\n".join(calls)], check=True, stdout=subprocess.DEVNULL)


def test_an_installed_module_s_function_needs_no_path(printed: Printed, recorded: Recorded) -> None:
    experiment = Experiment("os.path:basename", "['a/b', 'c/d']")
    assert printed(experiment) == recorded(experiment) == ["b", "d"]
    assert "sys.path" not in program(experiment)


def test_a_module_of_the_working_directory_is_found_from_anywhere(
    folder: Path, printed: Printed, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    experiment = Experiment("my_tasks:where", "numbers()")
    assert printed(experiment) == recorded(experiment)
    elsewhere = Experiment("my_tasks:twice", "[3]", place=Place(cwd=str(folder)))
    monkeypatch.chdir(folder.parent)
    assert printed(elsewhere) == recorded(elsewhere) == [6]


def test_inputs_from_files_are_read_by_pasted_functions(
    folder: Path, printed: Printed, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "numbers.csv").write_text("number,name\n3,x\n4,y\n")
    (folder / "names.txt").write_text("one\ntwo\n")
    monkeypatch.chdir(folder)
    inputs = "[*column('numbers.csv', 'number'), *lines('names.txt')]"
    experiment = Experiment("builtins:str", inputs)
    assert printed(experiment) == recorded(experiment) == ["3", "4", "one", "two"]


def test_names_of_the_task_s_module_win_over_those_of_the_host(
    tmp_path: Path, printed: Printed, recorded: Recorded
) -> None:
    (tmp_path / "own.py").write_text(
        "def lines(path): return [path, path]\n"
        "def math(x): return x\n"
        "def range(x): yield x\n"
        "def multiprocessing(x): return x\n"
        "def identity(x): return x\n"
    )
    inputs = "[*lines('a'), *range(math(3)), multiprocessing(4)]"
    experiment = Experiment(f"{tmp_path / 'own.py'}:identity", inputs)
    assert printed(experiment) == recorded(experiment) == ["a", "a", 3, 4]


@pytest.mark.parametrize("name", ["pool", "inputs", "results", "main", "print", "multiprocessing"])
def test_a_function_may_be_called_like_anything_in_the_program(
    name: str, tmp_path: Path, printed: Printed
) -> None:
    (tmp_path / "own.py").write_text(f"def {name}(x): return [x]\n")
    experiment = Experiment(f"{tmp_path / 'own.py'}:{name}", f"{name}(2) + [3]", order="shuffled")
    assert sorted(printed(experiment)) == [[2], [3]]  # type: ignore[call-overload]


def test_a_file_whose_name_is_no_identifier_is_imported_all_the_same(
    tmp_path: Path, printed: Printed, recorded: Recorded
) -> None:
    (tmp_path / "my-tasks.py").write_text("def double(x): return 2 * x\ndef three(): return [3]\n")
    experiment = Experiment(f"{tmp_path / 'my-tasks.py'}:double", "three()")
    assert printed(experiment) == recorded(experiment) == [6]


def test_an_initializer_of_another_file_has_a_name_of_its_own(
    folder: Path, tmp_path: Path, printed: Printed, recorded: Recorded
) -> None:
    (tmp_path / "other.py").write_text("import os\ndef where(x): os.environ['SET_UP'] = x\n")
    experiment = Experiment(f"{folder / 'my_tasks.py'}:where", "[1]").with_pool(
        initializer=f"{tmp_path / 'other.py'}:where", initargs="['by another']"
    )
    assert printed(experiment) == recorded(experiment) == [(1, str(folder), "by another", None)]


def test_the_longest_first_are_written_out_when_a_former_run_knows_them(printed: Printed) -> None:
    experiment = Experiment("builtins:abs", "range(-300, 0)", order="longest")
    positions = [*range(1, 300), 0]
    assert printed(experiment, positions) == [*range(299, 0, -1), 300]
    assert all(len(line) <= 100 for line in program(experiment, positions).splitlines())


def test_without_a_former_run_the_program_says_that_it_does_not_know_the_order(
    printed: Printed,
) -> None:
    experiment = Experiment("builtins:abs", "range(3)", order="longest")
    assert "only a former run tells" in program(experiment)
    assert printed(experiment) == [0, 1, 2]


@pytest.mark.parametrize(
    ("inputs", "line"),
    [
        ("range(2_000)", "inputs = range(2_000)"),
        (" [1, 2]", "inputs = [1, 2]"),
        ("1, 2", "inputs = 1, 2"),
        ("(x for x in 'ab')", "inputs = list(x for x in 'ab')"),
        ("{1, 2} | {3}", "inputs = list({1, 2} | {3})"),
        ("'''a\nb'''", "inputs = list(\n        '''a\nb'''\n    )"),
        ("[1,\n 2]", "inputs = [1,\n     2]"),
    ],
)
def test_inputs_are_written_as_a_person_would(inputs: str, line: str) -> None:
    assert f"    {line}\n" in program(Experiment("sleep", inputs))


def test_inputs_that_are_shuffled_are_a_list() -> None:
    text = program(Experiment("sleep", "1, 2", order="shuffled", seed=3))
    assert "inputs = list((1, 2))\n    random.Random(3).shuffle(inputs)\n" in text


def test_what_is_not_set_is_not_there() -> None:
    text = program(Experiment())
    for word in ("chunksize", "maxtasksperchild", "init", "preload", "shuffle", "os.chdir"):
        assert word not in text
    assert text.count("#") == 1, "only the comment on the pool's end"
    assert "Pool(processes=2)" in text


def test_single_calls_have_no_chunksize_and_only_a_fork_server_preloads() -> None:
    pool = PoolSettings(2, 5, "spawn", "apply_async", preload=("json",))
    text = program(Experiment(pool=pool))
    assert "chunksize" not in text
    assert "json" not in text


def test_the_place_stands_above_all_imports_that_could_look_at_it(folder: Path) -> None:
    place = Place("/opt/their/python", "", (("OMP_NUM_THREADS", "1"), ("PYTHONHASHSEED", "0")))
    text = program(Experiment(f"{folder / 'my_tasks.py'}:twice", "[1]", place=place))
    head, variable, rest = text.partition('os.environ["OMP_NUM_THREADS"] = "1"')
    assert variable
    assert "# Run it with /opt/their/python\n" in head
    assert "set it before: PYTHONHASHSEED" in head
    assert "import multiprocessing" not in head
    assert rest.index("import multiprocessing") < rest.index("from my_tasks import twice")


@pytest.mark.parametrize(
    "change",
    [
        {"task": "gone.py:f"},
        {"task": "no such task"},
        {"task": "a.py:f", "inputs": "[\0]"},
        {"inputs": "(1,"},
        {"task": "f", "source": "def f(:"},
        {"place": Place(python="a\nb", cwd="gone\n")},
        {"pool": PoolSettings(initializer="gone.py:f", initargs="(1,")},
    ],
)
def test_what_is_no_python_yet_makes_no_error(change: dict[str, object]) -> None:
    text = program(replace(Experiment(), **change))  # type: ignore[arg-type]
    assert text.endswith('if __name__ == "__main__":\n    main()\n') or "run_experiment()" in text


def test_a_path_cannot_break_out_of_its_comment() -> None:
    text = program(Experiment(place=Place(python="a\nimport os")))
    assert "\nimport os\n" not in text.partition("import multiprocessing")[0]


def test_a_program_has_nothing_of_poolscope_in_it(folder: Path) -> None:
    for task in ("mandelbrot_row", f"{folder / 'my_tasks.py'}:twice", "os.path:basename"):
        assert "poolscope" not in program(Experiment(task)).lower()
