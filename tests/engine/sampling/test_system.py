"""What the system says of a process, held against what psutil says."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from poolscope.engine.sampling.layout import ProcessState
from poolscope.engine.sampling.process import plain_name
from poolscope.engine.sampling.system import LINUX, ProcFolder, Psutil, System, uss_of
from poolscope.engine.trace.layout import clock_ns

linux = pytest.mark.skipif(not LINUX, reason="it has /proc")
SYSTEMS = [pytest.param(ProcFolder, marks=linux), Psutil]
BUSY = "import sys, time\nprint(flush=True)\nwhile True: pass"
IDLE = "import sys, time\nprint(flush=True)\ntime.sleep(600)"


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> System:
    made: System = request.param()
    made.begin()
    return made


@pytest.fixture
def child() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """`child(code)` runs it until the end of the test; it has said that it is there."""
    started: list[subprocess.Popen[bytes]] = []

    def make(code: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    yield make
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def asleep(
    child: Callable[..., subprocess.Popen[bytes]], wait_until: Callable[..., None]
) -> Callable[..., int]:
    """`asleep(code)`: the PID of one that has come to its sleep."""

    def make(code: str = IDLE) -> int:
        pid = child(code).pid
        wait_until(lambda: psutil.Process(pid).status() == psutil.STATUS_SLEEPING)
        return pid

    return make


def test_a_process_is_seen_as_psutil_sees_it(system: System, asleep: Callable[..., int]) -> None:
    pid = asleep()
    seen = system.look(pid)
    assert seen is not None
    theirs = psutil.Process(pid)
    assert seen.ppid == os.getpid() and seen.state is ProcessState.SLEEPING
    assert seen.name == theirs.name() and seen.threads == theirs.num_threads()
    assert abs(seen.rss - theirs.memory_info().rss) < 4 << 20
    cpu = theirs.cpu_times()
    assert abs(seen.cpu_ns / 1e9 - cpu.user - cpu.system) < 0.05
    again = system.look(pid)
    assert again is not None and again.started == seen.started


def test_its_birth_is_on_the_run_s_clock(
    system: System, child: Callable[..., subprocess.Popen[bytes]]
) -> None:
    before_ns = clock_ns()
    seen = system.look(child(IDLE).pid)
    assert seen is not None
    exact_ns = 50_000_000 if isinstance(system, ProcFolder) else 2 * 10**9  # psutil's on Linux
    assert before_ns - exact_ns < system.born_ns(seen) < clock_ns() + exact_ns


def test_one_that_computes_uses_more_and_more(
    system: System,
    child: Callable[..., subprocess.Popen[bytes]],
    wait_until: Callable[..., None],
) -> None:
    pid = child(BUSY).pid
    first = system.look(pid)
    assert first is not None

    def more() -> bool:
        seen = system.look(pid)
        assert seen is not None and seen.cpu_ns >= first.cpu_ns
        return seen.cpu_ns > first.cpu_ns + 50_000_000

    wait_until(more)


@pytest.mark.skipif(os.name != "posix", reason="there are none")
def test_what_has_ended_is_a_zombie_until_somebody_asks_and_then_gone(
    system: System, child: Callable[..., subprocess.Popen[bytes]], wait_until: Callable[..., None]
) -> None:
    process = child(IDLE)
    os.kill(process.pid, signal.SIGSTOP)

    def state() -> ProcessState | None:
        seen = system.look(process.pid)
        return None if seen is None else seen.state

    wait_until(lambda: state() is ProcessState.STOPPED)
    process.kill()
    wait_until(lambda: state() in (ProcessState.ZOMBIE, None))
    seen = system.look(process.pid)
    assert seen is None or (seen.state is ProcessState.ZOMBIE and seen.rss == 0)
    assert uss_of(process.pid, 0) is None
    process.wait()
    assert system.look(process.pid) is None


@linux
def test_a_name_may_hold_anything(asleep: Callable[..., int]) -> None:
    code = "open('/proc/self/comm', 'wb').write(b') Z 1 (\\n'); " + IDLE.replace("\n", "; ")
    seen = ProcFolder().look(asleep(code))
    assert seen is not None and seen.name == ") Z 1 (\n"
    assert seen.ppid == os.getpid() and seen.state is ProcessState.SLEEPING
    assert plain_name(seen.name) == ") Z 1 (?"


def test_newcomers_are_those_who_came_since(
    system: System, child: Callable[..., subprocess.Popen[bytes]]
) -> None:
    pid = child(IDLE).pid
    first = set(system.newcomers([os.getpid()]))
    assert pid in first
    if isinstance(system, ProcFolder):
        assert os.getpid() not in first, "it was there before"
        assert pid not in set(system.newcomers([])), "it was told of"
        system.forget(pid)
        assert pid in set(system.newcomers([])), "and another may have its PID"


@linux
def test_listing_a_large_machine_is_done_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    class Entry:
        def __init__(self, name: str) -> None:
            self.name = name

    class Entries:
        def __enter__(self) -> Iterator[Entry]:
            return iter([Entry(str(number)) for number in range(1, 10_001)] + [Entry("self")])

        def __exit__(self, *_: object) -> None:
            pass

    found = ProcFolder()
    monkeypatch.setattr(os, "scandir", lambda _: Entries())
    steps = list(found.newcomers([]))
    assert steps.count(None) >= 500 and steps[:500] == [None] * 500
    assert {pid for pid in steps if pid is not None} == set(range(1, 10_001))


def test_nobody_is_there_with_a_pid_that_is_free(system: System) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert system.look(process.pid) is None
    assert uss_of(process.pid, 1) is None


def test_a_process_says_its_own_memory(tmp_path: Path) -> None:
    seen = (ProcFolder() if LINUX else Psutil()).look(os.getpid())
    assert seen is not None
    uss = uss_of(os.getpid(), seen.started)
    assert uss is not None and uss > 1 << 20


@linux
def test_without_its_folder_nobody_is_there_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(path: str) -> None:
        raise FileNotFoundError(path)

    system = ProcFolder()
    with monkeypatch.context() as patch:
        for name in ("listdir", "scandir"):
            patch.setattr(os, name, missing)
        system.begin()
        assert list(system.newcomers([1])) == []
