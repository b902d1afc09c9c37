"""Chunks as their workers had them one after another: each with the one before it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..breaking_off import Watch
from ..trace.columns import Ints
from ..trace.trace import Trace
from .blocks import blocks

SHORT = 1 << 16
"""Ordinals that are as close as this are sorted several times as fast."""


class Turns(NamedTuple):
    """Some chunks of which a task began. Times in ns.

    chunks: their numbers. begun: of the first task. ended: of the last, where it was begun; else
    when one had raised and that was noted; 0 where the chunk went down with its worker. took: from
    the begin of the first task to `ran`, for which the CPU time stands; 0 where nobody noted it.
    ended_before, took_before: of the chunk that the same worker had before; 0 without one.
    """

    chunks: Ints
    begun: Ints
    ended: Ints
    took: Ints
    ended_before: Ints
    took_before: Ints


def turns_of(trace: Trace, watch: Watch) -> Iterator[Turns]:
    """All of them, a block of chunks at a time; `watch` may end it.

    A worker takes chunks in the order of their numbers: the queue is one.
    """
    ended_last, took_last = (np.zeros(len(trace.lanes) + 1, np.int64) for _ in range(2))
    for part in blocks(trace.chunks.rows, watch):
        chunks, begun = _begun(trace, part)
        if not len(chunks):
            continue
        worker = trace.chunks["worker"][chunks]
        low = int(worker.min())
        close = int(worker.max()) - low < SHORT
        keys = (worker - low).astype(np.uint16) if close else worker
        order = np.argsort(keys, kind="stable")
        chunks, begun, worker = chunks[order], begun[order], worker[order]
        ran = trace.chunks["ran"][chunks]
        ended = _ends(trace, chunks, ran)
        took = np.where(ran, np.maximum(ran - begun, 0), 0)
        heads = np.flatnonzero(np.diff(worker, prepend=0))
        ended_before, took_before = _shifted(ended), _shifted(took)
        ended_before[heads] = ended_last[worker[heads]]
        took_before[heads] = took_last[worker[heads]]
        ended_last[worker], took_last[worker] = ended, took  # of one worker the last stays
        yield Turns(chunks, begun, ended, took, ended_before, took_before)


def _begun(trace: Trace, part: slice) -> tuple[Ints, Ints]:
    """Chunks of a block of which a task began, and when."""
    worker, size = trace.chunks["worker"][part], trace.chunks["size"][part]
    taken = np.flatnonzero((worker > 0) & (worker <= len(trace.lanes)) & (size > 0))
    begun = trace.tasks["begun"][trace.chunks["first"][part][taken]]
    some = begun > 0
    return taken[some] + part.start, begun[some]


def _ends(trace: Trace, chunks: Ints, ran: Ints) -> Ints:
    last = trace.chunks["first"][chunks] + trace.chunks["size"][chunks] - 1
    ended = trace.tasks["ended"][last]
    found: Ints = np.where(ended > 0, ended, ran)
    return found


def _shifted(values: Ints) -> Ints:
    found = np.empty_like(values)
    found[1:] = values[:-1]
    return found
