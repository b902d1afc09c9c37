"""What the window says of the selected stretch, beside the timeline."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from poolscope.engine.consequences import Place as FaultPlace
from poolscope.engine.journal import Status
from poolscope.engine.recording import Recording
from poolscope.engine.stretch.figures import Ends, Figures
from poolscope.engine.stretch.stretch import Stretch, what_happened
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.main_window import MainWindow
from poolscope.gui.panels.stretch import panel as panel_module
from poolscope.gui.panels.stretch.model import BUSY, FAILED, LONGEST, TASKS, WORKER, StretchModel
from poolscope.gui.panels.stretch.words import NOT_YET, facts_of, rate_text, sentence
from poolscope.gui.theme import LIGHT
from poolscope.gui.timeline.scene.time_scale import share_text

from .conftest import FIRST_PID, Story, at, write_many

DONE, RAISED, LOST, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.OPEN
TASKS_OF_TWO = [
    (1, 0.1, 0.4, DONE, 0),
    (2, 0.1, 0.3, RAISED, 1),
    (1, 0.5, 1.0, DONE, 2),
    (2, 0.5, 0.9, DONE, 3),
]
WAIT_MS = 10_000
Make = Callable[..., Recording]


@pytest.fixture
def shown(window: MainWindow, make_recording: Make) -> MainWindow:
    """A window with a run of one second."""
    window.lab.show(make_recording(TASKS_OF_TWO), Status.FINISHED)
    return window


@pytest.fixture
def mark(qtbot: QtBot) -> Callable[..., None]:
    """`mark(window, begin_s, end_s)` selects a stretch, and waits until its figures are shown."""

    def select(window: MainWindow, begin_s: float, end_s: float) -> None:
        window.lab.set_stretch((at(begin_s), at(end_s)))
        qtbot.waitUntil(lambda: is_whole(window), timeout=WAIT_MS)

    return select


def is_whole(window: MainWindow) -> bool:
    """Whether all figures of the selected stretch are there."""
    stretch, figures = window.stretch._stretch, window.stretch._shown
    if stretch is None or (stretch.begin_ns, stretch.end_ns) != window.lab.stretch:
        return False
    return figures is not None and figures.ends is not None


def cells(window: MainWindow) -> list[list[str]]:
    model = window.stretch.model
    columns = (WORKER, TASKS, BUSY, LONGEST, FAILED)
    return [[model.text(row, column) for column in columns] for row in range(model.rowCount())]


def said(window: MainWindow) -> str:
    """The sentence, without what keeps a number and its unit together."""
    return str(window.stretch.sentence.text().replace("\u00a0", " "))


def values(window: MainWindow) -> dict[str, str]:
    """What stands beside the titles that are to be seen."""
    shown = window.stretch.facts.values.items()
    return {name: label.text() for name, label in shown if label.isVisible()}


# What it says.


def test_a_sentence_figures_and_a_row_for_each_worker(shown: MainWindow, mark) -> None:
    mark(shown, 0.2, 0.6)
    panel = shown.stretch
    assert said(shown) == (
        "In these 400 ms, 2 of 2 workers were busy 62 % of the time, and 2 tasks ended."
    )
    assert values(shown) == {
        "begins": "200 ms",
        "ended": "2: 1 done, 1 raised",
        "median": "250 ms",
        "ran": "4, all in part",
        "began": "2",
        "rate": "5",
        "busy_workers": "1.25 on average",
        "idle": "38 % waiting for a chunk",
        "chunks": "0 handed out, 2 taken, 2 received",
    }
    assert panel.facts.longest.text() == "300 ms (task 0)"
    first, second = str(FIRST_PID), str(FIRST_PID + 1)
    assert cells(shown) == [
        [first, "2", "75 %", "300 ms", "0"],
        [second, "2", "50 %", "200 ms", "1"],
    ]
    assert not panel.table.isColumnHidden(FAILED)


def test_what_there_is_none_of_takes_no_room(shown: MainWindow, mark) -> None:
    mark(shown, 0.41, 0.49)
    assert said(shown) == "In these 80 ms, none of 2 workers was in a task."
    assert {"median", "results_lost", "running"}.isdisjoint(values(shown))
    assert not shown.stretch.facts.longest.isVisible()
    assert shown.stretch.table.isColumnHidden(FAILED)
    assert cells(shown)[0][1:] == ["0", "0 %", "", "0"]


def test_figures_follow_a_run_that_goes_on(
    window: MainWindow, story: Callable[..., Story], mark, qtbot: QtBot
) -> None:
    tale = story([(1, 0.1, 0.2, DONE, 0), (1, 0.2, None, OPEN, 0), (1, None, None, OPEN, 0)])
    window.lab.show(tale.recording, Status.RUNNING)
    mark(window, 0.15, 0.5)
    assert values(window)["running"] == "1"
    assert values(window)["ended"] == "1"
    tale.end(1, 0.45)
    tale.update()
    qtbot.waitUntil(lambda: values(window)["ended"] == "2", timeout=WAIT_MS)
    assert "running" not in values(window)
    tale.recording.update(ended=True)
    window.lab.set_status(Status.FINISHED)
    qtbot.waitUntil(lambda: window.stretch._stretch.settled, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.stretch._timer.isActive(), timeout=WAIT_MS)


def test_nothing_is_looked_at_while_nobody_sees_it(
    shown: MainWindow, mark, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(shown, 0.2, 0.6)
    worked: list[Stretch] = []
    work = Stretch.work
    monkeypatch.setattr(
        Stretch, "work", lambda self, now_ns: (worked.append(self), work(self, now_ns))[1]
    )
    shown.lab.select(0)
    assert not shown.stretch.isVisible()
    shown.stretch._go_on_soon()
    qtbot.waitUntil(lambda: not shown.stretch._timer.isActive(), timeout=WAIT_MS)
    assert worked == []
    shown.lab.set_stretch((at(0.3), at(0.6)))
    qtbot.waitUntil(lambda: is_whole(shown), timeout=WAIT_MS)
    assert len(worked) == 1


def test_a_drag_makes_no_figures_for_each_step_of_the_mouse(
    shown: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    monkeypatch.setattr(
        panel_module, "Stretch", lambda *args: (begun.append(args[2]), Stretch(*args))[1]
    )
    for step in range(50):
        shown.lab.set_stretch((at(0.2), at(0.4) + step))
    qtbot.waitUntil(lambda: is_whole(shown), timeout=WAIT_MS)
    assert begun == [at(0.4) + 49]


# Task or stretch.


def test_what_was_selected_last_is_shown(shown: MainWindow) -> None:
    def title() -> str:
        return str(shown.page._headings[1].text())

    assert shown.task.isVisible() and title() == "SELECTED TASK"
    shown.lab.set_stretch((at(0.2), at(0.6)))
    assert shown.stretch.isVisible() and title() == "SELECTED STRETCH"
    shown.lab.select(1)
    assert shown.task.isVisible() and title() == "SELECTED TASK"
    assert shown.timeline.view.stretch == (at(0.2), at(0.6)), "the band stays"
    shown.lab.select(None)
    assert shown.stretch.isVisible()
    shown.lab.select(1)
    shown.lab.set_stretch((at(0.2), at(0.7)))
    assert shown.stretch.isVisible()
    shown.timeline.view.task_selected.emit(1)
    assert shown.task.isVisible(), "also the task that was selected before"
    shown.lab.set_stretch((at(0.2), at(0.8)))
    shown.stretch.clear.click()
    assert shown.task.isVisible() and shown.lab.stretch is None
    assert shown.timeline.view.stretch is None


def test_without_a_stretch_it_says_how_to_select_one(shown: MainWindow) -> None:
    shown.lab.set_stretch((at(0.2), at(0.6)))
    shown.lab.set_stretch(None)
    assert shown.stretch.isVisible() and shown.stretch.hint.isVisible()
    assert "Drag along the time axis" in shown.stretch.hint.text()
    assert not shown.stretch.sentence.isVisible()
    assert "time axis" in shown.task.hint.text()


def test_another_run_begins_without_one(shown: MainWindow, make_recording: Make, mark) -> None:
    mark(shown, 0.2, 0.6)
    shown.lab.show(make_recording(TASKS_OF_TWO), Status.FINISHED)
    assert shown.lab.stretch is None and shown.stretch.model.rowCount() == 0


def test_in_a_narrow_window_it_is_a_tab_that_comes_up(shown: MainWindow, qtbot: QtBot) -> None:
    shown.resize(1024, 640)
    shown.tabs.setCurrentWidget(shown.results)
    shown.timeline.view.stretch_chosen.emit((at(0.2), at(0.6)))
    assert shown.tabs.currentWidget() is shown.results, "nothing moves while it is dragged"
    height = shown.timeline.height()
    shown.timeline.view.stretch_settled.emit()
    assert shown.timeline.height() == height
    assert shown.tabs.currentWidget() is shown.selected
    assert shown.tabs.tabText(shown.tabs.indexOf(shown.selected)) == "Selected stretch"
    qtbot.waitUntil(lambda: is_whole(shown), timeout=WAIT_MS)
    facts, table = shown.stretch.facts, shown.stretch.table
    right = facts.mapTo(shown, QPoint(facts.width(), 0)).x()
    assert table.mapTo(shown, QPoint(0, 0)).x() >= right, "beside one another"


# What can be done with it.


def test_the_menu_marks_zooms_and_clears(shown: MainWindow) -> None:
    actions = shown.actions_by_name
    assert not actions["zoom-stretch"].isEnabled() and not actions["clear-stretch"].isEnabled()
    shown.lab.select(2)
    actions["mark-stretch"].trigger()
    assert shown.lab.stretch == (at(0.5), at(1.0))
    actions["zoom-stretch"].trigger()
    assert shown.timeline.view.view_span()[0] > at(0.4)
    actions["clear-stretch"].trigger()
    assert shown.lab.stretch is None and not actions["zoom-stretch"].isEnabled()


def test_buttons_lead_to_the_stretch_the_longest_task_and_a_lane(
    shown: MainWindow, mark, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(shown, 0.2, 0.6)
    shown.stretch.zoom.click()
    assert shown.timeline.view.view_span()[0] > at(0.1)
    wanted: list[int] = []
    shown.stretch.worker_wanted.connect(wanted.append)
    table = shown.stretch.table
    table.setCurrentIndex(shown.stretch.model.index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    place = table.visualRect(shown.stretch.model.index(0, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert wanted == [2, 1]
    shown.stretch.facts.longest.click()
    assert shown.lab.selection == 0 and shown.task.isVisible()


def test_the_longest_task_is_shown_also_when_it_is_selected(shown: MainWindow, mark) -> None:
    shown.lab.select(0)
    mark(shown, 0.2, 0.6)
    assert not shown.task.isVisible()
    shown.stretch.facts.longest.click()
    assert shown.lab.selection == 0 and shown.task.isVisible()
    mark(shown, 0.2, 0.5)
    shown.timeline.banner.place_wanted.emit(FaultPlace(0, None, None))
    assert shown.task.isVisible()


def test_a_workers_row_brings_its_lane_into_view(window: MainWindow, tmp_path: Path, mark) -> None:
    window.lab.show(write_many(tmp_path / "many", 60, 2), Status.FINISHED)
    mark(window, 0.0, 0.002)
    window.stretch.worker_wanted.emit(60)
    view = window.timeline.view
    assert 59 in view._layout().visible(view._bar.value())


def test_copying_gives_text_for_a_spreadsheet(shown: MainWindow, mark, qtbot: QtBot) -> None:
    mark(shown, 0.2, 0.6)
    titles = "worker (PID)\ttasks\tbusy (%)\tlongest (s)\tfailed"
    rows = [f"{FIRST_PID}\t2\t75\t0.3\t0", f"{FIRST_PID + 1}\t2\t50\t0.2\t1"]
    table, clipboard = shown.stretch.table, QGuiApplication.clipboard()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "\n".join([titles, *rows])
    table.selectRow(1)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "\n".join([titles, rows[1]])
    shown.stretch.copy.click()
    lines = clipboard.text().splitlines()
    assert lines[0] == said(shown)
    assert "ended\t2: 1 done, 1 raised" in lines and "longest\t300 ms (task 0)" in lines
    assert lines[-3:] == [titles, *rows]


def test_a_title_sorts_the_largest_first_and_what_is_selected_stays(
    shown: MainWindow, mark
) -> None:
    mark(shown, 0.2, 0.6)
    table, model = shown.stretch.table, shown.stretch.model
    table.selectRow(0)
    header = table.horizontalHeader()
    for order in ([1, 2], [2, 1], [1, 2]):
        header.sectionClicked.emit(BUSY)
        assert [model.ordinal_of(row) for row in range(2)] == order
        assert model.ordinal_of(table.currentIndex().row()) == 1
    header.sectionClicked.emit(FAILED)
    assert [model.ordinal_of(row) for row in range(2)] == [2, 1]
    assert model.headerData(FAILED, Qt.Orientation.Horizontal) == "failed ▾"


def test_many_workers_are_rows_and_no_widgets(tmp_path: Path, make_recording: Make) -> None:
    trace = write_many(tmp_path / "many", 400, 1).trace
    model, stretch = StretchModel(LIGHT), what_happened(trace, at(0), at(1), at(1))
    model.show(stretch, trace)
    assert model.rowCount() == 400
    model.sort(TASKS, Qt.SortOrder.DescendingOrder)
    model.refresh()
    assert sorted(model._order.tolist()) == list(range(400))
    assert np.all(model.values(TASKS) == 1)


# Words.


def figures(**changes: object) -> Figures:
    known: dict[str, object] = {
        "length_ns": 12_300_000, "workers": 4, "at_work": 4, "ran": 1_208, "began": 1_203,
        "ended": 1_204, "whole": 1_200, "running": 0, "busy_ns": 39_852_000,
        "lived_ns": 49_200_000, "starting_ns": 0, "initializing_ns": 0, "ends": None,
    }  # fmt: skip
    return Figures(**(known | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "4 of 4 workers were busy 81 % of the time, and 1,204 tasks ended."),
        (
            {"workers": 1, "at_work": 1},
            "the worker was busy 81 % of the time, and 1,204 tasks ended.",
        ),
        (
            {"at_work": 2, "ended": 1},
            "2 of 4 workers were in tasks, and 1 task ended. All of them together were busy 81 % of"
            " the time.",
        ),
        ({"ended": 0}, "4 of 4 workers were busy 81 % of the time, and no task ended."),
        (
            {"at_work": 1},
            "1 of 4 workers was in a task, and 1,204 tasks ended. All of them together were busy"
            " 81 % of the time.",
        ),
        ({"at_work": 0}, "none of 4 workers was in a task."),
        ({"at_work": 0, "workers": 1}, "the worker was in no task."),
        ({"workers": 0, "at_work": 0, "lived_ns": 0}, "there was no worker."),
    ],
)
def test_the_sentence_says_what_was(changes: dict[str, object], said: str) -> None:
    assert sentence(figures(**changes)) == f"In these 12.3 ms, {said}"


def test_what_ran_in_part_is_told_apart() -> None:
    parts = ((4, 4), (4, 1), (4, 0), (1, 0))
    assert [facts_of(figures(ran=ran, whole=whole), 1.0)["ran"] for ran, whole in parts] == [
        "4", "4, 3 in part", "4, all in part", "1, in part",
    ]  # fmt: skip


def test_what_is_not_known_yet_is_an_ellipsis() -> None:
    facts = facts_of(figures(), 1.0)
    assert facts["median"] == facts["chunks"] == NOT_YET
    assert facts["ran"] == "1,208, 8 in part" and facts["rate"] == "97,900"
    assert facts["idle"] == "19 %"


def test_where_the_idle_time_went_is_told_as_far_as_it_is_known() -> None:
    names = ("done", "raised", "lost", "results_lost", "longest_ns", "handed", "taken", "received")
    ends = Ends(
        **dict.fromkeys(names, 0),
        longest_row=None, median_ns=40_000.0, exact=False, unpickling_ns=600_000,
        pickling_ns=0, sending_ns=100, waiting_ns=7_000_000, other_ns=1_747_900,
    )  # fmt: skip
    facts = facts_of(figures(ends=ends, running=3), 1.0)
    assert facts["idle"] == "19 %: 14 % waiting for a chunk, 1 % unpickling, 4 % between tasks"
    assert facts["median"] == "≈ 40 µs" and facts["running"] == "3"


def test_shares_and_rates_have_three_digits_at_most() -> None:
    assert [share_text(share) for share in (0.0, 0.0001, 0.5, 1.0)] == [
        "0 %", "< 1 %", "50 %", "100 %",
    ]  # fmt: skip
    assert [rate_text(rate) for rate in (0.51234, 97_938.2, 999.6)] == ["0.512", "97,900", "1000"]
