"""All lanes at once: as thin as it takes, and none is left out in silence."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from poolscope.engine.recording import Recording
from poolscope.gui.timeline.drawing.lane_axis import labels_of
from poolscope.gui.timeline.scene.lanes import LaneLayout
from poolscope.gui.timeline.view.timeline_view import TimelineView

Make = Callable[..., Recording]


@pytest.mark.parametrize(
    ("count", "height", "ratio", "pitch"),
    [
        (2, 1000, 1.0, 96),
        (64, 1000, 1.0, 15),
        (512, 1030, 1.0, 2),
        (512, 700, 1.0, 700 / 512),
        (512, 1030, 2.0, 2),
        (400, 1030, 2.0, 2.5),
        (512, 1030, 1.5, 2),
        (600, 1030, 1.25, 1030 / 600),
        (100_000, 700, 1.0, 1),
    ],
)
def test_lanes_get_as_thin_as_it_takes_down_to_one_pixel(
    count: int, height: float, ratio: float, pitch: float
) -> None:
    layout = LaneLayout.of_all(count, height, ratio)
    assert layout.pitch == pytest.approx(pitch)
    if pitch >= 2:
        assert layout.pitch * ratio == pytest.approx(round(layout.pitch * ratio))
    assert (layout.scroll_limit > 0) == (count * pitch > height + 1e-6)
    assert layout.bar[1] >= 1
    last = layout.visible(layout.scroll_limit).stop
    assert last == count


def test_hundreds_of_workers_are_all_in_view_or_scroll(view: TimelineView, many: Make) -> None:
    view.resize(800, 700)
    view.set_recording(many(300, 20))
    before = view.lanes_in_view()
    assert before[1] - before[0] < 0.2
    view.set_all_lanes(True)
    assert view.lanes_in_view() == (0.0, 1.0) and not view._bar.isVisible()
    scene = view._scene()
    assert scene is not None and len(scene.lanes()) == 300
    view.set_all_lanes(False)
    assert view.lanes_in_view() == before and view._bar.isVisible()


def test_the_lanes_in_view_stay_in_view_when_they_get_high_again(
    view: TimelineView, many: Make
) -> None:
    view.resize(800, 300)
    view.set_recording(many(400, 5))
    view.set_all_lanes(True)
    assert view._bar.isVisible()
    view.scroll_to(0.25)
    view.set_all_lanes(False)
    scene = view._scene()
    assert scene is not None and 98 <= scene.places.start <= 102


def test_labels_of_thin_lanes_do_not_touch(view: TimelineView, many: Make) -> None:
    recording = many(300, 5)
    view.resize(800, 700)
    view.set_recording(recording)
    view.set_all_lanes(True)
    scene = view._scene()
    assert scene is not None
    places = [label.place for label in labels_of(scene, recording.journal)]
    pitch = scene.layout.pitch
    assert (places[0] + 0.5) * pitch >= 7 and len(places) > 30  # the first is not cut off
    assert all((b - a) * pitch >= 14 for a, b in pairwise(places))


def test_each_lane_has_pixels_of_its_own(view: TimelineView, many: Make) -> None:
    """A row of bars and a row of nothing, for each."""
    view.resize(800, 700)
    view.set_recording(many(300, 2_000))
    view.set_all_lanes(True)
    image = view.stage.grab().toImage()
    pitch = round(view._layout().pitch)
    assert pitch == 2
    gap, bar = image.pixelColor(400, 101).name(), image.pixelColor(400, 100).name()
    assert gap != bar
    assert {image.pixelColor(400, 2 * lane + 1).name() for lane in range(300)} == {gap}
