"""A run is said to be faster than the one before only where that is no chance."""

import pytest

from poolscope.engine.experiment import Experiment
from poolscope.gui.why.effect import Measured, effect

NOW = Experiment("sleep", "[1] * 8").with_pool(chunksize=1)


def said(before: Experiment, before_s: float, now_s: float = 1.0) -> str:
    return effect(Measured(NOW, {"cpu": "a"}, now_s), Measured(before, {"cpu": "a"}, before_s))


@pytest.mark.parametrize(
    ("before_s", "text"),
    [
        (1.05, "About as fast as the run before."),
        (
            1.23,
            "1.23 × faster than the run before, with the same settings: so much is chance, or"
            " other programs.",
        ),
        (
            0.5,
            "2 × slower than the run before, with the same settings: so much is chance, or"
            " other programs.",
        ),
    ],
)
def test_with_the_same_settings_nothing_was_gained(before_s: float, text: str) -> None:
    assert said(NOW, before_s) == text


@pytest.mark.parametrize(
    ("before_s", "text"),
    [
        (1.05, "About as fast as the run before, with chunksize 1 instead of 4."),
        (
            1.2,
            "1.2 × faster than the run before, with chunksize 1 instead of 4; it may be chance.",
        ),
        (1.6, "1.6 × faster than the run before, with chunksize 1 instead of 4."),
        (0.5, "2 × slower than the run before, with chunksize 1 instead of 4."),
    ],
)
def test_other_settings_gain_from_a_margin_on(before_s: float, text: str) -> None:
    assert said(NOW.with_pool(chunksize=4), before_s) == text


def test_other_tasks_and_machines_are_not_compared() -> None:
    assert said(Experiment("sleep", "[1] * 9"), 3) == ""
    here, there = Measured(NOW, {"cpu": "a"}, 1.0), Measured(NOW, {"cpu": "b"}, 3.0)
    assert effect(here, there) == ""
