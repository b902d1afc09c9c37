"""Why a run took as long as it did: its figures, and at most five reasons. Pure."""

import dataclasses
from collections.abc import Iterator

from ..breaking_off import Watch, go_on
from ..journal import Status
from ..metrics.numbers import Numbers
from ..recording import Recording
from . import crowd, cutting, memory, pickles, starting
from .case import Case
from .costs import Costs
from .loop import EXPLAINED, STILL, Loop, loop_of, one_at_a_time, slower
from .reason import MOST, Cause, Explanation, Reason, Silence
from .seen import Seen, look

FACTS = (Cause.TOO_MANY_WORKERS, Cause.MEMORY)
"""They are said however little time they cost: what they cost is CPUs and memory."""
OVERHEAD = (Cause.TINY_TASKS, Cause.START_UP, Cause.RESPAWN, Cause.UNEVEN_CHUNKS, Cause.LONG_TASK)
"""What a loop does not have; and it is quicker all the same when they are mended."""


def explain(
    recording: Recording, numbers: Numbers, costs: Costs | None = None, *, watch: Watch = go_on
) -> Explanation:
    """The reasons, the costliest first; each costs at least 5 % of the time and 2 ms, but FACTS.

    Where a loop would have been quicker, and the reasons tell of most that was lost by that, they
    have a `loop_s` among their values. Where they do not, or a loop would still be far quicker when
    all of OVERHEAD is mended, SLOWER_THAN_LOOP takes the place of that, and costs what the others
    leave.

    costs: of the machine that it ran on; without them some values are None. watch: may end it.
    """
    silence = silence_of(recording, numbers)
    if silence is not None:
        return Explanation(numbers, (), silence)
    case = Case(recording, numbers, costs, watch)
    seen, found = look(case), []
    for reason in _reasons(case, seen):
        watch()
        if reason.cost_s >= case.matters_s or reason.cause in FACTS:
            found.append(reason)
    loop = loop_of(case, contended=crowd.is_contended(case, seen))
    watch()
    found = _beside_loop(case, loop, found)
    found.sort(key=lambda reason: -reason.cost_s)
    return Explanation(numbers, tuple(found[:MOST]))


def wants_costs(explanation: Explanation) -> bool:
    """A reason would say more if the machine were measured."""
    return any(
        "break_even_s" in reason.values and reason.values["break_even_s"] is None
        for reason in explanation.reasons
    )


def silence_of(recording: Recording, numbers: Numbers) -> Silence | None:
    """Why the run is not explained, if it is not."""
    counts, journal = recording.counts, recording.journal
    finished = journal.conclusion()[0] is Status.FINISHED
    if recording.trace is None or not finished or numbers.makespan_s is None:
        return Silence.NOT_WHOLE
    if not counts.total:
        return Silence.NO_TASKS
    return None if counts.done == counts.total else Silence.NOT_WHOLE


def _reasons(case: Case, seen: Seen) -> Iterator[Reason]:
    yield from cutting.reasons(case)
    crowding = 0.0
    for reason in crowd.reasons(case, seen):
        if reason.cause is Cause.TOO_MANY_WORKERS:
            crowding = 1.0 - case.numbers.cpus / case.workers
        yield reason
    yield from starting.reasons(case, crowding)
    yield from pickles.reasons(case)
    yield from memory.reasons(case, seen)


def _beside_loop(case: Case, loop: Loop, found: list[Reason]) -> list[Reason]:
    """With what a plain loop would have done."""
    apply = one_at_a_time(case, loop)
    if apply is not None and apply.cost_s >= case.matters_s:
        return [apply, *found]
    reason = slower(case, loop)
    threaded = any(one.cause is Cause.THREADS for one in found)
    if reason is None or (threaded and not loop.measured):  # a loop would have them, too
        return found
    if _tell_why(case, loop, found, reason.cost_s):
        return [_with_loop(one, loop) for one in found]
    kept = [one for one in found if one.cause not in OVERHEAD]
    rest_s = reason.cost_s - sum(one.cost_s for one in kept)
    return [dataclasses.replace(reason, cost_s=rest_s), *kept]


def _tell_why(case: Case, loop: Loop, found: list[Reason], lost_s: float) -> bool:
    """They tell of most that was lost, and to mend it is not in vain."""
    told_s = sum(one.cost_s for one in found)
    overhead = all(one.cause in OVERHEAD and one.remedy is not None for one in found)
    in_vain = overhead and case.makespan_s - told_s > STILL * loop.loop_s
    return told_s >= EXPLAINED * lost_s and not in_vain


def _with_loop(reason: Reason, loop: Loop) -> Reason:
    return dataclasses.replace(reason, values={**reason.values, "loop_s": loop.loop_s})
