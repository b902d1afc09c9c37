"""Time on the screen."""

import pytest

from poolscope.gui.timeline.scene.time_scale import TimeScale, duration_text, three_digits, ticks


@pytest.mark.parametrize(
    ("begin_s", "end_s", "count", "labels"),
    [
        (0, 0.41, 5, "0 s|100 ms|200 ms|300 ms|400 ms"),
        (0, 3.5, 10, "0 s|0.5 s|1.0 s|1.5 s|2.0 s|2.5 s|3.0 s|3.5 s"),
        (0, 20e-6, 4, "0 s|5 µs|10 µs|15 µs|20 µs"),
        (0, 5e-7, 5, "0 s|100 ns|200 ns|300 ns|400 ns|500 ns"),
        (14.21, 14.41, 4, "14.25 s|14.30 s|14.35 s|14.40 s"),
        (0, 95, 5, "0 s|20 s|40 s|60 s|80 s"),
        (0, 1500, 3, "0 s|10 min|20 min"),
        (0, 50_000, 5, "0 s|5 h|10 h"),
        (-0.1, 0.2, 3, "-100 ms|0 s|100 ms|200 ms"),
    ],
)
def test_ticks_take_the_unit_that_suits_the_span(
    begin_s: float, end_s: float, count: float, labels: str
) -> None:
    found = ticks(begin_s, end_s, count)
    assert "|".join(label for _, label in found.places) == labels
    assert found.base is None


def test_ticks_far_from_zero_are_distances_from_a_base() -> None:
    found = ticks(2.930004, 2.930024, 4)
    assert found.base == "2.9300 s"
    assert [label for _, label in found.places] == ["+5 µs", "+10 µs", "+15 µs", "+20 µs"]
    assert [time_s for time_s, _ in found.places] == pytest.approx(
        [2.930005, 2.93001, 2.930015, 2.93002]
    )


@pytest.mark.parametrize("power", range(-6, 5))
@pytest.mark.parametrize("begin_s", [0.0, 1.2345, 777.7])
def test_ticks_are_distinct_in_the_view_and_not_too_many(power: int, begin_s: float) -> None:
    for factor in (1.0, 1.7, 3.1, 4.9, 9.99):
        end_s = begin_s + factor * 10.0**power
        places = ticks(begin_s, end_s, 8).places
        labels = [label for _, label in places]
        assert len(set(labels)) == len(labels)
        assert 1 <= len(labels) <= 10
        slack = (end_s - begin_s) * 1e-3
        assert all(begin_s - slack <= time_s <= end_s + slack for time_s, _ in places)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.41, "410 ms"),
        (2.934, "2.93 s"),
        (13e-6, "13 µs"),
        (123.4, "2 min 3 s"),
        (120, "2 min"),
        (59.96, "1 min"),
        (59.94, "59.9 s"),
        (0.9996, "1 s"),
        (999.4e-6, "999 µs"),
        (3600, "1 h"),
        (3599.7, "1 h"),
        (3725, "1 h 2 min"),
        (250e-9, "250 ns"),
        (1e-10, "0.1 ns"),
        (-0.41, "−410 ms"),
    ],
)
def test_a_duration_has_three_digits_at_most_and_its_unit(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (2.934, "2.93"), (10.05, "10.1"), (99.96, "100"), (1234.5, "1234"), (0.01, "0.01")],
)
def test_three_digits_are_enough(value: float, text: str) -> None:
    assert three_digits(value) == text


def test_a_time_goes_to_a_pixel_and_back() -> None:
    scale = TimeScale(1.0, 3.0, 100.0, 300.0)
    assert scale.x_of(2.0) == 200.0
    assert scale.time_of(scale.x_of(1.234)) == pytest.approx(1.234)
    assert scale.seconds_per_px == 0.01
