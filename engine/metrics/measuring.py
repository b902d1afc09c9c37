"""The figures of a run that is over. Pure, and in bounded memory whatever the number of tasks.

Each figure stands in the file of its subject, with its formula and where that comes from.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..breaking_off import Watch, go_on
from ..journal import Status
from ..recording import Recording
from ..trace.trace import Trace
from .blocks import NS, blocks
from .chunking import ONE_AT_A_TIME, chunking
from .cpu import CpuTime
from .durations import durations
from .gaps import Between, within
from .lives import Lives, imbalance, lives_of, worker_numbers
from .numbers import Numbers, Serial
from .pickling import pickling
from .so_far import measure
from .speed import efficiency, speed_up, speed_up_of_sum
from .start_up import respawn_s, start_up
from .tail import all_taken_ns, tail
from .turns import turns_of

MOST_CPUS = 1 << 16


def measure_run(
    recording: Recording, *, serial: Serial | None = None, watch: Watch = go_on
) -> Numbers:
    """All figures of a run that is over, whose trace has been taken in to its end.

    serial: a measured run of the same tasks by one process, see baseline.py. watch: may end it.

    What compares the run with another, or speaks of its end (measured speed-up, efficiency, tail,
    chunking), is only of one in which all tasks were done; the rest is of what there was.
    """
    trace, pool = recording.trace, recording.experiment.pool
    numbers = Numbers(processes=pool.processes, cpus=_cpus(recording.machine))
    if trace is None:
        return numbers
    so_far = measure(recording, trace.end_ns)
    called_ns = recording.journal.called_ns
    over_ns = recording.journal.over_ns or trace.end_ns
    lives = lives_of(trace, over_ns, watch)
    taken_ns = all_taken_ns(trace, watch)
    numbers = replace(
        numbers,
        makespan_s=so_far.makespan_s,
        tasks=trace.total,
        work_s=so_far.work_s,
        speed_up_of_sum=speed_up_of_sum(so_far.work_s, so_far.makespan_s),
        utilisation=so_far.utilisation,
        imbalance=imbalance(lives, pool.processes),
        start_up=start_up(
            lives, pool.processes, trace.origin_ns, _first_begun_ns(trace, watch), over_ns
        ),
        respawn_s=respawn_s(lives, taken_ns or over_ns),
        pickling=pickling(trace, recording.journal.function_bytes, watch),
        within=within(trace, watch),
        durations=durations(trace, watch),
        workers=worker_numbers(lives, called_ns or trace.origin_ns, over_ns),
    )
    numbers = _with_turns(numbers, trace, watch)
    whole = recording.journal.conclusion()[0] is Status.FINISHED
    return _with_comparison(numbers, recording, lives, taken_ns, serial) if whole else numbers


def _with_turns(numbers: Numbers, trace: Trace, watch: Watch) -> Numbers:
    """Also what is told by the chunks that each worker had one after another."""
    between, cpu = Between(), CpuTime(trace)
    for turns in turns_of(trace, watch):
        between.add_turns(turns)
        cpu.add_turns(turns)
    return replace(numbers, between=between.gaps, cpu_s=cpu.cpu_s, cpu_share=cpu.share)


def _with_comparison(
    numbers: Numbers,
    recording: Recording,
    lives: Lives,
    taken_ns: int | None,
    serial: Serial | None,
) -> Numbers:
    of_sum = numbers.speed_up_of_sum
    measured = speed_up(serial, numbers.makespan_s)
    end = tail(lives, taken_ns)
    pool, chunksize = recording.experiment.pool, recording.journal.chunksize
    cut = None
    if chunksize and pool.method != ONE_AT_A_TIME:
        cut = chunking(numbers.tasks, chunksize, pool.processes)
    return replace(
        numbers,
        serial=serial,
        speed_up=measured,
        efficiency=efficiency(measured, of_sum, pool.processes),
        tail_s=None if end is None else (end.end_ns - end.begin_ns) / NS,
        tail_begin_ns=None if end is None else end.begin_ns,
        tail_workers=None if end is None else end.workers,
        chunking=cut,
    )


def _first_begun_ns(trace: Trace, watch: Watch) -> int | None:
    """When the first task began; None when none did."""
    first: int | None = None
    for part in blocks(trace.total, watch):
        begun = trace.tasks["begun"][part]
        begun = begun if begun.all() else begun[np.flatnonzero(begun)]
        if len(begun):
            first = int(begun.min()) if first is None else min(first, int(begun.min()))
    return first


def _cpus(machine: Mapping[str, Any]) -> int:
    """That the run could use, as it was noted at its start; a file may say anything."""
    usable = machine.get("usable")
    return usable if isinstance(usable, int) and 1 <= usable <= MOST_CPUS else 1
