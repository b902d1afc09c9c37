"""Which faults `poolscope run` says, and how often."""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.journal import Fault
from poolscope.engine.problem import Kind, Problem
from poolscope.gui.command_line.trouble import TOLD, ToldRun


def death(pid: int) -> Problem:
    return Problem(Kind.WORKER_DIED, None, {"pid": pid, "cause": "SIGTERM", "phase": "waiting"})


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], ToldRun]:
    """A run that is over, in which nothing went wrong."""
    monkeypatch.setattr(
        "poolscope.engine.run_folder.platformdirs.user_data_path", lambda *_, **__: tmp_path
    )

    def make() -> ToldRun:
        run = ToldRun(Experiment("sleep", "[0]", PoolSettings(1)))
        assert run.wait(60)
        return run

    return make


def test_many_faults_are_said_one_by_one_and_then_counted(told, capsys) -> None:  # type: ignore[no-untyped-def]
    run = told()
    run.tell(None)
    journal = run.recording.journal
    for count in range(1, 4):
        journal.faults.append(Fault(death(count), 5))
        journal.fault_count = count
        run.poll()
        run.poll()
    assert [line.split()[2] for line in capsys.readouterr().err.splitlines()] == ["1", "2", "3"]
    journal.faults += [Fault(death(pid), 5) for pid in range(4, 200)]
    journal.fault_count = 1_000
    run.poll()
    run.problem = death(2)
    run.conclude()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == TOLD - 3 + 1
    assert lines[-1] == "poolscope: 990 more things went wrong; --json has their number."
    journal.fault_count = len(journal.faults)
    run.conclude()
    last = capsys.readouterr().err.splitlines()[-1]
    more = len(journal.faults) - TOLD
    assert last == f"poolscope: {more} more of the kind; --json has their number."
    run.problem = Problem(Kind.POOL_STALLED)
    journal.fault_count = TOLD
    run.conclude()
    assert len(capsys.readouterr().err.splitlines()) == 1  # nobody has said that yet


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_who_does_not_read_what_went_wrong_holds_up_no_run(told, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    run = told()
    run.tell(None)
    run.recording.journal.faults.append(Fault(death(1), 5))
    run.recording.journal.fault_count = 1
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(write_end, bytes(4096))
    os.set_blocking(write_end, True)
    with open(read_end, "rb") as reader, open(write_end, "w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        run.poll()
        assert run._told == []
        reader.read(1 << 16)
        run.poll()
        assert run._told == [death(1)]


def test_nothing_is_said_before_it_is_asked_for(told, capsys) -> None:  # type: ignore[no-untyped-def]
    run = told()
    run.recording.journal.faults.append(Fault(death(1), 5))
    run.recording.journal.fault_count = 1
    run.poll()
    run.conclude()
    assert capsys.readouterr().err == ""
