"""What hovering over a worker says: who it is, what it did, and how it went."""

import signal

from PySide6.QtCore import QCoreApplication

from ....engine.metrics.so_far import busy_ns, busy_share
from ....engine.recording import Recording
from ....engine.trace.handing_out import chunk_of
from ....engine.trace.lane import Lane
from ....engine.trace.layout import ChunkOutcome
from ... import wording
from ..scene.life import Life, Parting, Stage, life_of, parting
from ..scene.scene import LaneScene
from ..scene.time_scale import duration_text

translate = QCoreApplication.translate


def exit_text(exit_code: int | None) -> str:
    """How a worker died; "" while it lives.

    >>> exit_text(-9), exit_text(3), exit_text(None)
    ('SIGKILL', 'exit status 3', '')
    """
    if exit_code is None:
        return ""
    if exit_code >= 0:
        return translate("Timeline", "exit status {code}").format(code=exit_code)
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return translate("Timeline", "signal {number}").format(number=-exit_code)


def chunks_text(count: int) -> str:
    """A number of chunks in words."""
    if count == 1:
        return translate("Timeline", "1 chunk")
    return translate("Timeline", "{count} chunks").format(count=f"{count:,}")


def _tasks_text(count: int) -> str:
    if count == 1:
        return translate("Timeline", "1 task")
    return translate("Timeline", "{count} tasks").format(count=f"{count:,}")


def worker_name(lane: Lane) -> str:
    """PID and number: PIDs come again."""
    text = translate("Timeline", "worker {pid} (#{ordinal})")
    return text.format(pid=lane.pid or "…", ordinal=lane.ordinal)


def worker_lines(recording: Recording, scene: LaneScene, lane: Lane) -> list[str]:
    """All about a worker, a fact or two a line."""
    first = worker_name(lane)
    if lane.replaces is not None:
        pid = lane.replaces.pid or "…"
        first += " · " + translate("Timeline", "replaces {pid}").format(pid=pid)
    lines = [first, _deeds(recording, scene, lane)]
    life = life_of(lane, scene.now_ns)
    parts = [_start_text(lane, life), _initializer_text(lane, life)]
    if any(parts):
        lines.append(" · ".join(part for part in parts if part))
    end = _end_text(recording, scene, lane)
    return [*lines, end] if end else lines


def _deeds(recording: Recording, scene: LaneScene, lane: Lane) -> str:
    journal = recording.journal
    until_ns = journal.over_ns or scene.now_ns
    elapsed_ns = max(until_ns - (journal.called_ns or scene.trace.origin_ns), 1)
    busy = busy_ns(lane, until_ns)
    return translate("Timeline", "{tasks} in {chunks} · {duration} in tasks ({share} %)").format(
        tasks=_tasks_text(len(lane)),
        chunks=chunks_text(len(scene.digests[lane.ordinal - 1].chunk_starts)),
        duration=duration_text(busy / 1e9),
        share=f"{busy_share(busy, elapsed_ns) * 100:.0f}",
    )


def _start_text(lane: Lane, life: Life) -> str:
    if life.starting is None or not (lane.ready_ns or life.initializing):
        return ""
    took = duration_text((life.starting[1] - life.starting[0]) / 1e9)
    return translate("Timeline", "started in {duration}").format(duration=took)


def _initializer_text(lane: Lane, life: Life) -> str:
    if life.initializing is None:
        return ""
    took = duration_text((life.initializing[1] - life.initializing[0]) / 1e9)
    if lane.initializer_ns is not None:
        text = translate("Timeline", "initializer took {duration}")
    elif lane.died_ns:
        text = translate("Timeline", "initializer did not return ({duration})")
    else:
        text = translate("Timeline", "initializer {duration} so far")
    return text.format(duration=took)


def _end_text(recording: Recording, scene: LaneScene, lane: Lane) -> str:
    match parting(lane, recording.journal):
        case Parting.LEFT:
            chunks = chunks_text(len(scene.digests[lane.ordinal - 1].chunk_starts))
            return translate("Timeline", "left after {chunks}").format(chunks=chunks)
        case Parting.DIED:
            cause = exit_text(lane.exit_code)
            if any(kill.ordinal == lane.ordinal for kill in recording.journal.kills):
                return translate("Timeline", "killed by you: {cause}").format(cause=cause)
            return translate("Timeline", "died: {cause}").format(cause=cause)
        case Parting.LIVES if not scene.trace.ended:
            return wording.phase_name(lane.phase)
    return ""


def unrun_lines(recording: Recording, scene: LaneScene, lane: Lane, number: int) -> list[str]:
    """About the tasks of a broken chunk that never ran; `number`: its place in the lane's."""
    row, count = int(lane.never_run[number]), int(lane.never_run_count[number])
    chunk = chunk_of(scene.trace, row)
    assert chunk is not None  # it broke, so it was handed out
    if count == 1:
        text = translate("Timeline", "task {first} of chunk {chunk} was never run")
    elif recording.reordered:
        text = translate("Timeline", "{count} tasks of chunk {chunk} were never run")
    else:
        text = translate("Timeline", "tasks {first} to {last} of chunk {chunk} were never run")
    first, last = recording.index_of(row), recording.index_of(row + count - 1)
    numbers = {"first": first, "last": last, "count": count, "chunk": chunk}
    lines = [text.format(**{name: f"{value:,}" for name, value in numbers.items()})]
    if scene.trace.chunks["outcome"][chunk] == ChunkOutcome.RAISED:
        return [*lines, translate("Timeline", "a task of it raised, and ended the whole chunk")]
    end = _end_text(recording, scene, lane)
    return [*lines, f"{worker_name(lane)} · {end}"] if end else lines


def stage_lines(recording: Recording, scene: LaneScene, lane: Lane, time_ns: float) -> list[str]:
    """What a worker was at then, if it was no task; empty when it only waited."""
    life = life_of(lane, scene.now_ns)
    match life.stage(time_ns):
        case Stage.STARTING if life.starting is not None:
            text = translate("Timeline", "{worker} is starting · {duration}")
            took_ns = life.starting[1] - life.starting[0]
            took = duration_text(took_ns / 1e9)
            return [text.format(worker=worker_name(lane), duration=took)]
        case Stage.INITIALIZING:
            name = recording.experiment.pool.initializer.rpartition(":")[2]
            return [f"{worker_name(lane)} · {name}", _initializer_text(lane, life)]
        case Stage.UNBORN | Stage.GONE:
            return worker_lines(recording, scene, lane)
    return []
