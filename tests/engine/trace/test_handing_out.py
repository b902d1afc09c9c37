"""Which chunk the host is pickling now, and whose chunk a task is in."""

from pathlib import Path

import pytest

from poolscope.engine.trace import writer
from poolscope.engine.trace.handing_out import being_pickled, chunk_of
from poolscope.engine.trace.layout import CHUNKS, TASKS, ChunkOutcome
from poolscope.engine.trace.trace import Trace

CHUNKS_HERE = 9


@pytest.fixture
def chunks(tmp_path: Path) -> writer.MappedTable:
    writer.create(tmp_path, TASKS, CHUNKS_HERE)
    writer.create(tmp_path, CHUNKS, CHUNKS_HERE)
    writer.WorkersTable(tmp_path, 2)
    return writer.MappedTable(str(tmp_path), CHUNKS)


@pytest.mark.parametrize("chunk", range(CHUNKS_HERE))
def test_the_last_one_begun_until_it_is_handed_out(
    chunks: writer.MappedTable, tmp_path: Path, chunk: int
) -> None:
    trace = Trace(tmp_path, 0)
    assert being_pickled(trace) is None
    for number in range(chunk + 1):
        chunks["pickling"][number] = 100 + number
        assert being_pickled(trace) == (number, 100 + number)
        chunks["handed"][number] = 1000
        assert being_pickled(trace) is None


def test_not_one_that_could_not_be_pickled_nor_after_the_end(
    chunks: writer.MappedTable, tmp_path: Path
) -> None:
    trace = Trace(tmp_path, 0)
    chunks["pickling"][0] = 5
    assert being_pickled(trace) == (0, 5)
    chunks["outcome"][0] = ChunkOutcome.NOT_SENT
    assert being_pickled(trace) is None
    chunks["pickling"][1] = 6
    assert being_pickled(trace) == (1, 6)
    trace.update(ended=True)
    assert being_pickled(trace) is None


def test_a_task_s_chunk_is_known_from_when_it_is_cut_on(
    chunks: writer.MappedTable, tmp_path: Path
) -> None:
    trace = Trace(tmp_path, 0)
    assert [chunk_of(trace, row) for row in range(CHUNKS_HERE)] == [None] * CHUNKS_HERE
    cut = [0, 0, 1, 2, 2, 2]
    for chunk in range(3):
        chunks["first"][chunk], chunks["size"][chunk] = cut.index(chunk), cut.count(chunk)
        known = [one if one <= chunk else None for one in cut] + [None] * (CHUNKS_HERE - len(cut))
        assert [chunk_of(trace, row) for row in range(CHUNKS_HERE)] == known
