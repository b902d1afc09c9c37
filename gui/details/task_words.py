"""What is known of a task in words, for its panel."""

import math

from PySide6.QtCore import QCoreApplication

from ...engine.details.task_details import TaskDetails, Way
from ...engine.metrics.numbers import Durations
from ...engine.recording import Recording
from .. import wording
from ..timeline.scene.time_scale import duration_text, share_text, three_digits
from ..timeline.scene.waits import wait_of
from ..timeline.words.way_text import bytes_text

translate = QCoreApplication.translate

EXACT_NS = 1_000_000
"""CPU time of a chunk is off by 0.1 ms at most; of shorter chunks that is worth a word."""
NEAR = 0.05
"""So near to the median, as a share of it, a duration is as long as that."""
COMPUTING, WAITING = 0.9, 0.1
"""Shares of CPU time from which on, or up to which, a chunk did little else."""


def texts_of(
    recording: Recording, details: TaskDetails, durations: Durations | None, now_ns: int
) -> dict[str, str]:
    """The values beside the titles of the panel; "" for what does not apply."""
    row, trace = details.row, recording.trace
    assert trace is not None
    failure = recording.failures.get(row)
    texts = {
        "task": f"{recording.index_of(row):,}",
        "handed": f"{row:,}" if recording.reordered else "",
        "input": recording.inputs[row] or "",
        "result": failure.line if failure else recording.results[row] or "",
        "state": state_text(details),
        "started": "",
        "took": "",
        "taken": taken_text(recording, row, now_ns) if details.ordinal else "",
    }
    if details.took_ns is not None:
        texts["started"] = duration_text((details.begun_ns - trace.origin_ns) / 1e9)
        texts["took"] = took_text(details, durations)
    if details.way is not None:
        texts |= _way_texts(details.way)
    return texts


def state_text(details: TaskDetails) -> str:
    """How it ended, or what it does."""
    if details.running:
        return translate("Details", "running")
    state = wording.state_name(details.state)
    if details.result_lost:
        return f"{state} · " + translate("Details", "result lost")
    return state


def took_text(details: TaskDetails, durations: Durations | None) -> str:
    """How long, and how that compares with all others; only of a run that is over."""
    assert details.took_ns is not None
    took_s = details.took_ns / 1e9
    took = duration_text(took_s)
    if details.running:
        return translate("Details", "{0} so far").format(took)
    if durations is None or durations.count < 2:
        return took
    parts = [took, against_median(took_s, durations.median_s)]
    if details.row == durations.longest_row:
        parts.append(translate("Details", "the longest"))
    return ", ".join(part for part in parts if part)


def against_median(took_s: float, median_s: float) -> str:
    """How a duration compares with the median of all; "" where that is none to compare with.

    >>> against_median(0.41, 0.1), against_median(0.101, 0.1), against_median(1.0, 0.0)
    ('4.1\\xa0×\\xa0the\\xa0median', 'about the median', '')
    """
    if not median_s > 0 or not math.isfinite(median_s):
        return ""
    times = took_s / median_s
    if abs(times - 1) <= NEAR:
        return translate("Details", "about the median")
    if times < 0.01:
        return translate("Details", "< 0.01\u00a0×\u00a0the\u00a0median")
    return translate("Details", "{0}\u00a0×\u00a0the\u00a0median").format(three_digits(times))


def taken_text(recording: Recording, row: int, now_ns: int) -> str:
    """When imap's iterator gave the result; "" with another method, and before it is over."""
    trace = recording.trace
    assert trace is not None
    if trace.find(row) is None:
        return ""
    wait = wait_of(recording, trace, row, now_ns)
    if wait is None:
        return ""
    waited = duration_text(wait.waited_ns / 1e9)
    if wait.taken_ns is not None:
        time = duration_text((wait.taken_ns - trace.origin_ns) / 1e9)
        text = translate("Details", "from the iterator at {0} (waited {1})")
        return text.format(time, waited)
    if wait.over:
        return translate("Details", "never from the iterator")
    return translate("Details", "not yet from the iterator (waits for {0})").format(waited)


def _way_texts(way: Way) -> dict[str, str]:
    return {
        "chunk": _chunk_text(way),
        "queued": _queued_text(way),
        "before": _before_text(way),
        "cpu": cpu_text(way),
        "bytes_in": bytes_text(way.bytes_in) if way.bytes_in else "",
        "bytes_out": bytes_text(way.bytes_out) if way.bytes_out else "",
    }


def _chunk_text(way: Way) -> str:
    if way.size <= 1:
        return translate("Details", "{0}, this task only").format(f"{way.number:,}")
    text = translate("Details", "{0}, task {1} of {2}")
    return text.format(f"{way.number:,}", f"{way.place:,}", f"{way.size:,}")


def _queued_text(way: Way) -> str:
    if way.queued_ns is None:
        return ""
    waited = duration_text(way.queued_ns / 1e9)
    return waited if way.taken_ns else translate("Details", "{0} so far").format(waited)


def _before_text(way: Way) -> str:
    """From the worker's taking the chunk to the task's begin, and what was in between."""
    if way.before_ns is None:
        return ""
    waited, before = duration_text(way.before_ns / 1e9), way.place - 1
    if not before:
        return waited
    if before == 1:
        return translate("Details", "{0}, behind 1 task").format(waited)
    return translate("Details", "{0}, behind {1} tasks").format(waited, f"{before:,}")


def cpu_text(way: Way) -> str:
    """How much of the chunk's time its worker computed, and how much it waited."""
    share = way.cpu_share
    if share is None or way.cpu_ns is None or way.work_ns is None:
        return ""
    cpu = duration_text(min(way.cpu_ns, way.work_ns) / 1e9)
    if share >= COMPUTING:
        text = translate("Details", "{cpu}: computing {share}")
    elif share <= WAITING:
        text = translate("Details", "{cpu}: waiting {rest}")
    else:
        text = translate("Details", "{cpu}: computing {share}, waiting {rest}")
    about = "≈ " if way.work_ns < EXACT_NS else ""
    said = text.format(cpu=cpu, share=share_text(share), rest=share_text(1 - share))
    return about + said.replace(" %", "\u00a0%")  # not on two lines
