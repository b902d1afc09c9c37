"""Where a row stands in the tree of processes: one number for each, that nothing else has.

A node of the tree is something that is kept. Those that have gone in great numbers are not: they
are places in a crowd, and where there are many, in a page of it.
"""

from array import array
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from ....engine.sampling.layout import Role

PAGE = 200
"""Rows that are laid out at once when somebody opens a page."""

NODE, PAGE_OF_CROWD, MEMBER = range(3)
KINDS = 3


class Which(IntEnum):
    """Of whom a crowd is. Its members are ordinals, or numbers of sampled processes."""

    WORKERS = 0
    OTHERS = 1


class Crowd:
    """Those that have gone: only their numbers, in the order in which they went in."""

    def __init__(self, which: Which) -> None:
        self.which = which
        self.members = array("q")

    def __len__(self) -> int:
        return len(self.members)

    @property
    def pages(self) -> int:
        """0 as long as all of them are shown directly."""
        return -(-len(self) // PAGE) if len(self) > PAGE else 0

    def size_of(self, page: int) -> int:
        """How many are on a page."""
        return min(PAGE, len(self) - page * PAGE)

    def place_of(self, member: int) -> int | None:
        """Where a member is; None when it is not in it. 10 us for ten thousand."""
        if not len(self):
            return None
        found = np.flatnonzero(np.frombuffer(self.members, np.int64) == member)
        return int(found[0]) if len(found) else None


class Subject(NamedTuple):
    """What a row is about.

    A process: its role, its PID (0: not known), a worker's ordinal, and its number in the samples.
    A crowd or a page of one: which, and the first and the last of its members, from 1; role is None
    then.
    """

    role: Role | None = None
    pid: int = 0
    ordinal: int | None = None
    number: int | None = None
    which: Which | None = None
    first: int = 0
    last: int = 0
    page: bool = False


def page_handle(which: Which, page: int) -> int:
    return (page * 2 + which) * KINDS + PAGE_OF_CROWD


def member_handle(which: Which, place: int) -> int:
    return (place * 2 + which) * KINDS + MEMBER


def node_handle(serial: int) -> int:
    return serial * KINDS + NODE


def parts_of(handle: int) -> tuple[int, Which, int]:
    """What kind of row it is, of which crowd, and its place in that: a page's or a member's.

    Of a node its serial number is the place.
    """
    value, kind = divmod(handle, KINDS)
    if kind == NODE:
        return kind, Which.WORKERS, value
    place, which = divmod(value, 2)
    return kind, Which(which), place
