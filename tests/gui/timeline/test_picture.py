"""The picture that speaks for itself."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.messages import Event
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import DARK, LIGHT
from poolscope.gui.timeline.drawing.lane_axis import WIDTH_PX
from poolscope.gui.timeline.legend import LOST, NOT_RUN, PENDING, RAISED, Entry, entries_of
from poolscope.gui.timeline.picture import MARGIN_PX, PictureOptions, draw_picture, save_png
from poolscope.gui.timeline.scene.palette import BRIGHT, ColourBy
from poolscope.gui.timeline.words.heading import facts_of, join_lines, wrap

from .conftest import Story, at

DONE, LOSS, RAISE, OPEN = TaskState.DONE, TaskState.LOST, TaskState.RAISED, TaskState.OPEN
TASKS = [(1, 0.1, 0.9, DONE, 0), (2, 0.1, 1.0, DONE, 1)]
Make = Callable[..., Recording]

pytestmark = pytest.mark.usefixtures("qapp")


def reds(image: QImage, colour: str) -> int:
    """How many pixels of every third row have this colour."""
    wanted = QColor(colour).rgb()
    rows = range(0, image.height(), 3)
    return sum(image.pixel(x, y) == wanted for y in rows for x in range(0, image.width(), 2))


@pytest.mark.parametrize("width", [800, 1200, 1601])
@pytest.mark.parametrize("scale", [1, 2, 4])
def test_a_picture_is_exactly_as_wide_as_asked(
    make_recording: Make, width: int, scale: int
) -> None:
    image = draw_picture(make_recording(TASKS), PictureOptions(width=width, scale=scale))
    assert image.width() == width * scale
    assert image.height() % scale == 0


@pytest.mark.parametrize("scale", [1, 2])
def test_a_height_that_was_asked_for_is_kept(make_recording: Make, scale: int) -> None:
    options = PictureOptions(height=700, scale=scale)
    assert draw_picture(make_recording(TASKS), options).height() == 700 * scale


def test_no_lane_is_dropped_whatever_the_height(make_recording: Make) -> None:
    tasks = [(n, 0.1, 0.9, DONE, n - 1) for n in range(1, 301)]
    recording = make_recording(tasks, 300)
    for height in (None, 1200, 300):
        options = PictureOptions(height=height, colour_by=ColourBy.WORKER)
        image = draw_picture(recording, options)
        x = round(MARGIN_PX - 12 + WIDTH_PX + 500)
        colours = [image.pixelColor(x, y).name() for y in range(image.height())]
        lanes = sum(
            colour != before and colour.upper() in [c.upper() for c in BRIGHT]
            for before, colour in pairwise(colours)
        )
        assert lanes == 300


def test_workers_beyond_what_an_image_can_hold_are_not_dropped_without_a_word(
    make_recording: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    from poolscope.gui.timeline import picture

    original = picture._Picture._write
    monkeypatch.setattr(
        picture._Picture,
        "_write",
        lambda self, painter, y, text, colour: (
            said.append(text),
            original(self, painter, y, text, colour),
        ),
    )
    monkeypatch.setattr(picture, "SIDE_LIMIT", 400)
    recording = make_recording([(n, 0.1, 0.9, DONE, n - 1) for n in range(1, 301)], 300)
    image = draw_picture(recording, PictureOptions())
    assert image.height() <= 400
    assert any("of 300 workers" in text for text in said)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_it_has_the_lanes_of_the_window_in_its_theme(make_recording: Make, theme: object) -> None:
    options = replace(PictureOptions(), theme=theme)
    image = draw_picture(make_recording(TASKS), options)
    assert image.pixelColor(0, 0).name() == options.theme.card
    assert reds(image, BRIGHT[0]) > 1000
    assert reds(image, options.theme.track) > 500


def test_a_stretch_of_the_run_is_drawn_when_it_is_asked_for(make_recording: Make) -> None:
    recording = make_recording([(1, 0.1, 0.5, DONE, 0), (1, 0.5, 1.0, DONE, 1)], 1)
    options = PictureOptions(whole=False, span_ns=(at(0.2), at(0.3)))
    image = draw_picture(recording, options)
    legend = reds(draw_picture(recording, replace(options, span_ns=(at(1.5), at(1.6)))), BRIGHT[1])
    assert reds(image, BRIGHT[1]) == legend
    assert reds(image, BRIGHT[0]) > 1000


def test_a_run_that_never_had_a_pool_has_a_picture_too(make_recording: Make) -> None:
    recording = make_recording([], 1)
    recording.trace = None
    assert draw_picture(recording, PictureOptions()).width() == 1200


def test_a_saved_picture_says_its_title_and_resolution(
    make_recording: Make, tmp_path: Path
) -> None:
    path = tmp_path / "timeline.png"
    save_png(draw_picture(make_recording(TASKS), PictureOptions(scale=2)), path)
    image = QImage(str(path))
    assert image.width() == 2400
    assert image.text("Title") == "Pool(2).map(count_primes, range(122))"
    assert image.dotsPerMeterX() == 2 * 3780
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["timeline.png"]


@pytest.mark.parametrize("name", ["no/such/folder.png", "folder.png"])
def test_a_path_that_cannot_be_written_is_said_and_leaves_nothing(
    make_recording: Make, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.png").mkdir()
    image = draw_picture(make_recording(TASKS), PictureOptions())
    with pytest.raises(ProblemError) as caught:
        save_png(image, tmp_path / name)
    expected = Kind.NO_FOLDER if name.startswith("no/") else Kind.IS_FOLDER
    assert caught.value.problem.kind is expected
    assert not list(tmp_path.glob(".*"))


def test_the_facts_say_what_ran_and_what_became_of_it(story: Callable[..., Story]) -> None:
    tale = story(TASKS)
    tale.tell(Event.TRACE, tasks=2, chunks=2, chunksize=1)
    tale.tell(Event.RETURNED, at_ns=at(1.0))
    tale.tell(Event.HOST, pid=1, ppid=1, python="3.13.1")
    tale.recording.update(ended=True)
    assert " · ".join(facts_of(tale.recording)) == (
        "count_primes · 2 processes · chunksize auto (1) · fork · 2 of 2 tasks done · "
        "makespan 1 s · 8 CPUs · Python 3.13.1 · 2026-11-22 10:58"
    )


def test_the_legend_counts_what_went_wrong(make_recording: Make) -> None:
    tasks = [
        (1, 0.1, 0.2, RAISE, 0),
        (2, 0.1, 0.2, LOSS, 1),
        (1, 0.3, 0.4, DONE, 2),
        (1, None, None, TaskState.NOT_RUN, 3),
    ]
    found = {
        entry.kind: entry.text
        for entry in entries_of(make_recording(tasks), ColourBy.STATE, 100_000_000)
    }
    assert "(1)" in found[RAISED] and "(1)" in found[LOST] and "(1)" in found[NOT_RUN]


@pytest.mark.parametrize(
    ("text", "width", "limit", "lines"),
    [
        ("short", 10, 3, ["short"]),
        ("one two three", 8, 3, ["one two", "three"]),
        ("abcdefghij", 4, 3, ["abcd", "efgh", "ij"]),
        ("abcdefghijklm", 4, 2, ["abcd", "efg…"]),
        ("", 4, 2, []),
    ],
)
def test_a_long_title_is_broken_and_then_elided(
    text: str, width: float, limit: int, lines: list[str]
) -> None:
    assert wrap(text, width, len, limit) == lines


def test_facts_are_never_broken_inside() -> None:
    assert join_lines(["aaa", "bbb", "ccc"], 9, len) == ["aaa · bbb", "ccc"]


def test_a_very_long_call_keeps_to_its_lines(make_recording: Make) -> None:
    recording = make_recording(TASKS)
    recording.experiment = Experiment("sleep", f"[{', '.join(['0.01'] * 2000)}]", PoolSettings(2))
    assert draw_picture(recording, PictureOptions(width=800)).height() < 400
    assert QApplication.instance() is not None


def test_the_legend_says_nothing_about_durations_before_there_are_any(
    story: Callable[..., Story],
) -> None:
    recording = story([(1, 0.1, None, TaskState.OPEN, 0)], 1).recording
    entries = entries_of(recording, ColourBy.DURATION, 0)
    assert not any("duration" in entry.text for entry in entries)
    assert Entry(PENDING, "running (1)") in entries
    assert any("duration" in one.text for one in entries_of(recording, ColourBy.DURATION, 10))
