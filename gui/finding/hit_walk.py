"""From hit to hit of a search, while it goes on. No widgets, no timers."""

from ...engine.recording import Recording
from ...engine.search import TaskSearch
from . import words


class HitWalk:
    """The tasks of `recording` that somebody means by `text`; see TaskSearch.

    wanted: 1 or -1 while it is not known yet which hit comes after the selected task, or before it.
    It begins with the wish for the first of all, or with `step` for such a one.
    """

    def __init__(self, recording: Recording, text: str, step: int = 0) -> None:
        self._recording = recording
        self._search = TaskSearch(recording, text)
        self._fresh = not step
        self._wrapped = 0
        self.wanted = step or 1

    @property
    def over(self) -> bool:
        """All inputs that are known have been looked at."""
        return self._search.over

    @property
    def count(self) -> int:
        return self._search.count

    def give_up(self) -> None:
        """Somebody has gone to another task meanwhile: a hit that comes later moves nothing."""
        self.wanted, self._fresh = 0, False

    def step(self) -> None:
        """Look at the next inputs."""
        self._search.step()

    def arrive(self, selected: int | None) -> int | None:
        """The row of the hit that is wanted; None while that cannot be told.

        Round from the last one to the first, but not before all inputs have been looked at.
        """
        search = self._search
        if not self.wanted or not search.count:
            return None
        place = 0
        if selected is not None and not self._fresh:
            place = search.beside(selected, self.wanted)
        inside = 0 <= place < search.count
        if not inside and not search.over:
            return None
        self._wrapped = 0 if inside else self.wanted
        if not inside:
            place = 0 if self.wanted > 0 else search.count - 1
        self.wanted, self._fresh = 0, False
        return search.row(place)

    def said(self, selected: int | None) -> words.Said:
        """How many there are, and which of them is the selected task."""
        search, place = self._search, self._place_of(selected)
        return words.hits_text(
            self._recording,
            place=place,
            count=search.count,
            looked_at=search.looked_at,
            over=search.over,
            row=None if place is None else selected,
            wrapped=self._wrapped if place is not None else 0,
        )

    def _place_of(self, row: int | None) -> int | None:
        if row is None or not self._search.count:
            return None
        place = self._search.beside(row, 1) - 1
        return place if place >= 0 and self._search.row(place) == row else None
