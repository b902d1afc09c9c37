"""Every reason has its sentences, whatever values it brings."""

import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import PySide6
import pytest

from poolscope.engine.experiment import Experiment
from poolscope.engine.explain.reason import Cause, Explanation, Reason, Remedy, Silence
from poolscope.engine.metrics.numbers import Numbers
from poolscope.gui import wording
from poolscope.gui.why import sentences, words

ORDER = Remedy(order="longest")
CHUNKS = {"workers": 3, "tail_s": 0.41, "chunksize": 31, "better": 4}
LONG = {"index": 1097, "took_s": 1.2, "median_s": 0.286, "times": 4.2, "tail_s": 0.41}
TINY = {"task_s": 13e-6, "trip_s": 6e-5, "break_even_s": 8e-5, "chunksize": 1, "better": 500}
LOOP = {"loop_s": 1.2, "makespan_s": 1.55, "break_even_s": 8e-5, "measured": False, "chunksize": 5}
CPUS = {"processes": 8, "cpus": 2, "cpu_share": 0.25}
START = {"start_up_s": 0.6, "start_method": "forkserver", "share": 0.4, "better": "fork"}
BYTES = {"bytes": 480_000_000, "a_chunk": 1_200_000, "pickling_s": 0.5, "share": 0.3}
FUNCTION = {**BYTES, "chunks": 400, "better": 10}
THREADS = {
    "threads": 8,
    "processes": 4,
    "cpus": 4,
    "libraries": ["numpy", "torch"],
    "variables": ["OMP_NUM_THREADS"],
}
ONE_THREAD = Remedy(variables={"OMP_NUM_THREADS": "1"})
MEMORY = {"bytes": 14 * 10**9, "limit": 15 * 10**9, "share": 0.93, "processes": 8, "better": 4}
NAMES = ("apply", "maxtasksperchild=1", "numpy")
"""They are spelt like that, also where a sentence begins."""
EXAMPLES: list[tuple[Cause, dict[str, Any], Remedy | None, str]] = [
    (
        Cause.UNEVEN_CHUNKS,
        CHUNKS,
        Remedy({"chunksize": 4}),
        "3 workers waited 410 ms at the end, while others still worked on chunks of 31. A chunksize"
        " of 4 would save about 350 ms of 3.41 s.",
    ),
    (Cause.UNEVEN_CHUNKS, {**CHUNKS, "workers": 1}, None, "1 worker waited 410 ms"),
    (
        Cause.LONG_TASK,
        LONG,
        ORDER,
        "task 1,097, which took 1.2 s: 4.2 × the median. Longest first would save about 350 ms",
    ),
    (
        Cause.LONG_TASK,
        {**LONG, "median_s": None, "times": None},
        None,
        "which took 1.2 s. That cost about 350 ms of 3.41 s. Cut it into several tasks",
    ),
    (
        Cause.TINY_TASKS,
        TINY,
        Remedy({"chunksize": 500}),
        "takes 13 µs, but the round trip of a chunk of 1 costs 60 µs here. At chunksize 1, a run"
        " like this pays from about 80 µs a task on. A chunksize of 500 would save",
    ),
    (Cause.TINY_TASKS, {**TINY, "break_even_s": None}, None, "60 µs here. That cost"),
    (
        Cause.TINY_TASKS,
        {**TINY, "loop_s": 1.5},
        None,
        "A plain loop would be quicker: about 1.5 s.",
    ),
    (Cause.SLOWER_THAN_LOOP, LOOP, None, "took 1.55 s; a plain loop would take about 1.2 s."),
    (Cause.SLOWER_THAN_LOOP, {**LOOP, "measured": True}, None, "one process took 1.2 s for"),
    (
        Cause.ONE_AT_A_TIME,
        {"processes": 4, "method": "apply", "better": "apply_async"},
        Remedy({"method": "apply_async"}),
        "apply waits for each task before it hands out the next, so of 4 workers only one worked at"
        " a time. The method apply_async would save",
    ),
    (
        Cause.TOO_MANY_WORKERS,
        CPUS,
        Remedy({"processes": 2}),
        "8 workers shared 2 CPUs: a task computed 25 % of its time, and waited for a CPU in the"
        " rest. 2 workers would save",
    ),
    (Cause.TOO_MANY_WORKERS, {**CPUS, "cpu_share": None, "cpus": 1}, None, "shared 1 CPU."),
    (
        Cause.TOO_FEW_WORKERS,
        {**CPUS, "processes": 2, "cpu_share": 0.02, "better": 16},
        Remedy({"processes": 16}),
        "Tasks computed 2 % of their time and waited in the rest, and 2 workers were never free"
        " while there was work to take."
        " 16 workers would",
    ),
    (
        Cause.TOO_FEW_WORKERS,
        {"processes": 2, "cpus": 8, "cpu_share": 0.99, "better": 8},
        Remedy({"processes": 8}),
        "2 workers computed as long as there was work to take, but there are 8 CPUs.",
    ),
    (
        Cause.BUSY_MACHINE,
        {"others_cpus": 1.234, "cpus": 2, "share": 0.6, "cpu_share": 0.38},
        None,
        "Other programs used about 1.2 of the 2 CPUs meanwhile: a task computed 38 % of its time,"
        " and waited for a CPU in much of the rest. That cost about 350 ms of 3.41 s. Run again"
        " when the machine is free.",
    ),
    (
        Cause.START_UP,
        START,
        Remedy({"start_method": "fork"}),
        "The workers could begin 600 ms after the call, on average, 40 % of it all: forkserver"
        " started them. Starting workers by fork would save",
    ),
    (Cause.START_UP, {**START, "start_method": "spawn"}, None, "a new Python that imports"),
    (Cause.START_UP, {**START, "initializer_s": 0.5}, None, "the initializer took 500 ms."),
    (Cause.PICKLED_INPUTS, BYTES, None, "480 MB, 1.2 MB a chunk. Pickling and unpickling"),
    (
        Cause.PICKLED_FUNCTION,
        FUNCTION,
        Remedy({"chunksize": 10}),
        "makes 480 MB, and was pickled again for each of 400 chunks. That took 500 ms over all"
        " processes together. A chunksize of 10 would save about 350 ms of 3.41 s. Give the"
        " workers",
    ),
    (Cause.PICKLED_RESULTS, BYTES, None, "Return less, or write it to files"),
    (
        Cause.RESPAWN,
        {"workers": 400, "respawn_s": 1.2, "maxtasksperchild": 1, "better": None},
        Remedy({"maxtasksperchild": None}),
        "maxtasksperchild=1 started 400 workers in place of others. Their starts took 1.2 s of"
        " worker time. Workers that stay would save",
    ),
    (
        Cause.THREADS,
        THREADS,
        ONE_THREAD,
        "numpy and torch ran up to 8 threads in each of 4 workers, and all of them shared 4 CPUs."
        " OMP_NUM_THREADS=1 would save",
    ),
    (Cause.THREADS, {**THREADS, "libraries": []}, None, "Each of 4 workers ran up to 8 threads"),
    (Cause.MEMORY, MEMORY, Remedy({"processes": 4}), "14 GB of memory, 93 % of the 15 GB"),
]


@pytest.mark.parametrize(("cause", "values", "remedy", "expected"), EXAMPLES)
def test_a_reason_says_what_happened_what_it_cost_and_what_helps(
    cause: Cause, values: dict[str, Any], remedy: Remedy | None, expected: str
) -> None:
    reason = Reason(cause, 0.35, values, remedy=remedy)
    said = words.reason_text(reason, 3.41)
    assert expected in said
    assert "about 350 ms of 3.41 s" in said
    assert said[-1] == "." and (said[0].isupper() or said[0].isdigit() or said.split()[0] in NAMES)
    assert not re.search(r"[{}?\n]|\.\.|  ", said)
    assert " of 3.41 s" not in words.reason_text(reason)
    assert bool(words.remedy_text(reason)) == (remedy is not None)
    assert words.title_text(reason) and words.cost_text(reason) == "350 ms"


def test_what_saves_no_time_is_good_for_something_else() -> None:
    crowd = Reason(Cause.TOO_MANY_WORKERS, 0.01, CPUS, remedy=Remedy({"processes": 2}))
    assert words.reason_text(crowd, 3.41).endswith("in the rest. 2 workers would do as well.")
    memory = Reason(Cause.MEMORY, 0.0, MEMORY, remedy=Remedy({"processes": 4}))
    assert words.reason_text(memory).endswith("that there are. 4 workers would leave room.")
    assert words.cost_text(memory) == ""


def test_every_cause_and_silence_has_its_words() -> None:
    assert {cause for cause, *_ in EXAMPLES} == set(Cause)
    for texts in (sentences.TITLES, sentences.HAPPENED, sentences.HELPS):
        assert set(texts) == set(Cause)
    assert len({words.silence_text(silence) for silence in Silence}) == len(Silence)


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("value", [None, 0, -1, 10**30, float("nan"), "a{b}\n" * 500, []])
def test_values_that_no_run_has_are_no_error(cause: Cause, value: object) -> None:
    names = {name for _, values, _, _ in EXAMPLES for name in values}
    said = words.reason_text(Reason(cause, 1.0, dict.fromkeys(names, value)), 2.0)
    assert said and "\n" not in said
    assert words.reason_text(Reason(cause, 0.0, {}))


@pytest.mark.parametrize(
    ("remedy", "button", "applied"),
    [
        (Remedy({"chunksize": 4}), "Set chunksize to 4", "chunksize is 4 now; Run to see"),
        (Remedy({"chunksize": None}), "Leave chunksize to Pool", "chunksize is left to Pool now"),
        (Remedy({"processes": 8}), "8 workers", "processes is 8 now"),
        (Remedy({"start_method": "fork"}), "Start workers by fork", "start method is fork now"),
        (Remedy({"method": "map"}), "Use map", "method is map now"),
        (Remedy({"maxtasksperchild": None}), "Never replace workers", "is off now"),
        (Remedy({"maxtasksperchild": 50}), "Set maxtasksperchild to 50", "is 50 now"),
        (Remedy({"processes": 2, "chunksize": 9}), "2 workers, chunksize 9", "Set: 2"),
        (Remedy({"chunksize": 9, "method": "map"}), "chunksize 9, map", "chunksize of 9 and the"),
        (
            Remedy({"chunksize": 1}, order="longest"),
            "Longest first, chunksize 1",
            "Set: longest first and a chunksize of 1.",
        ),
        (ORDER, "Longest first", "The longest go first now"),
        (ONE_THREAD, "OMP_NUM_THREADS=1", "Set: OMP_NUM_THREADS=1. Run"),
        (Remedy(variables=dict.fromkeys("ABCD", "1")), "A=1 and 3 more", "A=1, B=1, C=1, D=1"),
    ],
)
def test_a_remedy_is_said_on_its_button_and_once_it_is_set(
    remedy: Remedy, button: str, applied: str
) -> None:
    assert words.remedy_text(Reason(Cause.THREADS, 1, {}, remedy=remedy)) == button
    assert applied in words.applied_text(remedy)
    assert "Run to see what it does." in words.applied_text(remedy)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (Numbers(processes=4, efficiency=0.93), "4 workers were busy 93 % of the time."),
        (Numbers(processes=1, efficiency=0.97), "the worker was busy 97 %"),
        (Numbers(processes=4, efficiency=0.9, speed_up=3.6), "3.6 × as fast as one process, an"),
        (Numbers(processes=4, efficiency=0.4), "would change much: 4 workers had an efficiency of"),
        (Numbers(efficiency=None), "Nothing was found"),
        (Numbers(efficiency=float("nan")), "Nothing was found"),
        (Numbers(efficiency=1e300), "Nothing was found"),
    ],
)
def test_when_all_is_well_it_says_so_with_the_efficiency(numbers: Numbers, expected: str) -> None:
    assert expected in words.all_well_text(Explanation(numbers))


def test_tasks_that_waited_for_a_cpu_are_not_said_to_be_well() -> None:
    numbers = Numbers(processes=2, efficiency=0.95)
    said = words.all_well_text(Explanation(numbers, cpu_share=0.38, waited=0.6))
    assert "All is well" not in said
    assert said.endswith("computed 38 % of their time, and waited for a CPU in 60 % of it.")
    said = words.all_well_text(Explanation(numbers, cpu_share=0.38, waited=0.0))
    assert said.startswith("All is well: ") and said.endswith("Tasks computed 38 % of their time.")
    said = words.all_well_text(Explanation(numbers, cpu_share=0.97, waited=0.0))
    assert said.endswith("2 workers were busy 95 % of the time.")


def test_a_loop_is_said_to_be_quicker_than_what_the_remedy_leaves_only_where_it_is() -> None:
    values = {"workers": 11, "respawn_s": 2.4, "maxtasksperchild": 1, "loop_s": 2.88}
    remedy = Remedy({"maxtasksperchild": None})
    still, too, alone = (
        words.reason_text(Reason(Cause.RESPAWN, 1.22, {**values, "still": is_still}, remedy=mend))
        for is_still, mend in ((True, remedy), (False, remedy), (True, None))
    )
    assert still.endswith(
        "save about 1.22 s. A plain loop would be quicker than even that: about 2.88 s."
    )
    assert too.endswith("As this run was, a plain loop would have been quicker: about 2.88 s.")
    assert "A plain loop would be quicker: about 2.88 s. That cost" in alone


def test_what_a_loop_would_save_fits_what_is_said_to_cost() -> None:
    values = {"loop_s": 4.07, "makespan_s": 7.79, "measured": False, "short": False}
    said = words.reason_text(Reason(Cause.SLOWER_THAN_LOOP, 2.61, values), 7.79)
    assert "Of the 3.72 s between them, 2.61 s have no other reason. Give the pool more" in said
    said = words.reason_text(Reason(Cause.SLOWER_THAN_LOOP, 3.72, values), 7.79)
    assert "cost about 3.72 s of 7.79 s." in said


def test_the_effect_names_the_one_setting_that_is_another() -> None:
    four = Experiment().with_pool(chunksize=4)
    one = four.with_pool(chunksize=1)
    assert words.change_text(one, four) == "with chunksize 1 instead of 4"
    for other in (four, one.with_pool(processes=5), four.with_pool(chunksize=None)):
        assert words.change_text(other, four) == ""
    assert words.change_text(replace(one, order="shuffled"), four) == ""
    said = words.effect_text(1.0, 2.5, "with chunksize 1 instead of 4")
    assert said == "2.5 × faster than the run before, with chunksize 1 instead of 4."
    assert words.effect_text(2.0, 1.0) == "2 × slower than the run before."
    assert words.effect_text(1.0, 0.97) == "About as fast as the run before."


def test_the_command_line_can_say_it_without_qt() -> None:
    code = "import sys; from poolscope.gui.why import words; print('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_reasons_are_translated_before_they_are_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    german = {sentences.SAVES: "{remedy}: {cost}!", sentences.IN_SENTENCE["longest"]: "lange"}
    monkeypatch.setattr(wording, "translate", lambda text: german.get(text, text))
    said = words.reason_text(Reason(Cause.LONG_TASK, 0.35, LONG, remedy=ORDER))
    assert said.endswith("Lange: 350 ms!")


def test_lupdate_finds_every_marked_literal(tmp_path: Path) -> None:
    program = Path(PySide6.__file__).parent / "lupdate"
    if not program.exists():
        pytest.skip("this PySide6 comes without lupdate")
    file, catalogue = Path(sentences.__file__ or ""), tmp_path / "all.ts"
    subprocess.run([program, file, "-ts", catalogue], check=True, capture_output=True)
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    literals = {
        node.args[1].value  # type: ignore[attr-defined]
        for node in nodes
        if type(node) is ast.Call and getattr(node.func, "id", "") == "QT_TRANSLATE_NOOP"
    }
    assert catalogue.read_text("utf-8").count("<source>") == len(literals) > 0


def test_the_making_of_the_pool_is_said_for_itself() -> None:
    values = {**START, "making_s": 0.155}
    reason = Reason(Cause.START_UP, 0.5, values, remedy=Remedy({"start_method": "fork"}))
    said = words.reason_text(reason, 1.05)
    assert "600 ms after the call" in said and "500 ms of 1.05 s" in said
    assert "Making the pool took 155 ms before that." in said
    assert "Making" not in words.reason_text(Reason(Cause.START_UP, 0.5, START), 1.05)


def test_a_few_long_tasks_are_not_called_one() -> None:
    values = {**LONG, "count": 8, "first": False}
    few = Reason(Cause.LONG_TASK, 0.35, values)
    said = words.reason_text(few)
    assert "waited 410 ms at the end for 8 tasks, among them task 1,097, which took 1.2 s" in said
    assert said.endswith("Cut them into several tasks each.")
    assert words.title_text(few) == "A few long tasks"
    assert "be the first" in words.reason_text(Reason(Cause.LONG_TASK, 0.35, {**LONG, "count": 8}))
    one = Reason(Cause.LONG_TASK, 0.35, {**LONG, "count": 1})
    assert words.title_text(one) == "One long task" and "for task 1,097," in words.reason_text(one)


@pytest.mark.parametrize(
    ("cause", "values"),
    [
        (Cause.PICKLED_INPUTS, BYTES),
        (Cause.PICKLED_FUNCTION, FUNCTION),
        (Cause.PICKLED_RESULTS, BYTES),
    ],
)
def test_times_that_are_longer_than_the_run_are_said_to_be_of_all_processes(
    cause: Cause, values: dict[str, Any]
) -> None:
    said = words.reason_text(Reason(cause, 0.1, {**values, "pickling_s": 4.39}), 2.41)
    assert "took 4.39 s over all processes together." in said


def test_more_workers_and_their_chunks_are_said_together() -> None:
    remedy = Remedy({"processes": 16, "chunksize": 1})
    reason = Reason(Cause.TOO_FEW_WORKERS, 0.35, CPUS, remedy=remedy)
    assert words.remedy_text(reason) == "16 workers, chunksize 1"
    assert "16 workers and a chunksize of 1 would save" in words.reason_text(reason)


def test_a_long_task_is_to_be_the_first_only_where_that_helps() -> None:
    values = {"index": 20, "took_s": 1.0, "median_s": 0.02, "times": 50.0, "tail_s": 1.0}
    for first in (True, False):
        said = words.reason_text(Reason(Cause.LONG_TASK, 0.6, {**values, "first": first}))
        assert "Cut it into several tasks" in said and ("be the first" in said) is first


def test_one_worker_is_said_to_be_busy_as_long_as_it_was() -> None:
    numbers = Numbers(makespan_s=0.35, efficiency=1.0, speed_up=1.0, utilisation=0.87)
    assert "busy 87 %" in words.all_well_text(Explanation(numbers))
