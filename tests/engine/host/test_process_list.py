"""The processes that the keeper sees, from /proc and from ps."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from poolscope.engine.host import process_list

pytestmark = pytest.mark.skipif(os.name != "posix", reason="where there is fork")


@pytest.fixture(params=["/proc", "ps"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the list comes from: Linux has /proc, any POSIX has ps."""
    if request.param == "/proc" and not sys.platform.startswith("linux"):
        pytest.skip("Linux only")
    if request.param == "ps" and shutil.which("ps") is None:
        pytest.skip("ps is not installed")
    monkeypatch.setattr(process_list, "LINUX", request.param == "/proc")
    return str(request.param)


@pytest.fixture
def child() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(["sleep", "600"], process_group=0) as process:
        yield process
        process.kill()


def test_a_process_is_listed_with_its_parent_its_group_and_its_name(
    source: str, child: "subprocess.Popen[bytes]"
) -> None:
    listed = {one.pid: one for one in process_list.list_processes()}
    assert listed[child.pid] == (child.pid, os.getpid(), child.pid, "sleep", False)
    assert listed[os.getpid()].parent == os.getppid()
    assert "sleep 600" in process_list.command_of(child.pid)


def test_the_one_that_lists_them_is_not_among_them(source: str) -> None:
    listed = process_list.list_processes()
    assert not [one for one in listed if (one.parent, one.name) == (os.getpid(), "ps")]


def test_one_that_is_dead_is_known_as_such(source: str, child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert next(one for one in process_list.list_processes() if one.pid == child.pid).dead


def test_any_name_can_be_read(source: str, tmp_path: "os.PathLike[str]") -> None:
    program = os.path.join(tmp_path, "a) R 1 (b")
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "600"]) as process:
        try:
            listed = {one.pid: one for one in process_list.list_processes()}
            assert listed[process.pid].parent == os.getpid() and not listed[process.pid].dead
        finally:
            process.kill()


def test_who_has_gone_has_no_command(source: str) -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    assert process_list.command_of(process.pid) == ""
