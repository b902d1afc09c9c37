"""What each figure of a run is called, and what it is."""

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


class Line(NamedTuple):
    """A figure: its name in the code, what it is called, and what it is."""

    name: str
    title: str
    help_text: str


class Group(NamedTuple):
    """Figures about one subject."""

    name: str
    title: str
    lines: tuple[Line, ...]


SOMETIMES = (
    "cpu_time",
    "tail_workers",
    "starting",
    "initializer",
    "serial",
    "starts",
    "respawn",
    "last",
    "within",
    "function",
)
"""Lines that are there with a value only; the others are there before it is known."""


def groups() -> tuple[Group, ...]:
    """All of them, in the order of reading."""
    return (
        Group("time", translate("Numbers", "Time"), _time()),
        Group("workers", translate("Numbers", "Workers"), _workers()),
        Group("durations", translate("Numbers", "Durations"), _durations()),
        Group("chunks", translate("Numbers", "Chunks"), _chunks()),
        Group("gaps", translate("Numbers", "Gaps"), _gaps()),
        Group("pickling", translate("Numbers", "Pickling: in all / a chunk"), _pickling()),
    )


def _time() -> tuple[Line, ...]:
    return (
        Line(
            "makespan",
            translate("Numbers", "makespan"),
            translate("Numbers", "From the call of the Pool method to its return."),
        ),
        Line(
            "work",
            translate("Numbers", "task time"),
            translate("Numbers", "The sum of all task times, on the clock."),
        ),
        Line(
            "cpu_time",
            translate("Numbers", "CPU time"),
            translate("Numbers", "Of the threads that ran the tasks, while they ran them."),
        ),
        Line(
            "cpu",
            translate("Numbers", "CPU share"),
            translate(
                "Numbers",
                "CPU time of the tasks by their time on the clock: near 100 % they compute, less"
                " and they wait, for a file, the network, a lock, or for a CPU that others have."
                " It is measured by chunk, and only of the thread that runs the tasks.",
            ),
        ),
        Line(
            "start_up",
            translate("Numbers", "until the first task"),
            translate("Numbers", "From the making of the pool until the first task began."),
        ),
        Line(
            "starting",
            translate("Numbers", "start of one worker"),
            translate(
                "Numbers",
                "From the birth of a worker until it asks for work, or calls the initializer: the"
                " start of its process and its imports. The middle one of the first workers.",
            ),
        ),
        Line(
            "initializer",
            translate("Numbers", "initializer"),
            translate("Numbers", "What it took in a worker: the middle one of the first workers."),
        ),
        Line(
            "tail",
            translate("Numbers", "tail"),
            translate(
                "Numbers",
                "From the first moment at which a worker had no work, while no chunk was left to"
                " take, to the end of the last task.",
            ),
        ),
        Line(
            "tail_workers",
            translate("Numbers", "idle in the tail"),
            translate("Numbers", "How many workers had nothing to do in it, on average."),
        ),
    )


def _workers() -> tuple[Line, ...]:
    return (
        Line(
            "speed_up",
            translate("Numbers", "speed-up"),
            translate(
                "Numbers",
                "The makespan of a run of the same tasks by one process, by the makespan of this"
                " run. It is known once you have run them with processes = 1; the newest such run"
                " counts.",
            ),
        ),
        Line(
            "serial",
            translate("Numbers", "by one process"),
            translate("Numbers", "The makespan of that run, which the speed-up is against."),
        ),
        Line(
            "of_sum",
            translate("Numbers", "busy workers"),
            translate(
                "Numbers",
                "The speed-up against the sum of all task times: that sum by the makespan. So many"
                " workers were in a task, on average. It is a speed-up only while each of them has"
                " a CPU, or only waits.",
            ),
        ),
        Line(
            "efficiency",
            translate("Numbers", "efficiency"),
            translate(
                "Numbers",
                "The speed-up by the number of processes; where none was measured, the busy workers"
                " by the number of processes.",
            ),
        ),
        Line(
            "utilisation",
            translate("Numbers", "utilisation"),
            translate(
                "Numbers",
                "The share of the pool’s time that was spent in tasks: task time by makespan and"
                " number of processes.",
            ),
        ),
        Line(
            "imbalance",
            translate("Numbers", "imbalance"),
            translate(
                "Numbers",
                "By how much the busiest worker was busier than all of them on average: 0 % is an"
                " even load. Workers that replaced one another count as one.",
            ),
        ),
        Line(
            "starts",
            translate("Numbers", "starts of all workers"),
            translate(
                "Numbers",
                "What all workers ever born took to start, initializers included, added up. They"
                " start side by side, so this may be longer than the run.",
            ),
        ),
        Line(
            "respawn",
            translate("Numbers", "replacing"),
            translate(
                "Numbers",
                "Time of workers that was lost while one took another’s place: from when it had"
                " nothing in hand any more until its successor asked for work, added up.",
            ),
        ),
    )


def _durations() -> tuple[Line, ...]:
    return (
        Line(
            "median",
            translate("Numbers", "median"),
            translate("Numbers", "Half of the tasks took longer."),
        ),
        Line(
            "p95",
            translate("Numbers", "95th percentile"),
            translate("Numbers", "One task in twenty took longer."),
        ),
        Line(
            "mean",
            translate("Numbers", "mean"),
            translate("Numbers", "The sum of task times by the number of tasks that ended."),
        ),
        Line(
            "longest",
            translate("Numbers", "longest"),
            translate("Numbers", "Select this task and show it"),
        ),
    )


def _chunks() -> tuple[Line, ...]:
    return (
        Line(
            "chunks",
            translate("Numbers", "chunks"),
            translate("Numbers", "How many there were, of how many tasks."),
        ),
        Line(
            "last",
            translate("Numbers", "the last one"),
            translate("Numbers", "Tasks of the last chunk: what was left."),
        ),
        Line(
            "ade",
            translate("Numbers", "evenness of the cut"),
            translate(
                "Numbers",
                "100 %: the chunks give all workers equally much to do. Tasks, by what all"
                " workers could have run until the last chunk is over, were all tasks alike: how"
                " they are cut, not how long they took (absolute distribution efficiency).",
            ),
        ),
        Line(
            "rde",
            translate("Numbers", "against chunks of 1"),
            translate(
                "Numbers",
                "The evenness of the cut, by what it would be with chunksize 1. Less than 100 %:"
                " the chunks leave workers idle at the end (relative distribution efficiency).",
            ),
        ),
    )


def _gaps() -> tuple[Line, ...]:
    return (
        Line(
            "between",
            translate("Numbers", "between chunks"),
            translate(
                "Numbers",
                "From the end of a chunk’s last task to the begin of the next chunk’s first, of the"
                " same worker: pickling and sending the result, waiting for the queue, unpickling."
                " Added up over all workers; the tail is no gap.",
            ),
        ),
        Line(
            "between_median",
            translate("Numbers", "their median"),
            translate("Numbers", "The middle one of the gaps between chunks."),
        ),
        Line(
            "between_count",
            translate("Numbers", "their number"),
            translate("Numbers", "One for each chunk that was not a worker’s first."),
        ),
        Line(
            "within",
            translate("Numbers", "within chunks"),
            translate(
                "Numbers",
                "From the end of a task to the begin of the next in its chunk. One reading of the"
                " clock is both, so it is 0: what the worker does there counts in the next task.",
            ),
        ),
    )


def _pickling() -> tuple[Line, ...]:
    return (
        Line(
            "pickled",
            translate("Numbers", "inputs pickled"),
            translate("Numbers", "By the host, added up over all chunks, and by chunk."),
        ),
        Line(
            "unpickled",
            translate("Numbers", "unpickled"),
            translate(
                "Numbers",
                "Inputs, by the workers, added up over all chunks, and by chunk. With spawn and"
                " forkserver a worker imports the task’s module with its first chunk: that time is"
                " in it.",
            ),
        ),
        Line(
            "results_pickled",
            translate("Numbers", "results pickled"),
            translate("Numbers", "By the workers, added up over all chunks, and by chunk."),
        ),
        Line(
            "results_sent",
            translate("Numbers", "sent"),
            translate(
                "Numbers",
                "Results: waiting for the pipe to the host and writing into it, over all chunks,"
                " and by chunk.",
            ),
        ),
        Line(
            "bytes_in",
            translate("Numbers", "inputs weigh"),
            translate("Numbers", "Messages to the workers, all together, and by chunk."),
        ),
        Line(
            "bytes_out",
            translate("Numbers", "results weigh"),
            translate("Numbers", "Messages from the workers, all together, and by chunk."),
        ),
        Line(
            "function",
            translate("Numbers", "the function"),
            translate(
                "Numbers",
                "What each chunk carries beside its inputs: the pickled function, of a partial with"
                " its arguments.",
            ),
        ),
    )
