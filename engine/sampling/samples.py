"""What the processes of a run were seen to do: fed by the sampler while the run is on, or read off
the run's folder.
"""

import math
from pathlib import Path

import numpy as np

from ..trace.columns import Ints
from .curves import AT, RSS, STATE, THREADS, Curve, Curves, Series
from .layout import ProcessState, Role
from .process import Reading, SampledProcess
from .stored import Stored

__all__ = ["Reading", "SampledProcess", "Samples", "Series"]


class Samples:
    """All of them. A folder without any has none: a run from before there was sampling, or one that
    was over before anybody looked.

    processes: those that have gone included. incomplete: not all that was seen is in the folder;
    its app was ended, the disk was full, or what is in it cannot be.
    A series' value is that of the time since the one before it; see each.
    """

    def __init__(self, folder: Path) -> None:
        self.processes: list[SampledProcess] = []
        self.incomplete = False
        self._curves = Curves()
        self._machine_cpu, self._available = Curve(), Curve()
        self._machine: tuple[int, int, int] | None = None  # at, busy and all, as last kept
        self._limit_bytes = 0
        self._stored: Stored | None = Stored(folder)

    @property
    def behind(self) -> bool:
        """There is more already than the last update was let take in."""
        return self._stored is not None and self._stored.behind

    def update(self, limit: int | None = None) -> bool:
        """Take in what is new in the folder, about `limit` rows at most; True when anything is.

        Nothing, while the sampler feeds it. Raises nothing: what cannot be is left out, with all
        that comes after it, and then it is `incomplete`.
        """
        if self._stored is None:
            return False
        changed = self._stored.update(self, limit)
        self.incomplete = not self._stored.complete
        return changed

    def last(self, number: int) -> Reading | None:
        """Of a process; None before the first look."""
        if not 0 <= number < min(len(self.processes), len(self._curves.last)):
            return None
        row = self._curves.last[number]
        if not row[AT]:
            return None
        gone = self.processes[number].gone_ns != 0
        state = ProcessState.GONE if gone else ProcessState(int(row[STATE]))
        cpu = float(self._curves.cpu[number])
        never = math.isnan(cpu) or state is ProcessState.GONE
        return Reading(
            int(row[AT]), None if never else cpu, int(row[RSS]), int(row[THREADS]), state
        )

    def workers_cpu(self) -> Series:
        """How many CPUs all workers used together, by round: on average since the one before."""
        return self._curves.workers_cpu.series

    def workers_rss(self) -> Series:
        """Bytes of all workers together, by round; what they share is counted for each."""
        return self._curves.workers_rss.series

    def workers_runnable(self) -> Series:
        """The share of living workers that ran, or wanted to, when they were looked at, by round,
        or of whom something did that their tasks had started; nan without any."""
        return self._curves.workers_runnable.series

    def own_cpu(self) -> Series:
        """How many CPUs all processes of the run used together, the app included, by round."""
        return self._curves.own_cpu.series

    @property
    def started_cpu_s(self) -> float:
        """CPU time of all processes that tasks started, also of those that lived for less than a
        round, where the system tells of them."""
        return self._curves.started_ns / 1e9

    def machine_cpu(self) -> Series:
        """The share of the CPUs that the run may use that was busy, 0 to 1, by round: on average
        since the one before."""
        return self._machine_cpu.series

    def available(self) -> Series:
        """Bytes of memory that were free for programs, by round."""
        return self._available.series

    @property
    def limit_bytes(self) -> int | None:
        """Memory that there is at most; None where nobody has looked."""
        return self._limit_bytes or None

    # --- for those who feed it

    def feed(self) -> None:
        """From now on it is fed by the sampler, and no longer reads the folder."""
        self._stored = None

    def add(self, process: SampledProcess) -> None:
        """The next one, by its number."""
        self.processes.append(process)
        self._curves.kinds.add(process.born_ns)
        self.note_role(process)

    def note_role(self, process: SampledProcess) -> None:
        """It has been found out, or is another than was thought."""
        kinds = self._curves.kinds
        kinds.worker[process.number] = process.role is Role.WORKER
        kinds.parent[process.number] = process.role in (Role.HOST, Role.FORK_SERVER)
        kinds.started[process.number] = process.role is Role.OF_TASK
        kinds.owner[process.number] = self._owner(process)
        if process.role is Role.WORKER:
            kinds.first_worker_ns = min(kinds.first_worker_ns, process.first_ns)

    def _owner(self, process: SampledProcess) -> int:
        """The worker that it is, or whose task started it; -1 for none."""
        if process.role is Role.WORKER:
            return process.number
        known = process.role is Role.OF_TASK and process.parent is not None
        return int(self._curves.kinds.owner[process.parent]) if known else -1

    def take(self, rows: Ints, *, keep: bool = True) -> None:
        """Rows of SAMPLES; `keep`: of whole rounds that are in the folder, too, or else of one that
        is not. Raises ValueError when they cannot be."""
        if keep:
            self._curves.take(rows)
        else:
            self._curves.take_for_now(rows)

    def take_machine(
        self, at: int, busy: int, all_: int, available: int, limit: int, *, keep: bool = True
    ) -> None:
        """A row of MACHINE. Raises ValueError when time runs backwards."""
        times, before = np.array([at]), self._machine
        free = np.array([float(available)])
        if before is not None:
            if at <= before[0] or busy < before[1] or all_ < before[2]:
                raise ValueError("a machine of which time runs backwards")
            passed = all_ - before[2]
            share = np.array([min((busy - before[1]) / passed, 1.0) if passed else 0.0])
            put = self._machine_cpu.put if keep else self._machine_cpu.put_for_now
            put(times, share)
        if keep:
            self._available.put(times, free)
            self._machine = (at, busy, all_)
        else:
            self._available.put_for_now(times, free)
        self._limit_bytes = limit

    def settle(self) -> None:
        """The run is over: what is shown is what an opened run will show."""
        self._curves.settle()
