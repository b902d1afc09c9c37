"""The processes of real runs, as they are looked at while these go on."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from poolscope.engine import run_folder
from poolscope.engine.journal import Status
from poolscope.engine.problem import Kind
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run
from poolscope.engine.sampling import files, sampler
from poolscope.engine.sampling.layout import MACHINE, PROCESSES_FILE, SAMPLES, ProcessState, Role
from poolscope.engine.sampling.samples import SampledProcess, Samples
from poolscope.engine.sampling.system import uss_of
from poolscope.engine.summary import summarise

MakeRun = Callable[..., Run]
Compare = Callable[[Samples, Samples], None]
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="orphans are adopted there")


class Waiting:
    """A run whose tasks wait until they are let go."""

    def __init__(self, run: Run, go: Path, wait_until: Callable[..., None]) -> None:
        self.run, self.go, self._wait_until = run, go, wait_until
        self.samples = run.recording.samples

    def until(self, condition: Callable[[], object]) -> None:
        self._wait_until(lambda: (self.run.poll() and False) or self.run.over or condition())
        assert not self.run.over, "the run ended too early"

    def finish(self) -> Run:
        self.go.touch()
        assert self.run.wait(60)
        return self.run

    def of(self, role: Role) -> list[SampledProcess]:
        return [one for one in self.samples.processes if one.role is role]

    def seen_twice(self, role: Role, count: int) -> bool:
        looks = [self.samples.last(one.number) for one in self.of(role)]
        return sum(look is not None and look.cpu is not None for look in looks) >= count


@pytest.fixture
def waiting(
    start: MakeRun, tmp_path: Path, wait_until: Callable[..., None]
) -> Callable[..., Waiting]:
    """`waiting(task, inputs, **settings)`: inputs may name the file that they wait for as {go}."""

    def make(task: str = ":until_there", inputs: str = "[{go}] * 3", **settings: object) -> Waiting:
        go = tmp_path / "go"
        run = start(task, inputs.format(go=repr(str(go))), chunksize=1, **settings)
        return Waiting(run, go, wait_until)

    return make


def test_each_process_is_there_with_its_role(
    waiting: Callable[..., Waiting], start_method: str
) -> None:
    at_work = waiting(processes=3, start_method=start_method)
    at_work.until(lambda: at_work.seen_twice(Role.WORKER, 3))
    at_work.until(lambda: all(one.ordinal for one in at_work.of(Role.WORKER)))
    run = at_work.run
    assert run.recording.trace is not None
    of = at_work.of
    (app,), (host,) = of(Role.APP), of(Role.HOST)
    assert app.pid == psutil.Process().pid and app.parent is None and app.gone_ns == 0
    assert host.pid == run.host_pid
    parent = host
    servers, trackers = of(Role.FORK_SERVER), of(Role.RESOURCE_TRACKER)
    assert len(servers) == (start_method == "forkserver")
    assert len(trackers) == (start_method in ("spawn", "forkserver") and sys.platform != "win32")
    for helper in [*servers, *trackers]:
        assert helper.parent == host.number
        parent = helper if helper.role is Role.FORK_SERVER else parent
    if sys.platform != "win32":
        (keeper,) = of(Role.KEEPER)
        assert (keeper.parent, host.parent) == (app.number, keeper.number)
    lanes = {lane.ordinal: lane.pid for lane in run.recording.trace.lanes}
    assert {one.ordinal: one.pid for one in of(Role.WORKER)} == lanes
    assert {one.parent for one in of(Role.WORKER)} == {parent.number}
    assert of(Role.OF_TASK) == []
    worker = of(Role.WORKER)[0]
    reading = at_work.samples.last(worker.number)
    assert reading is not None and reading.rss > 1 << 20 and reading.threads >= 1
    assert reading.at_ns > worker.first_ns > worker.born_ns > 0
    uss = uss_of(worker.pid, worker.started)
    assert uss is not None and 0 < uss <= 2 * reading.rss
    assert uss_of(worker.pid, worker.started + 1) is None, "it is another process"
    at_work.finish()
    assert uss_of(worker.pid, worker.started) is None
    assert run.sampler.problem is None and not at_work.samples.incomplete


def test_who_has_gone_stays_and_is_said_to_be_gone(waiting: Callable[..., Waiting]) -> None:
    at_work = waiting(processes=2)
    at_work.until(lambda: at_work.seen_twice(Role.WORKER, 2))
    at_work.finish()
    for one in at_work.samples.processes:
        reading = at_work.samples.last(one.number)
        assert reading is not None
        if one.role is Role.APP:
            assert one.gone_ns == 0 and reading.state is not ProcessState.GONE
        else:
            assert one.gone_ns >= reading.at_ns
            assert reading.state is ProcessState.GONE and reading.cpu is None and reading.rss > 0


@linux
def test_what_a_task_starts_is_found_and_stands_under_its_worker(
    waiting: Callable[..., Waiting],
) -> None:
    at_work = waiting(":subprocess_until_there", "[{go}]", processes=1)

    def sleeping() -> list[SampledProcess]:
        return [one for one in at_work.of(Role.OF_TASK) if one.name == "sleep" and not one.gone_ns]

    at_work.until(lambda: len(sleeping()) == 2)
    (worker,) = at_work.of(Role.WORKER)
    (keeper,) = at_work.of(Role.KEEPER)
    parents = sorted(psutil.Process(one.pid).ppid() for one in sleeping())
    assert parents == sorted([worker.pid, keeper.pid]), "one of them is an orphan"
    of_worker = next(one for one in sleeping() if psutil.Process(one.pid).ppid() == worker.pid)
    assert of_worker.parent == worker.number and of_worker.ppid == worker.pid
    at_work.until(lambda: at_work.samples.last(of_worker.number) is not None)
    run = at_work.finish()
    told = summarise(run.recording, run.status)["processes"]
    mine = {"pid": of_worker.pid, "ppid": worker.pid, "role": "of a task", "name": "sleep"}
    assert mine in told


@pytest.mark.parametrize("method", ["fork", "forkserver"])
def test_workers_that_replace_others_are_each_of_their_own(
    start: MakeRun, method: str, tmp_path: Path, same: Compare
) -> None:
    if sys.platform == "win32":
        pytest.skip("there is no fork")
    run = start("sleep", "[0.1] * 40", chunksize=1, maxtasksperchild=1, start_method=method)
    assert run.wait(60) and run.status is Status.FINISHED
    samples, trace = run.recording.samples, run.recording.trace
    assert trace is not None
    workers = [one for one in samples.processes if one.role is Role.WORKER]
    assert len(workers) > 4 and all(one.gone_ns for one in workers)
    for one in workers:
        assert one.ordinal is None or trace.lanes[one.ordinal - 1].pid == one.pid
    ordinals = [one.ordinal for one in workers if one.ordinal is not None]
    assert len(set(ordinals)) == len(ordinals) >= len(workers) - 2
    opened = Recording(run.folder)
    opened.update(ended=True)
    same(samples, opened.samples)


@linux
def test_what_workers_used_whom_nobody_saw_is_counted_all_the_same(start: MakeRun) -> None:
    """A worker lives for less time than there is between two looks."""
    run = start("count_primes", "[40_000] * 24", chunksize=1, maxtasksperchild=1, processes=2)
    assert run.wait(60) and run.status is Status.FINISHED
    trace, curve = run.recording.trace, run.recording.samples.workers_cpu()
    assert trace is not None
    spans = np.diff(curve.at_ns, prepend=run.recording.samples.available().at_ns[0])
    by_samples = float((spans * curve.values).sum())
    assert by_samples > 0.6 * float(trace.chunks["cpu"].sum())


def test_a_saved_run_opens_with_the_same(
    waiting: Callable[..., Waiting], tmp_path: Path, same: Compare, opened: Path
) -> None:
    at_work = waiting(processes=2)
    at_work.until(lambda: at_work.seen_twice(Role.WORKER, 2))
    run = at_work.finish()
    path = tmp_path / "run.poolscope"
    run_folder.save(run.folder, path)
    recording = run_folder.open_saved(path)
    same(at_work.samples, recording.samples)
    assert not recording.samples.incomplete and not recording.behind
    assert all(one.started == 0 for one in recording.samples.processes), "nobody asks these"
    run_folder.delete(recording.folder)


def test_long_runs_keep_fewer_rounds_and_show_them_all(
    waiting: Callable[..., Waiting], monkeypatch: pytest.MonkeyPatch, same: Compare
) -> None:
    monkeypatch.setattr(sampler, "KEPT_OF_RUN", 1)  # as if they were very long
    at_work = waiting(processes=2)
    rounds: set[int] = set()

    def looked() -> bool:
        rounds.update(at_work.samples.machine_cpu().at_ns.tolist())
        return len(rounds) >= 5

    at_work.until(looked)
    newest = max(rounds)
    last = at_work.samples.last(at_work.of(Role.WORKER)[0].number)
    assert last is not None and last.at_ns >= newest, "also of a round that is not kept"
    run = at_work.finish()
    kept = np.load(run.folder / MACHINE.file_name)
    assert len(kept) < 1 + len(rounds)
    opened = Recording(run.folder)
    opened.update(ended=True)
    same(at_work.samples, opened.samples)


def test_the_files_are_tables_that_numpy_opens_also_in_the_middle_of_it(
    waiting: Callable[..., Waiting],
) -> None:
    at_work = waiting(processes=2)
    at_work.until(lambda: at_work.seen_twice(Role.WORKER, 2))
    folder = at_work.run.folder
    rows, machine = (np.load(folder / table.file_name) for table in (SAMPLES, MACHINE))
    written = rows[rows[:, 0] != 0]
    assert len(written) and not rows[len(written) :].any()
    assert set(written[:, 0]) <= set(machine[:, 0])
    # As a crash of the app would leave it.
    opened = Recording(folder)
    opened.update(ended=True)
    assert opened.samples.incomplete and not opened.behind
    assert len(opened.samples.workers_cpu().values) == len(set(written[:, 0]))
    at_work.finish()
    rows = np.load(folder / SAMPLES.file_name)
    assert rows[:, 0].all(), "what is left of its room is given back"


def test_a_disk_that_is_nearly_full_costs_samples_and_nothing_else(
    waiting: Callable[..., Waiting], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work = waiting(processes=2)
    at_work.until(lambda: at_work.seen_twice(Role.WORKER, 2))
    monkeypatch.setattr(files, "LEFT_FREE", 1 << 60)
    at_work.until(lambda: at_work.run.sampler.problem is not None)
    problem, rounds = at_work.run.sampler.problem, len(at_work.samples.machine_cpu().at_ns)
    assert problem is not None and problem.kind is Kind.DISK_FULL
    assert at_work.samples.incomplete
    at_work.until(lambda: len(at_work.samples.machine_cpu().at_ns) > rounds + 1)  # still shown
    run = at_work.finish()
    assert run.status is Status.FINISHED and run.problem is None
    assert run.recording.journal.faults == []
    opened = Recording(run.folder)
    opened.update(ended=True)
    assert opened.samples.incomplete and opened.samples.processes


def test_a_folder_that_goes_away_costs_samples(waiting: Callable[..., Waiting]) -> None:
    at_work = waiting(processes=2)
    at_work.until(lambda: at_work.seen_twice(Role.WORKER, 2))
    shutil.rmtree(at_work.run.folder)
    at_work.until(lambda: at_work.run.sampler.problem is not None)
    problem = at_work.run.sampler.problem
    assert problem is not None and problem.kind is Kind.RUN_NOT_RECORDED
    at_work.finish()
    assert not at_work.run.folder.exists()


def test_a_run_without_samples_opens_as_before(finish: MakeRun) -> None:
    run = finish("laborator", "(0, 0)", processes=1)
    for name in (PROCESSES_FILE, SAMPLES.file_name, MACHINE.file_name):
        (run.folder / name).unlink()
    opened = Recording(run.folder)
    opened.update(ended=True)
    samples = opened.samples
    assert samples.processes == [] and samples.last(0) is None and samples.limit_bytes is None
    assert len(samples.workers_cpu().at_ns) == 0 and not samples.incomplete
    assert not opened.behind
