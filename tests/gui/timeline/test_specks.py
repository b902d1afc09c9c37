"""Which narrow bars stand alone."""

import numpy as np
import pytest

from poolscope.gui.timeline.drawing.specks import specks_in


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
    size = len(some)
    narrow = np.zeros((3, size), bool)
    narrow[1] = [one == "#" for one in some]
    wide = np.flatnonzero([one == "#" for one in others]) + size
    ends = np.array([0, 2 * size])  # and in the lanes above and below, right beside it
    begins, stops = np.sort(np.append(wide, [0, 2 * size])), np.sort(np.append(wide, ends) + 1)
    begins[0], stops[0] = size - 1, size
    specks = specks_in(narrow, (begins, stops), 2)
    assert specks.columns.tolist() == [column + size for column in expected]
    assert all(some[source - size] == "#" for source in specks.sources)


def test_what_stands_at_the_end_of_a_lane_and_at_the_beginning_of_the_next_is_not_one() -> None:
    nothing = np.zeros(0, int)
    both = np.array([[0, 0, 0, 1], [1, 0, 0, 0]], bool)
    assert specks_in(both, (nothing, nothing), 2).columns.tolist() == [2, 3, 4, 5]
