"""What a check has found, as data. gui/advice.py makes the sentences."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..problem import Problem


class Advice(StrEnum):
    """Everything that the checks before a run can find; each has one sentence in gui/advice.py."""

    PROBLEM = "problem"  # problem: the Problem that the run would end with
    # The task.
    FUNCTION_NOT_THERE = "function_not_there"  # function, close
    FUNCTION_INSIDE = "function_inside"  # function, outer
    FUNCTION_MAIN_ONLY = "function_main_only"  # function
    LAMBDA = "lambda"  # function
    ASYNC = "async"  # function
    GENERATOR = "generator"  # function
    NEEDS_KEYWORDS = "needs_keywords"  # function
    NEEDS_MORE = "needs_more"  # function, least, method, star
    TAKES_NOTHING = "takes_nothing"  # function, method
    # Its file, and what that imports.
    FILE_NAME = "file_name"  # name
    HIDES_MODULE = "hides_module"  # name, module
    RELATIVE_IMPORT = "relative_import"  # module
    MODULE_NOT_THERE = "module_not_there"  # module, python
    IMPORT_NOT_THERE = "import_not_there"  # module, python
    VENV_HAS_IT = "venv_has_it"  # module, path
    # The initializer.
    INITIALIZER_WITHOUT_FILE = "initializer_without_file"  # function
    INITIALIZER_WIDTH = "initializer_width"  # function, given, least, most
    INITIALIZER_NEVER_RUNS = "initializer_never_runs"  # function
    # The inputs.
    STAR_NOT_TUPLES = "star_not_tuples"  # method
    STAR_WIDTH = "star_width"  # function, given, least, most, method
    NOT_CALLED = "not_called"  # function
    FILE_NOT_THERE = "file_not_there"  # path
    NO_INPUTS = "no_inputs"
    # The pool.
    IDLE_WORKERS = "idle_workers"  # processes, tasks
    ONE_AT_A_TIME = "one_at_a_time"  # processes
    MORE_THAN_CPUS = "more_than_cpus"  # processes, cpus, logical, cause: "", quota or affinity
    IDLE_CHUNKS = "idle_chunks"  # chunks, chunksize, processes, better
    ROUND_TRIPS = "round_trips"  # tasks, better
    WORKERS_BORN = "workers_born"  # born, start_method
    FORK_ON_MACOS = "fork_on_macos"
    FORK_WITH_THREADS = "fork_with_threads"  # library
    PRELOAD_NOT_THERE = "preload_not_there"  # module, python
    # Memory and threads.
    MUCH_MEMORY = "much_memory"  # bytes, available
    TOO_MUCH_MEMORY = "too_much_memory"  # bytes, available
    LARGE_CHUNK = "large_chunk"  # bytes, chunksize
    LARGE_INPUT = "large_input"  # bytes
    MANY_THREADS = "many_threads"  # libraries, threads, processes, cpus, variables, number


@dataclass(frozen=True)
class Finding:
    """One thing to know before a run: what it is, the field of the form it is about, the facts.

    stops: the run would fail.

    >>> Finding(Advice.IDLE_WORKERS, "processes", values={"processes": 8, "tasks": 3})
    """

    advice: Advice
    field: str
    stops: bool = False
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def stopping(problem: Problem) -> Finding:
    """The finding that the run would end with `problem`, beside the field that it names."""
    return Finding(Advice.PROBLEM, problem.field or "task", True, {"problem": problem})
