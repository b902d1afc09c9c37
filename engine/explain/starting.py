"""Reasons in the start of workers, at the beginning and again and again. Pure."""

import platform
from collections.abc import Iterator

from ..checks.threads import NOT_FORKED
from ..experiment import start_methods
from .case import NS, Case, lane_spans
from .reason import Cause, Evidence, Reason, Remedy
from .sources import imports_of

FORK_FIRST_S, FORK_EACH_S = 0.005, 0.002
"""Of a start by fork, where nobody has measured the machine."""
BESIDE = 0.2
"""Of all the time that an initializer, or a start that no setting makes quicker, takes at least to
be named."""
RESPAWN_LEFT = 0.02
"""Of the makespan that replacing workers still may take."""


def reasons(case: Case, crowding: float) -> Iterator[Reason]:
    """START_UP and RESPAWN. crowding: the share of the start that is told of too many workers."""
    start = _start_up(case, 1.0 - crowding)
    if start is not None:
        yield start
    respawn = _respawn(case)
    if respawn is not None:
        yield respawn


def waited_s(case: Case) -> float:
    """From the call of the method until a worker asked for work, and had imported the task, or all
    was done; on average. What the making of the pool took before is not in the makespan.
    """
    ready = [min(lane.ready_ns, case.last_ns) - case.called_ns for lane in case.first_lanes]
    if not ready:
        return 0.0
    asked_s = sum(max(wait, 0) for wait in ready) / len(ready) / NS
    return min(asked_s + case.imported_s, case.makespan_s)


def initializers_s(case: Case) -> float:
    """The same of the initializer alone."""
    took = [
        min(lane.initializer_ns or 0, max(lane.ready_ns - case.called_ns, 0))
        for lane in case.first_lanes
    ]
    return sum(took) / len(took) / NS if took else 0.0


def quicker_method(case: Case) -> tuple[str, float] | None:
    """A start method that starts these workers sooner, and in what time; None without one.

    By fork they begin with all that the host has imported; where it is not to be used, a fork
    server at least starts no Python for each.
    """
    own, start_s = case.experiment.pool.start_method, {}
    measured = {} if case.costs is None else case.costs.start_s
    start_s["fork"] = measured.get("fork", FORK_FIRST_S) + FORK_EACH_S * len(case.first_lanes)
    if "forkserver" in measured and own == "spawn":
        start_s["forkserver"] = measured["forkserver"] * max(len(case.first_lanes) / 2, 1.0)
    for method, seconds in start_s.items():
        if method != own and method in start_methods() and (method != "fork" or may_fork(case)):
            return method, seconds
    return None


def may_fork(case: Case) -> bool:
    """The checks before a run would not warn of it."""
    named = str(case.recording.machine.get("system", "")).lower()
    is_mac = named.startswith(("macos", "darwin")) or platform.system() == "Darwin"
    return not is_mac and not imports_of(case.experiment) & set(NOT_FORKED)


def _start_up(case: Case, share: float) -> Reason | None:
    """cost_s: what workers waited for their start on average, less what it takes by a quicker
    method; where there is none, or an initializer takes most of it, all that they waited.
    """
    pool = case.experiment.pool
    waited, initializers = waited_s(case), initializers_s(case)
    starting_s = max(waited - initializers, 0.0)
    method = None if pool.start_method == "fork" else quicker_method(case)
    saved_s = 0.0 if method is None else (starting_s - method[1]) * share
    helps = method is not None and saved_s >= case.matters_s
    if not helps:
        own_s = initializers if pool.start_method == "fork" else waited
        if own_s * share < BESIDE * case.makespan_s:
            return None
        saved_s = own_s * share
    making_s = (case.called_ns - case.pool_ns) / NS
    values = {
        "start_up_s": waited,
        "start_method": pool.start_method,
        "share": min(waited / case.makespan_s, 1.0),
        "better": method[0] if helps and method is not None else None,
        "initializer_s": initializers or None,
        "making_s": making_s if making_s >= case.matters_s else None,
    }
    stretches = [
        (max(lane.born_ns, case.pool_ns), lane.ready_ns, lane.ordinal) for lane in case.first_lanes
    ]
    remedy = Remedy({"start_method": method[0]}) if helps and method is not None else None
    return Reason(Cause.START_UP, saved_s, values, Evidence(lane_spans(stretches)), remedy)


def _respawn(case: Case) -> Reason | None:
    """cost_s: the time that workers were missing while they were replaced, shared by all; also by
    those that apply had no task for: they take the next one.

    better: chunks a worker after which so little of that is left that it does not matter; None:
    to replace none is as good.
    """
    numbers, pool = case.numbers, case.experiment.pool
    limit = pool.maxtasksperchild
    born = sum(lane.replaces is not None for lane in case.trace.lanes)
    cost_s = numbers.respawn_s / max(min(numbers.processes, case.chunks), 1)
    if limit is None or not born or cost_s < case.matters_s:
        return None
    better: int | None = -(-limit * cost_s // (RESPAWN_LEFT * case.makespan_s)).__int__()
    if better is None or better * case.workers >= case.chunks:
        better = None
    stretches = [
        (lane.replaces.died_ns, lane.ready_ns, lane.ordinal)
        for lane in case.trace.lanes
        if lane.replaces is not None and lane.replaces.died_ns and lane.ready_ns
    ]
    values = {
        "workers": born,
        "respawn_s": numbers.respawn_s,
        "maxtasksperchild": limit,
        "better": better,
    }
    evidence = Evidence(lane_spans(stretches))
    return Reason(Cause.RESPAWN, cost_s, values, evidence, Remedy({"maxtasksperchild": better}))
