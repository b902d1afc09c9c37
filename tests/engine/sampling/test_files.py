"""Tables that grow: whole at every moment, also when there is no room."""

import os
from pathlib import Path

import numpy as np
import pytest

from poolscope.engine.sampling import files
from poolscope.engine.sampling.files import GrowingTable, SampleFiles
from poolscope.engine.sampling.layout import MACHINE, SAMPLES
from poolscope.engine.trace.layout import HEADER_BYTES

WIDTH = len(MACHINE.columns)


def rows(*numbers: int) -> bytes:
    return np.repeat(np.array(numbers, "<i8"), WIDTH).tobytes()


def test_numpy_opens_it_after_each_row(tmp_path: Path) -> None:
    table, path = GrowingTable(tmp_path, MACHINE), tmp_path / MACHINE.file_name
    for number in range(1, 300):
        table.append(rows(number))
        data = np.load(path)
        assert data.shape[1] == WIDTH
        assert data[:number, 0].tolist() == list(range(1, number + 1))
        assert not data[number:].any(), "what is not written yet is zero"
    table.trim()
    assert np.load(path)[:, 0].tolist() == list(range(1, 300))
    assert path.stat().st_size == MACHINE.size(299)
    table.append(rows(7, 8))
    assert np.load(path)[298:301, 0].tolist() == [299, 7, 8]


def test_it_grows_in_blocks_and_not_at_every_row(tmp_path: Path) -> None:
    table, path = GrowingTable(tmp_path, MACHINE), tmp_path / MACHINE.file_name
    sizes = set()
    for number in range(1, 1000):
        table.append(rows(number))
        sizes.add(path.stat().st_size)
    assert len(sizes) <= 6


def test_a_disk_without_room_leaves_it_as_it_was(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of POSIX")
    table, path = GrowingTable(tmp_path, MACHINE), tmp_path / MACHINE.file_name
    table.append(rows(*range(1, 65)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 8, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            table.append(rows(*range(65, 200)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [one for one in np.load(path)[:, 0].tolist() if one] == list(range(1, 65))


def test_the_last_of_the_disk_is_left_to_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LEFT_FREE", 1 << 60)
    with pytest.raises(OSError, match="No space left"):
        SampleFiles(tmp_path).write(["{}\n"], b"", rows(1))
    assert list(tmp_path.iterdir()) == []


def test_a_run_s_table_of_samples_has_its_columns_in_order(tmp_path: Path) -> None:
    written = SampleFiles(tmp_path)
    written.write([], np.arange(1, 1 + len(SAMPLES.columns), dtype="<i8").tobytes(), rows(1))
    written.finish([])
    assert np.load(tmp_path / SAMPLES.file_name).tolist() == [[1, 2, 3, 4, 5, 6, 7, 8]]
    assert (tmp_path / SAMPLES.file_name).stat().st_size == HEADER_BYTES + 64


def test_flags_that_a_system_does_not_have_are_not_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_CLOEXEC", raising=False)  # as on Windows
    GrowingTable(tmp_path, MACHINE).append(rows(1))
    assert np.load(tmp_path / MACHINE.file_name)[0, 0] == 1
