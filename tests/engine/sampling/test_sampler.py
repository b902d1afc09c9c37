"""How much a sampler does at once, how often, and whom it takes for whom; with a made system."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment
from poolscope.engine.machine import describe
from poolscope.engine.messages import append_line
from poolscope.engine.names import EVENTS_FILE
from poolscope.engine.recording import Recording
from poolscope.engine.sampling import crowd, sampler
from poolscope.engine.sampling.layout import ProcessState, Role
from poolscope.engine.sampling.sampler import MACHINE_LOOKS, Sampler
from poolscope.engine.sampling.system import Seen
from poolscope.engine.trace.layout import clock_ns

KEEPER, HOST = 1_000_001, 1_000_002
SECOND = 10**9


@dataclass
class Made:
    """A system whose processes a test makes: PID, and what is seen of it."""

    processes: dict[int, Seen] = field(default_factory=dict)
    looks: int = 10
    looked: int = 0

    def begin(self) -> None:
        pass

    def start(self, pid: int, parent: int, name: str = "python", started: int = 5) -> None:
        state = ProcessState.SLEEPING
        self.processes[pid] = Seen(0, started, parent, name, 0, 0, 1000, 1, state)

    def look(self, pid: int) -> Seen | None:
        self.looked += 1
        seen = self.processes.get(pid)
        return None if seen is None else seen._replace(at_ns=clock_ns())

    def newcomers(self, roots: Iterable[int]) -> Iterator[int | None]:
        yield from list(self.processes)

    def forget(self, pid: int) -> None:
        pass

    def born_ns(self, seen: Seen) -> int:
        return seen.started * SECOND


@dataclass
class Clock:
    now_ns: int = 100 * SECOND
    spent_ns: int = 0

    def now(self) -> int:
        self.now_ns += 1
        return self.now_ns

    def spent(self) -> int:
        return self.spent_ns


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (sampler, crowd):
        monkeypatch.setattr(module, "clock_ns", clock.now)
    monkeypatch.setitem(globals(), "clock_ns", clock.now)
    return clock


@pytest.fixture
def system() -> Made:
    made = Made()
    made.start(os.getpid(), 1, "app")
    made.start(KEEPER, os.getpid())
    made.start(HOST, KEEPER)
    return made


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    folder = run_folder.create(Experiment(), describe(), tmp_path)
    tell(folder, event="helper", pid=KEEPER, ppid=os.getpid(), role="keeper")
    tell(folder, event="host", pid=HOST, ppid=KEEPER)
    return updated(Recording(folder))


def tell(folder: Path, **event: object) -> None:
    append_line(folder / EVENTS_FILE, event)


def updated(recording: Recording) -> Recording:
    recording._journal.update()
    return recording


def a_round(looker: Sampler, clock: Clock) -> list[int]:
    """The looks of each step of the next round."""
    clock.now_ns += SECOND
    steps = [looker.step()]
    while looker._round is not None:
        steps.append(looker.step())
    return steps


def by_role(recording: Recording, role: Role) -> list[int]:
    processes = recording.samples.processes
    return [one.pid for one in processes if one.role is role and not one.gone_ns]


def test_a_step_looks_at_a_bounded_number_of_processes_however_many_there_are(
    recording: Recording, system: Made, clock: Clock
) -> None:
    for pid in range(2_000_000, 2_000_500):
        system.start(pid, HOST)
    tell(recording.folder, event="called", at_ns=1)
    updated(recording)
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    for _ in range(3):
        before = system.looked
        steps = a_round(looker, clock)
        assert len(steps) > 50 and max(steps) < system.looks + MACHINE_LOOKS
        assert system.looked - before <= sum(steps)
    assert len(by_role(recording, Role.OF_TASK)) == 500
    assert all(recording.samples.last(number) for number in range(503))


def test_nothing_is_looked_at_before_the_first_round_is_due(
    recording: Recording, system: Made, clock: Clock
) -> None:
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    before = system.looked
    assert looker.step() == 0 and system.looked == before
    clock.now_ns += sampler.FIRST_NS
    assert looker.step() > 0 and system.looked > before


def test_rounds_come_as_seldom_as_their_cost_asks_for(
    recording: Recording, system: Made, clock: Clock
) -> None:
    looker = Sampler(recording, system=system, spent_ns=clock.spent)

    def to_next(cost_ns: int) -> int:
        """ns from the begin of a round that costs so much to the next."""
        look = system.look

        def dear(pid: int) -> Seen | None:
            clock.spent_ns += cost_ns if pid == HOST else 0
            return look(pid)

        system.look = dear  # type: ignore[method-assign]
        a_round(looker, clock)
        system.look = look  # type: ignore[method-assign]
        return looker._due_ns - looker._round_ns

    a_round(looker, clock)
    assert to_next(0) == sampler.EVERY_NS
    assert to_next(SECOND // 10) >= int(SECOND // 10 / sampler.CPU_SHARE)


def test_when_the_method_has_returned_all_are_looked_at_once_more_at_once(
    recording: Recording, system: Made, clock: Clock
) -> None:
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    a_round(looker, clock)
    assert looker.step() == 0
    tell(recording.folder, event="returned", at_ns=5)
    updated(recording)
    assert looker.step() > 0
    while looker.step():
        pass
    assert looker.step() == 0, "and not again"


def test_a_pid_that_another_process_has_got_is_another_process(
    recording: Recording, system: Made, clock: Clock
) -> None:
    tell(recording.folder, event="called", at_ns=1)
    updated(recording)
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    system.start(7_000_000, HOST, started=7)
    a_round(looker, clock)
    system.start(7_000_000, HOST, started=8)
    a_round(looker, clock)
    a_round(looker, clock)
    first, second = (one for one in recording.samples.processes if one.pid == 7_000_000)
    assert first.gone_ns and not second.gone_ns
    assert (first.started, second.started) == (7, 8)
    gone = recording.samples.last(first.number)
    assert gone is not None and gone.state is ProcessState.GONE


def test_strangers_are_left_alone_and_descendants_are_found_in_any_order(
    recording: Recording, system: Made, clock: Clock
) -> None:
    tell(recording.folder, event="called", at_ns=1)
    updated(recording)
    system.start(30, 31, "grandchild")
    system.start(31, 32, "child", started=4)
    system.start(32, KEEPER, "orphan", started=6)
    system.start(40, 1, "stranger")
    system.start(41, 40, "its child")
    system.start(42, os.getpid(), "the app's own")
    a_round(Sampler(recording, system=system, spent_ns=clock.spent), clock)
    found = {one.pid: one for one in recording.samples.processes}
    assert set(found) == {os.getpid(), KEEPER, HOST, 30, 31, 32}
    assert found[30].parent == found[31].number and found[31].parent == found[32].number


def test_nobody_below_the_host_is_named_before_it_has_told_who_is_who(
    recording: Recording, system: Made, clock: Clock
) -> None:
    tracker, worker, early = 50, 51, 52
    tell(recording.folder, event="pool", at_ns=10 * SECOND)
    updated(recording)
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    system.start(tracker, HOST, started=11)
    system.start(worker, HOST, started=12)
    system.start(early, HOST, "of the inputs", started=2)
    a_round(looker, clock)
    assert len(recording.samples.processes) == 3
    tell(recording.folder, event="helper", pid=tracker, ppid=HOST, role="resource tracker")
    tell(recording.folder, event="called", at_ns=13 * SECOND)
    updated(recording)
    a_round(looker, clock)
    assert by_role(recording, Role.RESOURCE_TRACKER) == [tracker]
    assert by_role(recording, Role.WORKER) == [worker]
    assert by_role(recording, Role.OF_TASK) == [early]


def test_a_program_that_a_process_becomes_gives_it_its_name(
    recording: Recording, system: Made, clock: Clock
) -> None:
    tell(recording.folder, event="called", at_ns=1)
    updated(recording)
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    system.start(60, HOST, "python")
    a_round(looker, clock)
    for name in ("sl\x1beep", "b", "c", "d", "e"):
        system.processes[60] = system.processes[60]._replace(name=name)
        a_round(looker, clock)
        if name == "sl\x1beep":
            assert recording.samples.processes[3].name == "sl?eep"
    assert recording.samples.processes[3].name == "c", "what changes it all the time is let"


def test_more_processes_than_are_followed_are_said(
    recording: Recording, system: Made, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "MOST_PROCESSES", 10)
    tell(recording.folder, event="called", at_ns=1)
    updated(recording)
    for pid in range(100, 120):
        system.start(pid, HOST)
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    a_round(looker, clock)
    looker.finish()
    assert len(recording.samples.processes) == 10 and recording.samples.incomplete
    opened = Recording(recording.folder)
    opened.samples.update()
    assert opened.samples.incomplete


def test_a_system_that_says_what_nobody_understands_ends_the_sampling_and_no_run(
    recording: Recording, system: Made, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    a_round(looker, clock)

    def fail(_pid: int) -> Seen | None:
        raise ValueError("what is this?")

    monkeypatch.setattr(system, "look", fail)
    a_round(looker, clock)
    assert looker.problem is not None and recording.samples.incomplete
    clock.now_ns += 10 * SECOND
    assert looker.step() == 0
    looker.finish()
    assert [bool(one.gone_ns) for one in recording.samples.processes] == [False, True, True]


def test_at_the_end_all_but_the_app_have_gone_and_it_is_said_once(
    recording: Recording, system: Made, clock: Clock
) -> None:
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    a_round(looker, clock)
    looker.finish()
    looker.finish()
    gone = {one.role: one.gone_ns for one in recording.samples.processes}
    assert gone[Role.APP] == 0 and gone[Role.KEEPER] and gone[Role.HOST]
    clock.now_ns += 10 * SECOND
    assert looker.step() == 0
    assert len(recording.samples.machine_cpu().at_ns) == 2


def test_what_nobody_understands_at_the_very_end_ends_no_run_either(
    recording: Recording, system: Made, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looker = Sampler(recording, system=system, spent_ns=clock.spent)
    a_round(looker, clock)

    def fail(_pid: int) -> Seen | None:
        raise ValueError("what is this?")

    monkeypatch.setattr(system, "look", fail)
    looker.finish()
    assert looker.problem is not None and recording.samples.incomplete
    assert [bool(one.gone_ns) for one in recording.samples.processes] == [False, True, True]
