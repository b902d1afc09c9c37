"""Lines and messages that are torn, interleaved, or anything at all, in both directions.

To fuzz for longer, with other examples each time, say how many:
POOLSCOPE_FUZZ=20000 python3 dev.py test tests/engine/fuzz
"""

import contextlib
import json
import os
import struct
from collections.abc import Iterator
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolscope.engine.failures import Failures
from poolscope.engine.host import host
from poolscope.engine.journal import Journal, JournalReader
from poolscope.engine.messages import Command, Event, LineTail
from poolscope.engine.names import EVENTS_FILE, FAILURES_FILE
from poolscope.engine.problem import Kind, Problem, ProblemError
from poolscope.gui import wording

LONGER = "POOLSCOPE_FUZZ" in os.environ
pytestmark = pytest.mark.filterwarnings(
    "ignore::hypothesis.errors.NonInteractiveExampleWarning",
)
fuzzed = settings(
    max_examples=int(os.environ.get("POOLSCOPE_FUZZ", "100")),
    derandomize=not LONGER,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

# What the app reads: events.jsonl and failures.jsonl.

odd = st.sampled_from(
    [-1, 0, 1, 2**31, 2**63, 10**300, 1.5, float("inf"), float("nan"), "", "\0\ud800", None, True]
)
simple = odd | st.integers() | st.text(max_size=4)
anything = simple | st.lists(simple | st.just([[]]), max_size=2) | st.just({"a": {"b": []}})
FACTS = ("path", "error", "task", "first", "last", "pid", "cause", "phase", "chunk", "type")
FACTS += ("limit", "bytes", "count", "value", "choices", "known", "close", "method", "low", "high")
FACTS += ("ruler", "version", "output", "seconds", "file", "folder", "line")
problems = anything | st.fixed_dictionaries(
    {
        "kind": st.sampled_from([kind.value for kind in Kind] * 3 + ["unheard of"]),
        "field": st.none() | st.sampled_from(["inputs", "processes", "x"]),
        "values": st.dictionaries(
            st.sampled_from(FACTS),
            anything,
            max_size=5,
        )
        | anything,
    }
)
NAMES = ("at_ns", "pid", "ppid", "count", "chunks", "chunksize", "items", "first_bytes", "role")
OTHERS = ("ordinal", "signal", "python")
events = st.builds(
    lambda event, facts, problem: {"event": event, "problem": problem, **facts},
    st.sampled_from([event.value for event in Event]) | anything,
    st.dictionaries(st.sampled_from(NAMES + OTHERS), anything | st.integers(0, 2**62)),
    problems,
)
lines = events.map(lambda event: json.dumps(event).encode()) | st.sampled_from(
    [b"", b"[" * 3000, b"5", b"[]", b"{}", b"\xff\xfe", b"\x00" * 9, b'{"a":' * 3000, b"\r", b'"']
)


def torn(pieces: list[tuple[bytes, int]]) -> bytes:
    """The lines one after the other, some without what ends them."""
    return b"".join(line if cut else line + b"\n" for line, cut in pieces)


texts = st.lists(st.tuples(lines, st.integers(0, 6).map(lambda cut: not cut)), max_size=6).map(torn)
cuts = st.lists(st.integers(0, 2000), max_size=3)


def growing(path: Path, content: bytes, cuts: list[int]) -> Iterator[None]:
    """Write `content` to `path` a part at a time, with a pause after each."""
    path.unlink(missing_ok=True)
    with open(path, "wb", buffering=0) as file:
        done = 0
        for cut in [*sorted(cuts), len(content)]:
            if cut > done:
                file.write(content[done:cut])
                done = cut
            yield


@settings(fuzzed, max_examples=2 * fuzzed.max_examples)
@given(content=texts, cuts=cuts)
def test_a_journal_is_read_however_its_lines_look(
    tmp_path: Path, content: bytes, cuts: list[int]
) -> None:
    reader = JournalReader(tmp_path)
    for _ in growing(tmp_path / EVENTS_FILE, content, cuts):
        with contextlib.suppress(ValueError):  # a trouble that cannot be read ends a run
            reader.update()
    assert_sane(reader.journal)


def assert_sane(journal: Journal) -> None:
    times = [journal.loaded_ns, journal.pool_ns, journal.called_ns, journal.over_ns]
    times += [fault.at_ns for fault in journal.faults] + [kill.at_ns for kill in journal.kills]
    assert all(0 <= time < 2**60 for time in times if time is not None)
    assert all(isinstance(value, int | None) for value in (journal.inputs, journal.first_bytes))
    assert journal.host == {} or {"pid", "ppid"} <= set(journal.host)
    _, problem = journal.conclusion()
    for one in (problem, *(fault.problem for fault in journal.faults)):
        if one is not None:
            assert "\n" not in wording.sentence(one)
    json.dumps([journal.host, journal.helpers], allow_nan=False)


@fuzzed
@given(content=texts, cuts=cuts)
def test_growing_lines_are_read_as_they_are_read_afterwards(
    tmp_path: Path, content: bytes, cuts: list[int]
) -> None:
    path = tmp_path / "lines"
    tail, found = LineTail(path), []
    for _ in growing(path, content, cuts):
        found += list(tail.read())
    assert repr(found) == repr(list(LineTail(path).read()))


raised = st.builds(
    lambda task, kind, message, trace: json.dumps(
        {"task": task, "type": kind, "message": message, "traceback": trace}
    ).encode(),
    *(st.integers(0, 12) | anything, st.text(max_size=9) | anything, anything, anything),
)


@fuzzed
@given(
    content=st.lists(
        st.tuples(raised | lines, st.integers(0, 6).map(lambda cut: not cut)), max_size=6
    ).map(torn),
    cuts=cuts,
)
def test_failures_are_read_however_their_lines_look(
    tmp_path: Path, content: bytes, cuts: list[int]
) -> None:
    failures = Failures(tmp_path / FAILURES_FILE)
    for _ in growing(tmp_path / FAILURES_FILE, content, cuts):
        failures.update(10)
    later = Failures(tmp_path / FAILURES_FILE)
    later.update(10)
    assert failures == later and len(failures) == len(list(failures))
    for row in range(-1, 12):
        assert (row in failures) == (failures.get(row) is not None)
    assert set(failures) <= set(range(10)) and all(
        isinstance(one.line, str) for one in failures.values()
    )


# What the host reads: its connection.

STOP = json.dumps({"command": Command.STOP}).encode()
commands = st.sampled_from(
    [STOP, b"", b"5", b"[]", b"{}", b'{"command":' * 2000, b'{"command": {}}', b"\xff\xfe", b"[1"]
) | st.binary(max_size=9)


@fuzzed
@given(messages=st.lists(commands, max_size=5), raw=st.binary(max_size=9) | st.none())
def test_a_host_obeys_and_nothing_else_ends_it_unheard(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    messages: list[bytes],
    raw: bytes | None,
) -> None:
    """What is no command is noted; a connection that is broken ends the run, and says so."""
    capsys.readouterr()
    ours, theirs = Pipe()
    with ours, theirs:
        for message in messages:
            ours.send_bytes(message)
        if raw is not None:
            _send_raw(ours, raw)
        ours.close()
        ending = _obeyed(tmp_path, theirs)
    garbage = messages[: messages.index(STOP)] if STOP in messages else messages
    assert capsys.readouterr().err.count("no command of the app's") >= len(garbage)
    assert isinstance(ending, host.Stopped) or ending.problem.kind is Kind.HOST_BROKE


def _send_raw(connection: "Connection[Any, Any]", data: bytes) -> None:
    if os.name == "posix":  # elsewhere it is no stream of bytes
        os.write(connection.fileno(), data)


def _obeyed(folder: Path, connection: "Connection[Any, Any]") -> host.Stopped | ProblemError:
    """What ends a host that looks at `connection` again and again."""
    it = host.Host(folder, connection)
    for _ in range(100):
        try:
            it._obey()
        except (host.Stopped, ProblemError) as ending:
            return ending
    raise AssertionError("the connection was closed, and nobody has heard of it")


def test_a_message_that_is_too_long_is_said(tmp_path: Path) -> None:
    ours, theirs = Pipe()
    with ours, theirs:
        _send_raw(ours, struct.pack("!i", 2**31 - 1))
        ending = _obeyed(tmp_path, theirs)
    assert isinstance(ending, ProblemError)
    text = wording.sentence(Problem(ending.problem.kind, None, ending.problem.values))
    assert "connection with the app is broken" in text
