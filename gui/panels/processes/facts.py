"""What is known of one process of a run, at one time; no words."""

from dataclasses import dataclass

from ....engine.recording import Recording
from ....engine.sampling.layout import ProcessState
from ....engine.sampling.samples import Reading, Samples
from ....engine.trace.lane import Lane
from ....engine.trace.layout import Phase
from ...timeline.scene.life import Parting, parting
from .places import Subject


@dataclass(frozen=True)
class Facts:
    """Times in ns; cpu of one CPU; rss in bytes. None: nobody has measured or told it.

    begun_ns: when it was asked for (workers), or was first seen.
    gone: it has ended; gone_ns: when. index: of the task that it runs. by_hand: the person has
    killed it.
    """

    subject: Subject
    name: str = ""
    ppid: int = 0
    reading: Reading | None = None
    begun_ns: int | None = None
    gone: bool = False
    gone_ns: int | None = None
    lane: Lane | None = None
    tasks: int | None = None
    phase: Phase | None = None
    index: int | None = None
    exit_code: int | None = None
    parting: Parting | None = None
    by_hand: bool = False

    @property
    def state(self) -> ProcessState:
        """As the system said last."""
        return ProcessState.UNKNOWN if self.reading is None else self.reading.state

    def age_ns(self, now_ns: int | None) -> int | None:
        """How old it is, or has become. now_ns: None where the run's clock says nothing here."""
        until_ns = self.gone_ns if self.gone else now_ns
        if until_ns is None or self.begun_ns is None:
            return None
        return max(until_ns - self.begun_ns, 0)


def facts_of(
    subject: Subject, recording: Recording, samples: Samples | None, *, gone: bool
) -> Facts:
    """What is known of `subject`, which is no crowd. gone: nobody of the run lives any more, or
    it has gone for sure."""
    process = None
    reading: Reading | None = None
    if samples is not None and subject.number is not None:
        process = samples.processes[subject.number]
        reading = samples.last(subject.number)
    name, ppid = ("", 0) if process is None else (process.name, process.ppid)
    begun_ns = None if process is None else process.born_ns or process.first_ns
    gone_ns = (None if process is None else process.gone_ns) or None
    if subject.ordinal is None or recording.trace is None:
        return Facts(
            subject,
            name,
            ppid,
            reading,
            begun_ns,
            gone=gone or gone_ns is not None,
            gone_ns=gone_ns,
        )
    lane = recording.trace.lanes[subject.ordinal - 1]
    died_ns = lane.died_ns or None
    gone = gone or died_ns is not None
    running = None if gone else lane.running
    kills = recording.journal.kills
    return Facts(
        subject,
        name,
        ppid or lane.ppid,
        reading,
        lane.born_ns or begun_ns,
        gone=gone,
        gone_ns=died_ns or gone_ns,
        lane=lane,
        tasks=len(lane),
        phase=lane.phase,
        index=None if running is None else recording.index_of(running[0]),
        exit_code=lane.exit_code,
        parting=parting(lane, recording.journal),
        by_hand=gone and any(kill.ordinal == lane.ordinal for kill in kills),
    )


def is_bad(facts: Facts) -> bool:
    """It ended as no process should."""
    return facts.parting is Parting.DIED
