"""A run as plain facts: what `poolscope run --json` prints, and the table of workers."""

from dataclasses import asdict
from typing import Any

from .journal import Status
from .recording import Recording

APP, HOST, WORKER = "app", "host", "worker"
COUNTED = ("total", "done", "raised", "lost", "not_run", "result_lost")


def summarise(recording: Recording, status: Status) -> dict[str, Any]:
    """The facts of a run that is over, ready for JSON; numbers only, no sentences.

    status, experiment, tasks (a count of each outcome), makespan_s (from the call of the Pool
    method to its return; None when it never returned), busy_s (inside tasks, of all workers),
    workers (every one ever started), processes (the app, the host, helpers and workers; ppid None
    where nobody noted it).
    """
    lanes = recording.trace.lanes if recording.trace is not None else []
    counts = asdict(recording.counts)
    return {
        "status": status.value,
        "experiment": recording.experiment.to_json(),
        "tasks": {name: counts[name] for name in COUNTED},
        "makespan_s": recording.journal.makespan_s,
        "busy_s": sum(lane.busy_ns for lane in lanes) / 1e9,
        "workers": [
            {
                "pid": lane.pid,
                "tasks": len(lane),
                "busy_s": lane.busy_ns / 1e9,
                "exit_code": lane.exit_code,
            }
            for lane in lanes
        ],
        "processes": _processes(recording),
    }


def _processes(recording: Recording) -> list[dict[str, Any]]:
    host = recording.journal.host
    found: list[dict[str, Any]] = []
    if host:
        found.append({"pid": host["ppid"], "ppid": None, "role": APP})
        found.append({"pid": host["pid"], "ppid": host["ppid"], "role": HOST})
    found += [
        {name: helper[name] for name in ("pid", "ppid", "role")}
        for helper in recording.journal.helpers
    ]
    lanes = recording.trace.lanes if recording.trace is not None else []
    found += [{"pid": lane.pid, "ppid": lane.ppid or None, "role": WORKER} for lane in lanes]
    return found
