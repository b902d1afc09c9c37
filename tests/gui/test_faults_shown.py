"""What goes wrong is said at once, in one sentence, and listed with its places."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QBoxLayout
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.journal import Status
from poolscope.engine.messages import Event, append_line
from poolscope.engine.names import EVENTS_FILE
from poolscope.engine.problem import Kind, Problem
from poolscope.engine.trace.layout import clock_ns
from poolscope.gui.main_window import MainWindow

LIMIT_MS = 30_000
PADDING_PX = 4
"""What style and style sheet leave free at each side of an entry, at least."""
IDLE_DEATH = {"cause": "SIGKILL", "phase": "waiting"}


@pytest.fixture
def tell(window: MainWindow) -> Callable[..., None]:
    """Tell faults as the host does: each a worker that died while it waited."""

    def append(*pids: int, count: int | None = None) -> None:
        path = window.lab.recording.folder / EVENTS_FILE
        told = window.lab.recording.journal.fault_count
        for number, pid in enumerate(pids, start=told + 1):
            problem = Problem(Kind.WORKER_DIED, None, {"pid": pid} | IDLE_DEATH)
            facts = {"problem": problem.to_json(), "at_ns": clock_ns(), "count": number}
            append_line(path, {"event": Event.FAULT} | facts)
        if count is not None:
            append_line(path, {"event": Event.FAULT, "at_ns": clock_ns(), "count": count})

    return append


def test_faults_show_while_the_run_goes_on_and_calmly_when_it_ends_well(
    window: MainWindow, tell, qtbot: QtBot
) -> None:
    window.lab.load(Experiment("sleep", "[0.01] * 4 + [1.5]", PoolSettings(1, chunksize=1)))
    window.session.run()
    qtbot.waitUntil(lambda: window.lab.recording.counts.done == 4, timeout=LIMIT_MS)
    banner, faults = window.timeline.banner, window.summary.faults
    assert banner.isHidden() and faults.isHidden()
    tell(71)
    qtbot.waitUntil(lambda: not banner.isHidden(), timeout=LIMIT_MS)
    assert window.lab.running
    assert banner.text() == "Worker 71 died (SIGKILL) while waiting for a task."
    height = banner.height()
    tell(72, 73, 74, count=1_000)
    qtbot.waitUntil(lambda: banner.more.text() == "and 999 more", timeout=LIMIT_MS)
    assert banner.text().startswith("Worker 74 ")
    assert banner.height() == height
    qtbot.waitUntil(lambda: faults.entries.count() == 4, timeout=LIMIT_MS)
    assert faults.more.text() == "and 996 more, which are counted but not listed"
    assert not banner.property("wrong")
    qtbot.waitUntil(lambda: not window.lab.running, timeout=LIMIT_MS)
    assert window.lab.status is Status.FINISHED
    assert "finished in" in window.timeline.progress_text.text()
    assert not banner.property("wrong") and not window.timeline.progress.property("failed")
    assert banner.more.text() == "Show all 1,000"
    assert "comes to its end" in faults.lesson.text()
    assert "wait for ever" not in banner.text()
    assert window.timeline.view._shown.signature.troubles[:2] == (4, 0)


def test_no_entry_of_the_list_loses_its_last_line(window: MainWindow, task_file: Path, run) -> None:
    window.lab.load(Experiment(f"{task_file}:boom", "range(6)", PoolSettings(1, chunksize=6)))
    run()
    entries = window.summary.faults.entries
    entries.clear()
    entries.addItem("1.52 s · Worker 30875 died (SIGKILL, sent by you) while running task 0.")
    metrics, flags = entries.fontMetrics(), Qt.TextFlag.TextWordWrap
    for width in range(200, 280):
        entries.setFixedWidth(width)
        entries.doItemsLayout()
        item = entries.item(0)
        room = QRect(0, 0, entries.viewport().width() - 2 * PADDING_PX, 1_000)
        needed = metrics.boundingRect(room, flags, item.text()).height() + PADDING_PX
        assert entries.visualItemRect(item).height() >= needed, width


def test_an_exception_is_said_with_all_that_its_chunk_took_down(
    window: MainWindow, task_file: Path, run, qtbot: QtBot
) -> None:
    window.lab.load(Experiment(f"{task_file}:boom", "range(6)", PoolSettings(1, chunksize=6)))
    run()
    said = window.timeline.banner.text()
    assert said.startswith("Task 2 raised LookupError: no 2 here")
    assert (
        "In its chunk, tasks 3 to 5 were never run, and the results of tasks 0 and 1 went down with"
        " it. Correct the task" in said
    )
    assert "raised in all" not in said
    assert window.timeline.banner.property("wrong")
    assert "not run (3)" in window.timeline.legend.toolTip()
    # One click leads to the task and its traceback.
    window.timeline.banner.more.click()
    assert window.lab.selection == 2
    assert "in boom" in window.task.details.toPlainText()
    window.lab.select(4)
    pid = window.lab.recording.trace.lanes[0].pid
    texts = {name: row.text() for name, row in window.task.facts.values.items()}
    assert (texts["state"], texts["chunk"]) == ("not run", "0, task 5 of 6")
    assert texts["worker"] == f"{pid} had its chunk"
    # So does the entry of the list.
    entries = window.summary.faults.entries
    assert entries.count() == 1 and "Task 2 raised" in entries.item(0).text()
    window.timeline.view.show_span(0, 1)
    entries.itemClicked.emit(entries.item(0))
    assert window.lab.selection == 2
    begin_ns, end_ns = window.timeline.view.view_span()
    assert begin_ns <= window.lab.recording.trace.tasks["begun"][2] <= end_ns
    # Another run has no fault, and says none.
    run("sleep", "[0]")
    assert window.timeline.banner.isHidden() and window.summary.faults.isHidden()


def test_exceptions_that_pool_keeps_to_itself_are_counted(
    window: MainWindow, task_file: Path, run
) -> None:
    window.lab.load(Experiment(f"{task_file}:boom", "[2, 0, 2]", PoolSettings(1, chunksize=1)))
    run()
    assert window.timeline.banner.text().endswith("2 tasks raised in all (F8).")


def test_the_list_is_in_reach_where_the_column_is_folded(
    window: MainWindow, task_file: Path, run, qtbot: QtBot
) -> None:
    window.resize(1024, 640)
    window.lab.load(Experiment(f"{task_file}:boom", "range(6)", PoolSettings(1, chunksize=6)))
    run()
    window.timeline.banner.all_wanted.emit()
    assert window.tabs.currentWidget() is window.summary
    assert window.summary.faults.entries.isVisible()
    assert window.summary._parts.direction() == QBoxLayout.Direction.LeftToRight
    assert window.timeline.view.height() >= 100
    assert window.height() == 640
    window.resize(1280, 800)
    assert window.summary._parts.direction() == QBoxLayout.Direction.TopToBottom


def test_a_run_with_a_thousand_faults_opens_with_the_first_and_the_number_of_the_rest(
    window: MainWindow, run, tell, tmp_path: Path, opened
) -> None:
    run("sleep", "[0]")
    tell(*range(1, 1_001), count=1_002)
    path = tmp_path / "many.poolscope"
    window.session.save(path)
    window.session.open(path)
    opened(window)
    faults = window.summary.faults
    assert len(window.lab.recording.journal.faults) == 1_000
    assert faults.entries.count() == 500
    assert faults.more.text() == "and 502 more, which are counted but not listed"
    assert window.timeline.banner.more.text() == "Show all 1,002"
    entry = faults.entries.item(0)
    tell(2_000, count=501)
    window.lab.recording.update()
    faults.refresh()
    assert faults.entries.item(0) is entry, "nothing is made anew"
    assert faults.more.text() == "and 1 more, which is counted but not listed"


def test_results_alone_that_went_down_are_a_chunk_that_has_gone(
    window: MainWindow, data: Path, run
) -> None:
    experiment = Experiment(
        f"{data / 'faults.py'}:kill_when_pickled_at_3", "range(4)", PoolSettings(1, chunksize=4)
    )
    window.lab.load(replace(experiment, order="shuffled", seed=1))
    run()
    assert window.timeline.banner.text().count("wait for ever") == 1
    assert "which chunk has gone" in window.summary.faults.lesson.text()
