"""What `poolscope run` says about what goes wrong: as it comes, and in the object."""

import json
import os
import subprocess
import sys

import pytest

LIMIT_S = 60

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def test_a_death_is_said_once_while_the_run_goes_on(folder) -> None:  # type: ignore[no-untyped-def]
    (folder / "slow.py").write_text(
        "import os, signal, time\n"
        "def die_or_wait(number):\n"
        "    if number == 0:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    while not os.path.exists('go on'):\n"
        "        time.sleep(0.01)\n"
        "    return number\n"
    )
    words = ["run", "slow.py:die_or_wait", "--inputs", "range(8)", "--chunksize", "4"]
    process = subprocess.Popen(
        [sys.executable, "-m", "poolscope.gui", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        while said.startswith("note: "):
            said = process.stderr.readline()
        assert process.poll() is None  # the other worker waits for us
        (folder / "go on").touch()
        out, rest = process.communicate(timeout=LIMIT_S)
    finally:
        process.kill()
        process.communicate()
    assert said.startswith("poolscope: Worker ")
    assert "died (SIGKILL) while running task 0; tasks 1 to 3 of its chunk were never run." in said
    assert "died" not in rest
    assert "Failed: 4 of 8 tasks done, 1 lost, 3 not run." in out
    assert process.returncode == 1


def test_json_has_the_problem_and_the_faults_with_their_sentences(poolscope) -> None:  # type: ignore[no-untyped-def]
    done = poolscope("run", "jobs.py:dying", "--inputs", "range(8)", "--chunksize", "4", "--json")
    facts = json.loads(done.stdout)
    assert facts["problem"]["kind"] == "worker_died"
    assert facts["problem"]["values"]["task"] == 1
    assert facts["problem"]["sentence"] == facts["reason"]
    assert "the result of task 0 went down with it" in facts["reason"]
    (fault,) = facts["faults"]
    assert facts["fault_count"] == 1
    assert fault["kind"] == "worker_died"
    assert fault["values"]["pid"] == facts["problem"]["values"]["pid"]
    assert fault["sentence"].startswith(f"Worker {fault['values']['pid']} died (SIGKILL)")
    assert fault["at_s"] > 0
    assert (facts["tasks"]["lost"], facts["tasks"]["not_run"]) == (1, 2)
    assert "died" not in done.stderr

    healthy = json.loads(poolscope("run", "jobs.py:half", "--inputs", "[1]", "--json").stdout)
    assert (healthy["problem"], healthy["faults"], healthy["fault_count"]) == (None, [], 0)
