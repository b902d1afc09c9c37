"""What the watch concludes from what it sees, and what it does not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from poolscope.engine import host_files
from poolscope.engine.experiment import start_methods
from poolscope.engine.host import watch
from poolscope.engine.host.watch import LOOKS, Watch

SCRIPT = """
import json, sys, time
from multiprocessing import get_context
from pathlib import Path
from poolscope.engine.host import vanished
from poolscope.engine.host.recording_pool import RecordingPool
from poolscope.engine.host.watch import Watch
from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import CHUNKS, TASKS

vanished.REST_NS = 50_000_000
folder = Path(sys.argv[1])
(folder / "output").mkdir()
for table in (TASKS, CHUNKS):
    writer.create(folder, table, 1)
table = writer.WorkersTable(folder, 1)
read = []

class SlowPool(RecordingPool):
    "As one whose thread does not get its turn, with the result in its hands."
    def _setup_queues(self):
        super()._setup_queues()
        receive = self._receive
        def receive_slowly():
            data = receive()
            read.append(len(data))
            time.sleep(0.4)
            return data
        self._receive = receive_slowly

pool = SlowPool(folder, table, processes=1, context=get_context("fork"))
pool.expected = 1
watch = Watch(pool, table, abs)
result = pool.map_async(abs, [-1], 1)
while not result.ready():
    watch.look()
    time.sleep(0.02)
kinds = [trouble.problem.kind for trouble in watch.troubles]
pool.close()
pool.join()
print(json.dumps([result.get(), kinds, bool(read), pool.asked]))
"""


@pytest.mark.skipif("fork" not in start_methods(), reason="needs fork")
def test_a_result_that_the_host_is_slow_to_note_has_not_vanished(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(host_files.lay())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[1], [], True, 1]


def test_a_host_that_stood_still_has_seen_nothing_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0]
    monkeypatch.setattr(watch, "clock_ns", lambda: now[0])
    one = Watch.__new__(Watch)
    one._since = {}
    assert not one._lasts("tasks", True, watch.FROZEN_NS)
    now[0] += 10 * watch.FROZEN_NS
    seen = [one._lasts("tasks", True, watch.FROZEN_NS) for _ in range(LOOKS)]
    assert seen == [False] * (LOOKS - 1) + [True]
    assert not one._lasts("tasks", False, watch.FROZEN_NS)
    assert not one._lasts("tasks", True, watch.FROZEN_NS)
