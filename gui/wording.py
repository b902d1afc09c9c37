"""The one place where the engine's data become words. Qt-free: window and command line use it.

Every text is English in the source. `translate` turns it into the user's language; the window sets
it to QCoreApplication.translate with the context "Wording". Names in {braces} are filled in after
that, so a translation may order them as it likes.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..engine.problem import Kind, Problem
from ..engine.trace.layout import Phase, TaskState
from . import variants
from .aftermath import BY_YOU, aftermath, grouped, neighbours
from .sentences import QT_TRANSLATE_NOOP

if TYPE_CHECKING:  # importing them is slow, and the words for bad usage do not need them
    from ..engine.journal import Status
    from ..engine.metrics.so_far import Straggler
    from ..engine.recording import Recording
    from ..engine.trace.counts import Counts

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
    "failed": QT_TRANSLATE_NOOP("Wording", "Failed: {done} of {tasks} done{lost}{others}."),
    "stopped": QT_TRANSLATE_NOOP("Wording", "Stopped: {done} of {tasks} done{lost}{others}."),
}
_MARKS = {
    "raised": QT_TRANSLATE_NOOP("Wording", "{count} raised"),
    "lost": QT_TRANSLATE_NOOP("Wording", "{count} lost"),
    "not_run": QT_TRANSLATE_NOOP("Wording", "{count} not run"),
}
_RESULTS_LOST = (
    QT_TRANSLATE_NOOP("Wording", "the result of {count} lost"),
    QT_TRANSLATE_NOOP("Wording", "the results of {count} lost"),
)
_ALL_RESULTS_LOST = QT_TRANSLATE_NOOP("Wording", "all results lost")
_OR = QT_TRANSLATE_NOOP("Wording", "{others} or {last}")


def sentence(problem: Problem) -> str:
    """What happened, where, and what to do next, in one line.

    >>> sentence(Problem(Kind.OUT_OF_RANGE, "processes", {"low": 1, "high": 512, "value": 0}))
    'processes must be from 1 to 512, but is 0.'
    """
    said = what_happened(problem)
    if problem.kind is Kind.TASK_RAISED:
        return f"{said} {translate(variants.CORRECT_THE_TASK)}"
    if variants.hangs(problem):
        ended = problem.kind in variants.ENDS_THE_RUN
        waits = variants.ENDED_HERE if ended else variants.WAITS_FOR_EVER
        said = f"{said} {translate(waits)}"
    if problem.values.get("by_hand"):
        return said
    advice = variants.advice(problem)
    return said if advice is None else f"{said} {translate(advice)}"


def what_happened(problem: Problem) -> str:
    """The same without advice: shorter, for a list of them, and while the run goes on."""
    try:
        said = translate(variants.template(problem)).format_map(_facts(problem))
        also = aftermath(problem.values, translate)
    except (ValueError, TypeError, KeyError, IndexError):
        return one_line(problem)  # an opened file brought facts that are none
    return f"{said} {also}" if also else said


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
    facts |= _numbers(values)
    for name in ("choices", "known"):
        if isinstance(values.get(name), list | tuple):
            facts[name] = either(values[name])
    if isinstance(values.get("processes"), list):
        facts["processes"] = one_line(grouped(values["processes"], values.get("count"), translate))
    if "ruler" in values:
        facts["ruler"] = field_name(str(values["ruler"]))
    if values.get("by_hand"):
        facts["cause"] = translate(BY_YOU).format(cause=facts["cause"])
    if "phase" in values:
        facts["doing"] = phase_name(Phase[str(values["phase"]).upper()])
    return facts


def _numbers(values: Mapping[str, Any]) -> dict[str, str]:
    """Those of tasks and chunks, and the span of neighbours."""
    names = ("task", "first", "last", "chunk")
    numbers = {name: values[name] for name in names if isinstance(values.get(name), int)}
    said = {name: f"{number:,}" for name, number in numbers.items()}
    if {"first", "last"} <= set(numbers):
        said["span"] = neighbours(numbers["first"], numbers["last"], translate)
    return said


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
    lost = counts.result_lost  # they are of those that are done
    return translate(_OUTCOMES[status]).format(
        done=f"{counts.done:,}",
        tasks=count(counts.total, "task"),
        makespan=duration(makespan_s or 0.0),
        others="".join(f", {mark}" for mark in marks),
        lost=f" ({results_lost(lost, counts.done)})" if lost else "",
    )


def results_lost(number: int, done: int | None) -> str:
    """Of `done` tasks that were done, `number` whose results never came back.

    >>> results_lost(1, 8), results_lost(2, 8), results_lost(8, 8)
    ('the result of 1 lost', 'the results of 2 lost', 'all results lost')
    """
    if number == done and number > 1:
        return translate(_ALL_RESULTS_LOST)
    return translate(_RESULTS_LOST[number != 1]).format(count=f"{number:,}")


def preparing() -> str:
    """Before the pool is called: the inputs are being listed, workers start."""
    return translate(QT_TRANSLATE_NOOP("Wording", "Preparing: listing the inputs…"))


def what_goes_on(recording: "Recording", slow: "Straggler | None", left_s: float | None) -> str:
    """What a progress bar says about the rest: about how long it will take, or what is waited for.

    slow: a task that runs by far longer than others. left_s: None where nobody can tell.
    """
    counts = recording.counts
    if slow is not None:
        text = QT_TRANSLATE_NOOP(
            "Wording", "task {task} has been running for {took}; the longest other took {longest}"
        )
        return translate(text).format(
            task=f"{recording.index_of(slow.row):,}",
            took=duration(math.floor(slow.took_s)),
            longest=duration(slow.longest_s),
        )
    if left_s is not None:
        time = duration(left_s if left_s < 10 else math.ceil(left_s))
        return translate(QT_TRANSLATE_NOOP("Wording", "about {time} left")).format(time=time)
    if not counts.over:
        return translate(QT_TRANSLATE_NOOP("Wording", "no task is over yet"))
    if counts.running == 1:
        return translate(QT_TRANSLATE_NOOP("Wording", "the last task is running"))
    if counts.running:
        text = QT_TRANSLATE_NOOP("Wording", "the last {count} tasks are running")
        return translate(text).format(count=f"{counts.running:,}")
    return translate(_STATUSES["running"]).lower()


def count(number: int, thing: str) -> str:
    """A number of things; `thing` is "task", "worker" or "chunk".

    >>> count(1, "task"), count(2000, "chunk")
    ('1 task', '2,000 chunks')
    """
    one, many = _COUNTS[thing]
    return translate(one if number == 1 else many).format(count=f"{number:,}")


def duration(seconds: float) -> str:
    """A duration with its unit and at most three significant digits, as on the time axis."""
    from .timeline.scene.time_scale import duration_text  # it imports numpy

    return duration_text(seconds)
