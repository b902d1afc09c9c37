"""How long chunks were unpickled, pickled and sent, and how far a run reaches."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from poolscope.engine.messages import Event
from poolscope.engine.trace.layout import NO_CHUNK, ChunkOutcome, Phase, TaskState
from poolscope.gui.timeline.drawing.marks import marks_of
from poolscope.gui.timeline.legend import entries_of
from poolscope.gui.timeline.picture import PictureOptions, draw_picture
from poolscope.gui.timeline.scene.changes import run_end_ns
from poolscope.gui.timeline.scene.palette import ColourBy, colour_table
from poolscope.gui.timeline.scene.ways import ways_in, ways_in_hand

from .conftest import Story, at

DONE, OPEN, NOT_RUN = TaskState.DONE, TaskState.OPEN, TaskState.NOT_RUN
TASKS = [(1, 0.3, 0.3001, DONE, 0), (1, 0.75, 0.7501, DONE, 1), (2, None, None, OPEN, 2)]


def way(told: Story, chunk: int, **seconds: float) -> None:
    for name, value in seconds.items():
        told._chunks[name][chunk] = at(value)


@pytest.fixture
def slow(story) -> Story:
    """Chunk 0 was unpickled for 0.2 s, and pickled and sent for 0.4; worker 2 is unpickling."""
    told = story(TASKS)
    way(told, 0, taken=0.1, unpickled=0.3, ran=0.3001, pickled=0.5, sent=0.7)
    way(told, 1, taken=0.7, unpickled=0.75, ran=0.7501, pickled=0.7502, sent=0.7503)
    way(told, 2, taken=0.6)
    told._chunks["bytes_in"][0], told._chunks["bytes_out"][0] = 1_200, 3_400_000
    told._workers.set(2, "chunk", 2)
    told._workers.set(2, "phase", Phase.UNPICKLING)
    told.update()
    return told


def bands(view):  # type: ignore[no-untyped-def]
    scene = view._scene()
    inks = view.stage.lane_item.painter.inks(colour_table(ColourBy.CHUNK, False))
    return scene, marks_of(scene, 0.0, 1.0, inks).ways


def test_long_ways_are_slim_bands_and_that_in_hand_grows(slow: Story, view) -> None:
    view.set_recording(slow.recording)
    view.refresh(at(0.8))
    scene, ways = bands(view)
    spans = [(0.1, 0.3), (0.3001, 0.7), (0.7, 0.75), (0.6, 0.8)]
    expected = [scene.x_of(np.array([at(begin), at(end)])).tolist() for begin, end in spans]
    found = sorted((left, left + width) for left, _, width, _ in ways)
    assert np.allclose(found, sorted(map(tuple, expected)), atol=2)
    assert all(height < scene.layout.bar[1] / 2 for _, _, _, height in ways)
    view.refresh(at(0.9))
    scene, ways = bands(view)
    left, right = scene.x_of(np.array([at(0.6), at(0.9)])).tolist()
    assert any(abs(x - left) < 2 and abs(x + width - right) < 2 for x, _, width, _ in ways)
    assert view.shows_ways
    texts = [e.text for e in entries_of(slow.recording, ColourBy.CHUNK, 1, show_ways=True)]
    assert "pickling and sending" in texts
    assert draw_picture(slow.recording, PictureOptions(width=800)).width() == 800


def test_hovering_over_a_way_says_how_long_and_how_much(slow: Story, view) -> None:
    view.set_recording(slow.recording)
    view.refresh(at(0.8))
    scene = view._scene()

    def said(seconds: float, lane: int) -> str:
        x = float(scene.x_of(np.array([at(seconds)]))[0])
        return view.text_at(QPointF(x, scene.layout.top(lane) + scene.layout.pitch / 2))

    assert "unpickling took 200 ms" in said(0.2, 0) and "1.2 kB" in said(0.2, 0)
    back = said(0.6, 0)
    assert "pickling the result took 200 ms · sending it took 200 ms" in back
    assert "chunk 0" in back and "3.4 MB" in back
    assert "unpickling for 200 ms" in said(0.7, 1)


@pytest.mark.parametrize("phase", [Phase.PICKLING, Phase.WAITING_TO_SEND, Phase.SENDING])
def test_the_way_out_ends_with_the_worker_that_died_on_it(story, phase) -> None:
    told = story(TASKS[:1], 1)
    told._workers.set(1, "chunk", 0)
    told._workers.set(1, "phase", phase)
    way(told, 0, taken=0.1, unpickled=0.1001, ran=0.3001)
    (lane,) = told.recording.trace.lanes
    (_, out) = ways_in_hand(told.recording.trace, lane, at(2.0))
    assert (out.begin, out.end, out.out) == (at(0.3001), at(2.0), True)
    told.kill_worker(1, 0.9)
    (_, out) = ways_in_hand(told.recording.trace, lane, at(2.0))
    assert out.end == at(0.9)
    told._workers.set(1, "chunk", NO_CHUNK)
    assert ways_in_hand(told.recording.trace, lane, at(2.0)) == []


def test_among_many_chunks_the_long_way_is_found(many, view) -> None:
    recording = many(1, 20_000)
    chunks = np.load(recording.folder / "chunks.npy")
    ran = chunks[:, 6] = recording.trace.tasks["ended"]
    chunks[:, 9] = ran + 10  # sent
    late = 9_000
    chunks[late, 9] = ran[late] + 4_000_000_000
    tasks = np.load(recording.folder / "tasks.npy")
    tasks[late + 1 :, :2] += 4_000_000_000
    np.save(recording.folder / "tasks.npy", np.asfortranarray(tasks))
    np.save(recording.folder / "chunks.npy", np.asfortranarray(chunks))
    again = type(recording)(recording.folder)
    again.update(ended=True)
    view.set_recording(again)
    scene = view._scene()
    least_ns = 3 * scene.scale.seconds_per_px * 1e9
    lane, digest = again.trace.lanes[0], scene.digests[0]
    (found,) = ways_in(again.trace, lane, digest, scene.edges(1.0), least_ns, scene.now_ns)
    assert (found.chunk, found.out) == (late, True)


def test_a_stopped_run_reaches_to_the_stop(slow: Story, view) -> None:
    slow.tell(Event.STOPPED, at_ns=at(6.0))
    slow.kill_worker(1, 6.1)
    slow.kill_worker(2, 6.2)
    slow.recording.update(ended=True)
    trace = slow.recording.trace
    assert slow.recording.journal.stopped_ns == at(6.0)
    assert run_end_ns(slow.recording, trace, at(99.0)) == at(6.2)
    view.set_recording(slow.recording)
    assert view.view_span()[1] >= at(6.2)
    (found,) = ways_in_hand(trace, trace.lanes[1], at(6.2))
    assert found.end == at(6.2)


def test_an_older_run_that_was_stopped_reaches_to_what_is_known(slow: Story) -> None:
    slow.tell(Event.STOPPED)
    slow.recording.update(ended=True)
    assert slow.recording.journal.stopped and slow.recording.journal.stopped_ns is None
    assert run_end_ns(slow.recording, slow.recording.trace, at(99.0)) == at(0.7503)


def test_workers_that_leave_after_the_last_result_do_not_make_a_run_longer(story) -> None:
    told = story(TASKS[:1], 1)
    told.tell(Event.RETURNED, at_ns=at(0.4))
    told.kill_worker(1, 5.0, exit_code=0)
    told.recording.update(ended=True)
    assert run_end_ns(told.recording, told.recording.trace, at(99.0)) == at(0.4)


def test_the_frame_of_a_selected_task_leaves_its_look_alone(story, view) -> None:
    told = story([(1, 0.2, None, OPEN, 0), (2, 0.1, 0.9, DONE, 1)])
    told.kill_worker(1, 0.7)
    told._chunks["outcome"][0] = ChunkOutcome.LOST
    told.recording.update(ended=True)
    view.set_recording(told.recording)
    scene, (pad, height) = view._scene(), view._layout().bar
    left, right = scene.x_of(np.array([at(0.2), at(0.7)])).tolist()
    before = view.stage.grab().toImage()
    view.select(0)
    after = view.stage.grab().toImage()
    assert before != after
    rows = range(round(pad), round(pad + height))
    for x in range(round(left) + 4, round(right) - 5):  # its corners are round
        assert all(before.pixel(x, y) == after.pixel(x, y) for y in rows)
