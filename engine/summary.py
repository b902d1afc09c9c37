"""A run as plain facts: what `poolscope run --json` prints, and the table of workers."""

from dataclasses import asdict
from typing import Any

import numpy as np

from .explain.reason import Explanation
from .journal import Fault, Status
from .problem import Problem
from .recording import Recording
from .sampling.layout import Role
from .trace.trace import Trace

APP, HOST, KEEPER, WORKER = (role.value for role in (Role.APP, Role.HOST, Role.KEEPER, Role.WORKER))
COUNTED = ("total", "done", "raised", "lost", "not_run", "result_lost")


def summarise(
    recording: Recording,
    status: Status,
    problem: Problem | None = None,
    why: Explanation | None = None,
) -> dict[str, Any]:
    """The facts of a run that is over, ready for JSON; numbers only, no sentences.

    status, problem (kind and values of why it failed, or None), faults (kind, values and at_s of
    what went wrong while it went on, those that were told one by one), fault_count (of all),
    experiment, method, tasks (a count of each outcome), chunks (None before they were
    cut), makespan_s (from the call of the Pool method to its return, of imap to the end of the loop
    over its iterator; None when it never returned), busy_s (inside tasks, of all workers), workers
    (every one ever started), metrics (the figures, named as in engine/metrics/numbers.py; None
    unless `why` brings them), findings (why it took that long, at most five, the costliest first;
    none when all is well, or the run is not whole), processes (the app, the host, helpers, workers,
    and with its name what tasks started, as far as it was there long enough to be seen; ppid None
    where nobody noted it).

    Of a worker: pid, replaces (the PID of the one whose place it took, or None), tasks, chunks
    (taken, whatever became of them), busy_s, initializer_s (None when there was none, or it did not
    return), exit_code.

    Of a finding: cause (one of engine/explain/reason.py), cost_s (about so much of the makespan),
    values (named there beside each cause; a `loop_s` besides is what a plain loop takes, where that
    is quicker), remedy (None where no setting helps; pool: settings by the names of
    experiment["pool"]; order: another one, or None; variables: of the environment).
    """
    workers = [] if recording.trace is None else _workers(recording.trace)
    counts = asdict(recording.counts)
    return {
        "status": status.value,
        "problem": None if problem is None else _facts(problem),
        "faults": [_fault(fault, recording) for fault in recording.journal.faults],
        "fault_count": recording.journal.fault_count,
        "experiment": recording.experiment.to_json(),
        "method": recording.experiment.pool.method,
        "tasks": {name: counts[name] for name in COUNTED},
        "chunks": recording.journal.chunks,
        "makespan_s": recording.journal.makespan_s,
        "busy_s": sum(worker["busy_s"] for worker in workers),
        "workers": workers,
        "metrics": None if why is None else _plain(why.numbers.to_json()),
        "findings": [] if why is None else [_plain(reason.to_json()) for reason in why.reasons],
        "processes": _processes(recording),
    }


def _facts(problem: Problem) -> dict[str, Any]:
    return {"kind": problem.kind.value, "values": dict(problem.values)}


def _plain(value: Any) -> Any:
    """As JSON has it: with lists for tuples."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _fault(fault: Fault, recording: Recording) -> dict[str, Any]:
    """at_s: seconds since the pool was made, as on the time axis; None before that."""
    origin_ns = recording.journal.pool_ns
    at_s = None if origin_ns is None else (fault.at_ns - origin_ns) / 1e9
    return {**_facts(fault.problem), "at_s": at_s}


def _workers(trace: Trace) -> list[dict[str, Any]]:
    takers = trace.chunks["worker"]
    known = takers[(takers > 0) & (takers <= len(trace.lanes))]
    chunks = np.bincount(known, minlength=len(trace.lanes) + 1)
    return [
        {
            "pid": lane.pid,
            "replaces": None if lane.replaces is None else lane.replaces.pid,
            "tasks": len(lane),
            "chunks": int(chunks[lane.ordinal]),
            "busy_s": lane.busy_ns / 1e9,
            "initializer_s": None if lane.initializer_ns is None else lane.initializer_ns / 1e9,
            "exit_code": lane.exit_code,
        }
        for lane in trace.lanes
    ]


def _processes(recording: Recording) -> list[dict[str, Any]]:
    host = recording.journal.host
    found: list[dict[str, Any]] = []
    if host:
        keepers = [helper for helper in recording.journal.helpers if helper["role"] == KEEPER]
        app = keepers[0]["ppid"] if keepers else host["ppid"]
        found.append({"pid": app, "ppid": None, "role": APP})
        found.append({"pid": host["pid"], "ppid": host["ppid"], "role": HOST})
    found += [
        {name: helper[name] for name in ("pid", "ppid", "role")}
        for helper in recording.journal.helpers
    ]
    lanes = recording.trace.lanes if recording.trace is not None else []
    found += [{"pid": lane.pid, "ppid": lane.ppid or None, "role": WORKER} for lane in lanes]
    found += [
        {"pid": one.pid, "ppid": one.ppid or None, "role": one.role.value, "name": one.name}
        for one in recording.samples.processes
        if one.role is Role.OF_TASK
    ]
    return found
