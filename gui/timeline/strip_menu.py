"""The menu of the strips under the lanes: which of them are shown."""

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from .strips.kinds import StripKind
from .strips.words import entry_of, help_of, name_of, no_room_help
from .view.strips_view import StripsView


class StripMenu(QMenu):
    """Filled anew each time; comes up without holding the window up."""

    def __init__(self, view: StripsView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.setToolTipsVisible(True)

    def offer(self, kind: StripKind, place: QPoint) -> None:
        """Come up at `place` of the screen, for a strip."""
        if not self.isVisible():
            QToolTip.hideText()  # it would lie over the menu
            self.fill(kind)
            self.popup(place)

    def fill(self, kind: StripKind) -> None:
        """To hide this one, and all of them to choose from."""
        self.clear()
        hide = self.addAction(self.tr("&Hide {0}").format(name_of(kind)))
        hide.triggered.connect(lambda: self._view.set_strip(kind, on=False))
        self.addSeparator()
        for other in StripKind:
            self._add(other)

    def _add(self, kind: StripKind) -> QAction:
        room = self._view.has_room_for(kind)
        action = self.addAction(entry_of(kind, room=room))
        action.setToolTip(help_of(kind) if room else no_room_help())
        action.setEnabled(room)
        action.setCheckable(True)
        action.setChecked(kind in self._view.strips)
        action.triggered.connect(lambda on: self._view.set_strip(kind, on=on))
        return action
