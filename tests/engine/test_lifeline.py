"""The kernel ends a run when its app goes (Linux)."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from poolscope.engine import host_files, lifeline
from poolscope.engine.names import LIFELINE_FILE

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")

HOLDER = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from poolscope.engine import lifeline
lifeline.hold(sys.argv[2])
if os.fork() == 0:
    lifeline.hold(sys.argv[2])
    print(os.getpid(), flush=True)
time.sleep(600)
"""


@contextlib.contextmanager
def hold(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", HOLDER, str(host_files.lay()), str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, text=True, start_new_session=True) as holder:
        try:
            yield holder
        finally:
            with contextlib.suppress(ProcessLookupError):  # as it should be
                os.killpg(holder.pid, signal.SIGKILL)


def test_closing_the_write_end_kills_the_whole_group_at_once(
    tmp_path: Path, wait_until: Callable[..., None]
) -> None:
    write_end = lifeline.create(str(tmp_path))
    assert write_end is not None
    with hold(tmp_path) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        assert os.getpgid(child) == holder.pid and holder.poll() is None
        os.close(write_end)
        assert holder.wait(5) == -signal.SIGKILL
    wait_until(lambda: not Path(f"/proc/{child}").exists(), 5)


def test_readers_that_come_and_go_kill_nobody(tmp_path: Path) -> None:
    write_end = lifeline.create(str(tmp_path))
    assert write_end is not None
    with hold(tmp_path) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        for _ in range(5):
            os.close(os.open(tmp_path / LIFELINE_FILE, os.O_RDONLY | os.O_NONBLOCK))
        os.kill(child, signal.SIGKILL)  # another reader that goes
        with pytest.raises(subprocess.TimeoutExpired):
            holder.wait(0.2)
        os.close(write_end)
        assert holder.wait(5) == -signal.SIGKILL


def test_who_comes_after_the_app_has_gone_ends_by_itself(tmp_path: Path) -> None:
    write_end = lifeline.create(str(tmp_path))
    assert write_end is not None
    os.close(write_end)
    with hold(tmp_path) as holder:
        assert holder.wait(5) == 1


def test_the_write_end_is_not_inherited(tmp_path: Path) -> None:
    write_end = lifeline.create(str(tmp_path))
    assert write_end is not None
    assert not os.get_inheritable(write_end)
    os.close(write_end)


def test_who_finds_no_lifeline_goes_on_without(tmp_path: Path) -> None:
    with hold(tmp_path) as holder:
        assert holder.stdout is not None
        assert int(holder.stdout.readline())
        assert holder.poll() is None
