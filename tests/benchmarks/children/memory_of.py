"""What opening a saved run takes: memory_of.py trace|window MANY FEW, two files.

FEW is opened before MANY, so that what any run loads is not counted.
"""

import gc
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import psutil
from PySide6.QtCore import QEventLoop
from sweeping import spans

from poolscope.engine import archive
from poolscope.engine.recording import Recording

FRAMES = 60
WAIT = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
STATUS = Path("/proc/self/status")


def own_bytes() -> int:
    """Memory of this process's own; where the system does not tell it, with mapped files."""
    gc.collect()
    if STATUS.exists():
        lines = STATUS.read_text().splitlines()
        (found,) = (line for line in lines if line.startswith("RssAnon:"))
        return int(found.split()[1]) * 1024
    return int(psutil.Process().memory_full_info().uss)


def bytes_of_arrays(root: Any, seen: set[int]) -> int:
    """Bytes of the numpy arrays that are held below `root`, without those of mapped files.

    seen: what does not count, by identity; all that was found is there afterwards.
    """
    waiting, total = [root], 0
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, type | ModuleType | FunctionType):
            continue
        seen.add(id(thing))
        if isinstance(thing, np.ndarray):
            total += thing.nbytes if thing.base is None else 0
            waiting += [] if thing.base is None else [thing.base]
        else:
            waiting += gc.get_referents(thing)
    return total


def step_s(act: Callable[[], object]) -> float:
    """What this thread itself takes for something: it waits neither for others nor for a CPU."""
    begun = time.thread_time()
    act()
    return time.thread_time() - begun


def trace(many: Path, few: Path) -> dict[str, float]:
    """Only the recording is read; unpacking is not counted."""
    kept: list[Recording] = []
    figures: dict[str, float] = {}
    for path in (few, many):
        with TemporaryDirectory() as name:
            archive.unpack(path, Path(name))
            before, begun = own_bytes(), time.perf_counter()
            kept.append(Recording(Path(name)))
            kept[-1].update(ended=True)
            figures["read_s"] = time.perf_counter() - begun
            figures["grown"] = own_bytes() - before
    return figures | {"arrays": bytes_of_arrays(kept[-1].__dict__, set())}


def window(many: Path, few: Path) -> dict[str, float]:
    """The whole window opens the file, shows it, and moves through it."""
    from poolscope.gui.app import make_application
    from poolscope.gui.main_window import MainWindow

    app = make_application()
    made = MainWindow(measures_machine=False)
    made.show()
    app.processEvents()
    view = made.timeline.view
    item = view.stage.lane_item
    figures: dict[str, float] = {}

    def shows(path: Path, painted: int) -> bool:
        recording, scene = made.lab.recording, item.scene_shown
        if made.session.file != path or recording is None or scene is None:
            return False
        return scene.trace is recording.trace and item.paints > painted

    for path in (few, many):
        before, begun, painted = own_bytes(), time.perf_counter(), item.paints
        held_s = step_s(partial(made.session.open, path))
        while not shows(path, painted):
            held_s = max(held_s, step_s(partial(app.processEvents, WAIT)))
        figures["held_ms"] = held_s * 1e3
        figures["first_frame_s"] = time.perf_counter() - begun
        figures["grown"] = own_bytes() - before
        for span in spans(*view.view_span(), FRAMES):
            view.show_span(*span)
            app.processEvents()
        figures["swept"] = own_bytes() - before
    recording = made.lab.recording
    assert recording is not None
    of_trace: set[int] = set()
    bytes_of_arrays(recording.__dict__, of_trace)
    figures["arrays"] = bytes_of_arrays(view.__dict__, of_trace)
    made.close_at_once()
    return figures


if __name__ == "__main__":
    act = {"trace": trace, "window": window}[sys.argv[1]]
    print(json.dumps(act(Path(sys.argv[2]), Path(sys.argv[3]))))
