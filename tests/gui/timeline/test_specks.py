"""Which narrow bars stand alone."""

import numpy as np
import pytest

from poolscope.gui.timeline.specks import specks_in


@pytest.mark.parametrize(
    ("some", "others", "expected"),
    [
        ("..#.....", "........", [2, 3]),
        ("..##....", "........", [2, 3]),
        ("..###...", "........", []),
        (".......#", "........", [6, 7]),
        ("#.......", "........", [0, 1]),
        ("..#.#...", "........", []),
        ("..#..#..", "........", [2, 3, 5, 6]),
        ("..#.....", "....#...", []),
        ("..#.....", ".....#..", [2, 3]),
        ("........", "........", []),
        ("#", ".", []),
    ],
)
def test_only_what_stands_alone_is_widened(some: str, others: str, expected: list[int]) -> None:
    specks = specks_in(*(np.array([one == "#" for one in text]) for text in (some, others)), 2)
    assert specks.columns.tolist() == expected
    assert all(some[source] == "#" for source in specks.sources)
