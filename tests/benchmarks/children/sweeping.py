"""The way of a person through a run: which spans are looked at, one a frame."""

from collections.abc import Iterator

DEEPEST = 1e-5
"""The least width, as a share of the whole: of a million tasks ten are seen."""
LOOKED_AT = 0.37
"""Where the view zooms in, as a share of the run."""


def spans(begin_ns: int, end_ns: int, frames: int) -> Iterator[tuple[int, int]]:
    """Zoom in to the deepest, and out again with a pan at each of four depths.

    A third of the frames each; no two that follow one another are equal.
    """
    whole, third = end_ns - begin_ns, max(frames // 3, 2)
    middle = begin_ns + LOOKED_AT * whole
    for step in range(third):
        width = whole * DEEPEST ** ((step + 1) / third)
        yield _around(middle, width)
    rest = frames - third
    for step in range(rest):
        depth = 4 - min(4 * step // rest, 3)
        width = whole * DEEPEST ** (depth / 5)
        moved = step % -(-rest // 4)
        yield _around(middle + (0.05 * moved + 0.01) * width, width)


def _around(middle: float, width: float) -> tuple[int, int]:
    return round(middle - width / 2), round(middle + width / 2)
