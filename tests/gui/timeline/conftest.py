"""Run folders made by hand, for tests that need to know what is where."""

import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import ITERATORS, Experiment, PoolSettings
from poolscope.engine.messages import Event, append_line
from poolscope.engine.names import EVENTS_FILE, EXPERIMENT_FILE, FAILURES_FILE, INPUTS_FILE
from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import (
    CHUNKS,
    FETCHED,
    NO_CHUNK,
    ORDER,
    TASKS,
    ChunkOutcome,
    Phase,
    TaskState,
)
from poolscope.engine.trace.writer import MappedTable, WorkersTable, create
from poolscope.gui.theme import LIGHT
from poolscope.gui.timeline.view.timeline_view import TimelineView

ORIGIN_NS = 5_000_000_000_000
FIRST_PID = 48_112
READY_S = 0.001

Task = tuple[int, float | None, float | None, TaskState, int]
"""Worker, begun and ended in seconds (None: not yet), state, chunk."""


def at(seconds: float) -> int:
    """A time of the run's clock."""
    return ORIGIN_NS + round(seconds * 1e9)


class Story:
    """A run folder whose tasks begin and end when the test says so; `recording` reads it."""

    def __init__(
        self,
        folder: Path,
        tasks: Sequence[Task],
        processes: int,
        *,
        positions: Sequence[int] = (),
        **settings: Any,
    ) -> None:
        """positions: of the inputs, by row, where these were shuffled. settings: of the pool."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        numbers = [task[4] for task in tasks]
        for table, rows in ((TASKS, len(tasks)), (CHUNKS, max(numbers, default=-1) + 1)):
            create(folder, table, rows)
        self._write_experiment(PoolSettings(processes, **settings), shuffled=bool(positions))
        if positions:
            create(folder, ORDER, len(positions))
            MappedTable(str(folder), ORDER)["position"][:] = memoryview(array("q", positions))
        if settings.get("method") in ITERATORS:
            create(folder, FETCHED, len(tasks))
        self._tasks, self._chunks = MappedTable(folder, TASKS), MappedTable(folder, CHUNKS)
        self._workers = WorkersTable(folder, processes)
        for ordinal in range(1, processes + 1):
            self.add_worker(ordinal)
        for chunk in sorted(set(numbers)):
            self._chunks["first"][chunk] = numbers.index(chunk)
            self._chunks["size"][chunk] = numbers.count(chunk)
        for row, (worker, begun_s, ended_s, state, _) in enumerate(tasks):
            self._tasks["chunk"][row] = numbers[row]
            if begun_s is not None:
                self.begin(row, worker, begun_s)
            if ended_s is not None:
                self.end(row, ended_s, state)
        with open(folder / INPUTS_FILE, "w") as file:
            file.writelines(json.dumps(str(20_000 + row)) + "\n" for row in range(len(tasks)))
        self.recording = Recording(folder)

    def _write_experiment(self, pool: PoolSettings, *, shuffled: bool) -> None:
        order = "shuffled" if shuffled else "given"
        experiment = Experiment("count_primes", "range(122)", pool, order=order)
        machine = {"usable": 8, "logical": 8, "python": "3.11.7"}
        started = "2026-11-22T10:58:00+00:00"
        text = {"experiment": experiment.to_json(), "machine": machine, "started": started}
        (self.folder / EXPERIMENT_FILE).write_text(json.dumps(text))
        self.tell(Event.POOL, at_ns=ORIGIN_NS)
        self.tell(Event.CALLED, at_ns=ORIGIN_NS)

    def tell(self, event: Event, **facts: object) -> None:
        append_line(self.folder / EVENTS_FILE, {"event": event, **facts})

    def add_worker(
        self,
        ordinal: int,
        born_s: float = 0.0,
        ready_s: float | None = READY_S,
        slot: int | None = None,
    ) -> None:
        self._workers.add(ordinal, ordinal - 1 if slot is None else slot, at(born_s))
        self._workers.set(ordinal, "pid", FIRST_PID + ordinal - 1)
        self._workers.set(ordinal, "ready", 0 if ready_s is None else at(ready_s))

    def initialize(self, ordinal: int, called_s: float, returned_s: float | None = None) -> None:
        """A worker called the initializer, which returned, or has not."""
        self._workers.set(ordinal, "ready", 0 if returned_s is None else at(returned_s))
        self._workers.set(ordinal, "initializing", at(called_s))
        if returned_s is not None:
            self._workers.set(ordinal, "initialized", at(returned_s))

    def retire_worker(self, ordinal: int, left_s: float, phase: Phase = Phase.LEAVING) -> None:
        """It had done as many chunks as it was made for."""
        self._workers.set(ordinal, "phase", phase)
        self.kill_worker(ordinal, left_s, exit_code=0)

    def fetch(self, row: int, taken_s: float) -> None:
        """The result was taken from imap's iterator."""
        MappedTable(str(self.folder), FETCHED)["fetched"][row] = at(taken_s)

    def kill_worker(self, ordinal: int, died_s: float, exit_code: int = -9) -> None:
        self._workers.set(ordinal, "exit_code", exit_code)
        self._workers.set(ordinal, "died", at(died_s))

    def begin(self, row: int, worker: int, begun_s: float) -> None:
        chunk = self._tasks["chunk"][row]
        self._chunks["worker"][chunk] = self._tasks["worker"][row] = worker
        self._chunks["taken"][chunk] = self._chunks["taken"][chunk] or at(begun_s)
        self._tasks["begun"][row] = at(begun_s)
        self._workers.set(worker, "chunk", chunk)

    def end(self, row: int, ended_s: float, state: TaskState = TaskState.DONE) -> None:
        self._tasks["ended"][row] = at(ended_s)
        self._tasks["state"][row] = state
        chunk = self._tasks["chunk"][row]
        last = self._chunks["first"][chunk] + self._chunks["size"][chunk] - 1
        if row == last:
            self._workers.set(self._tasks["worker"][row], "chunk", NO_CHUNK)
            self._chunks["outcome"][chunk] = ChunkOutcome.DONE
            self._chunks["received"][chunk] = at(ended_s)

    def update(self) -> None:
        """Let the recording see it all: a chunk that it meets is followed from the next look on."""
        self.recording.update()
        self.recording.update()

    def fail(self, row: int, kind: str, message: str) -> None:
        """Note what a raised task raised."""
        failure = {"task": row, "type": kind, "message": message, "traceback": ""}
        append_line(self.folder / FAILURES_FILE, failure)


MakeStory = Callable[..., Story]
MakeRecording = Callable[..., Recording]


@pytest.fixture
def story(tmp_path: Path) -> MakeStory:
    """`story(tasks, processes)`: a run that goes on. More arguments are those of `Story`."""
    made: list[Story] = []

    def make(tasks: Sequence[Task], processes: int = 2, **more: Any) -> Story:
        made.append(Story(tmp_path / f"run{len(made)}", tasks, processes, **more))
        made[-1].update()
        return made[-1]

    return make


@pytest.fixture
def make_recording(story: MakeStory) -> MakeRecording:
    """`make_recording(tasks, processes)`: a run that is over."""

    def make(tasks: Sequence[Task], processes: int = 2, **more: Any) -> Recording:
        recording = story(tasks, processes, **more).recording
        recording.update(ended=True)
        return recording

    return make


@pytest.fixture
def many(tmp_path: Path) -> MakeRecording:
    """`many(lanes, tasks_a_lane, period_ns)`: equal tasks, busy for half of the time."""

    def make(lanes: int, count: int, period_ns: int = 10_000) -> Recording:
        return write_many(tmp_path / f"many{lanes}x{count}", lanes, count, period_ns)

    return make


def write_many(folder: Path, lanes: int, count: int, period_ns: int = 10_000) -> Recording:
    Story(folder, [], lanes)
    number = np.arange(lanes * count)
    begun = at(READY_S) + number // lanes * period_ns
    worker = number % lanes + 1
    done = np.full(len(number), TaskState.DONE)
    tasks = [begun, begun + period_ns // 2, worker, done, number]
    np.save(folder / TASKS.file_name, np.asfortranarray(np.stack(tasks, axis=1)))
    chunks = np.zeros((len(number), len(CHUNKS.columns)), np.int64, order="F")
    for name, values in {
        "first": number,
        "size": np.ones_like(number),
        "worker": worker,
        "taken": begun,
        "outcome": np.full(len(number), ChunkOutcome.DONE),
        "received": begun + period_ns // 2,
    }.items():
        chunks[:, CHUNKS.columns.index(name)] = values
    np.save(folder / CHUNKS.file_name, chunks)
    recording = Recording(folder)
    recording.update(ended=True)
    return recording


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[TimelineView]:
    """A view of a size that pixels can be counted on."""
    view = TimelineView(theme=LIGHT)
    qtbot.addWidget(view)
    view.resize(800, 300)
    view.show()
    qtbot.waitExposed(view)
    yield view
    view.close()
