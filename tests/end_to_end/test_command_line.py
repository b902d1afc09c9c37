"""The `poolscope` command as a person starts it: a process of its own, with real files."""

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from poolscope.engine import run_folder
from poolscope.engine.trace.layout import CHUNKS, TASKS

LIMIT_S = 60  # nothing takes so long but a hang
posix = pytest.mark.skipif(os.name != "posix", reason="signals and terminals of POSIX")
Command = Callable[..., "subprocess.CompletedProcess[str]"]


def runs_kept() -> list[Path]:
    return sorted(run_folder.root().iterdir())


def object_of(said: "subprocess.CompletedProcess[str]") -> dict:
    assert said.stdout.count("\n") == 1, "one object and nothing else"
    return json.loads(said.stdout)


def test_two_workers_share_three_lab_jobs(poolscope: Command, start_method: str) -> None:
    words = ["--inputs", "(1, 2, 3)", "--processes", "2", "--start-method", start_method, "--json"]
    said = poolscope("run", "laborator", *words)
    assert said.returncode == 0, said.stderr
    facts = object_of(said)
    assert (facts["status"], facts["reason"]) == ("finished", None)
    assert facts["experiment"]["pool"]["start_method"] == start_method
    assert facts["tasks"] == {
        "total": 3, "done": 3, "raised": 0, "lost": 0, "not_run": 0, "result_lost": 0
    }  # fmt: skip
    assert sorted(worker["tasks"] for worker in facts["workers"]) == [1, 2]
    assert [worker["exit_code"] for worker in facts["workers"]] == [0, 0]
    assert facts["busy_s"] == pytest.approx(sum(worker["busy_s"] for worker in facts["workers"]))
    assert facts["makespan_s"] > 0


def test_the_processes_are_a_tree_below_the_app(poolscope: Command, start_method: str) -> None:
    said = poolscope("run", "laborator", "--start-method", start_method, "--json")
    facts = object_of(said)
    by_pid = {process["pid"]: process for process in facts["processes"]}
    roles = [process["role"] for process in facts["processes"]]
    assert (roles.count("app"), roles.count("host"), roles.count("worker")) == (1, 1, 2)
    app = next(process for process in facts["processes"] if process["role"] == "app")
    assert app["ppid"] == os.getpid()
    workers = {process["pid"] for process in facts["processes"] if process["role"] == "worker"}
    assert workers == {worker["pid"] for worker in facts["workers"]}
    for process in facts["processes"]:
        if process is not app:
            assert process["ppid"] in by_pid, process
    assert ("fork server" in roles) == (start_method == "forkserver")


def test_workers_without_a_task_are_there_too(poolscope: Command) -> None:
    said = poolscope("run", "laborator", "--inputs", "[0]", "--processes", "3", "--json")
    facts = object_of(said)
    assert sorted(worker["tasks"] for worker in facts["workers"]) == [0, 0, 1]


def test_no_inputs_are_no_failure(poolscope: Command) -> None:
    said = poolscope("run", "laborator", "--inputs", "[]", "--json")
    assert said.returncode == 0
    assert object_of(said)["tasks"]["total"] == 0


def test_two_thousand_tasks_in_chunks_of_seven_are_drawn_in_four_lanes(
    poolscope: Command, folder: Path
) -> None:
    words = ["--inputs", "range(2000)", "--processes", "4", "--chunksize", "7"]
    said = poolscope("run", "count_primes", *words, "--export", "t.png", "--json")
    assert said.returncode == 0, said.stderr
    facts = object_of(said)
    assert facts["tasks"]["done"] == 2000
    assert len(facts["workers"]) == 4
    tasks = np.load(runs_kept()[-1] / TASKS.file_name)
    chunk_of = tasks[:, TASKS.columns.index("chunk")]
    assert np.bincount(chunk_of).tolist() == [7] * 285 + [5]
    chunks = np.load(runs_kept()[-1] / CHUNKS.file_name)
    assert chunks[:, CHUNKS.columns.index("size")].tolist() == [7] * 285 + [5]
    assert (folder / "t.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["laborator", "--processes", "0"], "processes must be from 1 to "),
        (["laborator", "--processes", "two"], "processes must be a whole number, but is two."),
        (["laborator", "--chunksize", "0"], "chunksize must be from 1 to "),
        (["laborator", "--start-method", "thread"], "start method must be "),
        (["laborator", "--method", "reduce"], "method must be "),
        (["laborator", "--inputs", "1/0"], "The inputs cannot be evaluated: ZeroDivisionError: "),
        (["laborator", "--inputs", "5"], "The inputs must be a collection "),
        (["laborator", "--inputs", "(1,"], "The inputs are not a Python expression: "),
        (["laborator", "--inputs", "[int(x) for x in '1x']"], "The inputs cannot be evaluated: "),
        (["laboratr"], "There is no task called laboratr. Did you mean laborator?"),
        (["jobs.py"], "There is no task called jobs.py. Did you mean jobs.py:half, "),
        (["jobs.py:haff", "--inputs", "[1]"], "There is no task called jobs.py:haff. Did you mean"),
        (["os.path:gone", "--inputs", "[1]"], "The task os.path:gone cannot be loaded: "),
        (["broken.py:f", "--inputs", "[1]"], "Line 3 of broken.py is not Python: "),
        (["laborator", "--method", "apply", "--chunksize", "2"], "chunksize has no effect with "),
        (["laborator", "--env", "THREADS"], "THREADS sets no environment variable. "),
        (["laborator", "--cwd", "gone"], "There is no folder "),
        (["laborator", "--python", "gone"], "There is no Python called gone. "),
        (["laborator", "--order", "longest"], "No former run tells "),
        (["laborator", "--lines", "gone.txt"], "The inputs cannot be evaluated: FileNotFoundError"),
        (
            ["jobs.py:half", "--inputs", "[1]", "--initializer", "gone"],
            "The initializer gone cannot",
        ),
        (
            ["jobs.py:half", "--inputs", "[1]", "--initializer", "half", "--initargs", "5"],
            "The arguments of the initializer cannot be evaluated: TypeError: ",
        ),
        (["jobs.py:unnamed", "--inputs", "[1]"], "The function unnamed could not be sent to a"),
        (
            ["jobs.py:half", "--inputs", "[time.sleep(600)]", "--inputs-limit", "1"],
            "The inputs were not all there after 1 s. ",
        ),
        (["gone.json"], "gone.json cannot be opened as an experiment: No such file"),
        (["laborator", "--export", "gone/t.png"], "gone/t.png cannot be written: "),
        (["laborator", "--export", "t.gif"], "The ending of t.gif is none "),
        (["laborator", "--results", "r.txt"], "The ending of r.txt is none "),
        (["laborator", "--save", "gone/kept.poolscope"], "gone/kept.poolscope cannot be written: "),
        (["laborator", "--results", "a.csv", "--results", "b.csv"], "--results can be given only"),
        (["laborator", "--loud"], "Unrecognized arguments: --loud."),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    words: list[str], expected: str, poolscope: Command, folder: Path
) -> None:
    (folder / "broken.py").write_text("import os\n\ndef f(:\n")
    files = ["--save", "kept.poolscope"] if "--save" not in words else []
    files += ["--results", "r.csv"] if "--results" not in words else []
    said = poolscope("run", *words, *files, "--json")
    assert said.returncode == 2
    assert said.stdout == ""
    assert said.stderr.startswith(f"poolscope: {expected}")
    assert said.stderr.count("\n") == 1
    assert sorted(path.name for path in folder.iterdir()) == ["broken.py", "jobs.py"]
    assert runs_kept() == []


def test_results_are_a_row_a_task(poolscope: Command, folder: Path) -> None:
    words = ["--inputs", "[3, 'x', 5]", "--chunksize", "1", "--results"]
    assert poolscope("run", "jobs.py:half", *words, "r.csv").returncode == 1
    assert poolscope("run", "jobs.py:half", *words, "r.jsonl").returncode == 1
    with open(folder / "r.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["index", "input", "outcome", "value"]
    assert rows[0] == ["0", "3", "done", "1.5"]
    assert rows[1][:3] == ["1", "'x'", "raised"]
    assert rows[1][3].startswith("TypeError: unsupported operand")
    assert rows[2] == ["2", "5", "done", "2.5"]
    lines = [json.loads(line) for line in (folder / "r.jsonl").read_text("utf-8").splitlines()]
    assert lines[0] == {"index": 0, "input": "3", "outcome": "done", "value": "1.5"}
    assert [[str(value) for value in line.values()] for line in lines] == rows


def test_a_task_that_raised_makes_the_status_1_and_says_which(poolscope: Command) -> None:
    words = ["--inputs", "range(5)", "--chunksize", "2", "--json"]
    said = poolscope("run", "jobs.py:picky", *words, "--results", "r.jsonl")
    assert said.returncode == 1
    facts = object_of(said)
    assert facts["status"] == "failed"
    assert facts["reason"].startswith("Task 2 raised ValueError: two lines,")
    counts = facts["tasks"]
    assert (counts["done"], counts["raised"], counts["not_run"]) == (3, 1, 1)
    outcomes = [json.loads(line)["outcome"] for line in Path("r.jsonl").read_text().splitlines()]
    assert outcomes == ["done", "done", "raised", "not_run", "done"]


@posix
def test_a_worker_that_was_killed_is_named_and_the_run_ends(poolscope: Command) -> None:
    said = poolscope("run", "jobs.py:dying", "--inputs", "range(6)", "--chunksize", "3", "--json")
    assert said.returncode == 1
    facts = object_of(said)
    dead = next(worker for worker in facts["workers"] if worker["exit_code"] == -signal.SIGKILL)
    assert facts["reason"].startswith(f"Worker {dead['pid']} died (SIGKILL) while running task 1;")
    assert (facts["tasks"]["lost"], facts["tasks"]["not_run"]) == (1, 1)


def test_a_saved_run_holds_the_files_and_opens_again(poolscope: Command, folder: Path) -> None:
    assert poolscope("run", "laborator", "--save", "kept.poolscope", "--quiet").returncode == 0
    recording = run_folder.open_saved(folder / "kept.poolscope")
    try:
        assert recording.experiment.task == "laborator"
        assert recording.counts.done == 3
        assert [recording.results[row] for row in range(3)] == ["1", "2", "3"]
        assert "laborator 1:" in "".join(line.text for line in recording.output.update(ended=True))
    finally:
        run_folder.delete(recording.folder)


def test_people_see_what_the_tasks_print_a_table_and_the_files(poolscope: Command) -> None:
    said = poolscope("run", "laborator", "--inputs", "(1, 0)", "--results", "r.csv")
    assert said.returncode == 0
    lines = said.stdout.splitlines()
    printed = [line for line in lines if "laborator" in line]
    table = lines[len(printed) :]
    assert table[0].split()[:2] == ["PID", "tasks"]
    pids = {line.split()[0] for line in table[1:3]}
    assert {line.partition("]")[0].lstrip("[") for line in printed} <= pids
    assert table[3].startswith("Finished: 2 of 2 tasks done, makespan ")
    assert "waited" in table[4], "why it took so long"
    assert table[5] == "Written: r.csv"
    assert said.stderr.startswith("2/2 tasks, ")


def test_with_json_what_tasks_print_goes_to_standard_error(poolscope: Command) -> None:
    said = poolscope("run", "laborator", "--inputs", "[0]", "--json")
    object_of(said)
    assert "laborator 0: I am process" in said.stderr


def test_quiet_says_only_what_went_wrong(poolscope: Command) -> None:
    said = poolscope("run", "laborator", "--inputs", "[0]", "--quiet")
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    said = poolscope("run", "jobs.py:picky", "--inputs", "[2]", "--quiet")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("poolscope: Task 0 raised ValueError: two lines,")


def test_a_run_is_kept_and_a_hundred_of_them_at_most(poolscope: Command) -> None:
    for number in range(run_folder.RUNS_KEPT):
        (run_folder.root() / f"20000101-{number:06}-laborator-x").mkdir()
    assert poolscope("run", "laborator", "--inputs", "[0]", "--quiet").returncode == 0
    assert len(runs_kept()) == run_folder.RUNS_KEPT
    assert "-laborator-" in runs_kept()[-1].name
    assert not runs_kept()[-1].name.startswith("2000")


def test_headless_runs_never_load_qt(poolscope: Command) -> None:
    words = ["-X", "importtime", "-m", "poolscope.gui", "run", "laborator", "--inputs", "[0]"]
    said = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=LIMIT_S, check=True
    )
    imported = {line.rpartition("|")[2].strip() for line in said.stderr.splitlines()}
    assert "poolscope.engine.run" in imported
    assert not [name for name in imported if name.split(".")[0] in ("PySide6", "pyqtgraph")]


def test_listing_the_tasks_loads_next_to_nothing(poolscope: Command) -> None:
    words = ["-X", "importtime", "-m", "poolscope.gui", "tasks"]
    said = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=LIMIT_S, check=True
    )
    assert said.stdout.startswith("laborator ")
    imported = {line.rpartition("|")[2].strip() for line in said.stderr.splitlines()}
    assert not imported & {"numpy", "psutil", "PySide6", "multiprocessing"}


@posix
def test_a_reader_that_leaves_early_is_no_failure(poolscope: Command) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        saving = ["run", "laborator", "--inputs", "[0]", "--save", "r.poolscope"]
        for words in (["tasks"], saving, ["run", "--help"]):
            command = [sys.executable, "-m", "poolscope.gui", *words]
            said = subprocess.run(
                command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=LIMIT_S
            )
            assert said.returncode == 0
            assert "Traceback" not in said.stderr
            assert "BrokenPipe" not in said.stderr
    finally:
        os.close(writing)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a file that is always full")
def test_a_full_disk_behind_standard_output_is_one_sentence(folder: Path) -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "poolscope.gui", "tasks"]
        said = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=LIMIT_S
        )
    assert said.returncode == 1
    assert said.stderr.startswith("poolscope: The output cannot be written: ")
    assert said.stderr.count("\n") == 1


@posix
def test_a_terminal_shows_a_bar_while_it_runs_and_none_after(folder: Path) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "poolscope.gui", "run", "laborator"]
    command += ["--inputs", "(10, 10, 10)"]
    env = os.environ | {"TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=env)
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # EIO: the other side has closed
        while part := os.read(ours, 65536):
            said += part
    os.close(ours)
    assert process.communicate(timeout=LIMIT_S)[0].count(b"laborator") == 6
    assert b" 0/3  no task is over yet" in said
    assert said.endswith(b"\r\x1b[K")
    assert b"\n" not in said
