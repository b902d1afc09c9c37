"""Which strips stand under the lanes, and how high they are. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

HIGHEST, LOWEST = 40.0, 30.0
"""Pixels that a strip takes, with the gap to the next."""
TALLEST = 96.0
"""The same where lanes as high as they get leave room."""
GAP = 6.0
"""What of them stays free, above the strip."""
SHARE, SHARE_ASKED = 0.28, 0.5
"""Of the room for lanes and strips these take so much at most: of themselves, and when somebody has
asked for them. But they may always have what the lanes leave."""


class StripKind(StrEnum):
    """What a strip shows over time, in the order from top to bottom."""

    BUSY = "busy"  # workers in tasks
    CPU = "cpu"  # CPUs that all workers use
    MEMORY = "memory"  # of all workers
    WAITING = "waiting"  # chunks not yet handed out


OF_THEMSELVES = (StripKind.BUSY, StripKind.CPU)
"""Strips that are shown where there is room, as long as nobody has said anything."""

Said = Mapping[StripKind, bool]
"""Strips that somebody wants to see, or not."""
HIDDEN: Said = dict.fromkeys(StripKind, False)


@dataclass(frozen=True)
class StripLayout:
    """kinds: from top to bottom. pitch: from the top of one to the top of the next. most: so many
    have room.
    """

    kinds: tuple[StripKind, ...] = ()
    pitch: float = HIGHEST
    most: int = len(StripKind)

    @property
    def height(self) -> float:
        return self.pitch * len(self.kinds)

    def has_room_for(self, kind: StripKind) -> bool:
        """Whether this strip is shown, or could be without another one going."""
        return kind in self.kinds or len(self.kinds) < self.most

    def place(self, number: int) -> tuple[float, float]:
        """How far below the top of all of them a strip begins, and how high it is."""
        return number * self.pitch + GAP, self.pitch - GAP

    def kind_at(self, y: float) -> StripKind | None:
        """The strip at `y` below the top of all; a gap belongs to the strip under it."""
        number = int(y // self.pitch)
        return self.kinds[number] if 0 <= number < len(self.kinds) else None


def layout_in(room: float, said: Said, lanes: float = math.inf) -> StripLayout:
    """What is shown in so many pixels for lanes and strips. lanes: pixels that all lanes would take
    if they were as high as they get.

    What somebody asked for comes to what is there of itself, which does not go by what is hidden.
    First the lanes give way, then the strips get lower.

    >>> [kind.value for kind in layout_in(400, {}).kinds], layout_in(400, HIDDEN).kinds
    (['busy', 'cpu'], ())
    """
    left = max(room - lanes, 0.0)
    most = int(max(room * SHARE_ASKED, left) // LOWEST)
    asked = [kind for kind in StripKind if said.get(kind)]
    of_themselves = OF_THEMSELVES[: int(room * SHARE // LOWEST)]
    kinds = [*asked, *(kind for kind in of_themselves if kind not in said)][:most]
    shown = tuple(kind for kind in StripKind if kind in kinds)
    count = max(len(shown), 1)
    share = room * (SHARE_ASKED if asked else SHARE) // count
    pitch = max(min(max(share, LOWEST), HIGHEST), min(left // count, TALLEST))
    return StripLayout(shown, float(pitch), min(most, len(StripKind)))
