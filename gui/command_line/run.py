"""`poolscope run`: an experiment without a window."""

import argparse
import json
import os
import sys
from typing import Any, TypeGuard

from ...engine import leftovers, run_folder
from ...engine.consequences import explained
from ...engine.explain.reason import Explanation
from ...engine.journal import Status
from ...engine.metrics.so_far import measure
from ...engine.problem import Problem, ProblemError
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
from .notes import notes_on
from .options import add_experiment
from .passing import Passing
from .progress import Progress
from .request import Request, request_of
from .table import worker_table
from .trouble import ToldRun
from .why import add_sentences, explanation_of, last_line

USAGE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What describes the experiment, and what becomes of its results."""
    add_experiment(parser)
    add = parser.add_argument_group(help_for("group results")).add_argument
    add("--export", metavar="FILE", action="append", default=[], help=help_for("export"))
    add("--results", metavar="FILE", action=Once, help=help_for("results"))
    add("--save", metavar="FILE.poolscope", action=Once, help=help_for("save"))
    add("--json", action="store_true", help=help_for("json"))
    add("--quiet", action="store_true", help=help_for("quiet"))
    add("--no-self-test", action="store_true", help=help_for("no_self_test"))


def run(arguments: argparse.Namespace) -> int:
    """Run it and write what was asked for; return the exit status."""
    request = request_of(arguments)
    notes = [] if arguments.quiet else notes_on(request.experiment, request.interpreter)
    if not arguments.json:
        for note in notes:
            tell(words.note(note))
    leftovers.clear_out()
    with Interruption() as interruption:
        try:
            running = ToldRun(request.experiment)
        except ProblemError as error:
            complain(wording.sentence(error.problem))
            return USAGE if _is_usage(error.problem) else 1
        progress = None if arguments.quiet else Progress(running.recording)
        if not arguments.json and not arguments.quiet:
            running.tell(progress)
        needed = arguments.json or bool(request.files)
        follow(running, interruption, progress, _passing(arguments), needed=needed)
        if running.recording.trace is None and _is_usage(running.problem):
            run_folder.delete(running.folder)
            complain(wording.sentence(running.problem))
            return USAGE
        try:
            interruption.raising = True
            all_written = _conclude(running, request, arguments, progress, notes)
        except Interrupted:
            all_written = False
        interruption.raising = False
        run_folder.clear_out()
    if interruption.exit_status is not None:
        return interruption.exit_status
    return 0 if _all_done(running) and all_written else 1


def _is_usage(problem: Problem | None) -> TypeGuard[Problem]:
    """Before there is a pool, a field of the experiment is at fault; some only the host can see."""
    return problem is not None and problem.field is not None


def _passing(arguments: argparse.Namespace) -> Passing | None:
    """Who gets the lines of the tasks: standard output belongs to the object with --json."""
    if arguments.quiet:
        return None
    return Passing(sys.stderr if arguments.json else sys.stdout)


def _all_done(running: Run) -> bool:
    counts = running.recording.counts
    return running.status == Status.FINISHED and counts.done == counts.total


def _conclude(
    running: ToldRun,
    request: Request,
    arguments: argparse.Namespace,
    progress: Progress | None,
    notes: list[str],
) -> bool:
    """Write the files, then say how it went; True when every file was written."""
    if progress is not None:
        progress.end()
    failures = write_files(running.recording, request)
    may_test = not arguments.no_self_test
    if arguments.json:
        why = explanation_of(running.recording, may_test=may_test)
        say(json.dumps(_object(running, notes, why)))
    elif not arguments.quiet:
        _report(running, explanation_of(running.recording, may_test=may_test))
        for path in request.files:
            if path not in failures:
                say(words.file_written(path))
    if not arguments.json:
        running.conclude()
    for text in failures.values():
        complain(text)
    return not failures


def _object(running: Run, notes: list[str], why: Explanation) -> dict[str, Any]:
    recording, problem = running.recording, running.problem
    reason = None
    facts = summarise(recording, running.status, problem, why)
    add_sentences(facts["findings"], why)
    if problem is not None:
        reason = wording.sentence(explained(problem, recording))
        facts["problem"]["sentence"] = reason
    for fact, fault in zip(facts["faults"], recording.journal.faults, strict=True):
        fact["sentence"] = wording.sentence(explained(fault.problem, recording, fault.at_ns))
    for process in facts["processes"]:
        if process["role"] == APP:
            process["ppid"] = os.getppid()
    return {"status": facts.pop("status"), "reason": reason, "notes": notes, **facts}


def _report(running: Run, why: Explanation) -> None:
    facts = summarise(running.recording, running.status)
    elapsed_s = measure(running.recording, clock_ns()).elapsed_s
    for line in worker_table(facts["workers"], elapsed_s):
        say(line)
    say(wording.outcome(running.status, running.recording.counts, facts["makespan_s"]))
    text = last_line(why)
    if text is not None:
        say(text)
