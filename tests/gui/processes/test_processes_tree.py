"""Processes come and go in the tree: nothing jumps, and nobody is lost."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor

from poolscope.engine.journal import Status
from poolscope.engine.messages import Event
from poolscope.engine.sampling.layout import Role
from poolscope.gui.lab import Lab
from poolscope.gui.panels.processes.gathering import HANDFUL, STAY
from poolscope.gui.panels.processes.panel import ProcessesPanel
from poolscope.gui.panels.processes.places import PAGE, Subject
from poolscope.gui.panels.processes.words import (
    AGE,
    DOES,
    EXIT,
    MEMORY,
    NAME,
    TASKS,
)
from poolscope.gui.theme import LIGHT

from ..timeline.conftest import FIRST_PID, at
from .conftest import (
    HOST_PID,
    KEEPER_PID,
    cell,
    index_of,
    lines,
    look,
    sampled,
    show,
)


def test_workers_that_came_before_their_fork_server_was_told_are_its_children(
    panel: ProcessesPanel, lab: Lab, told
) -> None:
    story = told()
    for ordinal in (1, 2):
        story._workers.set(ordinal, "ppid", 48_200)
    show(panel, lab, story)
    assert [line.count(".") for line in lines(panel)] == [0, 1, 2, 3, 3]
    lab.select_worker(2)
    story.tell(Event.HELPER, pid=48_200, ppid=HOST_PID, role="fork server")
    story.update()
    look(panel)
    assert lines(panel)[3:] == [
        "...fork server 48200",
        "....worker 48112 (#1)",
        "....worker 48113 (#2)",
    ]
    assert panel.view.currentIndex() == index_of(panel, 2)


def test_the_dead_stay_and_say_how_they_ended(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told()
    sampled(story.recording, monkeypatch)
    show(panel, lab, story)
    story.kill_worker(1, 2.5)
    story.add_worker(3, born_s=2.6, slot=0)
    story.update()
    look(panel)
    assert lines(panel, NAME, DOES, AGE, TASKS, EXIT)[3:] == [
        "...worker 48112 (#1) | died: SIGKILL | 2.5 s | 0 | SIGKILL",
        f"...worker 48113 (#2) | starting | {cell(panel, 2, AGE)} | 0 | ",
        f"...worker 48114 (#3) | starting | {cell(panel, 3, AGE)} | 0 | ",
    ]
    ink = Qt.ItemDataRole.ForegroundRole
    dead, alive = index_of(panel, 1), index_of(panel, 2)
    assert dead.data(ink) == QColor(LIGHT.muted) and alive.data(ink) is None
    assert dead.siblingAtColumn(DOES).data(ink) == QColor(LIGHT.failure)
    story.tell(Event.KILLED, ordinal=1, pid=FIRST_PID, signal=9, at_ns=at(2.4))
    story.update()
    look(panel)
    assert cell(panel, 1, DOES) == "killed by you: SIGKILL"
    lab.select_worker(3)
    assert "replaces 48112 (#1)" in panel.details.facts.text()


def test_those_that_have_left_are_one_row_that_opens_page_by_page(
    panel: ProcessesPanel, lab: Lab, told
) -> None:
    story = told(processes=2)
    show(panel, lab, story)
    view, count = panel.view, 2 * PAGE + 50
    resets: list[None] = []
    panel.model.modelReset.connect(lambda: resets.append(None))
    lab.select_worker(1)
    born = 3
    for first in range(0, count, 90):  # as they come, some at each look
        for ordinal in range(born, born + min(90, count - first)):
            story.add_worker(ordinal, born_s=1.0, slot=0)
            story.retire_worker(ordinal, 2.0)
        born += min(90, count - first)
        story.update()
        look(panel)
        gone = f"...{born - 4} workers that have left"
        last = f"...worker {FIRST_PID + born - 2} (#{born - 1})"  # nobody has taken its place yet
        both = ["...worker 48112 (#1)", "...worker 48113 (#2)"]
        assert lines(panel)[3:] == [*both, last, gone]
    story.add_worker(born, born_s=1.0, slot=0)
    story.update()
    look(panel)
    assert lines(panel)[-1] == f"...{count} workers that have left"
    born += 1
    crowd = panel.model.index(3, 0, index_of(panel, 1).parent())
    assert view.isFirstColumnSpanned(crowd.row(), crowd.parent())  # its text has room
    assert panel.view.currentIndex() == index_of(panel, 1) and not resets
    view.expand(crowd)
    pages = [f"....{text}" for text in ("1 to 200", "201 to 400", "401 to 450")]
    assert lines(panel)[7:] == pages
    assert view.isFirstColumnSpanned(2, crowd)
    view.setCurrentIndex(panel.model.index(1, 0, crowd))
    look(panel)
    assert view.currentIndex().data() == "201 to 400"
    assert lab.worker is None and "maxtasksperchild" in panel.details.help.text()
    lab.select_worker(1)
    view.expand(panel.model.index(2, 0, crowd))
    assert len(lines(panel)) == 7 + 3 + 50
    assert lines(panel, NAME, DOES, EXIT)[-1] == (
        f".....worker {FIRST_PID + count + 1} (#{count + 2}) | left: chunks done | 0"
    )
    for ordinal in range(born, born + PAGE):  # what is open stays so, and grows
        story.add_worker(ordinal, born_s=1.0, slot=0)
        story.retire_worker(ordinal, 2.0)
    story.add_worker(born + PAGE, born_s=1.0, slot=0)
    story.update()
    look(panel)
    assert lines(panel)[7:11] == ["...650 workers that have left", *pages[:2], "....401 to 600"]
    assert lines(panel)[-1] == "....601 to 650"
    assert len(lines(panel)) == 8 + 4 + 200
    # Somebody selects one of them elsewhere, and it is found.
    lab.select_worker(100)
    assert panel.view.currentIndex().data() == f"worker {FIRST_PID + 99} (#100)"
    assert panel.view.visualRect(panel.view.currentIndex()).isValid()


def test_a_selected_worker_that_leaves_stays_selected_and_nothing_moves(
    panel: ProcessesPanel, lab: Lab, told
) -> None:
    story = told(processes=HANDFUL + 1)
    show(panel, lab, story)
    lab.select_worker(2)
    scrolled = panel.view.verticalScrollBar().value()
    for ordinal in range(1, HANDFUL + 2):
        story.retire_worker(ordinal, 2.0)
        story.add_worker(HANDFUL + 1 + ordinal, born_s=2.0, slot=ordinal - 1)
    story.update()
    look(panel)
    assert lab.worker == 2
    assert panel.view.currentIndex().data() == f"{HANDFUL + 1} workers that have left"
    assert not panel.view.isExpanded(panel.view.currentIndex())
    assert panel.view.verticalScrollBar().value() == scrolled
    assert "worker 48113 (#2)" in panel.details.facts.text()
    lab.select_worker(HANDFUL + 3)
    lab.select_worker(2)
    assert panel.view.currentIndex().data() == "worker 48113 (#2)"


@pytest.mark.parametrize("met_dead", [False, True])
def test_a_handful_of_workers_that_left_keep_their_rows(
    panel: ProcessesPanel, lab: Lab, told, met_dead: bool
) -> None:
    story = told(processes=2)
    if not met_dead:
        show(panel, lab, story)
    for ordinal in (1, 2):
        story.retire_worker(ordinal, 2.0)
        story.add_worker(2 + ordinal, born_s=2.0, slot=ordinal - 1)
    story.update()
    if met_dead:
        show(panel, lab, story)
    look(panel)
    assert lines(panel, NAME, DOES)[3:5] == [
        "...worker 48112 (#1) | left: chunks done",
        "...worker 48113 (#2) | left: chunks done",
    ]
    assert len(lines(panel)) == 3 + 4


def test_workers_that_end_before_the_host_has_said_so_end_with_the_pool(
    panel: ProcessesPanel, lab: Lab, told
) -> None:
    story = told(processes=HANDFUL + 2)
    show(panel, lab, story)
    for ordinal in range(1, HANDFUL + 3):
        story.retire_worker(ordinal, 2.0)
    story.update()
    look(panel)
    story.tell(Event.RETURNED, at_ns=at(1.9))
    story.update()
    look(panel)
    assert lines(panel, DOES)[3:] == ["...ended with the pool"] * (HANDFUL + 2)


def test_of_many_that_died_the_latest_stay_in_their_places(
    panel: ProcessesPanel, lab: Lab, told
) -> None:
    story = told()
    show(panel, lab, story)
    count = STAY + 10
    for ordinal in range(3, 3 + count):
        story.add_worker(ordinal, born_s=1.0, slot=0)
    story.update()
    look(panel)
    for ordinal in range(3, 3 + count):
        story.kill_worker(ordinal, 2.0, exit_code=1)
    story.update()
    look(panel)
    assert len(lines(panel)) == 3 + 2 + STAY + 1
    assert lines(panel)[-1] == "...10 workers that have gone"
    assert lines(panel)[5] == f"...worker {FIRST_PID + 12} (#13)"
    # The same when they are met dead.
    again = story.recording
    lab.show(again, Status.STOPPED)
    look(panel)
    assert len(lines(panel)) == 3 + 2 + STAY + 1
    assert lines(panel)[-1] == "...10 workers that have gone"


def test_what_tasks_started_and_is_over_is_kept_together(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told()
    seen = sampled(story.recording, monkeypatch)
    show(panel, lab, story)
    for number in range(STAY + 5):
        seen.add(50_000 + number, Role.OF_TASK, FIRST_PID, parent=3)
    look(panel)
    assert len(lines(panel)) == 5 + STAY + 5
    for process in seen.processes[5:]:
        process.gone_ns = at(1.5)
    look(panel)
    assert len(lines(panel)) == 5 + STAY + 1
    assert lines(panel)[-1] == "...5 processes that have ended"
    crowd = panel.model.index(2, 0, index_of(panel, 1).parent())
    panel.view.expand(crowd)
    assert lines(panel, NAME, DOES)[-1] == "....python3 50004 | ended"
    panel.view.setCurrentIndex(panel.model.index(0, 0, crowd))
    assert "child of worker 48112 (#1)" in panel.details.facts.text()


def test_what_a_worker_started_stays_below_it_when_it_has_left(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told(processes=HANDFUL + 1)
    seen = sampled(story.recording, monkeypatch)
    seen.add(50_000, Role.OF_TASK, FIRST_PID, parent=3)
    show(panel, lab, story)
    for ordinal in range(1, HANDFUL + 2):
        story.retire_worker(ordinal, 1.0)
        story.add_worker(HANDFUL + 1 + ordinal, born_s=1.0, slot=ordinal - 1)
    story.update()
    look(panel)
    assert lines(panel)[1:5] == [
        f".keeper {KEEPER_PID}",
        f"..host {HOST_PID}",
        "...worker 48112 (#1)",
        "....python3 50000",
    ]
    assert lines(panel)[-1] == f"...{HANDFUL} workers that have left"


@pytest.mark.parametrize("role", [Role.OF_TASK, Role.WORKER])
def test_a_process_that_turns_out_to_be_a_worker_is_that_worker(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    """The sampler sees it before it has said its PID."""
    story = told()
    seen = sampled(story.recording, monkeypatch)
    early = seen.add(FIRST_PID + 2, role, HOST_PID, parent=2)
    show(panel, lab, story)
    assert lines(panel)[3 if role is Role.WORKER else -1].endswith(str(FIRST_PID + 2))
    story.add_worker(3)
    story.update()
    panel.view.setCurrentIndex(panel.model.index_of_subject(Subject(role, 0, None, early.number)))
    look(panel)
    if role is Role.OF_TASK:
        early.role, early.ordinal = Role.WORKER, 3  # so much the sampler finds out later
        look(panel)
    assert lines(panel)[3:] == [f"...worker {FIRST_PID + n} (#{n + 1})" for n in range(3)]
    assert cell(panel, 3, MEMORY) == "21.5 MB"
    assert panel.view.currentIndex() == index_of(panel, 3)
    # It may also be seen after it has said who it is.
    story.add_worker(4)
    story.update()
    look(panel)
    seen.add(FIRST_PID + 3, role, HOST_PID, parent=2)
    if role is Role.OF_TASK:
        seen.processes[-1].role, seen.processes[-1].ordinal = Role.WORKER, 4
    look(panel)
    assert lines(panel)[3:] == [f"...worker {FIRST_PID + n} (#{n + 1})" for n in range(4)]
    assert cell(panel, 4, MEMORY) == "21.5 MB"


def test_only_rows_in_view_are_worked_out(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told(processes=512)
    seen = sampled(story.recording, monkeypatch)
    show(panel, lab, story)
    asked: list[int] = []
    last = seen.last
    monkeypatch.setattr(seen, "last", lambda number: asked.append(number) or last(number))
    changed: list[int] = []
    panel.model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    look(panel)
    in_view = len(panel.view.visible_handles())
    assert in_view < 12
    assert len(set(asked)) <= in_view + 1
    seen.read(seen.processes[3].number, 0.9)
    look(panel)
    assert changed.count(0) <= 5  # app, keeper, host and the first worker are each a first row
    assert len(changed) <= 2 * in_view


def test_a_file_that_tells_nonsense_is_shown_as_it_is(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain without end, a process that is its own child, a second host, equal PIDs."""
    story = told()
    seen = sampled(story.recording, monkeypatch)
    for number in range(5, 205):
        seen.add(60_000, Role.OF_TASK, 60_000, parent=number - 1 if number > 5 else 5)
    seen.add(HOST_PID, Role.HOST, HOST_PID, parent=len(seen.processes))
    seen.add(0, Role.WORKER, 0)
    seen.processes[-2].parent = len(seen.processes) - 2
    show(panel, lab, story, Status.FINISHED)
    assert max(line.count(".") for line in lines(panel)) <= 25
    assert len(lines(panel)) == 5 + 202
    assert panel.model.index_of_worker(10**9).isValid() is False


def test_a_file_may_tell_of_workers_that_there_never_were(
    panel: ProcessesPanel, lab: Lab, told, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told()
    seen = sampled(story.recording, monkeypatch)
    stranger = seen.add(50_001, Role.WORKER, HOST_PID, ordinal=9_999, parent=2)
    seen.add(50_002, Role.OF_TASK, 50_001, ordinal=77, parent=stranger.number)
    show(panel, lab, story, Status.FAILED)
    before, said = lines(panel), list[str]()
    assert before[3:5] == ["...worker 50001", "....python3 50002"]
    for row in range(len(before)):
        index = panel.model.index_of_subject(panel.model.subject_of(index_at(panel, row)))
        panel.view.setCurrentIndex(index)
        look(panel)
        said.append(panel.details.facts.text())
    assert any("child of worker 50001" in text for text in said)
    assert lines(panel) == before


def index_at(panel: ProcessesPanel, row: int) -> QModelIndex:
    """Of the open rows, from the top."""
    index = panel.model.index(0, 0)
    for _ in range(row):
        index = panel.view.indexBelow(index)
    return index
