"""A worker's recorder over small tables."""

from pathlib import Path

import pytest

from poolscope.engine.host import worker
from poolscope.engine.host.worker import Recorder
from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import CHUNKS, TASKS
from poolscope.engine.trace.mapping import map_tables


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    writer.create(tmp_path, TASKS, 10)
    writer.create(tmp_path, CHUNKS, 4)
    writer.WorkersTable(tmp_path, 4)
    recorder = Recorder(map_tables(str(tmp_path)), 2)
    monkeypatch.setattr(worker, "recorder", recorder, raising=False)
    return recorder
