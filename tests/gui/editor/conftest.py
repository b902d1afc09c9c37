"""An editor that is shown, and what its lines look like."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from poolscope.gui.editor.code_editor import CodeEditor
from poolscope.gui.editor.highlighter import INK
from poolscope.gui.editor.lexing import Ink, units
from poolscope.gui.theme import LIGHT

Inks = Callable[[int], list[tuple[str, Ink]]]


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    editor = CodeEditor(LIGHT)
    qtbot.addWidget(editor)
    editor.resize(500, 300)
    editor.show()
    qtbot.waitExposed(editor)
    editor.setFocus()
    return editor


@pytest.fixture
def inks(editor: CodeEditor, qtbot: QtBot) -> Inks:
    """`inks(line)`: the coloured parts of a line, from 1, once all is lexed."""

    def of_line(number: int) -> list[tuple[str, Ink]]:
        qtbot.waitUntil(lambda: editor.highlighter.settled)
        return parts(editor, number)

    return of_line


def parts(editor: CodeEditor, number: int) -> list[tuple[str, Ink]]:
    """The coloured parts of a line as it is shown now."""
    block = editor.document().findBlockByNumber(number - 1)
    text = block.text().encode("utf-16-le")
    return [
        (
            text[2 * part.start : 2 * (part.start + part.length)].decode("utf-16-le"),
            Ink(part.format.intProperty(INK)),
        )
        for part in block.layout().formats()
    ]


@pytest.fixture
def place(editor: CodeEditor) -> Callable[..., None]:
    """Put the text and caret as written: `|` is the caret, `[[` the other end of a selection."""

    def put(text: str) -> None:
        editor.set_text(text.replace("|", "").replace("[[", ""))
        caret = units(text.replace("[[", "").partition("|")[0])
        before, selection, _ = text.replace("|", "").partition("[[")
        cursor = editor.textCursor()
        cursor.setPosition(units(before) if selection else caret)
        cursor.setPosition(caret, QTextCursor.MoveMode.KeepAnchor)
        editor.setTextCursor(cursor)

    return put


@pytest.fixture
def placed(editor: CodeEditor) -> Callable[[], str]:
    """The text with `|` at the caret."""

    def get() -> str:
        text, caret = editor.text().encode("utf-16-le"), 2 * editor.textCursor().position()
        return f"{text[:caret].decode('utf-16-le')}|{text[caret:].decode('utf-16-le')}"

    return get
