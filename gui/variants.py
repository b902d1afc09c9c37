"""What fits a problem better than its kind's one sentence, by the facts that it brings.

Templates as in sentences.py, and the choice among them.
"""

import difflib
from collections.abc import Mapping
from typing import Any

from ..engine.problem import Kind, Problem
from ..engine.tasks.catalogue import CATALOGUE
from .sentences import QT_TRANSLATE_NOOP, SENTENCES

EMPTY = {
    "task": QT_TRANSLATE_NOOP(
        "Wording",
        "The task is missing. Choose one of the catalogue, or name a function of your own as"
        " file.py:function.",
    ),
    "inputs": QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs are missing. Write a Python expression, such as (1, 2, 3) or range(200).",
    ),
}
DID_YOU_MEAN = QT_TRANSLATE_NOOP(
    "Wording", "There is no task called {value}. Did you mean {close}?"
)
NOT_A_NUMBER_OR_AUTO = QT_TRANSLATE_NOOP(
    "Wording", "{field} must be a whole number or auto, but is {value}."
)
VARIABLE_WITHOUT_NAME = QT_TRANSLATE_NOOP(
    "Wording", "An environment variable has no name. Give it one, or take it out."
)
NO_EFFECT_WITHOUT = QT_TRANSLATE_NOOP(
    "Wording", "{field} has no effect without {ruler}. Leave it out, or set {ruler}, too."
)
FILE_NOT_PYTHON = QT_TRANSLATE_NOOP(
    "Wording", "{path} is not Python: {error}. Correct it, or choose another file."
)
TEXT_LINE_NOT_PYTHON = QT_TRANSLATE_NOOP(
    "Wording", "Line {line} of the text is not Python: {error}. Correct it there."
)
TEXT_NOT_PYTHON = QT_TRANSLATE_NOOP("Wording", "The text is not Python: {error}. Correct it.")
PYTHON_SAYS_TOO_OLD = QT_TRANSLATE_NOOP(
    "Wording", "{path} is an old Python ({error}). Choose one that is 3.11 or newer."
)
HOST_DIED_SAYING = QT_TRANSLATE_NOOP(
    "Wording",
    "The process that owned the pool died ({cause}). Its last words were: {output}. What it had"
    " recorded is kept.",
)
HOST_KILLED = QT_TRANSLATE_NOOP(
    "Wording",
    "The process that owned the pool was killed (SIGKILL), so the run ended. A task may have killed"
    " it, or memory ran out. What it had recorded is kept.",
)
INITIALIZER_ENDS_WORKERS = QT_TRANSLATE_NOOP(
    "Wording",
    "The initializer ended every worker ({cause}, {count} times). Correct it: Pool itself would"
    " start new ones for ever.",
)
NO_SPACE_TO_OPEN = QT_TRANSLATE_NOOP(
    "Wording",
    "{file} cannot be opened: unpacking it takes {bytes} bytes, and {path} has not as many left."
    " Free some space.",
)
MODULE_NOT_FOUND = QT_TRANSLATE_NOOP(
    "Wording",
    "The task {task} cannot be loaded: {error}. Choose the Python that has it, or install it"
    " there.",
)
RAISED_BY_MAP = QT_TRANSLATE_NOOP(
    "Wording",
    "Task {task} raised {error}, and so does {method}, which then gives no results, not even those"
    " of tasks that returned.",
)
RAISED_BY_ITERATOR = QT_TRANSLATE_NOOP(
    "Wording",
    "Task {task} raised {error}, and so does the iterator of {method} in its turn: what would come"
    " after it is not seen.",
)
RAISED_BY_APPLY = QT_TRANSLATE_NOOP(
    "Wording",
    "Task {task} raised {error}, and so does apply: the tasks after it were not handed out.",
)
RAISED_BY_GET = QT_TRANSLATE_NOOP(
    "Wording",
    "Task {task} raised {error}, and so does its get(); the others are not touched.",
)
CHUNK_NOT_READ = QT_TRANSLATE_NOOP(
    "Wording",
    "The inputs of chunk {chunk} cannot be unpickled: {error}. Use inputs that come back from"
    " pickle as they were.",
)
UNKNOWN_TASK_RAISED = QT_TRANSLATE_NOOP(
    "Wording",
    "A task raised {error}.",
)
CORRECT_THE_TASK = QT_TRANSLATE_NOOP("Wording", "Correct the task, or let it catch the exception.")
UNKNOWN_RESULT_NOT_SENT = QT_TRANSLATE_NOOP(
    "Wording",
    "A result could not be sent back: {error}. Return values that can be pickled.",
)
STALLED = {
    "results": QT_TRANSLATE_NOOP(
        "Wording",
        "The pool stands still: a worker died with the lock of the results, so that no other can"
        " send what it has. Run it again.",
    ),
    "workers": QT_TRANSLATE_NOOP(
        "Wording",
        "The pool stands still: no worker is left, and Pool could not start another. Try fewer"
        " processes.",
    ),
}
RESULT_OF_TASK_VANISHED = QT_TRANSLATE_NOOP(
    "Wording",
    "The result of task {first} was sent and never arrived. A task must leave files alone that it"
    " has not opened itself.",
)
RESULTS_VANISHED = QT_TRANSLATE_NOOP(
    "Wording",
    "The results of a chunk were sent and never arrived. A task must leave files alone that it has"
    " not opened itself.",
)
DIED_IN_TASK = (
    QT_TRANSLATE_NOOP("Wording", "Worker {pid} died ({cause}) while running task {task}."),
    QT_TRANSLATE_NOOP(
        "Wording",
        "Worker {pid} died ({cause}) while running task {task}; task {first} of its chunk was never"
        " run.",
    ),
    QT_TRANSLATE_NOOP(
        "Wording",
        "Worker {pid} died ({cause}) while running task {task}; tasks {span} of its chunk"
        " were never run.",
    ),
)
DIED_OUTSIDE = (
    QT_TRANSLATE_NOOP(
        "Wording",
        "Worker {pid} died ({cause}) while {doing}; the results of its chunk are lost.",
    ),
    QT_TRANSLATE_NOOP(
        "Wording",
        "Worker {pid} died ({cause}) while {doing}; task {first} was never run.",
    ),
    QT_TRANSLATE_NOOP(
        "Wording",
        "Worker {pid} died ({cause}) while {doing}; tasks {span} were never run.",
    ),
)
"""With no, one or several tasks left."""
ONE_LEFT_BEHIND = QT_TRANSLATE_NOOP(
    "Wording",
    "A process that a task had started was still running at the end, and was ended: {processes}."
    " Let each task wait for what it starts.",
)
WAITS_FOR_EVER = QT_TRANSLATE_NOOP("Wording", "Pool itself would now wait for ever.")
ENDED_HERE = QT_TRANSLATE_NOOP(
    "Wording", "Pool itself would now wait for ever, so the run was ended here."
)
ENDS_THE_RUN = (Kind.RESULT_NOT_READ, Kind.POOL_STALLED, Kind.PIPE_BROKEN)
"""After these nothing can come back; after the death of a worker, the others go on."""
HANGS = (
    Kind.WORKER_DIED,
    Kind.RESULT_NOT_READ,
    Kind.POOL_STALLED,
    Kind.PIPE_BROKEN,
    Kind.RESULT_VANISHED,
)
"""What a plain Pool never says, and never comes back from."""
CHUNK_FACTS = {"task", "first", "never_run", "went_down"}
"""A worker's death that brings one of these took a chunk with it."""
COMPILED = QT_TRANSLATE_NOOP(
    "Wording", "That is a fault in compiled code: look at the libraries that the task uses."
)
DEATHS = {
    "SIGKILL": QT_TRANSLATE_NOOP(
        "Wording", "The system kills processes when memory runs out: try fewer processes."
    ),
    "SIGABRT": QT_TRANSLATE_NOOP(
        "Wording", "Compiled code gave up, as os.abort() does: the output may say why."
    ),
    "SIGSEGV": COMPILED,
    "SIGBUS": COMPILED,
    "SIGILL": COMPILED,
    "SIGFPE": COMPILED,
    "exit status": QT_TRANSLATE_NOOP(
        "Wording", "A task must return or raise, and never end its process."
    ),
    "SystemExit": QT_TRANSLATE_NOOP(
        "Wording", "A task must return or raise, and never end its process."
    ),
}
OUT_OF_MEMORY = QT_TRANSLATE_NOOP(
    "Wording",
    "The system ran out of memory at that time: try fewer processes, or tasks that need less.",
)
NOT_AN_EXCEPTION = QT_TRANSLATE_NOOP(
    "Wording",
    "Pool catches only what derives from Exception: anything else that a task raises ends its"
    " worker.",
)
PIPE_CLOSED = QT_TRANSLATE_NOOP(
    "Wording", "A task must leave files alone that it has not opened itself."
)


def template(problem: Problem) -> str:
    """The untranslated template that fits the facts which `problem` brings."""
    found = _of_settings(problem) or _of_a_task(problem) or _of_a_death(problem)
    return found or SENTENCES[problem.kind]


def _of_settings(problem: Problem) -> str | None:
    values = problem.values
    match problem.kind:
        case Kind.NOT_A_NUMBER if problem.field == "chunksize":
            return NOT_A_NUMBER_OR_AUTO
        case Kind.EMPTY:
            return EMPTY.get(problem.field or "")
        case Kind.NOT_A_VARIABLE if values.get("value") == "":
            return VARIABLE_WITHOUT_NAME
        case Kind.NO_SPACE if "file" in values:
            return NO_SPACE_TO_OPEN
        case Kind.WITHOUT_EFFECT if not values.get("value"):
            return NO_EFFECT_WITHOUT
        case Kind.UNKNOWN_TASK if close_names(values):
            return DID_YOU_MEAN
        case Kind.TASK_SYNTAX:
            return _not_python(values)
        case Kind.PYTHON_TOO_OLD if "version" not in values:
            return PYTHON_SAYS_TOO_OLD
    return None


def _not_python(values: Mapping[str, Any]) -> str:
    """For a file or a text written in the window, with its line if that is known."""
    whole, with_line = FILE_NOT_PYTHON, SENTENCES[Kind.TASK_SYNTAX]
    if not values.get("path"):
        whole, with_line = TEXT_NOT_PYTHON, TEXT_LINE_NOT_PYTHON
    return whole if values.get("line") is None else with_line


def _of_a_task(problem: Problem) -> str | None:
    unknown = problem.values.get("task") is None
    match problem.kind:
        case Kind.TASK_NOT_LOADED if "ModuleNotFoundError" in str(problem.values.get("error")):
            return MODULE_NOT_FOUND
        case Kind.TASK_RAISED:
            method = str(problem.values.get("method"))
            return UNKNOWN_TASK_RAISED if unknown else _raised_by(method)
        case Kind.RESULT_NOT_SENT if unknown:
            return UNKNOWN_RESULT_NOT_SENT
        case Kind.INPUT_NOT_READ if unknown:
            return CHUNK_NOT_READ
    return None


def _raised_by(method: str) -> str | None:
    """What an exception of a task means depends on how its result is waited for."""
    from ..engine.experiment import ITERATORS, METHODS, SINGLE_CALLS  # slow, and seldom needed

    if method in ITERATORS:
        return RAISED_BY_ITERATOR
    if method in SINGLE_CALLS:
        return RAISED_BY_APPLY if method == "apply" else RAISED_BY_GET
    return RAISED_BY_MAP if method in METHODS else None


def _of_a_death(problem: Problem) -> str | None:
    values = problem.values
    inside = values.get("task") is not None
    match problem.kind:
        case Kind.POOL_STALLED:
            return STALLED.get(str(values.get("of")))
        case Kind.RESULT_VANISHED if "first" not in values:
            return RESULTS_VANISHED
        case Kind.RESULT_VANISHED if values["first"] == values["last"]:
            return RESULT_OF_TASK_VANISHED
        case Kind.LEFT_BEHIND if values.get("count") == 1:
            return ONE_LEFT_BEHIND
        case Kind.HOST_DIED if values.get("cause") == "SIGKILL":
            return HOST_KILLED  # nobody can say anything about that before
        case Kind.WORKERS_KEEP_DYING if values.get("phase") == "initializing":
            return INITIALIZER_ENDS_WORKERS
        case Kind.HOST_DIED if values.get("output"):
            return HOST_DIED_SAYING
        case Kind.WORKER_DIED if "first" in values:
            left = max(0, int(values["last"]) - int(values["first"]) + 1)
            return (DIED_IN_TASK if inside else DIED_OUTSIDE)[min(left, 2)]
        case Kind.WORKER_DIED if inside:
            return DIED_IN_TASK[0]  # its neighbours by row are others by index
    return None


def hangs(problem: Problem) -> bool:
    """A plain Pool would wait for ever. Not for a worker that had nothing in hand, and no lock."""
    if problem.kind is not Kind.WORKER_DIED:
        return problem.kind in HANGS
    values = problem.values
    return bool(CHUNK_FACTS & set(values)) or values.get("phase") == "receiving"


def advice(problem: Problem) -> str | None:
    """What to do about a death, where its cause is known."""
    values = problem.values
    cause, phase = str(values.get("cause", "")), values.get("phase")
    if problem.kind is Kind.WORKER_DIED and values.get("out_of_memory"):
        return OUT_OF_MEMORY
    told = problem.kind is Kind.WORKER_DIED
    if told or (problem.kind is Kind.WORKERS_KEEP_DYING and "SIG" in cause):
        for name, text in DEATHS.items():
            if cause.startswith(name) and phase != "initializing":
                return text
    if values.get("raised") and phase == "sending":
        return PIPE_CLOSED
    return NOT_AN_EXCEPTION if values.get("raised") and phase == "running" else None


def close_names(values: Mapping[str, Any]) -> list[str]:
    """Names that may have been meant by one that is not there."""
    if "close" in values:
        return list(values["close"])
    names = [task.name for task in CATALOGUE]
    return difflib.get_close_matches(str(values.get("value", "")), names)
