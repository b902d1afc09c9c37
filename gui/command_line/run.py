"""`poolscope run`: an experiment without a window."""

import argparse
import json
import os
from typing import Any

from ...engine import run_folder
from ...engine.experiment import METHODS, PROCESSES_HERE, PoolSettings, start_methods
from ...engine.journal import Status
from ...engine.metrics import measure
from ...engine.problem import Kind, ProblemError
from ...engine.run import Run
from ...engine.summary import APP, summarise
from ...engine.trace.layout import clock_ns
from .. import wording
from . import words
from .arguments import Once
from .console import complain, say, tell
from .files import write_files
from .following import follow
from .helps import help_for
from .interruption import Interrupted, Interruption
from .progress import Progress
from .request import Request, request_of
from .table import worker_table

USAGE = 2
BAD_USAGE = (
    Kind.OUT_OF_RANGE,
    Kind.NOT_A_NUMBER,
    Kind.UNKNOWN_CHOICE,
    Kind.EMPTY,
    Kind.UNKNOWN_TASK,
    Kind.TASK_NOT_LOADED,
    Kind.INPUTS_SYNTAX,
    Kind.INPUTS_RAISED,
    Kind.INPUTS_NOT_ITERABLE,
    Kind.INPUTS_TOO_MANY,
)
"""Some of these only the host can find out."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All values are texts here: the engine checks them, and names the field in its sentence."""
    add = parser.add_argument
    default = PoolSettings()
    methods, starts = ", ".join(METHODS), ", ".join(start_methods())
    workers = help_for("processes", limit=PROCESSES_HERE, default=default.processes)
    start = help_for("start_method", methods=starts, default=default.start_method)
    add("task", metavar="TASK", help=help_for("task"))
    add("--inputs", metavar="EXPR", help=help_for("inputs"))
    add("--processes", metavar="N", help=workers)
    add("--method", metavar="NAME", help=help_for("method", methods=methods))
    add("--chunksize", metavar="N|auto", help=help_for("chunksize"))
    add("--start-method", metavar="NAME", help=start)
    add("--export", metavar="FILE", action="append", default=[], help=help_for("export"))
    add("--results", metavar="FILE", action=Once, help=help_for("results"))
    add("--save", metavar="FILE.poolscope", action=Once, help=help_for("save"))
    add("--json", action="store_true", help=help_for("json"))
    add("--quiet", action="store_true", help=help_for("quiet"))


def run(arguments: argparse.Namespace) -> int:
    """Run it and write what was asked for; return the exit status."""
    request = request_of(arguments)
    with Interruption() as interruption:
        try:
            running = Run(request.experiment)
        except ProblemError as error:
            complain(wording.sentence(error.problem))
            return 1
        progress = None if arguments.quiet else Progress(running.recording)
        follow(running, interruption, progress, _printer(arguments))
        if running.problem is not None and running.problem.kind in BAD_USAGE:
            run_folder.delete(running.folder)
            complain(wording.sentence(running.problem))
            return USAGE
        try:
            interruption.raising = True
            all_written = _conclude(running, request, arguments, progress)
        except Interrupted:
            all_written = False
        interruption.raising = False
        run_folder.clear_out()
    if interruption.exit_status is not None:
        return interruption.exit_status
    return 0 if _all_done(running) and all_written else 1


def _printer(arguments: argparse.Namespace) -> Any:
    """What prints the lines of the tasks: standard output belongs to the object with --json."""
    if arguments.quiet:
        return None
    return tell if arguments.json else say


def _all_done(running: Run) -> bool:
    counts = running.recording.counts
    return running.status == Status.FINISHED and counts.done == counts.total


def _conclude(
    running: Run, request: Request, arguments: argparse.Namespace, progress: Progress | None
) -> bool:
    """Write the files, then say how it went; True when every file was written."""
    if progress is not None:
        progress.end()
    failures = write_files(running.recording, request)
    if arguments.json:
        say(json.dumps(_object(running)))
    elif not arguments.quiet:
        _report(running)
        for path in request.files:
            if path not in failures:
                say(words.file_written(path))
    if running.problem is not None and not arguments.json:
        complain(wording.sentence(running.problem))
    for text in failures.values():
        complain(text)
    return not failures


def _object(running: Run) -> dict[str, Any]:
    reason = None if running.problem is None else wording.sentence(running.problem)
    facts = summarise(running.recording, running.status)
    for process in facts["processes"]:
        if process["role"] == APP:
            process["ppid"] = os.getppid()
    return {"status": facts.pop("status"), "reason": reason, **facts}


def _report(running: Run) -> None:
    facts = summarise(running.recording, running.status)
    elapsed_s = measure(running.recording, clock_ns()).elapsed_s
    for line in worker_table(facts["workers"], elapsed_s):
        say(line)
    say(wording.outcome(running.status, running.recording.counts, facts["makespan_s"]))
