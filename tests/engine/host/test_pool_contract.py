"""The private names of CPython's Pool that engine/host and engine/backends lean on.

They are held against each Python from 3.11 on that can be found here, each time in a process of
its own that sees nothing but the laid host's files: that is what an experiment's interpreter sees.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine import host_files

NAMES = ("python3.11", "python3.12", "python3.13", "python3.14")


@cache
def version_of(program: str) -> str | None:
    """Its version when it is a Python that runs; a name on the path alone says little."""
    command = [program, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def pythons() -> list[str]:
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = {here: sys.executable}
    for name in NAMES:
        program = shutil.which(name)
        version = version_of(program) if program else None
        if program and version:
            found.setdefault(version, program)
    return list(found.values())


def run(python: str, script: str, folder: Path, *arguments: str) -> Any:
    """What `script` printed as JSON, run by `python` with the laid host's files and no others.

    It is a file, because spawned workers import it again.
    """
    file = folder / "contract.py"
    file.write_text(script)
    laid = str(host_files.lay())
    done = subprocess.run(
        [python, str(file), *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": laid},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(params=pythons(), ids=version_of)
def python(request: pytest.FixtureRequest) -> str:
    return str(request.param)


NAMES_SCRIPT = """
import inspect, json
from multiprocessing import connection, forkserver, get_context, managers, pool, process, queues
from multiprocessing import reduction, resource_tracker, util
from multiprocessing.pool import Pool

def arguments(function):
    return list(inspect.signature(function).parameters)

plain = Pool(1)
facts = {
    "worker": arguments(pool.worker),
    "Process": arguments(Pool.Process),
    "_guarded_task_generation": arguments(Pool._guarded_task_generation),
    "_get_tasks": arguments(Pool._get_tasks),
    "_setup_queues": arguments(Pool._setup_queues),
    "mapstar": pool.mapstar((abs, (-1, -2))),
    "starmapstar": pool.starmapstar((max, ((1, 2), (4, 3)))),
    "apply_async": arguments(Pool.apply_async),
    "imap": type(plain.imap(abs, [1])).__name__,
    "imap of chunks": type(
        inspect.getgeneratorlocals(plain.imap(abs, [1, 2], 2))[".0"]
    ).__name__,
    "TERMINATE": pool.TERMINATE,
    "queues": [type(q).__name__ for q in (plain._inqueue, plain._outqueue)],
    "queue": [hasattr(plain._inqueue, n) for n in ("_reader", "_writer", "_rlock", "_wlock")],
    "pool": [len(plain._pool), plain._processes, plain._state],
    "threads": [
        thread._state
        for thread in (plain._worker_handler, plain._task_handler, plain._result_handler)
    ],
    "alive": plain._worker_handler.is_alive(),
    "popen": plain._pool[0]._popen.returncode,
    "notifier": hasattr(plain._change_notifier, "put"),
    "terminate": hasattr(plain._terminate, "cancel"),
    "tracker": hasattr(resource_tracker._resource_tracker, "_pid"),
    "forkserver": hasattr(forkserver._forkserver, "_forkserver_pid"),
    "pickler": reduction.ForkingPickler.loads(reduction.ForkingPickler.dumps([1])) == [1],
    "encoding": issubclass(pool.MaybeEncodingError, Exception),
    "poll": isinstance(plain._outqueue._reader.poll(0), bool),
    "lock": [hasattr(plain._inqueue._rlock._semlock, n) for n in ("__enter__", "__exit__")],
    "connection": [arguments(getattr(connection.Connection, n))[:2] for n in ("_send", "_recv")],
    "inheriting": "_inheriting" in inspect.getsource(managers.RebuildProxy),
}
plain.close()
plain.join()
facts["ended"] = [plain._worker_handler.is_alive(), plain._pool[0]._popen.returncode]
print(json.dumps(facts))
"""


def test_every_private_name_is_there_and_means_what_it_did(python: str, tmp_path: Path) -> None:
    facts = run(python, NAMES_SCRIPT, tmp_path)
    worker = facts.pop("worker")
    assert worker[:2] == ["inqueue", "outqueue"]
    assert facts == {
        "Process": ["ctx", "args", "kwds"],
        "_guarded_task_generation": ["self", "result_job", "func", "iterable"],
        "_get_tasks": ["func", "it", "size"],
        "_setup_queues": ["self"],
        "mapstar": [1, 2],
        "starmapstar": [2, 4],
        "apply_async": ["self", "func", "args", "kwds", "callback", "error_callback"],
        "imap": "IMapIterator",
        "imap of chunks": "IMapIterator",
        "TERMINATE": "TERMINATE",
        "queues": ["SimpleQueue", "SimpleQueue"],
        "queue": [True] * 4,
        "pool": [1, 1, "RUN"],
        "threads": ["RUN", "RUN", "RUN"],
        "alive": True,
        "popen": None,
        "notifier": True,
        "terminate": True,
        "tracker": True,
        "forkserver": True,
        "pickler": True,
        "encoding": True,
        "poll": True,
        "lock": [True, True],
        "connection": [["self", "buf"], ["self", "size"]],
        "inheriting": True,
        "ended": [False, 0],
    }


RUN_SCRIPT = """
import json, os, sys
from pathlib import Path

def square(number):
    return number * number

def end(number):
    if number == 3:
        os._exit(3)
    return number

if __name__ == "__main__":
    from poolscope.engine import lifeline
    from poolscope.engine.backends.base import Job
    from poolscope.engine.backends.pool import PoolBackend
    from poolscope.engine.experiment import PoolSettings
    folder, start_method, task = Path(sys.argv[1]), sys.argv[2], globals()[sys.argv[3]]
    method = (sys.argv[4:] or ["map"])[0]
    (folder / "output").mkdir(parents=True)
    held = lifeline.create(str(folder))
    settings = PoolSettings(3, 2, start_method, method)
    backend = PoolBackend(Job(folder, task, list(range(23)), settings))
    laid = backend.lay_out()
    backend.start()
    helpers = [helper.role for helper in backend.helpers()]
    backend.call()
    while not backend.wait(0.05):
        pass
    problem = backend.problem()
    while not backend.leave():
        pass
    lines = []
    for chunk in range(laid[1]):
        size, over, values = backend.results_of(chunk)
        assert over
        lines += ["null"] * size if values is None else map(str, values)
    chunks = backend._pool._chunks
    table = backend._table
    workers = backend._pool.workers
    print(json.dumps({
        "laid": laid, "lines": lines, "helpers": helpers,
        "problem": problem and problem.values["cause"],
        "sizes": list(chunks["size"]), "outcomes": list(chunks["outcome"]),
        "codes": [table.get(w.ordinal, "exit_code") for w in workers],
        "slots": sorted({w.slot for w in workers}),
        "pids": [w.process.pid == table.get(w.ordinal, "pid") for w in workers],
        "numpy": "numpy" in sys.modules,
    }))
"""


def test_the_pool_records_and_returns_the_same_everywhere(
    python: str, start_method: str, tmp_path: Path
) -> None:
    facts = run(python, RUN_SCRIPT, tmp_path, str(tmp_path / "run"), start_method, "square")
    assert facts["laid"] == [2, 12]
    assert facts["lines"] == [str(number * number) for number in range(23)]
    assert facts["sizes"] == [2] * 11 + [1] and facts["outcomes"] == [1] * 12
    assert facts["codes"] == [0, 0, 0] and facts["slots"] == [0, 1, 2] and all(facts["pids"])
    assert facts["problem"] is None and not facts["numpy"]
    assert ("fork server" in facts["helpers"]) == (start_method == "forkserver")
    assert start_method == "fork" or "resource tracker" in facts["helpers"]


@pytest.mark.parametrize("method", ["imap", "imap_unordered", "apply", "apply_async"])
def test_the_other_methods_return_the_same_everywhere(
    python: str, method: str, tmp_path: Path
) -> None:
    facts = run(python, RUN_SCRIPT, tmp_path, str(tmp_path / "run"), "spawn", "square", method)
    assert facts["lines"] == [str(number * number) for number in range(23)]
    assert set(facts["outcomes"]) == {1} and facts["codes"] == [0, 0, 0]


def test_a_death_is_seen_everywhere(python: str, start_method: str, tmp_path: Path) -> None:
    facts = run(python, RUN_SCRIPT, tmp_path, str(tmp_path / "run"), start_method, "end")
    assert facts["problem"] == "exit status 3"
    assert facts["lines"] == ["0", "1", "null", "null"] + [str(number) for number in range(4, 23)]
    assert facts["codes"].count(3) == 1 and len(facts["codes"]) == 4
    assert facts["slots"] == [0, 1, 2]


OWN_NAMES_SCRIPT = """
import json, os, sys
from pathlib import Path

def names():
    # The token that a worker sees, and where its own sockets and semaphores would lie.
    from multiprocessing import connection, get_context, util
    folder = util.get_temp_dir()
    address = connection.arbitrary_address("AF_UNIX")
    lock = get_context("spawn").Lock()
    return [folder, os.path.dirname(address), lock._semlock.name]

def in_a_worker(_):
    return names()

if __name__ == "__main__":
    from multiprocessing import get_context
    from poolscope.engine.host import own_names
    from poolscope.engine.names import RUN_VARIABLE
    os.environ[RUN_VARIABLE] = "token"
    own_names.give(sys.argv[1])
    with get_context(sys.argv[2]).Pool(1) as pool:
        there = pool.map(in_a_worker, [0])[0]
        pool.close()
        pool.join()
    print(json.dumps([names(), there]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names are short elsewhere")
def test_sockets_and_semaphores_carry_the_run_s_name_everywhere(
    python: str, start_method: str, tmp_path: Path
) -> None:
    folder = tempfile.mkdtemp(prefix="mp-")  # a socket's path must be short
    try:
        for said in run(python, OWN_NAMES_SCRIPT, tmp_path, folder, start_method):
            assert said[:2] == [folder, folder] and said[2].startswith("/mp-token-")
    finally:
        shutil.rmtree(folder)
