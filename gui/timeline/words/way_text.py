"""What hovering over a chunk's way says, and over what could not be sent or read."""

from PySide6.QtCore import QCoreApplication

from ....engine.recording import Recording
from ....engine.trace.lane import Lane
from ... import wording
from ..scene.scene import LaneScene
from ..scene.time_scale import duration_text, three_digits
from ..scene.trouble_marks import MARKED
from ..scene.ways import Way
from .worker_text import worker_name

translate = QCoreApplication.translate

BYTE_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def bytes_text(count: int) -> str:
    """
    >>> bytes_text(12), bytes_text(1_234_567)
    ('12 B', '1.23 MB')
    """
    for name, size in BYTE_UNITS:
        if count >= size:
            return f"{three_digits(count / size)} {name}"
    return f"{count} B"


def way_lines(scene: LaneScene, lane: Lane, way: Way) -> list[str]:
    """About a chunk on its way: which, how long it took, how much it was."""
    steps = _way_out(scene, way) if way.out else _way_in(scene, way)
    first = translate("Timeline", "chunk {number} on its way back")
    if not way.out:
        first = translate("Timeline", "chunk {number} on its way in")
    count = int(scene.trace.chunks["bytes_out" if way.out else "bytes_in"][way.chunk])
    lines = [first.format(number=f"{way.chunk:,}"), " · ".join(steps)]
    if count:
        lines.append(bytes_text(count))
    return [*lines, worker_name(lane)]


def _way_in(scene: LaneScene, way: Way) -> list[str]:
    text = translate("Timeline", "unpickling took {duration}")
    if not scene.trace.chunks["unpickled"][way.chunk]:
        text = translate("Timeline", "unpickling for {duration}")
    return [text.format(duration=_took(way.begin, way.end))]


def _way_out(scene: LaneScene, way: Way) -> list[str]:
    chunks = scene.trace.chunks
    pickled, sent = int(chunks["pickled"][way.chunk]), int(chunks["sent"][way.chunk])
    if not pickled:
        text = translate("Timeline", "pickling the result for {duration}")
        return [text.format(duration=_took(way.begin, way.end))]
    text = translate("Timeline", "pickling the result took {duration}")
    steps = [text.format(duration=_took(way.begin, pickled))]
    if way.end > pickled:
        text = translate("Timeline", "sending it took {duration}")
        if not sent:
            text = translate("Timeline", "sending it for {duration}")
        steps.append(text.format(duration=_took(pickled, way.end)))
    return steps


def _took(begin_ns: int, end_ns: int) -> str:
    return duration_text((end_ns - begin_ns) / 1e9)


def snag_lines(recording: Recording, scene: LaneScene, lane: Lane, told_ns: int) -> list[str]:
    """What went wrong, as it was told then."""
    problems = [
        fault.problem for fault in recording.journal.faults[:MARKED] if fault.at_ns == told_ns
    ]
    told = duration_text((told_ns - scene.trace.origin_ns) / 1e9)
    place = translate("Timeline", "{worker} · told at {time}")
    lines = [wording.what_happened(problem) for problem in problems[:1]]
    return [*lines, place.format(worker=worker_name(lane), time=told)]
