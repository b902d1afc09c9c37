"""Traces in memory, with real lanes, that grow when a test says so."""

from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from poolscope.engine.trace.lane import Lane
from poolscope.engine.trace.trace import Trace

ORIGIN_NS = 1_000_000


class Chunks(dict[str, np.ndarray]):
    """The table of chunks, by column."""

    @property
    def rows(self) -> int:
        return len(self["taken"])


@dataclass
class Told:
    """What curves read of a trace. Times that are given here are since the origin."""

    origin_ns: int = ORIGIN_NS
    lanes: list[Lane] = field(default_factory=list)
    end_ns: int = ORIGIN_NS
    chunks: Chunks = field(default_factory=lambda: Chunks(taken=np.zeros(0, np.int64)))

    @property
    def living(self) -> list[Lane]:
        return [lane for lane in self.lanes if not lane.over]

    @property
    def trace(self) -> Trace:
        return cast(Trace, self)

    def lane(self) -> Lane:
        """A worker is born."""
        self.lanes.append(Lane(len(self.lanes) + 1, cast("object", None)))  # type: ignore[arg-type]
        return self.lanes[-1]

    def work(self, lane: Lane, begun: list[int], ended: list[int]) -> None:
        """Tasks of a lane have ended."""
        rows = np.arange(len(lane), len(lane) + len(begun), dtype=np.int32)
        times = np.array(begun) + self.origin_ns, np.array(ended) + self.origin_ns
        lane.append(rows, *times)
        self.end_ns = max(self.end_ns, int(times[1][-1]))

    def spans(self, now: int) -> list[tuple[int, int]]:
        """When workers were in tasks, until now."""
        found = [
            (int(begun) - self.origin_ns, int(ended) - self.origin_ns)
            for lane in self.lanes
            for begun, ended in zip(lane.begun, lane.ended, strict=True)
        ]
        found += [
            (lane.running[1] - self.origin_ns, now)
            for lane in self.living
            if lane.running is not None
        ]
        return found


@pytest.fixture
def told() -> Told:
    return Told()
