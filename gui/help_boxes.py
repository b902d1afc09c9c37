"""What the Help menu shows."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from .theme import STEP

AROUND_PX = 120
"""Of the screen's height that a box leaves free."""


class KeysBox(QDialog):
    """A table that is scrolled where the screen is too low for it."""

    def __init__(self, window: QWidget, title: str, table: str) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        text = QLabel(table)
        text.setObjectName("scrolled")
        text.setContentsMargins(2 * STEP, STEP, 4 * STEP, STEP)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        area = QScrollArea()
        area.setWidget(text)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(title)
        bar = area.verticalScrollBar().sizeHint().width()
        area.setMinimumWidth(text.sizeHint().width() + bar)
        highest = self.screen().availableSize().height() - AROUND_PX
        area.setMinimumHeight(min(text.sizeHint().height() + 2 * STEP, highest))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        column = QVBoxLayout(self)
        column.addWidget(area)
        column.addWidget(buttons)


class HelpBoxes(QObject):
    """Boxes over `window`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def show_keys(self) -> None:
        """All keys of the window."""
        kept = "<td style='white-space: nowrap'>"
        rows = "".join(
            f"<tr>{kept}<b>{keys}</b>&nbsp;&nbsp;</td>{kept}{what}</td></tr>"
            for keys, what in (*self._keys_of_the_timeline(), *self._other_keys())
        )
        KeysBox(self._window, self.tr("Keyboard"), f"<table>{rows}</table>").exec()

    def _keys_of_the_timeline(self) -> tuple[tuple[str, str], ...]:
        """Those of runs, first."""
        return (
            (self.tr("F5, Ctrl+Enter"), self.tr("run")),
            (self.tr("Ctrl+Shift+P"), self.tr("preview the inputs")),
            (self.tr("Esc"), self.tr("stop at once")),
            (self.tr("Mouse wheel, + and -, W and S"), self.tr("zoom the time axis")),
            (self.tr("Drag, A and D, Shift+arrows"), self.tr("move along the time axis, lanes")),
            (self.tr("Arrows, no task selected"), self.tr("the same")),
            (self.tr("Arrows, a task selected"), self.tr("task before, after, above, below")),
            (self.tr("L in the timeline, up, down arrow"), self.tr("select a worker, another one")),
            (self.tr("Ctrl+left, Ctrl+right arrow"), self.tr("first, last task of the lane")),
            (self.tr("Enter in the timeline"), self.tr("select a task in view; zoom to it")),
            (self.tr("Delete in the timeline"), self.tr("select no task and no worker")),
            (self.tr("Ctrl+F"), self.tr("find a task by its number or input")),
            (self.tr("F3, Shift+F3"), self.tr("next, previous hit")),
            (self.tr("Ctrl+F7, F7, Shift+F7"), self.tr("longest task, next faster, next slower")),
            (self.tr("Ctrl+F8, F8, Shift+F8"), self.tr("first, next, previous failure")),
            (self.tr("Ctrl+0, in the timeline F or Home"), self.tr("show the whole run")),
            (self.tr("Ctrl+End, in the timeline End"), self.tr("follow the end of the run")),
            (self.tr("Drag on the axis, Shift+drag"), self.tr("mark a stretch, and see what was")),
            (self.tr("Shift+click, drag an edge"), self.tr("make the stretch longer or shorter")),
            (self.tr("F9, in the timeline M"), self.tr("mark the task's time, or all in view")),
            (self.tr("Shift+F9, in the timeline Z"), self.tr("zoom to the stretch")),
            (self.tr("Ctrl+F9, Backspace, click on the axis"), self.tr("clear the stretch")),
            (self.tr("Ctrl+1 … Ctrl+5"), self.tr("what the colours tell apart")),
            (self.tr("Ctrl+T"), self.tr("when imap's results were taken")),
            (self.tr("Ctrl+G"), self.tr("workers by slot")),
            (self.tr("Ctrl+L"), self.tr("all lanes at once")),
            (self.tr("Ctrl+Shift+M"), self.tr("the minimap under the timeline")),
            (self.tr("Alt+1 … Alt+4"), self.tr("the strips under the timeline, each")),
            (
                self.tr("Menu or Shift+F10 in the timeline"),
                self.tr("what can be done with a worker"),
            ),
        )

    def _other_keys(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("Ctrl+N"), self.tr("write a task")),
            (self.tr("Ctrl+O"), self.tr("open a task file, an experiment or a run")),
            (self.tr("Ctrl+S"), self.tr("save the run")),
            (self.tr("Ctrl+Shift+S"), self.tr("save the experiment")),
            (self.tr("Ctrl+Shift+R"), self.tr("reset to the first experiment, and back")),
            (self.tr("Ctrl+Shift+E"), self.tr("export a picture")),
            (self.tr("Ctrl+Shift+C"), self.tr("copy the picture")),
            (self.tr("F6, Shift+F6 in the editor"), self.tr("leave it, on or back")),
        )

    def show_about(self) -> None:
        """What this is, and its version."""
        from importlib.metadata import version  # dear, and seldom needed

        text = self.tr(
            "<b>Poolscope</b><p>A desktop lab for multiprocessing.Pool: see live which worker"
            " handled which task.</p><p>Version {0}. MIT licence.</p>"
        ).format(version("poolscope"))
        QMessageBox.about(self._window, self.tr("About Poolscope"), text)
