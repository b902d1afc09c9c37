"""The tasks that the form offers, as data: the catalogue's, those of files, the written ones."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ....engine.experiment import STAR_METHODS, Experiment
from ....engine.tasks.catalogue import CATALOGUE, find
from ....engine.tasks.reading import Function, Source, address
from ... import wording
from ...lab import Lab
from ...sentences import QT_TRANSLATE_NOOP

OWN_INPUTS = "range(10)"
OWN_TUPLES = 3
"""What a function of the user's own starts with: so many tuples when it takes several arguments."""
WRITTEN = ":"
"""Before the name of a function that was written in the window; no other key begins so."""
PREPARING = re.compile("_|init|set_?up|main(?![a-z])", re.IGNORECASE)
"""How the names of functions begin that are seldom tasks."""
PLAIN_METHODS = {"starmap": "map", "starmap_async": "map_async"}

_KINDS = {
    "CPU": QT_TRANSLATE_NOOP("Wording", "CPU"),
    "waiting": QT_TRANSLATE_NOOP("Wording", "waiting"),
    "memory": QT_TRANSLATE_NOOP("Wording", "memory"),
    "pickling": QT_TRANSLATE_NOOP("Wording", "pickling"),
    "mixed": QT_TRANSLATE_NOOP("Wording", "mixed"),
}
_WRITTEN_HERE = QT_TRANSLATE_NOOP("Wording", "written here")
_NO_DOCSTRING = QT_TRANSLATE_NOOP("Wording", "It has no docstring.")


class Choice(NamedTuple):
    """A task on offer. `key` tells it from all others; the function comes first in `text`."""

    key: str
    text: str
    help: str


def key_of(experiment: Experiment) -> str:
    """The key of the choice that `experiment` has made."""
    return f"{WRITTEN}{experiment.task}" if experiment.source else experiment.task


def catalogue_choices() -> Iterator[Choice]:
    """The built-in tasks, each with its kind."""
    for item in CATALOGUE:
        text = f"{item.name} — {wording.translate(_KINDS[item.kind])}"
        yield Choice(item.name, text, wording.translate(item.help))


def own_choices(lab: Lab) -> Iterator[Choice]:
    """Those of files, and those that were written here; the present one in any case."""
    present, found = key_of(lab.experiment), set()
    for path in lab.files:
        for choice in file_choices(path, lab.known.sources.of_file(path)):
            found.add(choice.key)
            yield choice
    if lab.written.source:
        place = wording.translate(_WRITTEN_HERE)
        for choice in _choices(lab.known.sources.of_text(lab.written.source), WRITTEN, place):
            found.add(choice.key)
            yield choice
    in_catalogue = any(item.name == present for item in CATALOGUE)
    if present not in found and not in_catalogue:
        where = address(lab.experiment.task)
        place = where.file.name if where.file else where.module or wording.translate(_WRITTEN_HERE)
        yield Choice(present, f"{where.name} — {place}", "")


def file_choices(path: Path, source: object) -> list[Choice]:
    """The functions of a file that a pool can call."""
    return list(_choices(source, f"{path}:", path.name))


def first_choice(path: Path, source: object) -> Choice | None:
    """What most likely is the task of a file: it takes one argument, and prepares nothing."""
    choices = file_choices(path, source)
    for choice in choices:
        function = isinstance(source, Source) and source.function(address(choice.key).name)
        if function and function.takes(1) and not PREPARING.match(function.name):
            return choice
    return next(iter(choices), None)


def _choices(source: object, prefix: str, place: str) -> Iterator[Choice]:
    if isinstance(source, Source):
        for function in source.functions:
            if can_be_task(function):
                text = f"{function.name}({function.parameters}) — {place}"
                help_text = function.help or wording.translate(_NO_DOCSTRING)
                yield Choice(f"{prefix}{function.name}", text, help_text)


def can_be_task(function: Function) -> bool:
    """It takes an input; a generator does not give a result that could be sent back."""
    return not function.is_generator and (function.most is None or function.most >= 1)


def chosen(lab: Lab, key: str) -> tuple[str, str]:
    """The task and the source of an experiment that has chosen `key`."""
    return (key[len(WRITTEN) :], lab.written.source) if key.startswith(WRITTEN) else (key, "")


def function_of(lab: Lab, key: str) -> Function | None:
    """What is known of the function; None when it is of the catalogue or a module."""
    task, text = chosen(lab, key)
    sources, where = lab.known.sources, address(task)
    source = sources.of_text(text) if text else where.file and sources.of_file(where.file)
    return source.function(where.name) if isinstance(source, Source) else None


def fitting_method(method: str, key: str, function: Function | None) -> str:
    """`method`, or its relative that hands over as many arguments as the function takes."""
    if method in STAR_METHODS:
        takes_one = function.most == 1 if function is not None else is_built_in(key)
        return PLAIN_METHODS[method] if takes_one else method
    if function is not None and not function.takes(1):
        return "starmap_async" if method == "map_async" else "starmap"
    return method


def is_built_in(key: str) -> bool:
    """It is of the catalogue."""
    return any(item.name == key for item in CATALOGUE)


def first_inputs(key: str, method: str, function: Function | None) -> str:
    """The inputs that a task starts with."""
    if is_built_in(key):
        return find(key).inputs
    if method not in STAR_METHODS:
        return OWN_INPUTS
    width = max(2, function.least if function is not None else 2)
    numbers = range(1, OWN_TUPLES * width + 1)
    tuples = [tuple(numbers[at : at + width]) for at in range(0, len(numbers), width)]
    return repr(tuples)
