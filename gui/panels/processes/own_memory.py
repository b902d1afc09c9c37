"""How much memory is a process's own: dear to find out, so it is asked beside the window."""

import threading
import time
from collections.abc import Callable

from ....engine.sampling.system import uss_of

EVERY_S = 1.0

Who = tuple[int, int]
"""A PID, and when its process was started, as `SampledProcess.started`."""


class OwnMemory:
    """Asks for one process at a time, at most once a second; nobody waits for the answer."""

    def __init__(
        self,
        ask: Callable[[int, int], int | None] = uss_of,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask, self._clock = ask, clock
        self._thread: threading.Thread | None = None
        self._asked_s = float("-inf")
        self._answers: dict[Who, int | None] = {}

    def look(self, who: Who) -> int | None:
        """What the last answer for this process was, in bytes; asks again when that is due."""
        now_s = self._clock()
        due = now_s - self._asked_s >= EVERY_S or who not in self._answers
        if due and not self.busy:
            self._asked_s = now_s
            self._answers = {who: self._answers.get(who)}
            self._thread = threading.Thread(target=self._find_out, args=(who,), daemon=True)
            self._thread.start()
        return self._answers.get(who)

    @property
    def busy(self) -> bool:
        """It is being found out."""
        return self._thread is not None and self._thread.is_alive()

    def forget(self) -> None:
        """Another run is shown."""
        self._answers = {}

    def _find_out(self, who: Who) -> None:
        answer = self._ask(*who)
        answers = self._answers
        if who in answers:
            answers[who] = answer
