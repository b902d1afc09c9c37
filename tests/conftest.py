"""What every test gets: folders of its own, no screen, and a look at what it leaves behind."""

import contextlib
import os
import shutil
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from multiprocessing import process, util
from pathlib import Path

import platformdirs
import psutil
import pytest

from poolscope.engine import belonging, run_folder
from poolscope.engine.experiment import Experiment, PoolSettings, start_methods
from poolscope.engine.run import Run

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("PYTHONPATH", None)  # a host must do without

DATA = Path(__file__).parent / "data"
MARK = "POOLSCOPE_TEST"
OWN = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""Helpers that a plain Pool of a test starts once for the whole of the test process."""
LEAVE_S = 10.0
"""What the killed and their semaphores get to go, on a machine that others use, too."""
RUN_S = 60.0
"""No test waits longer for a run; only a hang gets there."""

WaitUntil = Callable[..., None]
MakeRun = Callable[..., Run]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all",
        action="store_true",
        help="each fault under each start method and each method of Pool, not only in pairs",
    )


def poll_until(condition: Callable[[], object], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


@pytest.fixture(scope="session")
def wait_until() -> WaitUntil:
    """`wait_until(condition, timeout_s)` returns when it holds, and fails when it never does."""

    def wait(condition: Callable[[], object], timeout_s: float = RUN_S) -> None:
        assert poll_until(condition, timeout_s), f"not within {timeout_s} s"

    return wait


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Nothing of the user's own is read or written; temporary files have a folder of their own.

    That one's path is short: there are sockets in it.
    """
    home = tmp_path_factory.mktemp("home")
    temporary = tempfile.mkdtemp(prefix="pst-")
    # After what a plain forkserver Pool of a test has put there was removed by itself.
    util.Finalize(None, shutil.rmtree, (temporary, True), exitpriority=-200)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "CACHE", "CONFIG", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        if sys.platform == "darwin":
            patch.setenv("HOME", str(home))
        if sys.platform == "win32":  # the folders come from the system, not from variables
            for name in ("data", "cache", "config", "state"):
                patch.setattr(
                    platformdirs,
                    f"user_{name}_path",
                    lambda *names, _folder=home / name, **_: _folder / names[0],
                )
        if sys.platform.startswith("linux"):  # where names may be so long
            config = process.current_process()._config
            patch.setitem(config, "semprefix", f"/mp-{belonging.new_token()}")
        patch.setenv("TMPDIR", temporary)
        patch.setattr(tempfile, "tempdir", temporary)
        yield home


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a process, a thread, a top-level widget or a thing of a run behind.

    Whatever a test starts, at any depth, has inherited a variable that only this test has set, or
    descends from the tests' process.
    Things are semaphores, and what multiprocessing and Poolscope put into the temporary folder.
    Runs in the suite's own data folder are a history and stay there, as many as the program keeps.
    """
    mark = uuid.uuid4().hex
    monkeypatch.setenv(MARK, mark)
    processes = set(psutil.pids())
    threads = set(threading.enumerate())
    widgets = _widgets()
    things = _things()
    yield
    left: dict[str, list[str]] = {}

    def gone() -> bool:
        left["processes"] = _processes(set(psutil.pids()) - processes, mark)
        left["threads"] = [thread.name for thread in set(threading.enumerate()) - threads]
        left["widgets"] = [text for name, text in _widgets().items() if name not in widgets]
        left["things"] = [name for name in _things() - things if _is_stale(name)]
        left["runs"] = _runs_too_many()
        return not any(left.values())

    assert poll_until(gone, LEAVE_S), f"left behind: {left}"


def _processes(pids: set[int], mark: str) -> list[str]:
    found = []
    below = {process.pid for process in psutil.Process().children(recursive=True)}
    for pid in pids:
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                if process.ppid() == os.getpid():
                    found.append(f"{process.pid} (zombie)")
            elif pid in below or process.environ().get(MARK) == mark:
                command = " ".join(process.cmdline())
                if process.ppid() != os.getpid() or not any(name in command for name in OWN):
                    found.append(f"{process.pid} {command}")
    return found


def _things() -> set[str]:
    """Paths of what a run, or a plain Pool, makes outside of its own folder."""
    folder = Path(tempfile.gettempdir())
    found = [*folder.glob("pymp-*"), *folder.glob("poolscope-*")]
    if belonging.SHARED.is_dir():
        found += belonging.SHARED.glob("sem.mp-*")
    own = process.current_process()._config.get("tempdir")  # a plain Pool's, until we end
    return set(map(str, found)) - {own}


@pytest.fixture(scope="session")
def semaphores() -> Callable[[], set[str]]:
    """Names of those that belong to runs of this process; other tests run beside."""
    own = f"sem.mp-{belonging.this_process()}-*"
    return lambda: {path.name for path in belonging.SHARED.glob(own)}


def _is_stale(path: str) -> bool:
    """Others use this machine, and its semaphores, too: those of a program that lives are its own.

    Whose one without a token is, nobody can tell. Plain Pools of tests are given one.
    """
    name = Path(path).name
    if not name.startswith("sem.mp-"):
        return True
    token = belonging.TOKEN.match(name.removeprefix("sem.mp-"))
    if token is None:
        return False
    return int(token[2]) == os.getpid() or not belonging.owner_lives(token[0])


def _runs_too_many() -> list[str]:
    # A `poolscope run` of a test may not delete the runs of this process, which still lives.
    run_folder.clear_out()
    folders = sorted(path.name for path in run_folder.root().iterdir())
    return folders[: -run_folder.RUNS_KEPT]


def _widgets() -> dict[int, str]:
    qt, core = sys.modules.get("PySide6.QtWidgets"), sys.modules.get("PySide6.QtCore")
    if qt is None or core is None or qt.QApplication.instance() is None:
        return {}
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    return {id(widget): repr(widget) for widget in qt.QApplication.topLevelWidgets()}


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of the files that tests use."""
    return DATA


@pytest.fixture(params=start_methods())
def start_method(request: pytest.FixtureRequest) -> str:
    """Each start method of this platform."""
    return str(request.param)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[MakeRun]:
    """`start(task, inputs, **pool_settings)` starts a run; `task` may be a name of data/faults.py.

    Whatever still runs at the end of the test is stopped.
    """
    runs: list[Run] = []

    def make(task: str = "laborator", inputs: str = "(1, 2, 3)", **settings: object) -> Run:
        if task.startswith(":"):
            task = f"{DATA / 'faults.py'}{task}"
        pool = PoolSettings(**settings)  # type: ignore[arg-type]
        runs.append(Run(Experiment(task, inputs, pool), parent=tmp_path))
        return runs[-1]

    yield make
    for run in runs:
        run.stop()
        assert run.wait(RUN_S)


@pytest.fixture
def finish(start: MakeRun) -> MakeRun:
    """The same, and waits for its end."""

    def make(*args: str, **settings: object) -> Run:
        run = start(*args, **settings)
        assert run.wait(RUN_S), "the run hangs"
        return run

    return make
