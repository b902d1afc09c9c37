"""Everything that a run folder says, live or saved: what the window, the table and exports read."""

import json
from pathlib import Path
from typing import Any

from .breaking_off import Watch, go_on
from .experiment import Experiment
from .failures import Failures
from .journal import Journal, JournalReader
from .names import EXPERIMENT_FILE, FAILURES_FILE, INPUTS_FILE, RESULTS_FILE
from .output import OutputReader
from .plain import plain_facts
from .problem import Kind, Problem, ProblemError
from .sampling.samples import Samples
from .trace import sound
from .trace.columns import Ints, TextColumn
from .trace.counts import Counts
from .trace.order import Order
from .trace.trace import Trace

EXPERIMENT_BYTES = 64 << 20
STARTED_LIMIT = 100
ROWS_AT_ONCE = 100_000
"""Of tasks that one look takes in where somebody waits beside it: it takes some milliseconds."""
TEXT_BYTES, FAILURE_BYTES = 24, 4
"""Of a text column, and of failures, that are taken in for each task that may be."""


class Recording:
    """The readable whole of a run folder.

    experiment, machine, started: as they were when the run was started.
    journal: how far the run has got.
    trace: None until the host has laid it out.
    inputs, results: text columns by row. failures: what tasks raised, by row.
    samples: what its processes were seen to do.
    A task's index is the position of its input as given: `index_of(row)`, `row_of(index)`.

    checked: of a run from anywhere, whose tables are to be looked through first; see sound.py.
    watch: may end that.
    Raises ProblemError when the folder does not hold a run.
    """

    def __init__(self, folder: Path, *, checked: bool = False, watch: Watch = go_on) -> None:
        self.folder = folder
        self._checked, self._watch = checked, watch
        data = _read_experiment(folder)
        self.experiment: Experiment = data["experiment"]
        self.machine: dict[str, Any] = data["machine"]
        self.started: str = data["started"]
        self.trace: Trace | None = None
        self.inputs = TextColumn(folder / INPUTS_FILE)
        self.results = TextColumn(folder / RESULTS_FILE)
        self.failures = Failures(folder / FAILURES_FILE)
        self.output = OutputReader(folder)
        self.samples = Samples(folder)
        self._order: Order | None = None
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

    @property
    def behind(self) -> bool:
        """There is more already than the last update was let take in."""
        parts = (
            self.trace,
            self._order,
            self.inputs,
            self.results,
            self.failures,
            self.samples,
        )
        return any(part.behind for part in parts if part is not None)

    def update(self, *, ended: bool = False, limit: int | None = None) -> bool:
        """Take in what is new; True when anything is. `ended`: nobody writes any more.

        limit: of tasks, about so many at most, and of texts and failures what takes less time than
        these; then it may be `behind`, and another call goes on.

        The journal is never older than the trace: what tasks follow from has been read, too.
        """
        self._ended = self._ended or ended
        went_on = self.behind
        changed = self.trace is not None and self.trace.update(ended=ended, limit=limit)
        changed |= self._journal.update()
        if self.trace is None and self.journal.pool_ns is not None:
            if self._checked:
                sound.check(self.folder, self.journal, self._watch)
            trace = Trace(self.folder, self.journal.pool_ns)
            if self.experiment.order != "given":
                self._order = Order(self.folder, trace.total)
            self.trace = trace
            self.inputs.most = self.results.most = trace.total
            self.trace.update(ended=ended, limit=limit)
            self._journal.update()  # what was told before can be of workers that it knows now
        if self.trace is not None and (changed or ended or went_on):
            self._update_texts(self.trace.total, limit)
        changed |= self.samples.update(limit)
        return changed or went_on

    def _update_texts(self, tasks: int, limit: int | None) -> None:
        if self._order is not None:
            self._order.update(limit)
        self.inputs.update(None if limit is None else limit * TEXT_BYTES)
        self.results.update(None if limit is None else limit * TEXT_BYTES)
        self.failures.update(tasks, None if limit is None else limit * FAILURE_BYTES)

    def pid_of(self, ordinal: int) -> int | None:
        """The PID of a worker by its ordinal, also of one that is newer than the last update.

        None for the host (0), and as long as the worker has not said it.
        """
        if ordinal == 0:
            return None
        if self.trace is None:
            self.update()
        return None if self.trace is None else self.trace.pid_of(ordinal)

    @property
    def reordered(self) -> bool:
        """The inputs were handed out in another order than as given."""
        return self._order is not None

    def index_of(self, row: int) -> int:
        """The index of the task in `row`: the position of its input as given."""
        return row if self._order is None else int(self._order.positions[row])

    def row_of(self, index: int) -> int:
        """The row of the task with `index`. Raises IndexError when there is none."""
        return index if self._order is None else int(self._order.rows[index])

    def indices_of(self, rows: Ints) -> Ints:
        """`index_of` for many at once."""
        return rows if self._order is None else self._order.positions[rows]

    def rows_of(self, indices: Ints) -> Ints:
        """`row_of` for many at once."""
        return indices if self._order is None else self._order.rows[indices]


def read_whole(folder: Path, watch: Watch = go_on) -> Recording:
    """A run that is over and may come from anywhere, to its end; `watch` may end the reading.

    Raises ProblemError, ValueError or OSError when the folder does not hold one.
    """
    recording = Recording(folder, checked=True, watch=watch)
    recording.update(ended=True, limit=ROWS_AT_ONCE)
    while recording.behind:
        watch()
        recording.update(ended=True, limit=ROWS_AT_ONCE)
    return recording


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
