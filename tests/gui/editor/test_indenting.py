"""`|` is the caret, `[[` the other end of a selection."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from poolscope.gui.editor.code_editor import CodeEditor

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("|x", "    |x"),
        ("ab|", "ab  |"),
        ("abcd|", "abcd    |"),
        ("[[x|", "    x|"),
        ("[[a\n  b|\nc", "    a\n      b|\nc"),
        ("[[a\n\nb\n|c", "    a\n\n    b\n|c"),
    ],
)
def test_tab_goes_to_the_next_stop_or_indents_the_selected_lines(
    editor: CodeEditor, qtbot: QtBot, place, placed, before: str, after: str
) -> None:
    place(before)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert placed() == after
    assert editor.hasFocus()
    editor.undo()
    assert editor.text() == before.replace("|", "").replace("[[", "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    x|", "x|"),
        ("      x|", "    x|"),
        ("  |x", "|x"),
        ("x|", "x|"),
        ("\tx|", "x|"),
        ("[[    a\n  b\n\n        c|", "a\nb\n\n    c|"),
    ],
)
def test_shift_tab_goes_back_to_the_previous_stop(
    editor: CodeEditor, qtbot: QtBot, place, placed, before: str, after: str
) -> None:
    place(before)
    qtbot.keyClick(editor, Qt.Key.Key_Backtab, SHIFT)
    assert placed() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x|", "x\n|"),
        ("    x|", "    x\n    |"),
        ("if x:|", "if x:\n    |"),
        ("    if x:  # why|", "    if x:  # why\n        |"),
        ("f(|", "f(\n    |"),
        ("f(|)", "f(\n    |)"),
        ("# note:|", "# note:\n|"),
        ("'a:'|", "'a:'\n|"),
        ('"""a:|\n"""', '"""a:\n|\n"""'),
        ("  |  x", "  \n  |  x"),
        ("if x: | return", "if x: \n    |return"),
        ("if x:\n    [[y|", "if x:\n    \n    |"),
        ("|if x:", "\n|if x:"),
        ("'\N{GRINNING FACE}': |", "'\N{GRINNING FACE}': \n    |"),
    ],
)
@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, SHIFT])
def test_enter_keeps_the_indentation_and_adds_to_it_where_something_is_opened(
    editor: CodeEditor, qtbot: QtBot, place, placed, before: str, after: str, modifier
) -> None:
    place(before)
    qtbot.keyClick(editor, Qt.Key.Key_Return, modifier)
    assert placed() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("        |x", "    |x"),
        ("      |x", "    |x"),
        ("   |", "|"),
        ("x    |", "x   |"),
        ("a\n|b", "a|b"),
        ("    [[  |x", "    |x"),
    ],
)
def test_backspace_goes_back_a_stop_among_leading_spaces_only(
    editor: CodeEditor, qtbot: QtBot, place, placed, before: str, after: str
) -> None:
    place(before)
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert placed() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x|", "# x|"),
        ("# x|", "x|"),
        ("#x|", "x|"),
        ("[[if x:\n    y\n\n    z|", "# if x:\n#     y\n\n#     z|"),
        ("[[# if x:\n#     y\n\n#     z|", "if x:\n    y\n\n    z|"),
        ("[[    # a\n    b|", "    # # a\n    # b|"),
        ("|", "|"),
    ],
)
@pytest.mark.parametrize("modifiers", [CONTROL, CONTROL | SHIFT], ids=["", "shifted"])
def test_the_comment_key_makes_comments_of_lines_and_lines_of_comments(
    editor: CodeEditor, qtbot: QtBot, place, placed, before: str, after: str, modifiers
) -> None:
    place(before)
    qtbot.keyClick(editor, Qt.Key.Key_Slash, modifiers)
    assert placed() == after


def test_each_of_these_is_one_step_of_the_history(editor: CodeEditor, qtbot: QtBot, place) -> None:
    place("[[a\nb\nc|")
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    qtbot.keyClick(editor, Qt.Key.Key_Slash, CONTROL)
    editor.undo()
    assert editor.text() == "    a\n    b\n    c"
    editor.undo()
    assert editor.text() == "a\nb\nc"
