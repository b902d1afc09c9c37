"""Follows a run to its end: the bar, and the lines that its processes print."""

import signal
import time

from ...engine.output import OutputLine
from ...engine.recording import Recording
from ...engine.run import Run
from ..output_text import missing, printed_by
from .interruption import Interruption
from .passing import Passing
from .progress import Progress

INTERVAL_S = 0.02
HANDING_S = 0.05
"""Spent on handing on lines between two looks at the run."""


def follow(
    run: Run,
    interruption: Interruption,
    progress: Progress | None,
    passing: Passing | None,
    *,
    needed: bool = True,
) -> None:
    """Poll `run` until it is over; a signal stops it. No process of it is left after this.

    passing: who gets the lines that are printed; None: nobody. needed: somebody waits for more than
    these lines. If not, the run ends as by SIGPIPE when nobody reads them any more.
    """
    try:
        while not run.over:
            if interruption.signal is not None:
                run.stop()
            run.poll()
            if passing is not None:
                _show_output(run.recording, progress, passing, interruption, ended=run.over)
                if passing.closed and not needed and not run.over:
                    interruption.signal = interruption.signal or _broken_pipe()
            if progress is not None and not run.over:
                progress.draw()
            if not run.over and not run.behind:
                time.sleep(INTERVAL_S)
    finally:
        if progress is not None:
            progress.clear()
        run.stop()  # after an exception; a run that is over does not mind
        run.wait()


def _broken_pipe() -> int:
    return int(getattr(signal, "SIGPIPE", signal.SIGTERM))  # Windows has none


def _show_output(
    recording: Recording,
    progress: Progress | None,
    passing: Passing,
    interruption: Interruption,
    *,
    ended: bool,
) -> None:
    """Hand on what is new, no more than the reader takes; with `ended` to the end.

    After a signal nobody waits for a reader that takes nothing, or for much that is left.
    """
    output = recording.output
    until_s = time.monotonic() + HANDING_S
    while not passing.closed:
        passing.push()
        stopped = interruption.signal is not None
        lines: list[OutputLine] = []
        if not passing.held:
            lines = output.update(ended=ended, newest=stopped)
            if lines and progress is not None:
                progress.clear()
            passing.hand([_line(recording, line) for line in lines])
        done = not lines and not output.behind
        if passing.held:
            if not ended or stopped:
                return
            time.sleep(INTERVAL_S)
        elif done or (not ended and time.monotonic() > until_s):
            return


def _line(recording: Recording, line: OutputLine) -> str:
    text = missing(recording, line) or line.text
    return f"[{printed_by(recording, line)}] {text}"
