"""The least window with pyqtgraph in it, of the size of ours."""

import sys

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QMainWindow


def main() -> int:
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.setCentralWidget(pg.PlotWidget())
    window.resize(1256, 752)
    window.show()
    return app.exec()
