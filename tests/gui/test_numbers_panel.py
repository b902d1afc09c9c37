"""The tab of numbers: the figures of a run, a table of its workers, and a histogram."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from poolscope.engine import run_folder
from poolscope.engine.explain.reason import Explanation
from poolscope.engine.metrics.numbers import (
    Chunking,
    Durations,
    Gaps,
    Numbers,
    Pickling,
    Serial,
    StartUp,
    WorkerNumbers,
)
from poolscope.engine.run import Run
from poolscope.gui.main_window import MainWindow
from poolscope.gui.panels.numbers import figures
from poolscope.gui.panels.numbers.figures import TIP_DROP_PX
from poolscope.gui.panels.numbers.histogram import Histogram
from poolscope.gui.panels.numbers.page import NumbersPage, State
from poolscope.gui.panels.numbers.titles import SOMETIMES, groups
from poolscope.gui.panels.numbers.words import UNKNOWN, values_of
from poolscope.gui.theme import DARK, LIGHT

RUN_MS = 30_000
LINES = [line for group in groups() for line in group.lines]

DURATIONS = Durations(
    count=122,
    mean_s=0.1,
    median_s=0.08,
    p95_s=0.17,
    longest_s=0.399,
    longest_row=97,
    edges_s=(0.0, 0.1, 0.2, 0.3, 0.4),
    counts=(60, 50, 0, 12),
)
NUMBERS = Numbers(
    makespan_s=3.41,
    processes=2,
    cpus=4,
    tasks=122,
    work_s=6.5,
    cpu_s=6.1234,
    cpu_share=0.94206,
    speed_up_of_sum=1.906,
    serial=Serial(6.2, "2026-11-22T10:00:00+00:00"),
    speed_up=1.818,
    efficiency=0.909,
    utilisation=0.953,
    imbalance=0.0412,
    tail_s=0.41,
    tail_begin_ns=5,
    tail_workers=1.0,
    start_up=StartUp(0.0755, 0.0119, 0.25, 0.6),
    within=Gaps(106, 0.0, 0.0),
    between=Gaps(14, 0.0961, 0.00378),
    respawn_s=0.12,
    pickling=Pickling(16, 281e-6, 721e-6, 0.0864, 0.031, 2_510, 862_000, 64),
    durations=DURATIONS,
    chunking=Chunking(16, 8, 2, 0.953125, 0.96875),
    workers=(WorkerNumbers(1, 4711, 66, 3.25, 0.953), WorkerNumbers(2, 815, 56, 3.3, None)),
)
SHOWN = {
    "makespan": "3.41 s",
    "work": "6.5 s",
    "cpu_time": "6.12 s",
    "cpu": "94.2 %",
    "start_up": "75.5 ms",
    "starting": "11.9 ms",
    "initializer": "250 ms",
    "tail": "410 ms",
    "tail_workers": "1 worker",
    "speed_up": "1.82 ×",
    "serial": "6.2 s",
    "of_sum": "1.91",
    "efficiency": "90.9 %",
    "utilisation": "95.3 %",
    "imbalance": "4.12 %",
    "starts": "600 ms",
    "respawn": "120 ms",
    "median": "80 ms",
    "p95": "170 ms",
    "mean": "100 ms",
    "chunks": "16 of 8",
    "last": "2",
    "ade": "95.3 %",
    "rde": "96.9 %",
    "between": "96.1 ms",
    "between_median": "3.78 ms",
    "between_count": "14",
    "within": "0 s",
    "pickled": "281 µs / 17.6 µs",
    "unpickled": "721 µs / 45.1 µs",
    "results_pickled": "86.4 ms / 5.4 ms",
    "results_sent": "31 ms / 1.94 ms",
    "bytes_in": "2.51 kB / 157 B",
    "bytes_out": "862 kB / 53.9 kB",
    "function": "64 B",
}


@pytest.fixture
def panel(window: MainWindow, qtbot: QtBot) -> NumbersPage:
    window.tabs.setCurrentWidget(window.numbers)
    qtbot.waitUntil(lambda: window.numbers.page is not None and window.numbers.page.isVisible())
    page = window.numbers.page
    assert page is not None
    return page


@pytest.fixture
def shown(window: MainWindow, panel: NumbersPage, run: Callable[..., None]) -> NumbersPage:
    """The panel with NUMBERS, of a run of as many tasks."""
    run("sleep", "[0] * 122")
    window.session.explaining.finish()
    window.lab.set_explanation(Explanation(NUMBERS))
    return panel


def text_of(panel: NumbersPage, name: str) -> str:
    """What a line shows, without what keeps it on one line; "" where it is not there."""
    value = next(
        figures.values[name] for figures in panel.figures.values() if name in figures.values
    )
    return "" if value.isHidden() else value.text().replace("\u00a0", " ")


# --- words


def test_each_figure_has_its_value_with_a_unit() -> None:
    assert values_of(NUMBERS) == SHOWN


def test_what_is_not_known_is_not_made_up() -> None:
    assert values_of(Numbers()) == {}
    known = {"cpu_time": None, "speed_up_of_sum": None, "serial": None}
    assert "cpu" not in values_of(replace(NUMBERS, cpu_s=None, cpu_share=None)), known


def test_each_line_says_what_it_is() -> None:
    names = [line.name for line in LINES]
    assert len(set(names)) == len(names)
    assert set(names) == {*SHOWN, "longest"} and set(SOMETIMES) < set(names)
    for line in LINES:
        assert line.title and len(line.help_text) > 20 and line.help_text != line.title


# --- states


def test_it_is_made_after_somebody_came_to_look_at_it(window: MainWindow, qtbot: QtBot) -> None:
    window.numbers.set_theme(DARK)
    window.tabs.setCurrentWidget(window.numbers)
    assert window.numbers.page is None  # the tab is there at once
    qtbot.waitUntil(lambda: window.numbers.page is not None and window.numbers.page.isVisible())
    page = window.numbers.page
    window.tabs.setCurrentWidget(window.output)
    window.tabs.setCurrentWidget(window.numbers)
    QApplication.processEvents()
    assert window.numbers.page is page and page.note.isVisible()


def test_before_the_first_run_it_says_what_will_be_here(panel: NumbersPage) -> None:
    assert panel.state is State.NONE
    assert panel.note.isVisible() and "figures" in panel.note.text()
    assert not panel.columns.isVisible()


def test_while_a_run_is_on_it_shows_what_is_known(
    panel: NumbersPage, start_sleeping: Callable[[int], Run], qtbot: QtBot
) -> None:
    start_sleeping(5)
    assert panel.state is State.RUNNING
    assert panel.note.text() == "The figures come when the run is over."
    qtbot.waitUntil(lambda: "so far" in text_of(panel, "makespan"))
    qtbot.waitUntil(lambda: text_of(panel, "utilisation") not in ("", UNKNOWN))
    assert text_of(panel, "chunks") == "5 of 1"
    assert text_of(panel, "tail") == text_of(panel, "median") == UNKNOWN
    assert not panel.table.isVisible()


def test_the_figures_of_a_run_that_is_over_are_all_there(shown: NumbersPage) -> None:
    assert shown.state is State.WHOLE and not shown.note.isVisible()
    assert {name: text_of(shown, name) for name in SHOWN} == SHOWN
    assert text_of(shown, "longest") == "399 ms (task 97)"


def test_a_real_run_fills_them(
    panel: NumbersPage, window: MainWindow, run: Callable[..., None], qtbot: QtBot
) -> None:
    run("sleep", "[0.01] * 12")
    qtbot.waitUntil(lambda: panel.state is State.WHOLE, timeout=RUN_MS)
    explanation = window.lab.explanation
    assert explanation is not None and explanation.numbers.makespan_s
    for name in ("makespan", "tail", "efficiency", "median", "between", "pickled", "ade"):
        assert text_of(panel, name) not in ("", UNKNOWN), name
    assert panel.table.rows.rowCount() == 2 and panel.histogram.durations is not None


def test_so_does_one_that_was_opened(
    panel: NumbersPage,
    window: MainWindow,
    run: Callable[..., None],
    opened: Callable[[MainWindow], None],
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    run("sleep", "[0.01] * 6")
    recording = window.lab.recording
    assert recording is not None
    run_folder.save(recording.folder, tmp_path / "mine.poolscope")
    run("sleep", "[0.01] * 3")
    window.session.open(tmp_path / "mine.poolscope")
    opened(window)
    qtbot.waitUntil(lambda: panel.state is State.WHOLE, timeout=RUN_MS)
    explanation = window.lab.explanation
    assert explanation is not None and explanation.numbers.tasks == 6
    assert text_of(panel, "makespan") not in ("", UNKNOWN)


def test_a_run_that_failed_compares_nothing_and_says_so(
    panel: NumbersPage, run: Callable[..., None], qtbot: QtBot
) -> None:
    run("sleep", "[0.01] * 4 + ['x']")
    qtbot.waitUntil(lambda: panel.state is State.BROKEN, timeout=RUN_MS)
    assert "left out" in panel.note.text()
    assert text_of(panel, "efficiency") == text_of(panel, "tail") == UNKNOWN
    assert text_of(panel, "work") not in ("", UNKNOWN)


def test_a_run_that_never_began_has_none(panel: NumbersPage, run: Callable[..., None]) -> None:
    run("sleep", "[1 / 0]")
    assert panel.state is State.NOTHING
    assert "no figures" in panel.note.text() and not panel.columns.isVisible()


def test_another_run_takes_the_figures_away(
    shown: NumbersPage, start_sleeping: Callable[[int], Run]
) -> None:
    start_sleeping(2)
    assert text_of(shown, "tail") == UNKNOWN
    assert shown.histogram.durations is None and not shown.table.isVisible()


def test_a_tab_that_is_not_open_is_left_as_it_is(shown: NumbersPage, window: MainWindow) -> None:
    window.tabs.setCurrentWidget(window.results)
    window.lab.set_explanation(Explanation(replace(NUMBERS, tail_s=0.02)))
    assert text_of(shown, "tail") == "410 ms"
    window.tabs.setCurrentWidget(window.numbers)
    assert text_of(shown, "tail") == "20 ms"


def test_lines_that_do_not_apply_are_not_there(shown: NumbersPage, window: MainWindow) -> None:
    start = replace(NUMBERS.start_up, initializer_s=None)
    numbers = replace(NUMBERS, start_up=start, respawn_s=0.0, serial=None, speed_up=None)
    window.lab.set_explanation(Explanation(numbers))
    assert text_of(shown, "initializer") == text_of(shown, "respawn") == ""
    assert text_of(shown, "serial") == "" and text_of(shown, "speed_up") == UNKNOWN


# --- what can be done with it


def test_the_longest_task_is_selected_from_its_line(shown: NumbersPage, window: MainWindow) -> None:
    wanted: list[int] = []
    window.numbers.task_wanted.connect(wanted.append)
    shown.longest.click()  # type: ignore[union-attr]
    assert window.lab.selection == 97 and wanted == [97]


def test_nothing_is_selected_where_nobody_knows_the_longest(
    shown: NumbersPage, window: MainWindow
) -> None:
    window.lab.set_explanation(Explanation(replace(NUMBERS, durations=None)))
    assert text_of(shown, "longest") == UNKNOWN and not shown.longest.isEnabled()
    shown.histogram.longest_wanted.emit()
    assert window.lab.selection is None


def test_a_worker_is_selected_from_the_table_and_in_it(
    shown: NumbersPage, window: MainWindow, qtbot: QtBot
) -> None:
    table = shown.table
    table.clicked.emit(table.rows.index(1, 0))
    assert window.lab.worker == 2
    window.lab.select_worker(1)
    assert [at.row() for at in table.selectionModel().selectedRows()] == [0]
    window.lab.select_worker(None)
    assert not table.selectionModel().selectedRows()
    table.setFocus()
    table.setCurrentIndex(table.rows.index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert window.lab.worker == 1


def test_the_table_is_sorted_by_what_is_clicked(shown: NumbersPage) -> None:
    table = shown.table
    cells = [table.rows.text(0, column) for column in range(4)]
    assert cells == ["4711", "66", "3.25 s", "95 %"]
    assert table.rows.text(1, 3) == UNKNOWN
    table.selectRow(0)
    table.horizontalHeader().sectionClicked.emit(2)
    assert [table.rows.text(row, 0) for row in (0, 1)] == ["815", "4711"]
    assert [at.row() for at in table.selectionModel().selectedRows()] == [1], "the same worker"
    assert table.rows.row_of(1) == 1 and table.rows.row_of(3) is None
    table.horizontalHeader().sectionClicked.emit(2)
    table.horizontalHeader().sectionClicked.emit(2)
    assert table.rows.sorted_by is None and table.rows.text(0, 0) == "4711"


def test_all_of_it_can_be_copied(shown: NumbersPage, qtbot: QtBot) -> None:
    shown.columns.setFocus()
    qtbot.keyClick(shown.columns, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert "makespan\t3.41 s" in lines and "longest\t399 ms (task 97)" in lines
    assert lines[0] == "Time" and lines[-1] == "815\t56\t3.3\t"
    assert not any(UNKNOWN in line for line in lines)


# --- the histogram


@pytest.fixture
def histogram(qtbot: QtBot) -> Histogram:
    widget = Histogram(LIGHT)
    qtbot.addWidget(widget)
    widget.resize(206, widget.sizeHint().height())
    widget.show_durations(DURATIONS)
    widget.show()
    return widget


def test_a_mark_is_where_its_duration_is(histogram: Histogram) -> None:
    rect = histogram.bars_rect
    places = [(x - rect.left()) / rect.width() for x, _ in histogram.marks()]
    assert places == pytest.approx([0.2, 0.425, 0.9975])


def test_names_stand_beside_each_other_inside_of_it(histogram: Histogram) -> None:
    near = replace(DURATIONS, median_s=0.395, p95_s=0.397)
    for durations in (DURATIONS, near, replace(DURATIONS, median_s=0.0, p95_s=0.001)):
        histogram.show_durations(durations)
        rects = histogram.name_rects()
        assert all(one.right() < other.left() for one, other in pairwise(rects))
        assert rects[0].left() >= 0 and rects[-1].right() <= histogram.width()


def test_hovering_says_the_range_of_a_bin_and_its_count(histogram: Histogram) -> None:
    rect = histogram.bars_rect
    at = histogram.bin_at(rect.left() + rect.width() * 0.3)
    assert at == 1 and histogram.bin_text(at) == "100 ms to 200 ms: 50 tasks"
    assert histogram.bin_at(rect.right()) == 3 and histogram.bin_at(-1.0) is None


def test_arrow_keys_go_from_bin_to_bin_and_say_the_same(histogram: Histogram, qtbot: QtBot) -> None:
    assert "122 tasks" in histogram.accessibleDescription()
    seen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End):
        qtbot.keyClick(histogram, key)
        seen.append(histogram.current)
        assert histogram.accessibleDescription() == histogram.bin_text(seen[-1] or 0)
    assert seen == [0, 1, 0, 3]
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    assert histogram.current == 3, "the last"


def test_a_click_on_the_mark_or_the_name_of_the_longest_wants_it(
    histogram: Histogram, qtbot: QtBot
) -> None:
    wanted: list[bool] = []
    histogram.longest_wanted.connect(lambda: wanted.append(True))
    name, mark = histogram.name_rects()[-1], histogram.marks()[-1][0]
    middle = histogram.bars_rect.center()
    for place in (name.center(), QPointF(mark - 2, middle.y())):
        qtbot.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert len(wanted) == 2
    qtbot.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=middle.toPoint())
    assert len(wanted) == 2
    qtbot.keyClick(histogram, Qt.Key.Key_Return)
    assert len(wanted) == 3


def test_without_durations_it_is_empty_and_takes_no_harm(
    histogram: Histogram, qtbot: QtBot
) -> None:
    histogram.show_durations(None)
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    qtbot.mouseClick(histogram, Qt.MouseButton.LeftButton)
    assert histogram.current is None and not histogram.grab().isNull()


def test_it_says_that_bins_grow(histogram: Histogram) -> None:
    assert not histogram.grows
    histogram.show_durations(replace(DURATIONS, edges_s=(0.0, 0.01, 0.02, 0.08, 0.4)))
    assert histogram.grows
    single = replace(DURATIONS, edges_s=(0.0, 0.4), counts=(122,))
    histogram.show_durations(single)
    assert not histogram.grows and not histogram.grab().isNull()


def test_it_wears_the_theme(histogram: Histogram) -> None:
    light = histogram.grab().toImage()
    histogram.set_theme(DARK)
    assert histogram.grab().toImage() != light


# --- room


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 640), (880, 560), (1920, 1080)])
def test_nothing_is_cut_off_at_the_sides(
    shown: NumbersPage, window: MainWindow, qtbot: QtBot, width: int, height: int
) -> None:
    window.resize(width, height)
    qtbot.waitUntil(lambda: window.width() == width)
    window.tabs.setCurrentWidget(window.numbers)
    count = {1280: 3, 1024: 3, 880: 2, 1920: 6}[width]
    qtbot.waitUntil(lambda: shown.columns.count == count)

    def cut_off() -> list[str]:
        viewport, found = shown.columns.viewport(), []
        for label in shown.columns.page.findChildren(QLabel):
            left = label.mapTo(viewport, label.rect().topLeft()).x()
            inside = left >= 0 and left + label.width() <= viewport.width()
            high_enough = label.heightForWidth(label.width()) <= label.height()
            if label.isVisible() and not (inside and high_enough):
                found.append(label.text())
        return found

    qtbot.waitUntil(lambda: not cut_off())


def test_parts_stay_where_they_are_when_lines_come_and_go(
    shown: NumbersPage, window: MainWindow, start_sleeping: Callable[[int], Run]
) -> None:
    def places() -> dict[str, int]:
        viewport = shown.columns.viewport()
        figures = shown.figures.items()
        return {name: part.mapTo(viewport, QPointF()).x() for name, part in figures}

    before = places()
    start_sleeping(3)
    assert places() == before


def test_many_workers_do_not_scroll_inside_what_scrolls(
    shown: NumbersPage, window: MainWindow, qtbot: QtBot
) -> None:
    many = tuple(replace(NUMBERS.workers[0], ordinal=number + 1) for number in range(40))
    window.lab.set_explanation(Explanation(replace(NUMBERS, workers=many)))
    part, bars = shown.workers, Qt.ScrollBarPolicy
    assert shown.table.verticalScrollBarPolicy() == bars.ScrollBarAlwaysOff
    assert part.more.text() == "All 40 workers"
    few = shown.table.height()
    qtbot.mouseClick(part.more, Qt.MouseButton.LeftButton)
    assert shown.table.height() == few + (40 - 8) * 24
    assert shown.table.verticalScrollBar().maximum() == 0
    qtbot.mouseClick(part.more, Qt.MouseButton.LeftButton)
    assert shown.table.height() == few


def test_a_tool_tip_is_below_the_number_that_it_explains(
    shown: NumbersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = shown.figures["time"].values["makespan"]
    bottom = value.mapToGlobal(QPoint(0, value.height())).y()
    told: list[tuple[QPoint, str]] = []
    show = SimpleNamespace(showText=lambda place, text, _part: told.append((place, text)))
    monkeypatch.setattr(figures, "QToolTip", show)
    asked = QHelpEvent(QEvent.Type.ToolTip, QPoint(3, 3), value.mapToGlobal(QPoint(3, 3)))
    QApplication.sendEvent(value, asked)
    (place, text) = told[0]
    assert place.y() + TIP_DROP_PX >= bottom, "Qt adds that"
    assert text == value.toolTip()
