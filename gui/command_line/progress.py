"""The progress bar on standard error."""

import os
import sys
import time

from ...engine.metrics.so_far import measure, remaining_s, straggler
from ...engine.recording import Recording
from ...engine.trace.layout import clock_ns
from .. import wording
from .console import has_room, tell

EVERY_S = 0.1
CLEAR = "\r\x1b[K"
WIDEST = 40


class Progress:
    """Draws the bar where standard error is a terminal; elsewhere says one line at the end."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._terminal = self._terminal and os.environ.get("TERM") != "dumb"
        self._drawn = False
        self._next = 0.0

    def draw(self) -> None:
        """Bring the bar up to date, not more often than anybody could see."""
        now = time.monotonic()
        if not self._terminal or now < self._next or not has_room(sys.stderr):
            return
        self._next = now + EVERY_S
        sys.stderr.write(CLEAR + self._text())
        sys.stderr.flush()
        self._drawn = True

    def clear(self) -> None:
        """Make way for other lines; the bar comes back with the next `draw`."""
        if self._drawn:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()
            self._drawn, self._next = False, 0.0

    def end(self) -> None:
        """Take the bar away, or say the one line."""
        self.clear()
        if not self._terminal:
            counts = self._recording.counts
            took = wording.duration(measure(self._recording, clock_ns()).elapsed_s or 0.0)
            tell(f"{counts.done:,}/{wording.count(counts.total, 'task')}, {took}")

    def _text(self) -> str:
        counts = self._recording.counts
        if self._recording.journal.called_ns is None:
            return wording.preparing()
        now_ns = clock_ns()
        slow, left = straggler(self._recording, now_ns), remaining_s(self._recording, now_ns)
        facts = f" {counts.done:,}/{counts.total:,}  "
        facts += wording.what_goes_on(self._recording, slow, left)
        columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        width = min(WIDEST, columns - len(facts) - 1)
        return bar(counts.done / max(1, counts.total), width) + facts


def bar(share: float, width: int) -> str:
    """A bar of `width` characters, `share` of them filled.

    >>> bar(0.5, 10)
    '━━━━━╌╌╌╌╌'
    """
    full, empty = "━", "╌"
    try:
        (full + empty).encode(getattr(sys.stderr, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        full, empty = "#", "-"
    filled = int(share * max(width, 0))
    return full * filled + empty * (max(width, 0) - filled)
