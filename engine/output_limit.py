"""Keeps what a run prints from filling the disk: the middle of long files is dropped and counted.

Processes append straight to their files, so only the file itself can be made shorter: what is
newest is copied to behind the beginning, and the rest is cut off. They go on at the new end.
"""

import os
from collections.abc import Iterable
from typing import BinaryIO

from .output_file import ALIGNED_BYTES, MARK_BYTES, OutputFile, mark

NEWEST_BYTES = 1 << 20
"""Kept of the end of a file when its middle is dropped; the more there is, the longer it takes."""
BLOCK_BYTES = 1 << 18
TRIM_EVERY_S = 0.1
TRIM_S = 0.01
"""Spent at one time on the files of a run, or on one of them; a window is waiting."""


def water_level(sizes: Iterable[int], limit: int) -> int:
    """The length that no file may pass so that all of them together do not pass `limit`.

    >>> water_level([10, 500, 900], 410)
    200
    """
    left, level = limit, 0
    ordered = sorted(sizes)
    for place, size in enumerate(ordered):
        level = left // (len(ordered) - place)
        if size > level:
            return level
        left -= size
    return level


def trim(output: OutputFile, level: int) -> None:
    """Make the file of `output` about `level` bytes long. May raise OSError.

    What comes between the last look at its length and the cut is lost uncounted; this takes some
    microseconds, and is why the count is called "at least".
    """
    with open(output.path, "r+b", buffering=0) as file:
        newest = min(NEWEST_BYTES, level // 2)
        size = os.fstat(file.fileno()).st_size
        cut = size - newest
        head = output.head
        if head is None or head > level - newest:
            head = _begin_of_line(file, level - newest, backwards=True)
        cut = _begin_of_line(file, cut, backwards=False)
        if cut - head < 2 * MARK_BYTES + BLOCK_BYTES:
            return
        copied = _copy_down(file, cut, head + MARK_BYTES, 2 * newest)
        size = os.fstat(file.fileno()).st_size
        earlier = output.dropped - MARK_BYTES if output.head is not None else 0
        dropped = size - copied - head + earlier
        file.seek(head)
        file.write(mark(dropped))
        file.truncate(head + MARK_BYTES + copied)
    output.follow(head, cut, dropped)
    output.size = head + MARK_BYTES + copied


def _copy_down(file: BinaryIO, source: int, target: int, limit: int) -> int:
    """Copy from `source` to the end, which may still grow, to `target`; at most `limit` bytes."""
    copied = 0
    while copied < limit:
        file.seek(source + copied)
        block = file.read(BLOCK_BYTES)
        if not block:
            break
        file.seek(target + copied)
        file.write(block)
        copied += len(block)
    return copied


def _begin_of_line(file: BinaryIO, place: int, *, backwards: bool) -> int:
    """The begin of a line near `place`; `place` itself when there is none near."""
    start = max(0, place - ALIGNED_BYTES) if backwards else place
    file.seek(start)
    near = file.read(place - start if backwards else ALIGNED_BYTES)
    found = near.rfind(b"\n") if backwards else near.find(b"\n")
    return place if found < 0 else start + found + 1
