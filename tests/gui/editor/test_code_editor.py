from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from poolscope.gui.editor.brackets import matched
from poolscope.gui.editor.code_editor import CodeEditor
from poolscope.gui.editor.margin import Margin
from poolscope.gui.theme import DARK, LIGHT

SHIFT = Qt.KeyboardModifier.ShiftModifier


def backgrounds(editor: CodeEditor) -> dict[int, str]:
    """The colour behind each marked line, from 1."""
    return {
        mark.cursor.blockNumber() + 1: mark.format.background().color().name()
        for mark in editor.extraSelections()
        if not mark.cursor.hasSelection()
    }


def test_the_text_comes_back_as_it_was_put(editor: CodeEditor) -> None:
    text = "a = '\N{NO-BREAK SPACE}\N{LINE SEPARATOR}'\n\tb = '\N{GRINNING FACE}'\n\n"
    editor.set_text(text)
    assert editor.text() == text


def test_the_line_of_the_caret_is_marked_while_nothing_is_selected(editor: CodeEditor) -> None:
    editor.set_text("a\nb")
    editor.show_line(2)
    assert backgrounds(editor) == {2: LIGHT.track}
    editor.selectAll()
    assert backgrounds(editor) == {}


def test_a_wrong_line_is_marked_and_the_mark_moves_with_it(
    editor: CodeEditor, qtbot: QtBot
) -> None:
    editor.set_text("a\nb(\nc")
    editor.mark_error(2, "'(' was never closed")
    assert backgrounds(editor)[2] == LIGHT.failure_page
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.error_line == 3
    editor.mark_error(None, "")
    assert editor.error_line is None
    assert LIGHT.failure_page not in backgrounds(editor).values()


@pytest.mark.parametrize(("line", "shown"), [(0, 1), (1, 1), (3, 3), (99, 3)])
def test_a_wrong_line_beyond_the_text_is_its_nearest(
    editor: CodeEditor, line: int, shown: int
) -> None:
    editor.set_text("a\nb\nc")
    editor.mark_error(line, "unexpected EOF")
    assert editor.error_line == shown


@pytest.mark.parametrize("on_margin", [True, False])
def test_what_is_wrong_is_the_tool_tip_of_its_line_only(
    editor: CodeEditor, on_margin: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: said.append(text))
    editor.set_text("a\nb <b>\nc")
    editor.mark_error(2, "invalid <b> syntax")
    target = editor.findChild(Margin) if on_margin else editor.viewport()
    places = [place for _, place in editor.lines_in(editor.viewport().rect())]
    for place in places:
        at = QPoint(5, place.center().y())
        event = QHelpEvent(QEvent.Type.ToolTip, at, target.mapToGlobal(at))
        QApplication.sendEvent(target, event)
    assert [bool(text) for text in said] == [False, True, False]
    assert "invalid &lt;b&gt; syntax" in said[1]


def test_the_margin_numbers_the_lines_that_are_seen(editor: CodeEditor) -> None:
    editor.set_text("\n".join("abc"))
    blocks = [block.blockNumber() + 1 for block, _ in editor.lines_in(QRect(0, 0, 1, 10_000))]
    assert blocks == [1, 2, 3]
    narrow = editor.findChild(Margin).width()
    editor.set_text("\n" * 20_000)
    assert editor.findChild(Margin).width() > narrow
    assert editor.viewport().geometry().left() >= editor.findChild(Margin).geometry().right()
    editor.show_line(15_000)
    seen = [block.blockNumber() for block, _ in editor.lines_in(editor.viewport().rect())]
    assert 14_999 in seen and len(seen) < 100


def test_the_margin_paints_a_mark_beside_a_wrong_line(editor: CodeEditor) -> None:
    editor.set_text("a\nb")

    def failing_pixels() -> int:
        picture = editor.findChild(Margin).grab().toImage()
        points = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
        return sum(picture.pixelColor(x, y).name() == LIGHT.failure for x, y in points)

    assert failing_pixels() == 0
    editor.mark_error(2, "invalid syntax")
    assert failing_pixels() > 20


def test_the_colours_follow_the_theme(editor: CodeEditor) -> None:
    editor.set_text("a\nb(")
    editor.mark_error(2, "'(' was never closed")
    editor.set_theme(DARK)
    assert backgrounds(editor) == {1: DARK.track, 2: DARK.failure_page}
    picture = editor.findChild(Margin).grab().toImage()
    assert picture.pixelColor(0, 0).name() == DARK.page


@pytest.mark.parametrize(
    ("text", "caret", "pair"),
    [
        ("f(a[1], (b))", 1, (1, 11)),
        ("f(a[1], (b))", 12, (11, 1)),
        ("f(a[1], (b))", 4, (3, 5)),
        ("f(\n{\n})", 2, (1, 6)),
        ("f(')')", 2, (1, 5)),
        ("f(  # )\n)", 1, (1, 8)),
        ("f(a", 1, None),
        ("f(a]", 1, None),
        ("abc", 1, None),
        ("')'", 1, None),
    ],
)
def test_a_bracket_at_the_caret_is_shown_with_its_other_one(
    editor: CodeEditor, qtbot: QtBot, text: str, caret: int, pair: tuple[int, int] | None
) -> None:
    editor.set_text(text)
    qtbot.waitUntil(lambda: editor.highlighter.settled)
    cursor = editor.textCursor()
    cursor.setPosition(caret)
    editor.setTextCursor(cursor)
    assert matched(cursor) == pair
    marks = [mark for mark in editor.extraSelections() if mark.cursor.hasSelection()]
    assert tuple(mark.cursor.selectionStart() for mark in marks) == (pair or ())


@pytest.fixture
def between(qtbot: QtBot) -> Iterator[tuple[QPushButton, CodeEditor, QPushButton]]:
    """An editor between two buttons."""
    page, before, editor, after = QWidget(), QPushButton("1"), CodeEditor(LIGHT), QPushButton("2")
    column = QVBoxLayout(page)
    for widget in (before, editor, after):
        column.addWidget(widget)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    editor.setFocus()
    yield before, editor, after
    page.close()


@pytest.mark.parametrize("editable", [True, False])
def test_f6_leads_out_of_the_editor_both_ways(between, qtbot: QtBot, editable: bool) -> None:
    before, editor, after = between
    editor.set_editable(editable)
    qtbot.keyClick(editor, Qt.Key.Key_F6)
    assert after.hasFocus()
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_F6, SHIFT)
    assert before.hasFocus()
    assert editor.text() == ""
    editor.setFocus()
    if editable:
        qtbot.keyClick(editor, Qt.Key.Key_Tab)
        assert editor.hasFocus()
    assert "F6" in editor.accessibleDescription()


def test_a_text_to_read_has_a_caret_that_walks_and_changes_nothing(between, qtbot: QtBot) -> None:
    _, editor, after = between
    editor.set_editable(False)
    editor.set_text("ab\ncd")
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    assert editor.textCursor().blockNumber() == 1
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_X):
        qtbot.keyClick(editor, key)
    qtbot.keyClick(editor, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert editor.text() == "ab\ncd"
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert after.hasFocus()
    editor.set_editable(True)
    qtbot.keyClicks(editor, "x")
    assert editor.text() == "ab\nxcd"


def test_leaving_the_editor_is_said(between, qtbot: QtBot) -> None:
    _, editor, after = between
    with qtbot.waitSignal(editor.left):
        after.setFocus()


def test_a_replaced_text_comes_back_with_undo(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "old")
    editor.replace_text("new\ntext")
    assert editor.text() == "new\ntext"
    editor.undo()
    assert editor.text() == "old"
    editor.undo()
    assert editor.text() == ""


def test_pasted_lines_are_lines_and_files_are_left_to_the_window(
    editor: CodeEditor, tmp_path: Path
) -> None:
    data = QMimeData()
    data.setText("a\r\nb\N{LINE SEPARATOR}c")
    editor.insertFromMimeData(data)
    assert editor.text() == "a\nb\nc"
    assert editor.blockCount() == 3
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "tasks.py"))])
    assert not editor.canInsertFromMimeData(files)
    editor.insertFromMimeData(files)
    assert editor.text() == "a\nb\nc"
