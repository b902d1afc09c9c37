"""The results of a run as rows: what every format of a results file holds."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..recording import Recording
from ..trace.layout import TaskState

OUTCOMES = {
    TaskState.DONE: "done",
    TaskState.RAISED: "raised",
    TaskState.LOST: "lost",
    TaskState.NOT_RUN: "not_run",
}
BLOCK = 65_536


COLUMNS = ("index", "input", "outcome", "value")
"""The names of a row's fields in files."""


class ResultRow(NamedTuple):
    """A task's index, its input as text, how it ended, and its value as text.

    The index is the position of its input as given, in whatever order they were handed out.
    outcome: "done", "raised", "lost" or "not_run". value: of a done task the repr of what it
    returned, None when that was lost with its chunk; of a raised one the exception; else None.
    Texts are shortened as in the run folder; None where none was kept.
    """

    task: int
    input: str | None
    outcome: str
    value: str | None


def rows(recording: Recording) -> Iterator[ResultRow]:
    """The tasks of a run that is over, in the order of their inputs; none before it had a trace."""
    if recording.trace is None:
        return
    trace = recording.trace
    for start in range(0, trace.total, BLOCK):
        block = recording.rows_of(np.arange(start, min(start + BLOCK, trace.total)))
        # Of a run that nobody saw the end of, too; see trace/ending.py.
        never = np.where(trace.tasks["begun"][block], TaskState.LOST, TaskState.NOT_RUN)
        states = trace.tasks["state"][block]
        states = np.where(states == TaskState.OPEN, never, states)
        pairs = zip(block.tolist(), states.tolist(), strict=True)
        for index, (row, state) in enumerate(pairs, start):
            value = _value(recording, row, TaskState(state))
            yield ResultRow(index, recording.inputs[row], OUTCOMES[TaskState(state)], value)


def _value(recording: Recording, row: int, state: TaskState) -> str | None:
    if state == TaskState.RAISED:
        failure = recording.failures.get(row)
        return None if failure is None else failure.line
    return recording.results[row]
