"""What can go wrong, as data. The sentences are made where people read them (gui/wording.py)."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Every failure a person can meet; each has one sentence in gui/wording.py."""

    # The experiment, before anything runs.
    OUT_OF_RANGE = "out_of_range"  # low, high, value
    NOT_A_NUMBER = "not_a_number"  # value
    NOT_A_TEXT = "not_a_text"  # value
    NOT_A_MODULE = "not_a_module"  # value
    NOT_A_VARIABLE = "not_a_variable"  # value
    VARIABLE_TWICE = "variable_twice"  # value
    UNKNOWN_CHOICE = "unknown_choice"  # value, choices
    WITHOUT_EFFECT = (
        "without_effect"  # ruler, value: the option is given, but this one rules it out
    )
    EMPTY = "empty"
    UNKNOWN_TASK = "unknown_task"  # value, close
    TASK_NOT_READ = "task_not_read"  # path, error
    TASK_SYNTAX = "task_syntax"  # path, line, error
    TASK_NOT_LOADED = "task_not_loaded"  # task, error
    INITIALIZER_NOT_LOADED = "initializer_not_loaded"  # task, error
    INITARGS_RAISED = "initargs_raised"  # error
    INPUTS_SYNTAX = "inputs_syntax"  # error
    INPUTS_RAISED = "inputs_raised"  # error
    INPUTS_NOT_ITERABLE = "inputs_not_iterable"  # type
    INPUTS_TOO_MANY = "inputs_too_many"  # limit
    INPUTS_TOO_SLOW = "inputs_too_slow"  # seconds
    INPUTS_TOO_LARGE = "inputs_too_large"  # bytes
    NO_FORMER_RUN = "no_former_run"
    ORDER_MISFIT = "order_misfit"  # count, known
    PYTHON_NOT_FOUND = "python_not_found"  # path
    PYTHON_NOT_ONE = "python_not_one"  # path, error
    PYTHON_TOO_OLD = "python_too_old"  # path, version
    NO_CWD = "no_cwd"  # path
    # Files.
    NOT_AN_EXPERIMENT = "not_an_experiment"  # path, error
    NO_SPACE = "no_space"  # path, bytes, file: the one that was to be opened, if it was
    NOT_WRITABLE = "not_writable"  # path, error
    NO_FOLDER = "no_folder"  # path, folder
    IS_FOLDER = "is_folder"  # path
    WRITE_PROTECTED = "write_protected"  # path
    UNKNOWN_ENDING = "unknown_ending"  # path, known
    OWN_FOLDER_NOT_WRITABLE = "own_folder_not_writable"  # path, error
    NOT_REMEMBERED = "not_remembered"  # path, error
    NOT_A_RUN = "not_a_run"  # path, error
    RUN_ELSEWHERE = "run_elsewhere"  # path
    # The run.
    DISK_FULL = "disk_full"  # path: that of the run folder
    RUN_NOT_RECORDED = "run_not_recorded"  # path, error
    HOST_NOT_STARTED = "host_not_started"  # error
    HOST_DIED = "host_died"  # cause, output
    HOST_BROKE = "host_broke"  # error
    POOL_NOT_STARTED = "pool_not_started"  # error
    POOL_STALLED = "pool_stalled"  # of: "tasks" or "results" (a lock), "workers"
    PIPE_BROKEN = "pipe_broken"  # error; what came out of the pipe of results
    RESULT_VANISHED = "result_vanished"  # first, last; sent, and never received
    TASK_RAISED = "task_raised"  # task, error, method
    TASK_NOT_SENT = "task_not_sent"  # task, error
    TASK_NOT_IMPORTED = "task_not_imported"  # task, module, error, traceback; in a worker
    INPUT_NOT_SENT = "input_not_sent"  # chunk, error
    INPUT_NOT_READ = "input_not_read"  # task or chunk, error, traceback
    INITIALIZER_NOT_SENT = "initializer_not_sent"  # error
    INITIALIZER_NOT_READ = "initializer_not_read"  # error, traceback; in a worker
    INITIALIZER_RAISED = "initializer_raised"  # error, traceback
    RESULT_NOT_SENT = "result_not_sent"  # task, error, method
    RESULT_NOT_READ = "result_not_read"  # task, error
    WORKER_DIED = "worker_died"  # pid, cause, phase, task, first, last, raised, out_of_memory
    WORKERS_KEEP_DYING = "workers_keep_dying"  # count, cause, phase
    WORKER_GONE = "worker_gone"  # pid: one that was to be killed
    LEFT_BEHIND = "left_behind"  # processes ("name (pid)" of the first), count
    APP_ENDED = "app_ended"


@dataclass(frozen=True)
class Problem:
    """One thing that went wrong: its kind, the field of the form it is about, and the facts.

    >>> Problem(Kind.OUT_OF_RANGE, "processes", {"low": 1, "high": 512, "value": 0})
    """

    kind: Kind
    field: str | None = None
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "field": self.field, "values": dict(self.values)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Problem":
        """The inverse of `to_json`. Raises ValueError on anything else."""
        match data:
            case {"kind": str(kind), "field": str() | None as field, "values": dict(values)}:
                return cls(Kind(kind), field, values)
        raise ValueError(f"no problem: {data!r:.100}")

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.field or 'run'}: {self.kind.value.replace('_', ' ')} ({facts})"


class ProblemError(ValueError):
    """Raised where a `Problem` ends what was being done; `problem` says which."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
