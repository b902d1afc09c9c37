"""The timeline: live, which worker handled which task, and when."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from ..theme import LIGHT, Theme
from .pointing import ordinal_at, row_at, text_at
from .span_view import SpanView

KEY_ZOOM = 0.64
KEY_PAN = 0.1
"""Of what is seen."""
COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
"""With one of these a key is for the window."""
BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class TimelineView(SpanView):
    """What a recording's lanes show, with mouse and keys.

    task_selected, task_hovered: the row of the task that was clicked or is under the mouse, or
    None. menu_wanted: the ordinal of a worker, and where on the screen.
    """

    task_selected = Signal(object)
    task_hovered = Signal(object)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT) -> None:
        super().__init__(parent, theme)
        self._mouse: QPointF | None = None
        self._connect()

    def _connect(self) -> None:
        self._keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_F: self.fit,
            Qt.Key.Key_Home: self.fit,
            Qt.Key.Key_End: lambda: self.set_following(True),
            Qt.Key.Key_Plus: lambda: self._zoom(KEY_ZOOM),
            Qt.Key.Key_Equal: lambda: self._zoom(KEY_ZOOM),
            Qt.Key.Key_Minus: lambda: self._zoom(1 / KEY_ZOOM),
            Qt.Key.Key_Left: lambda: self._pan(-KEY_PAN * self.stage.plot.width()),
            Qt.Key.Key_Right: lambda: self._pan(KEY_PAN * self.stage.plot.width()),
            Qt.Key.Key_Up: lambda: self._scroll(-self._layout().pitch),
            Qt.Key.Key_Menu: self.ask_menu_by_key,
            Qt.Key.Key_Down: lambda: self._scroll(self._layout().pitch),
        }
        self.stage.zoomed.connect(self._zoom_at)
        self.stage.panned.connect(lambda px: self._pan(-px))
        self.stage.scrolled.connect(self._scroll)
        self.stage.clicked.connect(self._click)
        self.stage.hovered.connect(self._hover)
        self.stage.menu_wanted.connect(self._ask_menu)
        self.refreshed.connect(self._say_what_is_under_the_mouse)

    def _row_at(self, place: QPointF) -> int | None:
        scene = self._scene()
        return None if scene is None else row_at(scene, self.stage.plot, place)

    def _click(self, place: QPointF) -> None:
        row = self._row_at(place)
        self.select(row)
        self.task_selected.emit(row)

    def _hover(self, place: QPointF | None) -> None:
        self._mouse = place
        row = None if place is None else self._row_at(place)
        if row != self._shown.hovered:
            self._shown.hovered = row
            self.task_hovered.emit(row)
            self._redraw()
        self._say_what_is_under_the_mouse()

    def _say_what_is_under_the_mouse(self) -> None:
        over_menu = QApplication.activePopupWidget() is not None
        text = "" if self._mouse is None or over_menu else self.text_at(self._mouse)
        if text:
            QToolTip.showText(QCursor.pos(), text, self.stage)
        elif self._mouse is not None and QToolTip.isVisible():
            QToolTip.hideText()

    def text_at(self, place: QPointF) -> str:
        """What hovering over `place` (pixels of the stage) says, as HTML; "" for nothing."""
        scene = self._scene()
        if self._shown.recording is None or scene is None:
            return ""
        return text_at(self._shown.recording, scene, self.stage.plot, place)

    def _ask_menu(self, place: QPointF, on_screen: QPoint) -> None:
        scene = self._scene()
        ordinal = None if scene is None else ordinal_at(scene, self.stage.plot, place)
        if ordinal is not None:
            self.menu_wanted.emit(ordinal, on_screen)

    def ask_menu_by_key(self) -> None:
        """The menu of the selected task's worker; without one, of the topmost lane in view."""
        scene, trace = self._scene(), self._trace
        if scene is None or trace is None:
            return
        ordinal = scene.lane(scene.layout.visible(scene.scroll).start).ordinal
        if self.selected is not None:
            chosen = int(trace.tasks["worker"][self.selected])
            ordinal = chosen if 1 <= chosen <= len(trace.lanes) else ordinal
        self._bar.reveal(self._layout(), self._shown.place_of(ordinal))
        y = self._layout().top(self._shown.place_of(ordinal)) - self._bar.value()
        middle = QPoint(round(self.stage.plot.left()), round(y + self._layout().pitch / 2))
        self.menu_wanted.emit(ordinal, self.stage.mapToGlobal(middle))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.ask_menu_by_key()  # a mouse asks the stage
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._keys.get(event.key())
        if event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            act = self.ask_menu_by_key
        if act is None or event.modifiers() & COMMANDS:
            super().keyPressEvent(event)
        else:
            act()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.stage.set_focus_ring(event.reason() in BY_KEY)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.stage.set_focus_ring(False)
