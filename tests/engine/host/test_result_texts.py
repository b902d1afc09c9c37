"""Results are written while the run goes on, as far as that is cheap and safe."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.backends.base import ChunkResults
from poolscope.engine.host import result_texts
from poolscope.engine.host.result_texts import ResultTexts
from poolscope.engine.host.texts import TextWriter
from poolscope.engine.names import RESULTS_FILE
from poolscope.engine.problem import Kind, Problem, ProblemError
from poolscope.engine.run import Run, Status


class Backend:
    """Chunks of two tasks; `values` is what has come back, by chunk."""

    def __init__(self, chunks: int) -> None:
        self.chunks = chunks
        self.values: dict[int, Any] = {}

    def results_of(self, chunk: int) -> ChunkResults:
        return ChunkResults(2, chunk in self.values, self.values.get(chunk))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_texts, "AFTER_NS", 0)
    monkeypatch.setattr(result_texts, "BUDGET_NS", 10_000_000_000)


def lines(folder: Path) -> list[str | None]:
    path = folder / RESULTS_FILE
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_what_has_come_back_is_written_in_order(at_once: None, tmp_path: Path) -> None:
    backend = Backend(4)
    texts = ResultTexts(tmp_path, backend, 4)  # type: ignore[arg-type]
    backend.values = {0: (1, 2), 1: None, 3: (7, 8)}
    texts.go_on()
    assert lines(tmp_path) == ["1", "2", None, None]
    backend.values[2] = ([5], (6,))
    texts.go_on()
    texts.go_on()
    assert lines(tmp_path) == ["1", "2", None, None, "[5]", "(6,)", "7", "8"]
    texts.finish(None)
    assert len(lines(tmp_path)) == 8


class Told:
    def __repr__(self) -> str:
        raise AssertionError("user code runs while tasks do")


@pytest.mark.parametrize("value", [Told(), [Told()], {1: 2}, True])
def test_no_code_of_the_users_runs_for_it(at_once: None, tmp_path: Path, value: Any) -> None:
    backend = Backend(3)
    texts = ResultTexts(tmp_path, backend, 3)  # type: ignore[arg-type]
    backend.values = {0: (1, 2), 1: (3, value), 2: (5, 6)}
    texts.go_on()
    assert lines(tmp_path)[:2] == ["1", "2"]
    assert len(lines(tmp_path)) == (6 if value is True else 2)
    texts.finish(None)
    assert len(lines(tmp_path)) == 6 and lines(tmp_path)[4:] == ["5", "6"]


def test_a_disk_that_was_full_for_a_while_shifts_no_row(
    at_once: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Backend(3)
    texts = ResultTexts(tmp_path, backend, 3)  # type: ignore[arg-type]
    backend.values = {0: (1, 2), 1: (3, 4), 2: (5, 6)}
    write_lines = TextWriter.write_lines

    def fail_after_one(self: TextWriter, some: Any, until_ns: int | None = None) -> bool:
        if self.count == 2:
            write_lines(self, [next(iter(some))])
            raise ProblemError(Problem(Kind.DISK_FULL))
        return write_lines(self, some, until_ns)

    monkeypatch.setattr(TextWriter, "write_lines", fail_after_one)
    texts.go_on()
    assert lines(tmp_path) == ["1", "2", "3"]
    monkeypatch.setattr(TextWriter, "write_lines", write_lines)
    texts.go_on()
    texts.finish(None)
    assert lines(tmp_path) == ["1", "2", "3", "4", "5", "6"]


def test_a_killed_host_leaves_the_results_that_had_come(
    start: Callable[..., Run], wait_until: Callable[..., None]
) -> None:
    run = start(":sleep", "[0.3] * 10 + [60] * 4", chunksize=1, processes=2)

    def eight_are_there() -> bool:
        run.poll()
        return len(run.recording.results) >= 8

    wait_until(eight_are_there)
    assert run.host_pid is not None
    os.kill(run.host_pid, signal.SIGKILL)
    assert run.wait(30) and run.status is Status.FAILED
    assert [run.recording.results[row] for row in range(8)] == ["0.3"] * 8
