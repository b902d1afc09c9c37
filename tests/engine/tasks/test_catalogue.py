import ast
import hashlib
import inspect
import math
import multiprocessing
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from poolscope.engine.tasks import catalogue
from poolscope.engine.tasks.catalogue import CATALOGUE, CatalogueTask, find

NAMES = [
    "laborator",
    "sleep",
    "count_primes",
    "mandelbrot_row",
    "monte_carlo_pi",
    "sha256_rounds",
    "fibonacci",
    "uneven",
    "allocate",
    "big_argument",
    "big_result",
    "mixed",
]

each_task = pytest.mark.parametrize("task", CATALOGUE, ids=lambda task: task.name)


def default_inputs(task: CatalogueTask) -> list[Any]:
    return list(eval(task.inputs, {"__builtins__": {"range": range, "bytes": bytes}}))


@pytest.fixture(scope="module")
def spawned_pool() -> Iterator[Pool]:
    pool = multiprocessing.get_context("spawn").Pool(2)
    yield pool
    pool.close()
    pool.join()


# The entries


def test_the_catalogue_lists_the_tasks_from_the_simplest_on() -> None:
    assert [task.name for task in CATALOGUE] == NAMES


@each_task
def test_a_task_is_named_after_its_function(task: CatalogueTask) -> None:
    assert task.name == task.function.__name__
    assert getattr(catalogue, task.name) is task.function


@each_task
def test_the_help_is_one_line_that_ends_in_a_full_stop(task: CatalogueTask) -> None:
    assert task.help.endswith(".")
    assert task.help[0].isupper()
    assert "\n" not in task.help and "  " not in task.help
    assert "Teaches" not in task.help
    assert len(task.help) <= 100


@each_task
def test_the_lesson_is_one_paragraph_of_whole_sentences(task: CatalogueTask) -> None:
    assert task.teaches.endswith(".")
    assert task.teaches[0].isupper()
    assert "\n" not in task.teaches and "  " not in task.teaches


@each_task
def test_the_kind_is_one_that_the_form_knows(task: CatalogueTask) -> None:
    assert task.kind in {"CPU", "waiting", "memory", "pickling", "mixed"}


@each_task
def test_the_default_inputs_need_nothing_but_literals_range_and_bytes(
    task: CatalogueTask,
) -> None:
    names = {node for node in ast.walk(ast.parse(task.inputs)) if isinstance(node, ast.Name)}
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    assert read <= {"range", "bytes"}
    assert len(default_inputs(task)) >= 3


@each_task
def test_a_task_takes_one_positional_argument_and_has_types(
    task: CatalogueTask,
) -> None:
    (parameter,) = inspect.signature(task.function).parameters.values()
    assert parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    assert get_type_hints(task.function).keys() == {parameter.name, "return"}


def test_an_entry_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        CATALOGUE[0].inputs = "()"


def test_find_gives_the_task_of_that_name() -> None:
    assert [find(name) for name in NAMES] == list(CATALOGUE)


def test_find_names_the_unknown_task_and_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"'laboratory'.*laborator, sleep, count_primes"):
        find("laboratory")


# In a pool


@each_task
def test_a_task_pickles_as_a_reference_to_the_catalogue(task: CatalogueTask) -> None:
    pickled = pickle.dumps(task.function)
    assert pickle.loads(pickled) is task.function
    assert b"poolscope.engine.tasks.catalogue" in pickled and len(pickled) < 100


@each_task
def test_a_spawned_worker_computes_the_same_results(
    task: CatalogueTask, spawned_pool: Pool
) -> None:
    inputs = default_inputs(task)
    sample = [inputs[0], inputs[len(inputs) // 2], inputs[-1]]
    assert spawned_pool.map(task.function, sample) == [task.function(item) for item in sample]


def test_importing_the_catalogue_loads_only_what_a_pool_has_loaded() -> None:
    code = (
        "import sys, multiprocessing.pool, multiprocessing.queues, multiprocessing.synchronize\n"
        "before = set(sys.modules)\n"
        "import poolscope.engine.tasks.catalogue\n"
        "print(*sorted(set(sys.modules) - before), sep='\\n')\n"
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    output = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    ours = (
        "poolscope",
        "poolscope.engine",
        "poolscope.engine.tasks",
        catalogue.__name__,
    )
    assert set(output.split()) <= {*ours, "__future__"}
    assert catalogue.__name__ in output.split()


# What each task does


def test_laborator_says_who_does_the_job_when_it_begins_and_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert catalogue.laborator(0) == 0
    process = os.getpid()
    assert capsys.readouterr().out.splitlines() == [
        f"laborator 0: I am process {process}, working",
        f"laborator 0: process {process} has finished",
    ]


def test_laborator_waits_as_many_tenths_of_a_second_as_its_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    assert catalogue.laborator(3) == 3
    assert waited == [pytest.approx(0.3)]


@pytest.mark.parametrize("name", ["laborator", "sleep"])
def test_a_negative_wait_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        find(name).function(-1)


def test_sleep_waits_for_its_input_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    assert catalogue.sleep(0.25) == 0.25
    assert waited == [0.25]


@pytest.mark.parametrize(
    ("limit", "count"),
    [(-5, 0), (0, 0), (2, 0), (3, 1), (5, 2), (10, 4), (100, 25), (10_000, 1229)],
)
def test_count_primes_counts_those_below_the_limit(limit: int, count: int) -> None:
    assert catalogue.count_primes(limit) == count


def test_mandelbrot_row_shows_the_set_solid_and_what_is_far_from_it_faint() -> None:
    middle = catalogue.mandelbrot_row(catalogue.MANDELBROT_HEIGHT // 2)
    edge = catalogue.mandelbrot_row(0)
    zero = round(2.1 / 2.8 * catalogue.MANDELBROT_WIDTH)
    assert len(middle) == len(edge) == catalogue.MANDELBROT_WIDTH
    assert middle[zero] == "█" and middle[0] in ".,"
    assert "█" not in edge


def test_mandelbrot_row_counts_the_steps_until_the_point_escapes() -> None:
    # z: 0, 1, 2, 5 from the point 1; the third step is the first beyond 2
    assert catalogue._steps_to_escape(1 + 0j) == 3
    assert catalogue._steps_to_escape(3 + 0j) == 1
    assert catalogue._steps_to_escape(0j) == catalogue.MANDELBROT_MOST_STEPS


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_monte_carlo_pi_comes_close_to_pi(seed: int) -> None:
    assert catalogue.monte_carlo_pi(seed) == pytest.approx(math.pi, abs=0.02)


def test_monte_carlo_pi_depends_on_its_seed_alone() -> None:
    assert catalogue.monte_carlo_pi(7) == catalogue.monte_carlo_pi(7)
    assert catalogue.monte_carlo_pi(7) != catalogue.monte_carlo_pi(8)


def test_sha256_rounds_hashes_32_zero_bytes_a_thousand_times_a_round() -> None:
    digest = b"\0" * 32
    for _ in range(2000):
        digest = hashlib.sha256(digest).digest()
    assert catalogue.sha256_rounds(2) == digest.hex()


def test_fibonacci_starts_from_zero_and_one() -> None:
    assert [catalogue.fibonacci(n) for n in range(11)] == [
        0,
        1,
        1,
        2,
        3,
        5,
        8,
        13,
        21,
        34,
        55,
    ]


def test_uneven_computes_for_the_time_that_it_returns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    computed: list[float] = []
    monkeypatch.setattr(catalogue, "_compute", computed.append)
    assert [catalogue.uneven(seed) for seed in range(10)] == computed


def test_uneven_is_mostly_short_and_long_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(catalogue, "_compute", lambda cpu_seconds: None)
    seconds = sorted(catalogue.uneven(seed) for seed in range(1000))
    assert seconds[0] >= catalogue.UNEVEN_SHORTEST_S
    assert seconds[500] < 0.03
    assert 0.06 < seconds[900] < 0.2
    assert seconds[-1] == catalogue.UNEVEN_LONGEST_S


def test_computing_goes_on_until_the_thread_has_used_its_cpu_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr(time, "thread_time", lambda: next(clock))
    catalogue._compute(5)
    assert next(clock) == 6  # read at 0 to begin with, and last at 5


def test_allocate_returns_the_number_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    assert catalogue.allocate(3) == 3_000_000
    assert catalogue.allocate(0) == 0


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_allocate_holds_memory_that_is_really_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resident_bytes() -> int:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    held: list[int] = []
    monkeypatch.setattr(time, "sleep", lambda seconds: held.append(resident_bytes()))
    before = resident_bytes()
    catalogue.allocate(100)
    assert held[0] - before > 80_000_000


def test_big_argument_returns_the_length_of_its_argument() -> None:
    assert catalogue.big_argument(b"abc") == 3


def test_every_big_argument_is_sent_though_it_shares_its_chunk() -> None:
    one, *others = default_inputs(find("big_argument"))[:3]
    assert len(pickle.dumps((one, *others))) > 3 * len(one)


def test_big_result_is_as_large_as_its_input_says() -> None:
    assert catalogue.big_result(2) == b"\0" * 2_000_000


def test_mixed_computes_for_half_of_its_time_and_waits_for_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    computed: list[float] = []
    waited: list[float] = []
    monkeypatch.setattr(catalogue, "_compute", computed.append)
    monkeypatch.setattr(time, "sleep", waited.append)
    assert catalogue.mixed(50) == 50
    assert computed == waited == [0.025]
