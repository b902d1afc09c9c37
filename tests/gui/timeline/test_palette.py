"""What colours mean."""

from collections.abc import Callable

import numpy as np
import pytest

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.timeline.drawing.colouring import Colouring
from poolscope.gui.timeline.scene.digests import Digests
from poolscope.gui.timeline.scene.palette import (
    LEVELS,
    ColourBy,
    colour_table,
    level_of,
    nice_limit,
    running_number,
)

DONE, OPEN = TaskState.DONE, TaskState.OPEN


@pytest.mark.parametrize("workers", range(1, 14))
@pytest.mark.parametrize("by", [ColourBy.TASK, ColourBy.CHUNK])
def test_neighbours_differ_also_when_workers_take_turns(
    make_recording: Callable[..., Recording], workers: int, by: ColourBy
) -> None:
    size = 1 if by is ColourBy.TASK else 2
    tasks = []
    for chunk in range(workers * 8):
        begin = 0.01 + chunk // workers
        tasks += [
            (chunk % workers + 1, begin + n * 0.1, begin + n * 0.1 + 0.1, DONE, chunk)
            for n in range(size)
        ]
    trace = make_recording(tasks, workers).trace
    assert trace is not None
    digests = Digests()
    digests.update(trace)
    for lane in trace.lanes:
        places = np.arange(len(lane))
        numbers = Colouring(by, digests).at(lane, places)
        assert (np.diff(numbers[::size]) != 0).all()
        if by is ColourBy.CHUNK:
            assert (numbers.reshape(-1, size) == numbers[::size, None]).all()


@pytest.mark.parametrize("by", [ColourBy.TASK, ColourBy.CHUNK, ColourBy.WORKER])
def test_the_first_six_have_six_colours_whoever_ran_them(
    make_recording: Callable[..., Recording], by: ColourBy
) -> None:
    workers = [1, 2, 1, 2, 2, 1] if by is not ColourBy.WORKER else [1, 2, 3, 4, 5, 6]
    tasks = [(worker, n + 0.1, n + 0.9, DONE, n) for n, worker in enumerate(workers)]
    trace = make_recording(tasks, max(workers)).trace
    assert trace is not None
    digests = Digests()
    digests.update(trace)
    numbers = [
        number
        for lane in trace.lanes
        for number in Colouring(by, digests).between(lane, 0, len(lane)).tolist()
    ]
    assert sorted(numbers) == list(range(6))


@pytest.mark.parametrize("by", [ColourBy.TASK, ColourBy.CHUNK, ColourBy.WORKER])
def test_a_running_task_keeps_its_colour_when_it_ends(
    story: Callable[..., object], by: ColourBy
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0), (1, 0.2, None, OPEN, 0), (1, None, None, OPEN, 1)], 1)
    trace = tale.recording.trace  # type: ignore[attr-defined]
    digests = Digests()
    for row, (ended_s, then_s) in enumerate([(0.3, 0.3), (0.4, 0.4)], start=1):
        digests.update(trace)
        lane = trace.lanes[0]
        chunk = int(trace.tasks["chunk"][row])
        before = running_number(by, lane, digests[0], chunk)
        tale.end(row, ended_s)  # type: ignore[attr-defined]
        if row == 1:
            tale.begin(2, 1, then_s)  # type: ignore[attr-defined]
        tale.update()  # type: ignore[attr-defined]
        digests.update(trace)
        after = Colouring(by, digests).at(lane, np.array([row]))
        assert after.tolist() == [before]


def test_durations_go_from_the_first_shade_to_the_last() -> None:
    assert level_of(np.array([0, 500, 1000]), 1000).tolist() == [0, LEVELS // 2, LEVELS - 1]


@pytest.mark.parametrize(
    ("longest", "limit"), [(1, 1), (410, 500), (1_000_001, 1_200_000), (0, 1), (999, 1000)]
)
def test_the_scale_of_durations_ends_at_a_round_number(longest: int, limit: int) -> None:
    assert nice_limit(longest) == limit


@pytest.mark.parametrize("by", ColourBy)
@pytest.mark.parametrize("dark", [False, True])
def test_every_choice_has_distinct_colours(by: ColourBy, dark: bool) -> None:
    table = colour_table(by, dark)
    assert len({tuple(colour) for colour in table.tolist()}) == len(table)
