"""One execution of an experiment: launch a host, poll it, stop it.

There are no threads and no signals here: `Run.poll()` says what is new, and the window, the command
line and the tests all use it.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import former, run_folder
from .experiment import Experiment
from .host_process import HostProcess
from .journal import Status
from .listing_watch import ListingWatch
from .machine import Machine, describe
from .messages import Event, append_line
from .names import EVENTS_FILE
from .problem import Kind, Problem
from .processes import kill_group
from .recording import ROWS_AT_ONCE, Recording
from .sampling.sampler import Sampler
from .trace import ending, writer
from .trace.layout import clock_ns

STOP_S = 0.7
"""What the host gets to stop by itself before all of it is killed."""
DEAF_S = 0.3
"""The same for a host that does not even read what it is asked: it is deep in C, or stopped."""
EXIT_S = 2.0
"""What the host gets to exit after its last word: user code may have left threads running in it."""


ENDED_AT_ONCE = 1_000_000
"""Tasks among which one poll looks for those that never ended; it takes some milliseconds."""

OVER = (Status.FINISHED, Status.FAILED, Status.STOPPED)


class Run:
    """A run from its launch to its end.

    >>> run = Run(Experiment())
    >>> while not run.over:
    ...     run.poll(); time.sleep(0.02)

    status, problem: where it is, and why it failed. recording: all that it has written. sampler:
    looks at its processes, with each `poll`.
    Raises ProblemError when this platform cannot run it, or the run folder or the host cannot be
    made; nothing is left then.
    """

    def __init__(
        self,
        experiment: Experiment,
        *,
        parent: Path | None = None,
        machine: Machine | None = None,
    ) -> None:
        experiment.pool.check_here()
        self.experiment = experiment = experiment.absolute()
        self.status = Status.PREPARING
        self.problem: Problem | None = None
        self.folder = run_folder.create(experiment, machine or describe(), parent)
        self._stopped_at: float | None = None
        self._ended_at: float | None = None
        self._verdict: Problem | None = None  # why the host was killed
        self._ending: Iterator[None] | None = None  # the steps of saying the end
        try:
            if experiment.order == "longest":
                former.write_order(experiment, self.folder)
            self.recording = Recording(self.folder)
            self.sampler = Sampler(self.recording)
            self._host = HostProcess(experiment, self.folder)
        except BaseException:
            run_folder.delete(self.folder)
            raise
        self._listing = ListingWatch(lambda: self._host.pid, experiment.listing_s)

    @property
    def over(self) -> bool:
        """The run has ended, and no process of it is left."""
        return self.status in OVER

    @property
    def behind(self) -> bool:
        """There is more to do already: poll again at once. A run that is over never is."""
        return not self.over and (self._ending is not None or self.recording.behind)

    @property
    def gone(self) -> bool:
        """No process of it is left; what it has written is still to be taken in."""
        return self._ending is not None

    @property
    def host_pid(self) -> int | None:
        """None as long as there is no host yet."""
        return self._host.pid

    def poll(self) -> bool:
        """Take in what is new, and take the next step of an ending. True when anything changed.

        A call is short, however much is new: then the run is `behind`, and another call goes on.
        It is not over before all is taken in.

        A run folder that can no longer be read ends the run as failed.
        """
        if self.over:
            return False
        before = self.status
        try:
            changed = self._step()
        except (OSError, ValueError) as error:
            self._give_up(error)
            changed = True
        return changed or self.status != before

    def _step(self) -> bool:
        if self._ending is not None:
            next(self._ending, None)
            return True
        gone = self._host.gone
        changed = self.recording.update(limit=ROWS_AT_ONCE)
        self.recording.output.bound()
        if gone:
            self._follow_ending()
        else:
            self._advance()
            self._keep_deadlines()
            self.sampler.step()
        return changed

    def _give_up(self, error: Exception) -> None:
        """Nobody can tell any more how it goes: end it."""
        kill_group(self.host_pid)
        self._host.wait()
        self._host.release()
        self.sampler.finish()
        self.status, self.problem = Status.FAILED, writer.not_recorded(self.folder, error)

    def _advance(self) -> None:
        journal = self.recording.journal
        if self.status in (Status.PREPARING, Status.RUNNING):
            if journal.returned_ns is not None or journal.problem is not None:
                self.status = Status.ENDING
            elif self.recording.trace is not None:
                self.status = Status.RUNNING

    def _keep_deadlines(self) -> None:
        now = time.monotonic()
        if self.recording.journal.ended:
            self._ended_at = self._ended_at or now
        exits_late = self._ended_at is not None and now > self._ended_at + EXIT_S
        self._verdict = self._verdict or self._listing.verdict(self.recording.journal)
        if self._stops_late(now) or exits_late or self._verdict is not None:
            self._host.kill()

    def _stops_late(self, now: float) -> bool:
        if self._stopped_at is None:
            return False
        waited_s = now - self._stopped_at
        return waited_s > STOP_S or (waited_s > DEAF_S and self._host.is_deaf)

    def _follow_ending(self) -> None:
        """The host has gone, and its keeper: make sure of it, and say the end."""
        self.status = Status.ENDING
        if self._host.nobody_is_left():
            self._tell_left()
            self.sampler.finish()
            self._ending = self._conclude()
            next(self._ending, None)

    def _tell_left(self) -> None:
        """Processes of tasks that the end of the run has ended: no failure, but worth knowing."""
        if not self._host.left.count:
            return
        self.recording.update(limit=ROWS_AT_ONCE)
        trace, left = self.recording.trace, self._host.left
        own: set[int | None] = set()
        if trace is not None:  # it may be behind, and some have no lane yet
            trace.workers.reopen()
            own = set(trace.workers["pid"].tolist())
        own |= {helper["pid"] for helper in self.recording.journal.helpers} | {self.host_pid}
        known = own & set(left.processes)
        count = left.count - len(known)
        if count:
            names = [f"{name} ({pid})" for pid, name in left.processes.items() if pid not in known]
            problem = Problem(Kind.LEFT_BEHIND, None, {"processes": names, "count": count})
            facts = {"at_ns": clock_ns(), "count": self.recording.journal.fault_count + 1}
            line = {"event": Event.FAULT.value, "problem": problem.to_json()}
            writer.release_spare(self.folder)
            append_line(self.folder / EVENTS_FILE, line | facts)

    def _conclude(self) -> Iterator[None]:
        """Take in the rest, step by step, and say how it ended."""
        self.recording.update(limit=ROWS_AT_ONCE)
        if self.recording.trace is not None:
            rows = 0
            for looked_at in ending.steps(self.folder):
                rows += looked_at
                if rows >= ENDED_AT_ONCE:
                    rows = 0
                    yield
        self.recording.update(ended=True, limit=ROWS_AT_ONCE)
        while self.recording.behind:
            yield
            self.recording.update(ended=True, limit=ROWS_AT_ONCE)
        status, problem = self.recording.journal.conclusion()
        if problem is not None and problem.kind is Kind.APP_ENDED:
            if self._stopped_at is None:
                spoke = bool(self.recording.journal.host)
                problem = self._verdict or self._host.last_words(spoke=spoke)
                status = Status.FAILED
            else:  # it was killed because it did not stop by itself
                status, problem = Status.STOPPED, None
            self._tell_verdict(problem)
        self.status, self.problem = status, problem

    def _tell_verdict(self, problem: Problem | None) -> None:
        """What the host could not say itself, for whoever opens the run later."""
        facts = {"at_ns": clock_ns()}
        line: dict[str, Any] = {"event": Event.STOPPED.value}
        if problem is not None:
            line = {"event": Event.PROBLEM.value, "problem": problem.to_json()}
        writer.release_spare(self.folder)
        append_line(self.folder / EVENTS_FILE, line | facts)
        self.recording.update()

    def stop(self) -> None:
        """End the run at once: ask the host, and after STOP_S kill all of it.

        Returns immediately; `poll` goes on until `over`.
        """
        if self.over or self._stopped_at is not None:
            return
        self._stopped_at = time.monotonic()
        self._host.ask_to_stop()

    def wait(self, timeout_s: float | None = None, interval_s: float = 0.02) -> bool:
        """Poll until the run is over, or `timeout_s` has passed; True when it is over."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self.over:
            self.poll()
            if deadline is not None and time.monotonic() > deadline:
                break
            if not self.over and not self.behind:
                time.sleep(interval_s)
        return self.over
