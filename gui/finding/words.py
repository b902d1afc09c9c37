"""What is said about a task that was gone to: why this one, and which of how many."""

from dataclasses import dataclass

from ...engine.recording import Recording
from ...engine.trace.layout import TaskState
from .. import wording
from ..sentences import QT_TRANSLATE_NOOP
from ..timeline.scene.time_scale import duration_text
from ..wording import one_line

_ORDINALS = (
    QT_TRANSLATE_NOOP("Wording", "{number}st"),
    QT_TRANSLATE_NOOP("Wording", "{number}nd"),
    QT_TRANSLATE_NOOP("Wording", "{number}rd"),
    QT_TRANSLATE_NOOP("Wording", "{number}th"),
)
_LONGEST = QT_TRANSLATE_NOOP("Wording", "longest of {count}")
_NTH_LONGEST = QT_TRANSLATE_NOOP("Wording", "{nth} longest of {count}")
_SHORTEST = QT_TRANSLATE_NOOP("Wording", "shortest of {count}")
_SO_FAR = QT_TRANSLATE_NOOP("Wording", "{what} so far")
_NONE_SLOWER = QT_TRANSLATE_NOOP("Wording", "{what}: none is slower")
_NONE_FASTER = QT_TRANSLATE_NOOP("Wording", "{what}: none is faster")
_TOOK = QT_TRANSLATE_NOOP("Wording", "Task {task}: {duration}, {which}")
_ONLY_FAILURE = QT_TRANSLATE_NOOP("Wording", "The only failure")
_NTH_FAILURE = QT_TRANSLATE_NOOP("Wording", "{nth} of {count} failures")
_FROM_FIRST = QT_TRANSLATE_NOOP("Wording", "{what}, from the first again")
_FROM_LAST = QT_TRANSLATE_NOOP("Wording", "{what}, from the last again")
_LOST_WITH = QT_TRANSLATE_NOOP("Wording", "lost with worker {pid}")
_HITS = QT_TRANSLATE_NOOP("Wording", "{number} of {count}")
_HITS_ALONE = QT_TRANSLATE_NOOP("Wording", "{count} found")
_SEARCHING = QT_TRANSLATE_NOOP("Wording", "none yet: {looked} of {total} looked at")
_NOT_FOUND = QT_TRANSLATE_NOOP("Wording", "Not found")
_NOT_YET_KNOWN = QT_TRANSLATE_NOOP("Wording", "{what} (inputs known by now: {known})")
_NOT_KNOWN = QT_TRANSLATE_NOOP("Wording", "{what} (inputs that were kept: {known})")
_NOT_BEGUN = QT_TRANSLATE_NOOP("Wording", "{what}: it has not begun yet")
_NEVER_RAN = QT_TRANSLATE_NOOP("Wording", "{what}: it never ran")


@dataclass(frozen=True)
class Said:
    """A line about what was gone to. shorter: the same where there is no room; "" for none.

    nothing: that there is nothing to go to.
    """

    text: str
    shorter: str = ""
    nothing: bool = False


def ordinal(number: int) -> str:
    """A place in a row of things, as people say it.

    >>> ordinal(1), ordinal(2), ordinal(3), ordinal(11), ordinal(1022)
    ('1st', '2nd', '3rd', '11th', '1,022nd')
    """
    teens = number % 100 in (11, 12, 13)
    form = 3 if teens or not 1 <= number % 10 <= 3 else number % 10 - 1
    return wording.translate(_ORDINALS[form]).format(number=f"{number:,}")


def rank_text(
    recording: Recording, row: int, took_ns: int, place: int, count: int, end: str = ""
) -> Said:
    """Of the task in `row`, whose `place` tasks of `count` took longer.

    end: "slower" or "faster" when somebody asked for such a one, and there is none.
    """
    numbers = {"nth": ordinal(place + 1), "count": f"{count:,}"}
    which = _NTH_LONGEST if place else _LONGEST
    if 0 < place == count - 1:
        which = _SHORTEST
    shorter = _so_far(recording, wording.translate(which).format(**numbers))
    text = wording.translate(_TOOK).format(
        task=f"{recording.index_of(row):,}", duration=duration_text(took_ns / 1e9), which=shorter
    )
    if end:
        none = _NONE_SLOWER if end == "slower" else _NONE_FASTER
        text = wording.translate(none).format(what=text)
    return Said(text, shorter)


def failure_text(recording: Recording, row: int, place: int, count: int, wrapped: int = 0) -> Said:
    """Of the failed task in `row`, before which `place` of `count` failed, and how it did.

    wrapped: 1 when it was gone to from the last one on, -1 from the first one back.
    """
    numbers = {"nth": ordinal(place + 1), "count": f"{count:,}"}
    which = wording.translate(_NTH_FAILURE if count > 1 else _ONLY_FAILURE).format(**numbers)
    which = _so_far(recording, which)
    return Said(f"{_wrapped(which, wrapped)}: {_how_it_failed(recording, row)}", which)


def _how_it_failed(recording: Recording, row: int) -> str:
    failure, trace = recording.failures.get(row), recording.trace
    assert trace is not None
    if failure is not None:
        return one_line(failure.line)
    if trace.tasks["state"][row] == TaskState.RAISED:
        return wording.state_name(TaskState.RAISED)
    pid = recording.pid_of(int(trace.tasks["worker"][row]))
    return wording.translate(_LOST_WITH).format(pid=pid or "?")


def hits_text(
    recording: Recording,
    *,
    place: int | None,
    count: int,
    looked_at: int,
    over: bool,
    row: int | None,
    wrapped: int = 0,
) -> Said:
    """How many tasks a search has found, and which of them is the selected one, in `row`.

    place, row: None when it is none of them. looked_at: inputs; over: all that are known.
    wrapped: as above.
    """
    if not count and not over:
        numbers = {"looked": f"{looked_at:,}", "total": f"{recording.counts.total:,}"}
        return Said(wording.translate(_SEARCHING).format(**numbers))
    shorter = wording.translate(_NOT_FOUND)
    if count:
        text = wording.translate(_HITS_ALONE if place is None else _HITS)
        shorter = text.format(number=f"{(place or 0) + 1:,}", count=f"{count:,}")
    if not over:
        shorter = wording.translate(_SO_FAR).format(what=shorter)
    text = _wrapped(shorter, wrapped)
    if over and looked_at < recording.counts.total:
        lack = _NOT_KNOWN if _is_over(recording) else _NOT_YET_KNOWN
        text = wording.translate(lack).format(what=text, known=f"{looked_at:,}")
    if row is not None:
        text = _and_whether_it_ran(recording, row, text)
    return Said(text, shorter, nothing=not count)


def _and_whether_it_ran(recording: Recording, row: int, said: str) -> str:
    trace = recording.trace
    if trace is None or trace.tasks["begun"][row]:
        return said
    none = _NEVER_RAN if _is_over(recording) else _NOT_BEGUN
    return wording.translate(none).format(what=said)


def _wrapped(said: str, wrapped: int) -> str:
    if not wrapped:
        return said
    return wording.translate(_FROM_FIRST if wrapped > 0 else _FROM_LAST).format(what=said)


def _so_far(recording: Recording, said: str) -> str:
    return said if _is_over(recording) else wording.translate(_SO_FAR).format(what=said)


def _is_over(recording: Recording) -> bool:
    return recording.trace is not None and recording.trace.ended
