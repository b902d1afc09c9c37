"""How the tasks of a trace ended, counted as they do."""

from dataclasses import dataclass

import numpy as np

from .columns import Ints
from .layout import TaskState


@dataclass(frozen=True)
class Counts:
    """Tasks by how they ended. `result_lost` is a mark on done tasks, not an end of its own."""

    total: int = 0
    done: int = 0
    raised: int = 0
    lost: int = 0
    not_run: int = 0
    result_lost: int = 0
    running: int = 0

    @property
    def ended(self) -> int:
        """Tasks that ran to an end, whatever it was."""
        return self.done + self.raised + self.lost

    @property
    def over(self) -> int:
        """Tasks of which nothing more will be heard."""
        return self.done + self.raised + self.lost + self.not_run


class Tally:
    """Counts the tasks that are over, of `total`: each is to be handed to it once.

    not_run: tasks that never will be. result_lost: tasks that were done in vain.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = self._raised = self._lost = 0
        self.not_run = self.result_lost = 0

    def counts(self, running: int) -> Counts:
        """All so far; `running`: tasks that are being run."""
        return Counts(
            total=self._total,
            done=self._done,
            raised=self._raised,
            lost=self._lost,
            not_run=self.not_run,
            result_lost=self.result_lost,
            running=running,
        )

    def add(self, states: Ints, done: int) -> None:
        """Tasks that had begun, and are over; `done` of them are."""
        self._done += done
        if done == len(states):
            return
        # Not with bincount: a hostile file's states may be any number, and it counts up to them.
        self._raised += int(np.count_nonzero(states == TaskState.RAISED))
        self._lost += int(np.count_nonzero(states == TaskState.LOST))

    def settle(self, result_lost: int) -> None:
        """Nobody writes any more, and all of it has been handed in: the rest was never handed out.

        result_lost: all tasks that were done in vain, whatever was known of them before.
        """
        self.not_run = self._total - self._done - self._raised - self._lost
        self.result_lost = result_lost
