"""What hovering over a task says."""

from html import escape

import numpy as np
from PySide6.QtCore import QCoreApplication

from ....engine.recording import Recording
from ....engine.trace.lane import Lane
from ....engine.trace.layout import TaskState
from ....engine.trace.trace import Trace
from ... import wording
from ..scene.time_scale import duration_text
from ..scene.waits import wait_of

translate = QCoreApplication.translate

TEXT_LIMIT = 80


def task_lines(recording: Recording, trace: Trace, row: int, now_ns: int) -> list[str]:
    """All about the task in `row`, a fact or two a line; empty for one that has not begun."""
    worker = int(trace.tasks["worker"][row])
    if not 1 <= worker <= len(trace.lanes):
        return []
    lane = trace.lanes[worker - 1]
    state, begun_ns, ended_ns = _state_and_span(trace, lane, row, now_ns)
    took = duration_text((ended_ns - begun_ns) / 1e9)
    if state is TaskState.OPEN:
        took = translate("Timeline", "{duration} so far").format(duration=took)
    else:
        took = translate("Timeline", "took {duration}").format(duration=took)
    running = translate("Timeline", "running")
    text = recording.inputs[row]
    lines = [translate("Timeline", "task {index}").format(index=recording.index_of(row))]
    if text is not None:
        lines[0] += " · " + translate("Timeline", "input {value}").format(value=_short(text))
    lines += [
        translate("Timeline", "worker {pid} (#{ordinal})").format(pid=lane.pid, ordinal=worker)
        + " · "
        + translate("Timeline", "chunk {number}").format(number=int(trace.tasks["chunk"][row])),
        translate("Timeline", "started {time}").format(
            time=duration_text((begun_ns - trace.origin_ns) / 1e9)
        )
        + f" · {took}",
        running if state is TaskState.OPEN else _end_text(trace, row, state),
    ]
    if recording.reordered:
        lines[1] += " · " + translate("Timeline", "handed out as {row}").format(row=row)
    if state is not TaskState.OPEN:
        lines += filter(None, [_taken_text(recording, trace, row, now_ns)])
    failure = recording.failures.get(row)
    if failure is not None:
        lines.append(_short(failure.line))
    return lines


def _state_and_span(trace: Trace, lane: Lane, row: int, now_ns: int) -> tuple[TaskState, int, int]:
    if lane.running is not None and lane.running[0] == row:
        return TaskState.OPEN, lane.running[1], max(now_ns, lane.running[1])
    found = trace.find(row)
    begun_ns = int(trace.tasks["begun"][row])
    if found is None:
        return TaskState.OPEN, begun_ns, max(now_ns, begun_ns)
    place = found[1]
    state = TaskState(int(trace.state_of(lane.rows[place : place + 1])[0]))
    return state, int(lane.begun[place]), int(lane.ended[place])


def _end_text(trace: Trace, row: int, state: TaskState) -> str:
    if trace.results_lost(np.array([row]))[0]:
        return wording.state_name(state) + " · " + translate("Timeline", "result lost")
    return wording.state_name(state)


def _taken_text(recording: Recording, trace: Trace, row: int, now_ns: int) -> str:
    """When the result of a task that is over was taken from imap's iterator; "" without one."""
    wait = wait_of(recording, trace, row, now_ns)
    if wait is None:
        return ""
    waited = duration_text(wait.waited_ns / 1e9)
    if wait.taken_ns is not None:
        time = duration_text((wait.taken_ns - trace.origin_ns) / 1e9)
        text = translate("Timeline", "taken from the iterator at {time} (waited {duration})")
        return text.format(time=time, duration=waited)
    if wait.over:
        return translate("Timeline", "never taken from the iterator")
    text = translate("Timeline", "not yet taken from the iterator (waits for {duration})")
    return text.format(duration=waited)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TEXT_LIMIT else line[: TEXT_LIMIT - 1] + "…"


def as_html(lines: list[str]) -> str:
    """The lines for a QToolTip: the first is strong, and none is broken."""
    first, *rest = [escape(line) for line in lines]
    return "<div style='white-space: pre'>" + "<br>".join([f"<b>{first}</b>", *rest]) + "</div>"
