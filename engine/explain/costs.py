"""What a pool costs on a machine, whatever the tasks; engine/self_test.py measures it. Data."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_S = 3600.0
"""No cost is larger; what is read back is believed up to here."""


@dataclass(frozen=True)
class Costs:
    """In seconds. cpus: workers that they were measured with, one a CPU.

    trip_s: what a chunk adds to the makespan when its only task is empty and all workers are at it.
    in_chunk_s: what a task adds to its worker's time inside a chunk, its call included.
    start_s: by start method, from the birth of a worker until it asks for work.
    """

    trip_s: float
    in_chunk_s: float
    start_s: Mapping[str, float] = field(default_factory=dict)
    cpus: int = 1

    @property
    def gap_s(self) -> float:
        """What a worker waits from one chunk to the next when all are at it."""
        return self.trip_s * self.cpus

    def break_even_s(self, workers: int, chunksize: int = 1) -> float | None:
        """The task time from which on a pool is quicker than a plain loop; None: it never is.

        A loop takes t a task; w workers, of which at most `cpus` compute at a time, take
        (t + in_chunk) / w + trip / chunksize. Both are equal at
        t = (trip / chunksize + in_chunk / w) * w / (w - 1). Starting the workers is not in it.
        """
        w = min(workers, self.cpus)
        if w < 2:
            return None
        return (self.trip_s / max(chunksize, 1) + self.in_chunk_s / w) * w / (w - 1)

    def to_json(self) -> dict[str, Any]:
        return {
            "trip_s": self.trip_s,
            "in_chunk_s": self.in_chunk_s,
            "start_s": dict(self.start_s),
            "cpus": self.cpus,
        }

    @classmethod
    def from_json(cls, data: Any) -> "Costs":
        """The inverse of `to_json`. Raises ValueError for what no machine can cost."""
        match data:
            case {
                "trip_s": float(trip_s),
                "in_chunk_s": float(in_chunk_s),
                "start_s": dict(start_s),
                "cpus": int(cpus),
            }:
                times = [trip_s, in_chunk_s, *start_s.values()]
                sound = all(isinstance(time, float) and _is_cost(time) for time in times)
                if sound and 1 <= cpus <= 1 << 20 and not isinstance(cpus, bool):
                    named = {str(name): time for name, time in start_s.items()}
                    return cls(trip_s, in_chunk_s, named, cpus)
        raise ValueError(f"no costs: {data!r:.100}")


def _is_cost(seconds: float) -> bool:
    return math.isfinite(seconds) and 0 < seconds < MOST_S
