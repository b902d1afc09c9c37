"""All static checks before a run: of the texts, the settings and the machine.

They run none of the user's code.
"""

import contextlib
from collections.abc import Callable, Iterator

from ..experiment import Experiment
from .chunks import check_chunks
from .facts import Facts
from .finding import Finding
from .initializer import check_initializer
from .inputs import check_inputs
from .memory import check_memory
from .modules import check_modules
from .place import check_place
from .processes import check_processes
from .task import check_task
from .threads import check_threads

__all__ = ["Facts", "check"]

CHECKS: tuple[Callable[[Experiment, Facts], Iterator[Finding]], ...] = (
    check_task,
    check_modules,
    check_inputs,
    check_processes,
    check_chunks,
    check_memory,
    check_initializer,
    check_place,
    check_threads,
)
UNLOOKABLE = (OSError, ValueError, RecursionError, MemoryError)
"""From paths that no file system takes, a working directory that has gone, and endless texts."""


def check(experiment: Experiment, facts: Facts) -> list[Finding]:
    """What a person should know before this experiment runs; what stops it comes first.

    Never raises, and takes about a millisecond: the form asks at every keystroke.
    """
    found: list[Finding] = []
    for look in CHECKS:
        with contextlib.suppress(*UNLOOKABLE):
            for finding in look(experiment, facts):
                found.append(finding)  # noqa: PERF402 - what it found before it gave up stays
    return sorted(found, key=lambda finding: not finding.stops)
