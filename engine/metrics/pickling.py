"""What the ways of chunks took, into the workers and back, and what their messages weighed."""

import numpy as np

from ..breaking_off import Watch
from ..trace.columns import Ints
from ..trace.trace import Trace
from .blocks import NS, blocks
from .numbers import Pickling

LEAST_BYTES = 1_000
"""What less of a message is no input is not told apart: names and numbers take some hundred."""
SURE = 2.0
"""A fit counts when it is so many times as large as what it can be off by."""

WAYS = {
    "pickled_s": ("pickling", "handed"),
    "unpickled_s": ("taken", "unpickled"),
    "results_pickled_s": ("ran", "pickled"),
    "results_sent_s": ("pickled", "sent"),
}
"""Each from one column of the chunks to another; see trace/layout.py. Sending is waiting for the
pipe's lock and writing into it, until the host has read most of it."""


def pickling(trace: Trace, function_bytes: int | None, watch: Watch) -> Pickling:
    """Sums over all chunks of which both times are known; function_bytes: as the host told it.

        pickled = handed - pickling;  unpickled = unpickled - taken
        results pickled = pickled - ran;  results sent = sent - pickled

    Where the host has not told what the function weighs (a run from before), it is fitted.
    """
    times, sizes = dict.fromkeys(WAYS, 0.0), dict.fromkeys(("bytes_in", "bytes_out"), 0.0)
    count = 0
    for part in blocks(trace.chunks.rows, watch):
        for name, (begin, end) in WAYS.items():
            times[name] += _time(trace.chunks[begin][part], trace.chunks[end][part])
        for name in sizes:
            sizes[name] += float(trace.chunks[name][part].sum(dtype=np.float64))
        count += int(np.count_nonzero(trace.chunks["taken"][part]))
    if function_bytes is None:
        function_bytes = fitted(trace, watch)
    return Pickling(
        chunks=count,
        **{name: time / NS for name, time in times.items()},
        bytes_in=round(sizes["bytes_in"]),
        bytes_out=round(sizes["bytes_out"]),
        function_bytes=function_bytes,
    )


def _time(begin: Ints, end: Ints) -> float:
    took = np.where((begin > 0) & (end > 0), end - begin, 0)
    return float(np.maximum(took, 0).sum(dtype=np.float64))


def fitted(trace: Trace, watch: Watch) -> int | None:
    """f of bytes_in = f + s * b: what each message weighs, whatever the number s of its inputs.

    Two sizes tell it: the full chunks, by their mean B, and the last one, where it is shorter
    (l tasks, B_l bytes): b = (B - B_l) / (s - l) and f = B_l - l * b. Inputs differ, too: by the
    spread R of the full chunks, f can be off by about R * (1 + l / (s - l)). None where there are
    no two sizes, or f is below LEAST_BYTES or not SURE. An object that all inputs share is pickled
    once a message, and so is in f.
    """
    sizes = trace.chunks["size"]
    cut = int(np.count_nonzero(sizes))
    if cut < 2 or sizes[cut - 1] == sizes[0]:
        return None
    full, last = int(sizes[0]), int(sizes[cut - 1])
    last_bytes = int(trace.chunks["bytes_in"][cut - 1])
    total, low, high, count = 0.0, np.inf, 0.0, 0
    for part in blocks(cut - 1, watch):
        weighed = trace.chunks["bytes_in"][part]
        weighed = weighed[weighed > 0]
        if len(weighed):
            total, count = total + float(weighed.sum(dtype=np.float64)), count + len(weighed)
            low, high = min(low, float(weighed.min())), max(high, float(weighed.max()))
    if not count or not last_bytes or full <= last:
        return None
    each = max((total / count - last_bytes) / (full - last), 0.0)
    found = min(last_bytes - last * each, low)
    off = (high - low) * (1 + last / (full - last))
    return round(found) if found >= max(LEAST_BYTES, SURE * off) else None
