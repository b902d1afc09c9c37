"""What tasks start, and what a run itself has made, is gone after the run, however it ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from poolscope.engine import belonging, leftovers
from poolscope.engine.experiment import Experiment, start_methods
from poolscope.engine.interpreters import Probe
from poolscope.engine.names import RUN_VARIABLE
from poolscope.engine.preview import Preview
from poolscope.engine.problem import Kind
from poolscope.engine.processes import group_members, kill_session, session_members
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run, Status

MakeRun = Callable[..., Run]
WaitUntil = Callable[..., None]
LIMIT_S = 5.0  # the promises are 1 s and 2 s on a machine that has nothing else to do
WAYS = 6  # of tests/data/leavers.py

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks")
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="adopts orphans")


@pytest.fixture
def leavers(data: Path) -> str:
    return str(data / "leavers.py")


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[int]]]:
    """PIDs that tasks of `leave_and_stay` have told so far; none of them may be left."""
    file = tmp_path / "left"
    monkeypatch.setenv("LEFT", str(file))

    def pids() -> list[int]:
        return [int(line) for line in file.read_text().splitlines()] if file.exists() else []

    yield pids
    for pid in filter(is_alive, pids()):
        os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def things(owner: int) -> list[str]:
    """Semaphores and folders of the runs of a program."""
    found = [*Path(tempfile.gettempdir()).glob(f"poolscope-*-{owner}-*")]
    found += belonging.SHARED.glob(f"sem.mp-*-{owner}-*")
    return [path.name for path in found]


def told(run: Run) -> list[tuple[int, list[str]]]:
    faults = [fault.problem for fault in run.recording.journal.faults]
    left = [problem.values for problem in faults if problem.kind is Kind.LEFT_BEHIND]
    return [(values["count"], values["processes"]) for values in left]


@linux_only
def test_what_tasks_leave_is_ended_after_the_run_and_said(
    finish: MakeRun, leavers: str, start_method: str
) -> None:
    run = finish(f"{leavers}:leave", f"range({WAYS})", chunksize=1, start_method=start_method)
    assert (run.status, run.problem) == (Status.FINISHED, None)
    pids = [int(run.recording.results[row] or 0) for row in range(WAYS)]
    assert not list(filter(is_alive, pids)) and all(pids)
    assert run.recording.journal.fault_count == 1
    [(count, names)] = told(run)
    assert count == WAYS and {int(name.split("(")[1][:-1]) for name in names} == set(pids)
    assert sum(name.startswith("sleep (") for name in names) == WAYS - 1
    again = Recording(run.folder)
    again.update(ended=True)
    assert again.journal.faults == run.recording.journal.faults


def test_processes_that_were_waited_for_are_not_spoken_of(
    finish: MakeRun, leavers: str, start_method: str
) -> None:
    run = finish(f"{leavers}:soon_gone", "range(4)", start_method=start_method)
    assert run.status is Status.FINISHED and told(run) == []


@linux_only
def test_what_tasks_leave_is_gone_after_stop(
    start: MakeRun,
    leavers: str,
    left: Callable[[], list[int]],
    wait_until: WaitUntil,
    start_method: str,
) -> None:
    settings = {"processes": WAYS, "chunksize": 1, "start_method": start_method}
    run = start(f"{leavers}:leave_and_stay", f"range({WAYS})", **settings)
    wait_until(lambda: (run.poll(), len(left()) == WAYS)[1])
    run.stop()
    assert run.wait(60) and run.status is Status.STOPPED
    assert not list(filter(is_alive, left()))
    assert [count for count, _ in told(run)] == [WAYS]


@linux_only
@pytest.mark.parametrize("victims", ["host", "keeper", "both"])
def test_when_the_host_or_its_keeper_is_killed_nothing_of_the_run_is_left(
    start: MakeRun,
    leavers: str,
    left: Callable[[], list[int]],
    wait_until: WaitUntil,
    victims: str,
) -> None:
    settings = {"processes": WAYS, "chunksize": 1, "start_method": start_methods()[-1]}
    run = start(f"{leavers}:leave_and_stay", f"range({WAYS})", **settings)
    wait_until(lambda: (run.poll(), len(left()) == WAYS)[1])
    host, keeper = run.host_pid, run._host._process.pid
    assert host is not None
    below = psutil.Process(keeper).children(recursive=True)
    for pid in {"host": [host], "keeper": [keeper], "both": [keeper, host]}[victims]:
        os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    assert run.wait(60) and time.monotonic() - began < LIMIT_S
    assert run.status is Status.FAILED and run.problem is not None
    assert (run.problem.kind, run.problem.values["cause"]) == (Kind.HOST_DIED, "SIGKILL")
    alive = {process.pid for process in below if is_alive(process.pid)}
    if victims == "host":
        assert not alive and not list(filter(is_alive, left()))
    else:  # nobody is there to adopt: two have shed all that they could be known by
        assert len(alive | set(filter(is_alive, left()))) <= 2
    wait_until(lambda: not things(os.getpid()), LIMIT_S)


APP = """
import os, sys, time
from pathlib import Path
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.preview import Preview
from poolscope.engine.run import Run
what, task, inputs, method, parent = sys.argv[1:]
experiment = Experiment(task, inputs, PoolSettings(6, 1, method))
if what == "preview":
    preview = Preview(experiment, parent=Path(parent))
    while preview._journal.loaded_ns is None:
        preview.poll()
        time.sleep(0.01)
else:
    run = Run(experiment, parent=Path(parent))
    while run.recording.counts.running < 6:
        run.poll()
        time.sleep(0.01)
print("ready", flush=True)
time.sleep(600)
"""


def launch(*words: str) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", APP, *words]
    app = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert app.stdout is not None
    assert app.stdout.readline() == "ready\n"
    app.stdout.close()
    return app


@linux_only
def test_when_the_app_is_killed_all_that_the_run_made_goes(
    leavers: str,
    tmp_path: Path,
    left: Callable[[], list[int]],
    wait_until: WaitUntil,
    start_method: str,
) -> None:
    app = launch("run", f"{leavers}:leave_and_stay", "range(6)", start_method, str(tmp_path))
    wait_until(lambda: len(left()) == WAYS)
    below = psutil.Process(app.pid).children(recursive=True)
    assert things(app.pid)
    app.kill()
    app.wait()
    wait_until(lambda: not [one for one in below if is_alive(one.pid)], LIMIT_S)
    wait_until(lambda: not list(filter(is_alive, left())), LIMIT_S)
    wait_until(lambda: not things(app.pid), LIMIT_S)


@pytest.mark.parametrize("inputs", ["sum(itertools.repeat(1))", "itertools.cycle([0])"])
def test_when_the_app_is_killed_its_preview_goes(
    leavers: str, tmp_path: Path, wait_until: WaitUntil, inputs: str
) -> None:
    app = launch("preview", f"{leavers}:same", inputs, start_methods()[-1], str(tmp_path))
    below = psutil.Process(app.pid).children(recursive=True)
    assert below
    app.kill()
    app.wait()
    wait_until(lambda: not [one for one in below if is_alive(one.pid)], LIMIT_S)
    wait_until(lambda: not things(app.pid), LIMIT_S)


def test_a_preview_leaves_nobody_that_an_import_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOLD", str(tmp_path / "told"))
    (tmp_path / "starts.py").write_text(
        "import os, subprocess\n"
        "pid = subprocess.Popen(['sleep', '600'], start_new_session=True).pid\n"
        "with open(os.environ['TOLD'], 'w') as file:\n"
        "    file.write(str(pid))\n"
        "def same(value):\n"
        "    return value\n"
    )
    parent = tmp_path / "parent"
    parent.mkdir()
    preview = Preview(Experiment(f"{tmp_path / 'starts.py'}:same", "(1, 2)"), parent=parent)
    assert preview.wait(60) and preview.problem is None and preview.count == 2
    assert not is_alive(int((tmp_path / "told").read_text()))
    assert not list(parent.iterdir())


# --- what a program that was killed has left


@pytest.fixture
def stray() -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts a process that carries a token, out of anybody's group."""
    started: list[subprocess.Popen[bytes]] = []

    def make(token: str, command: Sequence[str] = ("sleep", "600")) -> "subprocess.Popen[bytes]":
        environment = os.environ | {RUN_VARIABLE: token}
        started.append(
            subprocess.Popen(
                command, env=environment, start_new_session=True, stdout=subprocess.PIPE
            )
        )
        return started[-1]

    yield make
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def token_of_the_dead() -> str:
    """A token of a program that has gone."""
    code = "from poolscope.engine import belonging; print(belonging.new_token())"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code]
    return subprocess.check_output(command, text=True, env=environment).strip()


def make_things(token: str) -> list[Path]:
    folder = belonging.folder_of(token)
    folder.mkdir()
    (folder / "listener").touch()
    made = [folder]
    if belonging.LINUX:
        made.append(belonging.SHARED / f"sem.mp-{token}-abcdefgh")
        made[-1].touch()
    return made


def test_the_next_start_ends_and_removes_what_a_killed_program_has_left(
    token_of_the_dead: str, stray: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    assert not belonging.owner_lives(token_of_the_dead)
    process, made = stray(token_of_the_dead), make_things(token_of_the_dead)
    leftovers.clear_out()
    process.wait(LIMIT_S)  # raises when it is still there
    assert not [path for path in made if path.exists()]


def test_the_next_start_ends_also_what_is_deaf_to_a_polite_signal(
    token_of_the_dead: str, stray: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    code = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True)\n"
        "time.sleep(600)"
    )
    process = stray(token_of_the_dead, (sys.executable, "-c", code))
    assert process.stdout is not None and process.stdout.readline() == b"deaf\n"
    leftovers.clear_out()
    assert process.wait(LIMIT_S) == -signal.SIGKILL


@pytest.mark.parametrize("whose", ["this", "another namespace", "no token", "long ago"])
def test_the_next_start_touches_nothing_else(
    token_of_the_dead: str, stray: Callable[..., "subprocess.Popen[bytes]"], whose: str
) -> None:
    token = belonging.new_token()
    if whose == "another namespace":
        token = "1-" + token_of_the_dead.split("-", 1)[1]
    elif whose == "no token":
        token = "anything else"
    elif whose == "long ago":  # the PID has been given to this process since
        space, pid, started, chance = token.split("-")
        token = "-".join((space, pid, str(int(started) - 100), chance))
    process = stray(token)
    made = [] if whose == "no token" else make_things(token)
    try:
        leftovers.clear_out()
        if whose == "long ago":
            process.wait(LIMIT_S)
            assert not [path for path in made if path.exists()]
        else:
            assert process.poll() is None and all(path.exists() for path in made)
    finally:
        belonging.remove_things(token)


def test_a_program_that_carries_the_token_itself_spares_itself_and_its_parents(
    token_of_the_dead: str,
) -> None:
    code = "from poolscope.engine import leftovers; leftovers.clear_out(); print('alive')"
    shell = f'{sys.executable} -c "{code}"; echo too'
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        RUN_VARIABLE: token_of_the_dead,
    }
    said = subprocess.check_output(["sh", "-c", shell], text=True, env=environment)
    assert said == "alive\ntoo\n"


def test_a_run_s_things_are_gone_when_it_is_over(finish: MakeRun, start_method: str) -> None:
    assert finish(":same", "range(3)", start_method=start_method).status is Status.FINISHED
    assert not things(os.getpid())


def test_who_is_of_a_session_is_known_without_variables() -> None:
    command = ["sh", "-c", "env -i sleep 600 & echo $!; exec sleep 600"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as leader:
        assert leader.stdout is not None
        below = int(leader.stdout.readline())
        assert {one.pid for one in session_members(leader.pid)} == {leader.pid, below}
        kill_session(leader.pid)
        assert leader.wait(LIMIT_S) == -signal.SIGKILL


def test_a_group_that_nobody_leads_yet_has_no_members() -> None:
    assert group_members(None) == []


@pytest.mark.parametrize("words", [("run", "laborator", "--inputs", "()"), ()], ids=len)
def test_the_command_and_the_window_begin_with_clearing_out(
    token_of_the_dead: str, wait_until: WaitUntil, tmp_path: Path, words: tuple[str, ...]
) -> None:
    made = make_things(token_of_the_dead)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "poolscope.gui", *words]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as program:
        try:
            wait_until(lambda: not [path for path in made if path.exists()])
        finally:
            program.terminate()


def test_a_probed_program_leaves_nobody(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text(
        f"#!/bin/sh\nsetsid sleep 600 > /dev/null 2>&1 &\necho $! > {tmp_path}/told\n"
        f'exec {sys.executable} "$@"\n'
    )
    program.chmod(0o755)
    probe = Probe(str(program))
    assert probe.wait(60) and probe.problem is None and probe.interpreter is not None
    assert not is_alive(int((tmp_path / "told").read_text()))
