"""The machine's CPUs in words: how many there are, and how many of them can be had."""

from collections import defaultdict

from ....engine.machine import Machine
from ... import wording
from ...sentences import QT_TRANSLATE_NOOP

_ONE = QT_TRANSLATE_NOOP("Wording", "1 CPU")
_MANY = QT_TRANSLATE_NOOP("Wording", "{cpus} CPUs")
_OF = QT_TRANSLATE_NOOP("Wording", "{usable} of {cpus} CPUs")
_CORES = QT_TRANSLATE_NOOP("Wording", "{cores} cores, {cpus} CPUs")
_MARKS = {
    "physical": QT_TRANSLATE_NOOP("Wording", "{count} physical CPUs (cores)"),
    "logical": QT_TRANSLATE_NOOP("Wording", "{count} logical CPUs"),
    "affinity": QT_TRANSLATE_NOOP("Wording", "{count} CPUs that this program may use (affinity)"),
    "quota": QT_TRANSLATE_NOOP("Wording", "{count} CPUs granted to this container (cgroup quota)"),
}


def cpu_hint(machine: Machine) -> str:
    """How many workers can compute at the same time, in few words.

    >>> cpu_hint(Machine("", "", physical=4, logical=8, affinity=8, quota=2.5))
    '2 of 8 CPUs'
    >>> cpu_hint(Machine("", "", physical=4, logical=8, affinity=8, quota=None))
    '4 cores, 8 CPUs'
    """
    if machine.usable < machine.logical:
        template = _OF
    elif machine.physical < machine.logical:
        template = _CORES
    else:
        template = _ONE if machine.logical == 1 else _MANY
    return wording.translate(template).format(
        usable=machine.usable, cores=machine.physical, cpus=machine.logical
    )


def cpu_marks(machine: Machine) -> dict[int, str]:
    """Numbers of processes that mean something here, each with what it is.

    >>> list(cpu_marks(Machine("", "", physical=4, logical=8, affinity=8, quota=2.5)))
    [4, 8, 2]
    """
    texts = defaultdict(list)
    for name, template in _MARKS.items():
        count = getattr(machine, name)
        if count is not None and (name != "affinity" or count != machine.logical):
            text = wording.translate(template).format(count=f"{count:.3g}")
            texts[max(1, int(count))].append(text)
    return {count: "\n".join(lines) for count, lines in texts.items()}
