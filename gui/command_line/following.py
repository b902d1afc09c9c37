"""Follows a run to its end: the bar, and the lines that its processes print."""

import time
from collections.abc import Callable

from ...engine.output import OutputLine
from ...engine.recording import Recording
from ...engine.run import Run
from .interruption import Interruption
from .progress import Progress

INTERVAL_S = 0.02


def follow(
    run: Run,
    interruption: Interruption,
    progress: Progress | None,
    print_line: Callable[[str], None] | None,
) -> None:
    """Poll `run` until it is over; a signal stops it. No process of it is left after this."""
    try:
        while not run.over:
            if interruption.signal is not None:
                run.stop()
            run.poll()
            _show_output(run.recording, progress, print_line, ended=run.over)
            if progress is not None and not run.over:
                progress.draw()
            if not run.over:
                time.sleep(INTERVAL_S)
    finally:
        if progress is not None:
            progress.clear()
        run.stop()  # after an exception; a run that is over does not mind
        run.wait()


def _show_output(
    recording: Recording,
    progress: Progress | None,
    print_line: Callable[[str], None] | None,
    *,
    ended: bool,
) -> None:
    if print_line is None:
        return
    while lines := recording.output.update(ended=ended):
        if progress is not None:
            progress.clear()
        for line in lines:
            print_line(f"[{_printed_by(recording, line)}] {line.text}")
        if not ended:
            return


def _printed_by(recording: Recording, line: OutputLine) -> str:
    """The PID of a worker; the host says that it is the host."""
    if not line.ordinal:
        return "host"
    return str(recording.pid_of(line.ordinal) or "?")
