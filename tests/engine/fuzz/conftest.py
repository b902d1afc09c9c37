"""Saved runs to tamper with, and a reader that looks at all that a window or a command looks at."""

import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.explain.costs import Costs
from poolscope.engine.explain.explain import explain
from poolscope.engine.export import results
from poolscope.engine.metrics import so_far
from poolscope.engine.metrics.measuring import measure_run
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run
from poolscope.engine.sampling.samples import Samples
from poolscope.engine.summary import summarise
from poolscope.engine.trace.trace import Trace
from poolscope.gui import wording
from poolscope.gui.why import words

Members = dict[str, bytes]
"""The files of a saved run by their names."""
LIMIT_S = 20.0
"""No small file takes longer, however busy the machine is."""

RUNS = (
    (":raise_at_3", "shuffled", {"chunksize": 4, "maxtasksperchild": 1}),
    (":kill_at_3", "given", {"method": "imap"}),
    (":exit_at_3", "given", {"chunksize": 3}),
)


@pytest.fixture(scope="session")
def saved_runs(tmp_path_factory: pytest.TempPathFactory, data: Path) -> list[Members]:
    """Small runs that really happened, each of another kind."""
    found = []
    folder = tmp_path_factory.mktemp("runs")
    for number, (task, order, pool) in enumerate(RUNS):
        name = f"{data / 'faults.py'}{task}"
        settings = PoolSettings(**pool)  # type: ignore[arg-type]
        run = Run(Experiment(name, "range(13)", settings, order=order), parent=folder)
        assert run.wait(60)
        path = folder / f"{number}.poolscope"
        run_folder.save(run.folder, path)
        with zipfile.ZipFile(path) as archive:
            found.append({name: archive.read(name) for name in archive.namelist()})
    return found


@pytest.fixture
def survive(opened: Path) -> Callable[[Path], bool]:
    """`survive(path)` opens a file and reads all of it, or finds it refused with a sentence.

    True when it was opened. Nothing is left of it.
    """

    def act(path: Path) -> bool:
        begun_s = time.monotonic()
        problem = None
        try:
            recording = run_folder.open_saved(path)
        except ProblemError as error:
            problem = error.problem
        else:
            try:
                read_all(recording)
            finally:
                run_folder.delete(recording.folder)
        assert not list(opened.iterdir())
        assert time.monotonic() - begun_s < LIMIT_S
        if problem is not None:
            assert problem.kind is Kind.NOT_A_RUN
            text = wording.sentence(problem)
            assert str(path) in text and "\n" not in text
        return problem is None

    return act


def read_all(recording: Recording) -> None:
    """Whatever timeline, results, summary, selected task and the command line look at."""
    status, problem = recording.journal.conclusion()
    faults = [fault.problem for fault in recording.journal.faults]
    for one in [*faults, *([problem] if problem is not None else [])]:
        assert wording.sentence(one) and str(one)
    assert json.dumps(summarise(recording, status), allow_nan=False)
    figures = so_far.measure(recording, 10**15)
    assert wording.outcome(status, recording.counts, figures.makespan_s)
    so_far.remaining_s(recording, 10**15)
    numbers = measure_run(recording)
    assert json.dumps(numbers.to_json(), allow_nan=False)
    explanation = explain(recording, numbers, Costs(3e-5, 2e-7, {"fork": 0.002}, 2))
    assert json.dumps(summarise(recording, status, problem, explanation), allow_nan=False)
    for reason in explanation.reasons:
        assert words.reason_text(reason, numbers.makespan_s) and reason.cost_s >= 0
        assert all(span.begin_ns < span.end_ns for span in reason.evidence.spans)
        if reason.remedy is not None:
            reason.remedy.applied(recording.experiment)
    counts = recording.counts
    assert min(counts.done, counts.raised, counts.lost, counts.not_run) >= 0
    for row in results.rows(recording):
        assert row.outcome in results.OUTCOMES.values()
    while recording.output.update(ended=True):
        pass
    for failure in recording.failures.values():
        assert failure.line
    read_samples(recording.samples)
    if recording.trace is not None:
        read_trace(recording, recording.trace)


def read_samples(samples: Samples) -> None:
    for process in samples.processes:
        assert process.name.isprintable()
        assert process.parent is None or process.parent < process.number
        seen = samples.last(process.number)
        assert seen is None or (seen.rss >= 0 and seen.threads >= 0 and (seen.cpu or 0.0) >= 0)
    for curve in (samples.workers_cpu, samples.workers_rss, samples.available):
        assert (np.diff(curve().at_ns) > 0).all() and (curve().values >= 0).all()
    assert (samples.own_cpu().values >= 0).all() and samples.started_cpu_s >= 0
    busy = samples.machine_cpu().values
    assert ((busy >= 0) & (busy <= 1)).all()


def read_trace(recording: Recording, trace: Trace) -> None:
    assert recording.counts.over == trace.total
    so_far.mean_initializer_s(trace)
    for row in range(trace.total):
        found = trace.find(row)
        if found is not None:
            lane, place = found
            assert lane.rows[place] == row and lane.begun[place] <= lane.ended[place]
            trace.result_arrived(row)
        assert recording.row_of(recording.index_of(row)) == row
    for lane in trace.lanes:
        assert lane.phase is not None and lane.busy_ns >= 0 and lane.running is None
        assert (np.diff(lane.begun) >= 0).all() and (np.diff(lane.rows) > 0).all()
        assert recording.pid_of(lane.ordinal) in (lane.pid, None)
    recording.pid_of(10**9)
