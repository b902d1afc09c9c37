"""A marked stretch of time as what a hand can take hold of. Pure."""

from enum import StrEnum

Stretch = tuple[int, int]
"""Begin and end in ns of the run's clock; the end comes after the begin."""

REACH_PX = 4.0
"""So far beside an edge it is still taken hold of."""


class Edge(StrEnum):
    """One of the two ends of a stretch."""

    BEGIN = "begin"
    END = "end"


def between(one_ns: int, other_ns: int) -> Stretch:
    """The stretch between two times, in whichever order they come; never none.

    >>> between(30, 10), between(10, 10)
    ((10, 30), (10, 11))
    """
    begin_ns, end_ns = sorted((one_ns, other_ns))
    return begin_ns, max(end_ns, begin_ns + 1)


def edge_at(x: float, edges_px: tuple[float, float]) -> Edge | None:
    """The edge that is taken hold of at `x`; the nearer one where the stretch is narrow.

    >>> edge_at(103.0, (100.0, 200.0)), edge_at(105.0, (100.0, 200.0))
    (<Edge.BEGIN: 'begin'>, None)
    """
    begin, end = edges_px
    far, edge = min((abs(x - end), Edge.END), (abs(x - begin), Edge.BEGIN), key=lambda it: it[0])
    return edge if far <= REACH_PX else None


def other_edge(stretch: Stretch, edge: Edge) -> int:
    """The time that stays where it is when `edge` is dragged."""
    return stretch[1] if edge is Edge.BEGIN else stretch[0]


def extended(stretch: Stretch, to_ns: int) -> Stretch:
    """The stretch with an edge at `to_ns`: the one that is nearer to it.

    >>> extended((10, 20), 35), extended((10, 20), 12)
    ((10, 35), (12, 20))
    """
    begin_ns, end_ns = stretch
    if abs(to_ns - begin_ns) < abs(to_ns - end_ns):
        return between(to_ns, end_ns)
    return between(begin_ns, to_ns)


def within(stretch: Stretch, first_ns: int, last_ns: int) -> Stretch | None:
    """What of a stretch lies between two times; None for nothing."""
    begin_ns, end_ns = max(stretch[0], first_ns), min(stretch[1], last_ns)
    return (begin_ns, end_ns) if begin_ns < end_ns else None
