"""Looks at the processes of a run while it is on: 2 to 4 times a second, a few in one go.

The run's `poll` drives it. It takes a bounded share of one CPU, however many processes there are,
and however busy the machine is: then rounds are rarer.
"""

import json
import os
import time
from array import array
from collections.abc import Callable, Iterator

import numpy as np

from ..problem import Problem
from ..recording import Recording
from ..trace.columns import Ints
from ..trace.layout import clock_ns
from ..trace.writer import not_recorded
from .crowd import Crowd, Known
from .curves import CHILDREN, CPU, STATE, WIDTH
from .files import SampleFiles
from .layout import ProcessState
from .machine import MachineGauge, MachineSeen
from .system import Seen, System, this_system

FIRST_NS = EVERY_NS = 250_000_000
"""To the first round, so that short runs are left alone, and from one to the next at least."""
CPU_SHARE = 0.03
"""Of one CPU, for all of it: what a round costs by that is the time to the next."""
KEPT_OF_RUN = 1000
"""A round is kept when this part of the run's time has passed since the last that was: so files
grow by the logarithm of a long run's time."""
MANY = 128
"""Processes; with more, rounds are kept more seldom by as much."""
MACHINE_LOOKS = 8
"""What a look at the machine counts for, in looks at a process."""


class Sampler:
    """Of the run that `recording` reads, whose `samples` it feeds.

    problem: why not all could be written; the run has nothing of it, and what is seen goes on to
    be shown.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        system: System | None = None,
        spent_ns: Callable[[], int] = time.thread_time_ns,
    ) -> None:
        self._recording, self._samples = recording, recording.samples
        self._samples.feed()
        self._system, self._spent_ns = system or this_system(), spent_ns
        self._system.begin()
        self._crowd = Crowd(recording, self._samples, self._system, os.getpid())
        self._gauge = MachineGauge()
        self._files = SampleFiles(recording.folder)
        self.problem: Problem | None = None
        self._begun_ns = self._round_ns = self._kept_ns = clock_ns()
        self._due_ns = self._begun_ns + FIRST_NS
        self._round: Iterator[int] | None = None
        self._cost_ns = 0  # of the round so far
        self._ending = self._finished = self._lost = False
        self._machine_rows = array("q")  # that are kept and not written yet
        self._note_machine(self._begun_ns, self._gauge.look(), keep=True)

    def step(self) -> int:
        """Go on with a round, or begin one that is due. Returns how many looks it took.

        Looks are counted, and not timed: about `System.looks` of them are in one call.
        """
        begun_ns, looks = self._spent_ns(), 0
        if self._round is None:
            if self._finished or self._lost or not self._is_due():
                return 0
            self._round, self._cost_ns = self._sample(), 0
        try:
            for cost in self._round:
                looks += cost
                if looks >= self._system.looks:
                    break
            else:
                self._round = None
        except (OSError, ValueError) as error:
            self._lose(error)
        self._cost_ns += self._spent_ns() - begun_ns
        if self._round is None:
            self._due_ns = self._round_ns + max(EVERY_NS, int(self._cost_ns / CPU_SHARE))
        return looks

    def _is_due(self) -> bool:
        """The method has returned, and all are there for a moment yet; or it is time."""
        if not self._ending and self._recording.journal.over_ns is not None:
            self._ending = True
            return True
        return clock_ns() >= self._due_ns

    def finish(self) -> None:
        """The run has ended, and whoever belonged to it has gone; but for the app itself."""
        if self._finished:
            return
        self._finished, self._round = True, None
        if not self._lost:
            self._meet_last()
        app = os.getpid()
        for known in list(self._crowd.living.values()):
            if known.process.pid != app:
                self._crowd.part(known)
        if not self._lost:
            self._look_once_more()
        self._samples.settle()
        end = [] if self._crowd.full else [json.dumps({"end_ns": clock_ns()}) + "\n"]
        self._write(lambda: self._files.finish(end))
        self._samples.incomplete = self._crowd.full or self.problem is not None

    def _meet_last(self) -> None:
        try:
            for _ in self._crowd.meet_workers():
                pass
        except (OSError, ValueError) as error:
            self._lose(error)

    def _look_once_more(self) -> None:
        try:
            rows = array("q")
            self._begin_round()
            for known in list(self._crowd.living.values()):
                self._look_at(known, rows)
            self._take(rows, self._gauge.look(), keep=True)
        except (OSError, ValueError) as error:
            self._lose(error)

    def _lose(self, error: Exception) -> None:
        """What a system says that nobody has thought of: no run is to fail by it."""
        self._round, self._lost = None, True
        self._note_problem(error)

    def _sample(self) -> Iterator[int]:
        """One round. Yields the number of looks after each step."""
        yield from self._crowd.meet()
        yield from self._crowd.discover()
        self._begin_round()
        machine = self._gauge.look()
        yield MACHINE_LOOKS
        rows = array("q")
        # The host and the fork server first: what they have been told of the ended is no newer
        # than who lives.
        for known in list(self._crowd.living.values()):
            self._look_at(known, rows)
            yield 1
        self._take(rows, machine, keep=self._is_kept())

    def _begin_round(self) -> None:
        self._round_ns = max(clock_ns(), self._round_ns + 1)

    def _is_kept(self) -> bool:
        passed_ns = self._round_ns - self._begun_ns
        rarer = max(1.0, len(self._crowd.living) / MANY)
        return self._ending or self._round_ns - self._kept_ns >= passed_ns * rarer / KEPT_OF_RUN

    def _look_at(self, known: Known, rows: "array[int]") -> None:
        if known.process.gone_ns:
            return
        seen = self._crowd.look(known)
        if seen is not None:
            known.row = self._row(known, seen)
            rows.extend(known.row)

    def _row(self, known: Known, seen: Seen) -> tuple[int, ...]:
        """In the order of SAMPLES. What counts up never falls, as it may by rounding."""
        before = known.row
        return (
            self._round_ns,
            max(seen.at_ns, self._round_ns),
            known.process.number,
            max(seen.cpu_ns, before[CPU]) if before else seen.cpu_ns,
            seen.rss,
            seen.threads,
            seen.state,
            max(seen.children_ns, before[CHILDREN]) if before else seen.children_ns,
        )

    def _take(self, rows: "array[int]", machine: MachineSeen, *, keep: bool) -> None:
        """The round is whole: show it, and write it where it is kept."""
        if keep:
            self._kept_ns = self._round_ns
            for known in self._crowd.gone:
                if known.row:
                    row = list(known.row)
                    row[0], row[STATE] = self._round_ns, ProcessState.GONE
                    rows.extend(row)
            self._crowd.gone.clear()
        self._samples.take(_table(rows), keep=keep)
        self._note_machine(self._round_ns, machine, keep=keep)
        if not keep:
            return
        lines, self._crowd.lines[:] = list(self._crowd.lines), []
        machine_rows, self._machine_rows = self._machine_rows.tobytes(), array("q")
        self._write(lambda: self._files.write(lines, rows.tobytes(), machine_rows))

    def _note_machine(self, at_ns: int, seen: MachineSeen, *, keep: bool) -> None:
        self._samples.take_machine(at_ns, *seen, keep=keep)
        if keep:
            self._machine_rows.extend((at_ns, *seen))

    def _write(self, write: Callable[[], None]) -> None:
        if self.problem is None:
            try:
                write()
            except OSError as error:
                self._note_problem(error)

    def _note_problem(self, error: Exception) -> None:
        self.problem = not_recorded(self._recording.folder, error)
        self._samples.incomplete = True


def _table(rows: "array[int]") -> Ints:
    return np.frombuffer(rows.tobytes(), np.int64).reshape(-1, WIDTH)
