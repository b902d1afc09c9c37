"""Strips under the lanes: values over the same time, as a person meets them."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from poolscope.engine.recording import Recording
from poolscope.engine.sampling.samples import Series
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.theme import DARK, LIGHT
from poolscope.gui.timeline.picture import PictureOptions, draw_picture
from poolscope.gui.timeline.strips import content as content_module
from poolscope.gui.timeline.strips import items
from poolscope.gui.timeline.strips.kinds import (
    HIDDEN,
    HIGHEST,
    LOWEST,
    TALLEST,
    StripKind,
    StripLayout,
    layout_in,
)
from poolscope.gui.timeline.strips.strip import Strip, StripSource, cpus_of
from poolscope.gui.timeline.strips.words import figure, said_of, value_text
from poolscope.gui.timeline.view.timeline_view import TimelineView

from .conftest import ORIGIN_NS, Story, at

DONE, OPEN = TaskState.DONE, TaskState.OPEN
BUSY, CPU, MEMORY, WAITING = StripKind
ALL = dict.fromkeys(StripKind, True)


def only(*kinds: StripKind) -> dict[StripKind, bool]:
    return {kind: kind in kinds for kind in StripKind}


TASKS = [
    (1, 0.1, 0.5, DONE, 0),
    (2, 0.1, 0.9, DONE, 1),
    (1, 0.5, 0.7, DONE, 2),
]
MakeStory = Callable[..., Story]
MakeRecording = Callable[..., Recording]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is: what is new is there with its frame."""
    monkeypatch.setattr(content_module, "SLICE_S", 60.0)


class Looked:
    """Samples as if processes had been looked at every half second."""

    def __init__(self, limit: int = 16_000_000_000, rss: float = 87e6) -> None:
        self.limit_bytes, self.rss, self.count = limit, rss, 2

    def _series(self, *values: float) -> Series:
        times = at(0) + (np.arange(self.count) + 1) * 500_000_000
        return Series(times, np.resize(np.array(values), self.count))

    def workers_cpu(self) -> Series:
        return self._series(1.5, 0.5)

    def machine_cpu(self) -> Series:
        times, values = self._series(0.5, 0.25)
        return Series(times[1:], values[1:])  # it has no birth, so the first look says nothing

    def workers_rss(self) -> Series:
        return self._series(self.rss / 2, self.rss)


def show(view: TimelineView, recording: Recording, now_s: float = 1.0, **looked: float) -> None:
    recording.samples = Looked(**looked)  # type: ignore[assignment, arg-type]
    view.set_recording(recording)
    view.refresh(at(now_s))


def strip_of(view: TimelineView, kind: StripKind) -> Strip:
    return next(strip for strip in view.stage.strips.strips if strip.kind is kind)


def place_in(view: TimelineView, kind: StripKind, time_s: float) -> QPointF:
    number = view.strips.index(kind)
    y = view.stage.strips.rect.top() + view.stage.strip_layout.pitch * (number + 0.6)
    return QPointF(view._scale().x_of(time_s), y)


# Which are shown.


def test_nobody_has_said_anything_so_the_room_decides() -> None:
    assert layout_in(330, {}).kinds == (BUSY, CPU)
    assert layout_in(190, {}).kinds == (BUSY,)
    assert layout_in(60, {}).kinds == ()


@pytest.mark.parametrize("room", [40, 100, 150, 250, 400, 800])
def test_lanes_keep_half_of_the_room(room: int) -> None:
    assert layout_in(room, {}).height <= 0.3 * room
    assert layout_in(room, ALL).height <= 0.5 * room
    assert layout_in(room, ALL).pitch >= LOWEST


@pytest.mark.parametrize("kind", [MEMORY, WAITING])
@pytest.mark.parametrize("room", [140, 190, 330, 800])
def test_what_somebody_asks_for_comes_to_what_is_there(room: int, kind: StripKind) -> None:
    before = layout_in(room, {})
    assert before.has_room_for(kind)
    assert set(layout_in(room, {kind: True}).kinds) == {*before.kinds, kind}


def test_a_strip_that_is_hidden_brings_back_no_other() -> None:
    assert layout_in(190, {}).kinds == (BUSY,)
    assert layout_in(190, {BUSY: False}).kinds == ()
    assert layout_in(330, {MEMORY: True, BUSY: False}).kinds == (CPU, MEMORY)


def test_where_there_is_no_room_for_more_the_strips_know_it() -> None:
    layout = layout_in(155, {MEMORY: True})
    assert layout.kinds == (BUSY, MEMORY) and layout.most == 2
    assert [layout.has_room_for(kind) for kind in StripKind] == [True, False, True, False]
    assert layout_in(100, {MEMORY: True, WAITING: True, BUSY: False}).kinds == (MEMORY,)
    assert layout_in(2_000, ALL).pitch == HIGHEST


def test_strips_take_what_few_lanes_leave() -> None:
    layout = layout_in(333, {}, lanes=2 * 96)
    assert (layout.kinds, layout.pitch) == ((BUSY, CPU), 70.0)
    assert layout_in(333, {}, lanes=8 * 96).pitch == HIGHEST
    assert layout_in(3_000, ALL, lanes=96).pitch == TALLEST


def test_a_strip_that_somebody_hid_stays_hidden() -> None:
    assert layout_in(800, {BUSY: False}).kinds == (CPU,)
    assert layout_in(800, HIDDEN).kinds == ()


def test_a_place_belongs_to_a_strip() -> None:
    layout = StripLayout((BUSY, WAITING), 40.0)
    assert [layout.kind_at(y) for y in (0, 39, 41, 80)] == [BUSY, BUSY, WAITING, None]
    assert layout.kind_at(-1) is None


# What they show.


def test_busy_workers_are_those_in_tasks(view: TimelineView, make_recording: MakeRecording) -> None:
    view.set_strips_said(only(BUSY))
    show(view, make_recording(TASKS))
    curve = strip_of(view, BUSY).curve
    values = [curve.at(time_s * 1e9) for time_s in (0.05, 0.3, 0.6, 0.8)]
    assert values == [0.0, 2.0, 2.0, 1.0]
    assert curve.mean(0, at(1.0) - ORIGIN_NS) == pytest.approx((0.4 + 0.8 + 0.2) / 0.9, rel=1e-6)


def test_a_running_task_is_busy_up_to_now(view: TimelineView, story: MakeStory) -> None:
    view.set_strips_said(only(BUSY))
    told = story([(1, 0.1, None, OPEN, 0), (2, 0.1, 0.4, DONE, 1)])
    view.set_recording(told.recording)
    for now_s in (0.5, 0.8):
        view.refresh(at(now_s))
        curve = strip_of(view, BUSY).curve
        assert curve.times_ns[-1] == at(now_s) - ORIGIN_NS
        assert (curve.at(0.3e9), curve.at(0.45e9)) == (2.0, 1.0)
    assert view.stage.strip_names.said == ((BUSY, "1 of 2"),)
    told.end(0, 0.8)
    told.update()
    view.refresh(at(0.9))
    assert strip_of(view, BUSY).curve.at(0.85e9) == 0.0


def test_chunks_wait_until_they_are_taken(view: TimelineView, story: MakeStory) -> None:
    view.set_strips_said(only(WAITING))
    tasks = [(1, 0.1, 0.5, DONE, 0), (2, 0.2, None, OPEN, 1), (0, None, None, OPEN, 2)]
    show(view, story(tasks).recording, 0.8)
    curve = strip_of(view, WAITING).curve
    assert [curve.at(time_s * 1e9) for time_s in (0.05, 0.15, 0.5)] == [3.0, 2.0, 1.0]
    assert view.stage.strip_names.said == ((WAITING, "1"),)


def test_the_pool_and_the_cpus_are_lines_in_the_strip(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(ALL)
    recording = make_recording(TASKS, 3)
    show(view, recording)
    busy = strip_of(view, BUSY)
    assert (busy.pool, busy.cpus, busy.top) == (3, 8, 3.0)  # 8 would press 3 to the ground
    recording.machine["usable"] = 4
    show(view, recording)
    busy, cpu = strip_of(view, BUSY), strip_of(view, CPU)
    assert (busy.top, cpu.top) == (4.0, 4.0)
    assert cpu.beside.at(0.7e9) == 1.0  # a quarter of 4
    recording.machine["usable"] = 64
    show(view, recording)
    assert strip_of(view, CPU).top == 3.0  # what all programs use does not press it down, either


@pytest.mark.parametrize("said", [0, -3, True, "4", None, 2.5, 1 << 40])
def test_a_number_of_cpus_that_cannot_be_is_none(
    make_recording: MakeRecording, said: object
) -> None:
    recording = make_recording(TASKS)
    recording.machine.update(usable=said, logical=said)
    assert cpus_of(recording) is None


def test_the_limit_of_memory_is_a_line_only_where_workers_get_near_it(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(only(MEMORY))
    show(view, make_recording(TASKS), rss=1e9, limit=8_000_000_000)
    assert strip_of(view, MEMORY).limit is None
    assert strip_of(view, MEMORY).top == 1e9
    show(view, make_recording(TASKS), rss=5e9, limit=8_000_000_000)
    assert strip_of(view, MEMORY).limit == strip_of(view, MEMORY).top == 8e9


def test_a_run_without_samples_says_that_they_are_not_recorded(
    view: TimelineView, make_recording: MakeRecording, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.set_strips_said(ALL)
    view.set_recording(make_recording(TASKS))
    view.refresh(at(1.0))
    known = {strip.kind: strip.recorded for strip in view.stage.strips.strips}
    assert known == {BUSY: True, CPU: False, MEMORY: False, WAITING: True}
    assert dict(view.stage.strip_names.said)[CPU] == ""
    tip = view.text_at(place_in(view, CPU, 0.3))
    assert "CPU" not in tip and "2 of 2 workers busy" in tip


def test_a_run_that_has_begun_does_not_say_that_nothing_is_recorded(
    view: TimelineView, story: MakeStory
) -> None:
    view.set_strips_said(ALL)
    view.set_recording(story([(1, 0.1, None, OPEN, 0)]).recording)
    view.refresh(at(0.2))
    assert all(strip.recorded for strip in view.stage.strips.strips)


def test_samples_that_come_after_the_last_frame_are_shown(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(only(CPU))
    recording = make_recording(TASKS)
    show(view, recording)
    recording.samples.count = 1  # type: ignore[attr-defined]
    view.show_new_samples()
    assert strip_of(view, CPU).curve.values.tolist() == [1.5]
    recording.samples.count = 2  # type: ignore[attr-defined]
    view.show_new_samples()
    assert strip_of(view, CPU).curve.values.tolist() == [1.5, 0.5]


def test_a_strip_has_the_time_of_the_lanes(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(only(BUSY))
    show(view, make_recording(TASKS))
    view.show_span(at(0.45), at(0.75))
    curve, (begin_ns, end_ns) = strip_of(view, BUSY).curve, view.view_span()
    assert curve.times_ns[0] <= begin_ns - ORIGIN_NS
    assert curve.times_ns[-1] >= end_ns - ORIGIN_NS
    x = view._scale().x_of(0.7)
    image = view.grab().toImage()
    y = round(view.stage.strips.rect.bottom()) - 5
    busiest = round(view.stage.strips.rect.top()) + 8
    ratio = image.devicePixelRatio()

    def filled(x: float, y: float) -> bool:
        colour = image.pixelColor(round(x * ratio), round(y * ratio))
        return colour.blue() > colour.red() + 10

    assert filled(x - 8, y) and filled(x + 8, y)
    assert filled(x - 8, busiest + 3) and not filled(x + 8, busiest + 3)


def test_many_tasks_are_taken_in_bit_by_bit(
    view: TimelineView,
    make_recording: MakeRecording,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(content_module, "SLICE_S", -1.0)
    view.set_strips_said(ALL)
    tasks = [(1 + n % 70, n / 1e3, n / 1e3 + 9e-4, DONE, n) for n in range(140)]
    show(view, make_recording(tasks, 70))
    assert view.strips_busy
    assert view.stage.strips.strips == ()  # half of it would be wrong
    qtbot.waitUntil(lambda: not view.strips_busy)
    assert strip_of(view, BUSY).curve.highest > 0


def test_another_run_has_strips_of_its_own(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(only(BUSY))
    show(view, make_recording(TASKS))
    show(view, make_recording([(1, 0.1, 0.2, DONE, 0)], 1))
    assert strip_of(view, BUSY).pool == 1
    view.set_recording(None)
    assert view.stage.strips.strips == ()


# Where they are.


def test_strips_stand_between_the_lanes_and_the_axis(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    before = view.stage.plot.height()
    view.set_strips_said(ALL)
    show(view, make_recording(TASKS))
    strips, axis = view.stage.strips.rect, view.stage.time_axis.rect
    assert view.stage.plot.height() == before - strips.height()
    assert strips.top() == view._layout().content_height
    assert axis.top() == strips.bottom()
    assert axis.bottom() <= view.stage.height()
    assert (strips.left(), strips.right()) == (view.stage.plot.left(), view.stage.plot.right())


@pytest.mark.parametrize("said", [{}, {MEMORY: True}, ALL])
def test_few_lanes_leave_no_blank_below_the_axis(
    view: TimelineView, make_recording: MakeRecording, said: dict[StripKind, bool]
) -> None:
    view.resize(800, 360)
    view.set_strips_said(said)
    show(view, make_recording(TASKS))
    assert view.stage.strips.strips
    assert 0 <= view.stage.height() - view.stage.time_axis.rect.bottom() < 8


def test_a_marked_stretch_runs_through_the_strips(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(ALL)
    show(view, make_recording(TASKS))
    view.set_stretch((at(0.2), at(0.4)))
    band = view.stage.band.band
    assert band is not None and band.axis == view.stage.strips.rect.bottom()


# The mouse.


def test_the_time_of_the_mouse_runs_through_lanes_and_strips(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(only(BUSY, WAITING))
    show(view, make_recording(TASKS))
    line, names = view.stage.hover_line, view.stage.strip_names
    assert not line.isVisible()
    assert dict(names.said)[BUSY] == "1.6 on average"
    view.point_at(QPointF(view._scale().x_of(0.8), 10))
    assert line.isVisible()
    assert line.rect.bottom() == view.stage.time_axis.rect.top()
    assert dict(names.said) == {BUSY: "1 of 2", WAITING: "0"}
    view.point_at(QPointF(20, 10))  # on the name of a lane there is no time
    assert not line.isVisible()
    view.point_at(None)
    assert dict(names.said)[BUSY] == "1.6 on average"


def test_without_strips_there_is_no_line(view: TimelineView, make_recording: MakeRecording) -> None:
    show(view, make_recording(TASKS))
    view.point_at(QPointF(view._scale().x_of(0.8), 10))
    assert not view.stage.hover_line.isVisible()


def test_hovering_over_a_strip_tells_all_values_of_that_time(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(ALL)
    recording = make_recording(TASKS)
    recording.machine["usable"] = 4
    show(view, recording)
    expected = "300 ms: 2 of 2 workers busy, CPU 1.5 of 4, 1 chunk waiting"
    assert expected in view.text_at(place_in(view, CPU, 0.3))
    assert "CPU 0.5 of 4 (all programs 1)" in view.text_at(place_in(view, CPU, 0.7))
    assert "43.5 MB" in view.text_at(place_in(view, BUSY, 0.5000001))
    assert view.text_at(place_in(view, BUSY, -0.001)) == ""


def test_chunks_are_counted_whole_wherever_the_mouse_is(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(only(WAITING))
    tasks = [(1 + n % 2, n / 1e3, n / 1e3 + 9e-4, DONE, n) for n in range(900)]
    show(view, make_recording(tasks))
    for n in range(80):
        view.point_at(QPointF(view._scale().x_of(0.01 * n + 0.00037), 10))
        assert dict(view.stage.strip_names.said)[WAITING].replace(",", "").isdigit()


def test_the_tool_tip_of_a_lane_does_not_lie_over_the_strips(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(ALL)
    show(view, make_recording(TASKS))
    strips, text = view.stage.strips.rect, "<div>one<br>two<br>three<br>four<br>five</div>"
    low, high = QPointF(300, strips.top() - 5), QPointF(300, 2)
    there = QPoint(1_000, 1_000)
    assert view.tip_place(low, there, text).y() < there.y() - 60
    assert view.tip_place(high, there, "<div>one</div>") == there
    assert view.tip_place(place_in(view, CPU, 0.3), there, text) == there
    view.set_strips_said(HIDDEN)
    assert view.tip_place(low, there, text) == there


def test_no_line_runs_through_the_words_of_a_strip(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    """They look the same wherever the line of all programs is."""
    view.set_strips_said(only(CPU))
    recording = make_recording(TASKS)
    recording.machine["usable"] = 4
    times = at(0) + np.arange(11) * 100_000_000 + 1
    words, elsewhere = [], []
    for share in (0.05, 0.85, 0.95):
        looked = Looked()
        looked.workers_cpu = lambda: Series(times, np.full(11, 0.1))  # type: ignore[method-assign]
        looked.machine_cpu = (  # type: ignore[method-assign]
            lambda share=share: Series(times[1:], np.full(10, share))
        )
        recording.samples = looked  # type: ignore[assignment]
        view.set_recording(recording)
        view.refresh(at(1.0))
        rect = view.stage.strips.rect.toRect()
        picture = view.grab(QRect(rect.left() + 8, rect.top() + 7, 30, 13))
        words.append(picture.toImage())
        elsewhere.append(view.grab(QRect(rect.left() + 400, rect.top() + 7, 30, 60)).toImage())
    assert words[0] == words[1] == words[2]
    assert elsewhere[0] != elsewhere[1] != elsewhere[2]


def test_the_wheel_over_a_strip_zooms_and_a_drag_pans(
    view: TimelineView, make_recording: MakeRecording
) -> None:
    view.set_strips_said(only(BUSY))
    show(view, make_recording(TASKS))
    place, before = place_in(view, BUSY, 0.5), view.view_span()
    view.stage.zoomed.emit(0.5, place.x())
    assert view.view_span() != before
    assert strip_of(view, BUSY).curve.times_ns[0] > 0


def test_a_menu_on_a_strip_is_about_it(view: TimelineView, make_recording: MakeRecording) -> None:
    view.set_strips_said(only(BUSY, CPU))
    show(view, make_recording(TASKS))
    asked: list[object] = []
    view.strips_menu_wanted.connect(lambda kind, place: asked.append(kind))
    view.menu_wanted.connect(lambda ordinal, place: asked.append(ordinal))
    view.stage.menu_wanted.emit(place_in(view, CPU, 0.2), QPoint())
    view.stage.menu_wanted.emit(QPointF(30, place_in(view, BUSY, 0.2).y()), QPoint())
    view.stage.menu_wanted.emit(QPointF(300, 10), QPoint())
    assert asked == [CPU, BUSY, 1]


# Words.


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.96, "3"), (2.94, "2.9"), (0.04, "< 0.1"), (0.0, "0"), (118.4, "118"), (12_345, "12,345")],
)
def test_figures_have_one_decimal_at_most(value: float, text: str) -> None:
    assert figure(value) == text


def test_values_say_of_how_many() -> None:
    assert value_text(Strip(BUSY, pool=4), 2.93) == "2.9 of 4"
    assert value_text(Strip(CPU, cpus=8), 2.93) == "2.9 of 8"
    assert value_text(Strip(CPU), 2.93) == "2.9"
    assert value_text(Strip(MEMORY), 87_000_000) == "87 MB"


def test_a_strip_without_anything_says_nothing() -> None:
    assert said_of(Strip(BUSY), None) == ""
    assert said_of(Strip(CPU, recorded=False), 5.0) == ""
    assert said_of(Strip(BUSY), 5.0) == "–"


# Pictures, and painting.


def test_a_picture_has_the_strips_that_are_asked_for(make_recording: MakeRecording) -> None:
    recording = make_recording(TASKS)
    bare = draw_picture(recording, PictureOptions(width=800))
    two = draw_picture(recording, PictureOptions(width=800, strips=(BUSY, WAITING)))
    assert two.height() == bare.height() + 2 * HIGHEST
    accent = LIGHT.accent
    found = {two.pixelColor(x, y).name() for x in range(300, 320) for y in range(two.height())}
    assert accent in found


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_strips_change_with_the_theme(
    view: TimelineView, make_recording: MakeRecording, theme
) -> None:
    view.set_strips_said(only(BUSY))
    show(view, make_recording(TASKS))
    view.set_theme(theme)
    image, rect = view.grab().toImage(), view.stage.strips.rect
    ratio = image.devicePixelRatio()
    x = round(view._scale().x_of(0.3) * ratio)
    column = [
        image.pixelColor(x, y).name()
        for y in range(round(rect.top() * ratio), round(rect.bottom() * ratio))
    ]
    assert theme.accent in column


@pytest.mark.parametrize("kind", list(StripKind))
def test_painting_a_strip_draws_its_curve_once_for_what_only_moves_over_it(
    view: TimelineView, make_recording: MakeRecording, kind: StripKind, monkeypatch
) -> None:
    drawn: list[int] = []
    paint = items.paint_strips
    monkeypatch.setattr(items, "paint_strips", lambda *args: (drawn.append(1), paint(*args)))
    view.set_strips_said(only(kind))
    show(view, make_recording(TASKS))
    image = QImage(view.size(), QImage.Format.Format_ARGB32)
    view.render(image)
    view.point_at(QPointF(400, 20))
    view.render(image)
    view.render(image)
    assert len(drawn) == 1
    view.show_span(at(0.1), at(0.4))
    view.render(image)
    assert len(drawn) == 2


def test_the_cost_of_a_frame_is_not_that_of_the_tasks(many: MakeRecording) -> None:
    recording = many(2, 5_000)
    assert recording.trace is not None
    source = StripSource(recording, recording.trace)
    for _ in source.take_in((BUSY,)):
        pass
    assert source._busy is not None
    looked = source._busy.looked_at
    for _ in source.take_in((BUSY,)):
        pass
    assert source._busy.looked_at == looked
