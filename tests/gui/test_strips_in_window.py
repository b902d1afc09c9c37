"""Strips in the window: by menu and key, remembered, live, in small windows, in pictures."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from poolscope.gui.main_window import MainWindow
from poolscope.gui.timeline.strips.kinds import StripKind

MakeWindow = Callable[[], MainWindow]
BUSY, CPU, MEMORY, WAITING = StripKind
RUN_MS = 30_000


def shown(window: MainWindow, qtbot: QtBot) -> tuple[StripKind, ...]:
    """The strips of the run that is shown, when all of it has been taken in."""
    view = window.timeline.view
    qtbot.waitUntil(lambda: not view.strips_busy)
    assert tuple(strip.kind for strip in view.stage.strips.strips) == view.strips
    return view.strips


def checked(window: MainWindow) -> list[StripKind]:
    return [kind for kind in StripKind if window.actions_by_name[f"strip-{kind}"].isChecked()]


def test_a_run_shows_busy_workers_and_cpu(window: MainWindow, run, qtbot: QtBot) -> None:
    run("sleep", "[0.05] * 12")
    assert shown(window, qtbot) == (BUSY, CPU)
    assert checked(window) == [BUSY, CPU]
    busy, cpu = window.timeline.view.stage.strips.strips
    recording = window.lab.recording
    assert recording is not None and recording.trace is not None
    over_ns = recording.journal.returned_ns - recording.journal.called_ns
    mean = busy.curve.mean(*busy.span_ns)
    assert mean == pytest.approx(
        recording.trace.busy_ns(recording.trace.end_ns) / over_ns, rel=0.01
    )
    assert cpu.recorded and cpu.curve


def test_the_menu_and_its_keys_show_and_hide_strips(window: MainWindow, run, qtbot: QtBot) -> None:
    run("sleep", "[0.02] * 6")
    actions, view = window.actions_by_name, window.timeline.view
    lanes = view.stage.plot.height()
    actions["strip-cpu"].trigger()
    assert shown(window, qtbot) == (BUSY,)
    assert view.stage.plot.height() > lanes
    actions["strip-waiting"].trigger()
    actions["strip-memory"].trigger()
    assert shown(window, qtbot) == (BUSY, MEMORY, WAITING)
    assert checked(window) == [BUSY, MEMORY, WAITING]
    assert actions["strip-busy"].shortcut().toString() == "Alt+1"


def test_a_strip_is_hidden_by_its_own_menu(window: MainWindow, run, qtbot: QtBot) -> None:
    run("sleep", "[0.02] * 6")
    menu = window.timeline.strip_menu
    menu.fill(CPU)
    hide, _, *others = menu.actions()
    assert "CPU" in hide.text()
    assert [action.isChecked() for action in others] == [True, True, False, False]
    hide.trigger()
    assert shown(window, qtbot) == (BUSY,)
    assert checked(window) == [BUSY]
    menu.fill(BUSY)
    menu.actions()[-1].trigger()
    assert shown(window, qtbot) == (BUSY, WAITING)


def test_the_menu_of_a_strip_comes_up_where_it_is_asked_for(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[QPoint] = []
    monkeypatch.setattr(window.timeline.strip_menu, "popup", places.append)
    window.timeline.view.strips_menu_wanted.emit(BUSY, QPoint(10, 20))
    assert places == [QPoint(10, 20)]
    assert len(window.timeline.strip_menu.actions()) == 2 + len(StripKind)


def test_strips_come_back(make_window: MakeWindow) -> None:
    window = make_window()
    window.timeline.view.set_strip(WAITING, on=True)
    window.timeline.view.set_strip(BUSY, on=False)
    window.close()
    again = make_window()
    assert again.timeline.view.strips_said == {WAITING: True, BUSY: False}
    assert BUSY not in again.timeline.view.strips and WAITING in again.timeline.view.strips
    assert all(again.actions_by_name[f"strip-{kind}"].isEnabled() for kind in StripKind)


@pytest.mark.parametrize("kept", [None, [], "all", {"gone": True, "cpu": "yes", "busy": False}])
def test_what_cannot_be_read_of_what_was_remembered_is_passed_over(
    make_window: MakeWindow, kept: object
) -> None:
    window = make_window()
    window.remembered._set(strips=kept)
    expected = {BUSY: False} if isinstance(kept, dict) else {}
    assert window.remembered.strips == expected


def test_a_small_window_leaves_the_room_to_the_lanes(window: MainWindow, run, qtbot: QtBot) -> None:
    run("sleep", "[0.02] * 6")
    window.resize(1024, 640)
    qtbot.waitUntil(lambda: window.timeline.view.strips == (BUSY,))
    stage = window.timeline.view.stage
    assert stage.plot.height() > 3 * stage.strips.rect.height()
    assert stage.time_axis.rect.bottom() <= stage.height()
    assert checked(window) == [BUSY]


def test_a_key_adds_a_strip_and_the_menu_says_where_none_has_room(
    window: MainWindow, run, qtbot: QtBot
) -> None:
    run("sleep", "[0.02] * 6")
    actions, stage = window.actions_by_name, window.timeline.view.stage
    for name in ("strip-memory", "strip-waiting"):
        actions[name].trigger()
    assert shown(window, qtbot) == tuple(StripKind)
    window.resize(1024, 640)
    qtbot.waitUntil(lambda: len(window.timeline.view.strips) < 4)
    assert checked(window) == list(window.timeline.view.strips)
    assert {MEMORY, WAITING} <= set(checked(window))
    assert stage.plot.height() >= stage.strips.rect.height()
    cpu = actions["strip-cpu"]
    assert (cpu.text(), cpu.isEnabled()) == ("CPU (no room)", False)
    assert "hide another" in cpu.toolTip()
    window.timeline.strip_menu.fill(BUSY)
    of_cpu = window.timeline.strip_menu.actions()[2 + list(StripKind).index(CPU)]
    assert (of_cpu.text(), of_cpu.isEnabled()) == ("CPU (no room)", False)
    actions["strip-waiting"].trigger()
    assert cpu.isEnabled() and cpu.text() == "CPU"


def test_strips_go_on_with_a_run(
    window: MainWindow, start_sleeping: Callable[[int], object], qtbot: QtBot
) -> None:
    view = window.timeline.view
    view.set_strip(WAITING, on=True)
    start_sleeping(3)

    def busy_until_now() -> bool:
        strips = {strip.kind: strip for strip in view.stage.strips.strips}
        curve = strips[BUSY].curve if BUSY in strips else None
        return bool(curve) and curve.at(curve.times_ns[-1]) == 2.0  # type: ignore[union-attr]

    qtbot.waitUntil(busy_until_now, timeout=RUN_MS)
    said = dict(view.stage.strip_names.said)
    assert said[BUSY].startswith("2 of ")
    window.actions_by_name["stop"].trigger()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=RUN_MS)


def test_the_picture_of_what_is_seen_has_its_strips(window: MainWindow, run) -> None:
    run("sleep", "[0.02] * 6")
    window.timeline.view.set_strip(MEMORY, on=True)
    assert window.timeline.picture_options(window.theme).strips == (BUSY, CPU, MEMORY)
