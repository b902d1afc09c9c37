"""What other tools that record a pool add to a task, where they are installed, beside Poolscope."""

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

import recorder
from child import ChildError, answer, end_marked
from figures import interval, take_turns
from options import Options, Say, processes
from report import Row, Section
from surroundings import version_of

from poolscope.engine.experiment import PoolSettings

WARM = 10
"""Tasks before the ones that are timed: some tools start their workers with the first."""
LIMIT_S = 120.0
SHARE = 10
"""One pair for so many of the recorder's: a cluster takes seconds to start, and adds much."""


@dataclass(frozen=True)
class Peer:
    """A tool that is measured.

    package: what is installed. module: what a program imports. single, many: tasks that are timed
    in chunks of one and in those of its own choice; None where it knows no chunks.
    records: what it keeps of a task, as it is set up here. most: where that ends.
    """

    name: str
    package: str
    module: str
    program: str
    single: int
    many: int | None
    records: str
    most: str

    @property
    def version(self) -> str | None:
        return version_of(self.package) if importlib.util.find_spec(self.module) else None


PEERS = (
    Peer(
        "MPIRE, insights",
        "mpire",
        "mpire",
        "peer_mpire",
        5_000,
        100_000,
        "sums by worker; no record of a task",
        "the 5 longest tasks",
    ),
    Peer(
        "VizTracer",
        "viztracer",
        "viztracer",
        "peer_viztracer",
        5_000,
        100_000,
        "each call of each function",
        "the newest 1,000,000 calls of a process",
    ),
    Peer(
        "Dask, task stream",
        "distributed",
        "distributed",
        "peer_dask",
        1_000,
        None,
        "each task: worker, begin, end",
        "the newest 100,000 tasks, 1,000 on the dashboard",
    ),
    Peer(
        "Ray Pool, timeline",
        "ray",
        "ray",
        "peer_ray",
        2_000,
        20_000,
        "each chunk: worker, begin, end",
        "the newest 100,000 chunks, 10,000 in a list",
    ),
)
OURS = Peer(
    "Poolscope",
    "poolscope",
    "poolscope",
    "",
    5_000,
    100_000,
    "each task: worker, begin, end, state; each chunk",
    "none",
)
ALL = (OURS, *PEERS)
TASKS = (("empty", "nothing", 0), ("100 µs", "spin", 100_000))
LONG_SHARE = 5
"""Of the long task so many times fewer are timed."""

COLUMNS = {
    "tool": "tool",
    "version": "version",
    "task": "task",
    "chunksize": "chunksize",
    "tasks": "tasks",
    "pairs": "pairs",
    "bare_us": "bare Pool, µs a task",
    "tool_us": "tool, µs a task",
    "added_us": "added, µs a task",
    "added_us_interval": "95 % interval",
    "note": "",
}
KEPT = {"tool": "tool", "records": "what it records here", "most": "where that ends"}


def measure(options: Options, say: Say, peers: Sequence[Peer] = ALL) -> Iterator[Section]:
    """Two tables: what each adds, and what one gets for it. Tools that are not there are named."""
    rows = []
    for peer in peers:
        if peer.version is None:
            say(f"peers: {peer.name} is not installed")
            rows.append({"tool": peer.name, "note": "not installed"})
            continue
        say(f"peers: {peer.name}")
        rows += [row for which in TASKS for row in _rows(peer, which, options)]
    yield Section(
        "Peers: what recording adds to a task",
        "Against a bare Pool of as many workers and the same chunks; all pools are warm.",
        COLUMNS,
        rows,
    )
    yield Section(
        "Peers: what is recorded",
        "As they are set up for the figures above; limits are the defaults.",
        KEPT,
        [{"tool": peer.name, "records": peer.records, "most": peer.most} for peer in peers],
    )


def _rows(peer: Peer, which: tuple[str, str, int], options: Options) -> Iterator[Row]:
    name, task, value = which
    for chunksize, count in ((1, peer.single), (None, peer.many)):
        if count is None:
            continue
        count = count // (1 if task == "nothing" else LONG_SHARE) // (10 if options.quick else 1)
        row: Row = {
            "tool": peer.name,
            "version": peer.version,
            "task": name,
            "chunksize": "none" if peer.many is None else str(chunksize or "auto"),
            "tasks": count,
        }
        try:
            yield row | _figures(peer, task, value, count, chunksize, options.fewer(SHARE))
        except ChildError as error:
            yield row | {"note": f"failed: {error}"}


def _figures(
    peer: Peer, task: str, value: int, count: int, chunksize: int | None, pairs: int
) -> Row:
    settings = PoolSettings(processes(), chunksize)
    ours = partial(_tool_s, peer, task, value, count, settings)
    if peer is OURS:
        ours = partial(recorder.recorded_s, task, value, count, settings)
    bare = partial(recorder.bare_s, task, value, count, settings, 0 if peer is OURS else WARM)
    found = take_turns(bare, ours, pairs)
    added_us = [seconds / count * 1e6 for seconds in found.added]
    return {
        "pairs": pairs,
        "bare_us": median(found.bare) / count * 1e6,
        "tool_us": median(found.ours) / count * 1e6,
        "added_us": median(added_us),
        "added_us_interval": interval(added_us),
    }


def _tool_s(peer: Peer, task: str, value: int, count: int, settings: PoolSettings) -> float:
    """The seconds of one map; none of the tool's processes is left, daemons neither."""
    numbers = (value, count, settings.processes, settings.chunksize or 0)
    try:
        arguments = (task, *numbers, settings.start_method, WARM)
        return float(answer(peer.program, *arguments, timeout_s=LIMIT_S))
    finally:
        end_marked()
