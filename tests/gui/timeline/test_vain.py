"""Done tasks whose results were lost do not look like the others."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from poolscope.engine.trace.layout import ChunkOutcome, TaskState
from poolscope.gui.timeline.drawing.drawn import Marks
from poolscope.gui.timeline.drawing.marks import marks_of
from poolscope.gui.timeline.drawing.strips import Strip
from poolscope.gui.timeline.legend import entries_of
from poolscope.gui.timeline.scene.palette import ColourBy, colour_table
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import Story, at

DONE, RAISED, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.OPEN
TASKS = [
    (1, 0.1, 0.3, DONE, 0),
    (1, 0.3, 0.5, RAISED, 0),
    (1, 0.6, 0.9, DONE, 2),
    (2, 0.1, 0.4, DONE, 1),
    (2, 0.5, 0.9, DONE, 3),
]
"""Chunk 0 raised; chunk 1 could not be sent; 2 was sent and never received; 3 arrived."""


@pytest.fixture
def vain(story) -> Story:
    told = story(TASKS)
    outcome = told._chunks["outcome"]
    outcome[0], outcome[1] = ChunkOutcome.RAISED, ChunkOutcome.NOT_SENT
    told._chunks["received"][1] = told._chunks["received"][2] = 0
    told.update()
    return told


def laid_out(view: TimelineView, colour_by: ColourBy = ColourBy.CHUNK) -> Marks:
    view.set_colour_by(colour_by)
    scene = view._scene()
    assert scene is not None
    inks = view.stage.lane_item.painter.inks(colour_table(colour_by, False))
    return marks_of(scene, 0.0, 1.0, inks)


def struck(marks: Marks) -> list[tuple[int, int, int]]:
    """The lines through bars: lane, and from which column to before which."""
    strips = marks.strips.by_kind()
    if Strip.STRIKE not in strips:
        return []
    text = marks.strips.inks.pixel("text")
    found = []
    for lane, row in enumerate(strips[Strip.STRIKE] == text):
        steps = np.diff(row.astype(int), prepend=0, append=0)
        begins, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
        found += [(lane, *line) for line in zip(begins.tolist(), ends.tolist(), strict=True)]
    return found


@pytest.mark.parametrize("colour_by", list(ColourBy))
def test_a_result_that_was_lost_shows_in_every_colouring(vain: Story, view, colour_by) -> None:
    vain.recording.update(ended=True)
    view.set_recording(vain.recording)
    marks = laid_out(view, colour_by)
    bars, heights = marks.bars, marks.heights
    assert (bars.vain.sum(), bars.raised.sum(), len(bars)) == (3, 1, 5)
    assert len(struck(marks)) == 3
    bar = int(np.flatnonzero(bars.vain)[0])
    lane, x = int(bars.tasks.lane[bar]), int(bars.begin[bar] + bars.end[bar]) // 2
    x += round(view.stage.plot.left())
    image = view.stage.grab().toImage()
    top, bottom = int(heights.top[lane]), int(heights.bottom[lane])
    inside = image.pixelColor(x, bottom - (bottom - top) // 5)
    edge = image.pixelColor(x, top)
    line = image.pixelColor(x, int(heights.strike[lane]))
    assert inside.lightness() > edge.lightness() + 15 > line.lightness() + 30


def test_while_the_run_goes_on_what_was_not_received_may_still_come(vain: Story, view) -> None:
    view.set_recording(vain.recording)
    view.refresh(at(1.0))
    assert laid_out(view).bars.vain.sum() == 2
    vain.recording.update(ended=True)
    view.refresh(at(1.0))
    assert laid_out(view).bars.vain.sum() == 3
    counts = vain.recording.counts
    rows = np.arange(len(TASKS))
    assert counts.result_lost == np.count_nonzero(vain.recording.trace.results_lost(rows)) == 3
    texts = [entry.text for entry in entries_of(vain.recording, ColourBy.STATE, 1)]
    assert "result lost (3)" in texts


def test_the_tool_tip_says_it(vain: Story, view) -> None:
    vain.recording.update(ended=True)
    view.set_recording(vain.recording)
    scene = view._scene()
    x, y = float(scene.x_of(np.array([at(0.2)]))[0]), scene.layout.top(1) + 10
    assert "result lost" in view.text_at(QPointF(x, y))
    x = float(scene.x_of(np.array([at(0.7)]))[0])
    assert "result lost" not in view.text_at(QPointF(x, y))


def test_narrow_bars_are_fainter_and_struck_through_where_their_results_were_lost(
    story, view
) -> None:
    tasks = [(1, 0.1 + n * 1e-4, 0.1 + n * 1e-4 + 9e-5, DONE, n // 1000) for n in range(3_000)]
    told = story(tasks, 1)
    told._chunks["outcome"][1] = ChunkOutcome.NOT_SENT
    told.recording.update(ended=True)
    view.set_recording(told.recording)
    marks = laid_out(view)
    assert not len(marks.bars)
    ((_, first, stop),) = struck(marks)
    scene = view._scene()
    left = round(scene.scale.left_px)
    begin, end = (scene.x_of(np.array([at(0.2), at(0.3)])) - left).tolist()
    assert abs(first - begin) <= 2 and abs(stop - end) <= 2
    alpha = (marks.strips.by_kind()[Strip.BODY] >> 24)[0]
    middle = round((begin + end) / 2)
    before, after = middle - round(end - begin), middle + round(end - begin)
    assert 0 < alpha[middle] < 0.4 * min(alpha[before], alpha[after])
    assert marks.seen.looked_at < 3_000


def test_one_lost_result_among_many_tasks_is_seen(many, view) -> None:
    recording = many(1, 50_000)
    trace = recording.trace
    chunks = np.load(recording.folder / "chunks.npy")
    chunks[20_000, 13] = ChunkOutcome.NOT_READ
    np.save(recording.folder / "chunks.npy", chunks)
    again = type(recording)(recording.folder)
    again.update(ended=True)
    assert again.counts.result_lost == 1 and again.counts.done == trace.total
    view.set_recording(again)
    ((_, first, stop),) = struck(laid_out(view))
    scene = view._scene()
    x = float(scene.x_of(trace.tasks["begun"][20_000:20_001])[0]) - scene.scale.left_px
    assert first <= x <= stop
