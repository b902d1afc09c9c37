"""Writing a task in the window, and reading one of a file. Nothing of either is ever run here."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment
from poolscope.engine.problem import Kind, Problem
from poolscope.gui.editor.file_view import FileView
from poolscope.gui.editor.written_page import WrittenPage
from poolscope.gui.lab import Lab
from poolscope.gui.panels import editor_panel
from poolscope.gui.panels.editor_panel import EditorPanel
from poolscope.gui.theme import DARK, LIGHT

DOUBLE = "def double(x):\n    return 2 * x\n"
BROKEN = "def double(x):\n    return (2 *\n"
TWO = "def one(x):\n    pass\n\ndef two(x):\n    pass\n"


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> EditorPanel:
    panel = EditorPanel(lab, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(700, 250)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def page(panel: EditorPanel) -> type | None:
    """The page that is seen; None: there is nothing to read or write."""
    return next((one for one in (WrittenPage, FileView) if panel.findChild(one).isVisible()), None)


def task_problem(lab: Lab) -> Problem | None:
    return lab.field_problems.get("task")


def type_text(panel: EditorPanel, text: str) -> None:
    """As if it was typed, and the reading was waited for."""
    panel.editor.replace_text(text)
    panel.settle()


@pytest.fixture
def writing(panel: EditorPanel, qtbot: QtBot) -> EditorPanel:
    """The panel with a task that was begun in it."""
    qtbot.mouseClick(panel.write_button, Qt.MouseButton.LeftButton)
    type_text(panel, DOUBLE)
    return panel


# --- beginning


def test_there_is_a_way_to_begin_where_no_task_is_written(panel: EditorPanel, lab: Lab) -> None:
    assert page(panel) is None
    assert panel.write_button.isVisible()
    assert lab.experiment == Experiment()


def test_a_new_task_is_a_template_that_works_with_its_inputs(
    panel: EditorPanel, lab: Lab, qtbot: QtBot
) -> None:
    qtbot.mouseClick(panel.write_button, Qt.MouseButton.LeftButton)
    assert page(panel) is WrittenPage
    assert panel.editor.hasFocus()
    assert lab.experiment.source == panel.editor.text()
    assert (lab.experiment.task, lab.experiment.inputs) == ("work", "range(10)")
    assert lab.ready
    names: dict = {}
    exec(lab.experiment.source.replace("time.sleep", "abs"), names)
    assert [names["work"](x) for x in eval(lab.experiment.inputs)] == [x**2 for x in range(10)]


def test_the_template_works_with_starmap_as_well(panel: EditorPanel, lab: Lab) -> None:
    lab.set_experiment(lab.experiment.with_pool(method="starmap"))
    panel.write_button.click()
    names: dict = {}
    exec(lab.experiment.source.replace("time.sleep", "abs"), names)
    results = [names["work"](*args) for args in eval(lab.experiment.inputs)]
    assert results == [x**2 for x in range(10)]


def test_beginning_clears_inputs_that_were_wrong_for_another_task(
    panel: EditorPanel, lab: Lab
) -> None:
    lab.set_field_problem("inputs", Problem(Kind.INPUTS_SYNTAX, "inputs", {"error": "x"}))
    panel.write_button.click()
    assert lab.field_problems == {}


def test_another_new_task_leaves_the_earlier_text_to_undo(writing: EditorPanel, lab: Lab) -> None:
    writing.page.new_button.click()
    assert lab.experiment.task == "work"
    writing.editor.undo()
    writing.settle()
    assert lab.experiment.source == DOUBLE
    assert lab.experiment.task == "double"


# --- typing


def test_what_is_typed_comes_into_the_lab_by_itself(
    writing: EditorPanel, lab: Lab, qtbot: QtBot
) -> None:
    writing.editor.setFocus()
    qtbot.keyClick(writing.editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(writing.editor, "# end")
    assert lab.experiment.source == DOUBLE
    qtbot.waitUntil(lambda: lab.experiment.source == DOUBLE + "# end")
    assert writing.editor.text() == DOUBLE + "# end"
    assert lab.ready


def test_leaving_the_editor_takes_over_what_was_typed(
    writing: EditorPanel, lab: Lab, qtbot: QtBot
) -> None:
    writing.editor.setFocus()
    qtbot.keyClick(writing.editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(writing.editor, "#")
    qtbot.keyClick(writing.editor, Qt.Key.Key_F6)
    assert lab.experiment.source == DOUBLE + "#"


def test_a_syntax_error_is_marked_and_said_and_keeps_run_off(
    writing: EditorPanel, lab: Lab
) -> None:
    type_text(writing, BROKEN)
    assert lab.experiment.source == DOUBLE
    assert task_problem(lab).kind is Kind.TASK_SYNTAX
    assert not lab.ready
    assert writing.editor.error_line == 2
    assert writing.page.note.property("wrong")
    type_text(writing, DOUBLE + "\n")
    assert lab.ready
    assert writing.editor.error_line is None
    assert not writing.page.note.property("wrong")


@pytest.mark.parametrize("text", ["", "  \n", "x = 1\n"])
def test_a_text_without_a_function_is_no_task(writing: EditorPanel, lab: Lab, text: str) -> None:
    type_text(writing, text)
    assert not lab.ready
    assert "no function yet" in writing.page.note.text()
    assert page(writing) is WrittenPage
    assert lab.experiment.source == DOUBLE


def test_an_error_that_is_mended_by_undo_is_gone(writing: EditorPanel, lab: Lab) -> None:
    type_text(writing, BROKEN)
    writing.editor.undo()
    writing.settle()
    assert lab.ready
    assert writing.editor.error_line is None


def test_a_field_that_changes_leaves_what_is_being_typed_alone(
    writing: EditorPanel, lab: Lab
) -> None:
    type_text(writing, BROKEN)
    writing.editor.moveCursor(writing.editor.textCursor().MoveOperation.End)
    position = writing.editor.textCursor().position()
    lab.change("processes", lambda: lab.experiment.with_pool(processes=7))
    assert writing.editor.text() == BROKEN
    assert writing.editor.textCursor().position() == position
    assert not lab.ready


def test_the_task_follows_its_function_to_a_new_name(writing: EditorPanel, lab: Lab) -> None:
    type_text(writing, TWO)
    lab.set_experiment(replace(lab.experiment, task="two"))
    type_text(writing, TWO.replace("two", "second"))
    assert lab.experiment.task == "second"
    type_text(writing, DOUBLE)
    assert lab.experiment.task == "double"


def test_one_of_several_functions_can_be_chosen(writing: EditorPanel, lab: Lab) -> None:
    choice = writing.page.functions
    assert not choice.isVisible()
    type_text(writing, TWO)
    assert choice.isVisible()
    assert [choice.itemText(row) for row in range(choice.count())] == ["one", "two"]
    assert choice.currentText() == lab.experiment.task == "one"
    choice.setCurrentText("two")
    assert lab.experiment.task == "two"
    assert lab.experiment.source == TWO


def test_nothing_of_the_text_is_run(writing: EditorPanel, lab: Lab, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    type_text(writing, f"open({str(mark)!r}, 'w')\n{DOUBLE}")
    assert lab.experiment.task == "double"
    assert not mark.exists()


# --- other tasks


def test_a_written_task_waits_while_another_is_chosen(writing: EditorPanel, lab: Lab) -> None:
    lab.change("inputs", lambda: replace(lab.experiment, inputs="[4]"))
    lab.set_experiment(replace(lab.experiment, source="", task="sleep", inputs="[1]"))
    assert page(writing) is None
    writing.write_button.click()
    assert (lab.experiment.source, lab.experiment.task) == (DOUBLE, "double")
    assert lab.experiment.inputs == "[4]"


def test_a_text_that_is_wrong_stands_in_no_other_tasks_way(writing: EditorPanel, lab: Lab) -> None:
    type_text(writing, BROKEN)
    lab.set_experiment(replace(lab.experiment, source="", task="sleep", inputs="[1]"))
    assert lab.ready
    writing.write_button.click()
    assert writing.editor.text() == BROKEN
    assert not lab.ready
    assert writing.editor.error_line == 2


def test_a_wrong_text_is_said_again_when_the_form_goes_back_to_the_last_valid_one(
    writing: EditorPanel, lab: Lab, qtbot: QtBot
) -> None:
    type_text(writing, BROKEN)
    written = lab.experiment
    lab.set_experiment(replace(written, source="", task="sleep", inputs="[1]"))
    lab.set_experiment(written)
    qtbot.waitUntil(lambda: not lab.ready)
    assert writing.editor.text() == BROKEN


def test_what_is_typed_does_not_bring_back_a_task_that_was_left(
    writing: EditorPanel, lab: Lab, qtbot: QtBot
) -> None:
    qtbot.keyClicks(writing.editor, "#")
    lab.set_experiment(Experiment("sleep", "[1]"))
    writing.settle()
    assert lab.experiment == Experiment("sleep", "[1]")


def test_an_opened_experiment_replaces_the_text(writing: EditorPanel, lab: Lab) -> None:
    type_text(writing, BROKEN)
    lab.load(Experiment("two", "[1]", source=TWO))
    assert writing.editor.text() == TWO
    assert writing.page.functions.currentText() == "two"
    writing.settle()
    assert lab.experiment == Experiment("two", "[1]", source=TWO)
    assert lab.ready


def test_an_opened_experiment_whose_text_is_wrong_says_so(panel: EditorPanel, lab: Lab) -> None:
    lab.load(Experiment("double", "[1]", source=BROKEN))
    assert panel.editor.text() == BROKEN
    assert panel.editor.error_line == 2
    assert not lab.ready


def test_what_only_a_run_could_tell_about_the_text_is_said_under_it(
    writing: EditorPanel, lab: Lab
) -> None:
    values = {"task": "double", "error": "ImportError: no module called numpie"}
    lab.set_field_problem("task", Problem(Kind.TASK_NOT_LOADED, "task", values))
    assert "numpie" in writing.page.note.text()
    assert writing.editor.error_line is None


# --- files


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "my_tasks.py"
    mark = tmp_path / "mark"
    path.write_text(f"open({str(mark)!r}, 'w')\n" + "\n" * 50 + TWO)
    return path


def of_file(file: Path, name: str = "two") -> Experiment:
    return Experiment(f"{file}:{name}", "[1]")


def test_the_file_of_a_task_is_there_to_read(panel: EditorPanel, lab: Lab, file: Path) -> None:
    lab.set_experiment(of_file(file))
    assert page(panel) is FileView
    view = panel.file_view
    assert view.editor.text() == file.read_text()
    assert view.editor.isReadOnly()
    assert view.editor.textCursor().block().text() == "def two(x):"
    lab.set_experiment(of_file(file, "one"))
    assert view.editor.textCursor().block().text() == "def one(x):"
    assert not (file.parent / "mark").exists()


def test_a_changed_file_is_shown_as_it_is_now_at_the_same_place(
    panel: EditorPanel, lab: Lab, file: Path
) -> None:
    lab.set_experiment(of_file(file))
    editor = panel.file_view.editor
    editor.show_line(40)
    place = editor.verticalScrollBar().value()
    file.write_text(file.read_text() + "# more\n")
    panel.refresh_file()
    assert editor.text().endswith("# more\n")
    assert editor.verticalScrollBar().value() == place > 0
    file.write_text("def two(x:\n")
    panel.refresh_file()
    assert editor.error_line == 1
    assert panel.file_view.note.property("wrong")


def test_a_file_that_is_gone_is_said(panel: EditorPanel, lab: Lab, file: Path) -> None:
    lab.set_experiment(of_file(file))
    file.unlink()
    panel.refresh_file()
    assert panel.file_view.editor.text() == ""
    assert "my_tasks.py" in panel.file_view.note.text()
    assert panel.file_view.note.property("wrong")
    assert not panel.file_view.copy_button.isEnabled()


def test_a_copy_of_a_file_is_edited_here_where_its_inputs_find_their_files(
    panel: EditorPanel, lab: Lab, file: Path
) -> None:
    lab.set_experiment(replace(of_file(file), inputs="lines('words.txt')"))
    panel.file_view.copy_button.click()
    assert page(panel) is WrittenPage
    experiment = lab.experiment
    assert (experiment.source, experiment.task) == (file.read_text(), "two")
    assert experiment.inputs == "lines('words.txt')"
    assert experiment.folder == file.parent


def test_a_copy_of_a_file_that_is_no_python_can_be_mended_here(
    panel: EditorPanel, lab: Lab, file: Path
) -> None:
    file.write_text(BROKEN)
    lab.set_experiment(of_file(file, "double"))
    panel.file_view.copy_button.click()
    assert page(panel) is WrittenPage
    assert panel.editor.error_line == 2
    assert not lab.ready
    type_text(panel, DOUBLE)
    assert lab.ready
    assert (lab.experiment.source, lab.experiment.task) == (DOUBLE, "double")


# --- saving


def test_the_text_is_saved_as_it_is_seen_and_the_window_is_told(
    writing: EditorPanel, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "saved.py"
    monkeypatch.setattr(editor_panel, "ask_target", lambda *_: path)
    writing.editor.insertPlainText("# é\n")
    with qtbot.waitSignal(writing.saved_as) as signal:
        writing.page.save_button.click()
    assert signal.args == [path]
    assert path.read_text(encoding="utf-8") == "# é\n" + DOUBLE


def test_a_place_that_cannot_be_written_to_is_said(
    writing: EditorPanel, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor_panel, "ask_target", lambda *_: tmp_path / "none" / "saved.py")
    with qtbot.assertNotEmitted(writing.saved_as):
        writing.page.save_button.click()
    assert "there is no folder" in writing.page.note.text()
    assert writing.page.note.property("wrong")


def test_nothing_is_saved_when_no_file_was_chosen(
    writing: EditorPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor_panel, "ask_target", lambda *_: None)
    with qtbot.assertNotEmitted(writing.saved_as):
        writing.page.save_button.click()


# --- the look


def test_both_editors_follow_the_theme(writing: EditorPanel) -> None:
    writing.set_theme(DARK)
    assert writing.editor.theme is writing.file_view.editor.theme is DARK


def test_every_control_can_be_reached_and_has_a_name_or_text(writing: EditorPanel) -> None:
    assert writing.page.functions.accessibleName()
    assert writing.editor.accessibleName() != writing.file_view.editor.accessibleName() != ""
    for button in writing.findChildren(QPushButton):
        assert "&" in button.text()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
