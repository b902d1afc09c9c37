"""Starts the window."""

import gc
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from ..engine import leftovers
from . import wording
from .main_window import MainWindow

SIGNALS_EVERY_MS = 200


def make_application() -> QApplication:
    """The QApplication with its name and translations; the one that there is, if there is one."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    app = QApplication(sys.argv[:1])
    app.setApplicationName("poolscope")
    app.setApplicationDisplayName("Poolscope")
    app.setDesktopFileName("poolscope")
    _translate(app)
    return app


def _translate(app: QApplication) -> None:
    """Load Qt's own words in the user's language, and ours where there are any."""
    from ..resources import resource_path

    places = (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("poolscope", str(resource_path("translations"))),
    )
    for name, folder in places:
        translator = QTranslator(app)
        if translator.load(QLocale(), name, "_", folder):
            app.installTranslator(translator)
    wording.translate = lambda text: QCoreApplication.translate("Wording", text)


def run(path: Path | None = None) -> int:
    """Open the window, with the file at `path` if there is one; the exit status of the program."""
    app = make_application()
    window = MainWindow()
    window.show()
    gc.freeze()  # modules and widgets stay: each search for garbage would look at all of them
    gc.enable()
    QTimer.singleShot(0, leftovers.clear_out)
    if path is not None:
        QTimer.singleShot(0, lambda: window.session.open(path))
    QTimer.singleShot(0, window.earlier_runs.look_back)
    _close_on_signals(app, window)
    return app.exec()


def _close_on_signals(app: QApplication, window: MainWindow) -> None:
    """Ctrl-C in the terminal, SIGTERM and the end of the session close the window, and ask nothing.

    A run that is on is stopped, and waited for.
    """

    def leave() -> None:
        window.close_at_once()
        app.quit()  # also where a dialog is up

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: leave())
    app.commitDataRequest.connect(lambda _manager: window.close_at_once())
    app.aboutToQuit.connect(window.session.finish)
    timer = QTimer(app)  # Python's handlers run when Python runs
    timer.timeout.connect(lambda: None)
    timer.start(SIGNALS_EVERY_MS)
