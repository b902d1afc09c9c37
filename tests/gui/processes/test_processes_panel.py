"""The processes of a run as a tree: who started whom, what each is there for, and what it does."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import start_methods
from poolscope.engine.journal import Status
from poolscope.engine.messages import Event
from poolscope.engine.recording import read_whole
from poolscope.engine.sampling.layout import ProcessState, Role
from poolscope.engine.trace.layout import Phase
from poolscope.gui.lab import Lab
from poolscope.gui.main_window import MainWindow
from poolscope.gui.panels.processes.own_memory import OwnMemory
from poolscope.gui.panels.processes.panel import ProcessesPanel
from poolscope.gui.panels.processes.view import FIRST_TO_GO
from poolscope.gui.panels.processes.words import (
    CPU,
    DOES,
    EXIT,
    MEMORY,
    NAME,
    TASKS,
    THREADS,
    column_helps,
    role_help,
)

from ..timeline.conftest import FIRST_PID, at
from .conftest import (
    HOST_PID,
    KEEPER_PID,
    LIMIT_MS,
    cell,
    index_of,
    lines,
    look,
    sampled,
    show,
)


def test_before_a_run_it_says_what_will_be_here(panel: ProcessesPanel) -> None:
    assert not panel.view.isVisible()
    assert panel._stack.currentIndex() == 0


def test_who_has_started_whom_and_what_each_does(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told()
    story._workers.set(1, "phase", Phase.RUNNING)
    story._workers.set(2, "phase", Phase.WAITING)
    seen = sampled(story.recording, monkeypatch)
    seen.add(50_000, Role.OF_TASK, FIRST_PID, parent=3)
    show(panel, lab, story)
    assert lines(panel, NAME, DOES) == [
        f"Poolscope {os.getpid()} | watches the run",
        f".keeper {KEEPER_PID} | waits for the end",
        f"..host {HOST_PID} | waiting",
        "...worker 48112 (#1) | running task 0",
        "....python3 50000 | waiting",
        "...worker 48113 (#2) | waiting for a task",
    ]
    assert [cell(panel, 1, column) for column in (CPU, MEMORY, THREADS)] == ["50 %", "21.5 MB", "3"]
    seen.read(3, 1.23, rss=22_000_000, state=ProcessState.STOPPED)
    look(panel)
    texts = [cell(panel, 1, column) for column in (DOES, CPU, MEMORY, THREADS)]
    assert texts == ["stopped", "123 %", "22 MB", "3"]


def test_real_runs_have_the_helpers_of_their_start_method(
    panel: ProcessesPanel, lab: Lab, start, start_method: str, qtbot: QtBot
) -> None:
    going = start("sleep", "[60] * 4", processes=2, start_method=start_method)

    def works() -> bool:
        going.poll()
        return going.recording.counts.running == 2

    qtbot.waitUntil(works, timeout=LIMIT_MS)
    qtbot.waitUntil(
        lambda: (
            going.poll()
            or len(going.recording.journal.helpers)
            >= {"fork": 0, "spawn": 1, "forkserver": 2}[start_method]
        ),
        timeout=LIMIT_MS,
    )
    lab.show(going.recording, Status.RUNNING)
    look(panel)
    names = [line.rpartition(" (#")[0] or line for line in lines(panel)]
    roles = [" ".join(word for word in name.split() if not word.isdigit()) for name in names]
    keeper = 1 if os.name == "posix" else 0
    expected = ["Poolscope", *[".keeper"] * keeper, "." * (1 + keeper) + "host"]
    dots = "." * (2 + keeper)
    if start_method != "fork" and os.name == "posix":
        expected.append(dots + "resource tracker")
    if start_method == "forkserver":
        expected += [dots + "fork server"]
        dots += "."
    assert roles == [*expected, dots + "worker", dots + "worker"]
    pids = {lane.pid for lane in going.recording.trace.lanes}
    assert {int(name.split()[-1]) for name in names if "worker" in name} == pids
    said = panel.details.facts.text()
    assert said.startswith(f"{start_method}: ")
    assert ("no resource tracker" in said) == (start_method == "fork")


@pytest.mark.skipif(os.name != "posix", reason="a shell of POSIX")
def test_what_a_task_starts_is_below_its_worker_also_in_a_saved_run(
    panel: ProcessesPanel, lab: Lab, start, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "starts.py"
    file.write_text(
        "import subprocess\ndef run(x):\n    return subprocess.run(['sleep', str(x)]).returncode\n"
    )
    going = start(f"{file}:run", "[2.5, 2.5]", processes=2)
    lab.show(going.recording, Status.RUNNING)

    def children() -> list[str]:
        going.poll()
        look(panel)
        return [line for line in lines(panel) if line.startswith("....sleep")]

    qtbot.waitUntil(lambda: len(children()) == 2, timeout=LIMIT_MS)
    assert all(cell(panel, ordinal, MEMORY).endswith(" MB") for ordinal in (1, 2))
    qtbot.waitUntil(lambda: going.poll() and going.over, timeout=LIMIT_MS)
    lab.set_status(going.status)
    look(panel)
    columns = (NAME, DOES, CPU, MEMORY, THREADS, TASKS, EXIT)
    seen = lines(panel, *columns)
    lab.show(read_whole(going.folder), Status.FINISHED)
    look(panel)
    again = lines(panel, *columns)
    assert [line for line in again if "Poolscope" not in line] == [
        line for line in seen if "Poolscope" not in line
    ]
    workers = [line for line in again if line.startswith("...worker")]
    assert len(workers) == 2 and all(line.endswith("| 1 | 0") for line in workers)


def test_each_process_says_what_it_is_there_for(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told()
    seen = sampled(story.recording, monkeypatch)
    for pid, role in ((48_300, Role.RESOURCE_TRACKER), (48_301, Role.FORK_SERVER)):
        seen.add(pid, role, HOST_PID, parent=2)
    seen.add(48_302, Role.OF_TASK, FIRST_PID, parent=3)
    show(panel, lab, story)
    helps = set()
    index = panel.model.index(0, 0)
    while index.isValid():
        subject = panel.model.subject_of(index)
        assert subject is not None and subject.role is not None
        text = role_help(subject.role)
        assert text in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
        assert text in index.data(Qt.ItemDataRole.ToolTipRole)
        panel.view.setCurrentIndex(index)
        assert panel.details.help.text() == text
        assert index.data() in panel.details.facts.text()
        helps.add(text)
        index = panel.view.indexBelow(index)
    assert len(helps) == len(Role)
    for column, text in enumerate(column_helps()):
        tip = panel.model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert tip == text


def test_a_worker_and_its_lane_are_selected_together(
    panel: ProcessesPanel, lab: Lab, told, qtbot: QtBot
) -> None:
    story = told()
    show(panel, lab, story)
    heard: list[int | None] = []
    lab.worker_changed.connect(lambda: heard.append(lab.worker))
    panel.view.setCurrentIndex(index_of(panel, 1))
    lab.select_worker(2)
    assert panel.view.currentIndex() == index_of(panel, 2)
    qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    assert panel.view.currentIndex().data() == f"host {HOST_PID}"
    assert heard == [1, 2, 1, None]
    lab.select_worker(1)
    lab.select_worker(None)
    assert not panel.view.currentIndex().isValid()
    assert "Select a process" in panel.details.facts.text()
    assert not panel.details.help.isVisible()


def test_a_selected_worker_is_shown_when_somebody_comes_to_look(
    panel: ProcessesPanel, lab: Lab, told, qtbot: QtBot
) -> None:
    story = told()
    panel.hide()
    lab.show(story.recording, Status.RUNNING)
    lab.select_worker(2)
    qtbot.wait(0)
    assert panel.model.gathering is None  # nobody sees it, so nothing was done
    panel.show()
    qtbot.waitUntil(lambda: index_of(panel, 2).isValid(), timeout=LIMIT_MS)
    assert panel.view.currentIndex() == index_of(panel, 2)
    before = lines(panel)
    panel.hide()
    story.add_worker(3)
    story.update()
    panel._go_on()
    assert lines(panel) == before


def test_what_was_selected_while_nobody_looked_is_shown(
    panel: ProcessesPanel, lab: Lab, told
) -> None:
    show(panel, lab, told())
    panel.view.setCurrentIndex(index_of(panel, 1))
    panel.hide()
    lab.select_worker(2)
    panel.show()
    look(panel)
    assert panel.view.currentIndex() == index_of(panel, 2) and lab.worker == 2
    panel.hide()
    lab.select_worker(None)
    panel.show()
    look(panel)
    assert not panel.view.currentIndex().isValid()


def test_enter_and_a_double_click_want_the_lane_of_a_worker(
    panel: ProcessesPanel, lab: Lab, told, qtbot: QtBot
) -> None:
    show(panel, lab, told())
    wanted: list[int] = []
    panel.worker_wanted.connect(wanted.append)
    view = panel.view
    view.setCurrentIndex(index_of(panel, 2))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    view.scrollTo(index_of(panel, 1))
    place = view.visualRect(index_of(panel, 1)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert wanted == [2, 1]
    host = index_of(panel, 1).parent()
    view.setCurrentIndex(host)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert not view.isExpanded(host)
    look(panel)
    assert not view.isExpanded(host)  # and it stays as the person left it
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.isExpanded(host) and wanted == [2, 1]
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == str(HOST_PID)


def test_of_a_run_that_nobody_looked_at_the_rest_is_shown(
    panel: ProcessesPanel, lab: Lab, told
) -> None:
    story = told()
    story.kill_worker(1, 0.5, exit_code=0)
    story.tell(Event.RETURNED, at_ns=at(0.4))
    story.tell(Event.ENDED)
    story.update()
    story.recording.update(ended=True)
    show(panel, lab, story, Status.FINISHED)
    assert lines(panel, NAME, DOES, CPU, MEMORY, THREADS, EXIT) == [
        "Poolscope – | watched the run | – | – | – | ",
        f".keeper {KEEPER_PID} | ended | – | – | – | ",
        f"..host {HOST_PID} | ended | – | – | – | ",
        "...worker 48112 (#1) | ended with the pool | – | – | – | 0",
        "...worker 48113 (#2) | ended with the pool | – | – | – | –",
    ]
    assert panel.details.note.text() == "CPU and memory were not recorded"


def test_an_opened_run_says_that_it_is_recorded(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    story = told()
    story.recording.update(ended=True)
    seen = sampled(story.recording, monkeypatch)
    show(panel, lab, story, Status.FINISHED)
    assert panel.details.note.text() == "recorded: the last readings"
    assert lines(panel)[0] == f"Poolscope {os.getpid()}"
    assert cell(panel, 1, MEMORY) == "21.5 MB" and cell(panel, 1, CPU) == "50 %"
    seen.incomplete = True
    look(panel)
    assert panel.details.note.text() == "the last readings; not all were recorded"
    seen.incomplete = False
    qtbot.waitUntil(lambda: not panel._timer.isActive(), timeout=LIMIT_MS)  # nothing changes
    seen.processes[0].pid = 77  # of another machine
    lab.show(story.recording, Status.RUNNING)
    look(panel)
    assert panel.details.note.text() == ""
    lab.set_status(Status.FINISHED)
    look(panel)
    assert panel.details.note.text() == "over: the last readings"


def test_the_memory_of_its_own_is_asked_for_the_selected_one_only(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[tuple[int, int]] = []

    def ask(pid: int, started: int) -> int:
        asked.append((pid, started))
        return 12_300_000

    panel.details.own_memory = OwnMemory(ask)
    story = told()
    seen = sampled(story.recording, monkeypatch)
    for process in seen.processes:
        process.started = 100 + process.number
    show(panel, lab, story)
    assert asked == []
    lab.select_worker(1)

    def says_it() -> bool:
        look(panel)
        return "12.3 MB of memory of its own (USS)" in panel.details.facts.text()

    qtbot.waitUntil(says_it, timeout=LIMIT_MS)
    assert set(asked) == {(FIRST_PID, 103)}
    story.kill_worker(1, 2.0)
    story.update()
    look(panel)
    assert "USS" not in panel.details.facts.text()


def test_what_is_selected_gets_its_figures_when_they_come(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told()
    show(panel, lab, story)
    panel.view.setCurrentIndex(index_of(panel, 1))
    assert "python3" not in panel.details.facts.text()
    seen = sampled(story.recording, monkeypatch)
    look(panel)
    assert panel.details.facts.text() == (f"worker 48112 (#1) · python3 · child of host {HOST_PID}")
    panel.view.setCurrentIndex(index_of(panel, 1).parent())
    seen.processes[2].name = "python3.13"
    look(panel)
    assert "python3.13" in panel.details.facts.text()


def test_the_memory_of_its_own_is_asked_at_most_once_a_second(qtbot: QtBot) -> None:
    now, asked = [10.0], []
    memory = OwnMemory(lambda pid, started: asked.append(pid) or 5 * len(asked), lambda: now[0])

    def look_at(pid: int) -> int | None:
        found = memory.look((pid, 1))
        qtbot.waitUntil(lambda: not memory.busy, timeout=LIMIT_MS)
        return found

    assert look_at(7) in (None, 5) and look_at(7) == 5
    now[0] += 0.9
    assert look_at(7) == 5 and asked == [7]
    now[0] += 0.2
    look_at(7)
    assert look_at(7) == 10 and asked == [7, 7]
    look_at(8)  # another one is asked for at once
    assert look_at(8) == 15


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_kills_a_worker_and_only_a_worker(
    window: MainWindow, start_sleeping: Callable[[int], object], qtbot: QtBot
) -> None:
    window.tabs.setCurrentWidget(window.processes)
    start_sleeping(2)
    panel = window.processes
    qtbot.waitUntil(lambda: index_of(panel, 2).isValid(), timeout=LIMIT_MS)
    trace = window.lab.recording.trace

    def ask(index: QModelIndex) -> None:
        panel.view.scrollTo(index)
        place = panel.view.visualRect(index).center()
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, place, panel.view.viewport().mapToGlobal(place)
        )
        QApplication.sendEvent(panel.view.viewport(), event)
        assert panel.menu.isVisible()

    ask(index_of(panel, 2).parent())
    assert [action.text() for action in panel.menu.actions()] == ["&Copy the PID"]
    panel.menu.close()
    ask(index_of(panel, 2))
    revealed: list[int] = []
    panel.worker_wanted.connect(revealed.append)
    panel.menu.actions()[-1].trigger()
    assert revealed == [2]
    panel.menu.kills[0].trigger()
    panel.menu.close()
    lane = trace.lanes[1]
    qtbot.waitUntil(lambda: lane.exit_code == -signal.SIGKILL, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: cell(panel, 2, DOES) == "killed by you: SIGKILL", timeout=LIMIT_MS)
    window.session.stop()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: cell(panel, 1, DOES) == "ended with the pool", timeout=LIMIT_MS)


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640), (880, 560)])
def test_what_matters_is_not_cut_off(
    window: MainWindow, start_sleeping: Callable[[int], object], qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    window.tabs.setCurrentWidget(window.processes)
    window.form.pool_section.start_method.press(start_methods()[-1])
    start_sleeping(2)
    panel = window.processes
    qtbot.waitUntil(lambda: index_of(panel, 2).isValid(), timeout=LIMIT_MS)
    view, header = panel.view, panel.view.header()
    assert header.isSectionHidden(THREADS) == (size[0] == 880)
    total = sum(header.sectionSize(column) for column in range(header.count()))
    assert total <= view.viewport().width()
    for column in range(header.count()):
        if header.isSectionHidden(column):
            assert size[0] == 880 and column in FIRST_TO_GO
            continue
        needed = header.sectionSizeFromContents(column).width()
        assert header.sectionSize(column) >= needed - 1
        if column not in (NAME,):
            assert view.sizeHintForColumn(column) <= header.sectionSize(column)
    index = panel.model.index(0, 0)
    while index.isValid():
        needed = view.fontMetrics().horizontalAdvance(index.data()) + 6
        assert view.visualRect(index).left() + needed <= header.sectionSize(NAME), index.data()
        index = view.indexBelow(index)


def test_nothing_of_a_run_is_kept_when_another_is_shown_and_nobody_looks(
    panel: ProcessesPanel, lab: Lab, told
) -> None:
    story = told()
    show(panel, lab, story)
    panel.hide()
    lab.show(story.recording, Status.FINISHED)
    assert panel.model.recording is None and panel.model.gathering is None
    panel.show()
    look(panel)
    assert panel.model.recording is story.recording and len(lines(panel)) == 5


def test_in_a_small_tab_the_workers_are_in_view(panel: ProcessesPanel, lab: Lab, told) -> None:
    panel.resize(640, 140)
    story = told(processes=6)
    show(panel, lab, story)
    view, bar = panel.view, panel.view.verticalScrollBar()
    assert view.indexAt(QPoint(5, 5)).data() == f"host {HOST_PID}"
    in_view = view.visible_handles()
    assert all(index_of(panel, ordinal).internalId() in in_view for ordinal in (1, 2))
    bar.setValue(0)  # a person wants to see what is above
    look(panel)
    assert bar.value() == 0


def test_what_is_said_of_the_selected_row_does_not_cover_it(
    panel: ProcessesPanel, lab: Lab, told, qtbot: QtBot
) -> None:
    panel.resize(640, 140)
    show(panel, lab, told(processes=8))
    view = panel.view
    place = view.viewport().rect().bottomLeft() + QPoint(100, -12)
    chosen = view.indexAt(place)
    view.setCurrentIndex(chosen)
    qtbot.waitUntil(panel.details.help.isVisible)
    qtbot.waitUntil(lambda: view.visualRect(chosen).bottom() <= view.viewport().height())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_the_signal_that_ended_a_worker_is_not_cut_off(
    panel: ProcessesPanel, lab: Lab, told, number: signal.Signals
) -> None:
    story = told()
    show(panel, lab, story)
    story.kill_worker(1, 2.0, exit_code=-number)
    story.update()
    look(panel)
    assert cell(panel, 1, EXIT) == number.name
    assert panel.view.sizeHintForColumn(EXIT) <= panel.view.header().sectionSize(EXIT)
