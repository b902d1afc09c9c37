"""The faults, as data, and which of them are made under which start method and method of Pool."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.experiment import METHODS, start_methods
from poolscope.engine.problem import Kind
from poolscope.engine.trace.layout import TaskState

Choice = Callable[[bool], list[tuple["Fault", str, str]]]

TASKS = 8
ROW = 3
"""Of the task that is at fault."""
NOT_FORKED = ("spawn", "forkserver")
ONLY_IN_HOST = str(Path(__file__).parents[2] / "data" / "only_in_host.py")


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong in task ROW, or before any.

    words: parts of the sentence about why the run failed; {pid} is a worker's. kind None: nothing
    goes wrong. told: what was told while the run went on; None: the same.
    where: "task": it ends with `end`, and what follows in its chunk never runs; "input": none of
    its chunk runs; "result": all of its chunk runs, and its results are lost; "pool": none runs.
    goes_on: the other chunks run to their ends.
    """

    name: str
    task: str
    kind: Kind | None
    words: tuple[str, ...] = ()
    inputs: str = "range(8)"
    where: str = "task"
    end: TaskState = TaskState.LOST
    goes_on: bool = True
    told: Kind | None = None
    start_methods: tuple[str, ...] = start_methods()
    settings: dict[str, Any] = field(default_factory=dict)


def death(name: str, cause: str, task: str = "") -> Fault:
    words = (f"died ({cause}) while running task 3", "wait for ever")
    return Fault(name, task or f":{name}_at_3", Kind.WORKER_DIED, words)


DIED, IN_TASK = Kind.WORKER_DIED, TaskState.RAISED
ONE_BY_ONE = {"chunksize": 1, "processes": 3}
FAULTS = (
    death("kill", "SIGKILL"),
    death("segfault", "SIGSEGV"),
    death("abort", "SIGABRT"),
    death("end_process", "exit status 3"),
    death("exit", "SystemExit: 4"),
    death("interrupt", "KeyboardInterrupt"),
    death("raise_base", "Bare: no Exception"),
    Fault(
        "kill_unpickling",
        ":same",
        DIED,
        ("died (SIGKILL) while unpickling its inputs",),
        "[0, 1, 2, kill_when_unpickled(), 4, 5, 6, 7]",
        where="input",
    ),
    Fault(
        "raise_unpickling",
        ":same",
        Kind.INPUT_NOT_READ,
        ("cannot be unpickled: ValueError: this cannot be read in a worker",),
        "[0, 1, 2, unreadable_in_worker(), 4, 5, 6, 7]",
        where="input",
    ),
    Fault(
        "kill_pickling",
        ":kill_when_pickled_at_3",
        DIED,
        ("died (SIGKILL) while pickling its results; the results of its chunk are lost",),
        where="result",
    ),
    Fault(
        "exit_pickling",
        ":exit_when_pickled_at_3",
        DIED,
        ("died (SystemExit: 6) while pickling its results",),
        where="result",
    ),
    Fault(
        "exception_unreadable",
        ":raise_unreadable_at_3",
        Kind.RESULT_NOT_READ,
        ("the chunk of task 3", "cannot be unpickled: TypeError", "wait for ever"),
        end=IN_TASK,
        goes_on=False,
    ),
    Fault(
        "result_exits_host",
        ":exit_when_read_at_3",
        Kind.RESULT_NOT_READ,
        ("the chunk of task", "cannot be unpickled: SystemExit: 5"),
        where="result",
        goes_on=False,
    ),
    Fault(
        "result_unpicklable",
        ":function_at_3",
        Kind.RESULT_NOT_SENT,
        ("The result of task 3 could not be sent back", "lambda"),
        where="result",
    ),
    Fault(
        "exception_unpicklable",
        ":raise_unpicklable_at_3",
        Kind.RESULT_NOT_SENT,
        ("The result of task 3 could not be sent back",),
        end=IN_TASK,
    ),
    Fault(
        "input_unpicklable",
        ":same",
        Kind.INPUT_NOT_SENT,
        ("could not be sent to a worker", "lambda"),
        "[0, 1, 2, lambda: 0, 4, 5, 6, 7]",
        where="input",
    ),
    Fault(
        "raise",
        ":raise_at_3",
        Kind.TASK_RAISED,
        ("Task 3 raised ValueError: three is too much",),
        end=IN_TASK,
    ),
    Fault(
        "initializer",
        ":same",
        Kind.INITIALIZER_RAISED,
        ("The initializer raised RuntimeError: not today",),
        where="pool",
        told=DIED,
        settings={"initializer": "refuse"},
    ),
    Fault(
        "initializer_unreadable",
        f"{ONLY_IN_HOST}:same",
        Kind.INITIALIZER_NOT_READ,
        ("could not be read in a worker: AttributeError", "start"),
        where="pool",
        start_methods=NOT_FORKED,
        settings={"initializer": "start"},
    ),
    Fault(
        "not_imported",
        f"{ONLY_IN_HOST}:gone",
        Kind.TASK_NOT_IMPORTED,
        ("The function gone could not be imported in a worker: AttributeError", "only_in_host"),
        where="pool",
        start_methods=NOT_FORKED,
        settings={"chunksize": 1},
    ),
    # Of one worker: with `apply` another would hold that lock while it waits for the next task.
    Fault(
        "task_lock",
        ":die_with_task_lock_at_3",
        DIED,
        goes_on=False,
        settings=ONE_BY_ONE | {"processes": 1},
    ),
    Fault("result_lock", ":die_with_result_lock_at_3", DIED, goes_on=False, settings=ONE_BY_ONE),
    Fault(
        "closed_files",
        ":close_files_at_3",
        DIED,
        ("(OSError: [Errno 9] Bad file descriptor) while sending", "not opened itself"),
        where="result",
    ),
    Fault(
        "replaced_files",
        ":replace_files_at_3",
        Kind.RESULT_VANISHED,
        ("sent and never arrived",),
        where="result",
        goes_on=False,
    ),
    Fault(
        "spoilt_pipe",
        ":spoil_results_at_3",
        Kind.PIPE_BROKEN,
        ("No results can come back any more",),
        where="result",
        goes_on=False,
    ),
    Fault("harmless", ":harmless", None),
)


def chosen(full: bool) -> Iterator[tuple[Fault, str, str]]:
    for number, fault in enumerate(FAULTS):
        starts = [name for name in fault.start_methods if name in start_methods()]
        for place, method in enumerate(METHODS):
            if full:
                yield from ((fault, start, method) for start in starts)
            elif starts:
                yield fault, starts[(number + place) % len(starts)], method


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "fault" in metafunc.fixturenames:
        cases = list(chosen(metafunc.config.getoption("--all")))
        names = [f"{fault.name}-{start}-{method}" for fault, start, method in cases]
        metafunc.parametrize(("fault", "start_method", "method"), cases, ids=names)
    elif "method" in metafunc.fixturenames:  # each, and each start method about as often
        starts = start_methods()
        pairs = [(starts[place % len(starts)], name) for place, name in enumerate(METHODS)]
        if metafunc.config.getoption("--all"):
            pairs = [(one, name) for one in starts for name in METHODS]
        metafunc.parametrize(("start_method", "method"), pairs)
    elif "start_method" in metafunc.fixturenames:
        metafunc.parametrize("start_method", start_methods())


@pytest.fixture
def start_method(request: pytest.FixtureRequest) -> str:
    """Chosen above, together with the method, in the place of the fixture for all tests."""
    return str(request.param)


@pytest.fixture
def choice() -> Choice:
    """`choice(full)`: fault, start method and method of each test."""
    return lambda full: list(chosen(full))
