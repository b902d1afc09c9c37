"""While settings are changed, no user code runs. The host is the real one."""

import sys
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QMenu,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from poolscope.engine import experiment_file
from poolscope.gui.main_window import MainWindow
from poolscope.gui.widgets.fold import Fold

KEYS_OF_EXPRESSIONS = "boom(2), numbers(), __import__('my_tasks')"


@pytest.fixture
def children() -> set[int]:
    """Processes that this one had before the test did anything."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


def new_children(before: set[int]) -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True)} - before


def unfold(window: MainWindow) -> None:
    for fold in window.form.findChildren(Fold):
        fold.set_open(True)


def use(widget: QWidget, qtbot: QtBot) -> None:
    """Change a control by the keyboard, as a person would."""
    keys = Qt.Key
    if isinstance(widget, QSlider):
        for key in (keys.Key_Right, keys.Key_PageUp, keys.Key_End, keys.Key_Home):
            qtbot.keyClick(widget, key)
    elif isinstance(widget, QSpinBox):
        widget.selectAll()
        qtbot.keyClicks(widget, "3")
        qtbot.keyClick(widget, keys.Key_Up)
    elif isinstance(widget, QComboBox):
        for key in (keys.Key_Down, keys.Key_Down, keys.Key_Up):
            qtbot.keyClick(widget, key)
        if widget.isEditable():
            qtbot.keyClicks(widget.lineEdit(), "boom")
    elif isinstance(widget, QLineEdit):
        widget.selectAll()
        qtbot.keyClicks(widget, KEYS_OF_EXPRESSIONS)
    elif isinstance(widget, QToolButton) and widget.objectName() == "segment":
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_no_setting_that_is_changed_imports_the_file(
    window: MainWindow, task_file: Path, children: set[int], qtbot: QtBot
) -> None:
    (task_file.parent / ".git").mkdir()  # no virtual environment is looked for further up
    window.session.open(task_file)
    unfold(window)
    window.form.place_section.env.add("NAME", "value")
    kinds = (QSlider, QSpinBox, QComboBox, QLineEdit, QToolButton)
    controls = [widget for kind in kinds for widget in window.form.area.page.findChildren(kind)]
    assert len(controls) > 20
    for widget in controls:
        window.session.open(task_file)  # whatever has been changed: its task is the file's again
        use(widget, qtbot)
    for name in ("processes", "chunksize"):
        window.form.fields[name].control.value_changed.emit(2)
    window.tabs.setCurrentWidget(window.program)
    qtbot.waitUntil(lambda: "my_tasks" in window.program.editor.text(), timeout=10_000)
    assert not task_file.with_suffix(".mark").exists()
    assert "my_tasks" not in sys.modules
    assert new_children(children) == set()
    assert window.lab.recording is None and window.lab.preview is None


def test_a_path_of_an_interpreter_that_is_being_typed_is_not_started(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    mark, program = tmp_path / "started", tmp_path / "python"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    unfold(window)
    edit = window.form.place_section.python.choice.lineEdit()
    edit.selectAll()
    qtbot.keyClicks(edit, str(program))
    assert window.lab.experiment.place.python == str(program)
    assert not window.session.probe.active
    assert not mark.exists()
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(mark.exists, timeout=10_000)
    qtbot.waitUntil(lambda: window.lab.interpreter is not None, timeout=10_000)
    assert str(program) in window.form.fields["python"].remarks.text


def test_return_runs_in_the_inputs_only(window: MainWindow, task_file: Path, qtbot: QtBot) -> None:
    window.session.open(task_file)
    unfold(window)
    for edit in window.form.area.page.findChildren(QLineEdit):
        if edit is not window.form.inputs_section.inputs:
            qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert window.lab.recording is None
    qtbot.keyClick(window.form.inputs_section.inputs, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.lab.recording is not None and not window.lab.running)


def test_opening_an_experiment_runs_nothing_of_it(
    window: MainWindow, task_file: Path, tmp_path: Path, children: set[int], qtbot: QtBot
) -> None:
    mark, program = tmp_path / "started", tmp_path / "python"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    window.session.open(task_file)
    kept = window.lab.experiment.with_place(python=str(program)).with_pool(initializer="boom")
    experiment_file.save(kept, tmp_path / "kept.json")
    window.actions_by_name["reset"].trigger()
    window.session.open(tmp_path / "kept.json")
    assert window.lab.experiment == kept
    assert not window.session.probe.active
    assert not mark.exists()
    assert not task_file.with_suffix(".mark").exists()
    assert new_children(children) == set()


def test_menus_of_the_form_run_nothing(window: MainWindow, task_file: Path) -> None:
    window.session.open(task_file)
    for menu in window.form.findChildren(QMenu):
        menu.aboutToShow.emit()
    window.menus.recent.aboutToShow.emit()
    assert not task_file.with_suffix(".mark").exists()


def test_a_preview_runs_it_when_it_is_asked_for(
    window: MainWindow, task_file: Path, qtbot: QtBot
) -> None:
    window.session.open(task_file)
    qtbot.mouseClick(window.form.inputs_section.preview, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.session.live_preview.active, timeout=30_000)
    assert task_file.with_suffix(".mark").exists()
    assert "my_tasks" not in sys.modules
