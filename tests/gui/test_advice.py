"""Every finding has its sentence, whatever facts it brings."""

import ast
import re
import subprocess
from pathlib import Path
from typing import Any

import PySide6
import pytest

from poolscope.engine.checks.check import check
from poolscope.engine.checks.facts import Facts
from poolscope.engine.checks.finding import Advice, Finding
from poolscope.engine.checks.threads import THREAD_VARIABLES
from poolscope.engine.experiment import Experiment
from poolscope.engine.machine import Machine
from poolscope.engine.problem import Kind, Problem
from poolscope.gui import advice as advice_module
from poolscope.gui import wording
from poolscope.gui.advice import advice
from poolscope.gui.explanations import variable_help

F = {"function": "crunch"}
WIDTH = {**F, "given": 3, "least": 2, "most": 2}
CPUS = {"processes": 16, "cpus": 4, "logical": 8}
MODULE = {"module": "pandas", "python": "/usr/bin/python3"}
THREADS = {
    "libraries": ["numpy", "torch"],
    "threads": 8,
    "processes": 4,
    "cpus": 8,
    "variables": ["OMP_NUM_THREADS", "POLARS_MAX_THREADS"],
    "number": 2,
}
EXAMPLES: list[tuple[Advice, dict[str, Any], str]] = [
    (
        Advice.PROBLEM,
        {"problem": Problem(Kind.UNKNOWN_TASK, "task", {"value": "laboratr"})},
        "Did you mean laborator?",
    ),
    (Advice.FUNCTION_NOT_THERE, {**F, "close": []}, "There is no crunch at the top level"),
    (Advice.FUNCTION_NOT_THERE, {**F, "close": ["munch", "a"]}, "Did you mean munch or a?"),
    (Advice.FUNCTION_NOT_THERE, {"function": "", "close": ["a", "b"]}, "Choose a or b."),
    (Advice.FUNCTION_NOT_THERE, {"function": "", "close": []}, "names no function"),
    (Advice.FUNCTION_INSIDE, {**F, "outer": "main"}, "crunch is defined inside main()"),
    (Advice.FUNCTION_MAIN_ONLY, F, "under if __name__ == '__main__'"),
    (Advice.LAMBDA, F, "crunch is a lambda"),
    (Advice.ASYNC, F, "asyncio.run(crunch("),
    (Advice.GENERATOR, F, "use crunch() as the inputs"),
    (Advice.NEEDS_KEYWORDS, F, "crunch needs arguments by their names"),
    (
        Advice.NEEDS_MORE,
        {**F, "least": 2, "method": "imap", "star": "starmap"},
        "crunch needs 2 arguments, but imap gives it one. Choose starmap",
    ),
    (Advice.TAKES_NOTHING, {**F, "method": "map"}, "crunch takes no argument, but map"),
    (Advice.FILE_NAME, {"name": "my.tasks.py"}, "A file called my.tasks.py"),
    (Advice.HIDES_MODULE, {"name": "queue.py", "module": "queue"}, "own module queue"),
    (Advice.RELATIVE_IMPORT, {"module": "."}, "says from . import …"),
    (Advice.MODULE_NOT_THERE, MODULE, "/usr/bin/python3 finds no module pandas."),
    (Advice.IMPORT_NOT_THERE, MODULE, "imports pandas, which /usr/bin/python3 does not"),
    (Advice.VENV_HAS_IT, {"module": "pandas", "path": "/p/.venv/bin/python"}, "/p/.venv"),
    (Advice.INITIALIZER_WITHOUT_FILE, F, "no file in which crunch"),
    (Advice.INITIALIZER_WIDTH, WIDTH, "takes 2 arguments, but the initargs are 3."),
    (Advice.INITIALIZER_WIDTH, {**WIDTH, "least": 0, "most": 0}, "takes no arguments"),
    (Advice.INITIALIZER_NEVER_RUNS, F, "crunch is async or uses yield"),
    (Advice.STAR_NOT_TUPLES, {"method": "starmap"}, "starmap unpacks each input"),
    (
        Advice.STAR_WIDTH,
        {**WIDTH, "method": "starmap"},
        "crunch takes 2 arguments, but starmap unpacks an input into 3.",
    ),
    (Advice.STAR_WIDTH, {**WIDTH, "least": 1, "most": 1, "method": "starmap"}, "one argument,"),
    (Advice.STAR_WIDTH, {**WIDTH, "least": 4, "most": None, "method": "starmap"}, "at least 4"),
    (Advice.STAR_WIDTH, {**WIDTH, "least": 4, "most": 6, "method": "starmap"}, "4 to 6"),
    (Advice.NOT_CALLED, F, "Write crunch() to call it."),
    (Advice.FILE_NOT_THERE, {"path": "a{b}.csv"}, "There is no file a{b}.csv"),
    (Advice.NO_INPUTS, {}, "There are no inputs"),
    (Advice.IDLE_WORKERS, {"processes": 8, "tasks": 1}, "8 processes for 1 task: 7 of them"),
    (Advice.IDLE_WORKERS, {"processes": 8, "tasks": 3}, "8 processes for 3 tasks: 5 of"),
    (Advice.ONE_AT_A_TIME, {"processes": 4}, "only one of 4 workers"),
    (Advice.MORE_THAN_CPUS, {**CPUS, "cause": ""}, "Of 16 workers only 4"),
    (Advice.MORE_THAN_CPUS, {**CPUS, "cause": "quota"}, "container is granted no more of the 8"),
    (Advice.MORE_THAN_CPUS, {**CPUS, "cause": "affinity"}, "may use no more of the 8 CPUs"),
    (
        Advice.IDLE_CHUNKS,
        {"chunks": 2, "chunksize": 50, "processes": 4, "better": 25},
        "A chunksize of 50 leaves work for 2 of 4 workers only. Take 25 or less.",
    ),
    (Advice.ROUND_TRIPS, {"tasks": 20_000, "better": 1000}, "each of 20,000 tasks"),
    (Advice.WORKERS_BORN, {"born": 2000, "start_method": "fork"}, "About 2,000 workers"),
    (Advice.WORKERS_BORN, {"born": 60, "start_method": "spawn"}, "each is a new Python"),
    (Advice.FORK_ON_MACOS, {}, "Choose spawn."),
    (Advice.FORK_WITH_THREADS, {"library": "polars"}, "polars has threads"),
    (Advice.PRELOAD_NOT_THERE, MODULE, "finds no module pandas, so the fork server"),
    (Advice.MUCH_MEMORY, {"bytes": 3_200_000_000, "available": 4 * 10**9}, "3.2 GB of the 4 GB"),
    (Advice.TOO_MUCH_MEMORY, {"bytes": 10**15, "available": 750_000}, "but only 750 kB"),
    (Advice.LARGE_CHUNK, {"bytes": 2**31, "chunksize": 2000}, "chunk of 2,000 tasks is one"),
    (Advice.LARGE_INPUT, {"bytes": 2 * 10**9}, "One input is a message of about 2 GB"),
    (Advice.MANY_THREADS, THREADS, "numpy or torch can start 8 threads in each of 4 workers"),
    (Advice.MANY_THREADS, THREADS, "Set OMP_NUM_THREADS=2, POLARS_MAX_THREADS=2."),
    (Advice.MANY_THREADS, {**THREADS, "cpus": 1, "processes": 1}, "each of 1 worker, and all"),
    (Advice.MANY_THREADS, {**THREADS, "cpus": 1}, "share 1 CPU."),
]


@pytest.mark.parametrize(("kind", "values", "expected"), EXAMPLES)
def test_a_finding_is_said_in_one_line_with_its_facts(
    kind: Advice, values: dict[str, Any], expected: str
) -> None:
    said = advice(Finding(kind, "task", values=values))
    assert expected in said
    assert said[-1] in ".?" and "\n" not in said
    assert not re.search(r"\.\.|\{(?!b\})|  ", said)


def test_every_advice_has_an_example() -> None:
    assert {kind for kind, _, _ in EXAMPLES} == set(Advice)


def test_every_variable_that_is_offered_says_what_it_does() -> None:
    helps = [variable_help(name) for name in THREAD_VARIABLES]
    assert all(text.startswith("Threads ") and text.endswith(".") for text in helps)
    assert len(set(helps)) == len(helps)
    assert variable_help("PATH") == ""


@pytest.mark.parametrize("number", ["9" * 400, "0x" + "f" * 5000])
@pytest.mark.parametrize("text", ["[0] * {}", "[bytes({})] * 3", "[bytes({})]", "range({})"])
def test_numbers_that_no_machine_has_are_no_error(text: str, number: str) -> None:
    experiment = Experiment(inputs=text.format(number))
    machine = Machine("Linux", "3.11.7", physical=8, logical=8, affinity=8, quota=None)
    for finding in check(experiment, Facts(machine, available_bytes=10**9)):
        assert advice(finding)


def test_advice_is_translated_before_it_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    german = {
        "A file called {name} cannot be imported. Give it a name like my_tasks.py.": "{name}!",
    }
    monkeypatch.setattr(wording, "translate", lambda text: german.get(text, text))
    assert advice(Finding(Advice.FILE_NAME, "task", values={"name": "a.b.py"})) == "a.b.py!"


def test_lupdate_finds_every_marked_literal(tmp_path: Path) -> None:
    program = Path(PySide6.__file__).parent / "lupdate"
    if not program.exists():
        pytest.skip("this PySide6 comes without lupdate")
    file = Path(advice_module.__file__ or "")
    catalogue = tmp_path / "all.ts"
    subprocess.run([program, file, "-ts", catalogue], check=True, capture_output=True)
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    names = [getattr(node.func, "id", "") for node in nodes if type(node) is ast.Call]
    assert catalogue.read_text("utf-8").count("<source>") == names.count("QT_TRANSLATE_NOOP") > 0
