"""Runs of the bench's own tasks."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from child import FOLDER, ChildError

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.run import Run

SELDOM_S = 0.2
"""Between two looks at a run that nobody watches: looking costs time."""
RUN_S = 120.0


def experiment(task: str, value: int, count: int, settings: PoolSettings) -> Experiment:
    """`count` inputs `value` for a task of children/tasks.py."""
    return Experiment(f"{FOLDER / 'tasks.py'}:{task}", f"[{value}] * {count}", settings)


@contextmanager
def finished(wanted: Experiment) -> Iterator[Run]:
    """A run that has ended well; its folder goes with it. Raises ChildError when it has not."""
    run = Run(wanted, parent=Path(tempfile.gettempdir()))
    try:
        if not run.wait(RUN_S, SELDOM_S):
            raise ChildError(f"a run did not end within {RUN_S:.0f} s")
        if run.recording.journal.makespan_s is None:
            raise ChildError(f"a run failed: {run.problem}")
        yield run
    finally:
        run.stop()
        run.wait()
        run_folder.delete(run.folder)


def makespan_s(wanted: Experiment) -> float:
    """Seconds from the call of Pool's method to its return."""
    with finished(wanted) as run:
        makespan_s = run.recording.journal.makespan_s
        assert makespan_s is not None
        return makespan_s
