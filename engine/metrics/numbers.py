"""What is known of a run that is over, in figures. Data only; measuring.py fills it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WorkerNumbers:
    """One worker. busy_s: in tasks. utilisation: busy_s by the time that it lived between the call
    of the Pool method and its return.
    """

    ordinal: int
    pid: int
    tasks: int
    busy_s: float
    utilisation: float | None


@dataclass(frozen=True)
class StartUp:
    """From the making of the pool until the first task began.

    whole_s: that. starting_s: from a worker's birth until it asks for work, or calls the
    initializer: the start of a process and its imports; the middle one of the first workers.
    initializer_s: the middle one of theirs; None without one. all_s: of all workers ever born,
    added up, initializers included.
    """

    whole_s: float | None = None
    starting_s: float | None = None
    initializer_s: float | None = None
    all_s: float = 0.0


@dataclass(frozen=True)
class Gaps:
    """Times between the end of a task and the begin of the next of the same worker.

    count: of them. total_s: their sum. median_s: None without any.
    """

    count: int = 0
    total_s: float = 0.0
    median_s: float | None = None


@dataclass(frozen=True)
class Pickling:
    """The ways of chunks as the recorder measured them; sums over all chunks.

    chunks: of which it is known. pickled_s: inputs, by the host. unpickled_s: inputs, by workers.
    results_pickled_s, results_sent_s: results, by workers. bytes_in, bytes_out: of messages.
    function_bytes: what each message carries beside its inputs: the pickled function, of a partial
    with its arguments, as the host told it; in a run from before that it is fitted, or None.
    """

    chunks: int = 0
    pickled_s: float = 0.0
    unpickled_s: float = 0.0
    results_pickled_s: float = 0.0
    results_sent_s: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    function_bytes: int | None = None


@dataclass(frozen=True)
class Durations:
    """How long finished tasks took. edges_s, counts: a histogram; counts has one item less.

    longest_row: of the longest, in the task table.
    """

    count: int
    mean_s: float
    median_s: float
    p95_s: float
    longest_s: float
    longest_row: int
    edges_s: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Chunking:
    """How the tasks were cut. last: tasks of the last chunk.

    ade: absolute distribution efficiency, tasks by what the workers could have run meanwhile:
    n / potential, with potential = ((c // w + (c % w > 1)) * s + (c % w == 1) * last) * w
    for c chunks of s tasks on w workers. rde: ade by that of chunksize 1. Shares, 0 to 1.
    """

    chunks: int
    chunksize: int
    last: int
    ade: float
    rde: float


@dataclass(frozen=True)
class Serial:
    """A run of the same tasks by one process that was measured: its makespan, and when it was."""

    makespan_s: float
    started: str


@dataclass(frozen=True)
class Numbers:
    """Figures of a run. Times in seconds; None where they cannot be told.

    Each one's formula and source stand beside the function that measures it.
    makespan_s: from the call of the Pool method to its return. processes: of the pool; cpus: that
    the run could use.
    work_s: sum of all task times. cpu_s: CPU time of it, as far as it was noted. cpu_share: of the
    same tasks' time; by the chunks whose CPU time was read exactly, where these stand for all.
    speed_up_of_sum: work_s / makespan_s. serial, speed_up: a measured run by one process, and its
    makespan by ours. efficiency: speed_up, or else speed_up_of_sum, by processes.
    utilisation: share of the pool's time spent in tasks. imbalance: busiest worker by the mean,
    less 1. tail_s: from the first worker without work, when none was left, to the last task's end;
    tail_begin_ns: when that was, in ns of the run's clock. tail_workers: idle ones, on average.
    within, between: gaps within a chunk, and between chunks (dispatch and pickling).
    respawn_s: worker time lost while workers were replaced (maxtasksperchild).
    """

    makespan_s: float | None = None
    processes: int = 1
    cpus: int = 1
    tasks: int = 0
    work_s: float = 0.0
    cpu_s: float | None = None
    cpu_share: float | None = None
    speed_up_of_sum: float | None = None
    serial: Serial | None = None
    speed_up: float | None = None
    efficiency: float | None = None
    utilisation: float | None = None
    imbalance: float | None = None
    tail_s: float | None = None
    tail_begin_ns: int | None = None
    tail_workers: float | None = None
    start_up: StartUp = StartUp()
    within: Gaps = Gaps()
    between: Gaps = Gaps()
    respawn_s: float = 0.0
    pickling: Pickling = Pickling()
    durations: Durations | None = None
    chunking: Chunking | None = None
    workers: tuple[WorkerNumbers, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain facts, names as here."""
        return asdict(self)
