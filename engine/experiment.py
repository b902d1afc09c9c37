"""The frozen description of a run: what is called, on which inputs, with which Pool settings.

Standard library only: the host reads it, too.
"""

import multiprocessing
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from .problem import Kind, Problem, ProblemError

METHODS = ("map",)
START_METHODS = ("fork", "spawn", "forkserver")
PROCESSES_LIMIT = 512
PROCESSES_HERE = 60 if sys.platform == "win32" else PROCESSES_LIMIT
"""Windows waits for at most 63 handles at once, of which Pool needs three (bpo-26903)."""
CHUNKSIZE_LIMIT = 1_000_000_000


def start_methods() -> tuple[str, ...]:
    """The start methods of this platform, in the order fork, spawn, forkserver."""
    return tuple(m for m in START_METHODS if m in multiprocessing.get_all_start_methods())


def auto_chunksize(tasks: int, processes: int) -> int:
    """The chunksize that Pool.map takes by itself: four chunks a worker, rounded up.

    Source: `_map_async` in CPython's Lib/multiprocessing/pool.py.

    >>> auto_chunksize(122, 4)
    8
    """
    return -(-tasks // (processes * 4))


def _check_integer(field: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProblemError(Problem(Kind.NOT_A_NUMBER, field, {"value": str(value)}))
    if not low <= value <= high:
        values = {"low": low, "high": high, "value": value}
        raise ProblemError(Problem(Kind.OUT_OF_RANGE, field, values))


def _check_choice(field: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        values = {"value": str(value), "choices": list(choices)}
        raise ProblemError(Problem(Kind.UNKNOWN_CHOICE, field, values))


@dataclass(frozen=True)
class PoolSettings:
    """What is handed to Pool and its method.

    processes: workers of the pool, 1 to PROCESSES_LIMIT.
    chunksize: tasks a chunk, or None to leave it to Pool.
    start_method: one of START_METHODS; a run from another platform may name one that is not here.
    method: one of METHODS.

    Raises ProblemError, naming the field, when a value cannot be used.
    """

    processes: int = 2
    chunksize: int | None = None
    start_method: str = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    method: str = "map"

    def __post_init__(self) -> None:
        _check_integer("processes", self.processes, 1, PROCESSES_LIMIT)
        if self.chunksize is not None:
            _check_integer("chunksize", self.chunksize, 1, CHUNKSIZE_LIMIT)
        _check_choice("start_method", self.start_method, START_METHODS)
        _check_choice("method", self.method, METHODS)

    def check_here(self) -> None:
        """Raise ProblemError when this platform cannot run a pool with these settings."""
        _check_integer("processes", self.processes, 1, PROCESSES_HERE)
        _check_choice("start_method", self.start_method, start_methods())


@dataclass(frozen=True)
class Experiment:
    """One question to a pool: `pool.method(task, inputs)` under `pool`'s settings.

    task: the name of a catalogue task, or `path/to/file.py:function`.
    inputs: a Python expression; only the host evaluates it.
    backend: a name of engine.backends.registry.

    >>> Experiment("laborator", "(1, 2, 3)").call_text()
    'Pool(2).map(laborator, (1, 2, 3))'
    """

    task: str = "laborator"
    inputs: str = "(1, 2, 3)"
    pool: PoolSettings = PoolSettings()
    backend: str = "pool"

    def __post_init__(self) -> None:
        if not self.task.strip():
            raise ProblemError(Problem(Kind.EMPTY, "task"))
        if not self.inputs.strip():
            raise ProblemError(Problem(Kind.EMPTY, "inputs"))

    def with_pool(self, **changes: Any) -> Self:
        """The same experiment with other Pool settings; raises ProblemError as they do."""
        return replace(self, pool=replace(self.pool, **changes))

    @property
    def function_name(self) -> str:
        """The bare name of the task's function."""
        return self.task.rpartition(":")[2]

    def call_text(self) -> str:
        """The call as Python, as a title: what you see is what runs."""
        pool = self.pool
        owner = "Pool"
        if pool.start_method != PoolSettings.start_method:
            owner = f'get_context("{pool.start_method}").Pool'
        chunksize = "" if pool.chunksize is None else f", chunksize={pool.chunksize}"
        inputs = " ".join(self.inputs.split())
        return f"{owner}({pool.processes}).{pool.method}({self.function_name}, {inputs}{chunksize})"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`.

        Raises ProblemError for a value out of range, TypeError for a field that is not known.
        """
        known = {field.name for field in fields(cls)}
        if unknown := set(data) - known:
            raise TypeError(f"unknown fields of an experiment: {', '.join(sorted(unknown))}")
        rest = {name: value for name, value in data.items() if name != "pool"}
        return cls(pool=PoolSettings(**data.get("pool", {})), **rest)
