"""Files that somebody has tampered with are opened and can be read, or are refused.

To fuzz for longer, with other examples each time, say how many:
POOLSCOPE_FUZZ=20000 python3 dev.py test tests/engine/fuzz
"""

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolscope.engine.sampling.layout import MACHINE, PROCESSES_FILE, SAMPLES
from poolscope.engine.trace.layout import (
    CHUNKS,
    FETCHED,
    HEADER_BYTES,
    ORDER,
    TASKS,
    WORKERS,
    Table,
)

Members = dict[str, bytes]
Survive = Callable[[Path], bool]

LONGER = "POOLSCOPE_FUZZ" in os.environ
pytestmark = pytest.mark.filterwarnings(
    "ignore::hypothesis.errors.NonInteractiveExampleWarning",
    "ignore:Duplicate name:UserWarning",
)
fuzzed = settings(
    max_examples=int(os.environ.get("POOLSCOPE_FUZZ", "100")),
    derandomize=not LONGER,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

TABLES = {
    table.file_name: table for table in (TASKS, CHUNKS, WORKERS, ORDER, FETCHED, SAMPLES, MACHINE)
}
JSONS = (
    "experiment.json",
    "events.jsonl",
    "failures.jsonl",
    "inputs.jsonl",
    "results.jsonl",
    PROCESSES_FILE,
)
EXTREMES = (-(2**63), -(2**31), -2, -1, 0, 1, 2, 6, 13, 14, 511, 512, 2**31, 2**60, 2**63 - 1)
numbers = st.sampled_from(EXTREMES) | st.integers(-(2**63), 2**63 - 1)
leaves = (
    st.none()
    | st.booleans()
    | numbers
    | st.floats()
    | st.sampled_from(["", "\0", "\ud800", "nan", "x" * 5000, "../..", "[" * 2000, 10**400, -1.5])
    | st.text(max_size=5)
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
)
patches = st.lists(
    st.tuples(st.integers(0, 2**20), st.integers(0, 9), st.binary(max_size=9)),
    min_size=1,
    max_size=4,
)
"""Where, how many bytes go, what comes in their place."""


def zipped(members: Members) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def patched(data: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, gone, new in changes:
        at = place % (len(data) + 1)
        data = data[:at] + new + data[at + gone :]
    return data


@pytest.fixture
def survives(survive: Survive, tmp_path: Path) -> Callable[[bytes], bool]:
    path = tmp_path / "mine.poolscope"

    def act(content: bytes) -> bool:
        path.write_bytes(content)
        return survive(path)

    return act


def test_what_was_not_tampered_with_is_opened(
    saved_runs: list[Members], survives: Callable[[bytes], bool]
) -> None:
    assert all(survives(zipped(members)) for members in saved_runs)


@fuzzed
@given(number=st.integers(0, 2), changes=patches)
def test_bytes_of_the_file(
    saved_runs: list[Members],
    survives: Callable[[bytes], bool],
    number: int,
    changes: list[tuple[int, int, bytes]],
) -> None:
    survives(patched(zipped(saved_runs[number]), changes))


@fuzzed
@given(number=st.integers(0, 2), member=st.integers(0, 20), changes=patches, end=st.booleans())
def test_bytes_of_a_member(
    saved_runs: list[Members],
    survives: Callable[[bytes], bool],
    number: int,
    member: int,
    changes: list[tuple[int, int, bytes]],
    end: bool,
) -> None:
    members = dict(saved_runs[number])
    name = sorted(members)[member % len(members)]
    if end:  # as a crash leaves it
        members[name] = members[name][: changes[0][0] % (len(members[name]) + 1)]
    else:
        members[name] = patched(members[name], changes)
    survives(zipped(members))


cells = st.lists(
    st.tuples(st.sampled_from(sorted(TABLES)), st.integers(0, 99), st.integers(0, 99), numbers),
    min_size=1,
    max_size=3,
)


def set_cell(content: bytes, table: Table, row: int, column: int, value: int) -> bytes:
    width = len(table.columns)
    cell = np.frombuffer(content[HEADER_BYTES:], "<i8").copy()
    grid = cell.reshape(-1, width, order="F" if table.by_column else "C")
    rows = min(len(grid), 16)  # most rows of workers are of none
    grid[row % rows, column % width] = value
    return content[:HEADER_BYTES] + grid.tobytes("F" if table.by_column else "C")


@settings(fuzzed, max_examples=3 * fuzzed.max_examples)
@given(number=st.integers(0, 2), changes=cells)
def test_cells_of_tables(
    saved_runs: list[Members],
    survives: Callable[[bytes], bool],
    number: int,
    changes: list[tuple[str, int, int, int]],
) -> None:
    members = dict(saved_runs[number])
    for name, row, column, value in changes:
        if name in members:
            members[name] = set_cell(members[name], TABLES[name], row, column, value)
    survives(zipped(members))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of each value inside `value`."""
    found = [path]
    if isinstance(value, dict):
        found += [place for key in value for place in places(value[key], (*path, key))]
    elif isinstance(value, list):
        found += [place for at, item in enumerate(value) for place in places(item, (*path, at))]
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


@settings(fuzzed, max_examples=3 * fuzzed.max_examples)
@given(
    number=st.integers(0, 2),
    name=st.sampled_from(JSONS),
    place=st.integers(0, 10**6),
    line=st.integers(0, 99),
    new=values,
    deed=st.sampled_from(["replace", "replace", "replace", "repeat", "move", "drop"]),
)
def test_values_and_lines_of_json(
    saved_runs: list[Members],
    survives: Callable[[bytes], bool],
    number: int,
    name: str,
    place: int,
    line: int,
    new: Any,
    deed: str,
) -> None:
    members = dict(saved_runs[number])
    if name not in members:
        return
    whole = name == "experiment.json"
    lines = [members[name]] if whole else members[name].splitlines()
    at = line % len(lines)
    if deed == "replace" or whole:
        value = json.loads(lines[at])
        paths = places(value)
        lines[at] = json.dumps(replaced(value, paths[place % len(paths)], new)).encode()
    elif deed == "repeat":
        lines += [lines[at]] * (place % 50)
    elif deed == "move":
        lines.insert(place % len(lines), lines.pop(at))
    else:
        del lines[at]
    members[name] = b"\n".join(lines) + b"\n"
    survives(zipped(members))
