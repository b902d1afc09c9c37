"""What a drawing of lanes consists of. No painting."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Ints
from ..scene.bars import Bars
from ..scene.in_view import InView
from ..scene.trouble_marks import Cross, Snag
from .raster import Heights
from .strips import Strips

Rect = tuple[float, float, float, float]
Rects = npt.NDArray[np.float64]
"""x, y, width, height by row."""
Diamond = tuple[float, float, float]
"""x and y of its middle, and half of its size."""


@dataclass
class Marks:
    """What is to be drawn, by how it is drawn.

    seen: the tasks. bars: of the wide ones. strips, heights: what all that is drawn by pixels looks
    like, and where.
    taken: the columns and rows of the device's pixels at which results were taken; half of the size
    of their marks in pixels is taken_half.
    top, bottom: of all lanes. tracks: as long as their workers live, where others took their place;
    a rule leads the eye from the label to such a track.
    running: with the number of the colour, or None for a colour that says nothing.
    ways: bands of pickling and sending.
    unrun: boxes of tasks that never ran, where their chunk broke. crosses: where workers died.
    snags: what could not be sent or read.
    troubles: x of what went wrong in no lane.
    """

    seen: InView
    bars: Bars
    strips: Strips
    heights: Heights
    taken: tuple[Ints, Ints] | None = None
    taken_half: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    tracks: list[Rect] = field(default_factory=list)
    rules: list[Rect] = field(default_factory=list)
    starting: list[Rect] = field(default_factory=list)
    initializing: list[Rect] = field(default_factory=list)
    ways: list[Rect] = field(default_factory=list)
    running: list[tuple[Rect, int | None]] = field(default_factory=list)
    unrun: list[Rect] = field(default_factory=list)
    crosses: list[Cross] = field(default_factory=list)
    snags: list[Snag] = field(default_factory=list)
    troubles: list[float] = field(default_factory=list)
