"""Colours in turn: by number, and never that of the neighbour."""

from collections.abc import Callable

import numpy as np
import pytest

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.timeline.digests import CYCLE, Digests, Turns
from poolscope.gui.timeline.palette import ColourBy, colour_numbers, running_number

DONE, OPEN = TaskState.DONE, TaskState.OPEN


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
        digest = digests[lane.ordinal - 1]
        found = colour_numbers(ColourBy.TASK, lane, digest, np.arange(len(lane)), 1).tolist()
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
    after = colour_numbers(ColourBy.TASK, trace.lanes[0], digests[0], np.array([1]), 1)
    assert after.tolist() == [before]
