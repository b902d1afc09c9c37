import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from poolscope.gui.editor import highlighter
from poolscope.gui.editor.code_editor import CodeEditor
from poolscope.gui.editor.highlighter import ink_colours, inks_of
from poolscope.gui.editor.lexing import Ink, Span, line_spans
from poolscope.gui.theme import DARK, LIGHT, Theme

from .conftest import Inks, parts


def test_a_text_is_coloured_soon_after_it_is_shown(editor: CodeEditor, inks: Inks) -> None:
    editor.set_text("import os\nx = 'one'  # two\n")
    assert inks(1) == [("import", Ink.KEYWORD)]
    assert inks(2) == [("'one'", Ink.STRING), ("# two", Ink.COMMENT)]


def test_a_text_that_nobody_looks_at_is_not_lexed(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    lexed: list[str] = []

    def lex(text: str) -> Iterator[list[Span]]:
        lexed.append(text)
        return line_spans(text)

    monkeypatch.setattr(highlighter, "line_spans", lex)
    editor = CodeEditor(LIGHT)
    qtbot.addWidget(editor)
    editor.set_text("import os")
    editor.set_text("import re")
    timer = editor.highlighter.findChild(QTimer)
    assert timer is not None and not timer.isActive()
    assert not lexed and not editor.highlighter.settled
    editor.show()
    assert lexed == ["import re"]  # at once: nobody sees it without its colours
    assert parts(editor, 1) == [("import", Ink.KEYWORD)]


def test_a_quote_that_is_typed_colours_the_lines_below(
    editor: CodeEditor, inks: Inks, qtbot: QtBot
) -> None:
    editor.set_text("x = 1\ny = 2\n")
    assert inks(2) == [("2", Ink.NUMBER)]
    qtbot.keyClicks(editor, '"""')
    assert inks(2) == [("y = 2", Ink.STRING)]
    for _ in range(3):
        qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert inks(2) == [("2", Ink.NUMBER)]


def test_colours_move_with_their_text_before_it_is_lexed_again(
    editor: CodeEditor, inks: Inks, qtbot: QtBot
) -> None:
    editor.set_text("f(1, 'a')")
    inks(1)
    qtbot.keyClicks(editor, "xyz")
    assert not editor.highlighter.settled
    assert parts(editor, 1)[0] == ("1", Ink.NUMBER)
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert parts(editor, 1)[0] == ("1", Ink.NUMBER)


def test_lines_keep_their_colours_when_others_come_and_go(
    editor: CodeEditor, inks: Inks, qtbot: QtBot
) -> None:
    editor.set_text("x = 1\n" * 5)
    inks(1)
    cursor = editor.textCursor()
    cursor.insertText("x = 1\nx = 1\n")
    for line in range(1, 8):
        assert inks(line) == [("1", Ink.NUMBER)]
    editor.undo()
    assert [inks(line) for line in (1, 5, 6)] == [[("1", Ink.NUMBER)]] * 2 + [[]]


def test_colouring_is_no_step_of_the_history(editor: CodeEditor, inks: Inks, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "def f")
    inks(1)
    assert editor.document().availableUndoSteps() == 1
    editor.undo()
    assert editor.text() == ""
    inks(1)
    assert editor.document().isRedoAvailable()


def test_colouring_is_no_change_of_the_text(editor: CodeEditor, qtbot: QtBot, inks: Inks) -> None:
    editor.set_text("import os")
    changes: list[None] = []
    editor.textChanged.connect(lambda: changes.append(None))
    editor.set_theme(DARK)
    inks(1)
    assert changes == []


def test_a_long_text_is_coloured_to_its_end(editor: CodeEditor, inks: Inks) -> None:
    editor.set_text("x = 1\n" * 5_000)
    assert inks(5_000) == [("1", Ink.NUMBER)]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_colours_are_those_of_the_theme(editor: CodeEditor, inks: Inks, theme: Theme) -> None:
    editor.set_text("import os")
    editor.set_theme(theme)
    assert inks(1) == [("import", Ink.KEYWORD)]
    (part,) = editor.document().begin().layout().formats()
    assert part.format.foreground().color().name() == theme.keyword
    assert set(ink_colours(theme)) == set(Ink) - {Ink.PLAIN}


def test_a_character_knows_its_ink(editor: CodeEditor, inks: Inks) -> None:
    editor.set_text("x = '\N{GRINNING FACE}' # c")
    inks(1)
    block = editor.document().begin()
    assert [inks_of(block)(column) for column in (0, 4, 7, 9)] == [
        Ink.PLAIN,
        Ink.STRING,
        Ink.STRING,
        Ink.COMMENT,
    ]


PIECES = ("def f(x):\n", '"""', "#", "\n", "    ", "'a'", "1", "\N{GRINNING FACE}", "return", "\\")


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edits_each_line_looks_as_if_it_was_lexed_for_the_first_time(
    editor: CodeEditor, inks: Inks, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        cursor, length = editor.textCursor(), editor.document().characterCount()
        cursor.setPosition(chance.randrange(length))
        end = min(length - 1, cursor.position() + chance.randrange(8))
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        if chance.random() < 0.3:
            chance.choice((editor.undo, editor.redo))()
        else:
            cursor.insertText("".join(chance.choices(PIECES, k=3)))
        if chance.random() < 0.3:
            inks(1)
    inks(1)
    block = editor.document().begin()
    for spans in line_spans(editor.text()):
        assert [(p.start, p.length) for p in block.layout().formats()] == [s[:2] for s in spans]
        assert [inks_of(block)(span.start) for span in spans] == [span.ink for span in spans]
        block = block.next()
    assert not block.isValid()


def test_a_line_keeps_its_colours_when_composed_characters_are_given_up(
    editor: CodeEditor, inks: Inks, qtbot: QtBot
) -> None:
    editor.set_text("x = 1")
    inks(1)
    for text in ("か", ""):
        QApplication.sendEvent(editor, QInputMethodEvent(text, []))
        qtbot.waitUntil(lambda: editor.highlighter.settled)
    assert inks(1) == [("1", Ink.NUMBER)]
