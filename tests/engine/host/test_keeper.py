"""The keeper of a host, without a host: a child that does what one does."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from poolscope.engine import host_files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="where there is fork")
SCRIPT = """
import os, sys, time
from pathlib import Path
from poolscope.engine.host import keeper

folder, connection, adopts = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "adopts"

def adopt(really=keeper._adopt_orphans):
    time.sleep(0.3)
    (folder / "adopts").touch()
    return really() if adopts else False

keeper._adopt_orphans = adopt
wait = keeper.keep(str(folder), connection, str(folder / "sockets"))
os.read(wait, 1)
(folder / "told").write_text(f"{(folder / 'adopts').exists()}")
if os.fork() == 0:
    left = os.fork()
    if left == 0:
        os.close(connection)
        time.sleep(600)
    (folder / "left").write_text(str(left))
    os._exit(0)
os.wait()
os._exit(0)
"""


@pytest.mark.parametrize("way", ["adopts", "cannot"])
def test_the_host_waits_for_its_keeper_which_ends_what_it_leaves(tmp_path: Path, way: str) -> None:
    here, there = socket.socketpair()
    with here, there:
        command = [sys.executable, "-c", SCRIPT, str(tmp_path), str(there.fileno()), way]
        environment = os.environ | {"PYTHONPATH": str(host_files.lay())}
        subprocess.run(
            command,
            env=environment,
            pass_fds=[there.fileno()],
            start_new_session=True,
            timeout=30,
            check=True,
        )
    assert (tmp_path / "told").read_text() == "True"
    left = int((tmp_path / "left").read_text())
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(left)
        try:
            assert process.status() == psutil.STATUS_ZOMBIE
        finally:
            process.kill()
