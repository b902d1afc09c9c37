"""Every failure has its sentence, and every literal can be translated."""

import ast
import dataclasses
import re
import subprocess
from pathlib import Path

import PySide6
import pytest

from poolscope.engine.experiment import Experiment, Place, PoolSettings
from poolscope.engine.journal import Status
from poolscope.engine.problem import Kind, Problem
from poolscope.engine.trace.counts import Counts
from poolscope.engine.trace.layout import Phase, TaskState
from poolscope.gui import sentences, wording
from poolscope.gui.command_line import words

ERROR = {"error": "ValueError: bad"}
FIELDS = {
    field.name
    for model in (Experiment, PoolSettings, Place)
    for field in dataclasses.fields(model)
    if field.name not in ("pool", "place")
}
FILE = {"path": "there/file.x"}
EXAMPLES = {
    Kind.OUT_OF_RANGE: Problem(Kind.OUT_OF_RANGE, "processes", {"low": 1, "high": 512, "value": 0}),
    Kind.NOT_A_NUMBER: Problem(Kind.NOT_A_NUMBER, "processes", {"value": "two"}),
    Kind.NOT_A_TEXT: Problem(Kind.NOT_A_TEXT, "cwd", {"value": "'a\\x00'"}),
    Kind.NOT_A_MODULE: Problem(Kind.NOT_A_MODULE, "preload", {"value": "1x"}),
    Kind.NOT_A_VARIABLE: Problem(Kind.NOT_A_VARIABLE, "env", {"value": "THREADS"}),
    Kind.VARIABLE_TWICE: Problem(Kind.VARIABLE_TWICE, "env", {"value": "THREADS"}),
    Kind.WITHOUT_EFFECT: Problem(
        Kind.WITHOUT_EFFECT, "chunksize", {"ruler": "method", "value": "apply"}
    ),
    Kind.TASK_NOT_READ: Problem(Kind.TASK_NOT_READ, "task", FILE | {"error": "No such file"}),
    Kind.TASK_SYNTAX: Problem(Kind.TASK_SYNTAX, "task", FILE | {"line": 7, "error": "bad syntax"}),
    Kind.INITIALIZER_NOT_LOADED: Problem(
        Kind.INITIALIZER_NOT_LOADED, "initializer", {"task": "a.py:f"} | ERROR
    ),
    Kind.INITARGS_RAISED: Problem(Kind.INITARGS_RAISED, "initargs", ERROR),
    Kind.INPUTS_TOO_LARGE: Problem(Kind.INPUTS_TOO_LARGE, "inputs", {"bytes": 5_000_000_000}),
    Kind.INPUTS_TOO_SLOW: Problem(Kind.INPUTS_TOO_SLOW, "inputs", {"seconds": 60}),
    Kind.NO_FORMER_RUN: Problem(Kind.NO_FORMER_RUN, "order"),
    Kind.ORDER_MISFIT: Problem(Kind.ORDER_MISFIT, "order", {"count": 2000, "known": 1000}),
    Kind.PYTHON_NOT_FOUND: Problem(Kind.PYTHON_NOT_FOUND, "python", FILE),
    Kind.PYTHON_NOT_ONE: Problem(Kind.PYTHON_NOT_ONE, "python", FILE | ERROR),
    Kind.PYTHON_TOO_OLD: Problem(Kind.PYTHON_TOO_OLD, "python", FILE | {"version": "3.9.1"}),
    Kind.NO_CWD: Problem(Kind.NO_CWD, "cwd", FILE),
    Kind.NOT_AN_EXPERIMENT: Problem(Kind.NOT_AN_EXPERIMENT, None, FILE | ERROR),
    Kind.INPUT_NOT_READ: Problem(Kind.INPUT_NOT_READ, "inputs", {"task": 12} | ERROR),
    Kind.INITIALIZER_NOT_SENT: Problem(Kind.INITIALIZER_NOT_SENT, "initargs", ERROR),
    Kind.INITIALIZER_RAISED: Problem(Kind.INITIALIZER_RAISED, "initializer", ERROR),
    Kind.UNKNOWN_CHOICE: Problem(
        Kind.UNKNOWN_CHOICE, "start_method", {"value": "thread", "choices": ["fork", "spawn"]}
    ),
    Kind.EMPTY: Problem(Kind.EMPTY, "inputs"),
    Kind.UNKNOWN_TASK: Problem(Kind.UNKNOWN_TASK, "task", {"value": "qqqq"}),
    Kind.TASK_NOT_LOADED: Problem(Kind.TASK_NOT_LOADED, "task", {"task": "a.py:f"} | ERROR),
    Kind.INPUTS_SYNTAX: Problem(Kind.INPUTS_SYNTAX, "inputs", ERROR),
    Kind.INPUTS_RAISED: Problem(Kind.INPUTS_RAISED, "inputs", ERROR),
    Kind.INPUTS_NOT_ITERABLE: Problem(Kind.INPUTS_NOT_ITERABLE, "inputs", {"type": "int"}),
    Kind.INPUTS_TOO_MANY: Problem(Kind.INPUTS_TOO_MANY, "inputs", {"limit": 50_000_000}),
    Kind.NO_SPACE: Problem(Kind.NO_SPACE, None, FILE | {"bytes": 2_000_000_000}),
    Kind.NOT_WRITABLE: Problem(Kind.NOT_WRITABLE, None, FILE | ERROR),
    Kind.UNKNOWN_ENDING: Problem(Kind.UNKNOWN_ENDING, None, FILE | {"known": [".csv", ".jsonl"]}),
    Kind.OWN_FOLDER_NOT_WRITABLE: Problem(Kind.OWN_FOLDER_NOT_WRITABLE, None, FILE | ERROR),
    Kind.NOT_REMEMBERED: Problem(Kind.NOT_REMEMBERED, None, FILE | ERROR),
    Kind.DISK_FULL: Problem(Kind.DISK_FULL, None, FILE),
    Kind.RUN_NOT_RECORDED: Problem(Kind.RUN_NOT_RECORDED, None, FILE | ERROR),
    Kind.NOT_A_RUN: Problem(Kind.NOT_A_RUN, None, FILE | ERROR),
    Kind.HOST_NOT_STARTED: Problem(Kind.HOST_NOT_STARTED, None, ERROR),
    Kind.HOST_DIED: Problem(Kind.HOST_DIED, None, {"cause": "SIGKILL", "output": "last words"}),
    Kind.HOST_BROKE: Problem(Kind.HOST_BROKE, None, ERROR),
    Kind.POOL_NOT_STARTED: Problem(Kind.POOL_NOT_STARTED, "processes", ERROR),
    Kind.LEFT_BEHIND: Problem(
        Kind.LEFT_BEHIND, None, {"processes": ["sleep (4711)", "sleep (4712)"], "count": 2}
    ),
    Kind.POOL_STALLED: Problem(Kind.POOL_STALLED),
    Kind.TASK_RAISED: Problem(Kind.TASK_RAISED, None, {"task": 12} | ERROR),
    Kind.NO_FOLDER: Problem(Kind.NO_FOLDER, None, {"path": "gone/t.png", "folder": "gone"}),
    Kind.IS_FOLDER: Problem(Kind.IS_FOLDER, None, {"path": "t.png"}),
    Kind.WRITE_PROTECTED: Problem(Kind.WRITE_PROTECTED, None, {"path": "t.png"}),
    Kind.TASK_NOT_SENT: Problem(Kind.TASK_NOT_SENT, "task", {"task": "crunch"} | ERROR),
    Kind.INPUT_NOT_SENT: Problem(Kind.INPUT_NOT_SENT, "inputs", {"chunk": 3} | ERROR),
    Kind.RESULT_NOT_SENT: Problem(Kind.RESULT_NOT_SENT, None, {"task": 12} | ERROR),
    Kind.PIPE_BROKEN: Problem(Kind.PIPE_BROKEN, None, ERROR),
    Kind.RESULT_VANISHED: Problem(Kind.RESULT_VANISHED, None, {"first": 12, "last": 15}),
    Kind.TASK_NOT_IMPORTED: Problem(
        Kind.TASK_NOT_IMPORTED, "task", {"task": "crunch", "module": "work"} | ERROR
    ),
    Kind.INITIALIZER_NOT_READ: Problem(Kind.INITIALIZER_NOT_READ, "initializer", ERROR),
    Kind.RESULT_NOT_READ: Problem(Kind.RESULT_NOT_READ, None, {"task": 12} | ERROR),
    Kind.WORKER_DIED: Problem(
        Kind.WORKER_DIED,
        None,
        {"pid": 4711, "cause": "SIGKILL", "phase": "running", "task": 12, "first": 13, "last": 15},
    ),
    Kind.WORKERS_KEEP_DYING: Problem(
        Kind.WORKERS_KEEP_DYING, None, {"count": 6, "cause": "exit status 1"}
    ),
    Kind.RUN_ELSEWHERE: Problem(Kind.RUN_ELSEWHERE, None, FILE),
    Kind.WORKER_GONE: Problem(Kind.WORKER_GONE, None, {"pid": 4711}),
    Kind.APP_ENDED: Problem(Kind.APP_ENDED),
}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_problem_has_a_whole_sentence_in_one_line(kind: Kind) -> None:
    said = wording.sentence(EXAMPLES[kind])
    assert said.endswith(".")
    assert "\n" not in said
    assert not re.search(r"[{}?]|\.\.", said)


@pytest.mark.parametrize("kind", Kind)
def test_every_fact_of_a_problem_that_its_template_names_is_in_its_sentence(kind: Kind) -> None:
    said = wording.sentence(EXAMPLES[kind])
    for name in re.findall(r"{(\w+)}", sentences.SENTENCES[kind]):
        value = EXAMPLES[kind].values.get(name)
        if isinstance(value, int | str):
            assert str(value) in said.replace(",", ""), (name, said)


def test_a_field_problem_names_the_field_the_limits_and_the_value() -> None:
    said = wording.sentence(EXAMPLES[Kind.OUT_OF_RANGE])
    assert said == "processes must be from 1 to 512, but is 0."


def test_an_inputs_problem_says_what_was_raised_and_what_to_do() -> None:
    problem = Problem(
        Kind.INPUTS_RAISED, "inputs", {"error": "ZeroDivisionError: division by zero"}
    )
    assert wording.sentence(problem) == (
        "The inputs cannot be evaluated: ZeroDivisionError: division by zero."
        " Correct the expression."
    )


def test_an_unknown_task_suggests_close_ones_of_the_catalogue_or_those_it_brings() -> None:
    said = wording.sentence(Problem(Kind.UNKNOWN_TASK, "task", {"value": "laboratr"}))
    assert "Did you mean laborator?" in said
    close = {"value": "a.py", "close": ["a.py:f", "a.py:g"]}
    assert "Did you mean a.py:f or a.py:g?" in wording.sentence(
        Problem(Kind.UNKNOWN_TASK, "task", close)
    )
    assert "Choose one of the catalogue" in wording.sentence(EXAMPLES[Kind.UNKNOWN_TASK])


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Problem(Kind.NOT_A_VARIABLE, "env", {"value": ""}), "An environment variable has no name"),
        (
            Problem(Kind.WITHOUT_EFFECT, "initargs", {"ruler": "initializer", "value": ""}),
            "initargs has no effect without initializer.",
        ),
        (Problem(Kind.TASK_SYNTAX, "task", {"path": "a.py"} | ERROR), "a.py is not Python: "),
        (Problem(Kind.TASK_SYNTAX, "task", {"line": 3} | ERROR), "Line 3 of the text is not"),
        (Problem(Kind.TASK_SYNTAX, "task", {"path": "", "line": None} | ERROR), "The text is not"),
        (Problem(Kind.PYTHON_TOO_OLD, "python", FILE | ERROR), "there/file.x is an old Python ("),
    ],
)
def test_what_is_not_known_has_no_place_in_the_sentence(problem: Problem, expected: str) -> None:
    said = wording.sentence(problem)
    assert said.startswith(expected)
    assert said.endswith(".")
    assert not re.search(r"[{}?]|  ", said)


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_field_of_an_experiment_has_a_name_in_sentences(field: str) -> None:
    assert field in wording._FIELDS


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"task": 12, "first": 13, "last": 15}, "task 12; tasks 13 to 15 of its chunk were never"),
        ({"task": 12, "first": 13, "last": 13}, "task 12; task 13 of its chunk was never run."),
        ({"task": 12, "first": 13, "last": 12}, "while running task 12."),
        ({"phase": "unpickling", "first": 4, "last": 6}, "unpickling its inputs; tasks 4 to 6"),
        ({"phase": "unpickling", "first": 4, "last": 4}, "its inputs; task 4 was never run."),
        ({"phase": "sending", "first": 4, "last": 3}, "results; the results of its chunk are lost"),
        ({"phase": "receiving"}, "while holding the lock of the task queue."),
    ],
)
def test_a_worker_s_death_says_what_went_down_with_it(facts: dict, expected: str) -> None:
    values = {"pid": 4711, "cause": "SIGTERM", "phase": "running"} | facts
    said = wording.sentence(Problem(Kind.WORKER_DIED, None, values))
    assert said.startswith("Worker 4711 died (SIGTERM) while ")
    assert expected in said


def test_a_death_of_a_known_cause_comes_with_advice() -> None:
    assert "memory" in wording.sentence(EXAMPLES[Kind.WORKER_DIED])
    exited = {"pid": 1, "cause": "exit status 1", "phase": "running", "task": 1}
    died = Problem(Kind.WORKER_DIED, None, exited | {"first": 2, "last": 1})
    assert "return or raise" in wording.sentence(died)
    assert "return or raise" not in wording.sentence(EXAMPLES[Kind.WORKERS_KEEP_DYING])


@pytest.mark.parametrize(
    ("facts", "advice"),
    [
        ({"cause": "SIGKILL", "out_of_memory": True}, "The system ran out of memory at that time"),
        ({"cause": "SIGABRT"}, "the output may say why"),
        ({"cause": "SystemExit: 4", "raised": True}, "never end its process"),
        ({"cause": "KeyboardInterrupt", "raised": True}, "only what derives from Exception"),
        ({"cause": "OSError: 9", "raised": True, "phase": "sending"}, "not opened itself"),
        ({"cause": "RuntimeError: no", "raised": True, "phase": "initializing"}, "initializer."),
    ],
)
def test_what_to_do_about_a_death_depends_on_its_cause(facts: dict, advice: str) -> None:
    values = {"pid": 4711, "phase": "running"} | facts
    assert advice in wording.sentence(Problem(Kind.WORKER_DIED, None, values))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"of": "tasks"}, "lock of the task queue"),
        ({"of": "results"}, "lock of the results"),
        ({"of": "workers"}, "no worker is left"),
        ({}, "lock of the task queue"),
    ],
)
def test_a_pool_that_stands_still_says_what_is_missing(values: dict, words: str) -> None:
    assert words in wording.sentence(Problem(Kind.POOL_STALLED, None, values))


def test_a_result_that_never_came_is_named_as_far_as_it_is_known() -> None:
    def said(**values: int) -> str:
        return wording.sentence(Problem(Kind.RESULT_VANISHED, None, values))

    assert said(first=3, last=3).startswith("The result of task 3 was sent")
    assert said(first=3, last=5).startswith("The results of tasks 3 to 5 were sent")
    assert said().startswith("The results of a chunk were sent")


def test_an_error_of_many_lines_becomes_one_short_line() -> None:
    error = "ValueError: one\n  two.\n" + "x" * 1000
    said = wording.sentence(Problem(Kind.HOST_BROKE, None, {"error": error}))
    assert "ValueError: one two. xxx" in said
    assert len(said) < 500


def test_a_brace_in_an_error_is_left_alone() -> None:
    said = wording.sentence(Problem(Kind.INPUTS_RAISED, "inputs", {"error": "KeyError: {path}"}))
    assert "KeyError: {path}." in said


def test_every_state_status_phase_and_start_method_has_its_words() -> None:
    names = [wording.state_name(state) for state in TaskState]
    assert len(set(names)) == len(TaskState)
    assert len({wording.phase_name(phase) for phase in Phase}) == len(Phase)
    assert len({wording.status_name(status) for status in Status}) == len(Status)
    for start_method in ("fork", "spawn", "forkserver"):
        assert wording.start_method_help(start_method).endswith(".")


def test_counts_know_their_plural() -> None:
    assert wording.count(1, "task") == "1 task"
    assert wording.count(0, "worker") == "0 workers"
    assert wording.count(2000, "chunk") == "2,000 chunks"


def test_the_outcome_of_a_run_names_only_what_there_was() -> None:
    finished = wording.outcome(Status.FINISHED, Counts(total=3, done=3), 0.41)
    assert finished == "Finished: 3 of 3 tasks done, makespan 410 ms."
    stopped = wording.outcome(Status.STOPPED, Counts(total=3, done=1, lost=1, not_run=1), None)
    assert stopped == "Stopped: 1 of 3 tasks done, 1 lost, 1 not run."
    vain = wording.outcome(Status.FAILED, Counts(total=8, done=8, result_lost=8), None)
    assert vain == "Failed: 8 of 8 tasks done (all results lost)."
    both = wording.outcome(Status.FAILED, Counts(total=8, done=7, lost=1, result_lost=1), None)
    assert both == "Failed: 7 of 8 tasks done (the result of 1 lost), 1 lost."


def test_a_translation_is_asked_for_the_template_and_filled_in_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    german = {
        "{field} must be from {low} to {high}, but is {value}.": "{value}: {low}–{high} {field}!",
        "processes": "Prozesse",
    }
    monkeypatch.setattr(wording, "translate", lambda text: german.get(text, text))
    assert wording.sentence(EXAMPLES[Kind.OUT_OF_RANGE]) == "0: 1–512 Prozesse!"


def test_lupdate_finds_every_marked_literal(tmp_path: Path) -> None:
    program = Path(PySide6.__file__).parent / "lupdate"
    if not program.exists():
        pytest.skip("this PySide6 comes without lupdate")
    files = [str(module.__file__) for module in (sentences, wording, words)]
    catalogue = tmp_path / "all.ts"
    subprocess.run([program, *files, "-ts", catalogue], check=True, capture_output=True)
    found = catalogue.read_text("utf-8").count("<source>")
    assert found == len({text for file in files for text in _marked(Path(file))})


def _marked(path: Path) -> list[str]:
    calls = [
        node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if type(node) is ast.Call
    ]
    marked = [
        node
        for node in calls
        if getattr(node.func, "id", "") == sentences.QT_TRANSLATE_NOOP.__name__
    ]
    assert marked
    return [ast.literal_eval(node.args[1]) for node in marked]


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("map", "so does map, which then gives no results, not even those of tasks that returned"),
        ("starmap_async", "so does starmap_async"),
        ("imap", "so does the iterator of imap"),
        ("imap_unordered", "so does the iterator of imap_unordered"),
        ("apply", "so does apply: the tasks after it were not handed out"),
        ("apply_async", "so does its get()"),
    ],
)
def test_what_a_raised_exception_means_depends_on_the_method(method: str, words: str) -> None:
    values = {"task": 3, "error": "ValueError: three", "method": method}
    said = wording.sentence(Problem(Kind.TASK_RAISED, None, values))
    assert words in said and "Task 3 raised ValueError: three" in said


def test_a_task_that_died_is_named_also_where_the_order_was_changed() -> None:
    values = {"pid": 1, "cause": "SIGKILL", "phase": "running", "task": 3}
    said = wording.sentence(Problem(Kind.WORKER_DIED, None, values))
    assert "while running task 3." in said


def test_a_module_that_is_missing_is_looked_for_in_another_python() -> None:
    values = {"task": "a.py:f", "error": "ModuleNotFoundError: No module named 'numpy'"}
    assert "Choose the Python" in wording.sentence(Problem(Kind.TASK_NOT_LOADED, "task", values))


def test_one_process_that_was_left_is_spoken_of_as_one() -> None:
    left = Problem(Kind.LEFT_BEHIND, None, {"processes": ["sleep (4711)"], "count": 1})
    assert wording.sentence(left).startswith("A process that a task had started was still running")


@pytest.mark.parametrize(
    ("names", "count", "words"),
    [
        ([f"python ({28320 + number})" for number in range(10)], 60, "python (28320 and 59 more)."),
        (["sh (1)", "sleep (2)", "sleep (3)"], 3, "ended: sh (1), sleep (2, 3)."),
        (["sh (1)", "sleep (2)"], 1_200, "1,200 processes that"),
        (["sh (1)", "sleep (2)"], 1_200, "sh (1), sleep (2) and 1,198 others."),
        (["sh (1)", "sleep (2)"], 3, "sh (1), sleep (2) and another."),
        (["a (b) (7)", "nameless"], 2, "a (b) (7), nameless (?)."),
    ],
)
def test_processes_that_were_left_are_told_by_their_names(
    names: list[str], count: int, words: str
) -> None:
    left = Problem(Kind.LEFT_BEHIND, None, {"processes": names, "count": count})
    assert words in wording.sentence(left) and "…" not in wording.sentence(left)


def test_numbers_of_tasks_are_written_alike_in_the_whole_of_a_sentence() -> None:
    values = {"pid": 71_234, "cause": "SIGKILL", "phase": "running", "task": 12_000}
    values |= {"first": 12_001, "last": 13_000, "went_down": [11_000, 11_999, 1_000]}
    assert wording.what_happened(Problem(Kind.WORKER_DIED, None, values)) == (
        "Worker 71234 died (SIGKILL) while running task 12,000; tasks 12,001 to 13,000 of its chunk"
        " were never run. In its chunk, the results of tasks 11,000 to 11,999 went down with it."
    )


def test_results_that_went_down_alone_keep_a_plain_pool_waiting_too() -> None:
    values = {"pid": 5, "cause": "SIGKILL", "phase": "pickling", "went_down": [None, None, 4]}
    said = wording.sentence(Problem(Kind.WORKER_DIED, None, values))
    assert "the results of 4 tasks went down with it. Pool itself would now wait for ever." in said


def test_facts_that_are_none_are_said_in_one_short_line() -> None:
    values = {"pid": 5, "phase": "x" * 100_000, "cause": "\n" * 9, "more": "y" * 100_000}
    said = wording.what_happened(Problem(Kind.WORKER_DIED, None, values))
    assert len(said) < 400 and "\n" not in said


def test_one_thing_more_is_counted_as_one() -> None:
    assert words.more_faults(1) == "1 more thing went wrong; --json has its number."
    assert words.more_faults(3, alike=True) == "3 more of the kind; --json has their number."


@pytest.mark.parametrize("kind", [Kind.RESULT_NOT_READ, Kind.PIPE_BROKEN, Kind.POOL_STALLED])
def test_where_nothing_can_come_back_it_is_said_that_the_run_was_ended(kind: Kind) -> None:
    assert wording.sentence(EXAMPLES[kind]).endswith("for ever, so the run was ended here.")
    assert "ended here" not in wording.sentence(EXAMPLES[Kind.RESULT_VANISHED]), "it goes on"


def test_what_went_down_is_not_said_again_of_the_task_that_is_named() -> None:
    def said(task: int, *span: int) -> str:
        values = {"task": task, "error": "TypeError: no", "went_down": list(span)}
        return wording.sentence(Problem(Kind.RESULT_NOT_READ, None, values))

    assert "went down" not in said(0, 0, 0, 1)
    assert "the result of task 1 went down with it" in said(0, 1, 1, 1)
    assert "the results of tasks 0 and 1 went down with it" in said(0, 0, 1, 2)
    assert "the results of tasks 0 to 2 went down with it" in said(0, 0, 2, 3)


def test_two_tasks_are_joined_by_and() -> None:
    values = {"pid": 5, "cause": "SIGTERM", "phase": "running", "task": 6, "first": 7, "last": 8}
    assert "tasks 7 and 8 of its chunk" in wording.sentence(Problem(Kind.WORKER_DIED, None, values))


def test_a_host_that_was_killed_is_told_as_killed() -> None:
    said = wording.sentence(EXAMPLES[Kind.HOST_DIED])
    assert said.startswith("The process that owned the pool was killed (SIGKILL)")
    broke = wording.sentence(Problem(Kind.HOST_DIED, None, {"cause": "exit status 3"}))
    assert broke.startswith("The process that owned the pool died (exit status 3)")


def test_an_initializer_that_ends_each_worker_is_to_be_corrected() -> None:
    values = {"count": 5, "cause": "exit status 3", "phase": "initializing"}
    assert wording.sentence(Problem(Kind.WORKERS_KEEP_DYING, None, values)) == (
        "The initializer ended every worker (exit status 3, 5 times). Correct it: Pool itself would"
        " start new ones for ever."
    )
