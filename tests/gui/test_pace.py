"""How often a run is looked at and drawn."""

import psutil
import pytest

from poolscope.engine.machine import Idle, _own_cpus
from poolscope.gui.pace import FASTEST_S, LOOK_S, SLOWEST_S, Pace


class World:
    """A clock, and CPUs of which so many have nothing to do."""

    def __init__(self, cpus: int = 2, idle: float = 0.0) -> None:
        self.now_s, self.idle, self.asked = 100.0, idle, 0
        self.pace = Pace(cpus, self._look, lambda: self.now_s)

    def _look(self) -> float:
        self.asked += 1
        return self.idle

    def live(self, seconds: float, *, look_s: float, frame_s: float, news: bool) -> int:
        """Look and draw as the pace says; each frame and look costs so much. Frames drawn."""
        frames, until_s = 0, self.now_s + seconds
        while self.now_s < until_s:
            self.pace.looked(look_s)
            self.now_s += look_s
            if self.pace.draws(news=news):
                frames += 1
                self.pace.drawn(look_s + frame_s)
                self.now_s += frame_s
            self.now_s += self.pace.next_s(news=news, behind=False, gone=False)
        return frames


@pytest.mark.parametrize("cpus", [1, 2, 8])
@pytest.mark.parametrize("frame_s", [0.003, 0.008])
def test_with_all_cpus_busy_a_window_takes_its_share_and_no_more(cpus: int, frame_s: float) -> None:
    world = World(cpus)
    world.live(5, look_s=0.002, frame_s=frame_s, news=True)  # what frames cost is known by now
    frames = world.live(10, look_s=0.002, frame_s=frame_s, news=True)
    taken_s = frames * (0.002 + frame_s)
    assert taken_s / 10 <= 0.05 * cpus, "of the machine"
    assert frames >= 10 / (SLOWEST_S + 0.020), "and nobody waits longer"


def test_with_a_free_cpu_it_is_quick() -> None:
    world = World(2, idle=1.0)
    world.live(5, look_s=0.001, frame_s=0.006, news=True)
    assert world.live(10, look_s=0.001, frame_s=0.006, news=True) >= 10 / 0.040
    assert world.pace.share <= 0.25


def test_it_yields_when_the_cpus_get_busy_and_comes_back_when_they_are_free() -> None:
    world = World(2, idle=1.0)
    quick = world.live(5, look_s=0.001, frame_s=0.006, news=True)
    world.idle = 0.0
    world.live(1, look_s=0.001, frame_s=0.006, news=True)
    slow = world.live(5, look_s=0.001, frame_s=0.006, news=True)
    world.idle = 1.0
    world.live(1, look_s=0.001, frame_s=0.006, news=True)
    again = world.live(5, look_s=0.001, frame_s=0.006, news=True)
    assert slow < quick / 2 and again > 2 * slow
    assert world.asked < 20 * 2.5, "the system is asked twice a second"


def test_where_nothing_is_new_frames_cost_next_to_nothing() -> None:
    world = World(2, idle=2.0)
    world.live(5, look_s=0.0002, frame_s=0.004, news=False)
    frames = world.live(10, look_s=0.0002, frame_s=0.004, news=False)
    assert 40 <= frames <= 10 * 0.03 / 0.004 + 5
    assert world.pace.next_s(news=False, behind=False, gone=False) == LOOK_S


def test_what_comes_after_a_quiet_time_is_drawn_at_the_next_look() -> None:
    world = World(2, idle=1.0)
    world.live(5, look_s=0.001, frame_s=0.006, news=True)
    world.now_s += 1.0
    assert world.pace.draws(news=True)
    assert not world.pace.draws(news=True), "and the frame after it has its time"
    wait_s = world.pace.next_s(news=True, behind=False, gone=False)
    world.now_s += wait_s
    assert FASTEST_S <= wait_s < 0.040 and world.pace.draws(news=True)


def test_news_that_could_not_be_drawn_yet_wait_no_longer_than_they_must() -> None:
    world = World(1)
    world.live(5, look_s=0.001, frame_s=0.006, news=True)
    assert world.pace.draws(news=True) and not world.pace.draws(news=True)
    world.now_s += 0.1
    wait_s = world.pace.next_s(news=True, behind=False, gone=False)
    assert 0 < wait_s < SLOWEST_S - 0.05


def test_what_is_behind_is_caught_up_with_at_once_when_nobody_works_any_more() -> None:
    world = World(1)
    world.live(5, look_s=0.008, frame_s=0.006, news=True)
    assert world.pace.next_s(news=True, behind=True, gone=True) == 0
    assert FASTEST_S <= world.pace.next_s(news=True, behind=True, gone=False) <= SLOWEST_S


def test_a_run_begins_without_waiting() -> None:
    world = World(1)
    world.live(5, look_s=0.001, frame_s=0.050, news=True)
    busy = world.pace.share
    world.pace.begin()
    assert world.pace.share > busy


class TestIdle:
    def times(self, monkeypatch: pytest.MonkeyPatch, *looks: list[tuple[float, float]]) -> Idle:
        """CPUs that were idle and busy so long, at each look."""
        real = psutil.cpu_times()
        empty = real._replace(**dict.fromkeys(real._fields, 0.0))
        answers = iter([[empty._replace(idle=i, user=b) for i, b in look] for look in looks])
        module = "poolscope.engine.machine"
        monkeypatch.setattr(f"{module}.psutil.cpu_times", lambda percpu: next(answers))
        monkeypatch.setattr(f"{module}._own_cpus", lambda: {0, 1})
        return Idle()

    def test_cpus_are_idle_on_average_since_the_last_look(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("poolscope.engine.machine._cgroup_quota", lambda: None)
        looks = [(0.0, 0.0), (0.0, 0.0)], [(1.0, 0.0), (0.5, 0.5)], [(1.0, 1.0), (0.5, 1.5)]
        idle = self.times(monkeypatch, *looks)
        assert idle.look() == pytest.approx(1.5)
        assert idle.look() == 0.0

    def test_nobody_knows_what_is_left_of_a_part_that_is_granted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("poolscope.engine.machine._cgroup_quota", lambda: 1.5)
        idle = self.times(monkeypatch, [(0.0, 0.0)] * 2, [(1.0, 0.0)] * 2)
        assert idle.look() == 0.0

    def test_the_real_machine_has_no_more_idle_cpus_than_it_has(self) -> None:
        idle = Idle()
        assert 0.0 <= idle.look() <= len(_own_cpus())

    def test_a_system_that_does_not_say_it_has_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def hidden(percpu: bool) -> None:
            raise PermissionError("/proc/stat")

        monkeypatch.setattr("psutil.cpu_times", hidden)
        assert Idle().look() == 0.0
