"""The whole window, which runs what it is asked for over standard input and says how it went.

live_window.py REST_MS.
A line {"experiment": …} is answered by a line: makespan_s; cpu_s of this process between call and
return; paints then; late_ms and used_ms of each beat of the GUI thread, from Run until it is at
rest; tasks; seen_ms, percentiles of how long after their ends tasks were painted.
"""

import json
import sys
import time
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QPaintEvent

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment
from poolscope.engine.journal import Journal
from poolscope.engine.recording import Recording
from poolscope.gui.app import make_application
from poolscope.gui.main_window import MainWindow
from poolscope.gui.timeline.view.stage import Stage

BEAT_MS = 5
REST_MS = int(sys.argv[1])
"""What belongs to the end of a run has been done by then."""
CORNERS = (50, 99, 100)

painted: list[tuple[int, list[int]]] = []
"""Of each painting of the timeline: when it was over, and how many tasks of each lane it knew."""
shown: list[Recording] = []


class Heart:
    """Notes when the GUI thread came round, what it had used by then, and the process."""

    def __init__(self) -> None:
        self.beats: list[tuple[int, int, int]] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        self.beats.append((time.perf_counter_ns(), time.thread_time_ns(), time.process_time_ns()))

    def start(self) -> None:
        self.beats.clear()
        self._beat()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()


def note_paintings() -> None:
    """Let each painting of the timeline note what it shows. Nothing is read while it paints."""
    paint = Stage.paintEvent

    def noted(stage: Stage, event: QPaintEvent) -> None:
        paint(stage, event)
        trace = shown[0].trace if shown else None
        if trace is not None and stage.lane_item.scene_shown is not None:
            painted.append((time.perf_counter_ns(), [len(lane) for lane in trace.lanes]))

    Stage.paintEvent = noted


def wait_ms(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def run(window: MainWindow, heart: Heart, experiment: Experiment) -> dict[str, Any]:
    """Press Run and wait until it is over and the window at rest."""
    window.lab.load(experiment)
    wait_ms(REST_MS)
    painted.clear()
    shown.clear()
    heart.start()
    live, loop = window.session.live, QEventLoop()
    begun = live.started.connect(lambda run: shown.append(run.recording))
    moved = live.status_changed.connect(lambda *_: None if live.active else loop.quit())
    window.actions_by_name["run"].trigger()
    if live.active:
        loop.exec()
    wait_ms(REST_MS)
    heart.stop()
    live.disconnect(begun)
    live.disconnect(moved)
    assert live.run is not None and shown
    if shown[0].journal.makespan_s is None:
        raise SystemExit(f"a run failed: {live.run.problem}")
    answer = figures(shown[0], heart)
    run_folder.delete(live.run.folder)
    return answer


def figures(recording: Recording, heart: Heart) -> dict[str, Any]:
    journal, beats = recording.journal, heart.beats
    wall_ms = [(after[0] - before[0]) / 1e6 for before, after in pairwise(beats)]
    used_ms = [(after[1] - before[1]) / 1e6 for before, after in pairwise(beats)]
    called_ns, returned_ns = moments(journal)
    late_ms = seen_ms(recording)
    return {
        "makespan_s": journal.makespan_s,
        "cpu_s": (used_by(heart, returned_ns) - used_by(heart, called_ns)) / 1e9,
        "paints": sum(called_ns <= at_ns <= returned_ns for at_ns, _ in painted),
        "late_ms": [round(max(value - BEAT_MS, 0.0), 3) for value in wall_ms],
        "used_ms": [round(value, 3) for value in used_ms],
        "tasks": len(late_ms),
        "seen_ms": {corner: float(np.percentile(late_ms, corner)) for corner in CORNERS},
    }


def moments(journal: Journal) -> tuple[int, int]:
    assert journal.called_ns is not None and journal.returned_ns is not None
    return journal.called_ns, journal.returned_ns


def used_by(heart: Heart, at_ns: int) -> float:
    """CPU time of this process at a moment, between the beats around it in proportion."""
    times, used = zip(*((at, process) for at, _, process in heart.beats), strict=True)
    return float(np.interp(at_ns, times, used))


def seen_ms(recording: Recording) -> np.ndarray:
    """By task: from its end to the end of the first painting that had it."""
    trace = recording.trace
    assert trace is not None
    late = []
    for number, lane in enumerate(trace.lanes):
        known = np.array([counts[number] if number < len(counts) else 0 for _, counts in painted])
        times_ns = np.array([at_ns for at_ns, _ in painted])
        first = np.searchsorted(known, np.arange(len(lane)), side="right")
        if len(lane) and first[-1] == len(painted):
            raise SystemExit("a task was never painted")
        late.append((times_ns[first] - lane.ended) / 1e6)
    return np.concatenate(late)


def main() -> None:
    note_paintings()
    make_application()
    window = MainWindow(measures_machine=False)  # no other runs beside these
    window.show()
    heart = Heart()
    wait_ms(REST_MS)
    for line in sys.stdin:
        answer = run(window, heart, Experiment.from_json(json.loads(line)["experiment"]))
        print(json.dumps(answer), flush=True)
    window.close_at_once()


if __name__ == "__main__":
    main()
