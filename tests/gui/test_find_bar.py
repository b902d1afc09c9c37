"""The find bar and the Go menu, as a person meets them: with keys and clicks."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from poolscope.engine.journal import Status
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.finding.bar import FindBar
from poolscope.gui.main_window import MainWindow
from poolscope.gui.timeline.scene.walking import Step

from .timeline.conftest import Story, Task

DONE, RAISED, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.OPEN
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
FIRST_AGAIN = "1st of 2 failures, from the first again"
TASKS: list[Task] = [
    (1, 0.1, 0.4, DONE, 0),
    (2, 0.1, 0.3, RAISED, 1),
    (1, 0.5, 1.0, DONE, 2),
    (2, 0.5, 0.9, RAISED, 3),
    (2, 0.95, 0.95001, DONE, 4),
]
"""Their inputs are 20000 to 20004."""


@pytest.fixture
def bar(window: MainWindow) -> FindBar:
    return window.timeline.find_bar


@pytest.fixture
def story(window: MainWindow, tmp_path: Path) -> Story:
    """A run that is over, in the window."""
    made = Story(tmp_path / "run", TASKS, 2)
    made.update()
    made.recording.update(ended=True)
    window.lab.show(made.recording, Status.FINISHED)
    return made


def open_by_key(window: MainWindow, bar: FindBar, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert bar.isVisible()
    assert bar.field.hasFocus()


def test_nothing_is_there_to_be_found_before_the_first_run(
    window: MainWindow, bar: FindBar, qtbot: QtBot
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert not bar.isVisible()
    assert not window.timeline.find_part.button.isEnabled()
    assert not window.actions_by_name["find"].isEnabled()


def test_a_text_is_typed_and_its_tasks_are_gone_to(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    open_by_key(window, bar, qtbot)
    qtbot.keyClicks(bar.field, "2000")
    assert (window.lab.selection, bar.status.text()) == (0, "1 of 5")
    assert window.timeline.view.selected == 0
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    qtbot.keyClick(bar.field, Qt.Key.Key_Enter)
    qtbot.keyClick(window, Qt.Key.Key_F3)
    assert (window.lab.selection, bar.status.text()) == (3, "4 of 5")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return, SHIFT)
    qtbot.keyClick(window, Qt.Key.Key_F3, SHIFT)
    assert (window.lab.selection, bar.status.text()) == (1, "2 of 5")
    qtbot.mouseClick(bar.next, Qt.MouseButton.LeftButton)
    assert window.lab.selection == 2
    qtbot.mouseClick(bar.previous, Qt.MouseButton.LeftButton)
    assert window.lab.selection == 1
    assert bar.field.hasFocus()


def test_what_was_found_is_made_to_be_seen(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    view = window.timeline.view
    whole = view.view_span()
    open_by_key(window, bar, qtbot)
    qtbot.keyClicks(bar.field, "4")  # ten microseconds of a second
    begin_ns, end_ns = view.view_span()
    assert window.lab.selection == 4
    assert (end_ns - begin_ns) * 100 < whole[1] - whole[0]


def test_not_found_is_said_in_words_and_colour(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    open_by_key(window, bar, qtbot)
    qtbot.keyClicks(bar.field, "x")
    assert bar.status.text() == bar.status.accessibleName() == "Not found"
    assert bar.status.property("wrong") and bar.field.property("wrong")
    qtbot.keyClick(bar.field, Qt.Key.Key_Backspace)
    assert bar.status.text() == ""
    assert not bar.status.property("wrong") and not bar.field.property("wrong")


def test_escape_closes_it_wherever_the_focus_is_in_it(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    for part in (bar.field, bar.next, bar.longest, bar.away):
        open_by_key(window, bar, qtbot)
        bar.field.setText("2000")
        part.setFocus()
        qtbot.keyClick(part, Qt.Key.Key_Escape)
        assert not bar.isVisible()
        assert window.timeline.view.hasFocus()
    open_by_key(window, bar, qtbot)
    assert bar.field.selectedText() == "2000"
    qtbot.mouseClick(bar.away, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert not window.timeline.find_part.button.isChecked()


def test_escape_in_it_stops_no_run_and_elsewhere_does(
    window: MainWindow, bar: FindBar, start_sleeping, qtbot: QtBot
) -> None:
    run = start_sleeping(2)
    open_by_key(window, bar, qtbot)
    bar.longest.setEnabled(True)
    for part in (bar.field, bar.next, bar.away):
        open_by_key(window, bar, qtbot)
        part.setFocus()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        assert not bar.isVisible()
        assert run.problem is None and window.lab.status is Status.RUNNING
        assert not run.recording.journal.stopped
    qtbot.keyClick(window.timeline.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.lab.running, timeout=30_000)
    assert window.lab.status is Status.STOPPED


def test_the_running_tasks_of_a_run_that_goes_on_are_found(
    window: MainWindow, bar: FindBar, start_sleeping, qtbot: QtBot
) -> None:
    run = start_sleeping(3)
    open_by_key(window, bar, qtbot)
    qtbot.keyClicks(bar.field, "60")
    qtbot.waitUntil(lambda: bar.status.text() == "1 of 3")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.status.text() == "3 of 3: it has not begun yet"
    assert not bar.longest.isEnabled()
    run.stop()


def test_f3_repeats_the_last_search_and_shows_the_bar(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    open_by_key(window, bar, qtbot)
    qtbot.keyClicks(bar.field, "2000")
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert window.actions_by_name["next-hit"].isEnabled()
    window.lab.select(None)
    qtbot.keyClick(window, Qt.Key.Key_F3)
    assert bar.isVisible() and bar.status.text() == "1 of 5"
    assert not bar.field.hasFocus()
    assert window.timeline.find_part.button.isChecked()


def test_the_find_button_opens_and_closes_it(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    button = window.timeline.find_part.button
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bar.isVisible() and bar.field.hasFocus() and button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible() and not button.isChecked()


def test_it_comes_up_from_the_results_too_which_stay_in_front(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    window.resize(1024, 640)
    assert window.tabs.currentWidget() is window.results
    window.results.table.setFocus()
    qtbot.keyClick(window.results.table, Qt.Key.Key_F, CONTROL)
    qtbot.keyClicks(bar.field, "3")
    assert window.results.table.currentIndex().row() == 3
    assert window.tabs.currentWidget() is window.results
    window.tabs.setCurrentWidget(window.output)
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)  # on to where the input holds it
    assert window.tabs.currentWidget() is window.selected


def test_choosing_a_row_of_the_results_selects_its_bar(window: MainWindow, story: Story) -> None:
    window.results.table.selectRow(2)
    assert window.timeline.view.selected == 2


ORDERS = [
    (Qt.Key.Key_F7, CONTROL, "longest", 2, "Task 2: 500 ms, longest of 5"),
    (Qt.Key.Key_F7, NONE, "faster", 3, "Task 3: 400 ms, 2nd longest of 5"),
    (Qt.Key.Key_F7, SHIFT, "slower", 2, "Task 2: 500 ms, longest of 5: none is slower"),
    (Qt.Key.Key_F8, CONTROL, "failure", 1, "1st of 2 failures: raised"),
    (Qt.Key.Key_F8, NONE, "failure_after", 1, f"{FIRST_AGAIN}: raised"),
    (Qt.Key.Key_F8, SHIFT, "failure_before", 3, "2nd of 2 failures: raised"),
]


def test_orders_are_walked_by_key_and_by_button(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    for key, modifiers, button, row, said in ORDERS:
        window.lab.select(2)
        qtbot.keyClick(window, key, modifiers)
        assert window.lab.selection == window.timeline.view.selected == row
        assert window.timeline.foot.text.text() == said, "at the foot while the bar is closed"
        window.lab.select(2)
        open_by_key(window, bar, qtbot)
        qtbot.mouseClick(getattr(bar, button), Qt.MouseButton.LeftButton)
        assert (window.lab.selection, bar.status.text()) == (row, said)
        bar.close_bar()


def test_enter_on_a_button_of_it_presses_the_button(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    open_by_key(window, bar, qtbot)
    bar.longest.setFocus()
    qtbot.keyClick(bar.longest, Qt.Key.Key_Return)
    assert window.lab.selection == 2


def test_the_menu_walks_along_the_lane(window: MainWindow, story: Story) -> None:
    actions = window.actions_by_name
    steps = [actions[f"walk-{step}"] for step in Step]
    assert not any(step.isEnabled() for step in steps)
    window.lab.select(0)
    assert all(step.isEnabled() for step in steps)
    for step, row in ((Step.AFTER, 2), (Step.BELOW, 3), (Step.FIRST, 1), (Step.LAST, 4)):
        actions[f"walk-{step}"].trigger()
        assert window.lab.selection == row
    actions["walk-before"].trigger()
    actions["walk-above"].trigger()
    assert window.lab.selection == 2
    window.lab.select(None)
    assert not any(step.isEnabled() for step in steps)


def test_arrows_that_the_menu_names_stay_with_whoever_has_the_focus(
    window: MainWindow, story: Story, qtbot: QtBot
) -> None:
    window.lab.select(0)
    field = window.form.inputs_section.inputs
    field.setFocus()
    field.end(False)
    place = field.cursorPosition()
    qtbot.keyClick(field, Qt.Key.Key_Left)
    assert (field.cursorPosition(), window.lab.selection) == (place - 1, 0)
    table = window.results.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert window.lab.selection == 1, "the next row of the table, not of the lane"


def test_actions_are_off_while_there_is_nothing_to_go_to(
    window: MainWindow, bar: FindBar, tmp_path: Path
) -> None:
    made = Story(tmp_path / "waits", [(1, 0.1, None, OPEN, 0)], 1)
    made.update()
    window.lab.show(made.recording, Status.RUNNING)
    actions = window.actions_by_name
    names = ("next-hit", "previous-hit", "longest", "faster", "slower", "first-failure")
    assert [name for name in names if actions[name].isEnabled()] == []
    assert actions["find"].isEnabled()
    assert not bar.next.isEnabled() and not bar.longest.isEnabled() and not bar.failure.isEnabled()
    QApplication.processEvents()
    made.end(0, 0.2)
    made.update()
    window.lab.trace_changed.emit()
    assert [name for name in names if actions[name].isEnabled()] == ["longest", "faster", "slower"]
    assert bar.longest.isEnabled() and not bar.failure.isEnabled()


def test_another_run_takes_away_what_was_said(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot, tmp_path: Path
) -> None:
    open_by_key(window, bar, qtbot)
    qtbot.keyClicks(bar.field, "nowhere")
    other = Story(tmp_path / "other", TASKS, 2)
    other.update()
    other.recording.update(ended=True)
    window.lab.show(other.recording, Status.FINISHED)
    assert bar.isVisible() and bar.field.text() == "nowhere"
    assert bar.status.text() == "" and not bar.status.property("wrong")


def test_every_part_is_in_reach_and_has_a_name(
    window: MainWindow, bar: FindBar, story: Story, qtbot: QtBot
) -> None:
    for size in ((1280, 800), (1024, 640), (880, 560)):
        window.resize(*size)
        open_by_key(window, bar, qtbot)
        window.actions_by_name["longest"].trigger()
        QApplication.processEvents()
        assert (window.width(), window.height()) == size
        parts = [*bar.findChildren(QAbstractButton), bar.field]
        parts = sorted((part for part in parts if part.parent() is bar), key=lambda part: part.x())
        assert len(parts) == 10
        right = 0
        for part in parts:
            assert part.width() >= 24 and part.height() >= 24
            assert part.x() >= right, "none lies over another"
            right = part.x() + part.width()
            assert part.accessibleName() and part.toolTip()
            assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert right <= bar.width()
        for button in (bar.longest, bar.failure):
            assert button.width() >= button.sizeHint().width()


def test_each_letter_of_the_go_menu_leads_to_one_action(window: MainWindow) -> None:
    (go,) = [menu.menu() for menu in window.menuBar().actions() if menu.text() == "&Go"]
    texts = [action.text() for action in go.actions() if not action.isSeparator()]
    letters = [text[text.index("&") + 1].lower() for text in texts]
    assert len(letters) == len(set(letters)) == 15


def test_no_two_actions_have_the_same_keys(window: MainWindow) -> None:
    keys = [
        sequence.toString(QKeySequence.SequenceFormat.PortableText)
        for _, action in window.actions_by_name.items()
        for sequence in action.shortcuts()
    ]
    assert len(keys) == len(set(keys))


def test_tool_tips_name_the_keys_of_the_menu(window: MainWindow, bar: FindBar) -> None:
    actions = window.actions_by_name
    for button, name in (
        (bar.next, "next-hit"),
        (bar.previous, "previous-hit"),
        (bar.longest, "longest"),
        (bar.slower, "slower"),
        (bar.faster, "faster"),
        (bar.failure, "first-failure"),
        (bar.failure_after, "next-failure"),
        (bar.failure_before, "previous-failure"),
    ):
        assert f"({actions[name].shortcut().toString()})" in button.toolTip()
    assert "(Ctrl+F)" in window.timeline.find_part.button.toolTip()
