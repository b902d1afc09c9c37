"""A look at an experiment's inputs before the run, in a host: the user's code runs there only."""

import tempfile
import time
from pathlib import Path

from . import run_folder
from .experiment import Experiment
from .host_process import HostProcess
from .journal import Journal, JournalReader
from .listing_watch import ListingWatch
from .machine import Machine, describe
from .output import OutputReader
from .problem import Problem
from .trace.writer import not_recorded

EXIT_S = 2.0
"""What the host gets to exit after its last word."""


class Preview:
    """Imports the task, lists the inputs, and tries whether they can be sent to a worker.

    over: no process of it is left. problem: what is wrong, if anything. count: inputs. items: the
    texts of the first. first_bytes: size of the first, pickled. All None or empty until then.

    Raises ProblemError when it cannot be started. There is no time limit for the import of the
    task: `stop` ends everything.
    """

    def __init__(
        self, experiment: Experiment, *, parent: Path | None = None, machine: Machine | None = None
    ) -> None:
        self.experiment = experiment = experiment.absolute()
        self.over = False
        self.problem: Problem | None = None
        self._ended_at: float | None = None
        parent, prefix = parent or Path(tempfile.gettempdir()), run_folder.OPENED_PREFIX
        self._folder = run_folder.create(experiment, machine or describe(), parent, prefix)
        try:
            self._host = HostProcess(experiment, self._folder, preview=True)
        except BaseException:
            run_folder.delete(self._folder)
            raise
        self._watch = ListingWatch(lambda: self._host.pid, experiment.listing_s)
        self._reader = JournalReader(self._folder)
        self._output = OutputReader(self._folder)

    @property
    def _journal(self) -> Journal:
        return self._reader.journal

    @property
    def count(self) -> int | None:
        return self._journal.inputs

    @property
    def items(self) -> list[str]:
        return self._journal.items

    @property
    def first_bytes(self) -> int | None:
        return self._journal.first_bytes

    def poll(self) -> bool:
        """Take in what is new; True when anything changed.

        A folder that can no longer be read ends it with that problem.
        """
        if self.over:
            return False
        try:
            changed = self._reader.update()
            self._output.bound()
            if not self._host.gone and not self._is_late():
                return changed
            self._end()
        except (OSError, ValueError) as error:
            self._host.wait()
            self._leave(not_recorded(self._folder, error))
        return True

    def _is_late(self) -> bool:
        journal, now = self._journal, time.monotonic()
        if journal.ended:
            self._ended_at = self._ended_at or now
            return now > self._ended_at + EXIT_S
        self.problem = self._watch.verdict(journal)
        return self.problem is not None

    def stop(self) -> None:
        """End it at once; it has found nothing then, unless it was over."""
        if not self.over:
            self._host.wait()
            self._leave(None)

    def _end(self) -> None:
        self._host.wait()
        self._reader.update()
        problem = self.problem or self._journal.problem
        if problem is None and not self._journal.ended:
            problem = self._host.last_words(spoke=bool(self._journal.host))
        self._leave(problem)

    def _leave(self, problem: Problem | None) -> None:
        run_folder.delete(self._folder)
        self.problem, self.over = problem, True

    def wait(self, timeout_s: float | None = None, interval_s: float = 0.01) -> bool:
        """Poll until it is over, or `timeout_s` has passed; True when it is over."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self.over and (deadline is None or time.monotonic() < deadline):
            self.poll()
            if not self.over:
                time.sleep(interval_s)
        return self.over
