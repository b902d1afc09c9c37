"""A worker's life in words and figures, for its panel."""

from PySide6.QtCore import QCoreApplication

from ...engine.details.worker_details import WorkerTally, successor
from ...engine.metrics.so_far import busy_ns, busy_share
from ...engine.recording import Recording
from ...engine.trace.lane import Lane
from ...engine.trace.layout import Phase
from .. import wording
from ..timeline.scene.life import Life, Parting, life_of, parting
from ..timeline.scene.time_scale import duration_text, share_text
from ..timeline.words.worker_text import exit_text

translate = QCoreApplication.translate

NOT_YET = "…"


def life_sentence(recording: Recording, tally: WorkerTally) -> str:
    """What the worker did, and what became of it: a sentence each."""
    return "" if tally.behind else f"{_deeds(tally)} {_end(recording, tally)}".strip()


def _deeds(tally: WorkerTally) -> str:
    lane, before = tally.lane, tally.lane.replaces
    if before is None and tally.chunks:
        text = translate("Details", "Worker {pid} ran {tasks} in {chunks}.")
    elif before is None:
        text = translate("Details", "Worker {pid} has finished no task.")
    elif tally.chunks:
        text = translate("Details", "Worker {pid} replaced {before}, and ran {tasks} in {chunks}.")
    else:
        text = translate("Details", "Worker {pid} replaced {before}; it has finished no task.")
    return text.format(
        pid=lane.pid or NOT_YET,
        before="" if before is None else before.pid or NOT_YET,
        tasks=wording.count(tally.done + tally.raised + tally.lost, "task"),
        chunks=wording.count(tally.chunks, "chunk"),
    )


def _end(recording: Recording, tally: WorkerTally) -> str:
    lane, trace = tally.lane, recording.trace
    assert trace is not None
    match parting(lane, recording.journal):
        case Parting.LEFT if recording.experiment.pool.maxtasksperchild is not None:
            return translate("Details", "Then it left, as maxtasksperchild says.")
        case Parting.LEFT:
            return translate("Details", "Then it left.")
        case Parting.DIED:
            return _death(recording, tally).format(cause=exit_text(lane.exit_code))
        case Parting.ENDED:
            return translate("Details", "It ended with the pool.")
    return translate("Details", "Nobody saw its end.") if trace.ended else ""


def _death(recording: Recording, tally: WorkerTally) -> str:
    if any(kill.ordinal == tally.lane.ordinal for kill in recording.journal.kills):
        return translate("Details", "You killed it: {cause}.")
    if tally.lost:
        return translate("Details", "It died in the middle of a task: {cause}.")
    return translate("Details", "It died: {cause}.")


def worker_facts(recording: Recording, tally: WorkerTally, now_ns: int) -> dict[str, str]:
    """The values beside the titles of the panel; "" for what does not apply."""
    lane, trace = tally.lane, recording.trace
    assert trace is not None
    after = successor(trace, lane)
    processes = recording.experiment.pool.processes
    place = translate("Details", "{number}, at place {slot} of {slots}").format(
        number=f"{lane.ordinal:,}", slot=f"{lane.slot + 1:,}", slots=f"{processes:,}"
    )
    texts = {
        "pid": str(lane.pid or NOT_YET),
        "number": place,
        "replaces": "" if lane.replaces is None else str(lane.replaces.pid or NOT_YET),
        "successor": "" if after is None else str(after.pid or NOT_YET),
        "now": "" if trace.ended or lane.died_ns else _now(recording, lane, now_ns),
    }
    return texts | _life_texts(recording, tally, now_ns) | _work_texts(recording, tally, now_ns)


def _now(recording: Recording, lane: Lane, now_ns: int) -> str:
    """What it does, and if that is a task, which, and for how long."""
    if lane.phase is Phase.RUNNING and lane.running is not None:
        row, begun_ns = lane.running
        text = translate("Details", "running task {index}, for {time}")
        time = duration_text(max(now_ns - begun_ns, 0) / 1e9)
        return text.format(index=f"{recording.index_of(row):,}", time=time)
    return wording.phase_name(lane.phase)


def _life_texts(recording: Recording, tally: WorkerTally, now_ns: int) -> dict[str, str]:
    lane, trace = tally.lane, recording.trace
    assert trace is not None
    life = life_of(lane, now_ns)

    def moment(at_ns: int) -> str:
        return duration_text((at_ns - trace.origin_ns) / 1e9) if at_ns else ""

    first_ns = tally.first_ns
    if not first_ns and lane.running is not None and not len(lane):
        first_ns = lane.running[1]
    return {
        "born": moment(lane.born_ns),
        "starting": _starting(lane, life),
        "initializer": _initializer(lane, life),
        "first": moment(first_ns),
        "gone": moment(lane.died_ns),
        "exit": _exit(lane),
    }


def _starting(lane: Lane, life: Life) -> str:
    if life.starting is None:
        return ""
    took = _span(life.starting)
    if lane.ready_ns or life.initializing is not None:
        return took
    if lane.died_ns:
        return translate("Details", "died in it, after {0}").format(took)
    return translate("Details", "{0} so far").format(took)


def _initializer(lane: Lane, life: Life) -> str:
    if life.initializing is None:
        return ""
    took = _span(life.initializing)
    if lane.initializer_ns is not None:
        return took
    if lane.died_ns:
        return translate("Details", "did not return ({0})").format(took)
    return translate("Details", "{0} so far").format(took)


def _exit(lane: Lane) -> str:
    code = lane.exit_code
    if code is None:
        return ""
    if code >= 0:
        return str(code)
    return translate("Details", "{code} ({signal})").format(
        code=f"−{-code}", signal=exit_text(code)
    )


def _work_texts(recording: Recording, tally: WorkerTally, now_ns: int) -> dict[str, str]:
    lane, trace, journal = tally.lane, recording.trace, recording.journal
    assert trace is not None
    until_ns = journal.over_ns or (trace.end_ns if trace.ended else now_ns)
    elapsed_ns = max(until_ns - (journal.called_ns or trace.origin_ns), 1)
    busy = busy_ns(lane, until_ns)
    in_tasks = translate("Details", "{time} ({share})").format(
        time=duration_text(busy / 1e9), share=share_text(busy_share(busy, elapsed_ns))
    )
    if tally.behind:
        unknown = ("tasks", "chunks", "longest", "waited", "rest")
        return dict.fromkeys(unknown, NOT_YET) | {"busy": in_tasks}
    waited_ns = tally.waited_ns(until_ns)
    return {
        "tasks": _tasks(tally),
        "chunks": f"{tally.chunks:,}",
        "busy": in_tasks,
        "longest": _longest(recording, tally),
        "waited": "" if waited_ns is None else duration_text(waited_ns / 1e9),
        "rest": _rest(lane, busy, waited_ns, until_ns),
    }


def _rest(lane: Lane, busy: int, waited_ns: int | None, until_ns: int) -> str:
    """What is neither a task, nor waiting, nor the start of the worker."""
    if waited_ns is None or not lane.ready_ns:
        return ""
    lived_ns = min(until_ns, lane.died_ns or until_ns) - lane.ready_ns
    return duration_text(max(lived_ns - busy - waited_ns, 0) / 1e9)


def _tasks(tally: WorkerTally) -> str:
    """How they ended; a number only, when all were done."""
    parts = [(translate("Details", "{0} done"), tally.done)]
    parts.append((translate("Details", "{0} raised"), tally.raised))
    parts.append((translate("Details", "{0} lost"), tally.lost))
    told = [text.format(f"{count:,}") for text, count in parts if count]
    return ", ".join(told) or "0"


def _longest(recording: Recording, tally: WorkerTally) -> str:
    if tally.longest_row is None:
        return ""
    return translate("Details", "{time} (task {index})").format(
        time=duration_text(tally.longest_ns / 1e9),
        index=f"{recording.index_of(tally.longest_row):,}",
    )


def _span(span: tuple[int, int]) -> str:
    return duration_text(max(span[1] - span[0], 0) / 1e9)
