"""What a drawing of lanes consists of. No painting."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .trouble_marks import Cross, Snag

Rect = tuple[float, float, float, float]
Rects = npt.NDArray[np.float64]
"""x, y, width, height by row."""
Pixels = npt.NDArray[np.uint8]
"""Blue, green, red, alpha (premultiplied) by row."""
Bools = npt.NDArray[np.bool_]
Diamond = tuple[float, float, float]
"""x and y of its middle, and half of its size."""


@dataclass
class Marks:
    """What is to be drawn, by how it is drawn.

    top, bottom: of all lanes. tracks: as long as their workers live, where others took their place;
    a rule leads the eye from the label to such a track.
    columns: where a lane's narrow bars are drawn together, and its pixel columns.
    bars: by the number of the colour. running: with that number, or None for
    a colour that says nothing. outlines: and if selected.
    waits: thin lines from the ends of bars to when their results were taken, which is at `taken`;
    chosen: the line of a task that is hovered or selected.
    vain: by the number of the colour, bars of tasks whose results were lost; struck: the lines
    through these, and through such columns. ways: bands of pickling and sending.
    unrun: boxes of tasks that never ran, where their chunk broke. crosses: where workers died.
    snags: what could not be sent or read.
    troubles: x of what went wrong in no lane.
    looked_at: how many tasks it took to find out.
    """

    top: float = 0.0
    bottom: float = 0.0
    tracks: list[Rect] = field(default_factory=list)
    rules: list[Rect] = field(default_factory=list)
    starting: list[Rect] = field(default_factory=list)
    initializing: list[Rect] = field(default_factory=list)
    columns: list[tuple[Rect, Pixels]] = field(default_factory=list)
    bars: dict[int, list[Rects]] = field(default_factory=dict)
    vain: dict[int, list[Rects]] = field(default_factory=dict)
    struck: list[Rect] = field(default_factory=list)
    ways: list[Rect] = field(default_factory=list)
    raised: list[Rects] = field(default_factory=list)
    lost: list[Rects] = field(default_factory=list)
    running: list[tuple[Rect, int | None]] = field(default_factory=list)
    chunks: list[Rect] = field(default_factory=list)
    waits: list[Rect] = field(default_factory=list)
    taken: list[Diamond] = field(default_factory=list)
    chosen: list[Rect] = field(default_factory=list)
    unrun: list[Rect] = field(default_factory=list)
    crosses: list[Cross] = field(default_factory=list)
    snags: list[Snag] = field(default_factory=list)
    troubles: list[float] = field(default_factory=list)
    outlines: list[tuple[Rect, bool]] = field(default_factory=list)
    looked_at: int = 0
