from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment, start_methods
from poolscope.engine.tasks.catalogue import CATALOGUE
from poolscope.gui.main_window import MainWindow
from poolscope.gui.panels.experiment.form import ExperimentForm


def test_the_window_comes_up_with_three_lab_jobs_for_two_workers(window: MainWindow) -> None:
    assert window.lab.experiment.call_text() == "Pool(2).map(laborator, (1, 2, 3))"
    assert window.form.task_section.inputs.text() == "(1, 2, 3)"
    assert window.timeline.title.text() == "Pool(2).map(laborator, (1, 2, 3))"


def test_dragging_the_processes_slider_changes_the_experiment(
    window: MainWindow, qtbot: QtBot
) -> None:
    slider = window.form.pool_section.processes.findChild(QSlider)
    spin = window.form.pool_section.processes.findChild(QSpinBox)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert window.lab.experiment.pool.processes == 4
    assert spin.value() == 4
    assert "Pool(4)" in window.timeline.title.text()


def test_a_number_typed_into_the_spin_box_moves_the_slider(window: MainWindow) -> None:
    window.form.pool_section.processes.findChild(QSpinBox).setValue(3)
    assert (
        window.form.pool_section.processes.findChild(QSlider).value() == 2
    )  # its places begin at 1
    assert window.lab.experiment.pool.processes == 3


def test_the_spin_box_goes_beyond_the_slider(window: MainWindow) -> None:
    window.form.pool_section.processes.findChild(QSpinBox).setValue(512)
    slider = window.form.pool_section.processes.findChild(QSlider)
    assert window.lab.experiment.pool.processes == 512
    assert slider.value() == slider.maximum()


def test_the_chunksize_slider_goes_from_auto_up(window: MainWindow, choose) -> None:
    choose("monte_carlo_pi")
    window.form.task_section.inputs.setText("range(122)")
    window.form.pool_section.processes.findChild(QSpinBox).setValue(4)
    spin = window.form.pool_section.chunksize.findChild(QSpinBox)
    assert spin.text() == "auto"
    assert hint(window.form) == "auto is 8"
    window.form.pool_section.chunksize.findChild(QSlider).setValue(4)
    assert window.lab.experiment.pool.chunksize == 4
    assert hint(window.form) == "auto would be 8"
    window.form.pool_section.chunksize.findChild(QSlider).setValue(0)
    assert window.lab.experiment.pool.chunksize is None


def hint(form: ExperimentForm) -> str:
    return form.pool_section.chunksize._hint.text()


def test_inputs_that_only_running_would_count_leave_auto_open(window: MainWindow) -> None:
    window.form.task_section.inputs.setText("sorted(x for x in range(5))")
    assert hint(window.form) == "auto shows after a run"


def test_a_run_teaches_the_form_how_many_inputs_there_are(window: MainWindow, run) -> None:
    run("count_primes", "sorted(x for x in range(16))")
    assert hint(window.form) == "auto is 2"
    assert window.form.task_section.inputs_note.text() == "16 tasks"


@pytest.mark.parametrize("method", start_methods())
def test_each_start_method_of_the_platform_can_be_chosen(window: MainWindow, method: str) -> None:
    window.form.pool_section.start_method.press(method)
    assert window.lab.experiment.pool.start_method == method
    checked = [
        b for b in window.form.pool_section.start_method.findChildren(QToolButton) if b.isChecked()
    ]
    assert [button.text() for button in checked] == [method]


def test_another_task_brings_its_own_inputs(window: MainWindow, choose) -> None:
    for task in CATALOGUE:
        choose(task.name)
        assert window.lab.experiment.task == task.name
        assert window.form.task_section.inputs.text() == task.inputs
        assert window.form.task_section.task_note.text() == task.help


def test_inputs_typed_for_a_task_come_back_with_it(window: MainWindow, choose) -> None:
    window.form.task_section.inputs.setText("(3, 2, 1)")
    choose("sleep")
    choose("laborator")
    assert window.form.task_section.inputs.text() == "(3, 2, 1)"


def test_inputs_that_are_no_expression_are_said_beside_the_field(window: MainWindow) -> None:
    window.form.task_section.inputs.setText("(1, 2")
    assert "nputs" in window.form.task_section.inputs_note.text()
    assert window.form.task_section.inputs_note.property("wrong")
    assert not window.form.run_button.isEnabled()
    assert window.lab.experiment.inputs == "(1, 2, 3)"
    window.form.task_section.inputs.setText("(1, 2)")
    assert window.form.task_section.inputs_note.text() == "2 tasks"
    assert window.form.run_button.isEnabled()


def test_inputs_that_raise_are_said_beside_the_field_after_run(window: MainWindow, run) -> None:
    run(inputs="1/0")
    assert "ZeroDivisionError" in window.form.task_section.inputs_note.text()
    assert window.form.task_section.inputs_note.property("wrong")
    window.form.task_section.inputs.setText("(1,)")
    assert window.form.task_section.inputs_note.text() == "1 task"
    assert window.form.task_section.inputs_note.property("wrong") is False


def test_a_run_that_failed_because_of_a_field_can_be_tried_again(window: MainWindow, run) -> None:
    run(inputs="1/0")
    first = window.lab.recording
    run()
    assert window.lab.recording is not first
    assert "ZeroDivisionError" in window.form.task_section.inputs_note.text()


def test_a_file_of_tasks_offers_its_functions_and_runs_none_of_it(
    window: MainWindow, task_file: Path
) -> None:
    window.session.open(task_file)
    labels = [
        window.form.task_section.task.itemText(row)
        for row in range(window.form.task_section.task.count())
    ]
    assert labels[-2:] == ["double — my_tasks.py", "boom — my_tasks.py"]
    assert window.lab.experiment.function_name == "double"
    assert window.form.task_section.task_note.text() == "Doubles its input."
    assert not task_file.with_suffix(".mark").exists()


def test_a_function_of_a_file_runs_in_the_pool(window: MainWindow, task_file: Path, run) -> None:
    window.session.open(task_file)
    run(inputs="range(4)")
    assert [window.lab.recording.results[row] for row in range(4)] == ["0", "2", "4", "6"]
    assert task_file.with_suffix(".mark").exists()


def test_the_form_shows_an_experiment_that_was_put_into_the_lab(window: MainWindow) -> None:
    window.lab.set_experiment(Experiment("sleep", "[1]").with_pool(processes=5, chunksize=3))
    assert window.form.task_section.task.currentData() == "sleep"
    assert window.form.task_section.inputs.text() == "[1]"
    assert window.form.pool_section.processes.value == 5
    assert window.form.pool_section.chunksize.value == 3
