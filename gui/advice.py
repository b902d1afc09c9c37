"""The sentences about what the checks before a run have found, for window and command line.

Each says what will happen and what to do. As in sentences.py, they are templates: names in {braces}
are filled in after the translation.
"""

from collections.abc import Mapping
from typing import Any

from ..engine.checks.finding import Advice, Finding
from . import wording
from .sentences import QT_TRANSLATE_NOOP

ADVICE = {
    Advice.FUNCTION_NOT_THERE: QT_TRANSLATE_NOOP(
        "Wording",
        "There is no {function} at the top level of the file, so the run would fail. Define it"
        " there, or choose another function.",
    ),
    Advice.FUNCTION_INSIDE: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} is defined inside {outer}(), where no worker can find it. Move it to the top"
        " level of the file.",
    ),
    Advice.FUNCTION_MAIN_ONLY: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} is defined under if __name__ == '__main__', which workers do not run when they"
        " import the file. Move it above that line.",
    ),
    Advice.LAMBDA: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} is a lambda, which cannot be sent to a worker. Define it with def.",
    ),
    Advice.ASYNC: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} is async: calling it gives a coroutine, which cannot be sent back. Write a"
        " plain def that calls asyncio.run({function}(…)).",
    ),
    Advice.GENERATOR: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} uses yield: calling it gives a generator, which cannot be sent back. Return a"
        " list, or use {function}() as the inputs.",
    ),
    Advice.NEEDS_KEYWORDS: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} needs arguments by their names, which a pool never gives. Give them defaults.",
    ),
    Advice.NEEDS_MORE: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} needs {least} arguments, but {method} gives it one. Choose {star}, and let each"
        " input be a tuple of {least}.",
    ),
    Advice.TAKES_NOTHING: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} takes no argument, but {method} gives it one. Let it take the input.",
    ),
    Advice.FILE_NAME: QT_TRANSLATE_NOOP(
        "Wording",
        "A file called {name} cannot be imported. Give it a name like my_tasks.py.",
    ),
    Advice.HIDES_MODULE: QT_TRANSLATE_NOOP(
        "Wording",
        "{name} has the name of Python's own module {module}: what needs that would get this file"
        " instead, or the other way round. Rename it.",
    ),
    Advice.RELATIVE_IMPORT: QT_TRANSLATE_NOOP(
        "Wording",
        "The file says from {module} import …, which works inside a package only. Name the task as"
        " package.module:function, or import without the dot.",
    ),
    Advice.MODULE_NOT_THERE: QT_TRANSLATE_NOOP(
        "Wording",
        "{python} finds no module {module}. Correct the name, install it there, or choose another"
        " Python.",
    ),
    Advice.IMPORT_NOT_THERE: QT_TRANSLATE_NOOP(
        "Wording",
        "The task imports {module}, which {python} does not find. Install it there, or choose a"
        " Python that has it.",
    ),
    Advice.VENV_HAS_IT: QT_TRANSLATE_NOOP(
        "Wording",
        "The task imports {module}, which this Python does not find, but the environment beside"
        " the file has it. Choose {path}.",
    ),
    Advice.INITIALIZER_WITHOUT_FILE: QT_TRANSLATE_NOOP(
        "Wording",
        "A task of the catalogue has no file in which {function} could be. Name the initializer as"
        " file.py:function.",
    ),
    Advice.INITIALIZER_NEVER_RUNS: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} is async or uses yield, so calling it runs nothing of it. Write the initializer"
        " as a plain def.",
    ),
    Advice.STAR_NOT_TUPLES: QT_TRANSLATE_NOOP(
        "Wording",
        "{method} unpacks each input into arguments, but these are single values. Write tuples,"
        " such as [(1, 2), (3, 4)], or choose map.",
    ),
    Advice.NOT_CALLED: QT_TRANSLATE_NOOP(
        "Wording",
        "{function} is a function, not its results. Write {function}() to call it.",
    ),
    Advice.FILE_NOT_THERE: QT_TRANSLATE_NOOP(
        "Wording",
        "There is no file {path} in the working directory. Correct its name, or write all of its"
        " path.",
    ),
    Advice.NO_INPUTS: QT_TRANSLATE_NOOP(
        "Wording", "There are no inputs, so the pool will have no tasks. Give at least one."
    ),
    Advice.IDLE_WORKERS: QT_TRANSLATE_NOOP(
        "Wording",
        "{processes} processes for {tasks}: {idle} of them will get nothing. Take fewer processes,"
        " or give more inputs.",
    ),
    Advice.ONE_AT_A_TIME: QT_TRANSLATE_NOOP(
        "Wording",
        "apply waits for each task before it hands out the next, so only one of {processes} workers"
        " ever works. Choose apply_async or map for parallel work.",
    ),
    Advice.MORE_THAN_CPUS: QT_TRANSLATE_NOOP(
        "Wording",
        "Of {processes} workers only {cpus} can compute at the same time: so many are the CPUs."
        " More are of use only to tasks that wait.",
    ),
    Advice.IDLE_CHUNKS: QT_TRANSLATE_NOOP(
        "Wording",
        "A chunksize of {chunksize} leaves work for {chunks} of {processes} workers only. Take"
        " {better} or less.",
    ),
    Advice.ROUND_TRIPS: QT_TRANSLATE_NOOP(
        "Wording",
        "With chunksize 1, each of {tasks} tasks is sent by itself, which takes longer than short"
        " tasks do. Take a larger chunksize, such as {better}.",
    ),
    Advice.WORKERS_BORN: QT_TRANSLATE_NOOP(
        "Wording",
        "About {born} workers will be started, one after the other. Take a larger maxtasksperchild,"
        " or larger chunks.",
    ),
    Advice.FORK_ON_MACOS: QT_TRANSLATE_NOOP(
        "Wording",
        "On macOS, forked workers can crash in the system's own libraries. Choose spawn.",
    ),
    Advice.FORK_WITH_THREADS: QT_TRANSLATE_NOOP(
        "Wording",
        "{library} has threads of its own, and forked workers can wait for them for ever. Choose"
        " spawn or forkserver.",
    ),
    Advice.PRELOAD_NOT_THERE: QT_TRANSLATE_NOOP(
        "Wording",
        "{python} finds no module {module}, so the fork server will silently go without it. Correct"
        " its name.",
    ),
    Advice.MUCH_MEMORY: QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs and what is sent of them need about {bytes} of the {available} of memory that"
        " are free. Give fewer or smaller ones, or file names to read in the task.",
    ),
    Advice.TOO_MUCH_MEMORY: QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs and what is sent of them need about {bytes}, but only {available} of memory are"
        " free: the system may end the run. Give fewer or smaller ones, or file names to read in"
        " the task.",
    ),
    Advice.LARGE_CHUNK: QT_TRANSLATE_NOOP(
        "Wording",
        "A chunk of {chunksize} tasks is one message of about {bytes}, which takes long and is in"
        " memory several times. Take a smaller chunksize.",
    ),
    Advice.LARGE_INPUT: QT_TRANSLATE_NOOP(
        "Wording",
        "One input is a message of about {bytes}, which takes long and is in memory several times."
        " Give file names, and read the files in the task.",
    ),
    Advice.MANY_THREADS: QT_TRANSLATE_NOOP(
        "Wording",
        "{libraries} can start {threads} threads in each of {workers}, and all of them share"
        " {cpus}. Set {variables}.",
    ),
}
NO_FUNCTION = QT_TRANSLATE_NOOP("Wording", "The task names no function of the file. Choose one.")
NO_FUNCTION_BUT = QT_TRANSLATE_NOOP(
    "Wording", "The task names no function of the file. Choose {close}."
)
DID_YOU_MEAN = QT_TRANSLATE_NOOP(
    "Wording",
    "There is no {function} at the top level of the file, so the run would fail. Did you mean"
    " {close}?",
)
MORE_THAN_GRANTED = {
    "affinity": QT_TRANSLATE_NOOP(
        "Wording",
        "Of {processes} workers only {cpus} can compute at the same time: Poolscope may use no more"
        " of the {logical} CPUs here. More are of use only to tasks that wait.",
    ),
    "quota": QT_TRANSLATE_NOOP(
        "Wording",
        "Of {processes} workers only {cpus} can compute at the same time: this container is granted"
        " no more of the {logical} CPUs. More are of use only to tasks that wait.",
    ),
}
BORN_BY_SPAWN = QT_TRANSLATE_NOOP(
    "Wording",
    "About {born} workers will be started, one after the other, and with spawn each is a new Python"
    " that imports the task. Take a larger maxtasksperchild, or larger chunks.",
)
WIDTHS = {
    "exact": QT_TRANSLATE_NOOP(
        "Wording", "{function} takes {least} arguments, but {source} {given}. Make them agree."
    ),
    "one": QT_TRANSLATE_NOOP(
        "Wording", "{function} takes one argument, but {source} {given}. Make them agree."
    ),
    "none": QT_TRANSLATE_NOOP(
        "Wording", "{function} takes no arguments, but {source} {given}. Make them agree."
    ),
    "least": QT_TRANSLATE_NOOP(
        "Wording",
        "{function} takes at least {least} arguments, but {source} {given}. Make them agree.",
    ),
    "range": QT_TRANSLATE_NOOP(
        "Wording",
        "{function} takes {least} to {most} arguments, but {source} {given}. Make them agree.",
    ),
}
WIDTH_SOURCES = {
    Advice.STAR_WIDTH: QT_TRANSLATE_NOOP("Wording", "{method} unpacks an input into"),
    Advice.INITIALIZER_WIDTH: QT_TRANSLATE_NOOP("Wording", "the initargs are"),
}
CPUS = (
    QT_TRANSLATE_NOOP("Wording", "{count} CPU"),
    QT_TRANSLATE_NOOP("Wording", "{count} CPUs"),
)
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def advice(finding: Finding) -> str:
    """What will happen and what to do, in one line.

    >>> advice(Finding(Advice.NOT_CALLED, "inputs", True, {"function": "numbers"}))
    'numbers is a function, not its results. Write numbers() to call it.'
    """
    if finding.advice is Advice.PROBLEM:
        return wording.sentence(finding.values["problem"])
    return wording.translate(_template(finding)).format_map(_facts(finding))


def _template(finding: Finding) -> str:
    """The untranslated template that fits the facts which `finding` brings."""
    values = finding.values
    match finding.advice:
        case Advice.FUNCTION_NOT_THERE if not values["function"]:
            return NO_FUNCTION_BUT if values["close"] else NO_FUNCTION
        case Advice.FUNCTION_NOT_THERE if values["close"]:
            return DID_YOU_MEAN
        case Advice.MORE_THAN_CPUS if values["cause"]:
            return MORE_THAN_GRANTED[values["cause"]]
        case Advice.WORKERS_BORN if values["start_method"] == "spawn":
            return BORN_BY_SPAWN
        case Advice.STAR_WIDTH | Advice.INITIALIZER_WIDTH:
            return WIDTHS[_width(values["least"], values["most"])]
    return ADVICE[finding.advice]


def _width(least: int, most: int | None) -> str:
    if most is None:
        return "least"
    if least == most:
        return {0: "none", 1: "one"}.get(least, "exact")
    return "range"


def _facts(finding: Finding) -> dict[str, str]:
    values = finding.values
    facts = {name: _text(value) for name, value in values.items()}
    for name in ("bytes", "available"):
        if name in values:
            facts[name] = size_text(values[name])
    match finding.advice:
        case Advice.IDLE_WORKERS:
            facts["tasks"] = wording.count(values["tasks"], "task")
            facts["idle"] = _text(values["processes"] - values["tasks"])
        case Advice.STAR_WIDTH | Advice.INITIALIZER_WIDTH:
            facts["source"] = wording.translate(WIDTH_SOURCES[finding.advice]).format_map(facts)
        case Advice.RELATIVE_IMPORT:
            facts["module"] = str(values["module"])  # a dot may be all of it
        case Advice.MANY_THREADS:
            facts |= _thread_facts(values)
    if "close" in values:
        facts["close"] = wording.either(values["close"])
    return facts


def _thread_facts(values: Mapping[str, Any]) -> dict[str, str]:
    one, many = CPUS
    cpus = wording.translate(one if values["cpus"] == 1 else many)
    return {
        "libraries": wording.either(values["libraries"]),
        "workers": wording.count(values["processes"], "worker"),
        "cpus": cpus.format(count=f"{values['cpus']:,}"),
        "variables": ", ".join(f"{name}={values['number']}" for name in values["variables"]),
    }


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else wording.one_line(value)


def size_text(number: int) -> str:
    """A number of bytes in the unit that people say it in.

    >>> size_text(3_200_000_000)
    '3.2 GB'
    """
    size, unit = float(number), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {_UNITS[unit]}"
