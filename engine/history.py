"""The runs that are kept in the data folder, and what is to be done about those that broke off."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import numpy as np
import psutil

from . import lifeline
from .breaking_off import Watch, go_on
from .experiment import Experiment
from .journal import Journal, JournalReader, Status
from .messages import Event, append_line
from .names import EVENTS_FILE, EXPERIMENT_FILE
from .problem import Kind, Problem, ProblemError
from .recording import Recording, read_whole
from .run_folder import claim, kept, owned
from .trace import ending
from .trace.layout import CHUNKS, TASKS, ChunkOutcome, TaskState
from .trace.reader import Columns

COUNT_LIMIT = 2_000_000
"""Tasks beyond which a list of runs, of all of them together, does not count those that are done:
a menu is waiting."""
LAUNCH_S = 60.0
"""A host began within this time of its run folder, or is another process with the same PID."""
TAIL_BYTES = 4_096
UNWRITTEN = (Kind.RUN_NOT_RECORDED, Kind.DISK_FULL)
"""What keeps a run from being settled, and nobody from reading it."""


class State(StrEnum):
    """What became of a kept run; the first three as Status has them."""

    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    RUNNING = "running"  # somebody has it in hand
    BROKEN_OFF = "broken off"  # its app has gone, and nobody has said its end yet


NOT_WHOLE = (State.FAILED, State.STOPPED, State.BROKEN_OFF)


@dataclass(frozen=True)
class Past:
    """A kept run in short. tasks: of all. done: None where counting would take long.

    results_lost: how many were done and their results never came back; 0 where nobody counts.
    """

    folder: Path
    started: datetime
    experiment: Experiment
    state: State
    tasks: int
    done: int | None
    results_lost: int = 0


def past_runs(parent: Path | None = None, limit: int = 20) -> list[Past]:
    """The newest kept runs, the newest first; at most `limit`.

    Each is looked at for itself and let go of. Folders that hold no run, or one that never came to
    run anything, are passed over.
    """
    found: list[Past] = []
    left = COUNT_LIMIT
    for folder in _newest_first(parent):
        if len(found) == limit:
            break
        past = _look_at(folder, left)
        if past is not None:
            found.append(past)
            left -= past.tasks if past.done is not None else 0
    return found


def settle_broken(parent: Path | None = None) -> list[Past]:
    """Settle every run that broke off, and return them as they are then, the newest first.

    Costs the last lines of each run's events, when there is none.
    """
    settled = []
    for folder in _newest_first(parent):
        if not _told_its_end(folder) and state_of(folder) is State.BROKEN_OFF:
            with contextlib.suppress(OSError, ProblemError):
                settle(folder)
                past = _look_at(folder)
                if past is not None:
                    settled.append(past)
    return settled


def settle(folder: Path) -> None:
    """Say the end of a run that nobody has in hand any more; every finished row is kept.

    What never ended is lost or not run from then on, and whoever opens it is told why. Doing it
    again changes nothing. Raises ProblemError when the folder's tables or events cannot be read,
    and that or OSError when it cannot be written to.
    """
    reader = JournalReader(folder)
    try:
        reader.update()
    except ValueError as error:
        raise _not_a_run(folder, error) from error
    if (folder / TASKS.file_name).exists():
        ending.finish(folder)
    journal = reader.journal
    if not (journal.ended or journal.stopped or journal.problem is not None):
        line = {"event": Event.PROBLEM.value, "problem": Problem(Kind.APP_ENDED).to_json()}
        append_line(folder / EVENTS_FILE, line | {"at_ns": _last_ns(folder, journal)})


def open_kept(folder: Path, watch: Watch = go_on) -> Recording:
    """Read a kept run where it is, and keep others from deleting it; one that broke off is settled.
    `watch` may end the reading.

    Raises ProblemError when it holds no run, or one that goes on somewhere.
    """
    if state_of(folder) is State.RUNNING:
        raise ProblemError(Problem(Kind.RUN_ELSEWHERE, None, {"path": str(folder)}))
    try:
        with contextlib.suppress(OSError):  # where nothing can be written, all is read as it is
            settle(folder)
            claim(folder)
    except ProblemError as error:
        if error.problem.kind not in UNWRITTEN:
            raise
    try:
        return read_whole(folder, watch)
    except (OSError, ValueError) as error:
        if isinstance(error, ProblemError):
            raise
        raise _not_a_run(folder, error) from error


def _not_a_run(folder: Path, error: Exception) -> ProblemError:
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    return ProblemError(Problem(Kind.NOT_A_RUN, None, {"path": str(folder), "error": reason}))


def state_of(folder: Path) -> State:
    """What became of the run in `folder`. Raises nothing: what cannot be read has told no end."""
    return _state(folder, _journal(folder))


def _state(folder: Path, journal: Journal) -> State:
    if not journal.ended and _in_hand(folder, journal):
        return State.RUNNING
    told = journal.ended or journal.stopped or journal.problem is not None
    return State(journal.conclusion()[0].value) if told else State.BROKEN_OFF


def _journal(folder: Path) -> Journal:
    reader = JournalReader(folder)
    with contextlib.suppress(ValueError, OSError):
        reader.update()
    return reader.journal


def _in_hand(folder: Path, journal: Journal) -> bool:
    """Its app holds on to it. Where that cannot be told: its host lives; or it has not come so far,
    and its app lives."""
    held = lifeline.is_held(str(folder))
    if held is not None:
        return held
    pid = journal.host.get("pid")
    if not isinstance(pid, int):
        return owned(folder)
    try:
        process = psutil.Process(pid)
        began_s, made_s = process.create_time(), (folder / EXPERIMENT_FILE).stat().st_mtime
        return abs(began_s - made_s) < LAUNCH_S and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error, ValueError, OverflowError):
        return False


def _newest_first(parent: Path | None) -> Iterator[Path]:
    return reversed(kept(parent))


def _told_its_end(folder: Path) -> bool:
    """By the last line of its events: cheap, and enough to leave it alone."""
    try:
        with open(folder / EVENTS_FILE, "rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
            last = file.read().splitlines()[-1:]
        return bool(last) and json.loads(last[0])["event"] == Event.ENDED
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _look_at(folder: Path, count_limit: int = COUNT_LIMIT) -> Past | None:
    try:
        data = json.loads((folder / EXPERIMENT_FILE).read_text("utf-8"))
        experiment = Experiment.from_json(data["experiment"])
        started = datetime.fromisoformat(data["started"])
        state, (tasks, done) = state_of(folder), _count(folder, count_limit)
        in_vain = _results_lost(folder) if done and state in NOT_WHOLE else 0
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Past(folder, started, experiment, state, tasks, done, in_vain)


def _count(folder: Path, limit: int) -> tuple[int, int | None]:
    columns = Columns(folder, TASKS)
    if columns.rows > limit:
        return columns.rows, None
    return columns.rows, int(np.count_nonzero(columns["state"] == TaskState.DONE))


def _results_lost(folder: Path) -> int:
    tasks, chunks = Columns(folder, TASKS), Columns(folder, CHUNKS)
    arrived = (chunks["outcome"] == ChunkOutcome.DONE) & (chunks["received"] != 0)
    of_done = tasks["chunk"][tasks["state"] == TaskState.DONE]
    known = (of_done >= 0) & (of_done < len(arrived))
    return len(of_done) - int(np.count_nonzero(arrived[of_done[known]]))


def _last_ns(folder: Path, journal: Journal) -> int:
    """The latest time that anybody noted: its clock may be none of this machine's any more."""
    known = [at for at in (journal.called_ns, journal.pool_ns, journal.loaded_ns) if at is not None]
    if (folder / TASKS.file_name).exists() and Columns(folder, TASKS).rows:
        columns = Columns(folder, TASKS)
        known += [int(columns[name].max()) for name in ("begun", "ended")]
    return max(known, default=0)


def status_of(state: State) -> Status:
    """As the window shows it: what broke off has failed."""
    return Status.FAILED if state is State.BROKEN_OFF else Status(state.value)
