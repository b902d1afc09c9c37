"""The same in pyqtgraph's BarGraphItem: bar_graph.py FOLDER WIDTH HEIGHT FRAMES SECONDS."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sweeping import spans

from poolscope.engine.recording import Recording


def main() -> None:
    folder, (width, height, frames) = Path(sys.argv[1]), map(int, sys.argv[2:5])
    app = pg.mkQApp()
    recording = Recording(folder)
    recording.update(ended=True)
    trace = recording.trace
    assert trace is not None
    window, plot = QWidget(), pg.PlotWidget()
    QVBoxLayout(window).addWidget(plot)
    plot.setYRange(0, len(trace.lanes), padding=0)
    window.resize(width, height)
    window.show()
    app.processEvents()
    begun = [(lane.begun - trace.origin_ns) / 1e9 for lane in trace.lanes]
    ended = [(lane.ended - trace.origin_ns) / 1e9 for lane in trace.lanes]
    places = np.repeat(np.arange(len(trace.lanes)), [len(lane) for lane in trace.lanes])
    start = time.perf_counter()
    x0, x1 = np.concatenate(begun), np.concatenate(ended)
    item = pg.BarGraphItem(x0=x0, x1=x1, y0=places + 0.1, height=0.8, pen=None, brush="#4477aa")
    plot.addItem(item)
    making_ms = (time.perf_counter() - start) * 1e3
    image, times = QImage(width, height, QImage.Format.Format_RGB32), []
    for begin_ns, end_ns in spans(0, trace.end_ns - trace.origin_ns, frames):
        if time.perf_counter() - start > float(sys.argv[5]):
            break
        at = time.perf_counter()
        plot.setXRange(begin_ns / 1e9, end_ns / 1e9, padding=0)
        window.render(image)
        times.append((time.perf_counter() - at) * 1e3)
    print(json.dumps({"frames_ms": times, "making_ms": making_ms}))
    window.close()


if __name__ == "__main__":
    main()
