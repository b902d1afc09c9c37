"""How long tasks took: the middle, the longest, and how they spread, as a histogram."""

import math
from collections.abc import Iterator

import numpy as np

from ..breaking_off import Watch
from ..stretch.durations import Durations as Spread
from ..trace.columns import Ints
from ..trace.layout import TaskState
from ..trace.trace import Trace
from .blocks import NS, blocks
from .numbers import Durations

FEWEST, MOST = 5, 40
"""Bins of a histogram; fewer where there are no more different whole ns, or few tasks."""
WIDE = 64
"""A spread is large where the longest takes so many times as long as the shorter ones (5 %)."""


def durations(trace: Trace, watch: Watch) -> Durations | None:
    """Of tasks that came to an end of their own, done or raised; None without any.

    A task takes ended - begun. Median and 95th percentile are those of all tasks, between two
    neighbours in proportion; of more than 250,000 they are to within 0.05 %, for which bounded
    memory is enough (stretch/durations.py). The histogram counts each task exactly.
    """
    spread = Spread()
    total_ns, longest_ns, longest_row, shortest_ns = 0.0, -1, 0, 0
    for rows, took_ns in _took(trace, watch):
        shortest_ns = min(shortest_ns, int(took_ns.min())) if spread.count else int(took_ns.min())
        spread.add(took_ns)
        total_ns += float(took_ns.sum(dtype=np.float64))
        at = int(took_ns.argmax())
        if took_ns[at] > longest_ns:
            longest_ns, longest_row = int(took_ns[at]), rows.start + at
            if len(took_ns) < rows.stop - rows.start:
                longest_row = int(np.flatnonzero(_own(trace, rows))[at]) + rows.start
    if not spread.count:
        return None
    edges = edges_of(spread, shortest_ns)
    counts = np.zeros(len(edges) - 1, np.int64)
    for _, took_ns in _took(trace, watch):
        cuts = np.searchsorted(np.sort(took_ns), edges[1:-1])
        counts += np.diff(cuts, prepend=0, append=len(took_ns))
    return Durations(
        count=spread.count,
        mean_s=total_ns / spread.count / NS,
        median_s=spread.quantile_ns(0.5) / NS,
        p95_s=spread.quantile_ns(0.95) / NS,
        longest_s=longest_ns / NS,
        longest_row=longest_row,
        edges_s=tuple((edges / NS).tolist()),
        counts=tuple(counts.tolist()),
    )


def edges_of(spread: Spread, shortest_ns: int) -> Ints:
    """Where the bins of a histogram begin, and where the last one ends; whole ns, ascending.

    The width is that of Freedman and Diaconis, 2 * (q3 - q1) * n ** (-1 / 3), on an axis of time;
    where the spread is large (WIDE) on one of its logarithm, so that both ends are to be seen. With
    equal quartiles the number is that of Sturges, log2(n) + 1.

    Sources: D. Freedman and P. Diaconis, "On the histogram as a density estimator: L2 theory",
    Z. Wahrscheinlichkeitstheorie 57, 1981; H. A. Sturges, "The choice of a class interval", JASA
    21, 1926.
    """
    low, high = shortest_ns, spread.longest_ns + 1  # half-open: the longest is inside
    wide = spread.longest_ns >= WIDE * max(spread.quantile_ns(0.05), 1.0)
    q1, q3 = spread.quantile_ns(0.25), spread.quantile_ns(0.75)
    if not wide:
        bins = _bins(high - low, q3 - q1, spread.count)
        step = max(-(-(high - low) // bins), 1)
        edges: Ints = np.arange(low, high + step, step, dtype=np.int64)
        return edges
    begin = max(low, 1)
    bins = _bins(math.log(high / begin), math.log(max(q3, 1.0) / max(q1, 1.0)), spread.count)
    inner = np.unique(np.geomspace(begin, high, bins + 1)[1:-1].round().astype(np.int64))
    return np.concatenate(([low], inner[(inner > low) & (inner < high)], [high]))


def _bins(length: float, quartiles: float, count: int) -> int:
    sturges = math.ceil(math.log2(count)) + 1
    width = 2 * quartiles * count ** (-1 / 3)
    wanted = math.ceil(length / width) if width > 0 else sturges
    return min(max(wanted, min(FEWEST, sturges)), MOST)


def _took(trace: Trace, watch: Watch) -> Iterator[tuple[slice, Ints]]:
    """Rows of the task table, and what those of them took that came to an end of their own."""
    for part in blocks(trace.total, watch):
        took_ns = trace.tasks["ended"][part] - trace.tasks["begun"][part]
        own = _own(trace, part)
        if not own.all():
            took_ns = took_ns[own]
        if len(took_ns):
            yield part, np.maximum(took_ns, 0)


def _own(trace: Trace, part: slice) -> Ints:
    states = trace.tasks["state"][part]
    own: Ints = (states == TaskState.DONE) | (states == TaskState.RAISED)
    return own
