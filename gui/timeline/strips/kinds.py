"""Which strips stand under the lanes, and how high they are. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

HIGHEST, LOWEST = 40.0, 30.0
"""Pixels that a strip takes, with the gap to the next."""
GAP = 6.0
"""What of them stays free, above the strip."""
SHARE, SHARE_ASKED = 0.28, 0.45
"""Of the room for lanes and strips these take so much at most: of themselves, and when somebody has
asked for them; but each is LOWEST at least."""


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
    """kinds: from top to bottom. pitch: from the top of one to the top of the next."""

    kinds: tuple[StripKind, ...] = ()
    pitch: float = HIGHEST

    @property
    def height(self) -> float:
        return self.pitch * len(self.kinds)

    def place(self, number: int) -> tuple[float, float]:
        """How far below the top of all of them a strip begins, and how high it is."""
        return number * self.pitch + GAP, self.pitch - GAP

    def kind_at(self, y: float) -> StripKind | None:
        """The strip at `y` below the top of all; a gap belongs to the strip under it."""
        number = int(y // self.pitch)
        return self.kinds[number] if 0 <= number < len(self.kinds) else None


def layout_in(room: float, said: Said) -> StripLayout:
    """What is shown in so many pixels for lanes and strips.

    >>> [kind.value for kind in layout_in(400, {}).kinds], layout_in(400, HIDDEN).kinds
    (['busy', 'cpu'], ())
    """
    asked = [kind for kind in StripKind if said.get(kind)]
    kinds = set(asked)
    for kind in OF_THEMSELVES:
        if kind not in said and (len(kinds) + 1) * LOWEST <= room * SHARE:
            kinds.add(kind)
    shown = tuple(kind for kind in StripKind if kind in kinds)
    share = SHARE_ASKED if asked else SHARE
    pitch = round(room * share / max(len(shown), 1))
    return StripLayout(shown, float(min(max(pitch, LOWEST), HIGHEST)))
