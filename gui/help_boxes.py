"""What the Help menu shows."""

from importlib.metadata import version

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget


class HelpBoxes(QObject):
    """Boxes over `window`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def show_keys(self) -> None:
        """All keys of the window."""
        lines = (
            (self.tr("F5, Ctrl+Enter"), self.tr("run")),
            (self.tr("Ctrl+Shift+P"), self.tr("preview the inputs")),
            (self.tr("Esc"), self.tr("stop at once")),
            (self.tr("Mouse wheel, + and -"), self.tr("zoom the time axis")),
            (self.tr("Drag, left and right arrow"), self.tr("move along the time axis")),
            (self.tr("Ctrl+0, in the timeline F or Home"), self.tr("show the whole run")),
            (self.tr("Ctrl+End, in the timeline End"), self.tr("follow the end of the run")),
            (self.tr("Ctrl+1 … Ctrl+5"), self.tr("what the colours tell apart")),
            (self.tr("Ctrl+T"), self.tr("when imap's results were taken")),
            (self.tr("Ctrl+G"), self.tr("workers by slot")),
            (self.tr("Up and down arrow"), self.tr("scroll the lanes")),
            (self.tr("Menu or Shift+F10 in the timeline"), self.tr("kill the worker of a task")),
            (self.tr("Ctrl+N"), self.tr("write a task")),
            (self.tr("Ctrl+O"), self.tr("open a task file, an experiment or a run")),
            (self.tr("Ctrl+S"), self.tr("save the run")),
            (self.tr("Ctrl+Shift+S"), self.tr("save the experiment")),
            (self.tr("Ctrl+Shift+R"), self.tr("reset to the first experiment, and back")),
            (self.tr("Ctrl+Shift+E"), self.tr("export a picture")),
            (self.tr("Ctrl+Shift+C"), self.tr("copy the picture")),
            (self.tr("F6, Shift+F6 in the editor"), self.tr("leave it, on or back")),
        )
        rows = "".join(f"<tr><td><b>{k}</b>&nbsp;&nbsp;</td><td>{w}</td></tr>" for k, w in lines)
        QMessageBox.information(self._window, self.tr("Keyboard"), f"<table>{rows}</table>")

    def show_about(self) -> None:
        """What this is, and its version."""
        text = self.tr(
            "<b>Poolscope</b><p>A desktop lab for multiprocessing.Pool: see live which worker"
            " handled which task.</p><p>Version {0}. MIT licence.</p>"
        ).format(version("poolscope"))
        QMessageBox.about(self._window, self.tr("About Poolscope"), text)
