"""Prints when a program's window was painted first: first_painting.py bare_window|poolscope_window.

The program is run as it is. Only the call that starts Qt's event loop is another one here: it lets
the window be painted as soon as the system shows it, tells the time, and leaves.
"""

import sys
import time
from importlib import import_module

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

run_loop = QApplication.exec


class FirstPainting(QObject):
    """Watches the native window: what it handles when it is shown paints all that is in it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Expose:
            return False
        watched.removeEventFilter(self)
        watched.event(event)
        print(time.perf_counter_ns(), flush=True)
        QTimer.singleShot(0, QApplication.closeAllWindows)
        return True


def exec_with_filter(*_: object) -> int:
    (window,) = (one for one in QApplication.topLevelWidgets() if one.isVisible())
    handle = window.windowHandle()
    painting = FirstPainting(handle)
    handle.installEventFilter(painting)
    return run_loop()


QApplication.exec = exec_with_filter
sys.exit(import_module(sys.argv[1]).main())
