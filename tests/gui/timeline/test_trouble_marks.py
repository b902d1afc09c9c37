"""Where lanes show deaths, and tasks that never ran."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from poolscope.engine.messages import Event
from poolscope.engine.problem import Kind, Problem
from poolscope.engine.trace.layout import ChunkOutcome, TaskState
from poolscope.gui.timeline.legend import entries_of
from poolscope.gui.timeline.picture import PictureOptions, draw_picture
from poolscope.gui.timeline.scene.life import deaths
from poolscope.gui.timeline.scene.palette import ColourBy
from poolscope.gui.timeline.scene.trouble_marks import crosses_of, snags_of, troubles_of, unrun_of
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import FIRST_PID, Story, at

DONE, RAISED, LOST, NOT_RUN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.NOT_RUN
BROKEN = [
    (1, 0.1, 0.4, DONE, 0),
    (1, 0.4, None, TaskState.OPEN, 0),
    (1, None, None, TaskState.OPEN, 0),
    (1, None, None, TaskState.OPEN, 0),
    (2, 0.1, 0.5, RAISED, 1),
    (2, None, None, TaskState.OPEN, 1),
    (2, 0.6, 0.9, DONE, 2),
]


@pytest.fixture
def broken(story) -> Story:
    """Worker 1 died at 0.7 s with task 1 in hand; task 4 raised in worker 2."""
    told = story(BROKEN)
    told._chunks["outcome"][1] = ChunkOutcome.RAISED
    told.kill_worker(1, 0.7)
    told._chunks["outcome"][0] = ChunkOutcome.LOST
    told.update()
    return told


def shown(view: TimelineView, told: Story):  # type: ignore[no-untyped-def]
    view.set_recording(told.recording)
    view.refresh(at(1.0))
    view.fit()
    scene = view._scene()
    assert scene is not None
    return scene


def test_a_lane_knows_which_tasks_of_its_broken_chunks_never_ran(broken: Story) -> None:
    first, second = broken.recording.trace.lanes
    assert first.broken_at.tolist() == [at(0.7)]
    assert (first.never_run.tolist(), first.never_run_count.tolist()) == ([2], [2])
    assert second.broken_at.tolist() == [at(0.5)]
    assert (second.never_run.tolist(), second.never_run_count.tolist()) == ([5], [1])
    again = type(broken.recording)(broken.folder)
    again.update(ended=True)
    for lane, opened in zip((first, second), again.trace.lanes, strict=True):
        for name in ("broken_at", "never_run", "never_run_count"):
            assert np.array_equal(getattr(lane, name), getattr(opened, name))


def test_boxes_and_cross_stand_at_the_moment_of_the_death(broken: Story, view) -> None:
    scene = shown(view, broken)
    lane = scene.lane(0)
    died_x = float(scene.x_of(np.array([at(0.7)]))[0])
    (cross,) = crosses_of(scene, lane, 0, 50)
    (unrun,) = unrun_of(scene, lane, 0, 50)
    assert not cross.by_hand
    assert len(unrun.boxes) == 2
    assert died_x < cross.x < unrun.boxes[0][0] < died_x + 40
    assert unrun.boxes[0][1] != unrun.boxes[1][1]
    assert unrun.boxes[0][0] == unrun.boxes[1][0]
    image = view.grab().toImage()
    around = [(x, y) for x in range(round(died_x), round(died_x) + 20) for y in range(70)]
    colours = [image.pixelColor(*place) for place in around]
    assert sum(colour.red() - colour.green() > 100 for colour in colours) > 8
    # Task 4 was wide enough to have its box inside: beside it the worker went on.
    (inside,) = unrun_of(scene, scene.lane(1), 0, 50)
    assert inside.boxes[0][0] < float(scene.x_of(np.array([at(0.5)]))[0])
    assert crosses_of(scene, scene.lane(1), 0, 50) == []


def test_what_is_out_of_view_has_no_mark(broken: Story, view) -> None:
    shown(view, broken)
    view.show_span(at(0.1), at(0.3))
    scene = view._scene()
    for place in (0, 1):
        assert unrun_of(scene, scene.lane(place), 0, 50) == []
        assert crosses_of(scene, scene.lane(place), 0, 50) == []


def test_hovering_over_the_boxes_says_which_tasks_they_are(broken: Story, view) -> None:
    scene = shown(view, broken)
    (unrun,) = unrun_of(scene, scene.lane(0), *scene.layout.bar)
    x, y, width, height = unrun.boxes[0]
    said = view.text_at(QPointF(x + width / 2, y + height / 2))
    assert "tasks 2 to 3 of chunk 0 were never run" in said
    assert "died: SIGKILL" in said
    assert "never run" not in view.text_at(QPointF(x + width / 2, scene.layout.pitch - 2))


def test_a_death_by_the_person_s_hand_looks_its_own_way(broken: Story, view) -> None:
    broken.tell(Event.KILLED, ordinal=1, pid=FIRST_PID, signal=9, at_ns=at(0.7))
    broken.update()
    scene = shown(view, broken)
    assert crosses_of(scene, scene.lane(0), 0, 50)[0].by_hand
    texts = [entry.text for entry in entries_of(broken.recording, ColourBy.CHUNK, 1)]
    assert "killed by you (1)" in texts and "not run (3)" in texts
    assert not any(text.startswith("worker died") for text in texts)
    assert deaths(broken.recording.trace, broken.recording.journal) == {1}
    picture = draw_picture(broken.recording, PictureOptions(width=800))
    assert picture.width() == 800 * PictureOptions().scale


def test_other_faults_are_marked_in_their_lane_or_over_all(broken: Story, view) -> None:
    for count, problem in enumerate(
        (
            Problem(Kind.RESULT_NOT_SENT, None, {"task": 6, "error": "no"}),
            Problem(Kind.POOL_STALLED),
            Problem(Kind.WORKER_DIED, None, {"pid": FIRST_PID, "cause": "SIGKILL"}),
        ),
        start=1,
    ):
        broken.tell(Event.FAULT, problem=problem.to_json(), at_ns=at(0.95), count=count)
    broken.update()
    assert troubles_of(broken.recording) == {2: (at(0.95),), None: (at(0.95),)}
    scene = shown(view, broken)
    assert crosses_of(scene, scene.lane(1), 0, 50) == [], "nobody died there"
    (snag,) = snags_of(scene, scene.lane(1), *scene.layout.bar)
    assert snag.at_ns == at(0.95) and snags_of(scene, scene.lane(0), 0, 50) == []
    said = view.text_at(QPointF(snag.x, scene.layout.top(1) + snag.y))
    assert "could not be sent back" in said and f"worker {FIRST_PID + 1} (#2)" in said
    texts = [entry.text for entry in entries_of(broken.recording, ColourBy.CHUNK, 1)]
    assert "result could not be sent or read (1)" in texts and "worker died (1)" in texts
    image = view.stage.grab().toImage()
    y = round(scene.layout.top(1) + snag.y + snag.half) - 2
    foot = [image.pixelColor(round(snag.x) + dx, y) for dx in (-4, 4)]
    assert all(colour.red() - colour.green() > 100 for colour in foot), "a triangle has a foot"


def test_what_a_worker_died_of_has_no_mark_beside_its_cross(broken: Story, view) -> None:
    values = {"task": 1, "chunk": 0, "pid": FIRST_PID, "error": "no"}
    problem = Problem(Kind.INPUT_NOT_READ, None, values)
    broken.tell(Event.FAULT, problem=problem.to_json(), at_ns=at(0.7), count=1)
    broken.update()
    scene = shown(view, broken)
    assert len(crosses_of(scene, scene.lane(0), 0, 50)) == 1
    assert all(snags_of(scene, scene.lane(place), 0, 50) == [] for place in (0, 1))


def test_an_exception_that_cannot_be_read_breaks_its_chunk_when_it_is_raised(story, view) -> None:
    tale = story([(1, 0.1, 0.2, RAISED, 0), (1, None, None, NOT_RUN, 0), (1, 0.3, 0.4, DONE, 1)], 1)
    tale._chunks["outcome"][0] = ChunkOutcome.NOT_READ
    tale.kill_worker(1, 0.9)  # with all, when the run was over
    tale.recording.update(ended=True)
    (lane,) = tale.recording.trace.lanes
    assert lane.broken_at.tolist() == [at(0.2)]


def test_the_chunk_of_tasks_that_never_ran_is_found_beside_chunks_that_were_never_cut(
    story, view
) -> None:
    tale = story([*BROKEN, *[(1, None, None, NOT_RUN, chunk) for chunk in range(3, 9)]])
    for chunk in range(3, 9):
        tale._chunks["first"][chunk] = tale._chunks["size"][chunk] = 0
    tale.kill_worker(1, 0.7)
    tale._chunks["outcome"][0] = ChunkOutcome.LOST
    tale.update()
    scene = shown(view, tale)
    (unrun,) = unrun_of(scene, scene.lane(0), *scene.layout.bar)
    x, y, width, height = unrun.boxes[0]
    said = view.text_at(QPointF(x + width / 2, y + height / 2))
    assert "tasks 2 to 3 of chunk 0 were never run" in said


def test_in_a_shuffled_order_tasks_that_never_ran_are_counted_or_named_by_their_input(
    story, view
) -> None:
    tale = story(BROKEN, positions=(6, 5, 4, 3, 2, 1, 0))
    tale._chunks["outcome"][1] = ChunkOutcome.RAISED
    tale.kill_worker(1, 0.7)
    tale._chunks["outcome"][0] = ChunkOutcome.LOST
    tale.update()
    scene = shown(view, tale)
    said = []
    for place in (0, 1):
        (unrun,) = unrun_of(scene, scene.lane(place), *scene.layout.bar)
        x, y, width, height = unrun.boxes[0]
        top = scene.layout.top(place)
        said.append(view.text_at(QPointF(x + width / 2, top + y + height / 2)))
    assert "2 tasks of chunk 0 were never run" in said[0]
    assert "task 1 of chunk 1 was never run" in said[1]


def test_thousands_of_broken_chunks_are_thinned(story, view) -> None:
    tasks = []
    for chunk in range(2_000):
        begun = 0.1 + chunk * 0.0004
        tasks += [(1, begun, begun + 0.0002, RAISED, chunk), (1, None, None, NOT_RUN, chunk)]
    told = story(tasks, 1)
    for chunk in range(2_000):
        told._chunks["outcome"][chunk] = ChunkOutcome.RAISED
    told.recording.update(ended=True)
    scene = shown(view, told)
    lane = scene.lane(0)
    assert len(lane.broken_at) == 2_000 and np.all(np.diff(lane.broken_at) > 0)
    marks = unrun_of(scene, lane, 0, 50)
    assert 10 < len(marks) < 80
    places = [unrun.boxes[0][0] for unrun in marks]
    assert np.all(np.diff(places) > 0)
