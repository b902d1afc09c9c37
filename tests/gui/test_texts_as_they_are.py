"""Values of tasks are shown as they are, and the form shows what Run runs."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from poolscope.gui.main_window import MainWindow
from poolscope.gui.panels.results.model import RESULT

MARKUP = "<h1>Hi</h1>"


def test_a_value_that_looks_like_markup_is_no_markup(
    window: MainWindow, task_file: Path, run
) -> None:
    window.session.open(task_file)
    run(inputs=f"[{MARKUP!r}]")
    window.lab.select(0)
    value = window.task.facts.values["result"]
    assert MARKUP in value.text()
    assert isinstance(value, QPlainTextEdit)
    index = window.results.model.index(0, RESULT)
    tip = window.results.model.data(index, Qt.ItemDataRole.ToolTipRole)
    assert "&lt;h1&gt;" in tip
    assert window.timeline.banner.label.textFormat() == Qt.TextFormat.PlainText


def test_an_opened_run_replaces_what_was_typed_and_wrong(
    window: MainWindow, tmp_path: Path, run, opened
) -> None:
    run("count_primes", "range(3)")
    path = tmp_path / "kept.poolscope"
    window.session.save(path)
    run(inputs="1/0")
    window.form.inputs_section.inputs.setText("(1,")
    window.session.open(path)
    opened(window)
    assert window.form.inputs_section.inputs.text() == "range(3)"
    assert not window.form.foot.is_off
    assert window.actions_by_name["run"].isEnabled()
    assert window.windowTitle().startswith("kept.poolscope")


def test_opening_another_run_deletes_what_the_earlier_was_unpacked_to(
    window: MainWindow, tmp_path: Path, run, opened
) -> None:
    run("count_primes", "range(3)")
    path = tmp_path / "kept.poolscope"
    window.session.save(path)
    window.session.open(path)
    opened(window)
    first = window.lab.recording.folder
    window.session.open(path)
    opened(window)
    assert not first.exists()
    assert window.lab.recording.folder.exists()


def test_the_run_action_starts_nothing_while_a_field_is_wrong(window: MainWindow) -> None:
    window.form.inputs_section.inputs.setText("(1,")
    window.actions_by_name["run"].trigger()
    assert window.lab.recording is None
    assert window.form.inputs_section.inputs.hasFocus()


def test_every_action_has_help_and_a_way_by_keyboard(window: MainWindow) -> None:
    for name, action in window.actions_by_name.items():
        assert action.toolTip() != action.text().replace("&", ""), name
        assert not action.shortcut().isEmpty(), name


def test_keys_that_belong_to_a_field_stay_there(window: MainWindow, run, qtbot: QtBot) -> None:
    run()
    window.timeline.view.set_following(False)
    combo = window.form.task_section.task
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_F)
    assert window.lab.experiment.task == "fibonacci"
    qtbot.keyClick(combo, Qt.Key.Key_End)
    assert not window.timeline.view.following


def test_a_clicked_bar_shows_its_task_also_in_a_narrow_window(window: MainWindow, run) -> None:
    window.resize(1024, 640)
    run()
    window.timeline.view.task_selected.emit(1)
    assert window.tabs.currentWidget() is window.selected
    assert window.task.isVisible()
