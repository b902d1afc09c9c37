"""The frozen description of a run: what is called, on which inputs, by which Pool, and where.

Standard library only: the host reads it, too.
"""

import multiprocessing
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from .problem import Kind, Problem, ProblemError

METHODS = (
    "map",
    "starmap",
    "imap",
    "imap_unordered",
    "apply",
    "apply_async",
    "map_async",
    "starmap_async",
)
STAR_METHODS = ("starmap", "starmap_async")
"""They unpack each input into the arguments of a call."""
ITERATORS = ("imap", "imap_unordered")
SINGLE_CALLS = ("apply", "apply_async")
"""They hand out one task a time and know no chunks."""
START_METHODS = ("fork", "spawn", "forkserver")
ORDERS = ("given", "shuffled", "longest")
PROCESSES_LIMIT = 512
PROCESSES_HERE = 60 if sys.platform == "win32" else PROCESSES_LIMIT
"""Windows waits for at most 63 handles at once, of which Pool needs three (bpo-26903)."""
CHUNKSIZE_LIMIT = 1_000_000_000
LISTING_LIMIT_S = 86_400


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


def _check_text(field: str, value: object, *, of_system: bool = False) -> None:
    """A text; one for the system's own functions ends at a NUL, so it may hold none."""
    if not isinstance(value, str) or (of_system and not _suits_system(value)):
        raise ProblemError(Problem(Kind.NOT_A_TEXT, field, {"value": repr(value)}))


def _suits_system(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


@dataclass(frozen=True)
class PoolSettings:
    """What is handed to Pool and its method.

    processes: workers of the pool, 1 to PROCESSES_LIMIT.
    chunksize: tasks a chunk, or None to leave it to Pool; SINGLE_CALLS do not look at it.
    start_method: one of START_METHODS; a run from another platform may name one that is not here.
    method: one of METHODS.
    maxtasksperchild: chunks (Pool calls them tasks) after which a worker is replaced, or None.
    initializer: what each worker calls first: a function of the task's file by its name,
    or one named as a task is; "" for none. initargs: a Python expression for its arguments.
    preload: modules that the fork server imports; other start methods do not look at it.

    Raises ProblemError, naming the field, when a value cannot be used.
    """

    processes: int = 2
    chunksize: int | None = None
    start_method: str = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    method: str = "map"
    maxtasksperchild: int | None = None
    initializer: str = ""
    initargs: str = "()"
    preload: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_integer("processes", self.processes, 1, PROCESSES_LIMIT)
        for field in ("chunksize", "maxtasksperchild"):
            if getattr(self, field) is not None:
                _check_integer(field, getattr(self, field), 1, CHUNKSIZE_LIMIT)
        _check_choice("start_method", self.start_method, START_METHODS)
        _check_choice("method", self.method, METHODS)
        _check_text("initializer", self.initializer)
        _check_text("initargs", self.initargs)
        for name in self.preload:
            if not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", name):
                raise ProblemError(Problem(Kind.NOT_A_MODULE, "preload", {"value": name}))

    def check_here(self) -> None:
        """Raise ProblemError when this platform cannot run a pool with these settings."""
        _check_integer("processes", self.processes, 1, PROCESSES_HERE)
        _check_choice("start_method", self.start_method, start_methods())

    def chunksize_for(self, tasks: int) -> int:
        """Tasks a chunk of a run of so many tasks: as given, or as Pool's method chooses."""
        if self.method in SINGLE_CALLS:
            return 1
        if self.chunksize is not None:
            return self.chunksize
        return 1 if self.method in ITERATORS else auto_chunksize(tasks, self.processes)


@dataclass(frozen=True)
class Place:
    """Where a run takes place.

    python: path of the interpreter; "" for the one that runs Poolscope.
    cwd: the working directory; "" for the folder of the task's file, if it is of a file.
    env: environment variables (name, value), set on top of those that the app has.

    Raises ProblemError, naming the field, when a value cannot be used.
    """

    python: str = ""
    cwd: str = ""
    env: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        _check_text("python", self.python, of_system=True)
        _check_text("cwd", self.cwd, of_system=True)
        for name, value in self.env:
            _check_text("env", value, of_system=True)
            if not name or "=" in name or not _suits_system(name):
                raise ProblemError(Problem(Kind.NOT_A_VARIABLE, "env", {"value": name}))
        names: set[str] = set()
        for name, _ in self.env:
            if name in names:
                raise ProblemError(Problem(Kind.VARIABLE_TWICE, "env", {"value": name}))
            names.add(name)


@dataclass(frozen=True)
class Experiment:
    """One question to a pool: `pool.method(task, inputs)` under `pool`'s settings.

    task: a catalogue task's name, `path/to/file.py:function`, `package.module:function`, or, when
    there is a `source`, the name of a function in it.
    inputs: a Python expression; only the host evaluates it. See engine/host/listing.py for the
    names that it may use.
    source: the text of a module that the user has written in the window; "" for none.
    order: one of ORDERS, in which the inputs are handed out. seed: of the shuffling.
    listing_s: seconds that evaluating the inputs may take.
    backend: a name of engine.backends.registry.

    >>> Experiment("laborator", "(1, 2, 3)").call_text()
    'Pool(2).map(laborator, (1, 2, 3))'
    """

    task: str = "laborator"
    inputs: str = "(1, 2, 3)"
    pool: PoolSettings = PoolSettings()
    backend: str = "pool"
    source: str = ""
    order: str = "given"
    seed: int = 0
    listing_s: int = 60
    place: Place = Place()

    def __post_init__(self) -> None:
        for field in ("task", "inputs", "source", "backend"):
            _check_text(field, getattr(self, field), of_system=field == "task")
        if not self.task.strip():
            raise ProblemError(Problem(Kind.EMPTY, "task"))
        if not self.inputs.strip():
            raise ProblemError(Problem(Kind.EMPTY, "inputs"))
        _check_choice("order", self.order, ORDERS)
        _check_integer("seed", self.seed, 0, 2**63 - 1)
        _check_integer("listing_s", self.listing_s, 1, LISTING_LIMIT_S)

    def with_pool(self, **changes: Any) -> Self:
        """The same experiment with other Pool settings; raises ProblemError as they do."""
        return replace(self, pool=replace(self.pool, **changes))

    def with_place(self, **changes: Any) -> Self:
        """The same experiment somewhere else; raises ProblemError as Place does."""
        return replace(self, place=replace(self.place, **changes))

    @property
    def function_name(self) -> str:
        """The bare name of the task's function."""
        return self.task.rpartition(":")[2]

    @property
    def file(self) -> Path | None:
        """The file that the task is a function of; None for one from anywhere else."""
        path = self.task.rpartition(":")[0]
        return Path(path) if path.endswith(".py") and not self.source else None

    @property
    def folder(self) -> Path | None:
        """The working directory that is asked for, if any is."""
        if self.place.cwd:
            return Path(self.place.cwd)
        return None if self.file is None else self.file.absolute().parent

    def absolute(self) -> Self:
        """The same with absolute paths, which mean the same in any working directory."""
        changes: dict[str, Any] = {}
        if self.file is not None:
            changes["task"] = f"{self.file.absolute()}:{self.function_name}"
        if self.place.cwd:
            changes["place"] = replace(self.place, cwd=str(Path(self.place.cwd).absolute()))
        file, _, name = self.pool.initializer.rpartition(":")
        if file.endswith(".py"):
            changes["pool"] = replace(self.pool, initializer=f"{Path(file).absolute()}:{name}")
        return replace(self, **changes)

    def call_text(self) -> str:
        """The call as Python, as a title: what you see is what runs."""
        pool = self.pool
        owner = "Pool"
        if pool.start_method != PoolSettings.start_method:
            owner = f'get_context("{pool.start_method}").Pool'
        arguments = [str(pool.processes)]
        if pool.initializer:
            arguments.append(f"initializer={pool.initializer.rpartition(':')[2]}")
        if pool.maxtasksperchild is not None:
            arguments.append(f"maxtasksperchild={pool.maxtasksperchild}")
        call = f"{owner}({', '.join(arguments)}).{pool.method}"
        inputs = " ".join(self.inputs.split())
        if pool.method in SINGLE_CALLS:
            return f"{call}({self.function_name}, (x,)) for x in {inputs}"
        chunksize = "" if pool.chunksize is None else f", chunksize={pool.chunksize}"
        return f"{call}({self.function_name}, {inputs}{chunksize})"

    def to_json(self) -> dict[str, Any]:
        """As plain lists and objects; `env` becomes an object."""
        data = asdict(self)
        data["place"]["env"] = dict(self.place.env)
        data["pool"]["preload"] = list(self.pool.preload)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`.

        Raises ProblemError for a value that cannot be used, TypeError for a field that is not
        known, or a value of another type.
        """
        known = {field.name for field in fields(cls)}
        if unknown := set(data) - known:
            raise TypeError(f"unknown fields of an experiment: {', '.join(sorted(unknown))}")
        pool, place = dict(data.get("pool", {})), dict(data.get("place", {}))
        if "preload" in pool:
            pool["preload"] = tuple(map(str, pool["preload"]))
        if "env" in place:
            place["env"] = tuple((str(name), value) for name, value in dict(place["env"]).items())
        rest = {name: value for name, value in data.items() if name not in ("pool", "place")}
        return cls(pool=PoolSettings(**pool), place=Place(**place), **rest)


def without_effect(experiment: Experiment) -> dict[str, str]:
    """Fields that do nothing with the other settings as they are, and what it is that rules.

    >>> without_effect(Experiment().with_pool(method="apply"))["chunksize"]
    'method'
    """
    pool = experiment.pool
    ruled = {
        "chunksize": ("method", pool.method in SINGLE_CALLS),
        "preload": ("start_method", pool.start_method != "forkserver"),
        "initargs": ("initializer", not pool.initializer),
        "seed": ("order", experiment.order != "shuffled"),
    }
    return {field: ruler for field, (ruler, without) in ruled.items() if without}
