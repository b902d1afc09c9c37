"""What is made of a death: of its exit code, of what the worker noted, of the kernel's count."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.host import deaths
from poolscope.engine.host.deaths import Deaths, Notes, OutOfMemory
from poolscope.engine.messages import append_line
from poolscope.engine.names import FAILURES_FILE
from poolscope.engine.problem import Kind, Problem
from poolscope.engine.trace.layout import NO_CHUNK, Phase


class Thing:
    def method(self) -> None: ...
    def __call__(self) -> None: ...


def task() -> None: ...


def note(folder: Path, worker: int, chunk: int, **facts: Any) -> None:
    line = {"task": None, "type": "SystemExit", "message": "4", "worker": worker}
    line |= {"traceback": 'a text with "deadly": true in it', "chunk": chunk}
    append_line(folder / FAILURES_FILE, line | facts)


def died(
    folder: Path, function: Any = task, *, code: int = 1, phase: Phase = Phase.RUNNING
) -> Problem:
    judge = Deaths(Notes(folder), function)
    return judge.problem(7, 4711, code, phase, 2, range(5, 8))


def test_without_a_note_the_exit_code_is_the_cause(tmp_path: Path) -> None:
    facts = {"pid": 4711, "phase": "running", "task": 5, "first": 6, "last": 7}
    assert died(tmp_path, code=3).values == facts | {"cause": "exit status 3"}
    assert died(tmp_path, code=-11).values == facts | {"cause": "SIGSEGV"}


def test_a_note_tells_more_but_not_of_a_signal_nor_of_another_chunk(tmp_path: Path) -> None:
    note(tmp_path, 7, 1, deadly=True)
    note(tmp_path, 7, 2)
    assert died(tmp_path).values["cause"] == "exit status 1"
    note(tmp_path, 7, 2, deadly=True)
    assert died(tmp_path).values["cause"] == "SystemExit: 4"
    assert died(tmp_path, code=-9).values["cause"] == "SIGKILL"


def test_notes_are_read_as_they_come_however_they_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deaths, "BLOCK_BYTES", 10)
    notes = Notes(tmp_path)
    assert notes.last_of(1, 0) is None
    for worker in (1, 2):
        note(tmp_path, worker, 0, deadly=True)
        found = notes.last_of(worker, 0)
        assert found is not None and found["worker"] == worker
        assert notes.last_of(worker, 0) is None, "a worker dies but once"
    note(tmp_path, 3, 4, pickling="list")
    assert notes.not_sent(4) is not None and notes.not_sent(5) is None


def test_a_note_that_was_torn_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / FAILURES_FILE).write_bytes(b'{"worker": 1, "chunk": 0, "deadly": true, "unpi\n')
    note(tmp_path, 1, 0, deadly=True)
    assert Notes(tmp_path).last_of(1, 0) is not None


@pytest.mark.parametrize(
    ("function", "name", "is_it"),
    [
        (task, "task", True),
        (task, "other", False),
        (partial(partial(task)), "task", True),
        (Thing.method, "Thing", True),
        (Thing().method, "Thing", True),
        (Thing(), "Thing", True),
        (Thing(), "Thin", False),
    ],
)
def test_a_missing_name_is_the_task_or_an_input(
    tmp_path: Path, function: Any, name: str, is_it: bool
) -> None:
    facts = {"deadly": True, "unpickling": True, "missing": [__name__, name]}
    note(tmp_path, 7, 2, **facts)
    problem = died(tmp_path, function, phase=Phase.UNPICKLING)
    assert problem.kind is (Kind.TASK_NOT_IMPORTED if is_it else Kind.INPUT_NOT_READ)
    assert problem.values["traceback"]


def test_a_death_without_a_chunk_names_no_task(tmp_path: Path) -> None:
    judge = Deaths(Notes(tmp_path), task)
    problem = judge.problem(7, 4711, -9, Phase.WAITING, NO_CHUNK, range(0))
    assert problem.values == {"pid": 4711, "cause": "SIGKILL", "phase": "waiting"}


@pytest.mark.parametrize(
    ("facts", "kind"),
    [({}, Kind.INITIALIZER_RAISED), ({"unpickling": True}, Kind.INITIALIZER_NOT_READ)],
)
def test_the_first_initializer_that_failed_is_kept(
    tmp_path: Path, facts: dict[str, bool], kind: Kind
) -> None:
    note(tmp_path, 7, NO_CHUNK, deadly=True, initializer=True, **facts)
    judge = Deaths(Notes(tmp_path), task)
    judge.problem(7, 4711, 1, Phase.INITIALIZING, NO_CHUNK, range(0))
    assert judge.initializer is not None and judge.initializer.kind is kind


def test_the_kernel_counts_what_it_kills_for_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = tmp_path / "vmstat"
    monkeypatch.setattr(deaths, "VMSTAT", str(counts))
    assert not OutOfMemory().struck(), "on a system that does not count"
    counts.write_text("pgpgin 7\noom_kill 3\n")
    memory = OutOfMemory()
    assert not memory.struck()
    judge = Deaths(Notes(tmp_path), task)
    counts.write_text("pgpgin 7\noom_kill 14\n")
    assert memory.struck() and not memory.struck()
    for code, said in ((-11, False), (-9, True), (-9, False)):
        problem = judge.problem(7, 1, code, Phase.RUNNING, 2, range(1))
        assert ("out_of_memory" in problem.values) == said
