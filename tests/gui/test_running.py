"""The main job in the real window: run, watch, stop, read."""

import os

import psutil
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment
from poolscope.engine.journal import Status
from poolscope.engine.run import Run
from poolscope.gui.main_window import MainWindow, comfortable_size
from poolscope.gui.panels.results.model import (
    DURATION,
    INDEX,
    INPUT,
    RESULT,
    WORKER,
    ResultsModel,
)
from poolscope.gui.timeline.scene.palette import BRIGHT, ColourBy


def processes_of(run: Run) -> list[psutil.Process]:
    """Living processes of a run's group."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == run.host_pid:
                if process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        except (ProcessLookupError, psutil.Error):
            continue
    return found


def bar_pixels(window: MainWindow) -> int:
    """Pixels of the timeline that have a bar's colour."""
    image = window.timeline.view.grab().toImage()
    colours = {colour.lower() for colour in BRIGHT}
    return sum(
        image.pixelColor(x, y).name() in colours
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    )


def test_one_press_of_run_shows_that_one_worker_takes_two_of_three(
    window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.mouseClick(window.form.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.lab.status is Status.FINISHED, timeout=30_000)
    lanes = window.lab.recording.trace.lanes
    assert sorted(len(lane) for lane in lanes) == [1, 2]
    assert len({lane.pid for lane in lanes}) == 2
    assert window.timeline.progress_text.text().startswith("3 / 3 · finished in ")
    assert window.form.run_button.text().startswith("Run")


def test_bars_appear_before_the_run_has_ended(window: MainWindow, choose, qtbot: QtBot) -> None:
    choose("sleep")
    window.form.inputs_section.inputs.setText("[0.05, 0.05, 60]")
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.lab.recording.counts.done == 2, timeout=30_000)
    qtbot.waitUntil(lambda: bar_pixels(window) > 50, timeout=10_000)
    assert window.lab.running
    window.actions_by_name["stop"].trigger()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=5_000)


def test_escape_stops_a_run_and_leaves_no_process(
    window: MainWindow, start_sleeping, qtbot: QtBot
) -> None:
    run = start_sleeping(4)
    assert len(processes_of(run)) >= 3
    model, lanes = window.results.model, window.lab.recording.trace.lanes
    cells = [[model.text(task, column) for column in (RESULT, WORKER)] for task in range(4)]
    pids = {str(lane.pid) for lane in lanes}
    assert [cell[0] for cell in cells] == ["running", "running", "", ""]
    assert {cells[0][1], cells[1][1]} == pids and cells[2][1] == ""
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.lab.status is Status.STOPPED, timeout=5_000)
    assert processes_of(run) == []
    counts = window.lab.recording.counts
    assert (counts.lost, counts.not_run) == (2, 2)
    said = "0 of 4 done · 2 lost · 2 not run · stopped"
    assert window.timeline.progress_text.text() == said
    assert window.timeline.progress.value() == 0, "what was lost is not done"


def test_a_run_that_is_stopped_before_its_inputs_are_there_counts_nothing(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.lab.load(Experiment("sleep", "__import__('time').sleep(60)"))
    window.actions_by_name["run"].trigger()
    text = window.timeline.progress_text
    listing = "importing the task, listing the inputs"
    qtbot.waitUntil(lambda: text.text() == listing, timeout=30_000)
    window.actions_by_name["stop"].trigger()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=10_000)
    assert text.text() == "stopped before the first task"


def test_escape_stops_while_the_timeline_has_the_focus(
    window: MainWindow, start_sleeping, qtbot: QtBot
) -> None:
    start_sleeping(2)
    window.timeline.view.setFocus()
    qtbot.keyClick(window.timeline.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.lab.status is Status.STOPPED, timeout=5_000)


def test_closing_the_window_ends_the_run(window: MainWindow, start_sleeping, qtbot: QtBot) -> None:
    run = start_sleeping(2)
    window.close_at_once()
    assert run.over
    assert processes_of(run) == []


def test_run_is_refused_while_a_run_is_on(window: MainWindow, choose, qtbot: QtBot) -> None:
    choose("sleep")
    window.form.inputs_section.inputs.setText("[60]")
    window.actions_by_name["run"].trigger()
    first = window.session.live.run
    assert not window.actions_by_name["run"].isEnabled()
    window.session.run()
    assert window.session.live.run is first


def test_results_show_index_input_result_worker_and_duration(window: MainWindow, run) -> None:
    run("count_primes", "[100, 10, 1000]")
    model = window.results.model
    assert [model.text(row, INDEX) for row in range(3)] == ["0", "1", "2"]
    assert [model.text(row, INPUT) for row in range(3)] == ["100", "10", "1000"]
    assert [model.text(row, RESULT) for row in range(3)] == ["25", "4", "168"]
    pids = {str(lane.pid) for lane in window.lab.recording.trace.lanes}
    assert {model.text(row, WORKER) for row in range(3)} <= pids
    assert all(model.text(row, DURATION).endswith("s") for row in range(3))


def test_an_exception_shows_in_results_banner_and_details(
    window: MainWindow, task_file, run, choose
) -> None:
    window.session.open(task_file)
    choose(f"{task_file}:boom")
    window.form.inputs_section.inputs.setText("range(4)")
    window.form.pool_section.chunksize.value_changed.emit(4)
    run()
    texts = [window.results.model.text(row, RESULT) for row in range(4)]
    assert texts == ["result lost", "result lost", "LookupError: no 2 here", "not run"]
    assert "LookupError" in window.timeline.banner.text()
    assert window.timeline.banner.isVisible()
    window.lab.select(2)
    assert "in boom" in window.task.details.toPlainText()
    assert "1 raised" in window.timeline.progress_text.text()
    assert "1 not run" in window.timeline.progress_text.text()


def test_searching_the_results_finds_by_input_and_result(
    window: MainWindow, run, qtbot: QtBot
) -> None:
    run("count_primes", "range(300)")
    model = window.results.model
    window.results.search.setText("29")
    assert window.results.found.text() == "searching…" and not window.results.found.isHidden()
    qtbot.waitUntil(lambda: not window.results._search_timer.isActive(), timeout=10_000)
    found = [model.task_of(row) for row in range(model.rowCount())]
    expected = [
        task
        for task in range(300)
        if any("29" in model.text(task, column) for column in (INDEX, INPUT, RESULT, WORKER))
    ]
    assert found == expected
    assert 29 in found
    assert window.results.found.text() == f"{len(expected)} of 300"
    window.results.search.clear()
    assert model.rowCount() == 300


def test_a_row_of_the_results_and_a_bar_select_the_same_task(window: MainWindow, run) -> None:
    run()
    window.results.table.selectRow(1)
    assert window.lab.selection == 1
    assert window.task.facts.values["input"].text() == "2"
    window.timeline.view.task_selected.emit(2)
    assert window.results.table.currentIndex().row() == 2


def test_output_has_each_line_with_its_pid(window: MainWindow, run) -> None:
    run()
    lines = window.output.log.toPlainText().splitlines()
    assert len(lines) == 6
    for line in lines:
        pid, text = line.split(maxsplit=1)
        assert pid in text  # the lab assistant says who it is
    assert {line.split()[0] for line in lines} == {
        str(lane.pid) for lane in window.lab.recording.trace.lanes
    }


def test_a_run_whose_inputs_do_not_evaluate_leaves_no_run_folder(window: MainWindow, run) -> None:
    before = set(run_folder.root().iterdir())
    run(inputs="1/0")
    assert set(run_folder.root().iterdir()) <= before


def test_a_new_run_replaces_what_is_shown(window: MainWindow, run) -> None:
    run()
    window.lab.select(1)
    run("sleep", "[0.01]")
    assert window.lab.selection is None
    assert window.results.model.rowCount() == 1
    assert window.output.log.toPlainText() == ""


@pytest.mark.parametrize("width", [880, 1024, 1280, 1920])
def test_nothing_is_wider_than_the_window(window: MainWindow, width: int) -> None:
    window.resize(width, 640)
    QApplication.processEvents()
    assert window.width() == width
    assert window.side.isVisible() == (width >= 1200)
    titles = [window.tabs.tabText(place) for place in range(window.tabs.count())]
    always = ["Results", "Numbers", "Processes", "Output", "Task code", "Python"]
    folded = ["Summary", "Selected task"]
    assert titles == (always if width >= 1200 else always + folded)


def test_the_summary_follows_the_clock_while_no_task_ends(
    window: MainWindow, start_sleeping, qtbot: QtBot
) -> None:
    start_sleeping(1)
    makespan = window.summary._figures["makespan"]
    seen = {makespan.text()}
    qtbot.waitUntil(lambda: seen.add(makespan.text()) or len(seen) >= 4, timeout=10_000)
    window.actions_by_name["stop"].trigger()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=5_000)


def test_a_lambda_is_said_beside_the_task(window: MainWindow, tmp_path, run) -> None:
    path = tmp_path / "with_lambda.py"
    path.write_text("def plain(x):\n    return x\nlam = lambda x: x\n")
    window.session.open(path)
    window.lab.set_experiment(Experiment(f"{path}:lam", "[1, 2]"))
    run()
    assert "lambda" in window.form.fields["task"].remarks.text
    assert not window.form.foot.is_off  # the file may be mended, and run again


def test_the_legend_says_what_the_colours_tell_apart(window: MainWindow, run) -> None:
    run()
    assert "chunks" in window.timeline.legend.toolTip()
    window.timeline.set_colour_by(ColourBy.DURATION)
    assert "duration, 0 s to" in window.timeline.legend.toolTip()


@pytest.mark.parametrize(
    ("room", "size"),
    [((1920, 1080), (1280, 800)), ((1280, 800), (1256, 752)), ((1024, 600), (1000, 552))],
)
def test_the_window_with_its_frame_fits_the_screen(room, size) -> None:
    assert comfortable_size(QSize(*room)) == QSize(*size)


def test_a_table_that_is_not_seen_looks_at_no_row(
    window: MainWindow, run, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    run("laborator", "(0,) * 3_000")
    window.tabs.setCurrentWidget(window.output)
    looked_at: list[int] = []
    original = ResultsModel.text

    def text(model: ResultsModel, task: int, column: int) -> str:
        looked_at.append(task)
        return original(model, task, column)

    monkeypatch.setattr(ResultsModel, "text", text)
    window.results._refresh()
    assert looked_at == []
    window.tabs.setCurrentWidget(window.results)
    qtbot.waitUntil(lambda: bool(looked_at))
    window.results._refresh()
    assert 0 < len(set(looked_at)) < 300, "those that are seen"
