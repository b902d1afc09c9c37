"""A process of a run, and the last that was seen of it."""

from dataclasses import dataclass
from typing import NamedTuple

from .layout import ProcessState, Role

NAME_LIMIT = 100


@dataclass(slots=True)
class SampledProcess:
    """A process of the run; its number is its place in `Samples.processes`.

    ppid: of its parent when it was first seen; 0 where nobody knows. ordinal: of a worker.
    name: of its program. first_ns: first seen. gone_ns: seen to have gone; 0 before.
    parent: number of its parent; None where that is no process of the run.
    born_ns: when it was started, to about 10 ms; 0 where nobody knows.
    started: what tells it from another with its PID, for `uss_of`; 0 in an opened run.
    """

    number: int
    pid: int
    ppid: int
    role: Role
    name: str
    first_ns: int
    ordinal: int | None = None
    gone_ns: int = 0
    parent: int | None = None
    born_ns: int = 0
    started: int = 0


class Reading(NamedTuple):
    """The last that was seen of a process. cpu: of one CPU, since the look before; None at first,
    and of one that has gone.

    rss: bytes. Of one that has gone: what was seen last, and the state GONE.
    """

    at_ns: int
    cpu: float | None
    rss: int
    threads: int
    state: ProcessState


def plain_name(name: str) -> str:
    """Of a program, as it can be shown: a process may call itself anything.

    >>> plain_name("x\x1b[2J\udc80")
    'x?[2J?'
    """
    return "".join(letter if letter.isprintable() else "?" for letter in name[:NAME_LIMIT])
