"""What the settings of a pool make of the panels: order, iterator, replaced workers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.metrics.so_far import Metrics
from poolscope.gui.main_window import MainWindow
from poolscope.gui.panels.results.model import HANDED, INDEX, INPUT, RESULT

RUN_MS = 30_000
RunThis = Callable[..., None]


@pytest.fixture
def run_this(window: MainWindow, qtbot: QtBot, data: Path) -> RunThis:
    """`run_this(function, inputs, order, **pool)` runs a function of data/faults.py to its end."""

    def run(function: str, inputs: str, order: str = "given", **pool: object) -> None:
        settings = PoolSettings(**pool)  # type: ignore[arg-type]
        task = f"{data / 'faults.py'}:{function}"
        window.lab.load(Experiment(task, inputs, settings, order=order, seed=4))
        window.session.run()
        qtbot.waitUntil(lambda: not window.lab.running, timeout=RUN_MS)

    return run


@pytest.fixture
def shuffled(window: MainWindow, run_this: RunThis) -> list[int]:
    """The indices of nine tasks in the order of handing out; each input is its own index."""
    run_this("same", "range(9)", "shuffled", chunksize=1)
    return [window.lab.recording.index_of(row) for row in range(9)]


def cells(window: MainWindow, column: int) -> list[str]:
    model = window.results.model
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def test_results_go_by_the_index_and_say_the_order_of_handing_out(
    window: MainWindow, shuffled: list[int]
) -> None:
    assert shuffled != sorted(shuffled)
    assert cells(window, INDEX) == cells(window, INPUT) == [str(n) for n in range(9)]
    assert cells(window, RESULT) == cells(window, INDEX)
    assert cells(window, HANDED) == [str(shuffled.index(n)) for n in range(9)]
    assert not window.results.table.isColumnHidden(HANDED)


def click_header(window: MainWindow, qtbot: QtBot, column: int) -> None:
    header = window.results.table.horizontalHeader()
    x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
    place = header.viewport().rect().center()
    place.setX(x)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_on_its_title_sorts_by_the_order_of_handing_out(
    window: MainWindow, shuffled: list[int], qtbot: QtBot
) -> None:
    window.lab.select(3)
    click_header(window, qtbot, HANDED)
    assert cells(window, INDEX) == [str(index) for index in shuffled]
    assert window.results.table.currentIndex().row() == 3, "the selection goes along"
    click_header(window, qtbot, RESULT)
    assert cells(window, INDEX) == [str(index) for index in shuffled], "no other column sorts"
    click_header(window, qtbot, INDEX)
    assert cells(window, INDEX) == [str(n) for n in range(9)]
    assert window.results.table.currentIndex().row() == shuffled[3]


def test_a_search_finds_by_index_in_the_order_of_the_table(
    window: MainWindow, run_this: RunThis, qtbot: QtBot
) -> None:
    run_this("same", "range(30)", "shuffled", chunksize=1)
    window.results.search.setText("2")
    qtbot.waitUntil(lambda: not window.results._search_timer.isActive(), timeout=RUN_MS)
    found = [int(text) for text in cells(window, INDEX)]
    assert found == sorted(found)
    assert {2, 12, 20, 29} <= set(found)


def test_a_selected_task_has_its_index_everywhere(window: MainWindow, shuffled: list[int]) -> None:
    window.timeline.view.task_selected.emit(3)
    assert window.results.table.currentIndex().row() == shuffled[3]
    shown = {name: label.text() for name, label in window.task.facts.values.items()}
    assert shown["task"] == shown["input"] == str(shuffled[3])
    assert shown["handed"] == "3"
    assert window.task.facts.values["handed"].isVisible()
    window.results.table.selectRow(shuffled[5])
    assert window.lab.selection == 5


def test_inputs_as_given_need_no_word_about_their_order(
    window: MainWindow, run_this: RunThis, qtbot: QtBot
) -> None:
    run_this("same", "range(9)")
    window.lab.select(3)
    assert window.results.table.isColumnHidden(HANDED)
    assert not window.task.facts.values["handed"].isVisible()
    assert not window.task.facts.values["taken"].isVisible()
    assert cells(window, INDEX) == [str(n) for n in range(9)]
    click_header(window, qtbot, INDEX)
    assert window.results.model.headerData(INDEX, Qt.Orientation.Horizontal) == "task"


def test_the_panel_of_a_task_says_when_imap_s_iterator_gave_its_result(
    window: MainWindow, run_this: RunThis
) -> None:
    run_this("same", "range(4)", method="imap")
    window.lab.select(2)
    assert window.task.facts.values["taken"].isVisible()
    assert "from the iterator at" in window.task.facts.values["taken"].text()
    assert "result waits, and is taken" in window.timeline.legend.toolTip()


def test_what_is_shown_of_a_run_can_be_switched(window: MainWindow, run_this: RunThis) -> None:
    run_this("same", "range(8)", method="imap", maxtasksperchild=1)
    panel = window.timeline
    changed = QSignalSpy(panel.options_changed)
    panel.set_show_taken(False)
    panel.set_group_by_slot(True)
    panel.set_group_by_slot(True)
    assert changed.count() == 2
    assert not panel.show_taken and panel.group_by_slot
    assert "is taken" not in panel.legend.toolTip()


def test_the_summary_counts_workers_that_were_replaced_and_calls(
    window: MainWindow, run_this: RunThis
) -> None:
    settings = {"maxtasksperchild": 1, "chunksize": 2, "initializer": "remember"}
    run_this("same", "range(8)", "shuffled", **settings)
    notes = window.summary.notes.text()
    lanes = window.lab.recording.trace.lanes
    for part in (
        f"{len(lanes)} workers in all",
        "each leaves after 1 chunk",
        "initializer: ",
        "4 chunks of 2",
        "inputs shuffled (seed 4)",
    ):
        assert part in notes
    run_this("same", "range(8)", method="apply")
    assert "8 calls of apply" in window.summary.notes.text()
    assert "chunk" not in window.summary.notes.text()
    assert float(window.summary._figures["busy_workers"].text().lstrip("< ")) <= 1


def test_a_long_title_leaves_out_how_the_pool_is_made_before_what_it_does(
    window: MainWindow, run_this: RunThis, qtbot: QtBot
) -> None:
    run_this("same", "range(8)", initializer="remember", maxtasksperchild=3)
    title = window.timeline.title
    whole = title.text()
    assert "initializer=remember, maxtasksperchild=3" in whole
    window.resize(880, 600)
    qtbot.waitUntil(lambda: title.shown_text.startswith("Pool(2, …).map(same, "))
    title.grab()
    assert whole in title.toolTip()
    window.resize(2400, 600)
    qtbot.waitUntil(lambda: title.shown_text == whole)


def test_the_menu_switches_what_is_shown_and_pictures_follow(window: MainWindow) -> None:
    taken, by_slot = (window.actions_by_name[name] for name in ("taken", "by-slot"))
    assert (taken.isChecked(), by_slot.isChecked()) == (True, False)
    taken.trigger()
    by_slot.trigger()
    seen = window.timeline.picture_options(window.theme)
    assert (seen.show_taken, seen.group_by_slot) == (False, True)
    window.timeline.set_show_taken(True)
    window.timeline.set_group_by_slot(False)
    assert (taken.isChecked(), by_slot.isChecked()) == (True, False)


def test_the_menu_puts_all_lanes_into_view_at_once(window: MainWindow) -> None:
    action, view = window.actions_by_name["all-lanes"], window.timeline.view
    assert not view.all_lanes and not action.isChecked()
    action.trigger()
    assert view.all_lanes and action.isChecked()
    window.timeline.set_all_lanes(False)
    assert not view.all_lanes and not action.isChecked()


@pytest.mark.parametrize("width", [880, 1024, 1280])
def test_the_result_gets_the_most_room_whatever_else_is_shown(
    window: MainWindow, run_this: RunThis, width: int
) -> None:
    window.resize(width, 640)
    run_this("same", "['x' * 60] * 9", "shuffled")
    table = window.results.table
    widths = {column: table.columnWidth(column) for column in (INDEX, HANDED, INPUT, RESULT)}
    assert widths[RESULT] == max(widths.values())
    assert widths[INPUT] >= 0.6 * widths[RESULT]
    run_this("same", "range(9)", "shuffled")
    assert table.columnWidth(INPUT) < 100
    assert table.columnWidth(RESULT) > 1.5 * table.columnWidth(INPUT)


def test_a_column_that_somebody_has_widened_stays_so(window: MainWindow, run_this: RunThis) -> None:
    run_this("same", "range(3)")
    window.results.table.horizontalHeader().resizeSection(INPUT, 150)
    run_this("same", "['x' * 60] * 9")
    assert window.results.table.columnWidth(INPUT) == 150


@pytest.mark.parametrize(
    ("busy", "share", "texts"),
    [
        (0.00009508, 0.00004754, ("< 0.01", "< 1 %")),
        (1.2345, 0.61725, ("1.23", "62 %")),
        (0.0, 0.0, ("0", "0 %")),
    ],
)
def test_small_figures_have_three_digits_at_most(
    window: MainWindow, monkeypatch, busy: float, share: float, texts: tuple[str, str]
) -> None:
    metrics = Metrics(busy_workers=busy, utilisation=share)
    monkeypatch.setattr("poolscope.gui.panels.summary_panel.measure", lambda *_: metrics)
    window.lab.recording = object()
    window.summary._notes = lambda: ""
    window.summary.faults.refresh = lambda: None
    window.summary.refresh()
    figures = window.summary._figures
    assert (figures["busy_workers"].text(), figures["utilisation"].text()) == texts
    window.lab.recording = None
