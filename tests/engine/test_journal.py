"""Events that say what cannot be: passed over, but for troubles."""

import json
from pathlib import Path

import pytest

from poolscope.engine.journal import MOST_TOLD, Journal, JournalReader
from poolscope.engine.problem import Kind, Problem


@pytest.mark.parametrize(
    "event",
    [
        {"event": "host", "pid": 5},
        {"event": "host", "pid": -5, "ppid": 1},
        {"event": "pool", "at_ns": -1},
        {"event": "pool", "at_ns": 2**60},
        {"event": "called", "at_ns": 1.5},
        {"event": "called", "at_ns": [1]},
        {"event": "inputs", "count": "many"},
        {"event": "trace", "chunks": 1},
        {"event": "helper", "pid": 2**32, "ppid": 1, "role": "x"},
        {"event": "fault", "at_ns": 1},
        {"event": "preview", "items": ["a"], "first_bytes": "b"},
        {"event": ["pool"], "at_ns": 5},
        {"event": "unheard of"},
        {},
    ],
    ids=str,
)
def test_an_event_with_facts_that_cannot_be_is_passed_over(
    tmp_path: Path, event: dict[str, object]
) -> None:
    (tmp_path / "events.jsonl").write_text(json.dumps(event) + "\n")
    reader = JournalReader(tmp_path)
    assert reader.update()
    assert reader.journal == Journal()


@pytest.mark.parametrize("name", ["problem", "fault"])
@pytest.mark.parametrize(
    ("problem", "found"),
    [
        ({"kind": "brand_new", "field": None, "values": {}}, "another version"),
        ({"kind": 5, "field": None, "values": {}}, "cannot be read"),
        ({"kind": "host_died", "field": 5, "values": {}}, "no problem"),
        ([], "cannot be read"),
    ],
    ids=["kind", "no kind", "field", "list"],
)
def test_a_trouble_that_cannot_be_read_is_no_good_end(
    tmp_path: Path, name: str, problem: object, found: str
) -> None:
    event = {"event": name, "problem": problem, "at_ns": 1, "count": 1}
    (tmp_path / "events.jsonl").write_text(json.dumps(event) + "\n")
    with pytest.raises(ValueError, match=found):
        JournalReader(tmp_path).update()


def test_events_without_end_are_not_all_kept(tmp_path: Path) -> None:
    lines = [
        {"event": "helper", "pid": 1, "ppid": 1, "role": "x"},
        {"event": "fault", "at_ns": 1, "count": 7, "problem": Problem(Kind.POOL_STALLED).to_json()},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "events.jsonl").write_text(text * (MOST_TOLD + 5))
    reader = JournalReader(tmp_path)
    reader.update()
    assert len(reader.journal.helpers) == len(reader.journal.faults) == MOST_TOLD
    assert reader.journal.fault_count == 7
