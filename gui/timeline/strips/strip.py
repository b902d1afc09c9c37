"""What the strips of a run show of a stretch of time. No painting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ....engine.over_time.busy import BusyTime
from ....engine.over_time.curve import NO_CURVE, Curve
from ....engine.over_time.sampled import held_curve, mean_curve
from ....engine.over_time.steps import Steps, steps_in
from ....engine.over_time.waiting import WaitingChunks
from ....engine.recording import Recording
from ....engine.sampling.samples import Series
from ....engine.trace.trace import Trace
from ..scene.time_scale import TimeScale
from .kinds import StripKind

MANY_LANES = 64
"""From so many workers on steps are up to 4 pixels wide instead of 2."""
FAR = 2
"""More than so many times as many CPUs as workers would press the curve to the ground."""
MOST_CPUS = 1 << 16
"""No machine has more; an opened file may say anything."""
NEAR = 0.5
"""A limit of memory is shown from this share of it on."""


@dataclass(frozen=True)
class Strip:
    """What one strip shows. top: the value at its upper edge.

    curve: workers, CPUs, bytes or chunks. beside: CPUs that all programs of the machine use.
    pool: workers that there are at a time. cpus: that the run could use. limit: bytes of memory
    that there are, where the workers have got near it. None: not known, or of no matter here.
    now: what it is at the end of a run that goes on; None for one that is over.
    span_ns: from the call of the Pool method to its return, since the origin; means are of that.
    recorded: False where the run does not know it. of_moments: values are those of single looks.
    """

    kind: StripKind
    curve: Curve = NO_CURVE
    beside: Curve = NO_CURVE
    top: float = 1.0
    pool: int | None = None
    cpus: int | None = None
    limit: float | None = None
    now: float | None = None
    span_ns: tuple[int, int] = (0, 0)
    recorded: bool = True
    of_moments: bool = False


def cpus_of(recording: Recording) -> int | None:
    """CPUs that the run could use; None where the recording does not say it."""
    machine = recording.machine
    cpus = machine.get("usable") or machine.get("logical")
    if not isinstance(cpus, int) or isinstance(cpus, bool):
        return None
    return cpus if 1 <= cpus <= MOST_CPUS else None


class StripSource:
    """Makes the strips of a recording that has a trace; keeps what they are made of."""

    def __init__(self, recording: Recording, trace: Trace) -> None:
        self.recording, self.trace = recording, trace
        self.pool, self.cpus = recording.experiment.pool.processes, cpus_of(recording)
        self._busy: BusyTime | None = None
        self._waiting: WaitingChunks | None = None
        self._seen_rounds = 0  # when strips were last made

    def take_in(self, kinds: Sequence[StripKind]) -> Iterator[None]:
        """Take in what is new for these strips, a little at each step."""
        steps: list[Iterator[None]] = []
        if StripKind.BUSY in kinds:
            self._busy = self._busy or BusyTime(self.trace)
            steps.append(self._busy.take_in())
        if StripKind.WAITING in kinds:
            self._waiting = self._waiting or WaitingChunks(self.trace)
            steps.append(self._waiting.take_in())
        return chain(*steps)

    def has_new_samples(self) -> bool:
        """Since strips were last made."""
        return self._rounds != self._seen_rounds

    def strips(
        self, kinds: Sequence[StripKind], scale: TimeScale, now_ns: int
    ) -> tuple[Strip, ...]:
        """Of the stretch that `scale` shows; `now_ns` (the run's clock) ends what goes on."""
        most = round(scale.right_px - scale.left_px)
        if len(self.trace.living) > MANY_LANES or self.pool > MANY_LANES:
            most //= 2
        begin_ns, end_ns = round(scale.begin_s * 1e9), round(scale.end_s * 1e9)
        steps = steps_in(begin_ns, max(end_ns, begin_ns + 1), max(most, 2))
        self._seen_rounds = self._rounds
        make = {
            StripKind.BUSY: self._busy_strip,
            StripKind.CPU: self._cpu_strip,
            StripKind.MEMORY: self._memory_strip,
            StripKind.WAITING: self._waiting_strip,
        }
        return tuple(make[kind](steps, now_ns) for kind in kinds)

    @property
    def _rounds(self) -> int:
        """How often all processes have been looked at."""
        return len(self.recording.samples.workers_rss().at_ns)

    @property
    def _live(self) -> bool:
        """Values change, and the last one is what people look for."""
        return not self.trace.ended and self.recording.journal.over_ns is None

    def _busy_strip(self, steps: Steps, now_ns: int) -> Strip:
        curve = NO_CURVE if self._busy is None else self._busy.curve(steps, now_ns)
        return Strip(
            StripKind.BUSY,
            curve,
            top=max(self.pool, self._cpus_near() or 0, curve.highest),
            pool=self.pool,
            cpus=self.cpus,
            now=float(self.trace.counts.running) if self._live else None,
            span_ns=self._span_ns(now_ns),
        )

    def _cpus_near(self) -> int | None:
        """CPUs, unless they are far more than there are workers."""
        return self.cpus if self.cpus and self.cpus <= FAR * self.pool else None

    def _span_ns(self, now_ns: int) -> tuple[int, int]:
        journal, origin_ns = self.recording.journal, self.trace.origin_ns
        begin_ns = origin_ns if journal.called_ns is None else journal.called_ns
        return begin_ns - origin_ns, (journal.over_ns or now_ns) - origin_ns

    def _cpu_strip(self, steps: Steps, now_ns: int) -> Strip:
        samples = self.recording.samples
        workers, machine = samples.workers_cpu(), samples.machine_cpu()
        origin_ns = self.trace.origin_ns
        curve = mean_curve(workers, origin_ns, steps, self._first_born_ns)
        all_cpus = Series(machine.at_ns, machine.values * (self.cpus or 1))
        first_look_ns = int(workers.at_ns[0]) if len(workers.at_ns) else origin_ns
        beside = mean_curve(all_cpus, origin_ns, steps, first_look_ns)
        return Strip(
            StripKind.CPU,
            curve,
            beside,
            top=max(self._cpus_near() or self.pool, curve.highest),
            cpus=self.cpus,
            now=_last(workers) if self._live else None,
            span_ns=self._span_ns(now_ns),
            recorded=self._live or len(workers.at_ns) > 0,
        )

    @property
    def _first_born_ns(self) -> int:
        """Since then workers use CPU time."""
        lanes = self.trace.lanes
        return (lanes[0].born_ns if lanes else 0) or self.trace.origin_ns

    def _memory_strip(self, steps: Steps, now_ns: int) -> Strip:
        samples = self.recording.samples
        series, limit = samples.workers_rss(), samples.limit_bytes
        highest = float(np.max(series.values, initial=1.0))
        near = limit is not None and highest >= NEAR * limit
        return Strip(
            StripKind.MEMORY,
            held_curve(series, self.trace.origin_ns, steps),
            top=max(highest, float(limit)) if near and limit else highest,
            limit=float(limit) if near and limit else None,
            now=_last(series) if self._live else None,
            recorded=self._live or len(series.at_ns) > 0,
            of_moments=True,
        )

    def _waiting_strip(self, steps: Steps, now_ns: int) -> Strip:
        waiting, called_ns = self._waiting, self.recording.journal.called_ns
        if waiting is None:
            return Strip(StripKind.WAITING)
        begin_ns = self.trace.origin_ns if called_ns is None else called_ns
        return Strip(
            StripKind.WAITING,
            waiting.curve(steps, begin_ns, now_ns),
            top=float(max(waiting.total, 1)),
            now=float(waiting.left) if self._live else None,
        )


def _last(series: Series) -> float | None:
    return float(series.values[-1]) if len(series.values) else None
