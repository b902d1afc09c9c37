"""Everything that a run folder says, live or saved: what the window, the table and exports read."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from .experiment import Experiment
from .failures import Failures
from .journal import Journal, JournalReader
from .names import EXPERIMENT_FILE, FAILURES_FILE, INPUTS_FILE, RESULTS_FILE
from .output import OutputReader
from .plain import plain_facts
from .problem import Kind, Problem, ProblemError
from .trace import sound
from .trace.columns import Ints, TextColumn
from .trace.counts import Counts
from .trace.layout import ORDER
from .trace.reader import Columns
from .trace.trace import Trace

EXPERIMENT_BYTES = 64 << 20
STARTED_LIMIT = 100


class Recording:
    """The readable whole of a run folder.

    experiment, machine, started: as they were when the run was started.
    journal: how far the run has got.
    trace: None until the host has laid it out.
    inputs, results: text columns by row. failures: what tasks raised, by row.
    A task's index is the position of its input as given: `index_of(row)`, `row_of(index)`.

    checked: of a run from anywhere, whose tables are to be looked through first; see sound.py.
    Raises ProblemError when the folder does not hold a run.
    """

    def __init__(self, folder: Path, *, checked: bool = False) -> None:
        self.folder = folder
        self._checked = checked
        data = _read_experiment(folder)
        self.experiment: Experiment = data["experiment"]
        self.machine: dict[str, Any] = data["machine"]
        self.started: str = data["started"]
        self.trace: Trace | None = None
        self.inputs = TextColumn(folder / INPUTS_FILE)
        self.results = TextColumn(folder / RESULTS_FILE)
        self.failures = Failures(folder / FAILURES_FILE)
        self.output = OutputReader(folder)
        self._positions: Ints | None = None
        self._rows: Ints | None = None
        self._ended = False
        self._journal = JournalReader(folder)

    @property
    def journal(self) -> Journal:
        return self._journal.journal

    @property
    def counts(self) -> Counts:
        """Of the trace; without one, only the count of inputs is known."""
        if self.trace is not None:
            return self.trace.counts
        inputs = self.journal.inputs or 0
        return Counts(total=inputs, not_run=inputs if self._ended else 0)

    def update(self, *, ended: bool = False) -> bool:
        """Take in what is new; True when anything is. `ended`: nobody writes any more.

        The journal is never older than the trace: what tasks follow from has been read, too.
        """
        self._ended = self._ended or ended
        changed = self.trace is not None and self.trace.update(ended=ended)
        changed |= self._journal.update()
        if self.trace is None and self.journal.pool_ns is not None:
            if self._checked:
                sound.check(self.folder, self.journal)
            trace = Trace(self.folder, self.journal.pool_ns)
            self._read_order(trace.total)
            self.trace = trace
            self.inputs.most = self.results.most = trace.total
            self.trace.update(ended=ended)
            self._journal.update()  # what was told before can be of workers that it knows now
        if self.trace is not None and (changed or ended):
            self.inputs.update()
            self.results.update()
            self.failures.update(self.trace.total)
        return changed

    def pid_of(self, ordinal: int) -> int | None:
        """The PID of a worker by its ordinal, also of one that is newer than the last update.

        None for the host (0), and as long as the worker has not said it.
        """
        if ordinal == 0:
            return None
        if self.trace is None:
            self.update()
        return None if self.trace is None else self.trace.pid_of(ordinal)

    def _read_order(self, tasks: int) -> None:
        if self.experiment.order == "given":
            return
        columns = Columns(self.folder, ORDER)
        positions = np.array(columns["position"])
        if columns.rows != tasks or not np.array_equal(np.sort(positions), np.arange(tasks)):
            values = {"path": ORDER.file_name, "error": "it is no order"}
            raise ProblemError(Problem(Kind.NOT_A_RUN, None, values))
        self._positions, self._rows = positions, np.argsort(positions)

    @property
    def reordered(self) -> bool:
        """The inputs were handed out in another order than as given."""
        return self._positions is not None

    def index_of(self, row: int) -> int:
        """The index of the task in `row`: the position of its input as given."""
        return row if self._positions is None else int(self._positions[row])

    def row_of(self, index: int) -> int:
        """The row of the task with `index`. Raises IndexError when there is none."""
        return index if self._rows is None else int(self._rows[index])

    def indices_of(self, rows: Ints) -> Ints:
        """`index_of` for many at once."""
        return rows if self._positions is None else self._positions[rows]

    def rows_of(self, indices: Ints) -> Ints:
        """`row_of` for many at once."""
        return indices if self._rows is None else self._rows[indices]


def _read_experiment(folder: Path) -> dict[str, Any]:
    path = folder / EXPERIMENT_FILE
    try:
        if path.stat().st_size > EXPERIMENT_BYTES:
            raise ValueError(f"it has more than {EXPERIMENT_BYTES:,} bytes")
        data = json.loads(path.read_text("utf-8"))
        return {
            "experiment": Experiment.from_json(data["experiment"]),
            "machine": plain_facts(data["machine"]),
            "started": str(data["started"])[:STARTED_LIMIT],
        }
    except RecursionError as error:
        raise _no_experiment(path, "it is nested too deeply") from error
    except KeyError as error:
        raise _no_experiment(path, f"it has no {error}") from error
    except (TypeError, AttributeError) as error:
        found = f"it is not as this version of Poolscope writes it ({error})"
        raise _no_experiment(path, found) from error
    except OSError as error:
        raise _no_experiment(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise _no_experiment(path, str(error)) from error


def _no_experiment(path: Path, error: str) -> ProblemError:
    values = {"path": str(path), "error": f"{path.name}: {error}"}
    return ProblemError(Problem(Kind.NOT_A_RUN, None, values))
