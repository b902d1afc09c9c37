"""What the processes of a run were seen to do, read off its folder, live or saved."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..trace.columns import Ints
from .layout import ProcessState, Role

Floats = npt.NDArray[np.float64]


@dataclass
class SampledProcess:
    """A process of the run; its number is its place in `Samples.processes`.

    ppid: of its parent when it was first seen; 0 where nobody knows. ordinal: of a worker.
    name: of its program. first_ns: first seen. gone_ns: seen to have gone; 0 before.
    """

    number: int
    pid: int
    ppid: int
    role: Role
    name: str
    first_ns: int
    ordinal: int | None = None
    gone_ns: int = 0


class Reading(NamedTuple):
    """The last that was seen of a process. cpu: of one CPU, since the look before; None at first.

    rss: bytes.
    """

    at_ns: int
    cpu: float | None
    rss: int
    threads: int
    state: ProcessState


class Series(NamedTuple):
    """Values over time: at_ns ascending."""

    at_ns: Ints
    values: Floats


class Samples:
    """All of them. A folder without any has none: a run from before there was sampling."""

    def __init__(self, folder: Path) -> None:
        self.processes: list[SampledProcess] = []
        raise NotImplementedError

    @property
    def behind(self) -> bool:
        """There is more already than the last update was let take in."""
        raise NotImplementedError

    def update(self, limit: int | None = None) -> bool:
        """Take in what is new, about `limit` rows at most; True when anything is."""
        raise NotImplementedError

    def last(self, number: int) -> Reading | None:
        """Of a process; None before the first look."""
        raise NotImplementedError

    def workers_cpu(self) -> Series:
        """How many CPUs all workers used together, by round."""
        raise NotImplementedError

    def workers_rss(self) -> Series:
        """Bytes of all workers together, by round; what they share is counted for each."""
        raise NotImplementedError

    def machine_cpu(self) -> Series:
        """The share of the CPUs that the run may use that was busy, 0 to 1, by round."""
        raise NotImplementedError

    def available(self) -> Series:
        """Bytes of memory that were free for programs, by round."""
        raise NotImplementedError

    @property
    def limit_bytes(self) -> int | None:
        """Memory that there is at most; None where nobody has looked."""
        raise NotImplementedError
