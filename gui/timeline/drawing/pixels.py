"""The pixels of lanes, a row of them each: colours by number, and stretches of columns. Pure."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Ints

Pixels = npt.NDArray[np.uint32]
"""Premultiplied: alpha, red, green, blue from the highest byte to the lowest."""
Rgb = tuple[int, int, int]
OPAQUE = 255


class Inks(NamedTuple):
    """What lanes are drawn with.

    colours: of tasks, by number. failure: of raised and lost ones. card: of what is hollow. text:
    of thin lines. chunk: of the lines under chunks.
    """

    colours: tuple[Rgb, ...]
    failure: Rgb
    card: Rgb
    text: Rgb
    chunk: Rgb

    def table(self) -> Pixels:
        """Pixels by 256 x number + alpha; `number_of` has the numbers of what is no task's."""
        return _table((*self.colours, self.failure, self.card, self.text, self.chunk))

    def number_of(self, ink: str) -> int:
        return len(self.colours) + ("failure", "card", "text", "chunk").index(ink)

    def pixel(self, ink: str) -> np.uint32:
        """It, opaque."""
        return np.uint32(self.table()[self.number_of(ink) * 256 + OPAQUE])


@lru_cache(maxsize=32)
def _table(colours: tuple[Rgb, ...]) -> Pixels:
    alpha = np.arange(256, dtype=np.uint32)
    channels = np.array(colours, np.float64)[:, :, None] * (alpha / 255.0)
    red, green, blue = np.rint(channels).astype(np.uint32).transpose(1, 0, 2)
    return (alpha << 24 | red << 16 | green << 8 | blue).ravel()


def faded(pixels: Pixels, shares: npt.NDArray[np.float64]) -> Pixels:
    """As much of each pixel as its share (0 to 1) says.

    >>> [hex(pixel) for pixel in faded(np.array([0xFF804020], np.uint32), np.array([0.5]))]
    ['0x80402010']
    """
    parts = np.rint(shares * 256).astype(np.uint32)
    low = np.uint32(0x00FF00FF)
    half = np.uint32(0x00800080)
    even = ((pixels & low) * parts + half) >> np.uint32(8) & low
    odd = ((pixels >> np.uint32(8) & low) * parts + half) & ~low
    return even | odd


def over(above: Pixels, below: Pixels) -> Pixels:
    """What is seen where pixels lie over others."""
    return above + faded(below, 1.0 - (above >> np.uint32(24)) / 255.0)


def spread(begin: Ints, end: Ints, rows: Ints, width: int) -> tuple[Ints, Ints]:
    """All places from each `begin` to before its `end`, in rows of `width` laid one after another.

    Also whose each is. Both may be out of the row; what is, is left out.

    >>> [part.tolist() for part in spread(np.array([2, 1]), np.array([9, 3]), np.array([0, 1]), 4)]
    [[2, 3, 5, 6], [0, 0, 1, 1]]
    """
    begin, end = np.clip(begin, 0, width), np.clip(end, 0, width)
    lengths = np.maximum(end - begin, 0)
    before = np.cumsum(lengths) - lengths
    owners = np.repeat(np.arange(len(lengths)), lengths)
    places = np.arange(len(owners)) + (rows * width + begin - before).take(owners)
    return places, owners
