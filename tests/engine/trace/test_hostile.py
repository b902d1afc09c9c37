"""A file that somebody has tampered with is read without harm."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from poolscope.engine import messages
from poolscope.engine.failures import UNREADABLE, Failure, Failures
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run
from poolscope.engine.trace.columns import LINE_BYTES, TextColumn
from poolscope.engine.trace.layout import TASKS

EXTREMES = (-(2**63), -1, 6, 2**31, 2**63 - 1)


@pytest.mark.parametrize("value", EXTREMES)
def test_states_that_there_are_not_count_as_none_of_those_there_are(
    finish: Callable[..., Run], value: int
) -> None:
    run = finish(":same", "range(100)", processes=1)
    table = np.load(run.folder / TASKS.file_name, mmap_mode="r+")
    table[:, TASKS.columns.index("state")] = value
    table.flush()
    recording = Recording(run.folder)
    recording.update(ended=True)
    counts = recording.counts
    assert (counts.done, counts.raised, counts.lost) == (0, 0, 0)
    assert counts.total == 100


def test_texts_of_any_length_and_form_cost_no_more_than_a_look(tmp_path: Path) -> None:
    path = tmp_path / "texts"
    with open(path, "wb") as file:
        file.write(b'"first"\n"' + b"x" * LINE_BYTES + b'"\n"\xff\xfe"\n' + b"[" * 5000 + b"\n")
        file.write(b'{"a": 1}\n"\\ud800"\n"last"\n')
        file.seek(200_000_000, os.SEEK_CUR)  # a hole: a line without end
        file.write(b"\n")
    column = TextColumn(path)
    column.update()
    assert len(column) == 8
    shown = [column[number] for number in range(8)]
    assert shown[0] == "first" and set(shown[1:]) == {None}, "behind a line that is too long"


def test_lines_of_no_task_are_not_taken_in(tmp_path: Path) -> None:
    (tmp_path / "texts").write_bytes(b'"a"\n' + b"\n" * 1_000_000)
    column = TextColumn(tmp_path / "texts")
    column.most = 40
    column.update()
    assert len(column) == 40 and column[0] == "a" and column[39] is column[40] is None


def test_a_failure_is_read_when_it_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "failures"
    failures = Failures(path)
    failures.update(4)
    assert not failures and 0 not in failures
    line = '{"task": 2, "type": "E", "message": "%s", "traceback": "t"}\n'
    with open(path, "w", buffering=1, newline="") as file:
        file.write('{"task": null, "type": "E", "message": "", "traceback": ""}\n')
        file.write(line % "first" + line[:30])
        failures.update(4)
        assert failures == {2: Failure("E", "first", "t")}
        file.write(line[30:] % "second")
        file.write((line % "of no task").replace("2", "4") + (line % "torn")[:20] + line % "x")
        file.write((line % ("x" * messages.LINE_BYTES)).replace("2", "3"))
        file.write((line % "last").replace("2", "0"))
    failures.update(4)
    assert dict(failures) == {2: UNREADABLE, 3: UNREADABLE, 0: Failure("E", "last", "t")}
    assert len(failures) == 3
    with pytest.raises(KeyError):
        failures[1]
