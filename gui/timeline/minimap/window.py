"""Where the part in view stands on the map, and what a press on the map means. Pure."""

from dataclasses import dataclass
from enum import Enum, auto

LEAST_PX = 12.0
"""The mark is no narrower, so that it can be seen and taken."""
GRIP_PX = 6.0
"""How far an edge can be taken beside it."""


class Part(Enum):
    """What of the mark is at a place."""

    BEGIN = auto()
    END = auto()
    INSIDE = auto()
    OUTSIDE = auto()


@dataclass(frozen=True)
class MapWindow:
    """A map of the stretch `whole_ns` and of all lanes, and the part of them that is in view.

    left, width, height: of the map, in pixels; its top is 0. span_ns: the times at the edges of the
    view. lanes: where its top and bottom are among all lanes, from 0 to 1.

    >>> window = MapWindow(100, 200, 40, (0, 1000), (500, 750), (0.0, 1.0))
    >>> window.rect, window.part_at(225, 20), window.time_of(200)
    ((200.0, 0.0, 250.0, 40.0), <Part.INSIDE: 3>, 500.0)
    """

    left: float
    width: float
    height: float
    whole_ns: tuple[int, int]
    span_ns: tuple[int, int]
    lanes: tuple[float, float]

    @property
    def ns_per_px(self) -> float:
        return max(self.whole_ns[1] - self.whole_ns[0], 1) / max(self.width, 1.0)

    def time_of(self, x: float) -> float:
        """ns of the run's clock."""
        return self.whole_ns[0] + (x - self.left) * self.ns_per_px

    def x_of(self, time_ns: float) -> float:
        """Within the map."""
        x = self.left + (time_ns - self.whole_ns[0]) / self.ns_per_px
        return min(max(x, self.left), self.left + self.width)

    @property
    def scrolls(self) -> bool:
        """Not all lanes are in view."""
        return self.lanes[1] - self.lanes[0] < 0.999

    @property
    def rect(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what is in view."""
        begin, end = (self.x_of(time_ns) - self.left for time_ns in self.span_ns)
        left, right = _at_least(LEAST_PX, begin, end, self.width)
        top, bottom = (share * self.height for share in self.lanes)
        top, bottom = _at_least(LEAST_PX / 2, top, bottom, self.height)
        return self.left + left, top, self.left + right, bottom

    def part_at(self, x: float, y: float) -> Part:
        """What a press there takes. The edges are as high as the map, whatever lanes are in view;
        to the inside each reaches over a quarter of the mark at most.
        """
        left, top, right, bottom = self.rect
        inner = min(GRIP_PX, (right - left) / 4)
        if left - GRIP_PX <= x <= left + inner:
            return Part.BEGIN
        if right - inner <= x <= right + GRIP_PX:
            return Part.END
        inside = left < x < right and (not self.scrolls or top - GRIP_PX <= y <= bottom + GRIP_PX)
        return Part.INSIDE if inside else Part.OUTSIDE

    def on_map(self, time_ns: float) -> int:
        """This time, or the nearest one on the map."""
        return round(min(max(time_ns, self.whole_ns[0]), self.whole_ns[1]))

    def within(self, begin_ns: float, end_ns: float) -> tuple[int, int]:
        """This stretch, moved so far that it is on the map."""
        width = min(end_ns - begin_ns, float(self.whole_ns[1] - self.whole_ns[0]))
        begin = min(max(begin_ns, self.whole_ns[0]), self.whole_ns[1] - width)
        return round(begin), round(begin + width)


def _at_least(size: float, low: float, high: float, most: float) -> tuple[float, float]:
    """A stretch of this size or more around the same middle, as far as there is room up to `most`.

    >>> _at_least(12.0, 1.0, 3.0, 100.0), _at_least(12.0, 20.0, 60.0, 100.0)
    ((0.0, 12.0), (20.0, 60.0))
    """
    if high - low >= size:
        return low, high
    low = min(max((low + high - size) / 2, 0.0), max(most - size, 0.0))
    return low, min(low + size, most)
