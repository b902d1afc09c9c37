"""What one worker did in its life, added up as it goes on."""

from pathlib import Path

import pytest

from poolscope.engine.details import worker_details
from poolscope.engine.details.worker_details import WorkerTally, successor
from poolscope.engine.trace.layout import CHUNKS, NO_CHUNK, TASKS, TaskState

from .conftest import Hand, MakeHand


@pytest.fixture
def two(hand: MakeHand) -> Hand:
    """Worker 1 asked for work at 1,200 and ran chunks 0 and 2, worker 2 ran chunk 1."""
    story = hand([2, 1, 1])
    story.run(1, 0, [(1_300, 1_400), (1_400, 1_900)], taken=1_250, ran=1_900, sent=1_950)
    story.run(2, 1, [(1_300, 1_500)], taken=1_260, ran=1_500, sent=1_520)
    story.run(1, 2, [(2_100, 2_200)], taken=2_050, ran=2_200, sent=2_250)
    return story


def tally_of(story: Hand, ordinal: int) -> WorkerTally:
    tally = WorkerTally(story.trace, story.trace.lanes[ordinal - 1])
    while tally.step():
        pass
    return tally


def test_tasks_chunks_and_the_longest_of_a_worker_are_its_own(two: Hand) -> None:
    two.fill(TASKS, state=[TaskState.DONE, TaskState.RAISED, TaskState.DONE, TaskState.LOST])
    two.end()
    tally = tally_of(two, 1)
    assert (tally.done, tally.raised, tally.lost, tally.chunks) == (1, 1, 1, 2)
    assert (tally.first_ns, tally.longest_row, tally.longest_ns) == (1_300, 1, 500)
    assert not tally.behind
    other = tally_of(two, 2)
    assert (other.done, other.chunks, other.longest_row) == (1, 1, 2)


def test_it_waits_for_work_before_between_and_after_its_chunks(two: Hand) -> None:
    two.end()
    # 50 from its start to chunk 0, 100 from there to chunk 2, and the rest after that was sent.
    assert tally_of(two, 1).waited_ns(2_250) == 150
    assert tally_of(two, 1).waited_ns(3_000) == 150 + 750
    assert tally_of(two, 2).waited_ns(3_000) == 60 + 1_480
    two.tell(1, died=2_400)
    assert tally_of(two, 1).waited_ns(3_000) == 150 + 150, "the dead wait for nothing"


def test_with_a_chunk_in_hand_it_does_not_wait(two: Hand) -> None:
    two.trace.update()
    two.trace.update()
    two.tell(2, chunk=2)
    two.fill(CHUNKS, taken=[1_250, 1_260, 1_600])
    assert tally_of(two, 2).waited_ns(9_000) == 60 + 80
    two.tell(2, chunk=1)  # it still sends the result
    assert tally_of(two, 2).waited_ns(9_000) == 60


def test_before_it_asked_for_work_it_waited_for_none(hand: MakeHand) -> None:
    story = hand([1], 1)
    story.tell(1, ready=0)
    story.trace.update()
    tally = tally_of(story, 1)
    assert tally.waited_ns(9_000) is None
    assert (tally.chunks, tally.longest_row) == (0, None)
    story.tell(1, ready=2_000)
    assert tally.waited_ns(9_000) == 7_000


def test_nothing_is_looked_at_twice_and_no_step_looks_at_more_than_a_block(
    hand: MakeHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_details, "BLOCK", 4)
    sizes = [3] * 7
    story = hand(sizes, 1)
    for chunk in range(7):
        start = 2_000 + 100 * chunk
        spans = [(start + 10 * n, start + 10 * n + 5 + chunk) for n in range(3)]
        story.run(1, chunk, spans, taken=start - 20, sent=start + 40)
    story.end()
    tally = WorkerTally(story.trace, story.trace.lanes[0])
    seen = []
    while tally.step():
        seen.append(tally.done)
    assert seen == [4, 8, 12, 16, 20, 21]
    assert not tally.step()
    assert (tally.chunks, tally.longest_ns) == (7, 11)
    # As if it had been looked at in one go.
    monkeypatch.setattr(worker_details, "BLOCK", 1_000)
    whole = tally_of(story, 1)
    assert whole.waited_ns(9_000) == tally.waited_ns(9_000) == 780 + 6 * 40 + (9_000 - 2_640)
    assert (whole.chunks, whole.longest_row) == (tally.chunks, tally.longest_row)


def test_an_opened_file_cannot_say_that_it_waited_longer_than_it_lived(hand: MakeHand) -> None:
    story = hand([1, 1], 1)
    story.run(1, 0, [(1_300, 1_400)], taken=1 << 60, sent=1_450)
    story.run(1, 1, [(1_500, 1_600)], taken=(1 << 60) + 5, sent=1_650)
    story.end()
    waited_ns = tally_of(story, 1).waited_ns(3_000)
    assert waited_ns is not None and 0 <= waited_ns <= 3_000 - 1_200
    story.tell(1, chunk=10**6)  # there is none such
    assert tally_of(story, 1).waited_ns(3_000) is not None


def test_a_worker_is_followed_by_the_next_one_of_its_slot(hand: MakeHand, tmp_path: Path) -> None:
    story = hand([1], 2)
    for ordinal, slot in ((3, 0), (4, 1), (5, 0)):
        story.be_born(ordinal, slot, 2_000 * ordinal)
    story.trace.update()
    lanes = story.trace.lanes
    followers = [successor(story.trace, lane) for lane in lanes]
    assert [None if one is None else one.ordinal for one in followers] == [3, 4, 5, None, None]
    assert [lane.replaces for lane in lanes[2:]] == [lanes[0], lanes[1], lanes[2]]


def test_a_step_costs_by_what_is_new(hand: MakeHand, monkeypatch: pytest.MonkeyPatch) -> None:
    story = hand([1] * 50, 1)
    for chunk in range(40):
        story.run(1, chunk, [(2_000 + 10 * chunk, 2_005 + 10 * chunk)], taken=1_999, sent=2_006)
    story.trace.update()
    story.trace.update()
    tally = tally_of(story, 1)
    asked: list[int] = []
    state_of = story.trace.state_of
    monkeypatch.setattr(
        story.trace, "state_of", lambda rows: (asked.append(len(rows)), state_of(rows))[1]
    )
    assert not tally.step() and asked == []
    story.run(1, 40, [(3_000, 3_100)], taken=2_900, sent=3_200)
    story.tell(1, chunk=NO_CHUNK)
    story.trace.update()
    story.trace.update()
    assert tally.step() and asked == [1]
    assert tally.done == 41 and tally.longest_row == 40
