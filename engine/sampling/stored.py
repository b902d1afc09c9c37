"""Reads what was sampled off the folder of a run; an opened one is believed in nothing."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..journal import MOST_NS, MOST_PID
from ..messages import LineTail
from ..problem import ProblemError
from ..trace.columns import Ints
from ..trace.layout import Table
from ..trace.reader import mapped
from .curves import AT, CHILDREN, CPU, PROCESS, ROUND, RSS, STATE, THREADS
from .layout import MACHINE, PROCESSES_FILE, SAMPLES, ProcessState, Role
from .process import SampledProcess, plain_name

if TYPE_CHECKING:
    from .samples import Samples

MOST_PROCESSES = 250_000
"""As many as workers that a trace shows."""
MOST_ROUNDS = 100_000
MOST_BYTES = 1 << 50
MOST_THREADS = 1 << 22
ROWS_AT_ONCE = 1 << 16
MACHINE_ROWS_AT_ONCE = 4096
LIMITS = {
    ROUND: (1, MOST_NS),
    AT: (1, MOST_NS),
    CPU: (0, MOST_NS),
    RSS: (0, MOST_BYTES),
    THREADS: (0, MOST_THREADS),
    STATE: (0, max(ProcessState)),
    CHILDREN: (0, MOST_NS),
}


class Stored:
    """Hands what is new in the files on to `Samples`.

    behind: there is more already. complete: nothing is missing, and nothing could not be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tail = LineTail(folder / PROCESSES_FILE)
        self._lines: Iterator[dict[str, Any]] | None = None
        self._rows = self._machine_rows = 0  # taken
        self._round_ns = 0  # the last whose rows are whole
        self._broken = self._ended = self._any = False
        self.behind = False

    @property
    def complete(self) -> bool:
        return not self._broken and (self._ended or not self._any)

    def update(self, samples: "Samples", limit: int | None) -> bool:
        """About `limit` rows at most; True when anything was new."""
        if self._broken:
            return False
        try:
            return self._update(samples, ROWS_AT_ONCE if limit is None else limit, limit is None)
        except FileNotFoundError:  # not yet, or never
            self.behind = False
        except (OSError, ValueError, ProblemError):
            self._broken, self.behind = True, False
            self._lines = None
            return True
        return False

    def _update(self, samples: "Samples", limit: int, everything: bool) -> bool:
        changed = False
        while True:
            new = self._take_lines(samples, limit)
            self.behind = new == limit
            if not self.behind:
                rounds, rounds_left = self._take_machine(samples, min(limit, MACHINE_ROWS_AT_ONCE))
                rows, rows_left = self._take_rows(samples, limit)
                self.behind = rounds_left or (rows_left and rows > 0)
                new += rounds + rows
            changed |= new > 0
            if not (everything and self.behind):
                return changed

    def _take_lines(self, samples: "Samples", limit: int) -> int:
        """Returns how many there were; `limit` when there may be more."""
        if self._lines is None:
            self._lines = self._tail.read()
        count = 0
        for line in islice(self._lines, limit):
            self._take_line(samples, line)
            count += 1
        self._any |= count > 0
        if count < limit:
            self._lines = None
        return count

    def _take_line(self, samples: "Samples", line: dict[str, Any]) -> None:
        match line:
            case {"end_ns": int()}:
                self._ended = True
            case {"number": int(number), "pid": int(pid), "at_ns": int(at_ns)}:
                self._meet(samples, number, pid, at_ns, line)
            case {"number": int(number)} if 0 <= number < len(samples.processes):
                self._learn(samples, number, line)
            case _:
                raise ValueError("a line that tells of no process")

    def _meet(
        self, samples: "Samples", number: int, pid: int, at_ns: int, line: dict[str, Any]
    ) -> None:
        if number != len(samples.processes) or number >= MOST_PROCESSES:
            raise ValueError("processes that are not numbered one after the other")
        parent = line.get("parent")
        samples.add(
            SampledProcess(
                number,
                _within(pid, MOST_PID),
                _within(line.get("ppid"), MOST_PID),
                Role(str(line.get("role"))),
                _text(line.get("name")),
                _within(at_ns, MOST_NS),
                _ordinal(line.get("ordinal")),
                parent=None if parent is None else _within(parent, number),
                born_ns=_within(line.get("born_ns"), MOST_NS),
            )
        )

    def _learn(self, samples: "Samples", number: int, line: dict[str, Any]) -> None:
        process = samples.processes[number]
        if "gone_ns" in line:
            process.gone_ns = _within(line["gone_ns"], MOST_NS)
        if "name" in line:
            process.name = _text(line["name"])
        if "role" in line:
            process.role = Role(str(line["role"]))
            process.ordinal = _ordinal(line.get("ordinal"))
            samples.note_role(process)

    def _take_machine(self, samples: "Samples", limit: int) -> tuple[int, bool]:
        """How many, and whether there may be more."""
        rows = self._new(MACHINE, self._machine_rows, limit)
        for at, busy, all_, available, most in rows.tolist():
            times = (_within(at, MOST_NS), _within(busy, MOST_NS), _within(all_, MOST_NS))
            samples.take_machine(*times, _within(available, MOST_BYTES), _within(most, MOST_BYTES))
            self._machine_rows += 1
            self._round_ns = at
        if self._machine_rows > MOST_ROUNDS:
            raise ValueError("more rounds than a run can have")
        return len(rows), len(rows) == limit

    def _take_rows(self, samples: "Samples", limit: int) -> tuple[int, bool]:
        """How many, and whether there may be more."""
        most = max(limit, len(samples.processes)) + 1
        rows = self._new(SAMPLES, self._rows, most)
        left = len(rows) == most
        if left:  # the last round may go on
            rows = rows[: int(np.searchsorted(rows[:, ROUND], rows[-1, ROUND]))]
            if not len(rows):
                raise ValueError("a round with a process twice")
        written = int(np.searchsorted(rows[:, ROUND], self._round_ns, side="right"))
        rows = np.array(rows[:written])
        _check(rows, len(samples.processes))
        samples.take(rows)
        self._rows += len(rows)
        return len(rows), left

    def _new(self, table: Table, start: int, limit: int) -> Ints:
        """Rows that are written and were not taken, `limit` at most; of rounds that ascend."""
        rows = np.asarray(mapped(self._folder / table.file_name, table))[start : start + limit]
        missing = np.flatnonzero(rows[:, 0] == 0)
        rows = rows[: int(missing[0])] if len(missing) else rows
        if (rows[1:, 0] < rows[:-1, 0]).any():
            raise ValueError(f"{table.file_name} has rows that are out of order")
        return rows


def _check(rows: Ints, processes: int) -> None:
    for column, (low, high) in (LIMITS | {PROCESS: (0, processes - 1)}).items():
        values = rows[:, column]
        if len(values) and (values.min() < low or values.max() > high):
            raise ValueError(f"{SAMPLES.file_name} has a value that cannot be")


def _within(value: object, end: int) -> int:
    """`value`, from 0 to below `end`. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < end:
        raise ValueError("a number that cannot be")
    return value


def _ordinal(value: object) -> int | None:
    return None if value is None else _within(value, MOST_PID)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a name that is none")
    return plain_name(value)
