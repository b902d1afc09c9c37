"""Menu entries for the strips under the timeline: which of them are shown."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from .actions import Actions
from .timeline.strips.kinds import StripKind
from .timeline.strips.words import entry_of, help_of, name_of, no_room_help
from .timeline.view.strips_view import StripsView


class StripsMenu(QObject):
    """Adds them to `menu`, each checked while its strip is shown; off while it has no room."""

    def __init__(self, actions: Actions, menu: QMenu, view: StripsView, parent: QObject) -> None:
        super().__init__(parent)
        self._view, self._actions = view, actions
        for number, kind in enumerate(StripKind):
            name, text, keys = f"strip-{kind}", name_of(kind), f"Alt+{number + 1}"
            act = partial(self._switch, kind)
            action = actions.add(name, text, act, keys, help_of(kind), into=menu)
            action.setCheckable(True)
        view.strips_changed.connect(self._show)
        self._show()

    def _switch(self, kind: StripKind) -> None:
        self._view.set_strip(kind, on=kind not in self._view.strips)
        self._show()

    def _show(self) -> None:
        for kind in StripKind:
            action, room = self._actions[f"strip-{kind}"], self._view.has_room_for(kind)
            action.setChecked(kind in self._view.strips)
            action.setEnabled(room)
            action.setText(entry_of(kind, room=room))
            action.setToolTip(help_of(kind) if room else no_room_help())
