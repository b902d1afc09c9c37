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
MODULE_NOT_FOUND = QT_TRANSLATE_NOOP(
    "Wording",
    "The task {task} cannot be loaded: {error}. Choose the Python that has it, or install it"
    " there.",
)
RAISED_BY_MAP = QT_TRANSLATE_NOOP(
    "Wording",
    "Task {task} raised {error}, and so does {method}: it gives none of the results, though other"
    " tasks have returned theirs. Correct the task, or let it catch the exception.",
)
RAISED_BY_ITERATOR = QT_TRANSLATE_NOOP(
    "Wording",
    "Task {task} raised {error}, and so does the iterator of {method} in its turn: what would come"
    " after it is not seen. Correct the task, or let it catch the exception.",
)
RAISED_BY_APPLY = QT_TRANSLATE_NOOP(
    "Wording",
    "Task {task} raised {error}, and so does apply: the tasks after it were not handed out. Correct"
    " the task, or let it catch the exception.",
)
RAISED_BY_GET = QT_TRANSLATE_NOOP(
    "Wording",
    "Task {task} raised {error}, and so does its get(); the others are not touched. Correct the"
    " task, or let it catch the exception.",
)
CHUNK_NOT_READ = QT_TRANSLATE_NOOP(
    "Wording",
    "The inputs of chunk {chunk} cannot be unpickled: {error}. Use inputs that come back from"
    " pickle as they were.",
)
UNKNOWN_TASK_RAISED = QT_TRANSLATE_NOOP(
    "Wording",
    "A task raised {error}. Correct the task, or let it catch the exception.",
)
UNKNOWN_RESULT_NOT_SENT = QT_TRANSLATE_NOOP(
    "Wording",
    "A result could not be sent back: {error}. Return values that can be pickled.",
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
        "Worker {pid} died ({cause}) while running task {task}; tasks {first} to {last} of its"
        " chunk were never run.",
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
        "Worker {pid} died ({cause}) while {doing}; tasks {first} to {last} were never run.",
    ),
)
"""With no, one or several tasks left."""
WAITS_FOR_EVER = QT_TRANSLATE_NOOP("Wording", "Pool itself would now wait for ever.")
HANGS = (Kind.WORKER_DIED, Kind.RESULT_NOT_READ, Kind.POOL_STALLED)
"""What a plain Pool never says, and never comes back from."""
DEATHS = {
    "SIGKILL": QT_TRANSLATE_NOOP(
        "Wording", "The system kills processes when memory runs out: try fewer processes."
    ),
    "SIGSEGV": QT_TRANSLATE_NOOP(
        "Wording", "That is a fault in compiled code: look at the libraries that the task uses."
    ),
    "exit status": QT_TRANSLATE_NOOP(
        "Wording", "A task must return or raise, and never end its process."
    ),
}


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
        case Kind.HOST_DIED if values.get("output"):
            return HOST_DIED_SAYING
        case Kind.WORKER_DIED if "first" in values:
            left = max(0, int(values["last"]) - int(values["first"]) + 1)
            return (DIED_IN_TASK if inside else DIED_OUTSIDE)[min(left, 2)]
        case Kind.WORKER_DIED if inside:
            return DIED_IN_TASK[0]  # its neighbours by row are others by index
    return None


def close_names(values: Mapping[str, Any]) -> list[str]:
    """Names that may have been meant by one that is not there."""
    if "close" in values:
        return list(values["close"])
    names = [task.name for task in CATALOGUE]
    return difflib.get_close_matches(str(values.get("value", "")), names)
