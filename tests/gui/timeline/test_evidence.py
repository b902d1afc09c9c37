"""What a reason points at is seen over the lanes, at any zoom, and costs nothing otherwise."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from poolscope.engine.explain.reason import Evidence, Span
from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import DARK, LIGHT
from poolscope.gui.timeline.drawing.evidence import DOWN, LEFT, RIGHT, UP, Shape
from poolscope.gui.timeline.drawing.lane_painter import LanePainter
from poolscope.gui.timeline.scene.pointed import joined
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import at

DONE = TaskState.DONE
TASKS = [(1 + n % 2, n / 10, n / 10 + 0.08, DONE, n) for n in range(10)]
Make = Callable[..., Recording]


@pytest.fixture
def shown(view: TimelineView, make_recording: Make) -> TimelineView:
    """Ten tasks of two workers in turn, one every 100 ms."""
    view.set_recording(make_recording(TASKS, 2))
    QApplication.processEvents()
    return view


def image_of(view: TimelineView) -> QImage:
    QApplication.processEvents()
    return view.stage.grab().toImage()


def shape_of(view: TimelineView) -> Shape:
    assert view.stage.evidence.shape is not None
    return view.stage.evidence.shape


def x_of(view: TimelineView, seconds: float) -> float:
    begin_ns, end_ns = view.view_span()
    plot = view.stage.plot
    return plot.left() + (at(seconds) - begin_ns) / (end_ns - begin_ns) * plot.width()


def test_a_span_is_a_band_over_the_named_lanes_only(shown: TimelineView) -> None:
    shown.show_evidence(Evidence((Span(at(0.4), at(0.6), (2,)),)))
    ((left, top, width, height),) = shape_of(shown).bands
    layout = shown._layout()
    assert (top, height) == (layout.top(1), layout.pitch - layout.gap)
    assert (left, left + width) == pytest.approx((x_of(shown, 0.4), x_of(shown, 0.6)), abs=1)
    assert not shape_of(shown).arrows


def test_a_span_of_nobody_s_reaches_from_the_first_lane_to_the_last(shown: TimelineView) -> None:
    shown.show_evidence(Evidence((Span(at(0.4), at(0.6)),)))
    ((_, top, _, height),) = shape_of(shown).bands
    assert (top, height) == (0.0, shown._layout().content_height)


@pytest.mark.parametrize("ordinals", [(), (1,)])
def test_a_moment_is_seen_at_any_zoom(shown: TimelineView, ordinals: tuple[int, ...]) -> None:
    shown.show_evidence(Evidence((Span(at(0.5), at(0.5) + 10, ordinals),)))
    ((left, _, width, _),) = shape_of(shown).bands
    assert width >= 3
    assert left <= x_of(shown, 0.5) <= left + width


def test_tasks_get_frames_around_their_bars(shown: TimelineView) -> None:
    shown.show_evidence(Evidence(rows=(3, 8)))
    shape = shape_of(shown)
    layout = shown._layout()
    pad, height = layout.bar
    found = sorted(shape.frames, key=lambda rect: rect[0])
    assert [rect[1] for rect in found] == [layout.top(1) + pad, pad]
    assert all(rect[3] == height for rect in found)
    for (left, _, width, _), row in zip(found, (3, 8), strict=True):
        assert left == pytest.approx(x_of(shown, row / 10), abs=1)
        assert left + width == pytest.approx(x_of(shown, row / 10 + 0.08), abs=1)


def test_all_but_what_is_meant_is_paler_and_nothing_is_left_out(shown: TimelineView) -> None:
    shown.show_evidence(Evidence((Span(at(0.2), at(0.4)), Span(at(0.3), at(0.7), (1,))), (9,)))
    shape = shape_of(shown)
    plot, layout = shown.stage.plot, shown._layout()
    lit = [*shape.bands, *shape.frames]
    for place, ordinal in ((0, 1), (1, 2)):
        y = layout.top(place) + 10.5
        pale = sorted(rect for rect in shape.pale if rect[1] == layout.top(place))
        for (x, _, width, _), (after, _, _, _) in pairwise(pale):
            assert x + width <= after
        for x in np.arange(plot.left() + 0.5, plot.right(), 1.0):
            inside = [QRectF(*rect).contains(x, y) for rect in lit]
            covered = [QRectF(*rect).contains(x, y) for rect in pale]
            assert any(inside) != any(covered), (ordinal, x)


def test_overlapping_stretches_are_one_and_lanes_keep_apart() -> None:
    place = np.array([1, 0, 1, 0, 1])
    left = np.array([10.0, 0.0, 2.0, 500.0, 11.0])
    right = np.array([20.0, 400.0, 10.0, 600.0, 12.0])
    found = [part.tolist() for part in joined(place, left, right)]
    assert found == [[0, 0, 1], [0.0, 500.0, 2.0], [400.0, 600.0, 20.0]]


def test_what_is_beyond_an_edge_has_an_arrow_to_it(shown: TimelineView) -> None:
    shown.show_span(at(0.4), at(0.6))
    shown.show_evidence(Evidence((Span(at(0.1), at(0.2), (1,)), Span(at(0.8), at(0.9), (2,)))))
    shape = shape_of(shown)
    layout = shown._layout()
    middles = [layout.top(place) + (layout.pitch - layout.gap) / 2 for place in (0, 1)]
    assert [(way, middle.y()) for middle, way in shape.arrows] == [
        (LEFT, middles[0]),
        (RIGHT, middles[1]),
    ]
    assert not shape.pale, "nothing that is in view is meant"
    shown.show_evidence(Evidence((Span(at(0.8), at(0.9)),)))
    assert [way for _, way in shape_of(shown).arrows] == [RIGHT]
    # It goes when the view goes there.
    shown.show_span(at(0.7), at(0.95))
    assert not shape_of(shown).arrows and shape_of(shown).bands
    shown.show_evidence(Evidence((Span(at(0.1), at(0.9), (1,)),)))
    assert not shape_of(shown).arrows, "it reaches through the view"
    shown.show_evidence(Evidence((Span(at(0.1), at(0.2)), Span(at(0.72), at(0.8)))))
    assert [way for _, way in shape_of(shown).arrows] == [LEFT], "there is more than is in view"


def test_lanes_that_are_scrolled_away_have_arrows_up_and_down(
    view: TimelineView, make_recording: Make
) -> None:
    tasks = [(n + 1, 0.1, 0.2, DONE, n) for n in range(60)]
    view.set_recording(make_recording(tasks, 60))
    view.show_evidence(Evidence((Span(at(0.1), at(0.2), (1, 60)),)))
    assert [way for _, way in shape_of(view).arrows] == [DOWN]
    assert len(shape_of(view).bands) == 1
    view.scroll_to(0.5)
    assert [way for _, way in shape_of(view).arrows] == [UP, DOWN]
    view.set_all_lanes(True)
    assert not shape_of(view).arrows and len(shape_of(view).bands) == 2


def test_lanes_by_slot_have_their_bands_where_they_stand(
    view: TimelineView, story: Callable[..., object]
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0), (2, 0.1, 0.2, DONE, 1), (3, 0.4, 0.5, DONE, 2)], 2)
    tale.add_worker(3, 0.3, slot=0)
    tale.update()
    tale.recording.update(ended=True)
    view.set_recording(tale.recording)
    view.show_evidence(Evidence((Span(at(0.4), at(0.5), (3,)),)))
    assert shape_of(view).bands[0][1] == view._layout().top(2)
    view.set_group_by_slot(True)
    assert shape_of(view).bands[0][1] == view._layout().top(1)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_it_is_seen_and_goes_again(shown: TimelineView, theme: object) -> None:
    shown.set_theme(theme)
    before = image_of(shown)
    shown.show_evidence(Evidence((Span(at(0.42), at(0.44), (2,)),), (7,)))
    during = image_of(shown)
    rect = shape_of(shown).bands[0]
    edge = during.pixelColor(round(rect[0]), round(rect[1] + rect[3] / 2))
    assert edge == QColor(theme.finding)
    shown.show_evidence(None)
    assert shown.stage.evidence.shape is None
    assert image_of(shown) == before != during


def test_pointing_draws_no_lanes_again(
    shown: TimelineView, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_of(shown)
    times: list[int] = []
    paint = LanePainter.paint_lanes
    monkeypatch.setattr(LanePainter, "paint_lanes", lambda *args: (times.append(1), paint(*args)))
    for evidence in (Evidence((Span(at(0.1), at(0.2)),)), Evidence(rows=(1,)), None):
        shown.show_evidence(evidence)
        image_of(shown)
    assert not times


def test_evidence_that_is_not_in_the_run_points_at_nothing(shown: TimelineView) -> None:
    shown.show_evidence(Evidence((Span(at(0.1), at(0.2), (0, -4, 99)),), (-1, 10**9)))
    shape = shape_of(shown)
    assert not shape.bands and not shape.frames and not shape.arrows and not shape.pale
    image_of(shown)


def test_another_run_is_not_pointed_at(shown: TimelineView, make_recording: Make) -> None:
    shown.show_evidence(Evidence((Span(at(0.1), at(0.2)),)))
    shown.set_recording(make_recording(TASKS, 2))
    assert shown.stage.evidence.shape is None
    shown.set_recording(None)
    shown.show_evidence(Evidence((Span(at(0.1), at(0.2)),)))
    assert shown.stage.evidence.shape is None
