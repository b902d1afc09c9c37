"""Results that were sent and never arrive: what is looked at, and how often."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from poolscope.engine.host import vanished
from poolscope.engine.host.vanished import Vanished
from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import CHUNKS, ChunkOutcome
from poolscope.engine.trace.mapping import MappedTable

CHUNK_COUNT = 2_000


class Column:
    """Of a table, and counts how often it is looked at."""

    def __init__(self, cells: Any) -> None:
        self._cells, self.looks = cells, 0

    def __getitem__(self, row: int) -> int:
        self.looks += 1
        return int(self._cells[row])


class Pool(SimpleNamespace):
    """As much of a RecordingPool as is asked for results."""

    def __init__(self, folder: Path) -> None:
        writer.create(folder, CHUNKS, CHUNK_COUNT)
        reader = SimpleNamespace(poll=lambda _seconds: False)
        super().__init__(
            _folder=folder,
            _outqueue=SimpleNamespace(_reader=reader),
            handed=0,
            expected=CHUNK_COUNT,
            failures=[],
            asked=0,
            echoes=0,
        )

    def settled(self) -> int:
        return 0

    def ask(self) -> bool:
        self.asked += 1
        return True


@pytest.fixture
def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing ever comes."""
    monkeypatch.setattr(vanished, "REST_NS", -1)


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return Pool(tmp_path)


def test_behind_a_slow_first_chunk_each_is_looked_at_once(at_rest: None, pool: Pool) -> None:
    chunks = MappedTable(str(pool._folder), CHUNKS)
    look = Vanished(pool)  # type: ignore[arg-type]
    received = look._chunks._columns["received"] = Column(look._chunks["received"])  # type: ignore[assignment]
    pool.handed = CHUNK_COUNT
    for chunk in range(1, CHUNK_COUNT):
        chunks["sent"][chunk] = chunks["received"][chunk] = 5
    assert look.look(set()) == [] and pool.asked == 0, "it is at its task, and was not sent"
    first = received.looks
    for _ in range(10):
        assert look.look(set()) == []
    assert first == CHUNK_COUNT and received.looks - first == 10


def test_what_was_sent_and_has_not_come_out_before_the_question_is_lost(
    at_rest: None, pool: Pool
) -> None:
    chunks = MappedTable(str(pool._folder), CHUNKS)
    look = Vanished(pool)  # type: ignore[arg-type]
    pool.handed = 4
    for chunk in (0, 2, 3):
        chunks["sent"][chunk] = 5
    chunks["received"][0] = 6
    assert look.look({3}) == [] and pool.asked == 1
    pool.echoes = 1
    assert look.look({3}) == [2]
    assert look.look({2, 3}) == [] and pool.asked == 1, "nobody is told twice"
    pool.handed = 6
    chunks["sent"][5] = 7
    assert look.look({2, 3}) == [] and pool.asked == 2
    chunks["received"][5], pool.echoes = 8, 2
    assert look.look({2, 3}) == []


def test_what_could_not_be_pickled_is_not_waited_for(at_rest: None, pool: Pool) -> None:
    chunks = MappedTable(str(pool._folder), CHUNKS)
    look = Vanished(pool)  # type: ignore[arg-type]
    pool.failures = [object()] * 3
    for chunk in range(3):
        chunks["outcome"][chunk] = ChunkOutcome.NOT_SENT
    chunks["worker"][2] = 1  # its result could not be, which is told like one
    look.look(set())
    assert look._waiting == [2]
