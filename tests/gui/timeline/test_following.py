"""Which stretch of time is in view, and when it moves by itself."""

import pytest

from poolscope.gui.timeline.scene.following import MIN_WIDTH_S, PAN_BEFORE, PAN_PAST, Following


def running(seconds: float = 10.0) -> Following:
    view = Following()
    view.run_is(seconds, live=True)
    return view


def test_the_whole_run_is_shown_from_0_with_a_little_room() -> None:
    view = running(10)
    assert view.following
    assert view.span == pytest.approx((0, 10.2))
    assert view.run_is(20, live=True)
    assert view.span == pytest.approx((0, 20.4))


def test_the_first_moments_of_a_run_do_not_rush_past() -> None:
    view = running(0.001)
    assert view.span == (0, 0.1)
    view.run_is(0.002, live=False)
    assert view.span == pytest.approx((0, 0.00204))


def test_a_zoom_that_keeps_the_end_in_view_follows_with_its_width() -> None:
    view = running(10)
    view.zoom(0.5, 10.0)
    width = view.width_s
    assert view.following and width == pytest.approx(5.1)
    view.run_is(30, live=True)
    assert view.width_s == pytest.approx(width)
    assert view.begin_s < 30 < view.end_s


def test_a_zoom_that_leaves_the_end_stops_following() -> None:
    view = running(10)
    view.zoom(0.5, 1.0)
    assert not view.following


def test_a_pan_that_leaves_the_end_stops_following() -> None:
    view = running(10)
    view.zoom(0.5, 10.0)
    view.pan(-4)
    assert not view.following


def test_without_following_the_view_never_moves_by_itself() -> None:
    view = running(10)
    view.zoom(0.5, 1.0)
    span = view.span
    for seconds in (11, 50, 1000):
        assert not view.run_is(seconds, live=True)
    assert not view.run_is(999, live=False)
    assert view.span == span


def test_following_again_goes_to_the_end_with_the_width_that_was_chosen() -> None:
    view = running(10)
    view.zoom(0.1, 1.0)
    width = view.width_s
    view.follow(True)
    assert view.width_s == pytest.approx(width)
    assert view.begin_s < 10 < view.end_s


def test_fitting_shows_the_whole_run_and_changes_nothing_else() -> None:
    view = running(10)
    view.zoom(0.1, 1.0)
    view.fit()
    assert view.span == pytest.approx((0, 10.2))
    assert not view.following


def test_zooming_out_ends_at_the_whole_run() -> None:
    view = running(10)
    view.zoom(0.1, 5.0)
    view.zoom(1e9, 5.0)
    assert view.span == pytest.approx((0, 10.2))
    assert view.whole


def test_zooming_keeps_what_is_under_the_mouse_in_its_place() -> None:
    view = running(10)
    before = (4.0 - view.begin_s) / view.width_s
    view.zoom(0.3, 4.0)
    assert (4.0 - view.begin_s) / view.width_s == pytest.approx(before)


def test_zooming_in_ends_at_a_microsecond() -> None:
    view = running(10)
    view.zoom(1e-12, 5.0)
    assert view.width_s == pytest.approx(MIN_WIDTH_S)


@pytest.mark.parametrize("seconds", [-1e6, 1e6])
def test_nobody_gets_lost_by_panning(seconds: float) -> None:
    view = running(10)
    view.zoom(0.1, 5.0)
    view.pan(seconds)
    assert view.begin_s >= -PAN_BEFORE * view.width_s - 1e-9
    assert view.end_s <= 10.2 + PAN_PAST * view.width_s


def test_the_same_end_again_is_no_change() -> None:
    view = running(10)
    assert not view.run_is(10, live=True)
