"""Who polls a run: what is told, and when. The run is a played one."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment
from poolscope.engine.journal import Status
from poolscope.gui import live_run
from poolscope.gui.live_run import LiveRun


class Played:
    """A run that does what the test says."""

    def __init__(self, _experiment: Experiment) -> None:
        self.status, self.problem = Status.RUNNING, None
        self.news = self.behind = self.gone = self.stopped = False
        self.polls = 0

    @property
    def over(self) -> bool:
        return self.status is Status.FINISHED

    def poll(self) -> bool:
        self.polls += 1
        news, self.news = self.news, False
        return news

    def stop(self) -> None:
        self.stopped = True


class Pace:
    """Draws when the test says so, and keeps what it was told."""

    def __init__(self) -> None:
        self.due, self.asked, self.costs = False, [], 0
        self.waits: list[tuple[bool, bool, bool]] = []

    def begin(self) -> None:
        pass

    def looked(self, spent_s: float) -> None:
        assert spent_s >= 0

    def drawn(self, spent_s: float) -> None:
        assert spent_s >= 0
        self.costs += 1

    def draws(self, *, news: bool) -> bool:
        self.asked.append(news)
        return self.due

    def next_s(self, *, news: bool, behind: bool, gone: bool) -> float:
        self.waits.append((news, behind, gone))
        return 1_000.0


@pytest.fixture
def live(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveRun]:
    monkeypatch.setattr(live_run, "Run", Played)
    monkeypatch.setattr(live_run, "Pace", Pace)
    live = LiveRun()
    assert live.start(Experiment()) is None and live._timer.isActive()
    live._timer.stop()  # the test looks when it wants to
    yield live
    live._timer.stop()


@pytest.fixture
def told(live: LiveRun) -> list[object]:
    told: list[object] = []
    live.ticked.connect(told.append)
    live.status_changed.connect(lambda status, _: told.append(status))
    return told


def test_what_is_new_is_told_with_the_next_frame(live: LiveRun, told: list[object]) -> None:
    live.run.news = True
    live.tick()
    live.tick()
    assert told == [] and live.pace.asked == [True, True]
    live.pace.due = True
    live.tick()
    live.tick()
    assert told == [True, False]
    assert [news for news, *_ in live.pace.waits] == [True, True, False, False]


def test_another_status_is_told_at_once_after_all_that_led_to_it(
    live: LiveRun, told: list[object]
) -> None:
    live.run.news, live.run.status = True, Status.ENDING
    live.tick()
    live.tick()
    assert told == [True, Status.ENDING]
    live.run.news, live.run.status = True, Status.FINISHED
    live.tick()
    assert told == [True, Status.ENDING, True, Status.FINISHED]
    assert not live.active and not live._timer.isActive()


def test_it_says_how_far_behind_it_is(live: LiveRun) -> None:
    live.run.behind = True
    live.tick()
    live.run.gone = True
    live.tick()
    assert live.pace.waits == [(False, True, False), (False, True, True)]


def test_what_a_frame_costs_is_noted_after_it_was_painted(live: LiveRun, qtbot: QtBot) -> None:
    live.pace.due = True
    live.tick()
    assert live.pace.costs == 0
    qtbot.waitUntil(lambda: live.pace.costs == 1)
    live.pace.due = False
    live.tick()
    assert not live._painted.isActive()


def test_it_looks_on_by_itself(live: LiveRun, qtbot: QtBot) -> None:
    live.pace.next_s = lambda **_: 0.001  # type: ignore[method-assign]
    live.tick()
    qtbot.waitUntil(lambda: live.run.polls > 5)


def test_a_look_that_goes_wrong_is_not_the_last(
    live: LiveRun, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poll() -> bool:
        raise MemoryError

    played = live.run
    monkeypatch.setattr(played, "poll", poll)
    with pytest.raises(MemoryError):
        live.tick()
    assert live._timer.isActive()
    monkeypatch.undo()
    monkeypatch.setattr(live_run, "LATE_MS", 0)
    live._timer.setInterval(0)
    qtbot.waitUntil(lambda: played.polls > 0)
