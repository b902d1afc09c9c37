"""The run of the same tasks by one process that a speed-up is measured against."""

from pathlib import Path
from typing import Any

import numpy as np

from .. import run_folder
from ..former import question
from ..journal import Journal, JournalReader, Status
from ..names import EXPERIMENT_FILE
from ..problem import ProblemError
from ..recording import Recording
from ..trace.layout import TASKS, TaskState
from ..trace.reader import Columns
from .blocks import BLOCK
from .numbers import Serial

SAME_MACHINE = ("system", "physical", "logical")
"""What two runs on one machine have in common; a saved run may be of another."""


def serial_run(recording: Recording, parent: Path | None = None) -> Serial | None:
    """The newest kept run by one process of the same tasks, to its end; None without one.

    A run by one process is its own. Any other has another folder and another number of processes,
    so it is never found. Same tasks: of the same function and inputs (`former.question`), as many
    of them, with the same interpreter on the same machine; all of them done. How it cut its inputs
    into chunks, and with which method, is its own matter.
    parent: the folder of the run folders. What cannot be read is passed over.
    """
    journal = recording.journal
    if recording.experiment.pool.processes == 1:
        return _serial(recording.folder, recording, journal)
    for folder in reversed(run_folder.kept(parent)):
        if folder == recording.folder or not (folder / EXPERIMENT_FILE).is_file():
            continue
        try:
            other = Recording(folder)
            if other.experiment.pool.processes != 1 or not _alike(recording, other):
                continue
            reader = JournalReader(folder)
            reader.update()
            found = _serial(folder, other, reader.journal)
        except (ProblemError, OSError, ValueError, IndexError):
            continue
        if found is not None and _same_host(journal, reader.journal):
            return found
    return None


def _alike(one: Recording, other: Recording) -> bool:
    if question(one.experiment) != question(other.experiment):
        return False
    if one.experiment.place.python != other.experiment.place.python:
        return False
    return _machine(one) == _machine(other)


def _machine(recording: Recording) -> list[Any]:
    return [recording.machine.get(name) for name in SAME_MACHINE]


def _same_host(one: Journal, other: Journal) -> bool:
    """As many inputs, and the same version of Python."""
    versions = one.host.get("python"), other.host.get("python")
    return one.inputs == other.inputs and versions[0] == versions[1]


def _serial(folder: Path, recording: Recording, journal: Journal) -> Serial | None:
    """What `folder` says of a run by one process; None unless it was whole."""
    makespan_s = journal.makespan_s
    if not makespan_s or journal.conclusion()[0] is not Status.FINISHED or not _did_all(folder):
        return None
    return Serial(makespan_s, recording.started)


def _did_all(folder: Path) -> bool:
    states = Columns(folder, TASKS)["state"]
    parts = (states[start : start + BLOCK] for start in range(0, len(states), BLOCK))
    return len(states) > 0 and all(bool(np.all(part == TaskState.DONE)) for part in parts)
