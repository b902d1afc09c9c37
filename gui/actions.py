"""The window's menus: every action with its shortcut and a line of help."""

from collections.abc import Callable, ItemsView

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

Shortcut = str | QKeySequence.StandardKey | list[str]
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class Actions(QObject):
    """The actions by name: `actions["run"]`. `add` puts them into menus in the order of calling."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._menu: QMenu | None = None
        window.menuBar().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Where the menu bar has the focus arrows move in it, also those that an action has."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in ARROWS:
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def items(self) -> ItemsView[str, QAction]:
        """All of them with their names."""
        return self._actions.items()

    def menu(self, title: str) -> QMenu:
        """Begin a menu of the menu bar; its actions show their help as tool tips."""
        self._menu = self._window.menuBar().addMenu(title)
        self._menu.setToolTipsVisible(True)
        return self._menu

    def submenu(self, title: str) -> QMenu:
        """A menu inside of the present one."""
        assert self._menu is not None
        menu = self._menu.addMenu(title)
        menu.setToolTipsVisible(True)
        return menu

    def separate(self) -> None:
        assert self._menu is not None
        self._menu.addSeparator()

    def add(
        self,
        name: str,
        text: str,
        act: Callable[[], object],
        shortcut: Shortcut = "",
        help_text: str = "",
        into: QMenu | None = None,
    ) -> QAction:
        """Add an action to the present menu, or `into` a submenu."""
        menu = into or self._menu
        assert menu is not None
        action = QAction(text, self._window)
        if isinstance(shortcut, list):
            action.setShortcuts([QKeySequence(keys) for keys in shortcut])
        elif shortcut:
            action.setShortcut(QKeySequence(shortcut))
        if help_text:
            action.setToolTip(help_text)
        action.triggered.connect(lambda: act())  # without its argument "checked"
        menu.addAction(action)
        self._actions[name] = action
        return action
