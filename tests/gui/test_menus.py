"""Keys and letters of the menus: each means one thing."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar
from pytestqt.qtbot import QtBot

from poolscope.engine.journal import Status
from poolscope.gui.main_window import MainWindow

from .test_find_bar import TASKS
from .timeline.conftest import Story


def menus(of: QMenuBar | QMenu) -> Iterator[tuple[str, list[QAction]]]:
    """The entries of a menu that can be chosen, with its name, and those of the menus in it."""
    actions = [action for action in of.actions() if not action.isSeparator()]
    yield of.title() if isinstance(of, QMenu) else "menu bar", actions
    for action in actions:
        if action.menu() is not None:
            yield from menus(action.menu())


def test_no_key_is_that_of_two_actions(window: MainWindow) -> None:
    """Qt would call neither."""
    actions = window.findChildren(QAction)
    keys = [keys.toString() for action in actions for keys in action.shortcuts()]
    assert len(keys) > 40
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_no_letter_is_that_of_two_entries_of_a_menu(window: MainWindow) -> None:
    """The letter would only walk from one to the other."""
    for name, actions in menus(window.menuBar()):
        marked = [action.text().partition("&")[2][:1].lower() for action in actions]
        letters = Counter(letter for letter in marked if letter)
        assert [letter for letter, count in letters.items() if count > 1] == [], name


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_arrows_move_in_the_menu_bar_also_while_a_task_is_selected(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    story = Story(tmp_path / "run", TASKS, 2)
    story.update()
    story.recording.update(ended=True)
    window.lab.show(story.recording, Status.FINISHED)
    window.lab.select(0)
    bar = window.menuBar()
    bar.setFocus(Qt.FocusReason.MenuBarFocusReason)
    bar.setActiveAction(bar.actions()[0])
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    went_to = bar.activeAction()
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    assert window.lab.selection == 0
    assert went_to is bar.actions()[1]
