"""Ctrl-C and SIGTERM, so that they end a run in good order."""

import signal
from types import FrameType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(BaseException):
    """Raised by a signal where it may cut things short."""


class Interruption:
    """While it is entered, notes the first signal; where `raising` is set, a signal also raises.

    A signal that is ignored, as in a job that a shell script put into the background, stays so.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self.raising = False
        self._earlier: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._earlier[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._earlier.items():
            signal.signal(number, handler)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        self.signal = self.signal or number
        if self.raising:
            self.raising = False  # once: what cleans up after it is not cut short
            raise Interrupted

    @property
    def exit_status(self) -> int | None:
        """128 + the signal's number, as shells say it; None without one."""
        return None if self.signal is None else 128 + self.signal
