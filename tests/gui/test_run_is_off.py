"""When Run does not start, the window says why, and leads to the field."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment
from poolscope.gui.main_window import MainWindow


def seen(window: MainWindow, name: str) -> bool:
    """The whole field, with what is said about it, is in sight."""
    area, field = window.form.area, window.form.fields[name]
    top = field.mapTo(area.viewport(), QPoint(0, 0)).y()
    whole = field.isVisible() and top >= 0
    return whole and top + field.height() <= area.viewport().height()


def has_focus(window: MainWindow, name: str) -> bool:
    now, field = QApplication.focusWidget(), window.form.fields[name]
    return now is not None and field.isAncestorOf(now)


@pytest.fixture
def own(window: MainWindow, task_file: Path) -> MainWindow:
    window.session.open(task_file)
    return window


@pytest.mark.parametrize("way", ["F5", "button", "line"])
def test_run_leads_to_the_field_that_is_in_the_way(own: MainWindow, qtbot: QtBot, way: str) -> None:
    own.resize(1024, 640)
    own.lab.set_experiment(own.lab.experiment.with_pool(initializer="nobody"))
    foot = own.form.foot
    assert foot.is_off
    assert foot.reason.text() == "Not yet: initializer"
    assert "nobody" in foot.button.toolTip()
    assert not own.form.more_section.fold.is_open
    if way == "F5":
        own.actions_by_name["run"].trigger()
    else:
        widget = foot.button if way == "button" else foot.reason
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
    assert own.lab.recording is None
    assert own.form.more_section.fold.is_open
    assert has_focus(own, "initializer")
    qtbot.waitUntil(lambda: seen(own, "initializer"))
    own.lab.set_experiment(own.lab.experiment.with_pool(initializer=""))
    assert not foot.is_off
    assert foot.reason.isHidden()
    assert foot.button.toolTip() == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda one: one.with_place(cwd="/nowhere/at/all"), "cwd"),
        (lambda one: one.with_place(python="/nowhere/python3"), "python"),
        (lambda one: replace(one, inputs="[7, 8, 9.25]", order="longest"), "order"),
        (lambda one: replace(one, task=one.task.replace("double", "treble")), "task"),
        (lambda one: one.with_pool(initializer="treble"), "initializer"),
    ],
)
def test_run_is_off_at_once_for_what_is_certain(own: MainWindow, change, field: str) -> None:
    own.lab.set_experiment(change(own.lab.experiment))
    assert own.form.foot.is_off
    assert list(own.lab.obstacles) == [field]
    own.actions_by_name["run"].trigger()
    assert own.lab.recording is None
    assert has_focus(own, field)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, inputs="[1, 2]").with_pool(method="starmap"),
        lambda one: replace(one, inputs="double"),
        lambda one: replace(one, inputs="lines('nowhere.txt')"),
        lambda one: replace(one, task=one.task.replace("double", "two")),
    ],
)
def test_what_only_running_shows_for_sure_advises_and_runs(own: MainWindow, run, change) -> None:
    own.lab.set_experiment(change(own.lab.experiment))
    assert any(finding.stops for finding in own.lab.findings)
    assert not own.form.foot.is_off
    run()
    assert own.lab.recording is not None


def test_what_a_run_has_told_is_named_over_run_and_stops_nobody(window: MainWindow, run) -> None:
    run(inputs="1/0")
    foot = window.form.foot
    assert foot.reason.text() == "The last run failed: inputs"
    assert "ZeroDivisionError" in foot.reason.toolTip()
    assert not foot.is_off
    foot.reason.click()
    assert has_focus(window, "inputs")


def test_initargs_that_are_left_empty_are_none(own: MainWindow) -> None:
    own.form.more_section.initializer.setEditText("boom")
    own.form.more_section.initargs.setText("")
    assert "boom takes one argument" in own.form.fields["initargs"].remarks.text
    assert not own.form.foot.is_off


def test_a_folder_that_was_made_meanwhile_is_seen_when_run_is_pressed(
    window: MainWindow, tmp_path: Path, run
) -> None:
    folder = tmp_path / "later"
    window.lab.set_experiment(window.lab.experiment.with_place(cwd=str(folder)))
    assert window.form.foot.is_off
    folder.mkdir()
    run()
    assert window.lab.recording.counts.done == 3


def test_what_one_task_s_run_told_is_not_said_of_another_s(window: MainWindow, choose, run) -> None:
    run(inputs="1/0")
    choose("sleep")
    assert window.lab.told == {}
    assert window.form.foot.reason.isHidden()


def test_a_remark_that_appears_under_the_focused_field_is_seen(
    own: MainWindow, qtbot: QtBot
) -> None:
    own.resize(1024, 640)
    own.form.more_section.fold.set_open(True)
    own.form.pool_section.start_method.press("forkserver")
    own.form.more_section.preload.setFocus()
    qtbot.waitUntil(lambda: seen(own, "preload"))
    own.form.more_section.preload.setFocus()
    own.form.more_section.preload.setText("no-module")
    assert own.form.fields["preload"].remarks.isVisible()
    qtbot.waitUntil(lambda: seen(own, "preload"))


def test_a_field_that_gets_the_focus_by_keyboard_is_wholly_seen(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1024, 640)
    window.form.more_section.fold.set_open(True)
    window.form.area.verticalScrollBar().setValue(0)
    window.form.more_section.initializer.setFocus(Qt.FocusReason.BacktabFocusReason)
    qtbot.waitUntil(lambda: seen(window, "initializer"))


def test_the_label_of_variables_leads_to_add_while_there_are_none(window: MainWindow) -> None:
    place = window.form.place_section
    place.fold.set_open(True)
    window.form.lead_to("env")
    assert QApplication.focusWidget() is place._add
    place.env.show_pairs([("A", "b")])
    window.form.lead_to("env")
    assert QApplication.focusWidget() is place.env.edit(0)[0]


def test_alt_b_leads_to_add(window: MainWindow, qtbot: QtBot) -> None:
    window.form.place_section.fold.set_open(True)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.form.place_section._add)


def test_reset_is_taken_back_by_pressing_it_again(window: MainWindow) -> None:
    left = Experiment("sleep", "[1]").with_pool(processes=5)
    window.lab.set_experiment(left)
    window.actions_by_name["reset"].trigger()
    assert window.lab.experiment == Experiment()
    assert "again takes it back" in window.timeline.progress_text.text()
    window.actions_by_name["reset"].trigger()
    assert window.lab.experiment == left
    window.actions_by_name["reset"].trigger()
    assert window.lab.experiment == Experiment()


def test_an_order_that_was_for_one_task_does_not_stop_the_next(
    window: MainWindow, run, choose
) -> None:
    run("sleep", "[0.01, 0.02]")
    window.lab.set_experiment(replace(window.lab.experiment, order="longest"))
    assert not window.form.foot.is_off
    window.write_task()
    assert window.lab.experiment.source
    assert window.lab.experiment.order == "given"
    assert not window.form.foot.is_off
    assert "as given again" in window.timeline.progress_text.text()


def test_an_order_that_other_inputs_do_not_have_is_given_up_beside_run(
    window: MainWindow, run, qtbot: QtBot
) -> None:
    run("sleep", "[0.01, 0.02]")
    foot = window.form.foot
    window.lab.set_experiment(replace(window.lab.experiment, order="longest"))
    assert foot.as_given.isHidden()
    window.lab.set_experiment(replace(window.lab.experiment, inputs="[0.01, 0.03]"))
    assert window.lab.experiment.order == "longest", "they may be typed back"
    assert foot.is_off and foot.as_given.isVisible()
    qtbot.mouseClick(foot.as_given, Qt.MouseButton.LeftButton)
    assert window.lab.experiment.order == "given"
    assert not foot.is_off and foot.as_given.isHidden()
