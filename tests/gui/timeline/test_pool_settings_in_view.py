"""What the settings of a pool make of the timeline: imap, the initializer, replaced workers."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import LIGHT
from poolscope.gui.timeline.drawing.lane_axis import WIDTH_PX, LaneLabel, labels_of
from poolscope.gui.timeline.legend import INITIALIZING, TAKEN, entries_of
from poolscope.gui.timeline.picture import PictureOptions, draw_picture
from poolscope.gui.timeline.scene.changes import run_end_ns
from poolscope.gui.timeline.scene.palette import BRIGHT, ColourBy
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import FIRST_PID, Story, at

DONE, OPEN = TaskState.DONE, TaskState.OPEN
MakeStory = Callable[..., Story]


def x_of(view: TimelineView, seconds: float) -> int:
    begin_ns, end_ns = view.view_span()
    plot = view.stage.plot
    return round(plot.left() + (at(seconds) - begin_ns) / (end_ns - begin_ns) * plot.width())


def middle(view: TimelineView, lane: int) -> int:
    return round((lane + 0.5) * view._layout().pitch)


def foot(view: TimelineView, lane: int) -> range:
    """The rows of pixels between a lane and the next."""
    layout = view._layout()
    bottom = (lane + 1) * layout.pitch
    return range(round(bottom - layout.gap), round(bottom))


def image_of(view: TimelineView) -> QImage:
    return view.stage.grab().toImage()


def ink(image: QImage, x: int, rows: range) -> bool:
    """Whether anything dark is drawn on the card there."""
    card = QColor(LIGHT.card).lightness()
    return any(image.pixelColor(x, y).lightness() < card - 60 for y in rows)


def text_at(view: TimelineView, x: float, lane: int) -> str:
    return view.text_at(QPointF(x, middle(view, lane)))


# Results that wait for imap's iterator.


@pytest.fixture
def imap(story: MakeStory) -> Story:
    """Two workers; the second's only task is late, and the first's results wait for it."""
    tasks = [(1, 0.1, 0.3, DONE, 0), (2, 0.1, 0.8, DONE, 1), (1, 0.3, 0.5, DONE, 2)]
    tale = story(tasks, method="imap")
    for row, taken_s in enumerate((0.3, 0.8, 0.8)):
        tale.fetch(row, taken_s)
    return tale


def test_a_line_leads_from_a_bar_to_when_its_result_was_taken(
    view: TimelineView, imap: Story
) -> None:
    imap.recording.update(ended=True)
    view.set_recording(imap.recording)
    image = image_of(view)
    rows = foot(view, 0)
    assert all(ink(image, x, rows) for x in range(x_of(view, 0.52), x_of(view, 0.79), 5))
    assert not ink(image, x_of(view, 0.4), rows), "the first result was taken at once"
    assert ink(image, x_of(view, 0.3) - 1, rows), "and has its mark"
    assert not ink(image, x_of(view, 0.6), foot(view, 1))


def test_what_is_not_wanted_is_not_drawn_nor_explained(view: TimelineView, imap: Story) -> None:
    imap.recording.update(ended=True)
    view.set_recording(imap.recording)
    view.set_show_taken(False)
    assert not ink(image_of(view), x_of(view, 0.6), foot(view, 0))
    kinds = [[e.kind for e in entries_of(imap.recording, ColourBy.CHUNK, 1, show_taken=on)]
             for on in (True, False)]  # fmt: skip
    assert [TAKEN in found for found in kinds] == [True, False]


def test_a_result_that_waits_has_a_line_up_to_now(view: TimelineView, story: MakeStory) -> None:
    tasks = [(1, 0.1, 0.3, DONE, 0), (2, 0.1, None, OPEN, 1)]
    tale = story(tasks, method="imap")
    view.set_recording(tale.recording)
    for now_s in (0.5, 0.9):
        view.refresh(at(now_s))
        image = image_of(view)
        assert ink(image, x_of(view, now_s) - 3, foot(view, 0))
        assert not ink(image, x_of(view, now_s) + 2, foot(view, 0))


def test_dense_lanes_have_no_marks(view: TimelineView, story: MakeStory) -> None:
    tasks = [(1, 0.1 + n * 1e-4, 0.1 + n * 1e-4 + 9e-5, DONE, n) for n in range(3000)]
    tale = story(tasks, 1, method="imap")
    for row in range(len(tasks)):
        tale.fetch(row, 0.45)
    tale.recording.update(ended=True)
    view.set_recording(tale.recording)
    image = image_of(view)
    assert not any(ink(image, x, foot(view, 0)) for x in range(round(WIDTH_PX) + 2, 798))


def test_the_end_of_the_time_axis_includes_the_last_result_s_taking(story: MakeStory) -> None:
    tale = story([(1, 0.1, 0.3, DONE, 0)], 1, method="imap_unordered")
    tale.fetch(0, 0.7)
    tale.recording.update(ended=True)
    assert tale.recording.trace is not None
    assert run_end_ns(tale.recording, tale.recording.trace, at(0.1)) == at(0.7)


def test_the_tool_tip_says_when_a_result_was_taken(view: TimelineView, imap: Story) -> None:
    view.set_recording(imap.recording)
    view.refresh(at(0.9))
    assert "taken from the iterator at 800 ms (waited 300 ms)" in text_at(view, x_of(view, 0.4), 0)
    assert "(waited 0 s)" in text_at(view, x_of(view, 0.2), 0)


def test_the_tool_tip_of_a_waiting_result_says_so_and_whether_it_ever_was(
    view: TimelineView, story: MakeStory
) -> None:
    tale = story([(1, 0.1, 0.3, DONE, 0), (2, 0.1, None, OPEN, 1)], method="imap")
    view.set_recording(tale.recording)
    view.refresh(at(0.8))
    said = text_at(view, x_of(view, 0.2), 0)
    assert "not yet taken from the iterator (waits for 500 ms)" in said
    assert "taken" not in text_at(view, x_of(view, 0.2), 1)
    tale.recording.update(ended=True)
    view.refresh(at(0.9))
    assert "never taken from the iterator" in text_at(view, x_of(view, 0.2), 0)


# The initializer.


def test_the_initializer_is_a_band_of_its_own_that_grows(
    view: TimelineView, story: MakeStory
) -> None:
    tale = story([], 1, initializer="setup")
    tale.initialize(1, 0.2)
    tale.update()
    view.set_recording(tale.recording)
    for now_s in (0.5, 0.9):
        view.refresh(at(now_s))
        image, y = image_of(view), middle(view, 0)
        around = [image.pixelColor(x_of(view, now_s) - 12 + dx, y) for dx in range(10)]
        assert QColor(LIGHT.track) not in around
        assert image.pixelColor(x_of(view, now_s) + 3, y) == QColor(LIGHT.track)
        start = [image.pixelColor(x_of(view, 0.1) + dx, y) for dx in range(10)]
        assert QColor(LIGHT.track) in start, "the start is a faint hatch"
    assert "#1) · setup" in text_at(view, x_of(view, 0.5), 0)
    assert "initializer 700 ms so far" in text_at(view, x_of(view, 0.5), 0)


def test_an_initializer_that_returned_says_how_long_it_took(
    view: TimelineView, story: MakeStory
) -> None:
    tale = story([(1, 0.5, 0.9, DONE, 0)], 1, initializer="there.py:setup")
    tale.initialize(1, 0.1, 0.4)
    tale.recording.update(ended=True)
    view.set_recording(tale.recording)
    assert "initializer took 300 ms" in text_at(view, x_of(view, 0.2), 0)
    details = text_at(view, 20, 0)
    assert "started in 100 ms · initializer took 300 ms" in details
    kinds = [entry.kind for entry in entries_of(tale.recording, ColourBy.CHUNK, 1)]
    assert INITIALIZING in kinds


def test_without_an_initializer_the_legend_knows_of_none(story: MakeStory) -> None:
    recording = story([(1, 0.1, 0.2, DONE, 0)]).recording
    assert INITIALIZING not in [e.kind for e in entries_of(recording, ColourBy.CHUNK, 1)]


# Workers that are replaced.


@pytest.fixture
def replaced(story: MakeStory) -> Story:
    """Two slots: worker 3 replaces 1, which left; 4 replaces 2, which died; 5 replaces 3."""
    tasks = [(1, 0.1, 0.3, DONE, 0), (2, 0.1, 0.4, DONE, 1), (3, 0.5, 0.7, DONE, 2)]
    tale = story(tasks, maxtasksperchild=1)
    tale.retire_worker(1, 0.4)
    tale.kill_worker(2, 0.5)
    tale.add_worker(3, 0.4, 0.45, slot=0)
    tale.add_worker(4, 0.5, 0.55, slot=1)
    tale.retire_worker(3, 0.8)
    tale.add_worker(5, 0.8, 0.85, slot=0)
    tale.update()
    return tale


def labels(view: TimelineView, tale: Story) -> list[LaneLabel]:
    scene = view._scene()
    assert scene is not None
    return list(labels_of(scene, tale.recording.journal))


def test_a_lane_is_no_longer_than_its_worker_s_life_where_another_took_its_place(
    view: TimelineView, replaced: Story
) -> None:
    view.set_recording(replaced.recording)
    view.refresh(at(1))
    image, card = image_of(view), QColor(LIGHT.card)
    for lane, seconds, there in (
        (0, 0.35, True),
        (0, 0.45, False),
        (2, 0.35, False),
        (2, 0.75, True),
        (2, 0.85, False),
        (4, 0.7, False),
        (4, 0.95, True),
    ):
        shown = image.pixelColor(x_of(view, seconds), middle(view, lane) + 6)
        assert (shown != card) == there, (lane, seconds)


def test_labels_say_whom_a_worker_replaces_and_how_it_went(
    view: TimelineView, replaced: Story
) -> None:
    view.set_recording(replaced.recording)
    view.refresh(at(1))
    first, killed, second, other, third = labels(view, replaced)
    pids = [str(FIRST_PID + n) for n in range(3)]
    assert (first.replaces, first.left, first.end) == ("", 1, "")
    assert (killed.left, killed.end) == (None, "SIGKILL")
    assert (second.replaces, second.left, second.end) == (pids[0], 1, "")
    assert (other.replaces, third.replaces) == (pids[1], pids[2])


@pytest.mark.parametrize("height", [120, 220, 400, 700])
def test_labels_are_drawn_at_every_height_of_lanes(
    view: TimelineView, replaced: Story, height: int
) -> None:
    view.resize(800, height)
    view.set_recording(replaced.recording)
    view.refresh(at(1))
    image = image_of(view)
    for lane in range(3):
        y = middle(view, lane)
        assert any(ink(image, x, range(y - 5, y + 6)) for x in range(int(WIDTH_PX) - 4))


def test_hovering_over_a_label_tells_all_about_the_worker(
    view: TimelineView, replaced: Story
) -> None:
    view.set_recording(replaced.recording)
    view.refresh(at(1))
    said = text_at(view, 60, 2)
    for part in (
        f"worker {FIRST_PID + 2} (#3) · replaces {FIRST_PID}",
        "1 task in 1 chunk · 200 ms in tasks (20 %)",
        "started in 50 ms",
        "left after 1 chunk",
    ):
        assert part in said
    assert "died: SIGKILL" in text_at(view, 60, 1)
    assert "died" not in text_at(view, 60, 0)
    assert "<br>starting<br>Click to see all" in text_at(view, 60, 4)


def test_hovering_beyond_a_worker_s_life_says_whose_lane_it_is(
    view: TimelineView, replaced: Story
) -> None:
    view.set_recording(replaced.recording)
    view.refresh(at(1))
    assert "left after 1 chunk" in text_at(view, x_of(view, 0.6), 0)
    assert f"replaces {FIRST_PID}" in text_at(view, x_of(view, 0.2), 2)


def test_lanes_by_slot_put_a_worker_under_the_one_that_it_replaces(
    view: TimelineView, replaced: Story
) -> None:
    view.set_recording(replaced.recording)
    view.refresh(at(1))
    view.set_group_by_slot(True)
    pids = [label.pid for label in labels(view, replaced)]
    assert pids == [str(FIRST_PID + n) for n in (0, 2, 4, 1, 3)]
    assert "worker 48114" in text_at(view, x_of(view, 0.6), 1)
    assert image_of(view).pixelColor(x_of(view, 0.6), middle(view, 1)).name() == BRIGHT[2].lower()
    view.resize(800, 80)
    QApplication.processEvents()
    view.reveal(1)
    assert view._bar.value() > 0
    view.reveal(0)
    assert view._bar.value() == 0


def test_a_picture_can_have_its_lanes_by_slot(replaced: Story) -> None:
    replaced.recording.update(ended=True)
    by_birth, by_slot = (
        draw_picture(replaced.recording, PictureOptions(group_by_slot=on)) for on in (False, True)
    )
    assert by_birth.size() == by_slot.size()
    assert by_birth != by_slot


def test_the_newest_workers_stay_in_view_until_somebody_scrolls_up(
    view: TimelineView, story: MakeStory
) -> None:
    tale = story([])
    view.resize(800, 150)
    view.set_recording(tale.recording)

    def add(ordinals: range) -> None:
        for ordinal in ordinals:
            tale.retire_worker(ordinal - 2, ordinal / 10)
            tale.add_worker(ordinal, ordinal / 10, slot=ordinal % 2)
        tale.update()
        view.refresh(at(ordinals.stop / 10))

    add(range(3, 20))
    bar = view._bar
    assert bar.maximum() > 0 and bar.value() == bar.maximum()
    bar.setValue(40)
    add(range(20, 30))
    assert bar.value() == 40


def test_many_workers_that_replace_nobody_are_shown_from_the_first(
    view: TimelineView, make_recording: Callable[..., object]
) -> None:
    tasks = [(n, 0.1, 0.2, DONE, n - 1) for n in range(1, 41)]
    view.set_recording(make_recording(tasks, 40))  # type: ignore[arg-type]
    assert view._bar.maximum() > 0 and view._bar.value() == 0


# The order of the inputs.


def test_the_tool_tip_names_a_task_by_its_index(view: TimelineView, story: MakeStory) -> None:
    tale = story([(1, 0.1, 0.5, DONE, 0), (1, 0.5, 0.9, DONE, 1)], 1, positions=[1, 0])
    tale.recording.update(ended=True)
    view.set_recording(tale.recording)
    said = text_at(view, x_of(view, 0.2), 0)
    assert "task 1 ·" in said and "handed out as 0" in said
    place = QPoint(x_of(view, 0.2), middle(view, 0))
    chosen: list[object] = []
    view.task_selected.connect(chosen.append)
    view.stage.clicked.emit(QPointF(place))
    assert chosen == [0], "a selection is a row"
