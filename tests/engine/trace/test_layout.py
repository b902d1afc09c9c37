"""The files of numbers: their headers, their sizes and the space that they take."""

import errno
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.trace import writer
from poolscope.engine.trace.columns import Growing, TextColumn
from poolscope.engine.trace.layout import (
    CHUNKS,
    HEADER_BYTES,
    TASKS,
    WORKERS,
    Table,
    TaskState,
    header,
)
from poolscope.engine.trace.mapping import MappedTable, map_tables
from poolscope.engine.trace.reader import Columns

each_table = pytest.mark.parametrize("table", [TASKS, CHUNKS, WORKERS], ids=lambda t: t.file_name)


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="reserves by writing")
def test_the_pages_of_a_table_are_there_before_its_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it is larger than memory should be asked for; its space on the disk always is."""
    written = []

    def pwrite(_: int, data: bytes, offset: int) -> int:
        written.append((offset, len(data)))
        assert not any(data)
        return len(data)

    monkeypatch.setattr(writer.os, "pwrite", pwrite)
    rows = 100_000
    writer.create(tmp_path, TASKS, rows)
    ends = [offset + size for offset, size in written]
    assert [offset for offset, _ in written] == [HEADER_BYTES, *ends[:-1]]
    assert ends[-1] == TASKS.size(rows)
    written.clear()
    monkeypatch.setattr(writer, "_memory_bytes", lambda: TASKS.size(rows) * 31)
    writer.create(tmp_path, TASKS, rows)
    assert not written and (tmp_path / TASKS.file_name).stat().st_size == TASKS.size(rows)


def test_tables_travel_as_their_folder_and_are_mapped_there_anew(tmp_path: Path) -> None:
    for table in (TASKS, CHUNKS, WORKERS):
        writer.create(tmp_path, table, 3)
    here = map_tables(str(tmp_path))
    there = pickle.loads(pickle.dumps(here))
    assert there.folder == here.folder
    for name, column in (("tasks", "ended"), ("chunks", "cpu"), ("workers", "phase")):
        getattr(here, name)[column][1] = 7
        assert list(getattr(there, name)[column]) == [0, 7, 0]


def test_tasks_have_the_documented_columns() -> None:
    assert TASKS.columns == ("begun", "ended", "worker", "state", "chunk")
    assert TASKS.file_name == "tasks.npy"
    assert [state.value for state in TaskState] == [0, 2, 3, 4, 5]


@each_table
@pytest.mark.parametrize("rows", [0, 1, 7, 1000, 50_000_000])
def test_a_header_is_that_of_numpy_and_has_its_fixed_length(table: Table, rows: int) -> None:
    text = header(table, rows)
    assert len(text) == HEADER_BYTES and text.endswith(b"\n")
    assert f"({rows}, {len(table.columns)})".encode() in text
    assert table.size(rows) == HEADER_BYTES + rows * len(table.columns) * 8


@each_table
@pytest.mark.parametrize("rows", [0, 1, 7, 1000])
def test_what_is_written_by_name_and_row_is_read_by_numpy(
    tmp_path: Path, table: Table, rows: int
) -> None:
    writer.create(tmp_path, table, rows)
    assert (tmp_path / table.file_name).stat().st_size == table.size(rows)
    mapped = MappedTable(str(tmp_path), table)
    assert mapped.rows == rows
    for number, name in enumerate(table.columns):
        for row in range(rows):
            mapped[name][row] = row * 100 - number
    expected = np.arange(rows)[:, None] * 100 - np.arange(len(table.columns))
    loaded = np.load(tmp_path / table.file_name, allow_pickle=False)
    assert loaded.shape == expected.shape and (loaded == expected).all()
    columns = Columns(tmp_path, table)
    for number, name in enumerate(table.columns):
        assert (columns[name] == expected[:, number]).all()


def test_a_reader_sees_what_is_written_later(tmp_path: Path) -> None:
    writer.create(tmp_path, TASKS, 3)
    columns = Columns(tmp_path, TASKS)
    MappedTable(str(tmp_path), TASKS)["state"][1] = TaskState.DONE
    assert columns["state"].tolist() == [0, TaskState.DONE, 0]


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="nothing to reserve with")
def test_the_space_of_a_table_is_reserved_on_the_disk(tmp_path: Path) -> None:
    writer.create(tmp_path, TASKS, 100_000)
    taken = (tmp_path / TASKS.file_name).stat().st_blocks * 512
    assert taken >= TASKS.size(100_000)


def test_a_disk_without_room_is_said_before_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer, "reserve", full)
    with pytest.raises(ProblemError) as caught:
        writer.create(tmp_path, TASKS, 10)
    assert caught.value.problem.kind is Kind.NO_SPACE
    assert caught.value.problem.values["bytes"] == TASKS.size(10)


def test_the_table_of_workers_grows_and_keeps_what_it_has(tmp_path: Path) -> None:
    table = writer.WorkersTable(tmp_path, 2)
    early = Columns(tmp_path, WORKERS)
    for ordinal in range(1, writer.WORKERS_STEP * 3):
        table.add(ordinal, ordinal % 2, 10 + ordinal)
        table.set(ordinal, "pid", ordinal)
    late = Columns(tmp_path, WORKERS)
    assert late.rows == writer.WORKERS_STEP * 4
    assert late["pid"][: writer.WORKERS_STEP * 3].tolist() == [
        *range(1, writer.WORKERS_STEP * 3),
        0,
    ]
    assert (early["pid"] == late["pid"][: early.rows]).all()
    assert table.get(5, "slot") == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"short", header(TASKS, 3), header(CHUNKS, 1) + bytes(14 * 8), b"\x93NUMPY\x01\x00"],
    ids=["empty", "no header", "truncated", "another table", "torn header"],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / TASKS.file_name).write_bytes(content)
    with pytest.raises(ProblemError) as caught:
        Columns(tmp_path, TASKS)
    assert caught.value.problem.kind is Kind.NOT_A_RUN


def test_a_growing_column_keeps_its_values_and_views_keep_their_length() -> None:
    column = Growing(np.int64)
    views = []
    for start in range(0, 1000, 7):
        column.extend(np.arange(start, start + 7))
        views.append(column.values)
    assert column.values.tolist() == list(range(len(column)))
    assert [len(view) for view in views] == list(range(7, len(column) + 1, 7))
    assert views[0].tolist() == list(range(7))


def test_lines_of_text_are_found_while_their_file_grows(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    column = TextColumn(path)
    column.update()
    assert len(column) == 0 and column[0] is None
    with open(path, "wb", buffering=0) as file:
        file.write(b'"one"\n"t')
        column.update()
        assert (len(column), column[0], column[1]) == (1, "one", None)
        file.write('wö"\nnull\nnot json\n'.encode())
        column.update()
    assert [column[number] for number in range(-1, 5)] == [None, "one", "twö", None, None, None]
