"""The form and the pool's settings in it."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QSlider, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import METHODS, SINGLE_CALLS, Experiment, start_methods
from poolscope.engine.machine import Machine
from poolscope.engine.tasks.catalogue import CATALOGUE
from poolscope.gui.main_window import MainWindow
from poolscope.gui.panels.experiment.cpus import cpu_hint, cpu_marks


def spin(window: MainWindow, name: str) -> QSpinBox:
    return window.form.fields[name].control.findChild(QSpinBox)


def slider(window: MainWindow, name: str) -> QSlider:
    return window.form.fields[name].control.findChild(QSlider)


def hint(window: MainWindow) -> str:
    return window.form.pool_section.chunksize._hint.text()


def choose_method(window: MainWindow, method: str) -> None:
    window.form.pool_section.method.setCurrentText(method)


def test_the_window_comes_up_with_three_lab_jobs_for_two_workers(window: MainWindow) -> None:
    assert window.lab.experiment.call_text() == "Pool(2).map(laborator, (1, 2, 3))"
    assert window.form.inputs_section.inputs.text() == "(1, 2, 3)"
    assert window.timeline.title.text() == "Pool(2).map(laborator, (1, 2, 3))"


def test_dragging_the_processes_slider_changes_the_experiment(
    window: MainWindow, qtbot: QtBot
) -> None:
    processes = slider(window, "processes")
    processes.setFocus()
    qtbot.keyClick(processes, Qt.Key.Key_Right)
    qtbot.keyClick(processes, Qt.Key.Key_Right)
    assert window.lab.experiment.pool.processes == 4
    assert spin(window, "processes").value() == 4
    assert "Pool(4)" in window.timeline.title.text()


def test_a_number_typed_into_the_spin_box_moves_the_slider(window: MainWindow) -> None:
    spin(window, "processes").setValue(3)
    assert slider(window, "processes").value() == 2  # its places begin at 1
    assert window.lab.experiment.pool.processes == 3


def test_the_spin_box_goes_beyond_the_slider(window: MainWindow) -> None:
    spin(window, "processes").setValue(512)
    assert window.lab.experiment.pool.processes == 512
    assert slider(window, "processes").value() == slider(window, "processes").maximum()


def test_a_number_that_is_still_being_typed_counts_when_run_is_pressed(
    window: MainWindow, qtbot: QtBot, choose
) -> None:
    choose("sleep")
    box = spin(window, "processes")
    box.selectAll()
    qtbot.keyClicks(box, "3")
    window.actions_by_name["run"].trigger()
    assert window.lab.recording.experiment.pool.processes == 3
    qtbot.waitUntil(lambda: not window.lab.running, timeout=30_000)


def test_the_processes_slider_has_marks_where_cpus_end() -> None:
    machine = Machine("Linux", "3.11", physical=4, logical=8, affinity=6, quota=2.5)
    marks = cpu_marks(machine)
    assert list(marks) == [4, 8, 6, 2]
    assert "2.5" in marks[2]
    assert cpu_hint(machine) == "2 of 8 CPUs"


def test_one_mark_stands_for_all_that_are_the_same() -> None:
    machine = Machine("Linux", "3.11", physical=2, logical=2, affinity=2, quota=None)
    assert list(cpu_marks(machine)) == [2]
    assert cpu_hint(machine) == "2 CPUs"


def test_pointing_at_a_mark_of_the_slider_says_what_it_is(window: MainWindow) -> None:
    logical = window.lab.known.machine.logical
    processes = slider(window, "processes")
    at = QPoint(processes.x_of(logical - 1), processes.height() // 2)
    assert f"{logical} logical CPUs" in processes.mark_text(at)
    assert processes.mark_text(QPoint(processes.width() - 1, 0)) == ""


def test_the_chunksize_slider_goes_from_auto_up(window: MainWindow, choose) -> None:
    choose("monte_carlo_pi")
    window.form.inputs_section.inputs.setText("range(122)")
    spin(window, "processes").setValue(4)
    assert spin(window, "chunksize").text() == "auto"
    assert hint(window) == "auto is 8"
    slider(window, "chunksize").setValue(4)
    assert window.lab.experiment.pool.chunksize == 4
    assert hint(window) == "auto would be 8"
    slider(window, "chunksize").setValue(0)
    assert window.lab.experiment.pool.chunksize is None


def test_with_imap_the_default_chunksize_is_one(window: MainWindow) -> None:
    choose_method(window, "imap")
    assert hint(window) == "default is 1"
    slider(window, "chunksize").setValue(4)
    assert hint(window) == "default would be 1"


def test_inputs_that_only_running_would_count_leave_auto_open(window: MainWindow) -> None:
    window.form.inputs_section.inputs.setText("sorted(x for x in range(5))")
    assert hint(window) == "auto shows after a run"


def test_a_run_teaches_the_form_how_many_inputs_there_are(window: MainWindow, run) -> None:
    run("count_primes", "sorted(x for x in range(16))")
    assert hint(window) == "auto is 2"
    assert window.form.inputs_section.count.text() == "16 tasks"


@pytest.mark.parametrize("method", METHODS)
def test_each_method_says_how_it_orders_and_when_it_returns(
    window: MainWindow, method: str
) -> None:
    choose_method(window, method)
    assert window.lab.experiment.pool.method == method
    assert method in window.timeline.title.text()
    others = {name: window.form.pool_section.method.findText(name) for name in METHODS}
    texts = [window.form.pool_section.method.itemData(row, 3) for row in others.values()]
    assert window.form.fields["method"].note.text() == texts[METHODS.index(method)]
    assert len(set(texts)) == len(METHODS)


@pytest.mark.parametrize("method", start_methods())
def test_each_start_method_of_the_platform_can_be_chosen(window: MainWindow, method: str) -> None:
    window.form.pool_section.start_method.press(method)
    assert window.lab.experiment.pool.start_method == method
    buttons = window.form.pool_section.start_method.findChildren(QToolButton)
    assert [button.text() for button in buttons if button.isChecked()] == [method]


@pytest.mark.parametrize("method", SINGLE_CALLS)
def test_a_chunksize_without_effect_is_greyed_with_its_reason_and_kept(
    window: MainWindow, method: str
) -> None:
    slider(window, "chunksize").setValue(4)
    tip = window.form.pool_section.chunksize.toolTip()
    choose_method(window, method)
    field = window.form.fields["chunksize"]
    assert not field.control.isEnabled()
    assert field.note.text() == f"No effect: {method} hands out one task at a time."
    assert field.control.toolTip() == field.note.text()
    assert spin(window, "chunksize").value() == 4
    choose_method(window, "map")
    assert field.control.isEnabled()
    assert field.control.toolTip() == tip
    assert window.lab.experiment.pool.chunksize == 4


def test_what_has_no_effect_under_more_is_greyed_until_it_has(window: MainWindow) -> None:
    fields, more = window.form.fields, window.form.more_section
    greyed = {name for name, field in fields.items() if field.ruled_out}
    assert greyed == {"seed", "initargs", "preload"}
    assert all(fields[name].note.text().startswith("No effect") for name in greyed)
    more.order.setCurrentIndex(more.order.findData("shuffled"))
    more.initializer.setEditText("seed_all")
    window.form.pool_section.start_method.press("forkserver")
    assert not any(field.ruled_out for field in fields.values())


def test_the_settings_under_more_reach_the_experiment(window: MainWindow) -> None:
    more = window.form.more_section
    more.order.setCurrentIndex(more.order.findData("shuffled"))
    more.seed.setValue(7)
    more.maxtasksperchild.setValue(2)
    more.initializer.setEditText("math:sqrt")
    more.initargs.setText("(4,)")
    more.preload.setText("json, decimal")
    experiment, pool = window.lab.experiment, window.lab.experiment.pool
    assert (experiment.order, experiment.seed) == ("shuffled", 7)
    assert (pool.maxtasksperchild, pool.initializer, pool.initargs) == (2, "math:sqrt", "(4,)")
    assert pool.preload == ("json", "decimal")


def test_maxtasksperchild_says_that_it_counts_chunks(window: MainWindow) -> None:
    window.form.inputs_section.inputs.setText("range(100)")
    slider(window, "chunksize").setValue(4)
    window.form.more_section.maxtasksperchild.setValue(3)
    note = window.form.fields["maxtasksperchild"].note.text()
    assert note == "Counts chunks, not tasks: a new worker after 3 chunks, here 12 tasks."


def test_longest_first_says_when_no_former_run_knows_the_durations(
    window: MainWindow, choose, run
) -> None:
    choose("sleep")
    window.form.inputs_section.inputs.setText("[0.01, 0.03, 0.02]")
    order, field = window.form.more_section.order, window.form.fields["order"]
    order.setCurrentIndex(order.findData("longest"))
    assert field.remarks.text != ""
    assert order.property("wrong")
    order.setCurrentIndex(order.findData("given"))
    run()
    order.setCurrentIndex(order.findData("longest"))
    assert field.remarks.text == ""
    run()
    assert window.lab.recording.counts.done == 3


def test_a_name_that_is_no_module_is_said_beside_preload(window: MainWindow) -> None:
    window.form.more_section.preload.setText("no-module")
    assert "no-module" in window.form.fields["preload"].remarks.text
    assert window.form.foot.is_off
    window.form.more_section.preload.setText("json")
    assert window.form.fields["preload"].remarks.text == ""


def test_a_folded_part_says_what_is_not_as_usual_in_it(window: MainWindow) -> None:
    fold = window.form.more_section.fold
    assert not fold.is_open
    window.lab.set_experiment(window.lab.experiment.with_pool(maxtasksperchild=2))
    assert fold.summary == "maxtasksperchild 2"
    assert fold._summary.property("unusual")
    window.lab.load(Experiment())
    assert not fold._summary.property("unusual")


def test_a_folded_part_is_marked_when_there_is_something_to_know_in_it(
    window: MainWindow,
) -> None:
    fold = window.form.more_section.fold
    assert not fold._dot.isVisible()
    window.form.more_section.preload.setText("no-module")
    assert fold._dot.isVisible()
    assert fold._dot.property("wrong")
    fold.set_open(True)
    assert not fold._dot.isVisible()


def test_findings_stand_beside_the_field_that_they_are_about(window: MainWindow) -> None:
    assert window.form.fields["processes"].remarks.text == ""
    spin(window, "processes").setValue(9)
    field = window.form.fields["processes"]
    assert "9" in field.remarks.text
    assert field.remarks.isVisible()
    assert field.remarks.text in field.control.accessibleDescription()
    assert not window.form.foot.is_off
    spin(window, "processes").setValue(1)
    assert not field.remarks.isVisible()


def test_another_task_brings_its_own_inputs(window: MainWindow, choose) -> None:
    for task in CATALOGUE:
        choose(task.name)
        assert window.lab.experiment.task == task.name
        assert window.form.inputs_section.inputs.text() == task.inputs
        assert window.form.fields["task"].note.text() == task.help


def test_inputs_typed_for_a_task_come_back_with_it(window: MainWindow, choose) -> None:
    window.form.inputs_section.inputs.setText("(3, 2, 1)")
    choose("sleep")
    choose("laborator")
    assert window.form.inputs_section.inputs.text() == "(3, 2, 1)"


def test_the_form_shows_an_experiment_that_was_put_into_the_lab(window: MainWindow) -> None:
    experiment = Experiment("sleep", "[1]", order="shuffled", seed=5)
    window.lab.set_experiment(
        experiment.with_pool(
            processes=5, chunksize=3, method="imap", maxtasksperchild=7, initializer="json:loads"
        ).with_place(cwd="/tmp", env=(("A", "b"),), python="/usr/bin/python3")
    )
    form = window.form
    assert form.task_section.task.currentData() == "sleep"
    assert form.inputs_section.inputs.text() == "[1]"
    assert form.pool_section.processes.value == 5
    assert form.pool_section.chunksize.value == 3
    assert form.pool_section.method.currentText() == "imap"
    more, place = form.more_section, form.place_section
    assert (more.order.currentData(), more.seed.value()) == ("shuffled", 5)
    assert more.maxtasksperchild.value() == 7
    assert more.initializer.currentText() == "json:loads"
    assert place.cwd.text() == "/tmp"
    assert place.env.pairs == (("A", "b"),)
    assert place.python.python == "/usr/bin/python3"


def test_reset_restores_the_first_experiment_and_runs_nothing(window: MainWindow) -> None:
    window.lab.set_experiment(Experiment("sleep", "[1]").with_pool(processes=5))
    window.form.inputs_section.inputs.setText("(1, ")
    window.actions_by_name["reset"].trigger()
    assert window.lab.experiment == Experiment()
    assert window.form.inputs_section.inputs.text() == "(1, 2, 3)"
    assert window.form.pool_section.processes.value == 2
    assert window.lab.recording is None


def test_the_wheel_over_the_form_changes_no_setting(window: MainWindow) -> None:
    before = window.lab.experiment
    for widget in (slider(window, "processes"), window.form.pool_section.method):
        widget.setFocus()
        place = QPointF(widget.rect().center())
        wheel = QWheelEvent(
            place,
            widget.mapToGlobal(place),
            QPoint(0, 0),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, wheel)
    assert window.lab.experiment == before


def test_tab_leads_through_every_control_of_the_form_downwards(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1280, 2000)
    for section in (window.form.more_section, window.form.place_section):
        section.fold.set_open(True)
    window.form.more_section.order.setCurrentIndex(1)
    window.form.more_section.initializer.setEditText("f")
    window.form.pool_section.start_method.press("forkserver")
    QApplication.processEvents()
    window.form.task_section.task.setFocus()
    seen: list[QWidget] = []
    while (widget := QApplication.focusWidget()) is not window.form.run_button:
        assert widget not in seen, "Tab goes round in circles"
        seen.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    assert all(window.form.isAncestorOf(widget) for widget in seen)
    assert all(widget.accessibleName() or widget.text() for widget in seen)
    tops = [widget.mapTo(window.form, widget.rect().center()).y() for widget in seen]
    assert tops == sorted(tops)
    for part in (window.form.more_section.preload, window.form.place_section.cwd):
        assert part in seen


@pytest.mark.parametrize("height", [640, 800])
def test_the_form_never_scrolls_sideways_and_run_stays_in_view(
    window: MainWindow, height: int
) -> None:
    window.resize(1024, height)
    for section in (window.form.more_section, window.form.place_section):
        section.fold.set_open(True)
    QApplication.processEvents()
    area = window.form.area
    assert area.page.minimumSizeHint().width() <= area.viewport().width()
    assert area.page.width() == area.viewport().width()
    button = window.form.run_button
    bottom = button.mapTo(window, button.rect().bottomLeft()).y()
    assert button.isVisible() and bottom < window.height()


def test_what_is_unfolded_scrolls_into_view(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1024, 640)
    fold = window.form.place_section.fold
    fold.button.click()
    area = window.form.area.viewport()
    qtbot.waitUntil(
        lambda: area.rect().contains(fold.mapTo(area, fold.rect().bottomLeft())), timeout=5_000
    )
