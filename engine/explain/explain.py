"""Why a run took as long as it did: its figures, and at most five reasons. Pure."""

import dataclasses
from collections.abc import Iterator

from ..breaking_off import Watch, go_on
from ..journal import Status
from ..metrics.numbers import Numbers
from ..recording import Recording
from . import busy, crowd, cutting, memory, pickles, starting
from .case import Case
from .costs import Costs
from .loop import EXPLAINED, STILL, Loop, loop_of, one_at_a_time, slower
from .reason import MOST, Cause, Explanation, Reason, Silence
from .seen import Seen, count_started, look

FACTS = (Cause.TOO_MANY_WORKERS, Cause.MEMORY)
"""They are said however little time they cost: what they cost is CPUs and memory."""
OVERHEAD = (Cause.TINY_TASKS, Cause.START_UP, Cause.RESPAWN, Cause.UNEVEN_CHUNKS, Cause.LONG_TASK)
"""What a loop does not have; and it is quicker all the same when they are mended."""
CROWDING = (Cause.TOO_MANY_WORKERS, Cause.BUSY_MACHINE)
"""What makes tasks wait for CPUs."""


def explain(
    recording: Recording, numbers: Numbers, costs: Costs | None = None, *, watch: Watch = go_on
) -> Explanation:
    """The reasons, the costliest first; each costs at least 5 % of the makespan and 2 ms, but
    FACTS, and all together no more than that.

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
    count_started(case, seen)
    contended = crowd.is_contended(case, seen)
    for reason in _reasons(case, seen, contended=contended):
        watch()
        if reason.cost_s >= case.matters_s or reason.cause in FACTS:
            found.append(reason)
    loop = loop_of(case, contended=contended, used_s=_used_s(seen))
    watch()
    found = _within_makespan(case, _beside_loop(case, seen, loop, found))
    return Explanation(
        numbers,
        tuple(found[:MOST]),
        cpu_share=case.numbers.cpu_share,
        waited=busy.waited_for_cpu(case, seen),
    )


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


def _used_s(seen: Seen) -> float | None:
    """CPU time of the workers and of what their tasks started, where somebody looked."""
    return None if seen.cpu_s is None else seen.cpu_s + (seen.started_s or 0.0)


def _reasons(case: Case, seen: Seen, *, contended: bool) -> Iterator[Reason]:
    yield from cutting.reasons(case, contended=contended)
    crowding = 0.0
    for reason in crowd.reasons(case, seen):
        if reason.cause is Cause.TOO_MANY_WORKERS:
            crowding = 1.0 - case.numbers.cpus / case.workers
        yield reason
    others = busy.reason(case, seen)
    if others is not None:
        yield others
    yield from starting.reasons(case, crowding)
    yield from pickles.reasons(case)
    yield from memory.reasons(case, seen)


def _within_makespan(case: Case, found: list[Reason]) -> list[Reason]:
    """The costliest first; each costs at most what those before it leave of the makespan: what
    came before the call, as the making of the pool, is not in any of them. What others
    tell of already, as good as all of it, is left out.
    """
    left_s, kept = case.makespan_s, []
    # What a person can mend comes first; the machine's other programs cost what is left.
    order = sorted(found, key=lambda one: (one.cause is Cause.BUSY_MACHINE, -one.cost_s))
    for reason in order:
        cost_s = min(reason.cost_s, left_s)
        enough = cost_s == reason.cost_s or cost_s >= case.matters_s
        if enough or reason.cause in FACTS:
            kept.append(dataclasses.replace(reason, cost_s=cost_s))
            left_s -= cost_s
    return sorted(kept, key=lambda one: -one.cost_s)


def _beside_loop(case: Case, seen: Seen, loop: Loop, found: list[Reason]) -> list[Reason]:
    """With what a plain loop would have done."""
    apply = one_at_a_time(case, loop)
    if apply is not None:
        replaced_s = sum(one.cost_s for one in found if one.cause is Cause.RESPAWN)
        rest_s = apply.cost_s - replaced_s  # which map would wait for, too
        if rest_s >= case.matters_s:
            return [dataclasses.replace(apply, cost_s=rest_s), *found]
    reason = slower(case, loop)
    threaded = any(one.cause is Cause.THREADS for one in found)
    if reason is None or (threaded and not loop.measured):  # a loop would have them, too
        return found
    crowded = _is_crowd(case, seen, loop, found)
    if crowded or _tell_why(case, loop, found, reason.cost_s):
        return [_with_loop(case, one, loop) for one in found]
    kept = [one for one in found if one.cause not in OVERHEAD]
    rest_s = reason.cost_s - sum(one.cost_s for one in kept)
    return [dataclasses.replace(reason, cost_s=rest_s), *kept]


def _tell_why(case: Case, loop: Loop, found: list[Reason], lost_s: float) -> bool:
    """They tell of most that was lost, and to mend it is not in vain."""
    told_s = sum(one.cost_s for one in found)
    overhead = all(one.cause in OVERHEAD and one.remedy is not None for one in found)
    in_vain = overhead and case.makespan_s - told_s > STILL * loop.loop_s
    return told_s >= EXPLAINED * lost_s and not in_vain


def _is_crowd(case: Case, seen: Seen, loop: Loop, found: list[Reason]) -> bool:
    """Tasks had to wait for CPUs, and a pool whose tasks need not is quicker than the loop."""
    mended_s = crowd.mended_s(case, seen)
    crowded = any(one.cause in CROWDING for one in found)
    return crowded and mended_s is not None and mended_s < loop.loop_s


def _with_loop(case: Case, reason: Reason, loop: Loop) -> Reason:
    if reason.cause is Cause.BUSY_MACHINE:  # its time would be another on a free one
        return reason
    left_s = case.makespan_s - (0.0 if reason.remedy is None else reason.cost_s)
    beside = {"loop_s": loop.loop_s, "still": loop.loop_s < left_s}
    return dataclasses.replace(reason, values={**reason.values, **beside})
