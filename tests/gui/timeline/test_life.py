"""A worker's life: its start, the initializer, and how it went."""

from collections.abc import Callable

import pytest

from poolscope.engine.messages import Event
from poolscope.engine.trace.layout import Phase, TaskState
from poolscope.gui.timeline.scene.life import (
    Life,
    Parting,
    Stage,
    deaths,
    life_of,
    parting,
    slot_order,
)

from .conftest import Story, at

DONE = TaskState.DONE
MakeStory = Callable[..., Story]


def life(tale: Story, ordinal: int = 1, now_s: float = 1.0) -> Life:
    assert tale.recording.trace is not None
    return life_of(tale.recording.trace.lanes[ordinal - 1], at(now_s))


def test_a_worker_is_starting_until_it_asks_for_work(story: MakeStory) -> None:
    seen = life(story([(1, 0.1, 0.2, DONE, 0)]))
    assert seen.starting == (at(0), at(0.001)) and seen.initializing is None
    assert seen.stage(at(0.0005)) is Stage.STARTING
    assert seen.stage(at(0.002)) is Stage.AT_WORK


def test_the_initializer_stands_between_the_start_and_the_first_task(story: MakeStory) -> None:
    tale = story([(1, 0.3, 0.4, DONE, 0)], initializer="setup")
    tale.initialize(1, 0.05, 0.25)
    seen = life(tale)
    assert (seen.starting, seen.initializing) == ((at(0), at(0.05)), (at(0.05), at(0.25)))
    stages = [seen.stage(at(seconds)) for seconds in (0.01, 0.1, 0.3)]
    assert stages == [Stage.STARTING, Stage.INITIALIZING, Stage.AT_WORK]


@pytest.mark.parametrize("now_s", [0.5, 0.9])
def test_an_initializer_that_has_not_returned_goes_on_until_now(
    story: MakeStory, now_s: float
) -> None:
    tale = story([])
    tale.initialize(1, 0.1)
    assert life(tale, now_s=now_s).initializing == (at(0.1), at(now_s))


def test_an_initializer_that_raised_ends_with_its_worker(story: MakeStory) -> None:
    tale = story([])
    tale.initialize(1, 0.1)
    tale.kill_worker(1, 0.2, exit_code=1)
    assert life(tale).initializing == (at(0.1), at(0.2))


def test_only_a_worker_with_a_successor_is_gone_and_only_a_successor_is_unborn(
    story: MakeStory,
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0)])
    tale.retire_worker(1, 0.4)
    tale.retire_worker(2, 0.9)
    tale.add_worker(3, 0.4, 0.42, slot=0)
    tale.update()
    assert life(tale, 1).stage(at(0.5)) is Stage.GONE and life(tale, 1).born_ns is None
    assert life(tale, 2).stage(at(0.95)) is Stage.AT_WORK
    assert life(tale, 3).stage(at(0.3)) is Stage.UNBORN
    assert life(tale, 3).stage(at(0.41)) is Stage.STARTING


@pytest.mark.parametrize(
    ("exit_code", "phase", "expected"),
    [
        (0, Phase.LEAVING, Parting.LEFT),
        (0, Phase.RUNNING, Parting.DIED),  # a task called os._exit(0)
        (1, Phase.LEAVING, Parting.DIED),
        (-9, Phase.RUNNING, Parting.DIED),
    ],
)
def test_leaving_as_planned_is_not_dying(
    story: MakeStory, exit_code: int, phase: Phase, expected: Parting
) -> None:
    tale = story([])
    tale.retire_worker(1, 0.4, phase)
    tale.kill_worker(1, 0.4, exit_code)
    tale.add_worker(3, 0.4, slot=0)
    tale.update()
    trace, journal = tale.recording.trace, tale.recording.journal
    assert trace is not None
    assert [parting(lane, journal) for lane in trace.lanes] == [
        expected,
        Parting.LIVES,
        Parting.LIVES,
    ]


def test_who_goes_when_all_is_over_has_neither_left_nor_died(story: MakeStory) -> None:
    tale = story([])
    tale.tell(Event.RETURNED, at_ns=at(0.5))
    tale.kill_worker(1, 0.6, exit_code=-15)
    tale.update()
    assert tale.recording.trace is not None
    assert parting(tale.recording.trace.lanes[0], tale.recording.journal) is Parting.ENDED


def test_lanes_by_slot_keep_the_order_of_births_within_each(story: MakeStory) -> None:
    tale = story([])
    for ordinal, slot in ((3, 1), (4, 0), (5, 1)):
        tale.add_worker(ordinal, ordinal / 10, slot=slot)
    tale.update()
    assert tale.recording.trace is not None
    assert slot_order(tale.recording.trace).tolist() == [0, 3, 1, 2, 4]


@pytest.mark.parametrize("stopped", [False, True])
def test_all_deaths_at_once_are_those_of_each_lane(story: MakeStory, stopped: bool) -> None:
    tale = story([(1, 0.1, 0.2, TaskState.DONE, 0)], 3)
    tale.kill_worker(1, 0.3)
    tale.add_worker(4, 0.3, slot=0)
    tale.kill_worker(4, 0.8)
    tale.retire_worker(2, 0.4)
    tale.kill_worker(3, 0.4)
    tale.tell(Event.RETURNED, at_ns=at(0.5))
    if stopped:
        tale.tell(Event.STOPPED)
    tale.update()
    trace, journal = tale.recording.trace, tale.recording.journal
    each = {lane.ordinal for lane in trace.lanes if parting(lane, journal) is Parting.DIED}
    assert deaths(trace, journal) == each == ({1} if stopped else {1, 3})
