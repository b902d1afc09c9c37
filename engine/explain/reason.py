"""Why a run took as long as it did, as data: each reason has its cost, its evidence, its remedy.

gui/why/words.py makes the sentences.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from ..experiment import Experiment
from ..metrics.numbers import Numbers

MOST = 5
"""Reasons that are given; the costliest."""


class Cause(StrEnum):
    """What can cost time; each has its sentence in gui/why/words.py, made of these values.

    `loop_s` besides, of any: what a plain loop takes, where that would have been quicker; still:
    also than what the remedy leaves.
    `better` is None where there is no remedy. measured: loop_s is what a run by one process took.
    start_up_s: from the call of the method, which the makespan begins with, until a worker could
    begin, on average; making_s: what making the pool took before that, where it is much.
    short: tasks are so short, at that chunksize, that the ways of chunks matter; where they are
    not, break_even_s is left out. share: of a busy machine, that of others_cpus in cpus.
    first: to hand it out first would help. count: of such tasks; index is the one that ended last.
    """

    UNEVEN_CHUNKS = "uneven_chunks"  # workers, tail_s, chunksize, better
    LONG_TASK = "long_task"  # index, took_s, median_s, times, tail_s, first, count
    TINY_TASKS = "tiny_tasks"  # task_s, trip_s, break_even_s, chunksize, better
    SLOWER_THAN_LOOP = "slower_than_loop"  # loop_s, makespan_s, break_even_s, measured, short
    ONE_AT_A_TIME = "one_at_a_time"  # processes, method, better: apply waits for each task
    TOO_MANY_WORKERS = "too_many_workers"  # processes, cpus, cpu_share, better
    TOO_FEW_WORKERS = "too_few_workers"  # processes, cpus, cpu_share, better
    BUSY_MACHINE = "busy_machine"  # others_cpus, cpus, share, cpu_share: by other programs
    START_UP = "start_up"  # start_up_s, start_method, share, better, initializer_s, making_s
    PICKLED_INPUTS = "pickled_inputs"  # bytes, a_chunk, pickling_s, share
    PICKLED_FUNCTION = "pickled_function"  # bytes, a_chunk, chunks, pickling_s, better
    PICKLED_RESULTS = "pickled_results"  # bytes, a_chunk, pickling_s, share
    RESPAWN = "respawn"  # workers, respawn_s, maxtasksperchild, better
    THREADS = "threads"  # threads, processes, cpus, libraries, variables
    MEMORY = "memory"  # bytes, limit, share, processes, better


@dataclass(frozen=True)
class Span:
    """A stretch of time, in ns of the run's clock, of the workers with these ordinals; none: all
    of the timeline's height.
    """

    begin_ns: int
    end_ns: int
    ordinals: tuple[int, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What of the timeline shows it: spans, and rows of tasks. Bounded: a few hundred."""

    spans: tuple[Span, ...] = ()
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Remedy:
    """Other settings. pool: by the names of PoolSettings. order, variables: of the experiment;
    None, empty: as they are.

    >>> Remedy({"chunksize": 4}).applied(Experiment()).pool.chunksize
    4
    """

    pool: Mapping[str, Any] = field(default_factory=dict)
    order: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_field(self) -> str:
        """The first field of the form that it sets; "" for none."""
        others = {"order": self.order, "env": self.variables}
        return next(iter(self.pool), "") or next((name for name in others if others[name]), "")

    def applied(self, experiment: Experiment) -> Experiment:
        """The experiment with these settings. Raises ProblemError where they do not fit it."""
        changed = experiment.with_pool(**self.pool) if self.pool else experiment
        if self.order is not None:
            changed = replace(changed, order=self.order)
        if self.variables:
            env = {**dict(changed.place.env), **self.variables}
            changed = changed.with_place(env=tuple(env.items()))
        return changed


@dataclass(frozen=True)
class Reason:
    """One thing that cost time. cost_s: about so much of the makespan; values: see Cause.

    remedy: None where no setting helps; the sentence then says what would.
    """

    cause: Cause
    cost_s: float
    values: Mapping[str, Any]
    evidence: Evidence = Evidence()
    remedy: Remedy | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain facts: cause, cost_s, values, remedy."""
        remedy = None if self.remedy is None else asdict(self.remedy)
        facts = {"cause": self.cause.value, "cost_s": self.cost_s}
        return facts | {"values": dict(self.values), "remedy": remedy}


class Silence(StrEnum):
    """Why there are no reasons although the run was not explained."""

    NOT_WHOLE = "not_whole"  # it failed or was stopped: what is missing is the matter
    NO_TASKS = "no_tasks"
    UNREADABLE = "unreadable"  # its files have gone, or contradict themselves


@dataclass(frozen=True)
class Explanation:
    """numbers: of the run. reasons: the costliest first; none when all is well, or `silence`.

    cpu_share: of their time that tasks computed, what they had other processes compute included.
    waited: of their time that they waited for a CPU. Both None where nobody knows.
    """

    numbers: Numbers
    reasons: tuple[Reason, ...] = ()
    silence: Silence | None = None
    cpu_share: float | None = None
    waited: float | None = None
