"""The picture is the same at every zoom: nothing jumps where columns become bars of their own."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import LIGHT
from poolscope.gui.timeline.scene.palette import BRIGHT, ColourBy
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import ORIGIN_NS, at

DONE = TaskState.DONE
Make = Callable[..., Recording]
TASK_S, TASKS = 1e-3, 600
WIDTHS_PX = np.geomspace(2.5, 24.0, 120)
STEP = 0.01
"""Of a lane's ink, from a zoom to the next, which is 2 % nearer."""


def pixels(image: QImage, view: TimelineView) -> np.ndarray:
    """Of the first lane's bars: rows x columns x red, green, blue."""
    pad, height = view._layout().bar
    left = round(view.stage.plot.left())
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return data[round(pad) : round(pad + height), left:, 2::-1].astype(float)


def sweep(view: TimelineView, middle_s: float) -> Iterator[np.ndarray]:
    """The lane at zooms at which its tasks are 2.5 to 24 pixels wide."""
    for width_px in WIDTHS_PX:
        half_s = view.stage.plot.width() / width_px * TASK_S / 2
        view.show_span(at(middle_s - half_s), at(middle_s + half_s))
        yield pixels(view.stage.grab().toImage(), view)


def back_to_back(make: Make, lasts: np.ndarray) -> Recording:
    """One lane in which a task begins when another ends."""
    ends = np.cumsum(lasts) * TASK_S + 0.01
    begins = ends - lasts * TASK_S
    spans = zip(begins.tolist(), ends.tolist(), strict=True)
    return make([(1, begin, end, DONE, n) for n, (begin, end) in enumerate(spans)], 1)


@pytest.mark.parametrize("uneven", [0.0, 0.3])
def test_the_ink_of_a_lane_changes_little_by_little(
    view: TimelineView, make_recording: Make, uneven: float
) -> None:
    lasts = 1 + uneven * np.random.default_rng(3).uniform(-1, 1, TASKS)
    view.set_recording(back_to_back(make_recording, lasts))
    view.set_colour_by(ColourBy.WORKER)
    full, empty = (np.array(QColor(name).getRgb()[:3]) for name in (BRIGHT[0], LIGHT.track))
    inks = [
        ((lane - empty) / (full - empty)).mean() for lane in sweep(view, 0.01 + TASKS * TASK_S / 2)
    ]
    assert inks[0] == pytest.approx(1.0, abs=0.01)
    assert np.abs(np.diff(inks)).max() < STEP
    assert min(inks) < 0.9  # bars have come apart
    assert inks[-1] > 0.9


def test_the_mean_colour_of_a_lane_changes_little_by_little(
    view: TimelineView, make_recording: Make
) -> None:
    view.set_recording(back_to_back(make_recording, np.ones(TASKS)))
    view.set_colour_by(ColourBy.TASK)
    colours = np.array([lane.mean(axis=(0, 1)) for lane in sweep(view, 0.01 + TASKS * TASK_S / 2)])
    # With few bars in view it matters which: one more of a colour is 1 / 35 of it, at the most.
    assert np.abs(np.diff(colours, axis=0)).max() < 255 * (STEP + 1 / 35)


def test_lanes_that_are_busy_half_of_the_time_are_so_at_every_zoom(
    view: TimelineView, many: Make
) -> None:
    view.set_recording(many(1, 4_000, int(TASK_S * 1e9)))
    view.set_colour_by(ColourBy.WORKER)
    full, empty = (np.array(QColor(name).getRgb()[:3]) for name in (BRIGHT[0], LIGHT.track))
    inks = [((lane - empty) / (full - empty)).mean() for lane in sweep(view, 2.0)]
    assert max(inks) == pytest.approx(0.5, abs=0.02)
    assert np.abs(np.diff(inks)).max() < 2 * STEP


def test_bars_keep_their_corners_however_many_are_in_view(
    view: TimelineView, make_recording: Make
) -> None:
    """Of the same width: a few in one lane, and thousands in many lanes that are as high."""
    view.set_colour_by(ColourBy.WORKER)
    view.resize(4_000, 1_000)
    tops = []
    for lanes in (1, 60):
        crowd = [
            (lane + 1, n * 0.001 + 0.01, n * 0.001 + 0.0109, DONE, lane * 60 + n)
            for lane in range(lanes)
            for n in range(60)
        ]
        view.set_recording(make_recording(crowd, 60))
        view.show_span(ORIGIN_NS, at(0.08))
        tops.append(pixels(view.stage.grab().toImage(), view)[0])
    assert (tops[0] == tops[1]).all()
