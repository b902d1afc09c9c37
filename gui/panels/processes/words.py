"""What the tree of processes says: who each one is, what it does, and what it is there for."""

from PySide6.QtCore import QCoreApplication

from ....engine.sampling.layout import ProcessState, Role
from ....engine.trace.layout import Phase
from ... import wording
from ...sentences import QT_TRANSLATE_NOOP
from ...timeline.scene.life import Parting
from ...timeline.scene.time_scale import duration_text, share_text, three_digits
from ...timeline.words.way_text import bytes_text
from ...timeline.words.worker_text import exit_text, worker_name
from .facts import Facts
from .places import Subject, Which

NOBODY_KNOWS = "–"
NAME_LIMIT = 60
"""Characters of a program's name."""

NAME, DOES, CPU, MEMORY, THREADS, AGE, TASKS, EXIT = range(8)
COLUMNS = EXIT + 1
NUMBERS = (CPU, MEMORY, THREADS, AGE, TASKS, EXIT)

_TITLES = (
    QT_TRANSLATE_NOOP("Processes", "process"),
    QT_TRANSLATE_NOOP("Processes", "what it does"),
    QT_TRANSLATE_NOOP("Processes", "CPU"),
    QT_TRANSLATE_NOOP("Processes", "memory"),
    QT_TRANSLATE_NOOP("Processes", "threads"),
    QT_TRANSLATE_NOOP("Processes", "age"),
    QT_TRANSLATE_NOOP("Processes", "tasks"),
    QT_TRANSLATE_NOOP("Processes", "exit"),
)
_COLUMN_HELPS = (
    QT_TRANSLATE_NOOP("Processes", "What it is there for, and its PID; below those who started it"),
    QT_TRANSLATE_NOOP("Processes", "Of a worker what it told last, of others what the system says"),
    QT_TRANSLATE_NOOP(
        "Processes", "Of one CPU, since the look before; several threads can use more than 100 %"
    ),
    QT_TRANSLATE_NOOP(
        "Processes",
        "What of it is in memory (RSS); what processes share is counted for each of them",
    ),
    QT_TRANSLATE_NOOP("Processes", "How many threads it has"),
    QT_TRANSLATE_NOOP(
        "Processes", "Since it was asked for (workers) or first seen; of the dead how old they got"
    ),
    QT_TRANSLATE_NOOP("Processes", "Tasks that it has run, those that raised or were lost, too"),
    QT_TRANSLATE_NOOP("Processes", "The exit code of the dead, or the signal that ended them"),
)
_ROLES = {
    Role.APP: QT_TRANSLATE_NOOP("Processes", "Poolscope {pid}"),
    Role.KEEPER: QT_TRANSLATE_NOOP("Processes", "keeper {pid}"),
    Role.HOST: QT_TRANSLATE_NOOP("Processes", "host {pid}"),
    Role.FORK_SERVER: QT_TRANSLATE_NOOP("Processes", "fork server {pid}"),
    Role.RESOURCE_TRACKER: QT_TRANSLATE_NOOP("Processes", "resource tracker {pid}"),
    Role.WORKER: QT_TRANSLATE_NOOP("Processes", "worker {pid}"),
    Role.OF_TASK: QT_TRANSLATE_NOOP("Processes", "{name} {pid}"),
}
_NAMELESS = QT_TRANSLATE_NOOP("Processes", "process {pid}")
_HELPS = {
    Role.APP: QT_TRANSLATE_NOOP(
        "Processes",
        "It started the run and looks at it from outside. Poolscope’s own: your program has none.",
    ),
    Role.KEEPER: QT_TRANSLATE_NOOP(
        "Processes",
        "It waits, and when the host has gone it ends what tasks have left behind. Poolscope’s own:"
        " your program has none.",
    ),
    Role.HOST: QT_TRANSLATE_NOOP(
        "Processes",
        "It owns the Pool: it cuts the inputs into chunks, hands them out and collects the results."
        " In your own program this is the Python that you start.",
    ),
    Role.FORK_SERVER: QT_TRANSLATE_NOOP(
        "Processes",
        "Of the start method forkserver: a small Python without threads that forks each worker when"
        " the host asks. So workers are its children, not the host’s. It runs no tasks.",
    ),
    Role.RESOURCE_TRACKER: QT_TRANSLATE_NOOP(
        "Processes",
        "The extra process: spawn and forkserver start it. It notes semaphores and shared memory"
        " and removes what is left at the end, even after a crash. It runs no tasks. Under fork"
        " there is none.",
    ),
    Role.WORKER: QT_TRANSLATE_NOOP(
        "Processes",
        "One of the pool: it takes a chunk from the task queue, runs its tasks one by one, sends"
        " the results back, and begins again.",
    ),
    Role.OF_TASK: QT_TRANSLATE_NOOP(
        "Processes",
        "Started by a task. Pool knows nothing of it: in your program you wait for it or end it"
        " yourself. Here what is left is ended with the run.",
    ),
}
_STATES = {
    ProcessState.UNKNOWN: NOBODY_KNOWS,
    ProcessState.RUNNING: QT_TRANSLATE_NOOP("Processes", "running"),
    ProcessState.SLEEPING: QT_TRANSLATE_NOOP("Processes", "waiting"),
    ProcessState.WAITING_FOR_DISK: QT_TRANSLATE_NOOP("Processes", "waiting for the disk"),
    ProcessState.STOPPED: QT_TRANSLATE_NOOP("Processes", "stopped"),
    ProcessState.ZOMBIE: QT_TRANSLATE_NOOP("Processes", "ended, not yet collected"),
    ProcessState.GONE: QT_TRANSLATE_NOOP("Processes", "ended"),
}
_METHODS = {
    "fork": QT_TRANSLATE_NOOP(
        "Processes",
        "fork: each worker is a copy of the host; there is no resource tracker.",
    ),
    "spawn": QT_TRANSLATE_NOOP(
        "Processes",
        "spawn: each worker is a new Python, beside a resource tracker.",
    ),
    "forkserver": QT_TRANSLATE_NOOP(
        "Processes",
        "forkserver: workers are children of the fork server, not of the host.",
    ),
}


def translate(text: str) -> str:
    return QCoreApplication.translate("Processes", text)


def titles() -> tuple[str, ...]:
    """Of the columns."""
    return tuple(map(translate, _TITLES))


def column_helps() -> tuple[str, ...]:
    return tuple(map(translate, _COLUMN_HELPS))


def role_help(role: Role) -> str:
    """What such a process is there for."""
    return translate(_HELPS[role])


def method_help(start_method: str, roles: set[Role]) -> str:
    """What a start method means for the tree; "" where that is not as it is said."""
    helpers = {Role.RESOURCE_TRACKER, Role.FORK_SERVER} & roles
    needed = {
        "spawn": {Role.RESOURCE_TRACKER},
        "forkserver": {Role.RESOURCE_TRACKER, Role.FORK_SERVER},
    }.get(start_method, set())
    return translate(_METHODS[start_method]) if helpers == needed else ""


def name_text(facts: Facts) -> str:
    """Who it is, in short."""
    subject = facts.subject
    if facts.lane is not None:
        return worker_name(facts.lane)
    assert subject.role is not None
    text = _ROLES[subject.role]
    name = wording.one_line(facts.name)[:NAME_LIMIT]
    if subject.role is Role.OF_TASK and not name:
        text = _NAMELESS
    return translate(text).format(pid=subject.pid or NOBODY_KNOWS, name=name)


def crowd_text(subject: Subject, *, all_left: bool) -> str:
    """Of a row that stands for many, or of a page of them."""
    if subject.page:
        text = translate("{first} to {last}")
    elif subject.which is Which.OTHERS:
        one, many = (
            translate("1 process that has ended"),
            translate("{last} processes that have ended"),
        )
        text = one if subject.last == 1 else many
    elif all_left:
        one, many = translate("1 worker that has left"), translate("{last} workers that have left")
        text = one if subject.last == 1 else many
    else:
        one, many = translate("1 worker that has gone"), translate("{last} workers that have gone")
        text = one if subject.last == 1 else many
    return text.format(first=f"{subject.first:,}", last=f"{subject.last:,}")


def crowd_help(which: Which) -> str:
    """Why they are in one row."""
    if which is Which.OTHERS:
        return translate(
            "Started by tasks, and ended while the run went on; the latest of them are in their"
            " places. Open it to see them."
        )
    return translate(
        "With maxtasksperchild a worker leaves after so many chunks, and another takes its place."
        " They are kept here, also those of many that died. Open it to see each."
    )


def does_text(facts: Facts) -> str:
    """What it does now, or how it ended."""
    if facts.lane is not None:
        return _worker_does(facts)
    match facts.subject.role:
        case Role.APP:
            return translate("watched the run") if facts.gone else translate("watches the run")
        case Role.KEEPER if not facts.gone:
            return translate("waits for the end")
        case Role.WORKER if not facts.gone:  # it has not said its PID yet
            return wording.phase_name(Phase.STARTING)
    if facts.gone:
        return translate("ended")
    return translate(_STATES[facts.state])


def _worker_does(facts: Facts) -> str:
    if not facts.gone:
        if facts.state is ProcessState.STOPPED:
            return translate(_STATES[ProcessState.STOPPED])
        if facts.index is not None:
            return translate("running task {index}").format(index=f"{facts.index:,}")
        return wording.phase_name(facts.phase or Phase.STARTING)
    if facts.parting is Parting.LEFT:
        return translate("left: chunks done")
    if facts.parting is Parting.DIED:
        cause = exit_text(facts.exit_code)
        text = translate("killed by you: {0}") if facts.by_hand else translate("died: {0}")
        return text.format(cause)
    return translate("ended with the pool")


def exit_cell(facts: Facts) -> str:
    """The code, or the name of the signal."""
    if facts.exit_code is None:
        return NOBODY_KNOWS if facts.gone and facts.lane is not None else ""
    return str(facts.exit_code) if facts.exit_code >= 0 else exit_text(facts.exit_code)


def cells(facts: Facts, now_ns: int | None) -> tuple[str, ...]:
    """What the columns say."""
    reading, age_ns = facts.reading, facts.age_ns(now_ns)
    cpu = None if reading is None else reading.cpu
    return (
        name_text(facts),
        does_text(facts),
        NOBODY_KNOWS if cpu is None else share_text(cpu),
        NOBODY_KNOWS if reading is None or not reading.rss else bytes_text(reading.rss),
        NOBODY_KNOWS if reading is None else f"{reading.threads:,}",
        NOBODY_KNOWS if age_ns is None else _age_text(age_ns / 1e9),
        "" if facts.tasks is None else f"{facts.tasks:,}",
        exit_cell(facts),
    )


def _age_text(seconds: float) -> str:
    """One unit, in steps that can be read while it grows.

    >>> _age_text(0.123), _age_text(1.26), _age_text(59.9), _age_text(150), _age_text(5000)
    ('120 ms', '1.2 s', '59 s', '2 min', '1.3 h')
    """
    if seconds < 1:
        return duration_text(int(seconds * 100) / 100)
    if seconds < 10:
        return f"{int(seconds * 10) / 10:.1f} s"
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds / 60)} min"
    return f"{three_digits(int(seconds / 360) / 10)} h"
