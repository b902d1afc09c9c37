"""The timeline: live, which worker handled which task, and when."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from ....engine.recording import Recording
from ...theme import LIGHT, Theme
from ..pointing import row_at, text_at
from ..scene.walking import Span, Step, Walker, span_beside, span_to_see
from ..strips.kinds import StripKind
from .worker_view import WorkerView

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


class TimelineView(WorkerView):
    """What a recording's lanes show, with mouse and keys.

    task_selected, task_hovered: the row of the task that was clicked or is under the mouse, or
    None. menu_wanted: the ordinal of a worker, and where on the screen. strips_menu_wanted: a
    strip, likewise.
    """

    task_selected = Signal(object)
    task_hovered = Signal(object)
    menu_wanted = Signal(int, QPoint)
    strips_menu_wanted = Signal(StripKind, QPoint)

    def __init__(self, parent: QWidget | None = None, theme: Theme = LIGHT) -> None:
        super().__init__(parent, theme)
        self._mouse: QPointF | None = None
        self._walker = Walker(self._shown)
        self._connect()

    def _connect(self) -> None:
        self._keys: dict[int, Callable[[], object]] = {
            Qt.Key.Key_F: self.fit,
            Qt.Key.Key_Home: self.fit,
            Qt.Key.Key_End: lambda: self.set_following(True),
            Qt.Key.Key_Plus: lambda: self._zoom(KEY_ZOOM),
            Qt.Key.Key_Equal: lambda: self._zoom(KEY_ZOOM),
            Qt.Key.Key_Minus: lambda: self._zoom(1 / KEY_ZOOM),
            Qt.Key.Key_W: lambda: self._zoom(KEY_ZOOM),
            Qt.Key.Key_S: lambda: self._zoom(1 / KEY_ZOOM),
            Qt.Key.Key_A: lambda: self._pan(-KEY_PAN * self.stage.plot.width()),
            Qt.Key.Key_D: lambda: self._pan(KEY_PAN * self.stage.plot.width()),
            Qt.Key.Key_Left: lambda: self._pan(-KEY_PAN * self.stage.plot.width()),
            Qt.Key.Key_Right: lambda: self._pan(KEY_PAN * self.stage.plot.width()),
            Qt.Key.Key_Up: lambda: self._scroll(-self._layout().pitch),
            Qt.Key.Key_Menu: self.ask_menu_by_key,
            Qt.Key.Key_Down: lambda: self._scroll(self._layout().pitch),
            Qt.Key.Key_Return: self.choose_or_show,
            Qt.Key.Key_Enter: self.choose_or_show,
            Qt.Key.Key_Delete: self.choose_nothing,
            Qt.Key.Key_L: self.choose_or_leave_worker,
            Qt.Key.Key_M: self.mark_stretch,
            Qt.Key.Key_Z: self.zoom_to_stretch,
            Qt.Key.Key_Backspace: self.clear_stretch,
        }
        self.stage.zoomed.connect(self._zoom_at)
        self.stage.panned.connect(lambda px: self._pan(-px))
        self.stage.scrolled.connect(self._scroll)
        self.stage.clicked.connect(self._click)
        self.stage.hovered.connect(self._hover)
        self.stage.menu_wanted.connect(self._ask_menu)
        self.refreshed.connect(self._say_what_is_under_the_mouse)
        self.span_changed.connect(self._forget_tip)
        self._bar.valueChanged.connect(self._forget_tip)

    def _row_at(self, place: QPointF) -> int | None:
        scene = self._scene()
        return None if scene is None else row_at(scene, self.stage.plot, place)

    def _click(self, place: QPointF) -> None:
        """A bar is a task; its lane beside it, and the lane's name, are the worker."""
        row = self._row_at(place)
        self._choose(row)
        if row is None:
            self._choose_worker(self._ordinal_at(place))

    def _choose(self, row: int | None) -> None:
        """A task in another lane than that of the selected worker takes its place."""
        self.select(row)
        self.walks_lanes = False
        self.task_selected.emit(row)
        if row is not None and self.worker not in (None, self._walker.ordinal_of(row)):
            self._choose_worker(None)

    def choose_nothing(self) -> None:
        """Neither a task nor a worker."""
        self._choose(None)
        if self.worker is not None:
            self._choose_worker(None)

    def _hover(self, place: QPointF | None) -> None:
        self._mouse = place
        self.point_at(place)
        row = None if place is None else self._row_at(place)
        if row != self._shown.hovered:
            self._shown.hovered = row
            self.task_hovered.emit(row)
            self._outline()
        self._say_what_is_under_the_mouse()

    def _say_what_is_under_the_mouse(self) -> None:
        over_menu = QApplication.activePopupWidget() is not None
        text = "" if self._mouse is None or over_menu else self.text_at(self._mouse)
        if text:
            assert self._mouse is not None
            QToolTip.showText(self.tip_place(self._mouse, QCursor.pos(), text), text, self.stage)
        elif self._mouse is not None and QToolTip.isVisible():
            QToolTip.hideText()

    def _forget_tip(self) -> None:
        """What it tells of is not under the mouse any more."""
        if self._mouse is not None and QToolTip.isVisible():
            QToolTip.hideText()

    def text_at(self, place: QPointF) -> str:
        """What hovering over `place` (pixels of the stage) says, as HTML; "" for nothing."""
        scene = self._scene()
        if self._shown.recording is None or scene is None:
            return ""
        if self.strip_at(place) is not None:
            return self.strips_text_at(place)
        return text_at(self._shown.recording, scene, self.stage.plot, place)

    def _ask_menu(self, place: QPointF, on_screen: QPoint) -> None:
        kind, ordinal = self.strip_at(place), self._ordinal_at(place)
        if kind is not None:
            self.strips_menu_wanted.emit(kind, on_screen)
        elif ordinal is not None:
            self.menu_wanted.emit(ordinal, on_screen)

    def ask_menu_by_key(self) -> None:
        """The menu of the selected task's worker; without one, of the selected worker, or of the
        topmost lane in view.
        """
        ordinal = self._likely_worker()
        if ordinal is None:
            return
        self._bar.reveal(self._layout(), self._shown.place_of(ordinal))
        y = self._layout().top(self._shown.place_of(ordinal)) - self._bar.value()
        middle = QPoint(round(self.stage.plot.left()), round(y + self._layout().pitch / 2))
        self.menu_wanted.emit(ordinal, self.stage.mapToGlobal(middle))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.ask_menu_by_key()  # a mouse asks the stage
        event.accept()

    # Going to tasks.

    def set_recording(self, recording: Recording | None) -> None:
        self._walker.begin()
        super().set_recording(recording)

    def can_walk_from(self, row: int | None) -> bool:
        """Whether that is a task in a lane, which arrows lead on from."""
        return self._walker.can_walk(row)

    def walk(self, step: Step) -> None:
        """Select the task beside the selected one; the view moves no more than that takes."""
        if self.selected is None or not self.can_walk_from(self.selected):
            return
        row = self._walker.to(step, self.selected)
        if row is not None:
            self._choose(row)
            self._bring_into_view(row, lambda task: span_beside(task, self.view_span()))

    def choose_or_show(self) -> None:
        """Select the first task in view, of the selected worker if there is one; show the selected
        task if there is one.
        """
        if self.selected is not None:
            self.show_task(self.selected)
        elif self._scene() is not None:
            places, chosen = self._layout().visible(self._bar.value()), self._shown.place_of_worker
            if chosen is not None:
                places = range(chosen, chosen + 1)
            row = self._walker.first_in(places, self.view_span())
            if row is not None:
                self._choose(row)

    def show_task(self, row: int) -> None:
        """Bring the task in `row` into view, so wide that it can be seen, if it ever began."""
        width_px = self.stage.plot.width()
        self._bring_into_view(row, lambda task: span_to_see(task, self.view_span(), width_px))

    def _bring_into_view(self, row: int, span_for: Callable[[Span], Span]) -> None:
        task, ordinal = self._walker.span_of(row), self._walker.ordinal_of(row)
        if task is None or ordinal is None:
            return
        self.reveal_worker(ordinal)
        span = span_for(task)
        if span != self.view_span():
            self.show_span(*span)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _step_of(event)
        walks_tasks = self.can_walk_from(self.selected)
        if step in (Step.ABOVE, Step.BELOW) and self.worker is not None:
            if self.walks_lanes or not walks_tasks:
                self.walk_lanes(step)
                return
        if step is not None and walks_tasks:
            self.walk(step)
            return
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


def _step_of(event: QKeyEvent) -> Step | None:
    """What an arrow means when a task is selected; with Shift it moves the view, as without one."""
    steps: dict[int, tuple[Step, Step | None]] = {
        Qt.Key.Key_Left: (Step.BEFORE, Step.FIRST),
        Qt.Key.Key_Right: (Step.AFTER, Step.LAST),
        Qt.Key.Key_Up: (Step.ABOVE, None),
        Qt.Key.Key_Down: (Step.BELOW, None),
    }
    plain, with_control = steps.get(event.key(), (None, None))
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers == Qt.KeyboardModifier.ControlModifier:
        return with_control
    return plain if modifiers == Qt.KeyboardModifier.NoModifier else None
