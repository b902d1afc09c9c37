"""The one place where the engine's data become words. Qt-free: window and command line use it.

Every text is English in the source. `translate` turns it into the user's language; the window sets
it to QCoreApplication.translate with the context "Wording". Names in {braces} are filled in after
that, so a translation may order them as it likes.
"""

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ..engine.problem import Kind, Problem
from ..engine.trace.layout import Phase, TaskState
from . import variants
from .sentences import QT_TRANSLATE_NOOP

if TYPE_CHECKING:  # importing them is slow, and the words for bad usage do not need them
    from ..engine.journal import Status
    from ..engine.trace.trace import Counts

TEXT_LIMIT = 300
"""Characters of an error inside a sentence; the whole is under Details."""


def _untranslated(text: str) -> str:
    return text


translate: Callable[[str], str] = _untranslated

_FIELDS = {
    "task": QT_TRANSLATE_NOOP("Wording", "task"),
    "inputs": QT_TRANSLATE_NOOP("Wording", "inputs"),
    "processes": QT_TRANSLATE_NOOP("Wording", "processes"),
    "chunksize": QT_TRANSLATE_NOOP("Wording", "chunksize"),
    "start_method": QT_TRANSLATE_NOOP("Wording", "start method"),
    "method": QT_TRANSLATE_NOOP("Wording", "method"),
    "backend": QT_TRANSLATE_NOOP("Wording", "back end"),
    "maxtasksperchild": QT_TRANSLATE_NOOP("Wording", "maxtasksperchild"),
    "preload": QT_TRANSLATE_NOOP("Wording", "preload"),
    "initializer": QT_TRANSLATE_NOOP("Wording", "initializer"),
    "initargs": QT_TRANSLATE_NOOP("Wording", "initargs"),
    "order": QT_TRANSLATE_NOOP("Wording", "order"),
    "seed": QT_TRANSLATE_NOOP("Wording", "seed"),
    "listing_s": QT_TRANSLATE_NOOP("Wording", "time limit of the inputs"),
    "python": QT_TRANSLATE_NOOP("Wording", "Python interpreter"),
    "cwd": QT_TRANSLATE_NOOP("Wording", "working directory"),
    "env": QT_TRANSLATE_NOOP("Wording", "environment variables"),
    "source": QT_TRANSLATE_NOOP("Wording", "text of the task"),
}
_PHASES = {
    Phase.STARTING: QT_TRANSLATE_NOOP("Wording", "starting"),
    Phase.WAITING: QT_TRANSLATE_NOOP("Wording", "waiting for a task"),
    Phase.RECEIVING: QT_TRANSLATE_NOOP("Wording", "holding the lock of the task queue"),
    Phase.UNPICKLING: QT_TRANSLATE_NOOP("Wording", "unpickling its inputs"),
    Phase.RUNNING: QT_TRANSLATE_NOOP("Wording", "running"),
    Phase.PICKLING: QT_TRANSLATE_NOOP("Wording", "pickling its results"),
    Phase.WAITING_TO_SEND: QT_TRANSLATE_NOOP("Wording", "waiting to send its results"),
    Phase.SENDING: QT_TRANSLATE_NOOP("Wording", "sending its results"),
    Phase.INITIALIZING: QT_TRANSLATE_NOOP("Wording", "running the initializer"),
    Phase.LEAVING: QT_TRANSLATE_NOOP("Wording", "leaving"),
}
_STATES = {
    TaskState.OPEN: QT_TRANSLATE_NOOP("Wording", "waiting"),
    TaskState.DONE: QT_TRANSLATE_NOOP("Wording", "done"),
    TaskState.RAISED: QT_TRANSLATE_NOOP("Wording", "raised"),
    TaskState.LOST: QT_TRANSLATE_NOOP("Wording", "lost"),
    TaskState.NOT_RUN: QT_TRANSLATE_NOOP("Wording", "not run"),
}
_STATUSES = {
    "preparing": QT_TRANSLATE_NOOP("Wording", "Preparing"),
    "running": QT_TRANSLATE_NOOP("Wording", "Running"),
    "ending": QT_TRANSLATE_NOOP("Wording", "Ending"),
    "finished": QT_TRANSLATE_NOOP("Wording", "Finished"),
    "failed": QT_TRANSLATE_NOOP("Wording", "Failed"),
    "stopped": QT_TRANSLATE_NOOP("Wording", "Stopped"),
}
_START_METHODS = {
    "fork": QT_TRANSLATE_NOOP(
        "Wording",
        "Each worker is a copy of the process that owns the pool: quickest to start, and everything"
        " loaded is there at once. Unsafe in a process with threads.",
    ),
    "spawn": QT_TRANSLATE_NOOP(
        "Wording",
        "Each worker is a new Python that imports the task: slowest to start, and the same on every"
        " system.",
    ),
    "forkserver": QT_TRANSLATE_NOOP(
        "Wording",
        "A small server process without threads is forked for each worker: safe like spawn, and"
        " quicker once the server is up.",
    ),
}
_COUNTS = {
    "task": (
        QT_TRANSLATE_NOOP("Wording", "{count} task"),
        QT_TRANSLATE_NOOP("Wording", "{count} tasks"),
    ),
    "worker": (
        QT_TRANSLATE_NOOP("Wording", "{count} worker"),
        QT_TRANSLATE_NOOP("Wording", "{count} workers"),
    ),
    "chunk": (
        QT_TRANSLATE_NOOP("Wording", "{count} chunk"),
        QT_TRANSLATE_NOOP("Wording", "{count} chunks"),
    ),
}
_OUTCOMES = {
    "finished": QT_TRANSLATE_NOOP(
        "Wording", "Finished: {done} of {tasks} done, makespan {makespan}."
    ),
    "failed": QT_TRANSLATE_NOOP("Wording", "Failed: {done} of {tasks} done{others}."),
    "stopped": QT_TRANSLATE_NOOP("Wording", "Stopped: {done} of {tasks} done{others}."),
}
_MARKS = {
    "raised": QT_TRANSLATE_NOOP("Wording", "{count} raised"),
    "lost": QT_TRANSLATE_NOOP("Wording", "{count} lost"),
    "not_run": QT_TRANSLATE_NOOP("Wording", "{count} not run"),
    "result_lost": QT_TRANSLATE_NOOP("Wording", "{count} done but their results lost"),
}
_OR = QT_TRANSLATE_NOOP("Wording", "{others} or {last}")


def sentence(problem: Problem) -> str:
    """What happened, where, and what to do next, in one line.

    >>> sentence(Problem(Kind.OUT_OF_RANGE, "processes", {"low": 1, "high": 512, "value": 0}))
    'processes must be from 1 to 512, but is 0.'
    """
    try:
        said = translate(variants.template(problem)).format_map(_facts(problem))
    except (ValueError, TypeError, KeyError, IndexError):
        return str(problem)  # an opened file brought facts that are none
    if problem.kind in variants.HANGS:
        said = f"{said} {translate(variants.WAITS_FOR_EVER)}"
    cause = str(problem.values.get("cause", ""))
    if problem.kind in (Kind.WORKER_DIED, Kind.WORKERS_KEEP_DYING):
        for name, advice in variants.DEATHS.items():
            if cause.startswith(name) and (problem.kind is Kind.WORKER_DIED or "SIG" in cause):
                return f"{said} {translate(advice)}"
    return said


class _Facts(dict[str, str]):
    """What is filled into a template; a fact that nobody brought is a question mark."""

    def __missing__(self, name: str) -> str:
        return "?"


def _facts(problem: Problem) -> _Facts:
    values = problem.values
    facts = _Facts({name: one_line(value) for name, value in values.items() if value is not None})
    facts["field"] = field_name(problem.field)
    if problem.kind is Kind.UNKNOWN_TASK:
        facts["close"] = either(variants.close_names(values))
    for name in ("limit", "bytes", "count"):
        if name in values:
            facts[name] = f"{values[name]:,}"
    for name in ("choices", "known"):
        if isinstance(values.get(name), list | tuple):
            facts[name] = either(values[name])
    if "ruler" in values:
        facts["ruler"] = field_name(str(values["ruler"]))
    if "phase" in values:
        facts["doing"] = phase_name(Phase[str(values["phase"]).upper()])
    return facts


def one_line(value: object) -> str:
    """`value` inside a sentence: one line, no full stop, not too long."""
    text = " ".join(str(value).split()).rstrip(".")
    return text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + "…"


def either(words: Iterable[object]) -> str:
    """A choice of several, as a sentence names it.

    >>> either(["fork", "spawn", "forkserver"])
    'fork, spawn or forkserver'
    """
    *others, last = [str(word) for word in words] or [""]
    if not others:
        return last
    return translate(_OR).format(others=", ".join(others), last=last)


def field_name(field: str | None) -> str:
    """A field of an experiment as its label in a sentence."""
    return translate(_FIELDS.get(field or "", field or ""))


def state_name(state: TaskState) -> str:
    """How a task ended: done, raised, lost, not run."""
    return translate(_STATES[state])


def phase_name(phase: Phase) -> str:
    """What a worker is doing, to go on from "while" or from its PID."""
    return translate(_PHASES[phase])


def status_name(status: "Status") -> str:
    """Where a run is, as a heading."""
    return translate(_STATUSES[status])


def start_method_help(start_method: str) -> str:
    """A line about what the start method does, and what it is good for."""
    return translate(_START_METHODS[start_method])


def outcome(status: "Status", counts: "Counts", makespan_s: float | None) -> str:
    """How a run that is over went, in a sentence."""
    marks = [
        translate(text).format(count=f"{getattr(counts, name):,}")
        for name, text in _MARKS.items()
        if getattr(counts, name)
    ]
    return translate(_OUTCOMES[status]).format(
        done=f"{counts.done:,}",
        tasks=count(counts.total, "task"),
        makespan=duration(makespan_s or 0.0),
        others="".join(f", {mark}" for mark in marks),
    )


def preparing() -> str:
    """Before the pool is called: the inputs are being listed, workers start."""
    return translate(QT_TRANSLATE_NOOP("Wording", "Preparing: listing the inputs…"))


def time_left(seconds: float | None) -> str:
    """What a progress bar says about the rest; None: nobody can tell yet."""
    if seconds is None:
        return translate(QT_TRANSLATE_NOOP("Wording", "no task is over yet"))
    time = duration(math.ceil(seconds))  # an estimate has no use for more digits
    return translate(QT_TRANSLATE_NOOP("Wording", "{time} left")).format(time=time)


def count(number: int, thing: str) -> str:
    """A number of things; `thing` is "task", "worker" or "chunk".

    >>> count(1, "task"), count(2000, "chunk")
    ('1 task', '2,000 chunks')
    """
    one, many = _COUNTS[thing]
    return translate(one if number == 1 else many).format(count=f"{number:,}")


def duration(seconds: float) -> str:
    """A duration with its unit and at most three significant digits, as on the time axis."""
    from .timeline.time_scale import duration_text  # it imports numpy

    return duration_text(seconds)
