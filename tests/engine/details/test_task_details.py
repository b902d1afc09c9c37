"""What is known of one task, and of the chunk that brought it to its worker."""

import pytest

from poolscope.engine.details.task_details import task_details
from poolscope.engine.trace.layout import CHUNKS, TASKS, ChunkOutcome, TaskState

from .conftest import Hand, MakeHand

NOW_NS = 9_000


@pytest.fixture
def one(hand: MakeHand) -> Hand:
    """A chunk of three that worker 2 has run, and one of one that nobody has taken."""
    story = hand([3, 1])
    times = {"handed": 1_200, "taken": 1_700, "unpickled": 1_750, "ran": 2_400, "cpu": 300}
    times |= {"bytes_in": 120, "bytes_out": 80}
    story.run(2, 0, [(1_800, 2_000), (2_000, 2_300), (2_300, 2_400)], **times)
    return story


def test_a_finished_task_knows_its_way_through_the_queue_and_the_chunk(one: Hand) -> None:
    details = task_details(one.end(), 1, NOW_NS)
    assert (details.state, details.ordinal, details.running) == (TaskState.DONE, 2, False)
    assert (details.begun_ns, details.took_ns, details.result_lost) == (2_000, 300, False)
    way = details.way
    assert way is not None
    assert (way.number, way.size, way.place, way.taker) == (0, 3, 2, 2)
    assert (way.queued_ns, way.before_ns) == (500, 300)
    assert (way.bytes_in, way.bytes_out) == (120, 80)
    # 300 ns of CPU in the 600 ns from the begin of its first task to the end of its last.
    assert (way.cpu_ns, way.work_ns, way.cpu_share) == (300, 600, 0.5)


def test_a_chunk_in_the_queue_waits_until_now_and_for_ever_only_while_the_run_goes_on(
    one: Hand,
) -> None:
    one.trace.update()
    assert task_details(one.trace, 3, NOW_NS).way.queued_ns is None, "it was not handed out"
    one.fill(CHUNKS, handed=[1_200, 1_300])
    details = task_details(one.trace, 3, NOW_NS)
    assert (details.state, details.took_ns, details.ordinal) == (TaskState.OPEN, None, 0)
    assert (details.way.queued_ns, details.way.taken_ns) == (NOW_NS - 1_300, 0)
    assert details.way.before_ns is None and details.way.cpu_share is None
    one.end()
    assert task_details(one.trace, 3, NOW_NS).way.queued_ns is None


def test_a_running_task_has_taken_until_now(one: Hand) -> None:
    one.trace.update()
    one.fill(CHUNKS, worker=[2, 1], taken=[1_700, 3_000])
    one.fill(TASKS, begun=[1_800, 2_000, 2_300, 3_100], worker=[2, 2, 2, 1])
    one.tell(1, chunk=1)
    one.trace.update()
    one.trace.update()
    details = task_details(one.trace, 3, 3_600)
    assert details.running and details.ordinal == 1
    assert (details.begun_ns, details.took_ns) == (3_100, 500)
    assert details.way.before_ns == 100 and details.way.work_ns is None


def test_what_a_broken_chunk_never_ran_is_told_with_who_had_it(hand: MakeHand) -> None:
    story = hand([3], 1)
    story.run(1, 0, [(1_800, 2_000), (2_000, 2_300)], outcome=ChunkOutcome.RAISED, sent=2_400)
    story.fill(TASKS, state=[TaskState.DONE, TaskState.RAISED])
    for trace in (story.trace, story.end()):
        trace.update()
        trace.update()
        assert task_details(trace, 0, NOW_NS).result_lost
        assert task_details(trace, 1, NOW_NS).state is TaskState.RAISED
        never = task_details(trace, 2, NOW_NS)
        assert (never.state, never.ordinal, never.way.taker) == (TaskState.NOT_RUN, 0, 1)


def test_a_clock_that_cannot_be_gives_no_negative_times(hand: MakeHand) -> None:
    """An opened file says what it likes."""
    story = hand([1], 1)
    times = {"handed": 5_000, "taken": 4_000, "ran": 100, "cpu": 7_000, "bytes_in": 1 << 60}
    story.run(1, 0, [(2_000, 3_000)], **times)
    way = task_details(story.end(), 0, NOW_NS).way
    assert (way.queued_ns, way.before_ns, way.work_ns) == (0, 0, 0)
    assert way.cpu_share is None
    story.fill(CHUNKS, ran=[3_000])
    assert task_details(story.trace, 0, NOW_NS).way.cpu_share == 1.0
