"""Colours in turn: by number, and never that of the neighbour."""

from collections.abc import Callable

import numpy as np
import pytest

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import ChunkOutcome, TaskState
from poolscope.gui.timeline.drawing.colouring import Colouring
from poolscope.gui.timeline.scene.digests import CYCLE, Digests, Turns, chunks_from
from poolscope.gui.timeline.scene.longest_way import LongestWay
from poolscope.gui.timeline.scene.palette import ColourBy, running_number
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import at

DONE, RAISED, LOST, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.OPEN


def one_by_one(numbers: list[int]) -> list[int]:
    """The colours as they are meant, the long way."""
    colours: list[int] = []
    for number in numbers:
        same = bool(colours) and colours[-1] == number % CYCLE
        colours.append((number + same) % CYCLE)
    return colours


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("parts", [1, 7])
def test_a_colour_goes_by_its_number_and_never_is_that_of_the_one_before(
    seed: int, parts: int
) -> None:
    numbers = np.random.default_rng(seed).integers(0, 20, 300)
    turns, colours = Turns(), []
    for part in np.array_split(numbers, parts):
        foreseen = turns.next(int(part[0]))
        colours += ((part + turns.shifts_of(part)) % CYCLE).tolist()
        assert colours[-len(part)] == foreseen
    assert colours == one_by_one(numbers.tolist())
    assert all(np.diff(colours) != 0)


def test_colours_of_tasks_go_by_the_positions_of_their_inputs(
    make_recording: Callable[..., Recording],
) -> None:
    positions = [5, 2, 0, 3, 1, 4]
    tasks = [(row % 2 + 1, row + 0.1, row + 0.9, DONE, row) for row in range(6)]
    recording = make_recording(tasks, positions=positions)
    trace = recording.trace
    assert trace is not None
    digests = Digests(recording.indices_of)
    digests.update(trace)
    for lane in trace.lanes:
        found = Colouring(ColourBy.TASK, digests).between(lane, 0, len(lane)).tolist()
        assert found == one_by_one([positions[row] for row in lane.rows])


def test_a_running_task_of_shuffled_inputs_keeps_its_colour(story: Callable[..., object]) -> None:
    tasks = [(1, 0.1, 0.2, DONE, 0), (1, 0.2, None, OPEN, 0)]
    tale = story(tasks, 1, positions=[1, 0])
    trace = tale.recording.trace  # type: ignore[attr-defined]
    digests = Digests(tale.recording.indices_of)  # type: ignore[attr-defined]
    digests.update(trace)
    before = running_number(ColourBy.TASK, trace.lanes[0], digests[0], 0)
    tale.end(1, 0.4)  # type: ignore[attr-defined]
    tale.update()  # type: ignore[attr-defined]
    digests.update(trace)
    after = Colouring(ColourBy.TASK, digests).at(trace.lanes[0], np.array([1]))
    assert after.tolist() == [before]


TASKS = [
    (1, 0.1, 0.2, DONE, 0),
    (1, 0.2, 0.3, RAISED, 0),
    (2, 0.1, 0.5, DONE, 1),
    (1, 0.3, 0.4, DONE, 2),
    (1, 0.4, 0.5, LOST, 3),
]


def test_a_digest_knows_chunks_and_failures_and_takes_in_only_what_is_new(
    make_recording: Callable[..., Recording],
) -> None:
    trace = make_recording(TASKS).trace
    assert trace is not None
    digests = Digests()
    digests.update(trace)
    assert digests[0].chunk_starts.tolist() == [0, 2, 3]
    assert digests[0].chunk_ranks(np.arange(4)).tolist() == [0, 0, 1, 2]
    assert digests[0].bad.tolist() == [1, 3]
    assert digests.longest_ns == 400_000_000
    assert digests[0].longest_chunk_ns == 200_000_000
    assert digests[0].running_rank(3) == 2
    assert digests[0].running_rank(9) == 3
    assert digests.taken == 4
    digests.update(trace)
    assert digests[0].bad.tolist() == [1, 3] and digests.taken == 4


def test_a_lane_that_nobody_asks_for_costs_nothing(
    many: Callable[..., Recording],
) -> None:
    trace = many(200, 10).trace
    assert trace is not None
    digests = Digests()
    digests.update(trace)
    assert digests.longest_ns and digests.taken == 0
    digests[7].turns_by_chunk()
    assert digests.taken == 10


def test_opening_hundreds_of_lanes_digests_those_in_view_only(
    view: TimelineView, many: Callable[..., Recording]
) -> None:
    view.set_recording(many(500, 4))
    view.stage.grab()
    scene = view._scene()
    assert scene is not None
    assert scene.digests.taken == 4 * len(scene.places) < 4 * 20


@pytest.mark.parametrize("size", [1, 3, 50])
def test_chunks_are_the_same_whether_looked_up_or_read_off_the_tasks(
    make_recording: Callable[..., Recording], size: int
) -> None:
    """Few chunks for many tasks are looked up in their own table, see chunks_from."""
    tasks = [
        (chunk % 3 + 1, chunk + n / 100, chunk + (n + 1) / 100, DONE, chunk)
        for chunk in range(max(200 // size, 12))
        for n in range(size)
    ]
    trace = make_recording(tasks, 3).trace
    assert trace is not None
    for lane in trace.lanes:
        chunks = trace.tasks["chunk"][lane.rows]
        for first in (0, size, 2 * size + size // 2):
            before = None if not first else int(chunks[first - 1])
            starts, numbers = chunks_from(trace, lane, first, before)
            changes = np.flatnonzero(np.diff(chunks[first:], prepend=-1 if not first else before))
            assert starts.tolist() == (changes + first).tolist()
            assert numbers.tolist() == chunks[changes + first].tolist()


def test_turns_by_place_go_on_where_they_ended(story: Callable[..., object]) -> None:
    tasks = [(1, n / 10, n / 10 + 0.09, DONE if n < 5 else OPEN, n // 2) for n in range(10)]
    tale = story(
        [(*task[:2], task[2] if task[3] is DONE else None, *task[3:]) for task in tasks], 1
    )
    trace = tale.recording.trace  # type: ignore[attr-defined]
    digests = Digests()
    digests.update(trace)
    early = digests[0].turns_by_chunk().tolist(), digests[0].turns_by_task(trace.lanes[0]).tolist()
    for row in range(5, 10):
        tale.end(row, row / 10 + 0.09)  # type: ignore[attr-defined]
    tale.update()  # type: ignore[attr-defined]
    digests.update(trace)
    late = digests[0].turns_by_chunk().tolist(), digests[0].turns_by_task(trace.lanes[0]).tolist()
    assert [turns[: len(early[0])] for turns in late] == list(early)
    assert late == ([0, 0, 1, 1, 2, 2, 3, 3, 4, 4], [0, 1, 2, 3, 4, 5, 0, 1, 2, 3])


def test_the_longest_way_costs_by_what_is_new(story: Callable[..., object]) -> None:
    tasks = [(1, n / 10, n / 10 + 0.05, DONE, n) for n in range(40)]
    tale = story([*tasks, (1, None, None, OPEN, 40), (1, None, None, OPEN, 41)], 1)
    chunks = tale._chunks  # type: ignore[attr-defined]
    for chunk in range(40):
        chunks["sent"][chunk] = chunks["ran"][chunk] = at(chunk / 10 + 0.05)
    trace, way = tale.recording.trace, LongestWay()  # type: ignore[attr-defined]
    assert way.of(trace) == 0 and way.looked_at == 40
    assert way.of(trace) == 0 and way.looked_at == 40
    tale.begin(40, 1, 5.0)  # type: ignore[attr-defined]
    assert way.of(trace) == 0 and way.looked_at == 41
    chunks["ran"][40], chunks["pickled"][40] = at(5.1), at(5.4)
    assert way.of(trace) == 300_000_000 and way.looked_at == 42
    chunks["sent"][40], chunks["outcome"][40] = at(5.6), ChunkOutcome.DONE
    assert way.of(trace) == 500_000_000 and way.looked_at == 43
    assert way.of(trace) == 500_000_000 and way.looked_at == 43


def test_a_lane_that_has_grown_since_is_known_all_the_same(story: Callable[..., object]) -> None:
    tasks = [(1, n / 10, n / 10 + 0.05, DONE, n) for n in range(3)]
    tale = story([*tasks, (1, 0.4, None, OPEN, 3)], 1)
    trace = tale.recording.trace  # type: ignore[attr-defined]
    digests = Digests()
    digests.update(trace)
    assert len(digests[0].turns_by_chunk()) == 3
    tale.end(3, 0.45)  # type: ignore[attr-defined]
    tale.update()  # type: ignore[attr-defined]
    assert len(digests[0].turns_by_chunk()) == len(trace.lanes[0]) == 4
