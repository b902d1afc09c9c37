"""Inputs in the form: typed, from elsewhere, and previewed."""

from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment
from poolscope.gui.main_window import MainWindow
from poolscope.gui.panels.experiment.inputs_menu import column_names

PREVIEW_MS = 30_000


@pytest.fixture
def preview(window: MainWindow, qtbot: QtBot):
    """Press Preview and wait until it is over."""

    def press() -> None:
        qtbot.mouseClick(window.form.inputs_section.preview, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not window.session.live_preview.active, timeout=PREVIEW_MS)

    return press


@pytest.fixture
def own_inputs(window: MainWindow, tmp_path: Path) -> Path:
    """A file whose functions give inputs, opened."""
    path = tmp_path / "with_inputs.py"
    path.write_text(
        "def square(x):\n    return x * x\n"
        "def numbers():\n    yield from range(100, 130)\n"
        "def listed():\n    return [7, 8]\n"
        "def from_to(first, last):\n    yield from range(first, last)\n"
    )
    window.session.open(path)
    return path


def items(window: MainWindow) -> list[str]:
    shown = window.form.inputs_section.box.items
    return [shown.item(row).text() for row in range(shown.count())] if shown.isVisible() else []


def entries(window: MainWindow) -> dict[str, object]:
    """What the menu offers of the file's functions, by their texts."""
    button = window.form.inputs_section.origin
    button.offer_functions()
    return {action.text(): action for action in button._functions.actions()}


def entry(window: MainWindow, text: str) -> object:
    menu = window.form.inputs_section.origin.menu()
    return next(action for action in menu.actions() if text in action.text().replace("&", ""))


def test_inputs_that_are_no_expression_are_said_beside_the_field(window: MainWindow) -> None:
    section, field = window.form.inputs_section, window.form.fields["inputs"]
    section.inputs.setText("(1, 2")
    assert "nputs" in field.remarks.text
    assert section.inputs.property("wrong")
    assert section.count.text() == ""
    assert not section.preview.isEnabled()
    assert window.form.foot.is_off
    assert window.lab.experiment.inputs == "(1, 2, 3)"
    section.inputs.setText("(1, 2)")
    assert section.count.text() == "2 tasks"
    assert not field.remarks.isVisible()
    assert not window.form.foot.is_off


def test_inputs_that_raise_are_said_beside_the_field_after_run(window: MainWindow, run) -> None:
    run(inputs="1/0")
    field = window.form.fields["inputs"]
    assert "ZeroDivisionError" in field.remarks.text
    assert window.form.inputs_section.inputs.property("wrong")
    window.form.inputs_section.inputs.setText("(1,)")
    assert window.form.inputs_section.count.text() == "1 task"
    assert not window.form.inputs_section.inputs.property("wrong")


def test_a_run_that_failed_because_of_a_field_can_be_tried_again(window: MainWindow, run) -> None:
    run(inputs="1/0")
    first = window.lab.recording
    run()
    assert window.lab.recording is not first
    assert "ZeroDivisionError" in window.form.fields["inputs"].remarks.text


def test_a_preview_shows_the_first_inputs_and_their_number(
    window: MainWindow, own_inputs: Path, preview
) -> None:
    window.form.inputs_section.inputs.setText("numbers()")
    assert window.form.inputs_section.count.text() == "tasks: not known"
    preview()
    assert items(window) == [str(number) for number in range(100, 120)]
    assert window.form.inputs_section.box.title.text() == "The first 20 of 30 inputs"
    assert window.form.inputs_section.count.text() == "30 tasks"
    assert window.lab.known.facts(window.lab.experiment).first_bytes is not None


def test_what_a_preview_has_counted_is_forgotten_when_the_file_changes(
    window: MainWindow, own_inputs: Path, preview, qtbot: QtBot
) -> None:
    window.form.inputs_section.inputs.setText("numbers()")
    preview()
    assert window.lab.input_count == 30
    # Of another size: the bytecode cache knows a file by its second and its size.
    own_inputs.write_text(own_inputs.read_text().replace("130", "110") + "# fewer\n")
    qtbot.waitUntil(lambda: window.lab.input_count is None, timeout=10_000)
    qtbot.waitUntil(lambda: not window.form.inputs_section.box.isVisible(), timeout=10_000)
    preview()
    assert window.lab.input_count == 10


def test_another_function_of_the_same_file_may_have_other_inputs(
    window: MainWindow, own_inputs: Path, preview
) -> None:
    window.form.inputs_section.inputs.setText("numbers()")
    preview()
    window.form.task_section.choose("sleep")
    window.form.inputs_section.inputs.setText("numbers()")
    assert window.lab.input_count is None


def test_a_preview_that_fails_says_why_and_leaves_run_possible(window: MainWindow, preview) -> None:
    window.form.inputs_section.inputs.setText("[1, undefined]")
    preview()
    box = window.form.inputs_section.box
    assert "undefined" in box.remarks.text
    assert items(window) == []
    assert not window.form.foot.is_off
    qtbot_close = box.stop
    qtbot_close.click()
    assert not box.isVisible()


def test_a_preview_that_never_ends_can_be_stopped(window: MainWindow, qtbot: QtBot) -> None:
    before = set(psutil.Process().children(recursive=True))
    window.form.inputs_section.inputs.setText("iter(int, 1)")
    window.form.inputs_section.preview.click()
    box = window.form.inputs_section.box
    assert box.isVisible() and box.busy.isVisible()
    assert window.actions_by_name["stop"].isEnabled()
    box.stop.click()
    assert not box.isVisible()
    assert set(psutil.Process().children(recursive=True)) <= before


def test_changing_the_inputs_ends_the_preview_of_the_old_ones(window: MainWindow) -> None:
    window.form.inputs_section.inputs.setText("iter(int, 1)")
    window.form.inputs_section.preview.click()
    assert window.session.live_preview.active
    window.form.inputs_section.inputs.setText("[1]")
    assert not window.session.live_preview.active
    assert not window.form.inputs_section.box.isVisible()


def test_closing_the_window_ends_a_preview(window: MainWindow) -> None:
    window.form.inputs_section.inputs.setText("iter(int, 1)")
    window.form.inputs_section.preview.click()
    window.close()
    assert not window.session.live_preview.active


def test_inputs_can_come_from_a_function_of_the_file(
    window: MainWindow, own_inputs: Path, run
) -> None:
    offered = entries(window)
    assert list(offered) == ["numbers()", "listed()", "from_to(first, last)"]
    offered["numbers()"].trigger()
    assert window.form.inputs_section.inputs.text() == "numbers()"
    run()
    assert window.lab.recording.counts.done == 30


def test_the_file_of_the_catalogue_offers_no_functions_for_inputs(window: MainWindow) -> None:
    assert entries(window) == {}
    assert not window.form.inputs_section.origin._functions.menuAction().isEnabled()


def test_inputs_can_be_the_lines_of_a_text_file(
    window: MainWindow, tmp_path: Path, monkeypatch, preview
) -> None:
    path = tmp_path / "it's lines.txt"
    path.write_text("one\ntwo\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    entry(window, "lines of a text file").trigger()
    assert window.form.inputs_section.inputs.text() == f"lines({str(path)!r})"
    preview()
    assert items(window) == ["'one'", "'two'"]


def test_inputs_can_be_a_column_of_a_csv_file(
    window: MainWindow, tmp_path: Path, monkeypatch, preview
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes('\ufeffname,"size, in m"\nx,1\ny,2\n'.encode())
    offered: list[str] = []

    def choose_last(_parent, _title, _label, names, *_rest):
        offered.extend(names)
        return names[-1], True

    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QInputDialog, "getItem", choose_last)
    entry(window, "column of a CSV file").trigger()
    assert offered == ["name", "size, in m"]
    assert window.form.inputs_section.inputs.text() == f"column({str(path)!r}, 'size, in m')"
    preview()
    assert items(window) == ["1", "2"]


def test_a_file_without_a_line_of_names_is_said_in_a_sentence(
    window: MainWindow, tmp_path: Path, monkeypatch, warnings: list[str]
) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    entry(window, "column of a CSV file").trigger()
    assert len(warnings) == 1 and str(path) in warnings[0]
    assert window.form.inputs_section.inputs.text() == "(1, 2, 3)"


def test_column_names_may_hold_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,"b\nc"\n1,2\n')
    assert column_names(path) == ["a", "b\nc"]


def test_an_example_of_an_expression_can_be_put_in(window: MainWindow) -> None:
    entry(window, "expression").trigger()
    inputs = window.form.inputs_section.inputs
    assert inputs.text() == "range(100)"
    assert inputs.selectedText() == "100"


def test_a_file_in_the_working_directory_is_named_from_there(
    window: MainWindow, own_inputs: Path, monkeypatch, preview
) -> None:
    path = own_inputs.parent / "data" / "lines.txt"
    path.parent.mkdir()
    path.write_text("one\ntwo\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    entry(window, "lines of a text file").trigger()
    named = str(path.relative_to(own_inputs.parent))
    assert window.form.inputs_section.inputs.text() == f"lines({named!r})"
    preview()
    assert items(window) == ["'one'", "'two'"]


def test_what_is_said_beside_the_field_is_not_said_in_the_preview_again(
    window: MainWindow, run, preview
) -> None:
    section = window.form.inputs_section
    section.inputs.setText("1/0")
    preview()
    assert "ZeroDivisionError" in section.box.remarks.text
    assert window.form.fields["inputs"].remarks.text == ""
    run()
    assert "ZeroDivisionError" in window.form.fields["inputs"].remarks.text
    assert not section.box.remarks.isVisible()


def test_inputs_of_which_a_run_has_complained_can_be_previewed(
    window: MainWindow, run, preview
) -> None:
    run(inputs="1/0")
    section = window.form.inputs_section
    assert section.preview.isEnabled()
    assert section.count.text() == "tasks: not known"
    preview()
    assert "ZeroDivisionError" in section.box.remarks.text
    preview()
    assert "ZeroDivisionError" in section.box.remarks.text


def test_preview_that_cannot_be_says_why_and_its_keys_lead_to_the_inputs(
    window: MainWindow,
) -> None:
    section = window.form.inputs_section
    section.inputs.setText("(1, ")
    assert section.preview.toolTip() == "These are no inputs yet."
    window.actions_by_name["preview"].trigger()
    assert section.inputs.hasFocus()
    section.inputs.setText("(1, )")
    assert "first inputs" in section.preview.toolTip()


def test_a_preview_that_takes_long_counts_its_seconds(window: MainWindow, qtbot: QtBot) -> None:
    section = window.form.inputs_section
    section.inputs.setText("iter(int, 1)")
    section.preview.click()
    qtbot.waitUntil(lambda: "s of 60 s" in section.box.title.text(), timeout=10_000)
    section.box.stop.click()
    assert not section.box._counting.isActive()


def test_a_long_expression_is_kept_whole(window: MainWindow) -> None:
    text = repr(list(range(20_000)))
    window.lab.load(Experiment("sleep", text))
    assert window.form.inputs_section.inputs.text() == text
